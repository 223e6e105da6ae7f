"""A day as it was planned, with what has been done of it laid over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gcrm.activities.model import Activity, ActivityKind, Outcome
from gcrm.planning.day_plan import Break, DayPlan, Stop
from routing.points import LonLat
from webapp.day.timeline import follow

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def stop(account: int, hour: int) -> Stop:
    start = NOON.replace(hour=hour)
    return Stop(
        account,
        f"Shop {account}",
        LonLat(9.5, 47.0 + account / 100),
        arrive=start - timedelta(minutes=5),
        start=start,
        leave=start + timedelta(minutes=30),
        travel_s=600,
        distance_m=0,
    )


def plan(*stops: Stop, pause: tuple[int, int] | None = None) -> DayPlan:
    taken = Break(NOON.replace(hour=pause[0]), NOON.replace(hour=pause[1])) if pause else None
    home = LonLat(9.5, 47.0)
    return DayPlan("ada", NOON.date(), 1, "", stops, NOON, taken, travel_s=1200, service_s=3600, home=home)


def visit(account: int, at: datetime, outcome: Outcome = Outcome.ORDER) -> Activity:
    return Activity(account, ActivityKind.VISIT, at, outcome=outcome)


def test_what_is_done_is_done_and_the_first_that_is_not_is_next() -> None:
    day = follow(plan(stop(1, 8), stop(2, 10), stop(3, 14)), [visit(1, NOON.replace(hour=8))], NOON.replace(hour=9))
    assert [one.state for one in day.stops] == ["done", "next", "later"]
    assert day.done == 1


def test_a_visit_without_an_outcome_is_where_the_rep_is() -> None:
    day = follow(plan(stop(1, 8), stop(2, 10)), [visit(1, NOON.replace(hour=8), Outcome.NONE)], NOON.replace(hour=9))
    assert [one.state for one in day.stops] == ["here", "later"]


def test_stops_made_in_another_order_leave_the_first_open_one_next() -> None:
    day = follow(plan(stop(1, 8), stop(2, 10)), [visit(2, NOON.replace(hour=8))], NOON.replace(hour=9))
    assert [one.state for one in day.stops] == ["next", "done"]


def test_a_few_minutes_are_not_late_and_an_hour_is() -> None:
    planned = plan(stop(1, 8))
    assert follow(planned, [], NOON.replace(hour=8, minute=9)).late_s == 0
    assert follow(planned, [], NOON.replace(hour=9)).late_s == 3600
    assert follow(planned, [visit(1, NOON.replace(hour=9))], NOON).late_s == 0


def test_a_visit_that_was_not_planned_is_extra() -> None:
    day = follow(plan(stop(1, 8)), [visit(9, NOON)], NOON)
    assert [one.account_id for one in day.extra] == [9]


def test_one_leaves_early_enough_to_arrive() -> None:
    (only,) = follow(plan(stop(1, 8)), [], NOON).stops
    assert only.leave_before == NOON.replace(hour=7, minute=45)


def test_the_break_stands_where_it_is_taken() -> None:
    before = follow(plan(stop(1, 8), stop(2, 14), pause=(11, 12)), [], NOON)
    assert before.break_before(before.stops[1], "drive")
    assert before.break_place == before.plan.stops[0].place
    waiting = replace(stop(2, 14), arrive=NOON.replace(hour=11))
    there = follow(plan(stop(1, 8), waiting, pause=(11, 12)), [], NOON)
    assert there.break_before(there.stops[1], "visit")
    assert there.break_place == waiting.place
    last = follow(plan(stop(1, 8), pause=(11, 12)), [], NOON)
    assert last.break_last
    first = follow(plan(stop(1, 14), pause=(8, 9)), [], NOON)
    assert first.break_place == LonLat(9.5, 47.0)
