"""Plans for several reps or several days, from the problem to an answer that was checked."""

import time
from collections.abc import Callable
from dataclasses import replace

from routing.planner.check_horizon import check_horizon
from routing.planner.horizon import HorizonPlan, HorizonProblem, TeamProblem

SHOW_EVERY_S = 0.25
"""Better plans are told no more often than this: timing and checking a quarter takes longer than finding the next."""


def solve_team(
    problem: TeamProblem,
    *,
    seconds: float = 5.0,
    seed: int = 1,
    on_better: Callable[[HorizonPlan], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> HorizonPlan:
    """The best plan for a team's day that is found in the time given; see solve_horizon."""
    return solve_horizon(problem.as_horizon(), seconds=seconds, seed=seed, on_better=on_better, stop=stop)


def solve_horizon(
    problem: HorizonProblem,
    *,
    seconds: float = 10.0,
    seed: int = 1,
    on_better: Callable[[HorizonPlan], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> HorizonPlan:
    """The best plan for a horizon that is found in the time given, patterns and routes decided together.

    The first plan is there at once; better ones go to `on_better`, in the calling thread, a few times a second. `stop`
    is asked often; once it says so, the best plan so far is returned. Clients who cannot be visited, or are worth less
    than others, are in `dropped` (see `why_missed`), never an error.
    """
    from routing.planner.engine import search
    from routing.planner.horizon_search import Planner, state
    from routing.planner.solution import Routes, Solution, nobody

    began = time.monotonic()
    stated = state(problem)
    planner = Planner(problem, stated)
    best: Solution | None = None
    shown, shown_at, first_s = None, -SHOW_EVERY_S, 0.0

    def rank(solution: Solution) -> tuple[int, tuple[float, Routes]]:
        missing = sum(chosen < 0 and problem.clients[c].required for c, chosen in enumerate(solution.patterns))
        return missing, solution.rank

    def show(solution: Solution) -> HorizonPlan:
        nonlocal shown, shown_at, first_s
        plan = planner.plan(solution)
        faults = check_horizon(problem, plan)
        if faults:
            raise AssertionError("A plan broke its own rules: " + "; ".join(faults))
        now = time.monotonic() - began
        if shown is None:
            first_s = now
        shown, shown_at = solution, now
        plan = replace(plan, first_s=first_s, seed=seed)
        if on_better is not None:
            on_better(plan)
        return plan

    def take(solution: Solution) -> None:
        nonlocal best
        if best is not None and rank(solution) >= rank(best):
            return
        best = solution
        now = time.monotonic() - began
        if shown is None or (on_better is not None and now - shown_at >= SHOW_EVERY_S):
            show(solution)

    if not problem.clients or not problem.shifts:
        return show(nobody(stated.data))
    left = seconds - (time.monotonic() - began)
    search(
        stated.data,
        stated.tuning,
        seconds=max(0.0, left),
        seed=seed,
        on_better=take,
        stop=stop or (lambda: False),
    )
    assert best is not None
    return (
        replace(show(best), first_s=first_s)
        if best is not shown
        else replace(planner.plan(best), first_s=first_s, seed=seed)
    )
