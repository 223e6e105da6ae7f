"""Compile before anyone waits for it."""

import numpy as np

from routing.districting.graph import islands
from routing.districting.kernel.ways import spread
from routing.districting.problem import DistrictingProblem
from routing.districting.roads import Roads, adjacency
from routing.districting.solve import solve


def precompile() -> None:
    """Divide a trivial problem, so that the compiled search is loaded, and compiled if this is its first time.

    The compiled code is kept on disk beside its source: the first call ever takes a minute or two, later ones a second.
    """
    at = np.arange(16)
    places = np.column_stack([9.5 + 0.01 * (at % 4), 47.1 + 0.01 * (at // 4)])
    edges = np.array([(u, v) for u in at for v in (u + 1, u + 4) if v < 16 and (v == u + 4 or v % 4)], dtype=np.int32)
    seconds = np.full(len(edges), 60.0)
    roads = Roads(*adjacency(16, edges, seconds), at.astype(np.int32))
    nodes = at.astype(np.int32)
    spread(roads.start, roads.to, roads.seconds, nodes, np.zeros(16), np.empty(16), np.empty(16, dtype=np.int32))
    islands(16, edges)
    weights = np.column_stack([1.0 + at % 3, np.ones(16)])
    fresh = DistrictingProblem(places, weights[:, :1], edges, seconds, 3, roads=roads)
    current = (at // 4 % 3).astype(np.int32)
    today = DistrictingProblem(places, weights[:, :1], edges, seconds, 3, current=current, max_moves=4, roads=roads)
    for problem in (fresh, today):
        solve(problem, steps=200)
