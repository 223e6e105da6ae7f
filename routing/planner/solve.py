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
    search = _Search(problem, began, seed, on_better)
    search.take(best_insertions(search.clock, search.candidates))
    left = seconds - (time.monotonic() - began)
    if search.candidates and left > 0 and not (stop and stop()):
        from routing.planner.model import improve

        improve(
            search.clock,
            search.best.order,
            search.candidates,
            seconds=left,
            on_order=search.take,
            stop=stop or (lambda: False),
        )
    return search.best


class _Search:
    """The best plan so far, and who hears of it."""

    def __init__(
        self, problem: DayProblem, began: float, seed: int, on_better: Callable[[DayPlan], None] | None
    ) -> None:
        self.problem, self.began, self.seed, self.on_better = problem, began, seed, on_better
        self.clock = Clock(problem)
        self.candidates = [v for v in range(len(problem.visits)) if alone(self.clock, v) is None]
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
        self.best = replace(plan, first_s=self.first_s, seed=self.seed)
        if self.on_better is not None:
            self.on_better(self.best)

    def worth(self, plan: DayPlan) -> tuple[int, int, int]:
        """What a larger value of is better: required visits, prize, and less travel."""
        return sum(self.problem.visits[v].required for v in plan.order), plan.prize, -plan.travel_s
