"""Points at the boundary of this room: always (lon, lat) in EPSG:4326, degrees."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from routing.late import late

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Points: TypeAlias = NDArray[np.float64]
else:
    np = late("numpy")
    Points: TypeAlias = Any
"""(n, 2) float64, columns lon and lat."""


class LonLat(NamedTuple):
    """One place on the ellipsoid, degrees, EPSG:4326."""

    lon: float
    lat: float


def as_points(places: Iterable[tuple[float, float]]) -> Points:
    """Stack (lon, lat) pairs into an (n, 2) array; n may be 0.

    Raises ValueError if a pair is not finite or lies outside longitude -180..180 or latitude -90..90.
    """
    points = np.asarray(list(places), dtype=np.float64).reshape(-1, 2)
    if not np.isfinite(points).all():
        raise ValueError("A point has a coordinate that is not a finite number. Give lon,lat in degrees.")
    outside = (np.abs(points[:, 0]) > 180) | (np.abs(points[:, 1]) > 90)
    if outside.any():
        lon, lat = points[outside][0]
        raise ValueError(f"The point {lon},{lat} is not on Earth. Give lon,lat in degrees, longitude first.")
    return points
