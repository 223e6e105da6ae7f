"""Boxes and distances on the ellipsoid: what the spatial queries of both backends have in common."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from gcrm.common.language import say
from gcrm.platform.errors import InputRejected
from routing.geodesy import distances_m
from routing.late import late
from routing.points import LonLat, as_points

if TYPE_CHECKING:
    import numpy as np
    import shapely
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry
else:
    np = late("numpy")
    shapely = late("shapely")

FARTHEST_M = 20_003_932.0
"""No two places are farther apart: half a meridian of WGS84, and a metre."""

_LEAST_MERIDIAN_RADIUS_M = 6_335_439.0
"""WGS84's least radius of curvature along a meridian, at the equator: a (1 - e^2)."""
_LEAST_PRIME_VERTICAL_RADIUS_M = 6_378_137.0
"""WGS84's least radius of curvature across the meridian, at the equator: a."""


class Box(NamedTuple):
    """Degrees, EPSG:4326, west <= east: never across the antimeridian."""

    west: float
    south: float
    east: float
    north: float


WORLD = Box(-180.0, -90.0, 180.0, 90.0)


def checked_place(place: tuple[float, float]) -> LonLat:
    """The place. Raises InputRejected if it is not on Earth."""
    try:
        lon, lat = as_points([place])[0]
    except ValueError as wrong:
        raise InputRejected(str(wrong)) from wrong
    return LonLat(float(lon), float(lat))


def boxes_between(west: float, south: float, east: float, north: float) -> tuple[Box, ...]:
    """One box, or two where west > east: across the antimeridian.

    A map that was dragged around the world more than once is brought back to -180..180.
    Raises InputRejected if an edge is not a finite number or south > north.
    """
    if not all(map(math.isfinite, (west, south, east, north))) or south > north:
        raise InputRejected(
            say("The box {west},{south},{east},{north} is none.", west=west, south=south, east=east, north=north),
            say("Give west,south,east,north in degrees, south first."),
        )
    if east - west >= 360:
        return (Box(-180.0, south, 180.0, north),)
    west, east = _wrapped(west), _wrapped(east)
    if west > east:
        return Box(west, south, 180.0, north), Box(-180.0, south, east, north)
    return (Box(west, south, east, north),)


def boxes_around(place: LonLat, radius_m: float) -> tuple[Box, ...]:
    """Boxes that hold every point within the radius, and more.

    A step of ds metres changes the latitude by at most ds / M and the longitude by at most ds / (N cos latitude) with
    M and N the radii of curvature; both are taken at their least, the cosine at its least within the radius.
    """
    rise = math.degrees(radius_m / _LEAST_MERIDIAN_RADIUS_M) * (1 + 1e-9) + 1e-9
    south, north = place.lat - rise, place.lat + rise
    if south <= -90 or north >= 90:
        return (Box(-180.0, max(south, -90.0), 180.0, min(north, 90.0)),)
    narrowest = math.cos(math.radians(max(abs(south), abs(north))))
    reach = math.degrees(radius_m / (_LEAST_PRIME_VERTICAL_RADIUS_M * narrowest)) * (1 + 1e-9) + 1e-9
    if reach >= 180:
        return (Box(-180.0, south, 180.0, north),)
    west, east = place.lon - reach, place.lon + reach
    if west <= -180:
        return Box(west + 360, south, 180.0, north), Box(-180.0, south, east, north)
    if east >= 180:
        return Box(west, south, 180.0, north), Box(-180.0, south, east - 360, north)
    return (Box(west, south, east, north),)


def holds(boxes: Sequence[Box], place: LonLat | None) -> bool:
    """Whether the place lies in one of the boxes, edges included."""
    return place is not None and any(
        box.west <= place.lon <= box.east and box.south <= place.lat <= box.north for box in boxes
    )


def metres_from(place: LonLat, places: Sequence[LonLat]) -> NDArray[np.float64]:
    """Metres on the ellipsoid from one place to n others, (n,) float64.

    Source: Karney (2013), doi:10.1007/s00190-012-0578-z.
    """
    return distances_m(place, as_points(places))


def unrolled(polygon: BaseGeometry) -> BaseGeometry:
    """A polygon drawn beyond 180 degrees, brought back inside: the part beyond is found on the other side.

    Raises InputRejected if it is not a polygon, or not a valid one.
    """
    if polygon.geom_type not in {"Polygon", "MultiPolygon"} or not polygon.is_valid:
        raise InputRejected(
            say("The {geom_type} to search in is not a valid polygon.", geom_type=polygon.geom_type),
            say("Give a polygon that does not cross itself."),
        )
    if polygon.is_empty or (polygon.bounds[0] >= -180 and polygon.bounds[2] <= 180):
        return polygon
    from shapely.affinity import translate

    world = shapely.box(-180, -90, 180, 90)
    turns = [translate(polygon, degrees) for degrees in (-360, 0, 360)]
    return shapely.union_all([shapely.intersection(turn, world) for turn in turns])


def _wrapped(lon: float) -> float:
    return lon if -180 <= lon <= 180 else (lon + 180) % 360 - 180
