"""Does a plan for several reps or days keep every rule? Computed from the problem alone."""

from collections import Counter
from dataclasses import replace

from routing.planner.check import check_day
from routing.planner.horizon import HorizonPlan, HorizonProblem, TeamProblem
from routing.planner.plan import DayPlan


def check_team(problem: TeamProblem, plan: HorizonPlan) -> list[str]:
    """What is wrong with a team's day, one sentence each; empty if nothing is."""
    return check_horizon(problem.as_horizon(), plan)


def check_horizon(problem: HorizonProblem, plan: HorizonPlan) -> list[str]:
    """What is wrong with the plan, one sentence each; empty if nothing is."""
    if len(plan.shifts) != len(problem.shifts) or len(plan.patterns) != len(problem.clients):
        return ["the plan is not one for each shift with a pattern for each client"]
    faults = _patterns_kept(problem, plan)
    for number, day in enumerate(plan.shifts):
        faults += [f"in shift {number} {fault}" for fault in _shift(problem, number, day)]
    return faults + _sums(problem, plan)


def _patterns_kept(problem: HorizonProblem, plan: HorizonPlan) -> list[str]:
    """Every client is visited once on each day of its pattern and on no other, by someone who may."""
    visited: Counter[tuple[int, int]] = Counter()
    faults = []
    for shift, day in zip(problem.shifts, plan.shifts, strict=True):
        for client in day.order:
            visited[client, shift.day] += 1
            reps = problem.clients[client].reps
            if reps is not None and shift.rep not in reps:
                faults.append(f"client {client} is visited by rep {shift.rep}, who may not")
    due: Counter[tuple[int, int]] = Counter()
    for client, chosen in enumerate(plan.patterns):
        if chosen is None:
            continue
        if not 0 <= chosen < len(problem.clients[client].patterns):
            faults.append(f"client {client} has no pattern {chosen}")
            continue
        due.update((client, day) for day in problem.clients[client].patterns[chosen].days)
    for client, date in sorted((visited - due) + (due - visited)):
        faults.append(
            f"client {client} is visited {visited[client, date]} times on day {date}, not {due[client, date]} times"
        )
    left_out = tuple(c for c, chosen in enumerate(plan.patterns) if chosen is None)
    if plan.dropped != left_out:
        faults.append(f"the clients left out are {left_out}, but the plan names {plan.dropped}")
    return faults


def _shift(problem: HorizonProblem, number: int, day: DayPlan) -> list[str]:
    """One shift, as a day of its own."""
    clients = day.order
    if any(not 0 <= client < len(problem.clients) for client in clients):
        return ["a client is visited who is not in the problem"]
    alone = problem.day_of(number, clients)
    stops = tuple(replace(stop, visit=place) for place, stop in enumerate(day.stops))
    prize = sum(visit.prize for visit in alone.visits)
    faults = check_day(alone, replace(day, stops=stops, prize=prize, bound=None, dropped=()))
    load, capacity = sum(problem.clients[c].demand for c in clients), problem.shifts[number].capacity
    if capacity is not None and load > capacity:
        faults.append(f"the load is {load}, over the capacity of {capacity}")
    return faults


def _sums(problem: HorizonProblem, plan: HorizonPlan) -> list[str]:
    prize = sum(
        problem.clients[c].patterns[chosen].prize for c, chosen in enumerate(plan.patterns) if chosen is not None
    )
    travel_s = sum(day.travel_s for day in plan.shifts)
    pairs = {
        "travel": (plan.travel_s, travel_s),
        "service": (plan.service_s, sum(day.service_s for day in plan.shifts)),
        "distance": (plan.distance_m, sum(day.distance_m for day in plan.shifts)),
        "prize": (plan.prize, prize),
    }
    faults = [f"the {name} is given as {said} but is {is_}" for name, (said, is_) in pairs.items() if said != is_]
    value = prize - problem.hour_price * travel_s / 3600
    if abs(plan.value - value) > 1e-6 * (1 + abs(value)):
        faults.append(f"the value is given as {plan.value} but is {value}")
    if plan.bound is not None and value > plan.bound + 1e-6 * (1 + abs(value)):
        faults.append(f"the value {value} is above its bound {plan.bound}")
    return faults
