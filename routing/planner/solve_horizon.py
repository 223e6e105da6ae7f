"""Plans for several reps or several days, from the problem to an answer that was checked."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from routing.planner.check_horizon import check_horizon
from routing.planner.horizon import HorizonPlan, HorizonProblem, TeamProblem
from routing.stop_when import AskedTo, Budget, Seconds, Steps, StopWhen

if TYPE_CHECKING:
    from routing.planner.horizon_search import Planner
    from routing.planner.solution import Routes, Solution

SHOW_EVERY_S = 0.25
"""Better plans are told no more often than this: timing and checking a quarter takes longer than finding the next."""

TEAM_S, HORIZON_S = 5.0, 10.0
"""Seconds of search where neither seconds nor steps are given."""

PACED = 0.5
"""So much of the time a small horizon searches at the pace of its steps alone, so that a seed repeats its plan wherever
that is enough for them."""


def solve_team(
    problem: TeamProblem,
    *,
    seconds: float | None = None,
    steps: int | None = None,
    seed: int = 1,
    on_better: Callable[[HorizonPlan], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> HorizonPlan:
    """The best plan for a team's day that is found within a bound; see solve_horizon."""
    if seconds is None and steps is None:
        seconds = TEAM_S
    return solve_horizon(problem.as_horizon(), seconds=seconds, steps=steps, seed=seed, on_better=on_better, stop=stop)


def solve_horizon(
    problem: HorizonProblem,
    *,
    seconds: float | None = None,
    steps: int | None = None,
    seed: int = 1,
    on_better: Callable[[HorizonPlan], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> HorizonPlan:
    """The best plan for a horizon that is found within a bound, patterns and routes decided together.

    seconds: 10 if no bound is given. steps: of each core; with the same steps and the same seed the same plan comes out
    on any machine, unless `seconds` are given as well and are over before. The plan says which bound held (`ended`).

    The first plan is there at once; better ones go to `on_better`, in the calling thread, a few times a second. `stop`
    is asked often; once it says so, the best plan so far is returned. What either of them raises ends the search, and
    is raised here. Clients who cannot be visited, or are worth less than others, are in `dropped` (see `why_missed`),
    never an error.
    """
    from routing.planner.engine import search
    from routing.planner.horizon_search import Planner, enough_steps, state
    from routing.planner.solution import nobody

    budget = Budget(seconds=HORIZON_S if seconds is None and steps is None else seconds, steps=steps, asked=stop)
    stated = state(problem)
    better = _Better(problem, Planner(problem, stated), budget, seed, on_better)
    if not problem.clients or not problem.shifts:
        return better.show(nobody(stated.data))
    enough = enough_steps(problem) if steps is None else None
    rules = budget.part(share=1.0)
    if enough is not None:
        rules = StopWhen((AskedTo(budget.asked), Steps(enough), Seconds(max(0.0, budget.left_s()), grace=PACED)))
    found = search(stated.data, stated.tuning, rules, seed=seed, on_better=better.take)
    return replace(better.last(), ended=found.ended)


class _Better:
    """The best solution so far, and who hears of it."""

    def __init__(
        self,
        problem: HorizonProblem,
        planner: "Planner",
        budget: Budget,
        seed: int,
        on_better: Callable[[HorizonPlan], None] | None,
    ) -> None:
        self.problem, self.planner, self.budget, self.seed, self.on_better = problem, planner, budget, seed, on_better
        self.best: Solution | None = None
        self.shown: Solution | None = None
        self.shown_at, self.first_s = -SHOW_EVERY_S, 0.0

    def rank(self, solution: "Solution") -> "tuple[int, tuple[float, Routes]]":
        """Smaller is better: required clients who are missing, then what it costs."""
        missing = sum(chosen < 0 and self.problem.clients[c].required for c, chosen in enumerate(solution.patterns))
        return missing, solution.rank

    def take(self, solution: "Solution") -> None:
        """Keep a solution if it is better, and show it if the last one was shown long enough ago."""
        if self.best is not None and self.rank(solution) >= self.rank(self.best):
            return
        self.best = solution
        if self.shown is None or (self.on_better is not None and self.budget.spent_s() - self.shown_at >= SHOW_EVERY_S):
            self.show(solution)

    def show(self, solution: "Solution") -> HorizonPlan:
        """The plan of a solution, checked and told of."""
        plan = self.planner.plan(solution)
        faults = check_horizon(self.problem, plan)
        if faults:
            raise AssertionError("A plan broke its own rules: " + "; ".join(faults))
        now = self.budget.spent_s()
        if self.shown is None:
            self.first_s = now
        self.shown, self.shown_at = solution, now
        plan = replace(plan, first_s=self.first_s, seed=self.seed)
        if self.on_better is not None:
            self.on_better(plan)
        return plan

    def last(self) -> HorizonPlan:
        """The plan of the best solution, told of if it was not yet."""
        assert self.best is not None, "a search has an answer"
        if self.best is not self.shown:
            return self.show(self.best)
        return replace(self.planner.plan(self.best), first_s=self.first_s, seed=self.seed)
