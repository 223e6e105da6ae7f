"""Districts with few neighbours parted, by annealing anew and anew from divisions of the plane and from the best."""

from collections.abc import Callable

import numpy as np

from routing.districting.bisect import bisected
from routing.districting.cut_problem import CutProblem, Ints
from routing.districting.kernel.anneal import anneal
from routing.districting.kernel.repair import join_pieces
from routing.districting.kernel.state import Data, Weights, new_state
from routing.districting.parameters import CUTS
from routing.districting.roads import adjacency


class CutSearch:
    """One core's search."""

    def __init__(self, problem: CutProblem, seed: int) -> None:
        self._problem = problem
        self._random = np.random.default_rng(seed)
        self._data = _data(problem)
        self._runs = 0
        self.best: Ints | None = None
        self.value: int | None = None

    def run(self, over: Callable[[], bool]) -> None:
        """Anneal once, until it is cold or over."""
        problem, random = self._problem, self._random
        again = self.best is not None and random.random() < CUTS.again_share
        if again:
            assert self.best is not None
            begin, hot = self.best.copy(), CUTS.warm
        else:
            begin = bisected(
                problem.at, problem.weights.astype(np.float64) + 1e-6, np.ones(problem.k), float(random.random() * 6.28)
            )
            hot = CUTS.hot
            join_pieces(self._data, begin, -1)
        strict = CUTS.uneven[self._runs % len(CUTS.uneven)]
        self._runs += 1
        state = new_state(self._data, begin)
        found = np.empty_like(begin)
        steps = max(1, CUTS.steps // CUTS.chunks)
        for chunk in range(CUTS.chunks):
            if over():
                return
            share = chunk / (CUTS.chunks - 1)
            weights = Weights(0.0, 1.0, strict * CUTS.lenient ** (1 - share), 0.0, 0.0, -1)
            heat = hot * (CUTS.cold / hot) ** share
            _, off = anneal(self._data, weights, state, steps, heat, CUTS.swaps, int(random.integers(2**31)), found)
            if off <= 1.0:
                self.take(found)

    def take(self, assignment: Ints) -> None:
        """Keep districts within the bounds, in one piece, if they part fewer neighbours."""
        problem = self._problem
        value = cuts_of(problem, assignment)
        if (self.value is None or value < self.value) and is_sound(problem, assignment):
            self.best, self.value = assignment.copy(), value


def cuts_of(problem: CutProblem, assignment: Ints) -> int:
    """How many neighbours are in different districts."""
    return int((assignment[problem.edges[:, 0]] != assignment[problem.edges[:, 1]]).sum())


def is_sound(problem: CutProblem, assignment: Ints) -> bool:
    """Whether districts are within the bounds and each in one piece."""
    from routing.districting.measures import pieces

    weight = np.zeros(problem.k, dtype=np.int64)
    np.add.at(weight, assignment, problem.weights)
    within = bool(((weight >= problem.low) & (weight <= problem.high)).all())
    return within and bool((pieces(assignment, problem.edges, problem.k) == 1).all())


def _data(problem: CutProblem) -> Data:
    n, k = len(problem.weights), problem.k
    start, to, metres = adjacency(n, problem.edges, np.ones(len(problem.edges)))
    total = max(1, int(problem.weights.sum()))
    middle = (problem.low + problem.high) / 2
    slack = np.array([(problem.high - problem.low) / max(1e-9, 2 * middle) + 1e-9])
    nobody = np.zeros((n, k), dtype=np.int32)
    apart_start, apart_to, _ = adjacency(n, np.zeros((0, 2), dtype=np.int32), np.zeros(0))
    return Data(
        start,
        to,
        start,
        to,
        metres,
        (problem.weights / total)[:, None].copy(),
        np.full(k, middle / total),
        slack,
        slack,
        np.ones(n),
        np.zeros((n, k), dtype=np.float32),
        np.ones((n, k), dtype=bool),
        nobody,
        np.zeros(n, dtype=np.int32),
        apart_start,
        apart_to,
    )
