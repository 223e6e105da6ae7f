"""The fewest moves that balance needs: a bound, held against every division of small worlds."""

from itertools import product

import numpy as np
import pytest

from routing.districting import DistrictingProblem, Measure
from routing.districting.least_moves import least_moves


def world(weights: np.ndarray, current: np.ndarray, k: int, locked: np.ndarray | None = None) -> DistrictingProblem:
    """Places on a line, each beside the next."""
    n = len(weights)
    return DistrictingProblem(
        places=np.column_stack([9.5 + np.arange(n) / 1000, np.full(n, 47.0)]),
        weights=weights,
        edges=np.array([(one, one + 1) for one in range(n - 1)], dtype=np.int32).reshape(-1, 2),
        edge_s=np.full(n - 1, 60.0),
        k=k,
        measures=tuple(Measure(f"m{one}", 1.0, 0.01) for one in range(weights.shape[1])),
        current=current.astype(np.int32),
        locked=locked,
    )


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("measures", [1, 2])
def test_no_division_within_the_tolerance_moves_fewer(seed: int, measures: int) -> None:
    random = np.random.default_rng(seed)
    n, k, within = 8, 2 + seed % 2, 0.25
    weights = random.integers(1, 6, (n, measures)).astype(float)
    current = random.integers(-1 if seed % 4 == 0 else 0, k, n)
    problem = world(weights, current, k)
    bound = least_moves(problem, within)
    fewest = n + 1
    for chosen in product(range(k), repeat=n):
        at = np.array(chosen)
        loads = np.array([np.bincount(at, weights[:, one], minlength=k) for one in range(measures)]).T
        if (np.abs(loads - problem.due) <= within * problem.due + 1e-9).all():
            fewest = min(fewest, int(((current >= 0) & (at != current)).sum()))
    assert bound <= fewest


def test_what_is_over_must_leave_and_what_is_short_must_come() -> None:
    weights = np.ones((10, 1))
    assert least_moves(world(weights, np.zeros(10, int), 2), 0.0) == 5
    assert least_moves(world(weights, np.arange(10) % 2, 2), 0.0) == 0
    heavy = np.array([[5.0], [1], [1], [1], [1], [1]])
    assert least_moves(world(heavy, np.zeros(6, int), 2), 0.0) == 1
    locked = np.array([0, -1, -1, -1, -1, -1], dtype=np.int32)
    assert least_moves(world(heavy, np.zeros(6, int), 2, locked), 0.0) == 5, "the heavy one is locked"
