"""Advice is tried before it is given: following it lets the account in, and nobody who was promised a visit pays."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

from gcrm.accounts.model import Account, Priority
from gcrm.people.reps import change_rep
from gcrm.planning.appointments import add_appointment
from gcrm.workspace import Workspace
from tests.integration.planning.answers import Json, nearby, plan_day
from tests.integration.planning.conftest import plain_account

TUESDAY = date(2026, 11, 24)
SetUp = Callable[..., list[Account]]


def said_of(document: Json, name: str) -> Json:
    return next(one for one in document["dropped"] if one["name"] == name)


def names(document: Json) -> list[str]:
    return [stop["name"] for stop in document["stops"]]


@pytest.mark.parametrize(
    ("remedy", "change"),
    [
        ("fits if the day ends 1 h 40 min later", {"hours": "08:00-13:40"}),
        ("fits if the day begins 20 min earlier", {"hours": "07:40-16:00"}),
    ],
)
def test_the_drives_count_in_what_hours_would_have_to_be(
    plain: Workspace, staffed: SetUp, remedy: str, change: dict[str, Any]
) -> None:
    if "later" in remedy:
        staffed([plain_account("Odd", 10, opening_hours="13:00-17:00")], hours="08:00-12:00")
    else:
        staffed([plain_account("Odd", 20, opening_hours="08:00-08:30")])
    omitted = said_of(plan_day(plain, "ada", TUESDAY, seconds=0), "Odd")
    assert omitted["remedy"] == remedy
    change_rep(plain, "ada", **change)
    assert names(plan_day(plain, "ada", TUESDAY, seconds=0)) == ["Odd"]


def test_a_visit_that_is_too_long_for_the_hours_is_tried_shorter(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("Brief", 10, opening_hours="09:00-09:30", visit_minutes=50)])
    assert said_of(plan_day(plain, "ada", TUESDAY, seconds=0), "Brief")["remedy"].startswith("fits if")


def test_nobody_gives_up_an_appointment(plain: Workspace, staffed: SetUp) -> None:
    promised, other = staffed(
        [plain_account("Promised", 10, priority=Priority.C), plain_account("Other", 20, priority=Priority.A)],
        hours="09:30-11:00",
    )
    add_appointment(plain, promised.id, TUESDAY, start=time(10))
    document = plan_day(plain, "ada", TUESDAY, seconds=0)
    assert names(document) == ["Promised"]
    omitted = said_of(document, "Other")
    assert omitted["reason"] == "the visit that is promised to Promised at 10:00 is in the way"
    assert "swap" not in omitted["remedy"]
    assert "instead_of" not in omitted
    (nearly,) = nearby(plain, "ada", TUESDAY)["nearly"]
    assert (nearly["account"], "swap" in nearly["remedy"]) == (other.id, False)


def test_nobody_gives_up_a_visit_promised_for_the_day(plain: Workspace, staffed: SetUp) -> None:
    promised, _ = staffed([plain_account("Promised", 10), plain_account("Other", 20)], hours="08:00-09:10")
    add_appointment(plain, promised.id, TUESDAY, note="samples")
    omitted = said_of(plan_day(plain, "ada", TUESDAY, seconds=0), "Other")
    assert omitted["reason"] == "the visit that is promised to Promised is in the way"


def test_a_swap_names_who_gives_way_and_works(plain: Workspace, staffed: SetUp) -> None:
    dear, cheap = staffed(
        [plain_account("Dear", 10, priority=Priority.A), plain_account("Cheap", 20)], hours="08:00-09:10"
    )
    omitted = said_of(plan_day(plain, "ada", TUESDAY, seconds=0), "Cheap")
    assert omitted["remedy"].startswith("swap with Dear")
    assert omitted["instead_of"] == [dear.id]
    assert cheap.id == omitted["account"]


def test_no_break_is_owed_on_a_day_that_ends_before_it_would_be_due(plain: Workspace, staffed: SetUp) -> None:
    staffed(
        [plain_account(f"Long {number}", 10 * number, visit_minutes=50) for number in (1, 2, 3)],
        hours="08:00-12:00",
        lunch="30@11:30-13:00",
    )
    document = plan_day(plain, "ada", TUESDAY, seconds=0)
    assert (len(document["stops"]), document["dropped"], document["break"]) == (3, [], None)


def test_what_is_not_on_the_map_names_a_command_that_is_there(plain: Workspace, staffed: SetUp) -> None:
    (lost,) = staffed([Account("Nowhere")])
    omitted = said_of(plan_day(plain, "ada", TUESDAY, seconds=0), "Nowhere")
    assert f"`gcrm accounts pin {lost.id} LON,LAT`" in omitted["remedy"]
