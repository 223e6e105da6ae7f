"""Which regions places lie in. A place on a border lies in one region, and always in the same."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from gcrm.platform.memo import Memo, digest
from gcrm.territories.model import Region
from routing.points import Points

Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Positions of places and of regions that hold them, (m,) each, by place and then by set and name of the region."""

WORTH_KEEPING = 500
"""Fewer places are located faster than they are looked up."""
_KEPT: Memo[Pairs] = Memo(most=8)
"""Of the sets that pages ask for again and again."""


def regions_of(points: Points, regions: Sequence[Region]) -> list[tuple[int, ...]]:
    """For each place the positions in `regions` of those that it lies in, in the order of set and name.

    points: (n, 2), EPSG:4326. Several positions mean that regions overlap there. A place that is inside no region but
    on the border of some lies in the first of them by set and name, so that no border doubles an account.
    """
    found: list[tuple[int, ...]] = [()] * len(points)
    place, region = located(points, regions)
    for one, inside in zip(place.tolist(), region.tolist(), strict=True):
        found[one] = (*found[one], inside)
    return found


def located(points: Points, regions: Sequence[Region]) -> Pairs:
    """As `regions_of`, as pairs; many places are remembered for as long as neither they nor the regions change."""
    if len(points) < WORTH_KEEPING:
        return _located(points, regions)
    names = (f"{region.set_name}\0{region.name}".encode() for region in regions)
    shapes = shapely.to_wkb(np.array([region.geometry for region in regions], dtype=object))
    key = digest([np.ascontiguousarray(points).tobytes(), *names, *shapes])
    return _KEPT.of(key, lambda: _located(points, regions))


def _located(points: Points, regions: Sequence[Region]) -> Pairs:
    if not len(points) or not regions:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    order = np.array(
        sorted(range(len(regions)), key=lambda position: (regions[position].set_name, regions[position].name))
    )
    (place, rank), is_inside = touching(points, [regions[position].geometry for position in order])
    # Pairs come by place and rank: the first of a place that is inside none is the first region on whose border it is.
    has_inside = np.bincount(place[is_inside], minlength=len(points)) > 0
    is_first = np.concatenate([[True], place[1:] != place[:-1]]) if len(place) else np.empty(0, dtype=bool)
    kept = is_inside | (is_first & ~has_inside[place])
    return place[kept], order[rank[kept]]


def touching(points: Points, shapes: Sequence[shapely.MultiPolygon]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Pairs (place, shape) that touch, as (2, m), and for each whether the place is strictly inside."""
    # One part a shape: the boxes of countries with islands are mostly sea.
    parts, owner = shapely.get_parts(np.asarray(shapes, dtype=object), return_index=True)
    places = np.array(shapely.points(points), dtype=object)
    shapely.prepare(parts)
    place, part = shapely.STRtree(parts).query(places, predicate="intersects")
    pairs, first = np.unique(np.stack([place, owner[part]]), axis=1, return_index=True)
    inside = np.asarray(shapely.contains_properly(parts[part[first]], places[place[first]]), dtype=np.bool_)
    return pairs, inside
