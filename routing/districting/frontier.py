"""Balance against hand-overs: from today's division, how even territories can be for so many accounts moved."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from routing.districting.answer import Districting
from routing.districting.board import slack_of
from routing.districting.climber import Climber
from routing.districting.judge import Judge
from routing.districting.layout import as_today, quick_times
from routing.districting.problem import DistrictingProblem, Ints
from routing.districting.solve import CORES, DEFAULT_S, NO_WEIGHTS, judge_of, search, weights_of
from routing.stop_when import Budget

LEVELS = (0.5, 0.3, 0.2, 0.15, 0.1, 0.07, 0.05, 0.03, 0.02)
"""Largest deviations to come down to, from today's to the tolerance that is asked for, closer where moves get dear."""

MOST_PICKED = 0.05
"""The tolerance that is searched for first, those beside it next."""

MOVE_PRICE = 15.0
"""What a move costs, in typical drives: so much that driving decides only between divisions with as many moves."""


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
    """Points from today's division, as it may be kept, to few moves that balance it; moves ascend.

    Each is within one of `LEVELS`, by few moves: the work that is over flows along neighbouring territories to where
    it is short, the heaviest units at the borders first (`kernel/few.py`), then the search saves moves.

    problem: with `current`; its own max_moves, if it has one, ends the frontier. steps: of each point.
    Each point that is found goes to `on_point`. `stop` is asked often; once it says so, the points so far are returned.
    Without anything to divide, or without today's division, there are no points.
    Source: balance against similarity to the plan there is, Kalcsics et al. (2005), doi.org/10.1007/BF02578982.
    """
    if problem.current is None or not problem.units or not problem.k or not (problem.current >= 0).any():
        return ()
    budget = Budget(seconds=DEFAULT_S if seconds is None and steps is None else seconds, steps=steps, asked=stop)
    with ThreadPoolExecutor(CORES) as pool:
        line = _Line(judge_of(problem, pool), budget, seed, pool, on_point)
        line.lay_out()
        line.save_moves()
        return unbettered(line.points)


def unbettered(points: Sequence[FrontierPoint]) -> tuple[FrontierPoint, ...]:
    """Points in the order of their moves, each more even than those before."""
    kept: list[FrontierPoint] = []
    for point in sorted(points, key=lambda point: (point.moved, point.deviation)):
        if not kept or point.deviation < kept[-1].deviation:
            kept.append(point)
    return tuple(kept)


class _Line:
    """The points so far: first each from the one before by what helps most, then each with changes that save moves."""

    def __init__(
        self,
        judge: Judge,
        budget: Budget,
        seed: int,
        pool: ThreadPoolExecutor,
        on_point: Callable[[FrontierPoint], None] | None,
    ) -> None:
        self._judge, self._budget, self._seed, self._pool, self._on_point = judge, budget, seed, pool, on_point
        today = as_today(judge)
        answer = judge.answer(today)
        self._typical_s = max(1.0, 60 * answer.minutes)
        self.points: list[FrontierPoint] = []
        self._found: list[tuple[float, Ints]] = []
        self._climber = Climber(judge, NO_WEIGHTS, seed)
        self._today = today
        self._keep(answer)

    def lay_out(self) -> None:
        """The points within all tolerances, the most lenient first; on one core, and soon."""
        climber, problem = self._climber, self._judge.problem
        climber.begin(self._today, None, quick_times)
        climber.weights = weights_of(climber)
        for tolerance in self._levels():
            if self._budget.over():
                return
            slack = slack_of(self._within(tolerance))
            climber.even_out(lambda: not self._budget.over(), slack)
            answer = self._judge.answer(climber.best)
            self._keep(answer)
            self._found.append((tolerance, climber.best.copy()))
            if problem.max_moves is not None and answer.moved >= problem.max_moves:
                return

    def save_moves(self) -> None:
        """Search on from each point within its tolerance, those first that most people pick."""
        order = sorted(self._found, key=lambda found: abs(found[0] - MOST_PICKED))
        for left, (tolerance, division) in zip(range(len(order), 0, -1), order, strict=True):
            if self._budget.over():
                return
            part = self._budget.part(share=1.0 if self._budget.counted else 1 / left)
            own = Budget(seconds=part.seconds, steps=part.steps, asked=self._budget.asked)
            wanted = replace(self._within(tolerance), move_cost_s=MOVE_PRICE * self._typical_s)
            judge = self._judge.about(wanted)
            answer = search(judge, own, self._seed, None, self._pool, division)
            # Its reasons are those for not being as the problem asks, not as this tolerance does.
            self._keep(self._judge.answer(answer.assignment[judge.board.head]))

    def _levels(self) -> list[float]:
        """Largest deviations to come down to."""
        problem = self._judge.problem
        least = min((one.tolerance for one in problem.measures if one.is_balanced), default=1.0)
        return [*(one for one in LEVELS if least < one < self.points[0].deviation), least]

    def _within(self, tolerance: float) -> DistrictingProblem:
        """The problem with no measure held closer than a tolerance."""
        problem = self._judge.problem
        measures = tuple(
            replace(one, tolerance=max(one.tolerance, tolerance)) if one.is_balanced else one
            for one in problem.measures
        )
        return replace(problem, measures=measures)

    def _keep(self, answer: Districting) -> None:
        point = FrontierPoint(answer.moved, answer.deviation, answer)
        self.points.append(point)
        if self._on_point is not None:
            self._on_point(point)
