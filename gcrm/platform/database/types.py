"""Column types that hold the same values on both backends.

Places and shapes are EPSG:4326. On SQLite they are GeoPackage binary, on PostGIS its own geometry (sent as EWKB).
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, DateTime, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

from routing.late import late
from routing.points import LonLat

if TYPE_CHECKING:
    import numpy as np
    import shapely
    from numpy.typing import NDArray
    from shapely import MultiPolygon
    from shapely.geometry.base import BaseGeometry
else:
    np = late("numpy")
    shapely = late("shapely")

SRS_ID = 4326

TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that sorts by its bytes on both backends, whatever the locale of the server."""

# Magic, version 0, flags: little endian, no envelope; then the SRS and the head of a little-endian WKB point.
_POINT_HEAD = struct.pack("<2sBBiBI", b"GP", 0, 0b0000_0001, SRS_ID, 1, 1)
_POINT_LENGTH = len(_POINT_HEAD) + 16
_EWKB_POINT_HEAD = struct.pack("<BII", 1, 0x2000_0001, SRS_ID).hex()
_XY = struct.Struct("<dd")
_ENVELOPE_DOUBLES = (0, 4, 6, 6, 8)
_EMPTY = 0b0001_0000


def geopackage_point(place: LonLat) -> bytes:
    """A point as GeoPackage binary. Source: OGC 12-128r19, clause 2.1.3."""
    return _POINT_HEAD + _XY.pack(*place)


def geopackage_shape(shape: BaseGeometry) -> bytes:
    """A shape as GeoPackage binary with its envelope, or with the flag that says it is empty."""
    wkb: bytes = shapely.to_wkb(shape, byte_order=1, output_dimension=2)
    if shape.is_empty:
        return struct.pack("<2sBBi", b"GP", 0, _EMPTY | 1, SRS_ID) + wkb
    west, south, east, north = shape.bounds
    return struct.pack("<2sBBi4d", b"GP", 0, 0b0000_0011, SRS_ID, west, east, south, north) + wkb


def _wkb(blob: bytes) -> bytes:
    envelope = (blob[3] >> 1) & 0b111
    if blob[:2] != b"GP" or envelope >= len(_ENVELOPE_DOUBLES):
        raise ValueError("not GeoPackage binary")
    return blob[8 + 8 * _ENVELOPE_DOUBLES[envelope] :]


def shape_of(blob: bytes) -> BaseGeometry:
    """The shape in GeoPackage binary, written by us or by anybody else. Raises ValueError if it is something else."""
    try:
        shape: BaseGeometry = shapely.from_wkb(_wkb(blob))
    except (shapely.errors.GEOSException, IndexError) as error:
        raise ValueError(f"not a geometry: {error}") from error
    return shape


def bounds_of(blob: bytes) -> tuple[float, float, float, float] | None:
    """West, south, east, north of GeoPackage binary; None if it is empty. Raises ValueError as `shape_of`."""
    if len(blob) == _POINT_LENGTH and blob.startswith(_POINT_HEAD):
        lon, lat = _XY.unpack_from(blob, _POINT_LENGTH - 16)
        return None if lon != lon else (lon, lat, lon, lat)  # noqa: PLR0124 - an empty point is two NaN
    if blob[:2] == b"GP" and len(blob) >= 40 and blob[3] & 0b0001_1111 == 0b0000_0011:
        west, east, south, north = struct.unpack_from("<4d", blob, 8)
        return west, south, east, north
    shape = shape_of(blob)
    return None if shape.is_empty else shape.bounds


def _place_in_geopackage(blob: bytes) -> LonLat | None:
    if len(blob) == _POINT_LENGTH and blob.startswith(_POINT_HEAD):
        lon, lat = _XY.unpack_from(blob, _POINT_LENGTH - 16)
    else:
        point = shape_of(blob)
        if point.is_empty:
            return None
        lon, lat = point.bounds[:2]
    return None if lon != lon else LonLat(lon, lat)  # noqa: PLR0124 - an empty point is two NaN


def _place_in_ewkb(text: str) -> LonLat | None:
    lon, lat = _XY.unpack_from(bytes.fromhex(text), 9)
    return None if lon != lon else LonLat(lon, lat)  # noqa: PLR0124 - an empty point is two NaN


def places_of(values: Sequence[bytes | str | None]) -> NDArray[np.float64]:
    """Many points as the database holds them, GeoPackage binary or EWKB: (n, 2), NaN for none and for empty ones."""
    places = np.full((len(values), 2), np.nan)
    usual = [number for number, value in enumerate(values) if value is not None and len(value) == _POINT_LENGTH]
    read = np.frombuffer(
        b"".join(values[number] for number in usual),  # type: ignore[misc]  # what is so long is no text
        dtype=[("head", f"V{len(_POINT_HEAD)}"), ("lon_lat", "<f8", 2)],
    )
    is_ours = read["head"] == np.void(_POINT_HEAD)
    rows = np.array(usual, dtype=np.intp)
    places[rows[is_ours]] = read["lon_lat"][is_ours]
    strange = {number for number, value in enumerate(values) if value is not None} - set(rows[is_ours].tolist())
    for number in strange:
        value = values[number]
        place = _place_in_geopackage(value) if isinstance(value, bytes) else _place_in_ewkb(value or "")
        places[number] = place or np.nan
    places[np.isnan(places).any(axis=1)] = np.nan
    return places


def _shape_in_ewkb(text: str) -> BaseGeometry:
    shape: BaseGeometry = shapely.set_srid(shapely.from_wkb(text), 0)
    return shape


def multi_polygon(shape: BaseGeometry) -> MultiPolygon:
    """A polygon as one of its kind; multipolygons as they are."""
    if isinstance(shape, shapely.MultiPolygon):
        return shape
    return shapely.MultiPolygon([shape] if isinstance(shape, shapely.Polygon) and not shape.is_empty else [])


class Place(UserDefinedType[LonLat]):
    """A column of points: `LonLat`, or None where there is none or an empty one."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[LonLat | None], Any]:
        """Write GeoPackage binary or EWKB."""
        if dialect.name == "sqlite":
            return lambda place: None if place is None else geopackage_point(place)
        return lambda place: None if place is None else _EWKB_POINT_HEAD + _XY.pack(*place).hex()

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], LonLat | None]:  # noqa: ARG002
        """Read either."""
        read: Callable[[Any], LonLat | None] = _place_in_geopackage if dialect.name == "sqlite" else _place_in_ewkb
        return lambda value: None if value is None else read(value)


class Shape(UserDefinedType["MultiPolygon"]):
    """A column of multipolygons, None where there is none."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[BaseGeometry | None], Any]:
        """Write GeoPackage binary or EWKB; a single polygon becomes a multipolygon of one."""
        if dialect.name == "sqlite":
            return lambda shape: None if shape is None else geopackage_shape(multi_polygon(shape))
        return lambda shape: (
            None
            if shape is None
            else shapely.to_wkb(
                shapely.set_srid(multi_polygon(shape), SRS_ID), hex=True, include_srid=True, output_dimension=2
            )
        )

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], MultiPolygon | None]:  # noqa: ARG002
        """Read either."""
        read: Callable[[Any], BaseGeometry] = shape_of if dialect.name == "sqlite" else _shape_in_ewkb
        return lambda value: None if value is None else multi_polygon(read(value))


# The names of column types that a GeoPackage must use, and PostGIS's own.
@compiles(Place, "sqlite")
def _(type_: Place, compiler: Any, **kw: Any) -> str:  # noqa: ARG001
    return "POINT"


@compiles(Place, "postgresql")
def _(type_: Place, compiler: Any, **kw: Any) -> str:  # noqa: ARG001
    return f"geometry(POINT,{SRS_ID})"


@compiles(Shape, "sqlite")
def _(type_: Shape, compiler: Any, **kw: Any) -> str:  # noqa: ARG001
    return "MULTIPOLYGON"


@compiles(Shape, "postgresql")
def _(type_: Shape, compiler: Any, **kw: Any) -> str:  # noqa: ARG001
    return f"geometry(MULTIPOLYGON,{SRS_ID})"


class Reflected(UserDefinedType[Any]):
    """What PostGIS's type is when a table is read back from the server."""

    cache_ok = True

    def __init__(self, *_: Any) -> None:
        """Take the type's own parameters, and no notice of them."""


class _IsoInstant(UserDefinedType[str]):
    """A GeoPackage DATETIME: ISO 8601 in UTC to the millisecond, all of one length, so that text sorts as time does.

    Only an instant that is given more finely than any clock of ours keeps its microseconds, on which GDAL remarks.
    """

    cache_ok = True

    def get_col_spec(self, **kw: Any) -> str:  # noqa: ARG002
        return "DATETIME"


class Instant(TypeDecorator[datetime]):
    """An instant, always aware and in UTC. Naive datetimes are refused: nobody knows whose midnight they mean."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, the server's own type on PostgreSQL."""
        return dialect.type_descriptor(_IsoInstant() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Write an aware datetime. Raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"The instant {value} has no time zone. Give it in UTC.")
        value = value.astimezone(UTC)
        if dialect.name != "sqlite":
            return value
        return f"{value.isoformat(timespec='microseconds' if value.microsecond % 1000 else 'milliseconds')[:-6]}Z"

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Read it in UTC."""
        if value is None:
            return None
        instant = datetime.fromisoformat(value) if isinstance(value, str) else value
        return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)


def _plain(value: Any) -> Any:
    """Numbers of NumPy and dates, which come with the properties of imported regions, as JSON can hold them."""
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{type(value).__name__} cannot be kept as JSON")


class Document(TypeDecorator[Any]):
    """A JSON document as text, None for none. Not the server's JSON type: what is read is exactly what was written."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write it. Raises TypeError or ValueError for what JSON cannot hold."""
        return None if value is None else json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """Read it."""
        return None if value is None else json.loads(value)


Wide = BigInteger().with_variant(Integer(), "sqlite")
"""Whole numbers of 64 bits. Every INTEGER of SQLite has them, and a GeoPackage knows no BIGINT."""
