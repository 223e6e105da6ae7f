"""Whatever is odd about an account, a rep or a day: a plan of what is possible, and a reason for the rest."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gcrm.accounts.model import Account
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.integration.planning.answers import plan_day, plan_horizon, plan_team
from tests.integration.planning.conftest import plain_account

TUESDAY = date(2026, 11, 24)
NEW_YEAR = date(2027, 1, 1)
SetUp = Callable[..., list[Account]]
ODD = {
    "Shut": plain_account("Shut", 10, opening_hours="off"),
    "A minute": plain_account("A minute", 10, opening_hours="Mo-Su 10:00-10:01"),
    "Longer than the day": plain_account("Longer than the day", 10, visit_minutes=900),
    "600 km": plain_account("600 km", 1_000),
    "Island": replace(plain_account("Island", 0), place=LonLat(12.5, 47.1)),
    "At sea": replace(plain_account("At sea", 0), place=LonLat(9.5, 45.0)),
    "Nowhere": replace(plain_account("Nowhere", 0), place=None),
    "Night": plain_account("Night", 10, opening_hours="Mo-Su 22:00-23:00"),
    "Unreadable": plain_account("Unreadable", 10, opening_hours="ring twice"),
}
POSSIBLE = {"Adler", "Unreadable"}


def day(workspace: Workspace, first: date, pins: Path | None = None) -> dict[str, Any]:
    return plan_day(workspace, "ada", first, seconds=0.2, pin_file=pins)


def week(workspace: Workspace, first: date, pins: Path | None = None) -> dict[str, Any]:
    return plan_horizon(workspace, ["ada"], first, weeks=1, seconds=0.2, pin_file=pins, keep=True)


def quarter(workspace: Workspace, first: date, pins: Path | None = None) -> dict[str, Any]:
    return plan_horizon(workspace, ["ada"], first, weeks=13, seconds=0.2, pin_file=pins)


def team(workspace: Workspace, first: date, pins: Path | None = None) -> dict[str, Any]:
    document = plan_team(workspace, first, seconds=0.2, pin_file=pins)
    assert document["failed"] == []
    return dict(document["plans"][0])


every_plan = pytest.mark.parametrize("plan", [day, week, quarter, team])


def visited(document: dict[str, Any]) -> set[str]:
    return {stop["name"] for one in document.get("days", [document]) for stop in one["stops"]}


def told(document: dict[str, Any]) -> dict[str, str]:
    json.dumps(document, allow_nan=False)
    assert all(one["reason"] for one in document["dropped"]), document["dropped"]
    return {one["name"]: one["reason"] for one in document["dropped"]}


@every_plan
def test_what_is_impossible_is_told_and_the_rest_is_planned(plain: Workspace, staffed: SetUp, plan: Any) -> None:
    staffed([plain_account("Adler", 10), *ODD.values()])
    document = plan(plain, TUESDAY)
    assert visited(document) == POSSIBLE
    assert set(told(document)) == set(ODD) - POSSIBLE


@every_plan
@pytest.mark.parametrize("name", sorted(set(ODD) - POSSIBLE))
def test_nothing_but_one_impossible_account_is_an_empty_plan_with_its_reason(
    plain: Workspace, staffed: SetUp, plan: Any, name: str
) -> None:
    staffed([ODD[name]])
    document = plan(plain, TUESDAY)
    assert visited(document) == set()
    assert set(told(document)) == {name}


@every_plan
def test_nobody_to_visit_is_an_empty_plan(plain: Workspace, staffed: SetUp, plan: Any) -> None:
    staffed([])
    document = plan(plain, TUESDAY)
    assert visited(document) == set()
    assert document["dropped"] == []


@every_plan
def test_a_rep_who_never_works_has_an_empty_plan_and_the_reason(plain: Workspace, staffed: SetUp, plan: Any) -> None:
    staffed([plain_account("Adler", 10)])
    with plain.store.write() as tx:
        tx.reps.update(replace(tx.reps.get("ada"), week=(None,) * 7))
    document = plan(plain, TUESDAY)
    assert visited(document) == set()
    assert "work" in told(document)["Adler"]


@every_plan
def test_an_appointment_on_a_holiday_is_told_and_the_others_are_planned(
    plain: Workspace, staffed: SetUp, plan: Any, tmp_path: Path
) -> None:
    staffed([plain_account("Adler", 10), plain_account("Bären", 20)])
    pins = tmp_path / "pins.json"
    pins.write_text(json.dumps({"pin": [{"account": "Adler", "date": "2027-01-01", "start": "10:00"}]}))
    document = plan(plain, NEW_YEAR, pins)
    reasons = told(document)
    assert reasons["Adler"].startswith("appointment at 10:00, but Ada does not work on Fri 1 Jan 2027")
    assert ("Bären" in visited(document)) == (plan in {week, quarter})


@every_plan
def test_two_appointments_at_one_minute_keep_one_and_name_the_other(
    plain: Workspace, staffed: SetUp, plan: Any, tmp_path: Path
) -> None:
    staffed([plain_account("Adler", 10), plain_account("Bären", 20), plain_account("Löwen", 30)])
    pins = tmp_path / "pins.json"
    at_ten = [{"account": name, "date": TUESDAY.isoformat(), "start": "10:00"} for name in ("Adler", "Bären")]
    pins.write_text(json.dumps({"pin": at_ten}))
    document = plan(plain, TUESDAY, pins)
    assert len(visited(document.get("days", [document])[0]) & {"Adler", "Bären"}) == 1
    assert "Löwen" in visited(document)
    (reason,) = told(document).values()
    assert reason.startswith("appointment at 10:00, but ")


@every_plan
@pytest.mark.parametrize("first", [date(2026, 3, 29), date(2026, 10, 25), date(2020, 2, 29), date(1999, 12, 31)])
def test_days_on_which_clocks_change_and_days_long_past_are_planned(
    plain: Workspace, staffed: SetUp, plan: Any, first: date
) -> None:
    staffed([plain_account("Adler", 10, opening_hours="Mo-Su 08:00-12:00")], hours="Mo-Su 08:00-16:00")
    document = plan(plain, first)
    assert visited(document) == {"Adler"}
    begins = min(stop["start"] for one in document.get("days", [document]) for stop in one["stops"])
    assert "08:00" <= begins[11:16] <= "11:30"


@pytest.mark.parametrize("weeks", [0, 27])
def test_more_weeks_than_can_be_planned_are_refused_with_the_range(
    plain: Workspace, staffed: SetUp, weeks: int
) -> None:
    staffed([])
    with pytest.raises(InputRejected, match="weeks"):
        plan_horizon(plain, ["ada"], TUESDAY, weeks=weeks)


def test_a_week_among_five_thousand_accounts_loses_nobody(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account(f"No {number}", number % 97, number % 89) for number in range(5_000)])
    document = week(plain, TUESDAY)
    assert len(visited(document)) > 20
    assert len(visited(document)) + len(told(document)) == 5_000
