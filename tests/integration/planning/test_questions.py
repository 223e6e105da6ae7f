"""Questions to a planned day: why, which times to offer, and who is on the way."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from gcrm.accounts.model import Account, Kind, Priority
from gcrm.people.reps import change_rep
from gcrm.planning.appointments import add_appointment
from gcrm.planning.take_offer import take_offer
from gcrm.platform.errors import InputRejected, NotFound, NotReady
from gcrm.workspace import Workspace
from tests.fixtures.stores import FixedClock
from tests.integration.planning.answers import explain_plan, nearby, offers, plan_day
from tests.integration.planning.conftest import plain_account

TUESDAY = date(2026, 11, 24)
SetUp = Callable[..., list[Account]]


@pytest.fixture
def yesterday(clock: FixedClock) -> None:
    """It is Monday evening."""
    clock.now = datetime(2026, 11, 23, 18, tzinfo=UTC)


def by_name(accounts: list[Account]) -> dict[str, int]:
    return {account.name: account.id for account in accounts}


@pytest.mark.usefixtures("yesterday")
def test_offers_name_the_cheapest_time_first(plain: Workspace, staffed: SetUp) -> None:
    ids = by_name(
        staffed(
            [
                plain_account("East", 30, opening_hours="Tu 09:00-10:00", priority=Priority.A),
                plain_account("West", -30, opening_hours="Tu 13:00-14:00", priority=Priority.A),
                plain_account("Asking", -30, 2, opening_hours="Mo-Fr 08:00-17:00", last_visit=TUESDAY),
            ]
        )
    )
    plan_day(plain, "ada", TUESDAY, seconds=0.3)
    found = offers(plain, ids["Asking"], TUESDAY, days=1)
    assert found["offers"]
    extra = [one["extra_s"] for one in found["offers"]]
    assert extra == sorted(extra)
    best = found["offers"][0]
    assert best["extra_s"] == 240
    assert "West" in {best["after"], best["before"]}
    assert best["planned"]


@pytest.mark.usefixtures("yesterday")
def test_an_offer_can_be_kept(plain: Workspace, staffed: SetUp, tmp_path: Any) -> None:
    accounts = [plain_account(f"Stop {n}", 7 * n, n, visit_minutes=45) for n in range(1, 5)]
    ids = by_name(staffed([*accounts, plain_account("Asking", 12, 3, last_visit=TUESDAY)], hours="08:00-15:00"))
    before = plan_day(plain, "ada", TUESDAY, seconds=0.3)
    for one in offers(plain, ids["Asking"], TUESDAY, days=1)["offers"]:
        for moment in (one["from"], one["till"]):
            pins = tmp_path / "pins.json"
            pins.write_text(json.dumps({"pin": [{"account": ids["Asking"], "start": moment[11:16]}]}))
            after = plan_day(plain, "ada", TUESDAY, seconds=0.3, pin_file=pins)
            assert {stop["account"] for stop in before["stops"]} < {stop["account"] for stop in after["stops"]}
            assert after["travel_s"] <= before["travel_s"] + one["extra_s"]


@pytest.mark.usefixtures("yesterday")
def test_offers_say_of_each_other_day_why_not(plain: Workspace, staffed: SetUp) -> None:
    (asking,) = staffed([plain_account("Asking", 12, opening_hours="Mo,We-Fr 08:00-12:00")])
    found = offers(plain, asking.id, TUESDAY, days=7)
    why = {one["date"]: one["reason"] for one in found["closed"]}
    assert why["2026-11-24"] == "closed on Tue 24 Nov, opens Wed 08:00"
    assert "does not work" in why["2026-11-28"]
    assert {one["date"] for one in found["offers"]} == {"2026-11-25", "2026-11-26", "2026-11-27", "2026-11-30"}
    assert not found["offers"][0]["planned"]


def test_an_offer_for_today_gives_the_customer_time_to_answer(plain: Workspace, staffed: SetUp) -> None:
    (asking,) = staffed([plain_account("Asking", 5)])
    (offer,) = offers(plain, asking.id, TUESDAY, days=1)["offers"]
    assert offer["from"].startswith("2026-11-24T09:30")


def test_an_account_that_is_not_on_the_map_cannot_be_offered_a_time(plain: Workspace, staffed: SetUp) -> None:
    (lost,) = staffed([replace(plain_account("Lost", 5), place=None)])
    with pytest.raises(InputRejected) as refused:
        offers(plain, lost.id, TUESDAY)
    assert "gcrm accounts pin" in refused.value.remedy


def test_offers_need_a_rep(plain: Workspace) -> None:
    with plain.store.write() as tx:
        account = tx.accounts.add(plain_account("Alone", 5))
    with pytest.raises(NotReady):
        offers(plain, account.id, TUESDAY)
    with pytest.raises(NotFound):
        offers(plain, 999, TUESDAY)


def test_who_is_on_the_way_is_ranked_by_worth_for_each_minute(plain: Workspace, staffed: SetUp) -> None:
    set_up = [
        plain_account("East", 40, opening_hours="Tu 09:00-15:00", priority=Priority.A, visit_minutes=120),
        plain_account("Full", 40, 90, opening_hours="Tu 09:00-15:00", visit_minutes=200),
    ]
    staffed(set_up)
    plan_day(plain, "ada", TUESDAY, seconds=0.3)
    with plain.store.write() as tx:
        tx.accounts.add_many(
            [
                plain_account("On the way", 20, kind=Kind.PROSPECT),
                plain_account("Aside", 20, 15, kind=Kind.PROSPECT),
                plain_account("Shut", 20, opening_hours="We 08:00-12:00"),
                plain_account("Fresh", 20, last_visit=TUESDAY - timedelta(days=1)),
            ]
        )
    found = nearby(plain, "ada", TUESDAY)
    assert [one["name"] for one in found["nearby"]][:2] == ["On the way", "Aside"]
    assert {one["name"] for one in found["nearby"]}.isdisjoint({"East", "Shut", "Fresh"})
    assert found["nearby"][0]["extra_s"] == 0
    assert found["nearby"][1]["extra_s"] == 1_800


def test_a_full_day_says_why_nobody_fits_and_what_would_make_room(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("East", 20, visit_minutes=430)])
    plan_day(plain, "ada", TUESDAY, seconds=0.3)
    with plain.store.write() as tx:
        tx.accounts.add_many(
            [
                plain_account("<b>Nearly</b>", 20, visit_minutes=15),
                plain_account("Longer", 20, visit_minutes=60),
                plain_account("Fresh", 20, last_visit=TUESDAY - timedelta(days=1)),
            ]
        )
    found = nearby(plain, "ada", TUESDAY)
    assert (found["nearby"], found["fitting"], found["looked_at"]) == ([], 0, 3)
    assert found["reason"].startswith("the day is full: 2 near the route may be visited")
    assert [one["name"] for one in found["nearly"]] == ["<b>Nearly</b>", "Longer"]
    assert "5 min" in found["nearly"][0]["remedy"]
    assert all(one["remedy"] for one in found["nearly"])


def test_where_nobody_may_be_visited_that_is_the_reason(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("East", 20)])
    plan_day(plain, "ada", TUESDAY, seconds=0.3)
    assert nearby(plain, "ada", TUESDAY)["reason"] == "there is nobody else near the route who is on the map"
    with plain.store.write() as tx:
        tx.accounts.add_many(
            [
                plain_account("Shut", 20, opening_hours="We 08:00-12:00"),
                plain_account("Cold", 20, skills=("cold chain",)),
                *(plain_account(f"Fresh {n}", 20, last_visit=TUESDAY - timedelta(days=1)) for n in range(2)),
            ]
        )
    found = nearby(plain, "ada", TUESDAY)
    assert found["reason"].startswith("of 4 near the route none may be visited that day: 2 are not due yet")
    assert "1 is closed that day" in found["reason"]
    assert found["nearly"] == []


def test_a_plan_that_cannot_be_kept_any_more_has_no_room_and_says_so(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("East", 60), plain_account("West", -60)])
    plan_day(plain, "ada", TUESDAY, seconds=0.3)
    change_rep(plain, "ada", hours="08:00-10:00")
    with plain.store.write() as tx:
        tx.accounts.add(plain_account("Near", 10))
    assert nearby(plain, "ada", TUESDAY)["remedy"] == "plan the day again"


def test_nobody_is_near_a_day_that_is_not_planned(plain: Workspace, staffed: SetUp) -> None:
    staffed([])
    with pytest.raises(NotReady) as refused:
        nearby(plain, "ada", TUESDAY)
    assert "gcrm plan day --rep ada" in refused.value.remedy


def test_a_plan_explains_a_stop_an_omission_and_a_stranger(plain: Workspace, staffed: SetUp) -> None:
    adler, fresh = staffed([plain_account("Adler", 10), plain_account("Fresh", 5, last_visit=TUESDAY)])
    number = plan_day(plain, "ada", TUESDAY, seconds=0.3)["id"]
    with plain.store.write() as tx:
        stranger = tx.accounts.add(plain_account("Stranger", 5))
    there = explain_plan(plain, number, adler.id)
    assert there["planned"]
    assert there["reason"].startswith("never visited, B account")
    assert any("20 min less driving" in fact for fact in there["facts"])
    left = explain_plan(plain, number, fresh.id)
    assert (left["planned"], left["reason"][:7]) == (False, "not due")
    assert left["remedy"].startswith("may be visited from")
    assert explain_plan(plain, number, stranger.id)["reason"] == "in no territory"
    with pytest.raises(NotFound):
        explain_plan(plain, 99, adler.id)
    with pytest.raises(NotFound):
        explain_plan(plain, number, 999)


def test_a_full_day_is_offered_too_with_who_gives_way_and_what_that_costs(plain: Workspace, staffed: SetUp) -> None:
    accounts = [plain_account(f"Stop {n}", 10, visit_minutes=60, priority=Priority.A) for n in range(4)]
    accounts += [plain_account("Least", 10, visit_minutes=60, priority=Priority.C)]
    asking = plain_account("Asking", 20, visit_minutes=40, last_visit=TUESDAY)
    ids = {one.name: one.id for one in staffed([*accounts, asking], hours="10:00-15:25")}
    add_appointment(plain, ids["Stop 0"], TUESDAY)
    planned = plan_day(plain, "ada", TUESDAY, seconds=0.2)
    assert len(planned["stops"]) == 5
    found = offers(plain, ids["Asking"], TUESDAY, days=1)
    assert found["closed"] == []
    best = found["offers"][0]
    assert [one["name"] for one in best["displaces"]] == ["Least"]
    assert best["price"] == 35
    start = datetime.fromisoformat(best["from"]).time()
    _, taken = take_offer(plain, ids["Asking"], "ada", TUESDAY, start)
    assert taken
    assert [one.name for one in taken.cost.lost] == ["Least"]


def test_a_visit_that_has_begun_gives_way_to_no_offer(plain: Workspace, staffed: SetUp) -> None:
    # It is 9:00 in Vaduz, and the visit that is worth least is under way.
    accounts = [plain_account(f"Stop {n}", 10, visit_minutes=60, priority=Priority.A) for n in range(2)]
    least = plain_account("Least", 10, visit_minutes=60, priority=Priority.C, opening_hours="Mo-Fr 08:00-09:15")
    asking = plain_account("Asking", 20, visit_minutes=40, last_visit=TUESDAY)
    ids = {one.name: one.id for one in staffed([*accounts, least, asking], hours="08:00-11:35")}
    planned = plan_day(plain, "ada", TUESDAY, seconds=0.2)
    assert planned["stops"][0]["name"] == "Least"
    found = offers(plain, ids["Asking"], TUESDAY, days=1)["offers"]
    assert found
    assert "Least" not in {one["name"] for offer in found for one in offer["displaces"]}


def test_nobody_who_was_promised_a_visit_gives_way_to_an_offer(plain: Workspace, staffed: SetUp) -> None:
    only, asking = staffed(
        [plain_account("Only", 10, visit_minutes=60), plain_account("Asking", 20, last_visit=TUESDAY)],
        hours="08:00-09:25",
    )
    add_appointment(plain, only.id, TUESDAY)
    plan_day(plain, "ada", TUESDAY, seconds=0.2)
    found = offers(plain, asking.id, TUESDAY, days=1)
    assert found["offers"] == []
    assert "whoever gives way" in found["closed"][0]["reason"]
