"""The day plan, from the problem to an answer that was checked."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from routing.planner.check import check_day
from routing.planner.drop_reasons import alone
from routing.planner.greedy_insertion import greedy_insertion
from routing.planner.plan import DayPlan
from routing.planner.problem import DayProblem
from routing.planner.schedule import nothing, schedule
from routing.planner.timeline import Clock


def solve_day(
    problem: DayProblem,
    *,
    seconds: float = 5.0,
    seed: int = 1,
    on_better: Callable[[DayPlan], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> DayPlan:
    """The best plan for one rep and one day that is found in the time given.

    The first plan is there at once; each better one goes to `on_better`, in the calling thread. `stop` is asked often;
    once it says so, the best plan so far is returned. What cannot be visited is dropped (see `why.dropped_reasons`),
    never an error.
    """
    began = time.monotonic()
    stopped = stop or (lambda: False)
    search = _Search(problem, began, seed, on_better)
    search.take(greedy_insertion(search.clock, search.candidates))

    def left() -> float:
        return 0.0 if stopped() else seconds - (time.monotonic() - began)

    if search.candidates and left() > 0:
        _improve(search, left, seed, stopped)
    return search.best


def _improve(search: "_Search", left: Callable[[], float], seed: int, stopped: Callable[[], bool]) -> None:
    """Search for prize, and prove that there is no more; then for less travel; OR-Tools has the last word.

    OR-Tools starts from the best plan, and only where it is not proven to be the best.
    """
    from routing.planner.day_search import PrizeSearch, least_travel, most_promising
    from routing.planner.ortools_day import improve

    def done() -> bool:
        return stopped() or search.best.proven

    if not search.best.proven:
        prizes = PrizeSearch(search.clock, search.candidates, seed)
        prizes.run(seconds=min(0.01 * len(search.candidates), 1.0, 0.2 * left()), on_order=search.take, stop=done)
        if left() > 0 and not search.best.proven:
            prizes.run_and_prove(seconds=0.9 * left(), best=lambda: search.best.order, on_order=search.take, stop=done)
            search.bound_is(prizes.bound - prizes.worth(search.best.order))
    if len(search.best.stops) > 1 and left() > 0:
        seconds = min(0.6 * left(), 0.004 * len(search.best.stops) ** 2)
        least_travel(search.clock, search.best.order, seconds=seconds, seed=seed, on_order=search.take, stop=stopped)
    if left() > 0 and not search.best.proven:
        candidates = sorted({*most_promising(search.clock, search.candidates, 100), *search.best.order})
        improve(search.clock, search.best.order, candidates, seconds=left(), on_order=search.take, stop=stopped)


def most_that_fits(clock: Clock, candidates: Sequence[int]) -> int:
    """A prize that no order of the candidates exceeds: what fits into the hours of the day, the last visit in part.

    Every visit takes at least its service and half of its shortest drives, there and away. At once there, and what is
    left to say of a day with hundreds of candidates, where a proof takes longer than a person waits.
    """
    rows = [v + 1 for v in candidates]
    legs = np.where(clock.problem.matrix.reachable, clock.problem.matrix.seconds, np.inf)
    np.fill_diagonal(legs, np.inf)
    shortest = [side.min(axis=0, initial=np.inf) for side in (legs[:, rows], legs[rows, :].T)]
    drives = sum(np.where(np.isfinite(seconds), seconds, 0) / 2 for seconds in shortest)
    prizes = np.array([clock.problem.visits[v].prize for v in candidates], float)
    takes = np.array([clock.service[v] for v in candidates], float) + drives
    left, most = float(clock.problem.day.end_s - clock.problem.day.start_s), 0.0
    for row in np.argsort(-prizes / np.maximum(takes, 1e-9), kind="stable").tolist():
        most += prizes[row] * min(1.0, left / takes[row] if takes[row] else 1.0)
        left -= takes[row]
        if left <= 0:
            break
    return int(most + 1e-6)


class _Search:
    """The best plan so far, and who hears of it."""

    def __init__(
        self, problem: DayProblem, began: float, seed: int, on_better: Callable[[DayPlan], None] | None
    ) -> None:
        self.problem, self.began, self.seed, self.on_better = problem, began, seed, on_better
        self.clock = Clock(problem)
        self.candidates = [
            v
            for v, visit in enumerate(problem.visits)
            if (visit.prize or visit.required) and alone(self.clock, v) is None
        ]
        self.most = most_that_fits(self.clock, self.candidates)
        self.most_required = sum(problem.visits[v].required for v in self.candidates)
        self.best = replace(schedule(self.clock, []) or nothing(self.clock), seed=seed)
        self.first_s: float | None = None

    def take(self, order: Sequence[int]) -> None:
        """Keep an order if it makes a better plan that passes the checker."""
        plan = schedule(self.clock, order)
        if plan is None or (self.first_s is not None and self.worth(plan) <= self.worth(self.best)):
            return
        faults = check_day(self.problem, plan)
        if faults:
            raise AssertionError("A plan broke its own rules: " + "; ".join(faults))
        if self.first_s is None:
            self.first_s = time.monotonic() - self.began
        self.best = self.judged(replace(plan, first_s=self.first_s, seed=self.seed))
        if self.on_better is not None:
            self.on_better(self.best)

    def bound_is(self, above: float) -> None:
        """No order is worth more than the best plan by more than `above`, a required visit being worth all prizes."""
        if above < 1 + sum(self.problem.visits[v].prize for v in self.candidates):
            self.most = min(self.most, self.best.prize + int(above + 1e-6))
            # As many required visits as can be: more of them would be worth more than all prizes.
            self.most_required = sum(self.problem.visits[v].required for v in self.best.order)
            self.best = self.judged(self.best)

    def judged(self, plan: DayPlan) -> DayPlan:
        """A plan with what is known about the best there can be."""
        enough = sum(self.problem.visits[v].required for v in plan.order) == self.most_required
        return replace(plan, bound=float(self.most), proven=enough and plan.prize >= self.most)

    def worth(self, plan: DayPlan) -> tuple[int, int, int]:
        """What a larger value of is better: required visits, prize, and less travel."""
        return sum(self.problem.visits[v].required for v in plan.order), plan.prize, -plan.travel_s
