"""Ways joined and cut into streets: lines from junction to junction that are driven alike from end to end."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np

from routing.network.driving import Driving


@dataclass(frozen=True, slots=True)
class Way:
    """A way of the map: the numbers of its nodes in order, how it is driven, and its own number."""

    nodes: list[int]
    driving: Driving
    way_id: int = 0


@dataclass(slots=True)
class Street:
    """A line from junction to junction. first_way, last_way: the ways at its two ends, which turn restrictions name."""

    nodes: list[int]
    driving: Driving
    first_way: int
    last_way: int

    def turned(self) -> "Street":
        """The same street, drawn from its other end."""
        return Street(self.nodes[::-1], self.driving.reversed(), self.last_way, self.first_way)


def join_and_cut(ways: Iterable[Way], node_count: int, keep: Collection[int]) -> list[Street]:
    """Cut ways where streets meet, end or change, and join them where one way only continues another.

    node_count: nodes are numbered 0 to node_count - 1.
    keep: nodes that stay the end of a street though nothing branches off there (signals, gates, barriers).
    """
    ways = [way for way in ways if len(way.nodes) > 1]
    cut = _junctions(ways, node_count, keep)
    pieces = [piece for way in ways for piece in _pieces(way, cut)]
    return _join(pieces, cut)


def _junctions(ways: list[Way], node_count: int, keep: Collection[int]) -> list[bool]:
    """Whether a node certainly ends streets. A node where two ways end may still be joined over."""
    uses = np.zeros(node_count, dtype=np.int64)
    if ways:
        np.add.at(uses, np.concatenate([np.asarray(way.nodes) for way in ways]), 2)
        np.add.at(uses, np.array([end for way in ways for end in (way.nodes[0], way.nodes[-1])]), -1)
    cut: list[bool] = (uses != 2).tolist()
    for node in keep:
        cut[node] = True
    for way in ways:
        if way.nodes[0] == way.nodes[-1]:
            cut[way.nodes[0]] = True
    return cut


def _pieces(way: Way, cut: list[bool]) -> Iterable[Street]:
    start = 0
    last = len(way.nodes) - 1
    for place, node in enumerate(way.nodes):
        if place and (cut[node] or place == last):
            yield Street(way.nodes[start : place + 1], way.driving, way.way_id, way.way_id)
            start = place


def _join(pieces: list[Street], cut: list[bool]) -> list[Street]:
    ends: dict[int, list[int]] = defaultdict(list)
    for number, piece in enumerate(pieces):
        for node in (piece.nodes[0], piece.nodes[-1]):
            if not cut[node]:
                ends[node].append(number)
    used = [False] * len(pieces)

    def extend(street: Street) -> Street:
        """Go on from the last node as long as exactly one like piece continues there."""
        while True:
            node = street.nodes[-1]
            following = [number for number in ends.get(node, ()) if not used[number]]
            if cut[node] or len(following) != 1:
                return street
            piece = pieces[following[0]]
            if piece.nodes[0] != node:
                piece = piece.turned()
            if piece.driving != street.driving:
                return street
            used[following[0]] = True
            street.nodes += piece.nodes[1:]
            street.last_way = piece.last_way

    streets = []
    for number, piece in enumerate(pieces):
        if used[number]:
            continue
        used[number] = True
        own = Street(list(piece.nodes), piece.driving, piece.first_way, piece.last_way)
        streets.append(extend(extend(own).turned()).turned())
    return streets
