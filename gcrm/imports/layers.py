"""Layers of places as tables: GeoJSON, GeoPackage, shapefile, FlatGeobuf."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gcrm.imports.columns import heading_score
from gcrm.imports.table import MOST_COLUMNS, MOST_ROWS, Row, Table, as_headings
from gcrm.platform.errors import InputRejected
from gcrm.platform.files.layer_file import layer_file

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

LON, LAT = "lon", "lat"


def read_layer(path: Path) -> Table:
    """The layer whose columns are best understood; a line or an area counts as a point on it.

    Two columns lon and lat hold the place, EPSG:4326. Raises InputRejected for a file that cannot be read, or whose
    coordinates are in no known reference system.
    """
    import pyogrio

    with layer_file(path) as safe, warnings.catch_warnings():
        # GDAL remarks on what it has understood all the same, as an instant with microseconds.
        warnings.simplefilter("ignore", RuntimeWarning)
        return _read(safe.path, path.name, safe.kind.name, pyogrio)


def _read(path: Path, called: str, kind: str, pyogrio: Any) -> Table:
    try:
        names = [str(name) for name, _ in pyogrio.list_layers(path)]
        score = heading_score()
        infos = {name: pyogrio.read_info(path, layer=name) for name in names}
        best = max(names, key=lambda name: (name == "account", score(list(infos[name]["fields"]))), default=None)
        too_many = best is not None and infos[best]["features"] > MOST_ROWS
        frame = None if best is None or too_many else pyogrio.read_dataframe(path, layer=best, fid_as_index=True)
    except (RuntimeError, ValueError, MemoryError) as error:
        # GDAL's own words speak of drivers and options that a person does not have.
        if kind == "GeoJSON":
            raise InputRejected(
                f"{called} holds a feature that is none of GeoJSON.", "Save it anew as GeoJSON or CSV."
            ) from error
        raise InputRejected(
            f"{called} is damaged or cut off, or no {kind}.", f"Save it anew as {kind} or CSV."
        ) from error
    if too_many:
        raise InputRejected(f"{called} has over {MOST_ROWS:,} features.", "Split it into smaller files.")
    if frame is None or not len(frame):
        raise InputRejected(f"{called} holds no features.", "Give a file with one feature an account.")
    if len(frame.columns) > MOST_COLUMNS:
        raise InputRejected(f"{called} has over {MOST_COLUMNS:,} columns.", "Take out what is not of accounts.")
    return _table(frame, called)


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
