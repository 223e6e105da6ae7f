"""Layers of places as tables: GeoJSON, GeoPackage, shapefile, FlatGeobuf."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gcrm.errors import InputRejected
from gcrm.records.columns import heading_score
from gcrm.records.table import MOST_ROWS, Row, Table, as_headings

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
        if best is None:
            raise InputRejected(f"{path.name} has no layer.", "Give a file with one feature an account.")
        if infos[best]["features"] > MOST_ROWS:
            raise InputRejected(f"{path.name} has over {MOST_ROWS:,} features.", "Split it into smaller files.")
        frame = pyogrio.read_dataframe(path, layer=best, fid_as_index=True)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        if isinstance(error, InputRejected):
            raise
        raise InputRejected(f"{path.name} cannot be read: {error}.", "Save it anew as GeoPackage or CSV.") from error
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
            f"{name} does not say in which reference system its coordinates are.", "Save it in EPSG:4326."
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
