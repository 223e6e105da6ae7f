"""What is known about an imported area, and the file that says it."""

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

ATTRIBUTION = "© OpenStreetMap contributors, ODbL"


@dataclass(frozen=True, slots=True)
class AreaInfo:
    """An imported area.

    source_file: the name of the extract, without its folder. imported_at: UTC. junctions, edges: of the drivable street
    graph (an edge a direction). addresses: house numbers with a place; places: towns, villages, quarters.
    bbox: west, south, east, north of the data, EPSG:4326. seconds: how long the import took.
    osrm: "ready", or why there are no OSRM files.
    """

    name: str
    source_file: str
    imported_at: datetime
    junctions: int
    edges: int
    addresses: int
    places: int
    points_of_interest: int
    buildings: int
    bbox: tuple[float, float, float, float]
    seconds: float
    osrm: str = "ready"
    attribution: str = ATTRIBUTION

    def as_json(self) -> dict[str, Any]:
        """What `from_json` reads."""
        return asdict(self) | {"imported_at": self.imported_at.isoformat()}

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> "AreaInfo":
        """Raises KeyError, TypeError or ValueError if the document is of another version."""
        west, south, east, north = document["bbox"]
        return cls(
            **{
                **document,
                "imported_at": datetime.fromisoformat(document["imported_at"]),
                "bbox": (west, south, east, north),
            }
        )


def write_json(file: Path, document: Any) -> None:
    """Write the file so that a reader sees the old one or the new one, whole, whatever happens in between."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump(document, out, ensure_ascii=False, indent=2)
        out.flush()
        os.fsync(out.fileno())
    Path(name).replace(file)
