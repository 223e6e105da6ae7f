"""Which units are neighbours on the streets: a network Voronoi diagram (Erwig 2000, doi.org/10.1002/1097-0037).

Every place on the streets belongs to the unit that is nearest by driving time. Units whose streets meet are neighbours.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from routing.districting.kernel.ways import spread
from routing.districting.roads import Floats, Ints, Roads, adjacency, least_of_pairs
from routing.network.street_network import StreetNetwork
from routing.points import Points
from routing.travel_times.snapping import StreetFinder

BESIDE_S = 1.0
"""Between two units at one place, so that no way is free."""


@dataclass(frozen=True, slots=True, eq=False)
class UnitGraph:
    """n units on the streets.

    edges: (e, 2) int32 neighbours, each pair once; edge_s: (e,) seconds to drive from one to the other.
    island: (n,) int32, units with the same number reach each other; 0 is the largest such part. A unit that lies on no
        street is an island of its own.
    roads: the graph that they lie on.
    """

    edges: Ints
    edge_s: Floats
    island: Ints
    roads: Roads


def units_on_streets(network: StreetNetwork, points: Points, finder: StreetFinder | None = None) -> UnitGraph:
    """The neighbours among n points on a street network.

    points: (n, 2) lon and lat. finder: of this network, if there is one already.
    Several units at one place are tied to each other in a row, and each of them to the neighbours of the place.
    """
    points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    roads = place_on_roads(network, points, finder)
    edges, edge_s = _neighbours(roads)
    return UnitGraph(edges, edge_s, islands(len(points), edges), roads)


def islands(units: int, edges: Ints) -> Ints:
    """(n,) the part of the graph that each unit hangs together with; 0 is the largest, the others by their size."""
    if not units:
        return np.empty(0, dtype=np.int32)
    graph = csr_array((np.ones(len(edges), dtype=bool), (edges[:, 0], edges[:, 1])), shape=(units, units))
    _, part = connected_components(graph, directed=False)
    order = np.argsort(-np.bincount(part), kind="stable")
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return np.asarray(rank[part], dtype=np.int32)


def place_on_roads(network: StreetNetwork, points: Points, finder: StreetFinder | None = None) -> Roads:
    """The streets as a graph in which every place where a point meets a street is a node of its own."""
    places = (finder or StreetFinder(network)).find(points)
    streets = len(network.shape_start) - 1
    fastest = np.full(streets, np.inf)
    np.minimum.at(fastest, network.street, network.seconds)
    ends = np.zeros((streets, 2), dtype=np.int64)
    # An edge that is driven against the drawing begins at the street's end.
    forth = ~network.backward
    ends[network.street[forth]] = np.column_stack([network.tail[forth], network.head[forth]])
    ends[network.street[~forth]] = np.column_stack([network.head[~forth], network.tail[~forth]])

    on = np.flatnonzero(places.street >= 0)
    street, share = places.street[on], places.share[on]
    # At a junction a point is the junction itself, or three points at one crossing would lie on three nodes.
    node = np.where(share < AT_END, ends[street, 0], np.where(share > 1 - AT_END, ends[street, 1], -1))
    inner = np.flatnonzero(node < 0)
    spots, which = np.unique(
        np.column_stack([street[inner].astype(np.float64), np.round(share[inner], 6)]), axis=0, return_inverse=True
    )
    node[inner] = network.junctions + which.reshape(-1)
    unit_node = np.full(len(points), -1, dtype=np.int32)
    unit_node[on] = node

    # Along each street: its beginning, the places on it in their order, its end.
    spot_street = spots[:, 0].astype(np.int64)
    owner = np.concatenate([np.arange(streets), spot_street, np.arange(streets)])
    at = np.concatenate([np.zeros(streets), spots[:, 1], np.ones(streets)])
    nodes = np.concatenate([ends[:, 0], network.junctions + np.arange(len(spots)), ends[:, 1]])
    order = np.lexsort((at, owner))
    owner, at, nodes = owner[order], at[order], nodes[order]
    follows = owner[1:] == owner[:-1]
    pairs = np.column_stack([nodes[:-1][follows], nodes[1:][follows]])
    seconds = (at[1:] - at[:-1])[follows] * fastest[owner[:-1][follows]]
    driven = np.isfinite(seconds) & (pairs[:, 0] != pairs[:, 1])
    count = network.junctions + len(spots)
    return Roads(*adjacency(count, pairs[driven], seconds[driven]), unit_node)


AT_END = 1e-4
"""A share of a street: nearer to its end than this a point is at the junction."""


def _neighbours(roads: Roads) -> tuple[Ints, Floats]:
    on = np.flatnonzero(roads.unit_node >= 0)
    nodes, place = np.unique(roads.unit_node[on], return_inverse=True)
    nodes, place = nodes.astype(np.int32), place.reshape(-1)
    count = len(roads.start) - 1
    time, owner = np.empty(count), np.empty(count, dtype=np.int32)
    spread(roads.start, roads.to, roads.seconds, nodes, np.zeros(len(nodes)), time, owner)
    tail = np.repeat(np.arange(count), np.diff(roads.start))
    one, other = owner[tail], owner[roads.to]
    border = np.flatnonzero((one < other) & (one >= 0))
    drive = time[tail[border]] + roads.seconds[border] + time[roads.to[border]]
    pairs, seconds = least_of_pairs(np.column_stack([one[border], other[border]]), drive)
    return _between_units(on, place, len(nodes), pairs, seconds)


def _between_units(
    on: NDArray[np.intp], place: NDArray[np.intp], places: int, pairs: NDArray[np.int32], seconds: Floats
) -> tuple[Ints, Floats]:
    """From neighbouring places to neighbouring units: all of one place with all of the other, up to a limit."""
    order = np.argsort(place, kind="stable")
    units = on[order]
    first = np.concatenate([[0], np.cumsum(np.bincount(place, minlength=places))])
    at_one = np.flatnonzero(place[order][1:] == place[order][:-1])
    found = [np.column_stack([units[at_one], units[at_one + 1]])]
    times = [np.full(len(at_one), BESIDE_S)]
    crowd = np.diff(first)
    alone = (crowd[pairs[:, 0]] == 1) & (crowd[pairs[:, 1]] == 1) if len(pairs) else np.zeros(0, dtype=bool)
    found.append(np.column_stack([units[first[pairs[alone, 0]]], units[first[pairs[alone, 1]]]]))
    times.append(seconds[alone])
    for (one, other), drive in zip(pairs[~alone].tolist(), seconds[~alone].tolist(), strict=True):
        here, there = units[first[one] : first[one + 1]], units[first[other] : first[other + 1]]
        # Two crowds: each of the larger with one of the smaller is enough to let either be divided.
        if len(here) > 1 and len(there) > 1 and len(here) * len(there) > MOST_PAIRS:
            longer = max(len(here), len(there))
            both = np.column_stack([np.resize(here, longer), np.resize(there, longer)])
        else:
            both = np.column_stack([np.repeat(here, len(there)), np.tile(there, len(here))])
        found.append(both)
        times.append(np.full(len(both), drive))
    edges = np.concatenate(found).astype(np.int32).reshape(-1, 2)
    edges.sort(axis=1)
    return edges, np.concatenate(times).astype(np.float64)


MOST_PAIRS = 64
"""Between the units of two neighbouring places."""
