"""Small worlds of units that a hand can compute: grids whose neighbours are a minute apart."""

from typing import Any

import numpy as np

from routing.districting import DistrictingProblem

STEP = 0.01
"""Degrees between neighbours."""


def grid(columns: int, rows: int, k: int, *, without: tuple[int, ...] = (), **rest: Any) -> DistrictingProblem:
    """A problem of columns x rows units, numbered row by row, each of weight 1 unless `weights` says otherwise.

    without: units that no road leads to.
    """
    places = np.array([(9.5 + STEP * (u % columns), 47.1 + STEP * (u // columns)) for u in range(columns * rows)])
    edges = [
        (u, v)
        for u in range(columns * rows)
        for v in (u + 1 if (u + 1) % columns else -1, u + columns if u + columns < columns * rows else -1)
        if v >= 0 and u not in without and v not in without
    ]
    rest.setdefault("weights", np.ones(columns * rows))
    return DistrictingProblem(
        places=places, edges=np.array(edges).reshape(-1, 2), edge_s=np.full(len(edges), 60.0), k=k, **rest
    )
