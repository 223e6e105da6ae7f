"""What is left of a planned day at some moment, and how to keep as much of it as can be."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gcrm.people.working_week import WorkingDay
from gcrm.planning.day_plan import Break, DayPlan, Stop
from routing.planner.plan import DayPlan as SolvedDay
from routing.planner.problem import DayProblem, Visit
from routing.planner.schedule import schedule
from routing.planner.timeline import Clock
from routing.points import LonLat

LATE_BREAK_S = 3_600
"""A break that could not be taken in its span is taken within this time after."""


@dataclass(frozen=True, slots=True)
class RestOfDay:
    """done: stops that are behind or under way; coming: stops still to come, in order, without the cancelled.

    working: the working hours that are left, and the break if it is still to come; pause: the break that is behind.
    here: the last place that was visited, None for home. planned_s: account to the start that was planned, for those
    that are not to be earlier.
    """

    done: tuple[Stop, ...]
    coming: tuple[Stop, ...]
    working: WorkingDay
    pause: Break | None
    here: LonLat | None
    planned_s: dict[int, int]


def rest_of_day(
    plan: DayPlan,
    working: WorkingDay,
    at: datetime,
    late_s: int,
    cancelled: AbstractSet[int],
    visited: AbstractSet[int],
) -> RestOfDay:
    """Split a plan at a moment.

    A stop is behind when a visit to it is recorded, or when by the plan, late as it runs, it has begun.
    """
    at_s = working.second(at)
    planned_s = {stop.account_id: working.second(stop.start) for stop in plan.stops}
    begun = {account for account, start_s in planned_s.items() if account in visited or start_s + late_s <= at_s}
    done = [stop for stop in plan.stops if stop.account_id in begun and _stays(stop, cancelled, visited)]
    coming = [stop for stop in plan.stops if stop.account_id not in begun and stop.account_id not in cancelled]
    start_s = max(at_s, working.start_s)
    here = None
    if done:
        last = done[-1]
        start_s = max(start_s, working.second(last.leave) + late_s)
        here = last.place
        # What is under way ends as late as the day runs.
        done[-1] = replace(last, leave=last.leave + timedelta(seconds=late_s))
    elif late_s and at_s <= working.start_s:
        start_s = working.start_s + late_s
    pause = _pause_behind(plan.break_, working, done, at_s, late_s)
    if pause:
        start_s = max(start_s, working.second(pause.end))
    left = replace(working, start_s=min(start_s, working.end_s), lunch_s=None if pause else _lunch(working, start_s))
    return RestOfDay(tuple(done), tuple(coming), left, pause, here, planned_s)


def _pause_behind(
    pause: Break | None, working: WorkingDay, done: Sequence[Stop], at_s: int, late_s: int
) -> Break | None:
    """The break, where it is behind or under way; None where it is still to come, as behind a visit that runs late."""
    if pause is None:
        return None
    if done and pause.start < done[-1].start:
        return pause
    if working.second(pause.start) + late_s > at_s:
        return None
    late = timedelta(seconds=late_s)
    return Break(pause.start + late, pause.end + late)


def with_break(plan: DayPlan, rest: RestOfDay, *, planned: bool) -> DayPlan:
    """The plan of the rest of a day with the break that is still owed, where the solver took it to be taken at home.

    planned: whether the day had a break. Who is on the way, at the last visit, is not at home: the break comes before
    the drive.
    """
    working = rest.working
    if not planned or rest.pause or plan.break_ or working.lunch_s is None or rest.here is None:
        return plan
    length_s, earliest, latest = working.lunch_s
    begins = max(working.start_s, earliest)
    ends = begins + length_s
    if plan.stops:
        leaves = working.second(plan.stops[0].arrive) - plan.stops[0].travel_s
    else:
        leaves = max(ends, working.second(plan.home_arrive) - (plan.home_travel_s or 0))
    home_s = leaves + (plan.home_travel_s or 0)
    if ends > min(latest, leaves) or (not plan.stops and home_s > working.end_s):
        return plan
    pause = Break(working.instant(begins), working.instant(ends))
    return replace(plan, break_=pause, home_arrive=plan.home_arrive if plan.stops else working.instant(home_s))


def keep_order(problem: DayProblem, coming: int, planned_s: Mapping[int, int]) -> tuple[DayProblem, SolvedDay] | None:
    """The rest of the day in the order that was planned, with what is urgent put in where it costs least.

    First with no visit earlier than planned, else as early as may be. Visits of the problem: the `coming` first are
    those to come, in order; then the urgent (required), then those that may fill free time. None where the order cannot
    be kept or the urgent not be put in: then something has to give way.
    """
    for kept in (_steady(problem, coming, planned_s), problem):
        clock = Clock(kept)
        order = _with_urgent(clock, list(range(coming)), range(coming, len(kept.visits)))
        if order is not None:
            plan = schedule(clock, _filled(clock, order))
            return (kept, plan) if plan is not None else None
    return None


def give_way(problem: DayProblem, coming: int, planned_s: Mapping[int, int]) -> tuple[DayProblem, SolvedDay] | None:
    """As `keep_order`, but without as many of the planned visits as it takes, the least worth first.

    Appointments, and what is promised or pinned, go last. None where the urgent does not fit even into an empty day.
    """
    kept = _steady(problem, coming, planned_s)
    clock = Clock(kept)
    stay = list(range(coming))
    others = range(coming, len(kept.visits))
    while stay:
        tries = [([one for one in stay if one != gone], gone) for gone in stay]
        possible = [(order, gone) for left, gone in tries if (order := _with_urgent(clock, left, others)) is not None]
        if possible:
            order, _ = min(possible, key=lambda one: _dear(kept.visits[one[1]]))
            plan = schedule(clock, order)
            return (kept, plan) if plan is not None else None
        stay.remove(min(stay, key=lambda one: _dear(kept.visits[one])))
    return None


def _dear(visit: Visit) -> tuple[bool, int]:
    return visit.is_settled, visit.prize


def _steady(problem: DayProblem, coming: int, planned_s: Mapping[int, int]) -> DayProblem:
    """The problem with no planned visit earlier than planned."""
    steady = (_not_before(visit, planned_s.get(visit.id, 0)) for visit in problem.visits[:coming])
    return replace(problem, visits=(*steady, *problem.visits[coming:]))


def _with_urgent(clock: Clock, planned: list[int], others: range) -> list[int] | None:
    order = list(planned)
    if not clock.timeline(order).possible:
        return None
    for visit in others:
        if clock.problem.visits[visit].required:
            line = clock.timeline(order)
            cheapest = clock.cheapest(line, visit)
            if cheapest is None:
                return None
            order.insert(cheapest[1], visit)
    return order


def _filled(clock: Clock, order: list[int]) -> list[int]:
    """The order with further visits as long as any fits, the most prize for its time first."""
    left = [visit for visit, one in enumerate(clock.problem.visits) if visit not in set(order) and not one.required]
    while True:
        line = clock.timeline(order)
        fitting = [
            (
                clock.problem.visits[visit].prize / (1 + max(0, detour_s) + clock.service[visit]),
                place,
                visit,
            )
            for visit in left
            for place in range(len(order) + 1)
            if (detour_s := clock.detour(line, place, visit)) is not None and clock.fits(line, place, visit)
        ]
        if not fitting:
            return order
        _, place, visit = max(fitting)
        order.insert(place, visit)
        left.remove(visit)


def _not_before(visit: Visit, start_s: int) -> Visit:
    """The visit, to begin no earlier; its last window stays open if that would leave none."""
    windows = tuple(
        (max(opens, start_s), closes) for opens, closes in visit.windows if closes >= start_s + visit.service_s
    )
    return replace(visit, windows=windows) if windows and visit.fixed_start is None else visit


def _stays(stop: Stop, cancelled: AbstractSet[int], visited: AbstractSet[int]) -> bool:
    return stop.account_id not in cancelled or stop.account_id in visited


def _lunch(working: WorkingDay, start_s: int) -> tuple[int, int, int] | None:
    """The break that is still to come; late where the day is late, left out where the day is nearly over."""
    if working.lunch_s is None:
        return None
    if working.rest_s is not None:
        # The pause of a split shift does not move: what is late shortens it.
        begins, ends = max(working.rest_s[0], start_s), working.rest_s[1]
        return (ends - begins, begins, ends) if begins < ends < working.end_s else None
    length_s, earliest, latest = working.lunch_s
    earliest = max(earliest, start_s)
    if latest - earliest < length_s:
        latest = earliest + length_s + LATE_BREAK_S
    return (length_s, earliest, latest) if earliest + length_s < working.end_s else None
