"""Places on a local plane in metres, and the crossings that join islands there."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay, QhullError

from routing.geodesy import metres_per_degree
from routing.points import Points

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

CROSSING_MS = 5.0
"""Metres a second over a crossing that no street makes: a ferry, or a track that the map does not know."""


def metres_on_plane(places: Points) -> Floats:
    """(n, 2) metres east and north of the middle of n places, right across the antimeridian.

    A plane that touches the ellipsoid at the middle latitude: exact to a thousandth within a hundred kilometres.
    """
    if not len(places):
        return np.zeros((0, 2))
    lons = np.sort(places[:, 0])
    gaps = np.diff(lons, append=lons[0] + 360)
    west = lons[(int(np.argmax(gaps)) + 1) % len(lons)]
    lon = (places[:, 0] - west) % 360
    middle = float(places[:, 1].min() + places[:, 1].max()) / 2
    kx, ky = metres_per_degree(middle)
    at = np.column_stack([lon * kx, (places[:, 1] - middle) * ky])
    return np.asarray(at - at.mean(axis=0))


def crossings(at: Floats, edges: Ints) -> tuple[Ints, Floats]:
    """The shortest crossings that make one piece of a graph that is in several, and seconds over each.

    at: (n, 2) metres; edges: (e, 2). Returns (l, 2) and (l,); none where the graph is in one piece.
    The shortest tree (Kruskal 1956) over the Delaunay triangles, which hold it.
    """
    units = len(at)
    count, part = _parts(units, edges)
    if count < 2:
        return np.empty((0, 2), dtype=np.int32), np.empty(0)
    near = _close_pairs(at)
    near = near[part[near[:, 0]] != part[near[:, 1]]]
    length = np.hypot(*(at[near[:, 0]] - at[near[:, 1]]).T)
    root = list(range(count))

    def top(one: int) -> int:
        while root[one] != one:
            root[one] = root[root[one]]
            one = root[one]
        return one

    chosen = []
    for row in np.argsort(length, kind="stable").tolist():
        one, other = top(int(part[near[row, 0]])), top(int(part[near[row, 1]]))
        if one != other:
            root[one] = other
            chosen.append(row)
            if len(chosen) == count - 1:
                break
    return near[chosen].astype(np.int32), length[chosen] / CROSSING_MS


def _parts(units: int, edges: Ints) -> tuple[int, Ints]:
    graph = csr_array((np.ones(len(edges), dtype=bool), (edges[:, 0], edges[:, 1])), shape=(units, units))
    count, part = connected_components(graph, directed=False)
    return int(count), part


def _close_pairs(at: Floats) -> Ints:
    """Pairs among which the shortest tree is to be found: neighbours in the triangulation, and those at one place."""
    spots, first, which = np.unique(at, axis=0, return_index=True, return_inverse=True)
    which = which.reshape(-1)
    same = np.column_stack([np.arange(len(at)), first[which]])
    if len(spots) > 3:
        try:
            corners = Delaunay(spots).simplices
        except QhullError:
            corners = None
        if corners is not None:
            pairs = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
            missing = np.setdiff1d(np.arange(len(spots)), pairs)
            lost = np.column_stack([missing, np.where(missing > 0, missing - 1, 1)])
            return np.concatenate([first[np.concatenate([pairs, lost])], same])
    # On a line, neighbours follow each other in their order.
    row = np.column_stack([np.arange(len(spots) - 1), np.arange(1, len(spots))])
    return np.concatenate([first[row], same])
