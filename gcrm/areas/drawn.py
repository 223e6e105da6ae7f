"""What a basemap draws, and where: the parts of it that whoever only shows a map needs.

Places are in the unit square of the web's map projection: x from 0 at 180° west to 1 at 180° east, y from 0 at 85.05°
north to 1 at 85.05° south; a pixel at zoom z is 1 / (256 * 2**z) of it. Nothing is measured in it but pixels.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gcrm.common.language import say
from gcrm.platform.errors import NotReady

MAX_LATITUDE = 85.0511287798

BANDS = {"far": (0, 10), "middle": (11, 13), "near": (14, 16)}
"""First and last zoom that each grade of detail is drawn at; nearer ones enlarge the last."""

Shapes = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One layer at one grade of detail.

    shapes: n points, lines or polygons, single parts, in the unit square. kind, name: n texts, "" where there is none.
    from_zoom: (n,) int8, the first zoom that each is drawn at.
    """

    shapes: Shapes
    kind: NDArray[np.object_]
    name: NDArray[np.object_]
    from_zoom: NDArray[np.int8]

    def of(self, which: Any) -> "Drawn":
        """Some of it."""
        return Drawn(self.shapes[which], self.kind[which], self.name[which], self.from_zoom[which])


Grade = Mapping[str, Drawn]
"""Layers by name: streets, places, water, landuse, buildings, boundary."""


def unit_square(shapes: Shapes) -> Shapes:
    """Shapes in EPSG:4326 laid out on the map's unit square."""

    def project(lon_lat: NDArray[np.float64]) -> NDArray[np.float64]:
        lat = np.radians(np.clip(lon_lat[:, 1], -MAX_LATITUDE, MAX_LATITUDE))
        x_y: NDArray[np.float64] = np.column_stack(
            [lon_lat[:, 0] / 360 + 0.5, 0.5 - np.arcsinh(np.tan(lat)) / (2 * np.pi)]
        )
        return x_y

    return np.asarray(shapely.transform(shapes, project), dtype=object)


def read_grade(folder: Path, band: str) -> Grade:
    """One grade of detail. Raises NotReady if it is not there or was written by another version."""
    try:
        with np.load(folder / f"{band}.npz") as kept:
            names = dict.fromkeys(key.split("/")[0] for key in kept.files)
            return {name: _read(kept, name) for name in names}
    except (OSError, KeyError, ValueError) as fault:
        raise NotReady(
            say("The basemap in {folder} cannot be read ({fault}).", folder=folder, fault=fault),
            say("Import the area again: `gcrm area import FILE`."),
        ) from fault


def _read(kept: Any, name: str) -> Drawn:
    binary, ends = kept[f"{name}/wkb"].tobytes(), kept[f"{name}/ends"].tolist()
    pieces = [binary[start:end] for start, end in zip([0, *ends][:-1], ends, strict=True)]
    return Drawn(
        shapely.from_wkb(np.array(pieces, dtype=object)),
        kept[f"{name}/kinds"].astype(object)[kept[f"{name}/kind"]],
        kept[f"{name}/names"].astype(object)[kept[f"{name}/name"]],
        kept[f"{name}/from_zoom"],
    )
