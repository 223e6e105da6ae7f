"""What is said of a dropped visit is true, and the change that is said to let it in does."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from routing.planner import Change, Code, Day, DayProblem, Reason, Visit, dropped_reasons, solve_day
from routing.planner.plan import DayPlan
from routing.planner.schedule import nothing, schedule
from routing.planner.timeline import Clock
from tests.unit.routing.planner.worlds import HOUR, days, drivable, open_all_day, street


@settings(max_examples=400, deadline=None)
@given(days(unit_s=60))
def test_every_reason_is_true_and_every_change_lets_the_visit_in(problem: DayProblem) -> None:
    plan = greedy(problem)
    for visit, reason in dropped_reasons(problem, plan).items():
        assert_true(problem, plan, visit, reason)
        assert_lets_in(problem, plan, visit, reason)


def greedy(problem: DayProblem) -> DayPlan:
    """A plan that a person could have made: whatever fits at the end of the day, in the order of the list."""
    clock = Clock(problem)
    order: list[int] = []
    for visit in range(len(problem.visits)):
        if schedule(clock, [*order, visit]) is not None:
            order.append(visit)
    return schedule(clock, order) or nothing(clock)


def assert_true(problem: DayProblem, plan: DayPlan, visit: int, reason: Reason) -> None:
    """The rule that is named is the one that keeps the visit out."""
    row, reachable, one = visit + 1, problem.matrix.reachable, problem.visits[visit]
    beside = {Code.CLASH, Code.IN_THE_WAY, Code.LESS_VALUABLE, Code.FITS, Code.NOTHING_TO_GAIN}
    # The break can be what is in the way alone, and beside others.
    assert drivable(problem, [visit]) == (reason.code in beside) or reason.code is Code.NO_ROOM_FOR_BREAK
    match reason.code:
        case Code.OFF_NETWORK:
            assert reachable[row].sum() <= 1
            assert reachable[:, row].sum() <= 1
        case Code.UNREACHABLE:
            assert not (reachable[0, row] and reachable[row, problem.end])
        case Code.CLOSED:
            assert not one.windows
            assert one.fixed_start is None
        case Code.WINDOW_TOO_SHORT:
            assert all(closes - opens < one.service_s for opens, closes in one.windows)
        case Code.TOO_FAR:
            hours = problem.day.end_s - problem.day.start_s
            assert problem.matrix.seconds[0, row] + one.service_s + problem.matrix.seconds[row, problem.end] > hours
        case Code.DRIVING_LIMIT:
            assert drivable(replace(problem, day=replace(problem.day, max_travel_s=None)), [visit]) or (
                problem.day.max_travel_s is not None
                and problem.matrix.seconds[0, row] + problem.matrix.seconds[row, problem.end] > problem.day.max_travel_s
            )
        case Code.NO_ROOM_FOR_BREAK:
            free = replace(problem, day=replace(problem.day, lunch=None))
            assert drivable(free, [visit])
            assert not drivable(problem, [visit]) or fits_among(free, list(plan.order), visit)
        case Code.CLASH:
            (other,) = reason.instead_of
            assert other in plan.order
            assert not drivable(problem, [visit, other])
            assert not drivable(problem, [other, visit])
        case Code.LESS_VALUABLE:
            assert not fits(problem, plan, visit)
            assert not any(problem.visits[other].is_settled for other in reason.instead_of)
        case Code.IN_THE_WAY:
            assert reason.instead_of
            assert all(problem.visits[other].is_settled for other in reason.instead_of)
            assert fits_among(problem, [other for other in plan.order if other not in reason.instead_of], visit)
        case Code.FITS | Code.NOTHING_TO_GAIN:
            assert fits(problem, plan, visit) or not drivable(problem, plan.order)
        case _:
            assert reason.code is Code.OUTSIDE_HOURS


def assert_lets_in(problem: DayProblem, plan: DayPlan, visit: int, reason: Reason) -> None:
    """The change is one that helps, and a minute less of it would not do."""
    if reason.change is not None:
        assert reason.short_min is not None
        assert fits(changed(problem, visit, reason.change, reason.short_min), plan, visit)
        assert not fits(changed(problem, visit, reason.change, reason.short_min - 1), plan, visit)
    if reason.code is Code.LESS_VALUABLE:
        left = [one for one in plan.order if one not in reason.instead_of]
        settled = any(one.is_settled for one in problem.visits)
        assert (len(left) < len(plan.order) and fits_among(problem, left, visit)) or len(plan.order) > 2 or settled


def fits(problem: DayProblem, plan: DayPlan, visit: int) -> bool:
    """Whether the visit can be put in somewhere among those that are planned."""
    return fits_among(problem, list(plan.order), visit)


def fits_among(problem: DayProblem, order: list[int], visit: int) -> bool:
    """Whether the visit can be put in somewhere along an order."""
    return any(drivable(problem, [*order[:place], visit, *order[place:]]) for place in range(len(order) + 1))


def changed(problem: DayProblem, visit: int, change: Change, minutes: int) -> DayProblem:
    """The problem after a change, made here by hand."""
    day, by = problem.day, 60 * minutes
    one = problem.visits[visit]
    wider = {
        Change.OPENS_EARLIER: tuple((opens - by, closes) for opens, closes in one.windows),
        Change.CLOSES_LATER: tuple((opens, closes + by) for opens, closes in one.windows),
    }
    if change in wider:
        visits = tuple(replace(v, windows=wider[change]) if v is one else v for v in problem.visits)
        return replace(problem, visits=visits)
    if change is Change.SHORTER_VISIT:
        shorter = replace(one, service_s=one.service_s - by)
        return replace(problem, visits=tuple(shorter if v is one else v for v in problem.visits))
    if change in {Change.STARTS_EARLIER, Change.STARTS_LATER}:
        assert one.fixed_start is not None
        moved = replace(one, fixed_start=one.fixed_start + (by if change is Change.STARTS_LATER else -by))
        return replace(problem, visits=tuple(moved if v is one else v for v in problem.visits))
    if change is Change.DAY_EARLIER:
        return replace(problem, day=replace(day, start_s=day.start_s - by))
    if change is Change.DAY_LATER:
        return replace(problem, day=replace(day, end_s=day.end_s + by))
    assert change is Change.MORE_DRIVING
    assert day.max_travel_s is not None
    return replace(problem, day=replace(day, max_travel_s=day.max_travel_s + by))


@pytest.mark.parametrize(
    ("visit", "change", "minutes"),
    [
        (Visit(9, 1800, ((8 * HOUR, 8 * HOUR + 2400),), 1), Change.DAY_EARLIER, 20),
        (Visit(9, 1800, ((15 * HOUR + 1200, 18 * HOUR),), 1), Change.DAY_LATER, 20),
        (Visit(9, 1800, ((8 * HOUR, 8 * HOUR + 1200),), 1), Change.CLOSES_LATER, 40),
        (Visit(9, 1800, ((15 * HOUR + 1200, 15 * HOUR + 1300),), 1), Change.OPENS_EARLIER, 29),
        (Visit(9, 1800, (), 1, fixed_start=8 * HOUR), Change.DAY_EARLIER, 30),
        (Visit(9, 600, (), 1, fixed_start=20 * HOUR), Change.DAY_LATER, 280),
        (open_all_day(9, minutes=600), Change.DAY_LATER, 180),
    ],
)
def test_the_least_change_is_named(visit: Visit, change: Change, minutes: int) -> None:
    problem = DayProblem(Day(8 * HOUR, 16 * HOUR), (visit,), street(0, 30))
    plan = solve_day(problem, steps=2_000)
    (reason,) = dropped_reasons(problem, plan).values()
    assert (reason.change, reason.short_min) == (change, minutes)


def test_a_morning_that_is_full_is_not_helped_by_a_longer_evening() -> None:
    """The door closes at noon: only an earlier start of the day, or a later noon, lets it in."""
    morning = ((8 * HOUR, 12 * HOUR),)
    visits = tuple(Visit(i, HOUR, morning, 5) for i in range(4))
    problem = DayProblem(Day(8 * HOUR, 17 * HOUR), visits, street(0, 5, 5, 5, 5))
    plan = solve_day(problem, steps=2_000)
    (reason,) = dropped_reasons(problem, plan).values()
    assert reason.code is Code.LESS_VALUABLE
    assert (reason.change, reason.short_min) in {(Change.CLOSES_LATER, 5), (Change.DAY_EARLIER, 5)}
