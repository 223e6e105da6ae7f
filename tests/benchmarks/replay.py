"""Routes found by anyone, timed as a plan, so that the same checker can judge them."""

from collections.abc import Sequence

from routing.planner import HorizonPlan, HorizonProblem
from routing.planner.horizon_search import Planner, state
from routing.planner.solution import Solution


def team_plan(problem: HorizonProblem, routes: Sequence[Sequence[int]]) -> HorizonPlan:
    """Routes of client indexes as a plan for a horizon of one day with interchangeable shifts."""
    stated = state(problem)
    full = [tuple(route) for route in routes] + [()] * (len(problem.shifts) - len(routes))
    inside = {client for route in full for client in route}
    first = stated.data.pat_ptr
    patterns = tuple(int(first[c]) if c in inside else -1 for c in range(len(problem.clients)))
    return Planner(problem, stated).plan(Solution(tuple(full), patterns, 0.0))
