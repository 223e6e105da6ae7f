"""Metres, bearings and areas on the WGS84 ellipsoid: the one place that asks PROJ for them.

Source: Karney (2013), doi:10.1007/s00190-012-0578-z, through pyproj; right across the antimeridian too.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from routing.late import late

if TYPE_CHECKING:
    import numpy as np
    import pyproj
    from numpy.typing import NDArray
    from pyproj import Geod

    from routing.points import Points
else:
    np, pyproj = late("numpy"), late("pyproj")


@cache
def wgs84() -> Geod:
    """The ellipsoid itself, for what has no function here."""
    return pyproj.Geod(ellps="WGS84")


def distance_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two places, (lon, lat) in degrees."""
    return float(wgs84().inv(one[0], one[1], other[0], other[1])[2])


def distances_m(place: tuple[float, float], points: Points) -> NDArray[np.float64]:
    """Metres from one place to n points, (n,) float64."""
    count = len(points)
    metres = wgs84().inv(np.full(count, place[0]), np.full(count, place[1]), points[:, 0], points[:, 1])[2]
    return np.asarray(metres, dtype=np.float64)


def steps_m(starts: Points, ends: Points) -> NDArray[np.float64]:
    """Metres from each of n points to the one in the same row, (n,) float64."""
    return np.asarray(wgs84().inv(starts[:, 0], starts[:, 1], ends[:, 0], ends[:, 1])[2], dtype=np.float64)


def bearings_deg(starts: Points, ends: Points) -> NDArray[np.float64]:
    """The direction from each of n points to the one in the same row, degrees clockwise from north, (n,) float64."""
    return np.asarray(wgs84().inv(starts[:, 0], starts[:, 1], ends[:, 0], ends[:, 1])[0], dtype=np.float64)


def metres_per_degree(lat: Any) -> tuple[Any, Any]:
    """Metres that a degree of longitude and one of latitude span at a latitude on WGS84; one number or an array.

    Source: the radii of curvature in the prime vertical and in the meridian.
    """
    sine = np.sin(np.radians(lat))
    root = np.sqrt(1 - 0.0066943799901413165 * sine * sine)
    across = 6378137.0 / root * np.cos(np.radians(lat))
    along = 6378137.0 * (1 - 0.0066943799901413165) / (root * root * root)
    return np.radians(across), np.radians(along)
