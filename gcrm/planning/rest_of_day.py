"""What is left of a planned day at some moment, and how to keep as much of it as can be."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gcrm.people.working_week import WorkingDay
from routing.planner.plan import DayPlan
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
    here: the last place that was visited, None for home. planned_s: account to the start that was planned.
    """

    done: tuple[dict[str, Any], ...]
    coming: tuple[dict[str, Any], ...]
    working: WorkingDay
    pause: dict[str, Any] | None
    here: LonLat | None
    planned_s: dict[int, int]


def rest_of_day(
    plan: dict[str, Any],
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
    planned_s = {stop["account"]: _second(working, stop["start"]) for stop in plan["stops"]}
    begun = {account for account, start_s in planned_s.items() if account in visited or start_s + late_s <= at_s}
    done = [stop for stop in plan["stops"] if stop["account"] in begun and _stays(stop, cancelled, visited)]
    coming = [stop for stop in plan["stops"] if stop["account"] not in begun and stop["account"] not in cancelled]
    start_s = max(at_s, working.start_s)
    here = None
    if done:
        start_s = max(start_s, _second(working, done[-1]["leave"]) + late_s)
        here = LonLat(done[-1]["lon"], done[-1]["lat"])
    elif late_s and at_s <= working.start_s:
        start_s = working.start_s + late_s
    pause = plan["break"] if plan["break"] and _second(working, plan["break"]["start"]) < start_s else None
    left = replace(working, start_s=min(start_s, working.end_s), lunch_s=None if pause else _lunch(working, start_s))
    return RestOfDay(tuple(done), tuple(coming), left, pause, here, planned_s)


def keep_order(problem: DayProblem, rest: RestOfDay) -> tuple[DayProblem, DayPlan] | None:
    """The rest of the day in the order that was planned, with what is urgent put in where it costs least.

    First with no visit earlier than planned, else as early as may be. Visits of the problem: those to come, then the
    urgent (required), then those that may fill free time. None where the order cannot be kept or the urgent not be put
    in: then something has to give way.
    """
    coming = list(range(len(rest.coming)))
    for kept in (_steady(problem, rest), problem):
        clock = Clock(kept)
        order = _with_urgent(clock, coming, range(len(coming), len(kept.visits)))
        if order is not None:
            plan = schedule(clock, _filled(clock, order))
            return (kept, plan) if plan is not None else None
    return None


def give_way(problem: DayProblem, rest: RestOfDay) -> tuple[DayProblem, DayPlan] | None:
    """As `keep_order`, but without as many of the planned visits as it takes, the least worth first.

    Appointments go last. None where the urgent does not fit even into an empty day.
    """
    kept = _steady(problem, rest)
    clock = Clock(kept)
    coming = list(range(len(rest.coming)))
    others = range(len(coming), len(kept.visits))
    while coming:
        tries = [([one for one in coming if one != gone], gone) for gone in coming]
        possible = [(order, gone) for left, gone in tries if (order := _with_urgent(clock, left, others)) is not None]
        if possible:
            order, _ = min(possible, key=lambda one: _dear(kept.visits[one[1]]))
            plan = schedule(clock, order)
            return (kept, plan) if plan is not None else None
        coming.remove(min(coming, key=lambda one: _dear(kept.visits[one])))
    return None


def _dear(visit: Visit) -> tuple[bool, int]:
    return visit.fixed_start is not None, visit.prize


def _steady(problem: DayProblem, rest: RestOfDay) -> DayProblem:
    """The problem with no planned visit earlier than planned."""
    coming = problem.visits[: len(rest.coming)]
    steady = (_not_before(visit, rest.planned_s.get(visit.id, 0)) for visit in coming)
    return replace(problem, visits=(*steady, *problem.visits[len(coming) :]))


def _with_urgent(clock: Clock, planned: list[int], others: range) -> list[int] | None:
    order = list(planned)
    if not clock.timeline(order).possible:
        return None
    for visit in others:
        if clock.problem.visits[visit].required:
            line = clock.timeline(order)
            places = [place for place in range(len(order) + 1) if clock.fits(line, place, visit)]
            if not places:
                return None
            order.insert(min(places, key=lambda place: clock.detour(line, place, visit)), visit)
    return order


def _filled(clock: Clock, order: list[int]) -> list[int]:
    """The order with further visits as long as any fits, the most prize for its time first."""
    left = [visit for visit, one in enumerate(clock.problem.visits) if visit not in set(order) and not one.required]
    while True:
        line = clock.timeline(order)
        fitting = [
            (
                clock.problem.visits[visit].prize / (1 + clock.detour(line, place, visit) + clock.service[visit]),
                place,
                visit,
            )
            for visit in left
            for place in range(len(order) + 1)
            if clock.fits(line, place, visit)
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


def _stays(stop: dict[str, Any], cancelled: AbstractSet[int], visited: AbstractSet[int]) -> bool:
    return stop["account"] not in cancelled or stop["account"] in visited


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


def _second(working: WorkingDay, text: str) -> int:
    return working.second(datetime.fromisoformat(text))
