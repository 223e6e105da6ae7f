"""Areas as they come in files, made into sound multipolygons in EPSG:4326."""

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely import GeometryCollection, MultiPolygon, Polygon, affinity, box
from shapely.geometry.base import BaseGeometry

from gcrm.platform.memo import Memo, digest
from routing.geodesy import wgs84

_AREAS: Memo[float] = Memo(most=20_000)
"""The areas of regions: measuring them on the ellipsoid takes most of the time of a page about them."""

WHOLE_WORLD = 359.999
"""Degrees: an edge this long is the edge of a map of the world."""


def polygons_of(shape: BaseGeometry) -> MultiPolygon:
    """The areas in a geometry of any kind, without heights; points and lines in it are left out. May be empty."""
    flat = shapely.force_2d(shape)
    parts = [part for part in _leaves(flat) if isinstance(part, Polygon) and not part.is_empty]
    return MultiPolygon(parts)


def mended(shape: MultiPolygon) -> MultiPolygon:
    """The same area without rings that cross themselves or overlap. An area that is sound comes back as it is."""
    if shape.is_valid:
        return shape
    return polygons_of(shapely.make_valid(shape, method="structure", keep_collapsed=False))


def to_lon_lat(shape: MultiPolygon, transformer: Transformer | None) -> MultiPolygon:
    """The area in EPSG:4326, cut where it crosses the antimeridian, all longitudes from -180 to 180.

    transformer goes to EPSG:4326 with axes in the order (x, y); None where the file is in degrees already. The result
    is not finite where a place lies outside what the transformer's source can say.
    """
    moved = [_moved(part, transformer) for part in shape.geoms]
    return MultiPolygon([piece for part in moved for piece in _wrapped(part)])


def area_km2(shape: BaseGeometry) -> float:
    """The area on the WGS84 ellipsoid, square kilometres. Source: Karney (2013), doi:10.1007/s00190-012-0578-z."""
    if shape.is_empty:
        return 0.0
    return _AREAS.of(digest([shapely.to_wkb(shape)]), lambda: _area_km2(shape))


def _area_km2(shape: BaseGeometry) -> float:
    # Each ring by itself: the library counts the area of a ring by its direction, holes included.
    total = 0.0
    for part in polygons_of(shape).geoms:
        total += abs(wgs84().geometry_area_perimeter(Polygon(part.exterior))[0])
        total -= sum(abs(wgs84().geometry_area_perimeter(Polygon(hole))[0]) for hole in part.interiors)
    return total / 1e6


def _leaves(shape: BaseGeometry) -> list[BaseGeometry]:
    if isinstance(shape, (GeometryCollection, MultiPolygon)):
        return [leaf for part in shape.geoms for leaf in _leaves(part)]
    return [shape]


def _moved(part: Polygon, transformer: Transformer | None) -> Polygon:
    """One polygon in degrees, longitudes running on past 180 where it crosses the antimeridian."""
    if transformer is None and not any(_leaps(np.asarray(ring.coords)) for ring in (part.exterior, *part.interiors)):
        return part
    rings = [
        _the_short_way(np.asarray(ring.coords))
        if transformer is None
        else _moved_ring(np.asarray(ring.coords), transformer)
        for ring in (part.exterior, *part.interiors)
    ]
    shell = rings[0]
    middle = shell[:, 0].mean()
    holes = [hole + np.array([360 * round((middle - hole[:, 0].mean()) / 360), 0]) for hole in rings[1:]]
    return Polygon(shell, holes)


def _leaps(ring: NDArray[np.float64]) -> bool:
    """Whether an edge of a ring in degrees spans more than half of the world, but not all of it."""
    spans = np.abs(np.diff(ring[:, 0]))
    return bool(((spans > 180) & (spans < WHOLE_WORLD)).any())


def _the_short_way(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """A ring in degrees with every edge drawn the short way round the world, longitudes running on past 180.

    From 177 to -178.5 it is 4.5 degrees, across the antimeridian; nobody means the 355.5 the other way. A ring that
    does not come back to where it began runs round a pole, and is closed there.
    """
    points = ring.copy()
    spans = np.diff(ring[:, 0])
    turns = np.where((np.abs(spans) > 180) & (np.abs(spans) < WHOLE_WORLD), -360 * np.sign(spans), 0.0)
    points[1:, 0] += np.cumsum(turns)
    if abs(points[-1, 0] - points[0, 0]) < 180:
        return points
    pole = float(np.copysign(90.0, points[:, 1].mean()))
    return np.vstack([points, [points[-1, 0], pole], [points[0, 0], pole], points[0]])


def _moved_ring(ring: NDArray[np.float64], transformer: Transformer) -> NDArray[np.float64]:
    lon, lat = transformer.transform(ring[:, 0], ring[:, 1])
    points = np.column_stack([lon, lat])
    leaps = np.flatnonzero(np.abs(np.diff(points[:, 0])) > 180)
    if not leaps.size:
        return points
    # Does an edge run round the back of the world, or is it that long? What lies half-way between tells.
    if np.allclose(ring, points, atol=1.0):
        return _the_short_way(points)  # degrees of another datum
    half = (ring[leaps] + ring[leaps + 1]) / 2
    half_lon, _ = transformer.transform(half[:, 0], half[:, 1])
    back = leaps[np.abs(half_lon) > 90]
    steps = np.zeros(len(points))
    steps[back + 1] = -360 * np.sign(np.diff(points[:, 0])[back])
    points[:, 0] += np.cumsum(steps)
    return points


def _wrapped(part: Polygon) -> list[Polygon]:
    """The pieces of a polygon whose longitudes may run past 180, each inside -180..180."""
    west, south, east, north = part.bounds if not part.is_empty else (0.0, 0.0, 0.0, 0.0)
    if not np.isfinite([west, south, east, north]).all() or (west >= -180 and east <= 180):
        return [part]
    if east - west > 720:
        return [part]
    sound = part if part.is_valid else shapely.make_valid(part, method="structure", keep_collapsed=False)
    pieces: list[Polygon] = []
    for turn in range(int(np.floor((west + 180) / 360)), int(np.ceil((east + 180) / 360))):
        world = box(360 * turn - 180, south - 1, 360 * turn + 180, north + 1)
        piece = affinity.translate(sound.intersection(world), xoff=-360.0 * turn)
        pieces.extend(polygons_of(piece).geoms)
    return pieces
