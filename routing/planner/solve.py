"""The day plan, from the problem to an answer that was checked."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from routing.planner.check import check_day
from routing.planner.first import best_insertions
from routing.planner.plan import DayPlan
from routing.planner.problem import DayProblem
from routing.planner.schedule import nothing, schedule
from routing.planner.timeline import Clock
from routing.planner.why import alone


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
    search.take(best_insertions(search.clock, search.candidates))

    def left() -> float:
        return 0.0 if stopped() else seconds - (time.monotonic() - began)

    if search.candidates and left() > 0:
        _improve(search, left, seed, stopped)
    return search.best


def _improve(search: "_Search", left: Callable[[], float], seed: int, stopped: Callable[[], bool]) -> None:
    """The compiled search for prize, then for travel; OR-Tools, started from the best plan, has the last word."""
    from routing.planner.day_search import least_travel, most_prize, most_promising
    from routing.planner.model import improve

    def done() -> bool:
        return stopped() or search.complete

    if not search.complete:
        most_prize(search.clock, search.candidates, seconds=0.85 * left(), seed=seed, on_order=search.take, stop=done)
    if len(search.best.stops) > 1 and left() > 0:
        seconds = min(0.6 * left(), 0.02 * len(search.best.stops) ** 2)
        least_travel(search.clock, search.best.order, seconds=seconds, seed=seed, on_order=search.take, stop=stopped)
    if left() > 0 and not search.complete:
        candidates = sorted({*most_promising(search.clock, search.candidates, 100), *search.best.order})
        improve(search.clock, search.best.order, candidates, seconds=left(), on_order=search.take, stop=stopped)


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
        self.most = sum(problem.visits[v].prize for v in self.candidates)
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
        self.best = replace(
            plan,
            first_s=self.first_s,
            seed=self.seed,
            bound=float(self.most),
            proven=self.all_required(plan) and plan.prize >= self.most,
        )
        if self.on_better is not None:
            self.on_better(self.best)

    @property
    def complete(self) -> bool:
        """Whether every visit that is possible at all, and worth anything, is in the plan."""
        return self.best.proven

    def all_required(self, plan: DayPlan) -> bool:
        """Whether no required visit that is possible at all is missing."""
        return sum(self.problem.visits[v].required for v in plan.order) == self.most_required

    def worth(self, plan: DayPlan) -> tuple[int, int, int]:
        """What a larger value of is better: required visits, prize, and less travel."""
        return sum(self.problem.visits[v].required for v in plan.order), plan.prize, -plan.travel_s
