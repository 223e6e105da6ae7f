"""Is a plan what it says, and does it keep the rules? Computed from the problem alone, by none of the code that plans.

Every plan passes through here before anyone sees it.
"""

from itertools import pairwise

from routing.planner.plan import DayPlan, PlannedStop
from routing.planner.problem import DayProblem, Visit


def check_day(problem: DayProblem, plan: DayPlan) -> list[str]:
    """What is wrong with the plan, one sentence each; empty if nothing is."""
    faults = _visits_once(problem, plan)
    if faults:
        return faults
    if not plan.stops:
        return _empty_day(problem, plan)
    faults += _sums(problem, plan)
    faults += _drives(problem, plan)
    for stop in plan.stops:
        faults += _stop(problem.visits[stop.visit], stop)
    faults += _hours(problem, plan)
    faults += _break(problem, plan)
    return faults


def _visits_once(problem: DayProblem, plan: DayPlan) -> list[str]:
    named = sorted([*plan.order, *plan.dropped])
    if named != list(range(len(problem.visits))):
        return [f"planned and dropped visits are {named}, not each of {len(problem.visits)} once"]
    return []


def _empty_day(problem: DayProblem, plan: DayPlan) -> list[str]:
    """Nobody has to leave home for a day without visits."""
    if plan.prize or plan.service_s or plan.break_:
        return ["a day without stops collects a prize, takes service time or has a break"]
    driven = (plan.travel_s, plan.home_travel_s, plan.distance_m, plan.home_distance_m)
    there = int(problem.matrix.seconds[0, problem.end]), int(problem.matrix.metres[0, problem.end])
    if driven not in {(0, 0, 0, 0), (there[0], there[0], there[1], there[1])}:
        return [f"a day without stops drives {plan.travel_s} s and {plan.distance_m} m"]
    return []


def _sums(problem: DayProblem, plan: DayPlan) -> list[str]:
    faults = []
    pairs = {
        "travel": (plan.travel_s, sum(s.travel_s for s in plan.stops) + plan.home_travel_s),
        "service": (plan.service_s, sum(problem.visits[v].service_s for v in plan.order)),
        "distance": (plan.distance_m, sum(s.distance_m for s in plan.stops) + plan.home_distance_m),
        "prize": (plan.prize, sum(problem.visits[v].prize for v in plan.order)),
    }
    faults += [f"the {name} is given as {said} but is {is_}" for name, (said, is_) in pairs.items() if said != is_]
    if plan.bound is not None and plan.prize > plan.bound + 1e-6:
        faults.append(f"the plan collects {plan.prize}, more than its bound {plan.bound}")
    return faults


def _drives(problem: DayProblem, plan: DayPlan) -> list[str]:
    """Every drive is in the matrix, takes its time, and starts after the visit before it ended."""
    faults = []
    rows = [0, *(v + 1 for v in plan.order), problem.end]
    said = [*((s.travel_s, s.distance_m) for s in plan.stops), (plan.home_travel_s, plan.home_distance_m)]
    for (a, b), (seconds, metres) in zip(pairwise(rows), said, strict=True):
        if not problem.matrix.reachable[a, b]:
            faults.append(f"there is no way from place {a} to place {b}")
        elif (seconds, metres) != (int(problem.matrix.seconds[a, b]), int(problem.matrix.metres[a, b])):
            faults.append(f"the drive from place {a} to place {b} is given as {seconds} s and {metres} m")
    ends = [stop.leave for stop in plan.stops]
    starts = [stop.arrive - stop.travel_s for stop in plan.stops[1:]] + [plan.home_arrive - plan.home_travel_s]
    for stop, end, start in zip(plan.stops, ends, starts, strict=True):
        if start < end:
            faults.append(f"the drive after visit {stop.visit} starts {end - start} s before the visit ends")
    limit = problem.day.max_travel_s
    if limit is not None and plan.travel_s > limit:
        faults.append(f"the day has {plan.travel_s} s of driving, over the limit of {limit} s")
    return faults


def _stop(visit: Visit, stop: PlannedStop) -> list[str]:
    if stop.start < stop.arrive:
        return [f"visit {stop.visit} starts before the arrival"]
    if stop.leave != stop.start + visit.service_s:
        return [f"visit {stop.visit} takes {stop.leave - stop.start} s, not {visit.service_s} s"]
    if visit.fixed_start is not None:
        if stop.start != visit.fixed_start:
            return [f"visit {stop.visit} starts at {stop.start} s, not at its appointment at {visit.fixed_start} s"]
        return []
    last = stop.start if visit.arrive_inside else stop.leave
    if not any(opens <= stop.start and last <= closes for opens, closes in visit.windows):
        return [f"visit {stop.visit} from {stop.start} s to {stop.leave} s is in none of its windows"]
    return []


def _hours(problem: DayProblem, plan: DayPlan) -> list[str]:
    faults = []
    if plan.depart < problem.day.start_s:
        faults.append(f"home is left {problem.day.start_s - plan.depart} s before the day starts")
    if plan.home_arrive > problem.day.end_s:
        faults.append(f"the day ends {plan.home_arrive - problem.day.end_s} s late")
    return faults


def _break(problem: DayProblem, plan: DayPlan) -> list[str]:
    lunch = problem.day.lunch
    if plan.break_ is None:
        if lunch is None or lunch.duration_s == 0:
            return []
        at_home = plan.home_arrive <= lunch.latest - lunch.duration_s or (
            plan.depart >= lunch.earliest + lunch.duration_s or problem.day.start_s > lunch.latest - lunch.duration_s
        )
        return [] if at_home else ["the break is owed and not taken"]
    if lunch is None:
        return ["there is a break that nobody asked for"]
    begins, ends = plan.break_
    faults = []
    if ends - begins != lunch.duration_s:
        faults.append(f"the break takes {ends - begins} s, not {lunch.duration_s} s")
    if begins < lunch.earliest or ends > lunch.latest:
        faults.append(f"the break from {begins} s to {ends} s is outside its span")
    busy = [(s.arrive - s.travel_s, s.arrive, f"the drive to visit {s.visit}") for s in plan.stops]
    busy += [(s.start, s.leave, f"visit {s.visit}") for s in plan.stops]
    busy.append((plan.home_arrive - plan.home_travel_s, plan.home_arrive, "the drive home"))
    faults += [f"the break runs into {what}" for start, end, what in busy if start < ends and begins < end]
    return faults
