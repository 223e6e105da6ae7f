"""Plans know of each other: nobody is visited twice on coming days by accident."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from gcrm.accounts.model import Account, Priority
from gcrm.activities.model import Activity, ActivityKind, Outcome
from gcrm.planning.appointments import add_appointment
from gcrm.workspace import Workspace
from tests.integration.planning.answers import Json, plan_day, plan_horizon, plan_week
from tests.integration.planning.conftest import plain_account

TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 11, day) for day in (24, 25, 26))
SetUp = Callable[..., list[Account]]


def names(document: Json) -> list[str]:
    return sorted(stop["name"] for stop in document["stops"])


def said_of(document: Json, name: str) -> Json:
    return next(one for one in document["dropped"] if one["name"] == name)


def at(workspace: Workspace, moment: datetime) -> None:
    workspace.__dict__["clock"] = lambda: moment


def test_a_visit_that_is_kept_for_a_coming_day_is_not_planned_again(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("Near", 10), plain_account("Far", 20)])
    assert names(plan_day(plain, "ada", WEDNESDAY, seconds=0)) == ["Far", "Near"]
    after = plan_day(plain, "ada", THURSDAY, seconds=0)
    assert names(after) == []
    assert said_of(after, "Near") | {"account": 0} == {
        "account": 0,
        "name": "Near",
        "reason": "planned on Wed 25 Nov 2026",
        "remedy": "",
        "code": "other day",
    }
    assert names(plan_day(plain, "ada", WEDNESDAY, seconds=0)) == ["Far", "Near"], "its own day is planned anew"
    assert names(plan_day(plain, "ada", TUESDAY, seconds=0)) == [], "nor is it brought forward unseen"


def test_who_is_visited_each_week_is_planned_each_week(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("Weekly", 10, visit_every_days=7)])
    assert names(plan_day(plain, "ada", WEDNESDAY, seconds=0)) == ["Weekly"]
    assert names(plan_day(plain, "ada", WEDNESDAY + timedelta(days=3), seconds=0)) == []
    following = plan_day(plain, "ada", WEDNESDAY + timedelta(days=7), seconds=0)
    assert names(following) == ["Weekly"]
    assert following["prize"] == 60, "due that day, after the visit before it"


def test_this_afternoon_is_not_planned_again_tomorrow(plain: Workspace, staffed: SetUp) -> None:
    (near, _) = staffed([plain_account("Near", 10), plain_account("Far", 20)])
    today = plan_day(plain, "ada", TUESDAY, seconds=0)
    last_leaves = datetime.fromisoformat(today["home_arrive"])
    at(plain, last_leaves - timedelta(minutes=40))
    assert names(plan_day(plain, "ada", WEDNESDAY, seconds=0)) == []
    with plain.store.write() as tx:
        nobody = Activity(near.id, ActivityKind.VISIT, plain.clock(), outcome=Outcome.NOBODY_THERE)
        tx.activities.add(nobody)
        tx.accounts.update(replace(tx.accounts.get(near.id), last_visit=None))
    tomorrow = plan_day(plain, "ada", WEDNESDAY, seconds=0)
    assert names(tomorrow) == ["Near"], tomorrow["dropped"]
    at(plain, last_leaves + timedelta(minutes=1))
    assert names(plan_day(plain, "ada", WEDNESDAY, seconds=0)) == ["Far", "Near"], "what was not made is planned again"


def test_today_is_the_day_of_the_rep_who_visits(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("Near", 10)])
    with plain.store.write() as tx:
        tx.reps.update(replace(tx.reps.get("ada"), zone="America/Los_Angeles"))
    at(plain, datetime(2026, 11, 24, 16, 10, tzinfo=UTC))
    assert names(plan_day(plain, "ada", TUESDAY, seconds=0)) == ["Near"]
    # 17:30 of Tuesday there, Wednesday where the server is.
    at(plain, datetime(2026, 11, 25, 1, 30, tzinfo=UTC))
    anew = plan_day(plain, "ada", WEDNESDAY, seconds=0)
    assert names(anew) == ["Near"], anew["dropped"]


def test_another_rep_s_plan_counts_on_the_same_day_and_on_others(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("Bo's own", 30)], key="bo")
    (shared,) = staffed([plain_account("Shared", 10)])
    add_appointment(plain, shared.id, WEDNESDAY, rep_key="bo")
    assert "Shared" in names(plan_day(plain, "bo", WEDNESDAY, seconds=0))
    for day in (WEDNESDAY, THURSDAY):
        omitted = said_of(plan_day(plain, "ada", day, seconds=0), "Shared")
        assert omitted["reason"] == "planned on Wed 25 Nov 2026 by Bo"


def test_a_promise_is_kept_although_it_is_planned_elsewhere_and_that_is_said(plain: Workspace, staffed: SetUp) -> None:
    (near,) = staffed([plain_account("Near", 10)])
    plan_day(plain, "ada", WEDNESDAY, seconds=0)
    add_appointment(plain, near.id, THURSDAY)
    document = plan_day(plain, "ada", THURSDAY, seconds=0)
    assert names(document) == ["Near"]
    assert f"Near ({near.id}) is planned on Wed 25 Nov 2026, too." in document["notes"]


def test_a_week_knows_of_the_days_before_it(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("Near", 10), plain_account("Weekly", 10, visit_every_days=7)])
    plan_day(plain, "ada", WEDNESDAY, seconds=0)
    week = plan_week(plain, ["ada"], date(2026, 11, 30), seconds=0.3)
    assert [stop["name"] for day in week["days"] for stop in day["stops"]] == ["Weekly"]
    assert week["missed"] == []
    again = plan_week(plain, ["ada"], TUESDAY, seconds=0.3)
    assert sorted(stop["name"] for day in again["days"] for stop in day["stops"]) == ["Near", "Weekly"]


@pytest.mark.parametrize("weeks", [1, 4])
def test_coverage_counts_the_visits_that_nobody_can_make(plain: Workspace, staffed: SetUp, weeks: int) -> None:
    def overdue(name: str, **more: Any) -> Account:
        last = TUESDAY - timedelta(days=400)
        return plain_account(name, 10, priority=Priority.A, last_visit=last, visit_every_days=365, **more)

    staffed(
        [
            overdue("Made"),
            overdue("Cold", skills=("cold chain",)),
            overdue("Shut", opening_hours="Su 08:00-09:00"),
            replace(overdue("Lost"), place=None),
            plain_account("Fresh", 10, last_visit=TUESDAY - timedelta(days=1), visit_every_days=365),
        ]
    )
    document = plan_horizon(plain, ["ada"], TUESDAY, weeks=weeks, seconds=0.2)
    assert {one["name"] for one in document["missed"]} == {"Cold", "Shut", "Lost"}
    assert (document["visits"], document["visits_due"], document["coverage"]) == (1, 4, 0.25)
    reasons = {one["name"]: one["reason"] for one in document["missed"]}
    assert 'Ada lacks the skill "cold chain"' in reasons["Cold"]
    assert "not on the map" in reasons["Lost"]
    assert "overdue" in reasons["Shut"]
