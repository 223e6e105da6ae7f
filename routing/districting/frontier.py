"""Balance against hand-overs: from today's division, how even territories can be for so many accounts moved."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from routing.districting.answer import Districting
from routing.districting.judge import Judge
from routing.districting.layout import as_today
from routing.districting.problem import DistrictingProblem
from routing.districting.solve import CORES, DEFAULT_S, judge_of, search
from routing.stop_when import Budget

SHARES = (0.1, 0.2, 0.35, 0.5, 0.7)
"""Of the moves that full balance takes: where the points between lie, closer where every move counts most."""

DEAREST, CHEAPEST = 4.0, 0.5
"""What a move costs, in typical drives, where as few as possible are wanted, and where balance needs a large change."""


@dataclass(frozen=True, slots=True, eq=False)
class FrontierPoint:
    """A division that nobody betters in both: moved units, and the largest deviation, 0.01 = 1 %."""

    moved: int
    deviation: float
    answer: Districting


def frontier(
    problem: DistrictingProblem,
    *,
    seconds: float | None = None,
    steps: int | None = None,
    seed: int = 1,
    on_point: Callable[[FrontierPoint], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> tuple[FrontierPoint, ...]:
    """Points from today's division, as it may be kept, to the fewest moves that balance it; moves ascend.

    problem: with `current`; its own max_moves, if it has one, ends the frontier. steps: of each point.
    Each point that is found goes to `on_point`. `stop` is asked often; once it says so, the points so far are returned.
    Without anything to divide, or without today's division, there are no points.
    Source: balance against similarity to the plan there is, Kalcsics et al. (2005), doi.org/10.1007/BF02578982.
    """
    if problem.current is None or not problem.units or not problem.k or not (problem.current >= 0).any():
        return ()
    budget = Budget(seconds=DEFAULT_S if seconds is None and steps is None else seconds, steps=steps, asked=stop)
    with ThreadPoolExecutor(CORES) as pool:
        line = _Line(judge_of(problem, pool), budget, seed, pool)
        most = line.find(problem.max_moves, DEAREST)
        even = line.find(problem.max_moves, CHEAPEST)
        for share in (0.0, *SHARES):
            if budget.over():
                break
            point = line.find(round(share * most.moved), DEAREST)
            if on_point is not None:
                on_point(point)
        if on_point is not None:
            on_point(most)
            on_point(even)
        return line.unbettered()


class _Line:
    """The points so far."""

    def __init__(self, judge: Judge, budget: Budget, seed: int, pool: ThreadPoolExecutor) -> None:
        self._judge, self._budget, self._seed, self._pool = judge, budget, seed, pool
        self._typical_s = max(1.0, 60 * judge.answer(as_today(judge)).minutes)
        self._left = len(SHARES) + 3
        self._points: list[FrontierPoint] = []

    def find(self, most_moves: int | None, price: float = DEAREST) -> FrontierPoint:
        """The point with at most so many moves, in its part of the time."""
        problem = self._judge.problem
        limits = replace(problem, max_moves=most_moves, move_cost_s=price * self._typical_s)
        part = self._budget.part(share=1.0 if self._budget.counted else 1 / self._left)
        self._left -= 1
        own = Budget(seconds=part.seconds, steps=part.steps, asked=self._budget.asked)
        answer = search(self._judge.about(limits), own, self._seed, None, self._pool)
        point = FrontierPoint(answer.moved, answer.deviation, answer)
        self._points.append(point)
        return point

    def unbettered(self) -> tuple[FrontierPoint, ...]:
        """Points in the order of their moves, each more even than those before."""
        kept: list[FrontierPoint] = []
        for point in sorted(self._points, key=lambda point: (point.moved, point.deviation)):
            if not kept or point.deviation < kept[-1].deviation:
                kept.append(point)
        return tuple(kept)
