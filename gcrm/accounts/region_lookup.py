"""Which regions places lie in. A place on a border lies in one region, and always in the same."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from gcrm.territories.model import Region
from routing.points import Points

WORTH_KEEPING = 500
"""Fewer places are located faster than they are looked up."""
KEPT = 8
"""Answers that are remembered: of the sets that pages ask for again and again."""
_answers: OrderedDict[tuple[bytes, bytes], list[tuple[int, ...]]] = OrderedDict()
_lock = threading.Lock()


def regions_of(points: Points, regions: Sequence[Region]) -> list[tuple[int, ...]]:
    """What `locate` says, remembered for as long as neither a place nor a region changes. Not to be changed."""
    if len(points) < WORTH_KEEPING:
        return locate(points, regions)
    shapes = hashlib.blake2b(digest_size=16)
    for region in regions:
        shapes.update(f"{region.set_name}\0{region.name}\0".encode())
        shapes.update(shapely.to_wkb(region.geometry))
    places = hashlib.blake2b(np.ascontiguousarray(points), digest_size=16)
    key = places.digest(), shapes.digest()
    with _lock:
        if key in _answers:
            _answers.move_to_end(key)
            return _answers[key]
    found = locate(points, regions)
    with _lock:
        _answers[key] = found
        while len(_answers) > KEPT:
            _answers.popitem(last=False)
    return found


def locate(points: Points, regions: Sequence[Region]) -> list[tuple[int, ...]]:
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
