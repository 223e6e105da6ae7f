"""Layers of places as tables: GeoJSON, GeoPackage, shapefile, FlatGeobuf."""

import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gcrm.imports.columns import heading_score
from gcrm.imports.table import MOST_ROWS, Row, Table, as_headings
from gcrm.platform.errors import InputRejected

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

LON, LAT = "lon", "lat"


def read_layer(path: Path) -> Table:
    """The layer whose columns are best understood; a line or an area counts as a point on it.

    Two columns lon and lat hold the place, EPSG:4326. Raises InputRejected for a file that cannot be read, or whose
    coordinates are in no known reference system.
    """
    import pyogrio

    with warnings.catch_warnings():
        # GDAL remarks on what it has understood all the same, as an instant with microseconds.
        warnings.simplefilter("ignore", RuntimeWarning)
        return _read(path, pyogrio)


def _read(path: Path, pyogrio: Any) -> Table:
    try:
        names = [str(name) for name, _ in pyogrio.list_layers(path)]
        score = heading_score()
        infos = {name: pyogrio.read_info(path, layer=name) for name in names}
        best = max(names, key=lambda name: (name == "account", score(list(infos[name]["fields"]))), default=None)
        too_many = best is not None and infos[best]["features"] > MOST_ROWS
        frame = None if best is None or too_many else pyogrio.read_dataframe(path, layer=best, fid_as_index=True)
    except (RuntimeError, ValueError) as error:
        # GDAL's own words speak of drivers and options that a person does not have.
        raise InputRejected(*_why(path)) from error
    if too_many:
        raise InputRejected(f"{path.name} has over {MOST_ROWS:,} features.", "Split it into smaller files.")
    if frame is None or not len(frame):
        raise InputRejected(f"{path.name} holds no features.", "Give a file with one feature an account.")
    return _table(frame, path.name)


def _table(frame: Any, name: str) -> Table:
    columns = [column for column in frame.columns if column not in {"geometry", LON, LAT}]
    places: list[tuple[str, str]] = [("", "")] * len(frame)
    if "geometry" in frame.columns and frame.geometry.notna().any():
        places = _places(frame, name)
    rows = [
        Row(number, (*(_text(value) for value in values), *place))
        for number, (values, place) in enumerate(
            zip(frame[columns].itertuples(index=False, name=None), places, strict=True), start=1
        )
    ]
    return Table(as_headings([*columns, LON, LAT]), tuple(rows), "layer", "")


def _places(frame: "GeoDataFrame", name: str) -> list[tuple[str, str]]:
    if frame.crs is None:
        raise InputRejected(
            f"{name} does not say in which reference system its coordinates are.",
            "Save it in EPSG:4326, a shapefile with its .prj.",
        )
    points = frame.geometry.to_crs(4326)
    points = points.where(points.geom_type == "Point", points.representative_point())
    return [
        ("", "") if point is None or point.is_empty else (repr(float(point.x)), repr(float(point.y)))
        for point in points
    ]


def _text(value: Any) -> str:
    if value is None or value != value:  # noqa: PLR0124 - the one value that is not itself is "not a number"
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _why(path: Path) -> tuple[str, str]:
    """What is wrong with a file that GDAL does not read, and the remedy."""
    ending = path.suffix.casefold()
    if ending in {".geojson", ".json"}:
        try:
            document = json.loads(path.read_text(encoding="utf-8-sig"))
        except json.JSONDecodeError as error:
            fault = (
                f"{path.name} is no JSON from line {error.lineno}, column {error.colno} on: it is damaged or cut off."
            )
            return fault, "Save it anew as GeoJSON or CSV."
        except (UnicodeDecodeError, RecursionError):
            return f"{path.name} is no text in UTF-8.", "Save it anew as GeoJSON (UTF-8) or CSV."
        features = document.get("features") if isinstance(document, dict) else None
        if not isinstance(features, list) or not features:
            return f"{path.name} holds no features.", "Give a FeatureCollection with one feature an account."
        return f"{path.name} holds a feature that is none of GeoJSON.", "Save it anew as GeoJSON or CSV."
    kind = {".shp": "shapefile", ".fgb": "FlatGeobuf"}.get(ending, "GeoPackage")
    return f"{path.name} is damaged or cut off, or no {kind}.", f"Save it anew as {kind} or CSV."
