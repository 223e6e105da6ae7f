"""News of a day that a phone tells after the fact: once, checked, and never at the price of another visit."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from gcrm.planning.day_plan import DayPlan
from gcrm.planning.plan_day import plan_day
from gcrm.planning.told_news import LATE_FOR
from gcrm.workspace import Workspace
from tests.integration.web.conftest import NOW, Browser, World, app_on

TOMORROW = date(2026, 11, 25)


@pytest.fixture
def here(workspace: Workspace, liechtenstein: Path) -> Workspace:
    """The world, on the streets of Liechtenstein."""
    (workspace.settings.home / "areas").symlink_to(liechtenstein / "areas", target_is_directory=True)
    return workspace


@pytest.fixture
def ada_here(here: Workspace) -> Browser:
    return Browser(app_on(here), here, "ada")


def tell(who: Browser, told_at: datetime = NOW, day: date = TOMORROW, **body: Any) -> TestResponse:
    times = {"at": told_at.isoformat(), "sent_at": NOW.isoformat()}
    return who.post(f"/plans/north/{day}/told", json={"client_id": "d1", **times, **body})


def current(workspace: Workspace) -> DayPlan:
    with workspace.store.read() as tx:
        found = tx.plans.current(tx.reps.get("north").id, TOMORROW)
    assert found is not None
    return found


def test_a_cancelled_visit_leaves_the_plan_once(ada_here: Browser, here: Workspace) -> None:
    gone = plan_day(here, "north", TOMORROW, seconds=0.5).stops[0]
    answer = tell(ada_here, what="cancelled", accounts=[gone.account_id])
    assert answer.get_json()["applied"]
    assert answer.get_json()["client_id"] == "d1"
    after = current(here)
    assert gone.account_id not in after.account_ids
    assert tell(ada_here, what="cancelled", accounts=[gone.account_id]).get_json() | {"now": 0} == (
        answer.get_json() | {"now": 0}
    )
    assert current(here) == after
    again = tell(ada_here, what="cancelled", accounts=[gone.account_id], client_id="d2").get_json()
    assert (again["applied"], again["words"]) == (False, "It is not in the plan any more.")


def test_who_was_late_a_moment_ago_moves_the_day_and_who_was_long_ago_does_not(
    ada_here: Browser, here: Workspace
) -> None:
    before = plan_day(here, "north", TOMORROW, seconds=0.5)
    old = tell(ada_here, NOW - LATE_FOR - timedelta(minutes=1), what="late", minutes=60).get_json()
    assert not old["applied"]
    assert current(here) == before
    assert tell(ada_here, what="late", minutes=60, client_id="d2").get_json()["applied"]
    assert current(here).stops[0].start > before.stops[0].start


def test_visits_taken_into_free_time_are_checked_and_cost_no_other(
    ada_here: Browser, here: Workspace, world: World
) -> None:
    plan = plan_day(here, "north", TOMORROW, seconds=0.5)
    out = plan.stops[-1].account_id
    tell(ada_here, what="cancelled", accounts=[out])
    before = current(here).account_ids
    back = tell(ada_here, what="free", accounts=[out], client_id="d2").get_json()
    assert back["applied"], back
    assert before | {out} <= current(here).account_ids
    far = tell(ada_here, what="free", accounts=[world.accounts["Far Away Farm"]], client_id="d3")
    assert far.status_code == 404 or not far.get_json()["applied"]
    assert before <= current(here).account_ids


@pytest.mark.parametrize(
    "body",
    [
        {}, {"what": "late"}, {"what": "late", "minutes": -5}, {"what": "late", "minutes": "30"},
        {"what": "cancelled", "accounts": []}, {"what": "cancelled", "accounts": ["1"]}, {"what": "free"},
        {"what": "free", "accounts": list(range(1, 40))}, {"what": "bored"},
        {"what": "late", "minutes": 5, "client_id": ""},
    ],
    ids=str,
)  # fmt: skip
def test_news_that_cannot_be_is_refused_for_good(ada: Browser, body: dict[str, Any]) -> None:
    answer = tell(ada, **body)
    assert (answer.status_code, answer.get_json()["retry"]) == (400, False)


def test_a_day_that_is_over_or_not_planned_takes_the_news_and_stays(ada: Browser, world: World) -> None:
    number = world.accounts["Calanda Cafe"]
    past = tell(ada, day=date(2026, 11, 20), what="cancelled", accounts=[number]).get_json()
    assert (past["applied"], past["client_id"]) == (False, "d1")


def test_nobody_tells_of_another_s_day_or_account(cy: Browser, ada: Browser, world: World) -> None:
    assert tell(cy, what="late", minutes=5).status_code == 404
    assert tell(ada, what="free", accounts=[world.accounts["Dorf Shop"]]).status_code == 404
