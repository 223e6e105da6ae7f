"""A planned day changed by hand, with what it costs."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

from gcrm.bootstrap import Workspace
from gcrm.domain.account import Account
from gcrm.errors import InputRejected, NotFound, NotReady
from gcrm.services.move_stop import Move, cost_words, move_stop
from gcrm.services.plan_day import plan_day
from tests.integration.plan.conftest import plain_account

TUESDAY = date(2026, 11, 24)
SetUp = Callable[..., list[Account]]


@pytest.fixture
def day(plain: Workspace, staffed: SetUp) -> tuple[dict[str, Any], dict[str, int]]:
    """Three stops along one road, ten minutes apart, and one that is closed that day."""
    accounts = staffed(
        [
            plain_account("Near", 10, opening_hours="Mo-Fr 08:00-12:00"),
            plain_account("Middle", 20),
            plain_account("End", 30),
            plain_account("Closed", 20, opening_hours="We 08:00-12:00"),
        ]
    )
    return plan_day(plain, "ada", TUESDAY, seconds=0.3), {account.name: account.id for account in accounts}


def names(document: dict[str, Any]) -> list[str]:
    return [stop["name"] for stop in document["stops"]]


def test_a_stop_at_another_place_tells_its_cost_and_keeps_nothing(plain: Workspace, day: Any) -> None:
    before, ids = day
    order = names(before)
    answer = move_stop(plain, "ada", TUESDAY, Move(ids["End"], place=1))
    assert names(answer["plan"]) == ["End", *[name for name in order if name != "End"]]
    assert answer["cost"]["travel_s"] >= 0
    with plain.store.read() as tx:
        assert tx.plans.current(tx.reps.get("ada").id, TUESDAY) == before


def test_a_detour_is_counted_in_minutes(plain: Workspace, day: Any) -> None:
    before, ids = day
    places = {
        name: move_stop(plain, "ada", TUESDAY, Move(ids["Middle"], place=n + 1)) for n, name in enumerate(names(before))
    }
    costs = sorted(answer["cost"]["travel_s"] for answer in places.values())
    assert costs[0] == 0
    assert costs[-1] == 1_200
    dear = next(answer for answer in places.values() if answer["cost"]["travel_s"] == 1_200)
    assert cost_words(dear) == "20 min more driving, home 20 min later"


def test_what_is_applied_becomes_the_plan(plain: Workspace, day: Any) -> None:
    before, ids = day
    answer = move_stop(plain, "ada", TUESDAY, Move(ids["Middle"], start=time(13, 30)), apply=True)
    stop = next(stop for stop in answer["plan"]["stops"] if stop["name"] == "Middle")
    assert stop["start"].startswith("2026-11-24T13:30")
    assert answer["plan"]["replaces"] == before["id"]
    with plain.store.read() as tx:
        assert tx.plans.current(tx.reps.get("ada").id, TUESDAY) == answer["plan"]


def test_a_stop_taken_out_is_told_among_the_left_out_and_can_come_back(plain: Workspace, day: Any) -> None:
    before, ids = day
    out = move_stop(plain, "ada", TUESDAY, Move(ids["End"], out=True), apply=True)
    assert out["cost"]["travel_s"] == -1_200
    first = out["plan"]["dropped"][0]
    assert (first["name"], first["reason"]) == ("End", "taken out by hand")
    back = move_stop(plain, "ada", TUESDAY, Move(ids["End"]), apply=True)
    assert sorted(names(back["plan"])) == sorted(names(before))
    assert all(one["name"] != "End" for one in back["plan"]["dropped"])


def test_what_cannot_be_says_why_and_changes_nothing(plain: Workspace, day: Any) -> None:
    before, ids = day
    closed = move_stop(plain, "ada", TUESDAY, Move(ids["Closed"]), apply=True)
    assert (closed["possible"], closed["reason"]) == (False, "closed on Tue 24 Nov, opens Wed 08:00")
    late = move_stop(plain, "ada", TUESDAY, Move(ids["End"], start=time(15, 45)), apply=True)
    assert late["reason"].startswith("appointment") or "working hours" in late["reason"]
    with plain.store.read() as tx:
        assert tx.plans.current(tx.reps.get("ada").id, TUESDAY) == before


def test_an_account_may_be_brought_in_outside_its_hours_to_the_minute(plain: Workspace, day: Any) -> None:
    _, ids = day
    answer = move_stop(plain, "ada", TUESDAY, Move(ids["Closed"], start=time(14)))
    assert answer["possible"], "somebody may open for an appointment"
    assert next(stop for stop in answer["plan"]["stops"] if stop["name"] == "Closed")["fixed"]


@pytest.mark.parametrize("place", [0, 4, 99])
def test_a_place_that_is_not_there_is_refused(plain: Workspace, day: Any, place: int) -> None:
    _, ids = day
    with pytest.raises(InputRejected):
        move_stop(plain, "ada", TUESDAY, Move(ids["End"], place=place))


def test_what_is_not_there_is_said(plain: Workspace, day: Any) -> None:
    _, ids = day
    with pytest.raises(InputRejected):
        move_stop(plain, "ada", TUESDAY, Move(ids["Closed"], out=True))
    with pytest.raises(NotFound):
        move_stop(plain, "ada", TUESDAY, Move(999))
    with pytest.raises(NotReady):
        move_stop(plain, "ada", date(2026, 11, 25), Move(ids["End"]))
