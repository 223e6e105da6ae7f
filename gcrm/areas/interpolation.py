"""Houses along an interpolation way: numbers that are only given at its ends.

Source: OSM wiki, Key:addr:interpolation.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import shapely

STEPS = {"odd": 2, "even": 2, "all": 1}
MOST = 500
"""More houses than this between two given numbers are a slip of the mapper's."""


@dataclass(frozen=True, slots=True)
class NumberedNode:
    """A house number and its place, EPSG:4326."""

    tags: Mapping[str, str]
    lon: float
    lat: float


def houses_between(
    way_tags: Mapping[str, str], nodes: Sequence[tuple[int, float, float]], numbered: Mapping[int, NumberedNode]
) -> Iterator[NumberedNode]:
    """The houses between the numbered nodes of the way, evenly spaced along it; the given ones are left out.

    nodes: (id, lon, lat) in the way's order. A step may be odd, even, all, or a number.
    """
    kind = way_tags.get("addr:interpolation", "")
    step = STEPS.get(kind) or (int(kind) if kind.isdecimal() else 0)
    stops = [position for position, (node, _, _) in enumerate(nodes) if node in numbered]
    for start, end in pairwise(stops):
        first, last = numbered[nodes[start][0]], numbered[nodes[end][0]]
        numbers = _numbers(first.tags["addr:housenumber"], last.tags["addr:housenumber"], step)
        if not numbers:
            continue
        line = shapely.LineString([(lon, lat) for _, lon, lat in nodes[start : end + 1]])
        common = {
            key: value
            for key, value in {**last.tags, **first.tags}.items()
            if key.startswith("addr:") and last.tags.get(key, value) == value
        }
        along = {
            key: value for key, value in way_tags.items() if key.startswith("addr:") and key != "addr:interpolation"
        }
        for position, number in enumerate(numbers, start=1):
            point = line.interpolate(position / (len(numbers) + 1), normalized=True)
            yield NumberedNode({**common, **along, "addr:housenumber": str(number)}, point.x, point.y)


def _numbers(first: str, last: str, step: int) -> list[int]:
    """The numbers strictly between the two, in order from the first; none where they are not plain numbers."""
    ends = [re.match(r"\d+", text.strip()) for text in (first, last)]
    if not step or ends[0] is None or ends[1] is None:
        return []
    low, high = int(ends[0].group()), int(ends[1].group())
    numbers = list(range(low + step, high, step)) if low < high else list(range(low - step, high, -step))
    return numbers if len(numbers) <= MOST else []
