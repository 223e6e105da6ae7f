"""The rest of a day planned again: what is done stays, changes are few, and each says why."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gcrm.accounts.model import Account, Priority
from gcrm.activities.model import Activity, ActivityKind
from gcrm.planning.appointments import add_appointment
from gcrm.planning.replan import News
from gcrm.platform.errors import InputRejected, NotFound, NotReady
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.integration.planning.answers import plan_day, replan
from tests.integration.planning.conftest import plain_account

TUESDAY = date(2026, 11, 24)
SetUp = Callable[..., list[Account]]


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 24, hour, minute, tzinfo=ZoneInfo("Europe/Vaduz"))


def names(document: dict[str, Any]) -> list[str]:
    return [stop["name"] for stop in document["stops"]]


@pytest.fixture
def day(plain: Workspace, staffed: SetUp) -> tuple[dict[str, Any], dict[str, Account]]:
    """Five visits of an hour along one road, ten minutes apart, in a day that ends at four; and one too many."""
    accounts = staffed(
        [plain_account(f"Stop {n}", 10 * n, visit_minutes=60, opening_hours="Mo-Fr 08:00-18:00") for n in range(1, 6)]
        + [plain_account("Spare", 25, visit_minutes=200, priority=Priority.C)]
    )
    return plan_day(plain, "ada", TUESDAY, seconds=0.3), {account.name: account for account in accounts}


def test_news_of_nothing_changes_nothing(plain: Workspace, day: Any) -> None:
    before, _ = day
    after = replan(plain, "ada", TUESDAY, News(at(7)))
    assert after["changes"] == []
    assert names(after) == names(before)
    assert [stop["start"] for stop in after["stops"]] == [stop["start"] for stop in before["stops"]]
    assert after["replaces"] == before["id"]


def test_a_late_day_moves_what_is_to_come_and_says_so(plain: Workspace, day: Any) -> None:
    before, _ = day
    after = replan(plain, "ada", TUESDAY, News(at(10), late_s=30 * 60))
    assert names(after) == names(before)
    moved = [one for one in after["changes"] if one["change"] == "later"]
    assert moved
    assert moved[0]["reason"] == "30 min later: the day is 30 min late"
    assert after["stops"][0]["done"]
    assert after["stops"][0]["start"] == before["stops"][0]["start"]


def test_a_very_late_day_loses_a_visit_with_its_reason(plain: Workspace, day: Any) -> None:
    before, _ = day
    after = replan(plain, "ada", TUESDAY, News(at(10), late_s=180 * 60))
    removed = [one for one in after["changes"] if one["change"] == "removed"]
    assert removed
    assert all(one["reason"] for one in removed)
    assert len(after["stops"]) + len(removed) == len(before["stops"])
    assert {one["account"] for one in removed} <= {one["account"] for one in after["dropped"]}


def test_a_visit_that_gives_way_lets_the_others_keep_their_order(plain: Workspace, day: Any) -> None:
    before, _ = day
    after = replan(plain, "ada", TUESDAY, News(at(10), late_s=120 * 60))
    assert [one["change"] for one in after["changes"]].count("removed") >= 1
    assert "earlier" not in [one["change"] for one in after["changes"]]
    assert names(after) == [name for name in names(before) if name in names(after)]


def test_what_is_done_stays_when_the_day_is_planned_again_twice(plain: Workspace, day: Any) -> None:
    first = replan(plain, "ada", TUESDAY, News(at(11)))
    second = replan(plain, "ada", TUESDAY, News(at(12), late_s=15 * 60))
    done = [stop for stop in first["stops"] if stop.get("done")]
    assert done == second["stops"][: len(done)]
    assert len(day[0]["stops"]) == len(second["stops"])


def test_a_cancelled_visit_goes_and_the_others_keep_their_time(plain: Workspace, day: Any) -> None:
    before, _ = day
    gone = before["stops"][3]
    after = replan(plain, "ada", TUESDAY, News(at(9), cancelled=frozenset({gone["account"]})))
    assert gone["name"] not in names(after)
    assert [(one["name"], one["change"], one["reason"]) for one in after["changes"]] == [
        (gone["name"], "removed", "cancelled")
    ]
    assert next(one for one in after["dropped"] if one["account"] == gone["account"])["reason"] == "cancelled"


def test_time_that_came_free_is_filled_only_where_asked(plain: Workspace, day: Any) -> None:
    before, accounts = day
    gone = before["stops"][3]["account"]
    with plain.store.write() as tx:
        tx.accounts.update(replace(tx.accounts.get(accounts["Spare"].id), visit_minutes=30))
    assert "Spare" not in names(replan(plain, "ada", TUESDAY, News(at(9), cancelled=frozenset({gone}))))
    after = replan(plain, "ada", TUESDAY, News(at(9), fill=True))
    assert "Spare" in names(after)
    assert {"fills free time"} == {one["reason"] for one in after["changes"] if one["change"] == "added"}


def test_an_urgent_visit_gets_in_and_the_others_make_room(plain: Workspace, day: Any) -> None:
    _, accounts = day
    after = replan(plain, "ada", TUESDAY, News(at(10), urgent=(accounts["Spare"].id,)))
    assert "Spare" in names(after)
    added = next(one for one in after["changes"] if one["change"] == "added")
    assert (added["name"], added["reason"]) == ("Spare", "urgent")
    assert next(stop for stop in after["stops"] if stop["name"] == "Spare")["why"].startswith("urgent")


def test_an_urgent_visit_to_a_closed_door_says_so(plain: Workspace, day: Any) -> None:
    before, accounts = day
    with plain.store.write() as tx:
        tx.accounts.update(replace(tx.accounts.get(accounts["Spare"].id), opening_hours="Mo 08:00-09:00"))
    after = replan(plain, "ada", TUESDAY, News(at(10), urgent=(accounts["Spare"].id,)))
    assert names(after) == names(before)
    told = next(one for one in after["dropped"] if one["name"] == "Spare")
    assert told["reason"].startswith("urgent, but closed on Tue")


def test_a_visit_that_is_recorded_is_behind_whatever_the_plan_says(plain: Workspace, day: Any) -> None:
    before, _ = day
    last = before["stops"][-1]["account"]
    with plain.store.write() as tx:
        rep = tx.reps.get("ada")
        tx.activities.add(Activity(last, ActivityKind.VISIT, at(8, 30), rep_id=rep.id))
    after = replan(plain, "ada", TUESDAY, News(at(8, 30)))
    assert [stop["account"] for stop in after["stops"] if stop.get("done")] == [
        stop["account"] for stop in before["stops"] if stop["account"] == last or stop["start"] <= at(8, 30).isoformat()
    ]


def test_the_rest_starts_where_the_rep_is(plain: Workspace, day: Any) -> None:
    before, _ = day
    there = LonLat(before["stops"][2]["lon"], before["stops"][2]["lat"])
    after = replan(plain, "ada", TUESDAY, News(at(7), here=there))
    assert after["legs"][0]["line"][0] == pytest.approx(list(there))
    assert len(after["legs"]) == len(after["stops"]) + 1


def test_nobody_is_lost_from_stops_and_left_out(plain: Workspace, day: Any) -> None:
    before, accounts = day
    news = News(at(11), 90 * 60, frozenset({before["stops"][-1]["account"]}), (accounts["Spare"].id,))
    after = replan(plain, "ada", TUESDAY, news)
    told = [one["account"] for one in (*after["stops"], *after["dropped"])]
    assert sorted(told) == sorted(account.id for account in accounts.values())


@pytest.mark.usefixtures("day")
def test_the_new_plan_adds_up(plain: Workspace) -> None:
    after = replan(plain, "ada", TUESDAY, News(at(11), 45 * 60))
    assert after["travel_s"] == sum(leg["seconds"] for leg in after["legs"])
    for one, next_one in zip(after["stops"], after["stops"][1:], strict=False):
        free = datetime.fromisoformat(next_one["start"]) - datetime.fromisoformat(one["leave"])
        assert next_one.get("done") or one.get("done") or free >= timedelta(seconds=next_one["travel_s"])


def test_what_cannot_be_is_refused(plain: Workspace, day: Any) -> None:
    _, accounts = day
    with pytest.raises(InputRejected, match="not planned that day"):
        replan(plain, "ada", TUESDAY, News(at(9), cancelled=frozenset({accounts["Spare"].id})))
    with pytest.raises(NotFound):
        replan(plain, "ada", TUESDAY, News(at(9), urgent=(999,)))
    with pytest.raises(NotReady, match="has no plan"):
        replan(plain, "ada", TUESDAY + timedelta(days=1), News(at(9)))


def test_after_the_last_visit_only_the_way_home_is_left(plain: Workspace, day: Any) -> None:
    before, _ = day
    after = replan(plain, "ada", TUESDAY, News(at(15, 30)))
    assert names(after) == names(before)
    assert all(stop["done"] for stop in after["stops"])
    assert len(after["legs"]) == len(after["stops"]) + 1


@pytest.fixture
def lunch_after_one(plain: Workspace, staffed: SetUp) -> Account:
    """An appointment at 11:10 for half an hour, a break of 45 minutes from 11:30 on, a visit that opens at 14:00."""
    adler, _ = staffed(
        [plain_account("Adler", 10), plain_account("Late", 15, opening_hours="Mo-Fr 14:00-20:00")],
        hours="08:00-17:00",
        lunch="45@11:30-13:30",
    )
    add_appointment(plain, adler.id, TUESDAY, start=time(11, 10))
    before = plan_day(plain, "ada", TUESDAY, seconds=0.3)
    assert before["break"]["start"][11:16] == "11:40"
    return adler


@pytest.mark.usefixtures("lunch_after_one")
@pytest.mark.parametrize(
    ("late", "leaves", "begins", "ends"), [(0, "11:40", "11:40", "12:25"), (10, "11:50", "11:50", "12:35")]
)
def test_the_break_that_is_owed_stays_behind_the_visit_under_way(
    plain: Workspace, late: int, leaves: str, begins: str, ends: str
) -> None:
    after = replan(plain, "ada", TUESDAY, News(at(11, 20), late_s=late * 60))
    assert after["stops"][0]["leave"][11:16] == leaves
    assert (after["break"]["start"][11:16], after["break"]["end"][11:16]) == (begins, ends)
    assert after["home_arrive"] > after["break"]["end"]


def test_a_break_that_has_begun_is_behind(plain: Workspace, staffed: SetUp) -> None:
    staffed(
        [plain_account(f"Stop {n}", 10 * n, visit_minutes=100) for n in range(1, 4)],
        hours="08:00-17:00",
        lunch="45@11:30-13:30",
    )
    before = plan_day(plain, "ada", TUESDAY, seconds=0.3)
    begun = datetime.fromisoformat(before["break"]["start"]) + timedelta(minutes=5)
    after = replan(plain, "ada", TUESDAY, News(begun))
    assert after["break"] == before["break"]
    assert after["changes"] == []


def test_an_urgent_visit_that_cannot_be_made_says_why(plain: Workspace, staffed: SetUp) -> None:
    _, cold = staffed(
        [plain_account("Adler", 10), plain_account("Cold", 12, skills=("cold chain",), opening_hours="Mo-Fr 08-18")]
    )
    plan_day(plain, "ada", TUESDAY, seconds=0.3)
    after = replan(plain, "ada", TUESDAY, News(at(10, 20), urgent=(cold.id,)))
    (change,) = [one for one in after["changes"] if one["account"] == cold.id]
    assert change["change"] == "not possible"
    assert change["reason"].startswith("urgent, but Ada")
    assert "cold chain" in change["reason"]
    assert after["notes"][0].startswith("Cold: urgent, but")
