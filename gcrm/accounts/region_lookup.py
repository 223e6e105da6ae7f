"""Which regions places lie in. A place on a border lies in one region, and always in the same."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from gcrm.territories.model import Region
from routing.points import Points


def regions_of(points: Points, regions: Sequence[Region]) -> list[tuple[int, ...]]:
    """For each place the positions in `regions` of those that it lies in, in the order of set and name.

    points: (n, 2), EPSG:4326. Several positions mean that regions overlap there. A place that is inside no region but
    on the border of some lies in the first of them by set and name, so that no border doubles an account.
    """
    found: list[tuple[int, ...]] = [()] * len(points)
    if not len(points) or not regions:
        return found
    order = sorted(range(len(regions)), key=lambda position: (regions[position].set_name, regions[position].name))
    which, inside = _pairs(points, [regions[position].geometry for position in order])
    strict: dict[int, list[int]] = {}
    border: dict[int, int] = {}
    for place, region, is_inside in zip(*which, inside, strict=True):
        if is_inside:
            strict.setdefault(int(place), []).append(int(region))
        else:
            border[int(place)] = min(int(region), border.get(int(place), int(region)))
    for place, ranks in strict.items():
        found[place] = tuple(order[rank] for rank in sorted(ranks))
    for place, rank in border.items():
        if place not in strict:
            found[place] = (order[rank],)
    return found


def _pairs(points: Points, shapes: Sequence[shapely.MultiPolygon]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Pairs (place, shape) that touch, as (2, m), and for each whether the place is strictly inside."""
    # One part a shape: the boxes of countries with islands are mostly sea.
    parts, owner = shapely.get_parts(np.asarray(shapes, dtype=object), return_index=True)
    places = np.array(shapely.points(points), dtype=object)
    shapely.prepare(parts)
    place, part = shapely.STRtree(parts).query(places, predicate="intersects")
    pairs, first = np.unique(np.stack([place, owner[part]]), axis=1, return_index=True)
    inside = np.asarray(shapely.contains_properly(parts[part[first]], places[place[first]]), dtype=np.bool_)
    return pairs, inside
