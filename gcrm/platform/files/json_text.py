"""GeoJSON, looked through before GDAL sees it."""

import json
from pathlib import Path
from typing import Any

from gcrm.common.language import say
from gcrm.platform.errors import InputRejected


def check_geojson(path: Path) -> None:
    """Read a file as strict JSON, keeping nothing of it.

    Raises InputRejected for what is no JSON (with the line), is no GeoJSON, or says where on the network its
    coordinate system is described, which GDAL would fetch. Source: GeoJSON 2008, 3.2, "Linked CRS".
    """
    found = _read(path)
    kind = found.get("type") if isinstance(found, dict) else None
    if kind == "Topology":
        raise InputRejected(say("{path} is TopoJSON.", path=path.name), say("Save it as GeoJSON or GeoPackage."))
    if kind not in _KINDS or (kind == "FeatureCollection" and not found.get("features")):
        raise InputRejected(
            say("{path} holds no features.", path=path.name), say("Give a FeatureCollection with at least one feature.")
        )


def _read(path: Path) -> Any:
    """What the document is, in outline. Raises InputRejected."""

    def outline(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """Keep of an object only what says what it is: its members have been looked at already, and take much room."""
        kept: dict[str, Any] = {}
        for key, value in pairs:
            folded = key.casefold()
            if folded == "type" and isinstance(value, str):
                kept["type"] = value
            elif folded == "features" and isinstance(value, list):
                kept["features"] = len(value)
            elif folded in {"href", "url"}:
                kept["link"] = True
            elif folded == "properties" and isinstance(value, dict):
                kept["properties"] = value
            elif folded == "crs" and _is_link(value):
                raise InputRejected(
                    say("{path} says by a link what its coordinates are in.", path=path.name),
                    say("Save it anew in EPSG:4326."),
                )
        return kept

    try:
        # Numbers are not needed: one zero for all spares the memory.
        return json.loads(
            path.read_text(encoding="utf-8-sig"), object_pairs_hook=outline, parse_float=_zero, parse_int=_zero
        )
    except json.JSONDecodeError as error:
        raise InputRejected(
            say(
                "{path} is no JSON from line {line}, column {column} on: it is damaged or cut off.",
                path=path.name,
                line=error.lineno,
                column=error.colno,
            ),
            say("Save it anew as GeoJSON."),
        ) from error
    except UnicodeDecodeError as error:
        raise InputRejected(
            say("{path} is no text in UTF-8.", path=path.name), say("Save it anew as GeoJSON (UTF-8).")
        ) from error
    except RecursionError as error:
        raise InputRejected(
            say("{path} is nested too deeply.", path=path.name), say("Save it anew as GeoJSON.")
        ) from error


_KINDS = frozenset(
    {
        "FeatureCollection",
        "Feature",
        "Point",
        "MultiPoint",
        "LineString",
        "MultiLineString",
        "Polygon",
        "MultiPolygon",
        "GeometryCollection",
    }
)


def _is_link(crs: Any) -> bool:
    """Whether a "crs" names an address: by its type, or by what is in its properties."""
    if not isinstance(crs, dict):
        return False
    within = crs.get("properties") or {}
    return str(crs.get("type", "")).casefold() in {"link", "url"} or bool(crs.get("link") or within.get("link"))


def _zero(_: str) -> int:
    return 0
