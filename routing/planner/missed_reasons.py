"""Why a client is in no shift of a plan for several reps or days."""

from enum import StrEnum

from routing.planner.drop_reasons import is_connected
from routing.planner.horizon import HorizonPlan, HorizonProblem
from routing.planner.timeline import Clock


class Missed(StrEnum):
    """The rule that kept a client out; the first that applies."""

    OFF_NETWORK = "off network"
    NO_REP = "no rep may visit"
    NEVER_POSSIBLE = "never possible"
    NO_PATTERN = "no pattern possible"
    LESS_VALUABLE = "less valuable"


def why_missed(problem: HorizonProblem, plan: HorizonPlan) -> dict[int, Missed]:
    """The reason for each client that was left out, by its index.

    NEVER_POSSIBLE: no shift is long enough, or open at the right time, even for this client alone. NO_PATTERN: some
    days are possible, but in no pattern all.
    """
    return {client: _missed(problem, client) for client in plan.dropped}


def _missed(problem: HorizonProblem, client: int) -> Missed:
    reachable = problem.matrix.reachable
    if not is_connected(reachable, client):
        return Missed.OFF_NETWORK
    reps = problem.clients[client].reps
    may = [i for i, shift in enumerate(problem.shifts) if reps is None or shift.rep in reps]
    if not may:
        return Missed.NO_REP
    days = {
        problem.shifts[i].day
        for i in may
        if _load_fits(problem, i, client) and Clock(problem.day_of(i, (client,))).timeline([0]).possible
    }
    if not days:
        return Missed.NEVER_POSSIBLE
    if not any(days.issuperset(pattern.days) for pattern in problem.clients[client].patterns):
        return Missed.NO_PATTERN
    return Missed.LESS_VALUABLE


def _load_fits(problem: HorizonProblem, shift: int, client: int) -> bool:
    capacity = problem.shifts[shift].capacity
    return capacity is None or problem.clients[client].demand <= capacity
