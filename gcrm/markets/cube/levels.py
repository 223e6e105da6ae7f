"""Which set of regions holds whole regions of which other: counties hold municipalities."""

from collections.abc import Mapping, Sequence

import numpy as np
import shapely

from gcrm.territories.model import Region

INSIDE = 0.95
"""Share of a region's area that lies in one region of the level above, and share of regions of which that holds.

Borders of two sources never agree to the metre.
"""


def parents_of(sets: Mapping[str, Sequence[Region]]) -> dict[str, str]:
    """Set of regions to the set right above it; those that no other holds are not in it.

    Of several that hold it the finest counts: the one with the most regions, which then is held by the others.
    """
    found: dict[str, str] = {}
    for name, regions in sets.items():
        above = [
            other
            for other, wider in sets.items()
            if other != name and len(wider) < len(regions) and _holds(wider, regions)
        ]
        if above:
            found[name] = max(above, key=lambda other: (len(sets[other]), other))
    return found


def _holds(wider: Sequence[Region], inner: Sequence[Region]) -> bool:
    outer = np.array([shapely.make_valid(one.geometry) for one in wider], dtype=object)
    shapes = np.array([shapely.make_valid(one.geometry) for one in inner if not one.geometry.is_empty], dtype=object)
    if not len(shapes) or not len(outer):
        return False
    tree = shapely.STRtree(outer)
    point, holder = tree.query(shapely.point_on_surface(shapes), predicate="intersects")
    if len(set(point.tolist())) < INSIDE * len(shapes):
        return False
    # Areas in square degrees: only their ratio within one region counts.
    shared = shapely.area(shapely.intersection(shapes[point], outer[holder]))
    inside = shared >= INSIDE * shapely.area(shapes[point])
    return len(set(point[inside].tolist())) >= INSIDE * len(shapes)
