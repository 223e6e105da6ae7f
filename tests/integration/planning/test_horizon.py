"""Weeks ahead: days and order together, cycles kept, and what will be missed is said."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from gcrm.accounts.model import Account, Priority
from gcrm.planning.day_json import write_day
from gcrm.platform.errors import InputRejected, NotFound, NotReady
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.integration.planning.answers import explain_plan, plan_horizon, plan_week
from tests.integration.planning.conftest import HOME, plain_account

MONDAY = date(2026, 11, 23)
SetUp = Callable[..., list[Account]]


def by_day(document: dict[str, Any]) -> dict[str, set[str]]:
    return {one["date"]: {stop["name"] for stop in one["stops"]} for one in document["days"] if one["stops"]}


def dates_of(document: dict[str, Any], name: str) -> list[date]:
    return [
        date.fromisoformat(one["date"]) for one in document["days"] for stop in one["stops"] if stop["name"] == name
    ]


def test_a_week_is_planned_on_working_days_and_each_day_is_kept(plain: Workspace, staffed: SetUp) -> None:
    accounts = [plain_account(f"Stop {n}", 10 + n, n % 4, visit_minutes=90) for n in range(12)]
    staffed([*accounts, replace(plain_account("Lost", 5), place=None)])
    document = plan_week(plain, ["ada"], MONDAY, steps=30_000)
    assert [one["date"] for one in document["days"]] == [(MONDAY + timedelta(days=n)).isoformat() for n in range(5)]
    assert document["visits"] == 12
    assert [one["name"] for one in document["missed"]] == ["Lost"], "who cannot be visited is missed all the same"
    assert document["coverage"] == pytest.approx(12 / 13, abs=1e-4)
    assert [one["name"] for one in document["dropped"]] == ["Lost"]
    with plain.store.read() as tx:
        for one in document["days"]:
            kept = write_day(tx.plans.get(one["id"]))
            assert kept["stops"] == one["stops"]
            assert len(kept["stops"]) + len(kept["dropped"]) == 13
            assert kept["part_of"]["gap"] == document["gap"]


def test_a_week_says_how_much_better_it_could_be_at_most(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account(f"Stop {n}", 30 + n, n % 4, visit_minutes=90) for n in range(40)])
    document = plan_week(plain, ["ada"], MONDAY, steps=60_000)
    assert document["visits"] < 40
    assert document["value"] <= document["bound"] + 0.01
    assert 0 <= document["gap"] < 0.25
    assert "no plan is worth more than" in document["gap_how"]


def test_a_neighbour_is_visited_on_the_same_day_as_its_neighbour(plain: Workspace, staffed: SetUp) -> None:
    staffed(
        [plain_account(f"East {n}", 100, n, visit_minutes=60) for n in range(4)]
        + [plain_account(f"West {n}", -100, n, visit_minutes=60) for n in range(4)]
    )
    for names in by_day(plan_week(plain, ["ada"], MONDAY, steps=30_000)).values():
        assert len({name.split()[0] for name in names}) == 1


def test_what_is_most_overdue_goes_first(plain: Workspace, staffed: SetUp) -> None:
    last = {"Late": 170, "Due": 60}
    staffed(
        [
            plain_account(name, 20, visit_minutes=300, last_visit=MONDAY - timedelta(days=days))
            for name, days in last.items()
        ]
    )
    document = plan_week(plain, ["ada"], MONDAY, steps=30_000)
    assert dates_of(document, "Late") < dates_of(document, "Due")


def test_a_day_of_a_week_explains_who_comes_on_another(plain: Workspace, staffed: SetUp) -> None:
    first, second = staffed([plain_account(name, 20, visit_minutes=300) for name in ("A", "B")])
    document = plan_week(plain, ["ada"], MONDAY, steps=30_000)
    (there,) = [one for one in document["days"] if any(stop["account"] == first.id for stop in one["stops"])]
    (other,) = dates_of(document, second.name)
    said = explain_plan(plain, there["id"], second.id)
    assert said["reason"].startswith(f"planned on {other:%a}")


def test_a_quarter_keeps_the_cycles_and_covers_what_is_due(plain: Workspace, staffed: SetUp) -> None:
    accounts = [plain_account(f"A {n}", 10 + n, visit_minutes=60, priority=Priority.A) for n in range(4)]
    accounts += [plain_account(f"B {n}", 10 + n, 5, visit_minutes=60) for n in range(6)]
    staffed([replace(one, last_visit=MONDAY - timedelta(days=7 * n)) for n, one in enumerate(accounts)])
    document = plan_horizon(plain, ["ada"], MONDAY, weeks=13, steps=60_000)
    assert document["coverage"] >= 0.95, document["missed"]
    for account in accounts:
        dates = dates_of(document, account.name)
        gaps = [(after - before).days for before, after in pairwise(dates)]
        assert all(gap >= (23 if account.priority is Priority.A else 46) for gap in gaps)
    assert all("12-25" not in one["date"] for one in document["days"]), "nobody works at Christmas"
    with plain.store.read() as tx:
        assert tx.plans.of_day(MONDAY) == {}, "a look ahead keeps nothing unless asked to"


def test_what_will_be_missed_is_said_with_its_due_day(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account(f"Stop {n}", 30, visit_minutes=400) for n in range(8)])
    document = plan_week(plain, ["ada"], MONDAY, steps=30_000)
    assert document["visits"] == 5
    assert len(document["missed"]) == len(document["dropped"]) == 3
    assert document["coverage"] == pytest.approx(5 / 8, abs=0.001)
    assert all("not visited before" in one["reason"] for one in document["missed"])
    assert all("the 5 days are full" in one["reason"] for one in document["dropped"])


def test_appointments_and_days_off_hold(plain: Workspace, staffed: SetUp, tmp_path: Path) -> None:
    (adler, *_) = staffed([plain_account(f"Stop {n}", 10 * n, visit_minutes=60) for n in range(1, 6)])
    pins = tmp_path / "pins.json"
    pin = {"account": adler.id, "date": "2026-11-26", "start": "13:15"}
    pins.write_text(json.dumps({"pin": [pin], "days_off": ["2026-11-23"]}))
    document = plan_week(plain, ["ada"], MONDAY, steps=30_000, pin_file=pins)
    assert "2026-11-23" not in by_day(document)
    (stop,) = [stop for one in document["days"] for stop in one["stops"] if stop["account"] == adler.id]
    assert stop["start"].startswith("2026-11-26T13:15:00")


def test_each_promise_is_kept_at_its_own_time_and_length_and_the_cycle_goes_around_them(
    plain: Workspace, staffed: SetUp, tmp_path: Path
) -> None:
    staffed([plain_account("Adler", 10, priority=Priority.A), plain_account("Bären", 5)])
    pins = [
        {"account": "Adler", "date": "2026-12-22", "start": "10:30", "minutes": 45},
        {"account": "Adler", "date": "2027-01-20", "start": "14:00", "minutes": 95},
    ]
    (tmp_path / "pins.json").write_text(json.dumps({"pin": pins}))
    document = plan_horizon(plain, ["ada"], MONDAY, weeks=13, steps=8_000, pin_file=tmp_path / "pins.json")
    stops = [stop for one in document["days"] for stop in one["stops"] if stop["name"] == "Adler"]
    assert [(stop["start"][:16], stop["leave"][11:16]) for stop in stops if stop["fixed"]] == [
        ("2026-12-22T10:30", "11:15"),
        ("2027-01-20T14:00", "15:35"),
    ]
    assert [stop["fixed"] for stop in stops] == [False, True, True, False]
    assert stops[0]["start"].startswith("2026-11-23")
    assert document["missed"] == []


def test_a_promise_that_cannot_be_kept_is_told_though_the_account_is_visited(
    plain: Workspace, staffed: SetUp, tmp_path: Path
) -> None:
    staffed([plain_account("Adler", 10), plain_account("Bären", 10)])
    pins = [{"account": name, "date": "2026-11-24", "start": "10:30"} for name in ("Adler", "Bären")] + [
        {"account": name, "date": "2026-11-26"} for name in ("Adler", "Bären")
    ]
    (tmp_path / "pins.json").write_text(json.dumps({"pin": pins}))
    document = plan_week(plain, ["ada"], MONDAY, steps=10_000, pin_file=tmp_path / "pins.json")
    assert document["visits"] == 3
    (told,) = document["dropped"]
    assert told["reason"].startswith("appointment at 10:30, but ")


def test_a_pin_for_any_day_keeps_its_time_on_the_wall_when_clocks_change(
    plain: Workspace, staffed: SetUp, tmp_path: Path
) -> None:
    staffed([plain_account("Adler", 10, visit_every_days=1)], hours="Mo-Su 08:00-16:00")
    (tmp_path / "pins.json").write_text(json.dumps({"pin": [{"account": "Adler", "start": "10:30"}]}))
    document = plan_week(plain, ["ada"], date(2026, 3, 26), steps=10_000, pin_file=tmp_path / "pins.json")
    starts = [stop["start"] for one in document["days"] for stop in one["stops"]]
    assert {start[11:16] for start in starts} == {"10:30"}
    assert "2026-03-29" in {start[:10] for start in starts}


def test_opening_hours_hold_on_each_day(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account(f"Stop {n}", 10 + n, opening_hours="We 09:00-11:00; Th 14:00-15:00") for n in range(6)])
    document = plan_week(plain, ["ada"], MONDAY, steps=30_000)
    for one in document["days"]:
        for stop in one["stops"]:
            start, leave = (datetime.fromisoformat(stop[key]) for key in ("start", "leave"))
            assert (start.weekday(), f"{start:%H:%M}" >= "09:00", f"{leave:%H:%M}" <= "11:00") == (2, True, True) or (
                (start.weekday(), f"{start:%H:%M}" >= "14:00", f"{leave:%H:%M}" <= "15:00") == (3, True, True)
            )
    assert document["visits"] == 4


def test_a_team_shares_the_map_but_not_the_accounts(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account(f"Ada {n}", 10 + n) for n in range(5)])
    staffed([plain_account(f"Bo {n}", 10 + n) for n in range(5)], key="bo", home=LonLat(HOME.lon + 0.2, HOME.lat))
    document = plan_week(plain, ["ada", "bo"], MONDAY, steps=30_000)
    assert document["visits"] == 10
    for one in document["days"]:
        assert all(stop["name"].casefold().startswith(one["rep"]) for stop in one["stops"])


def test_accounts_that_nobody_looks_after_are_shared_only_where_asked(plain: Workspace, staffed: SetUp) -> None:
    far = LonLat(HOME.lon + 0.6, HOME.lat)
    staffed([plain_account("Ada's", 5)])
    staffed([plain_account("Bo's", 95)], key="bo", home=far)
    with plain.store.write() as tx:
        tx.accounts.add_many([plain_account("Near Ada", 8), plain_account("Near Bo", 92)])
    assert plan_week(plain, ["ada", "bo"], MONDAY, steps=10_000)["visits"] == 2
    document = plan_week(plain, ["ada", "bo"], MONDAY, steps=10_000, unowned=True)
    assert document["visits"] == 4
    who = {stop["name"]: one["rep"] for one in document["days"] for stop in one["stops"]}
    assert (who["Near Ada"], who["Near Bo"]) == ("ada", "bo")


def test_a_rep_without_a_home_starts_anywhere_and_is_told(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("Adler", 10), plain_account("Bären", 400)], home=None)
    document = plan_week(plain, ["ada"], MONDAY, steps=10_000)
    assert document["visits"] == 2
    assert document["travel_s"] == 0
    assert any("gcrm reps change ada --home" in note for note in document["notes"])


def test_a_home_in_the_sea_is_the_reason_for_all_of_its_rep_alone(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("Adler", 10)])
    staffed([plain_account("Bären", 10)], key="bo", home=LonLat(9.5, 45.0))
    document = plan_week(plain, ["ada", "bo"], MONDAY, steps=10_000)
    assert document["visits"] == 1
    assert any("gcrm reps change bo --home" in note for note in document["notes"])
    assert {one["name"]: one["reason"] for one in document["dropped"]} == {
        "Bären": "no road leads from the home of the rep"
    }


def test_what_cannot_be_planned_is_said(plain: Workspace, staffed: SetUp) -> None:
    staffed([])
    assert plan_week(plain, ["ada"], MONDAY, steps=10_000)["visits"] == 0
    with pytest.raises(NotFound):
        plan_week(plain, ["nobody"], MONDAY)
    with pytest.raises(InputRejected):
        plan_horizon(plain, ["ada"], MONDAY, weeks=0)
    with pytest.raises(NotReady):
        plan_horizon(plain, [], MONDAY)


def test_one_account_far_away_does_not_empty_the_week(plain: Workspace, staffed: SetUp) -> None:
    staffed(
        [plain_account("Adler", 10), plain_account("Far", 0, 2_000), plain_account("Shut", 10, opening_hours="off")]
    )
    document = plan_week(plain, ["ada"], MONDAY, steps=10_000)
    assert document["visits"] == 1
    said = {one["name"]: one["reason"] for one in document["dropped"]}
    assert said["Far"].startswith("too far")
    assert said["Shut"].endswith("closed for good, by its opening hours")
