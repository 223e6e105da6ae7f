"""Ada's day: what is in it, what is not, and why; also when the input is odd."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gcrm.accounts.model import Account, Priority
from gcrm.planning.day_json import write_day
from gcrm.platform.errors import Cancelled, InputRejected, NotFound
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.integration.planning.answers import plan_day, plan_team
from tests.integration.planning.conftest import plain_account

TUESDAY = date(2026, 11, 24)
SetUp = Callable[..., list[Account]]


def planned(workspace: Workspace, day: date = TUESDAY, steps: int = 4_000, key: str = "ada") -> dict[str, Any]:
    return plan_day(workspace, key, day, steps=steps)


def names(document: dict[str, Any]) -> list[str]:
    return [stop["name"] for stop in document["stops"]]


def reasons(document: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["reason"] for one in document["dropped"]}


def test_everything_that_fits_is_visited_and_the_day_adds_up(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("Adler", 10), plain_account("Bären", 20), plain_account("Löwen", 30)])
    document = planned(plain)
    assert sorted(names(document)) == ["Adler", "Bären", "Löwen"]
    assert document["travel_s"] == 3_600
    assert document["service_s"] == 3 * 30 * 60
    assert document["distance_m"] == 36_000
    assert document["dropped"] == []
    assert len(document["legs"]) == 4
    assert sum(leg["seconds"] for leg in document["legs"]) == 3_600
    assert document["legs"][0]["line"][0] == [9.5, 47.1]


def test_instants_carry_the_offset_of_the_reps_zone(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("Adler", 10, opening_hours="Mo-Fr 08:10-08:45")])
    (stop,) = planned(plain)["stops"]
    assert stop["start"].startswith("2026-11-24T08:1")
    assert stop["start"].endswith("+01:00")


def test_a_stop_says_why_it_is_there(plain: Workspace, staffed: SetUp) -> None:
    late = plain_account("Adler", 10, priority=Priority.A, opening_hours="Mo-Fr 08:00-12:00")
    staffed([replace(late, last_visit=TUESDAY - timedelta(days=51))])
    assert planned(plain)["stops"][0]["why"] == "3 weeks overdue, A account, open until 12:00"


def test_what_does_not_fit_says_what_it_would_cost_and_with_whom_to_swap(plain: Workspace, staffed: SetUp) -> None:
    staffed(
        [
            plain_account("Adler", 5, priority=Priority.A, visit_minutes=200),
            plain_account("Bären", 5, 20, visit_minutes=250),
        ]
    )
    document = planned(plain)
    assert names(document) == ["Adler"]
    (dropped,) = document["dropped"]
    assert dropped["reason"].startswith(
        "the day is full of visits that are worth more for their time: 40 min of detour for this B account"
    )
    assert "swap with Adler" in dropped["remedy"]


def test_each_that_is_left_out_has_its_reason(plain: Workspace, staffed: SetUp) -> None:
    everyone = [
        plain_account("Adler", 10),
        replace(plain_account("Nowhere", 0), place=None),
        plain_account("Closed", 10, opening_hours="Mo,We-Fr 08:00-17:00"),
        plain_account("Evening", 10, opening_hours="18:00-23:00"),
        plain_account("Early", 20, opening_hours="08:00-08:35"),
        plain_account("Far", 300),
        plain_account("Island", 260, 0),
        replace(plain_account("Sea", 0), place=LonLat(9.5, 45.0)),
        plain_account("Fresh", 10, last_visit=TUESDAY - timedelta(days=1)),
    ]
    everyone[6] = replace(everyone[6], place=LonLat(12.5, 47.1))
    staffed(everyone)
    document = planned(plain)
    assert names(document) == ["Adler"]
    said = reasons(document)
    assert set(said) == {account.name for account in everyone[1:]}
    assert said["Nowhere"].startswith("not on the map")
    assert said["Closed"] == "closed on Tue 24 Nov, opens Wed 08:00"
    assert said["Evening"] == "open 18:00-23:00, working hours are 08:00-16:00"
    assert said["Early"] == "open 08:00-08:35, 20 min from home: not within working hours"
    assert said["Far"].startswith("too far: 5 h there and 5 h back")
    assert said["Island"] == "no road leads there from home and back"
    assert said["Sea"] == "more than 1 km from any road"
    assert said["Fresh"].startswith("not due for")
    assert all(one["remedy"] for one in document["dropped"])


def test_one_far_account_does_not_empty_the_day(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("Adler", 10), plain_account("Far", 2_000, priority=Priority.A)])
    assert names(planned(plain)) == ["Adler"]


def test_the_break_is_in_its_span_and_nobody_is_visited_in_it(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account(f"Account {n}", n + 1, visit_minutes=50) for n in range(9)], lunch="45@11:30-13:30")
    document = planned(plain)
    start, end = (datetime.fromisoformat(document["break"][key]) for key in ("start", "end"))
    assert f"{start:%H:%M}" >= "11:30"
    assert f"{end:%H:%M}" <= "13:30"
    assert end - start == timedelta(minutes=45)
    for stop in document["stops"]:
        begins, leaves = (datetime.fromisoformat(stop[key]) for key in ("start", "leave"))
        assert leaves <= start or begins >= end


def test_the_plan_is_kept_and_the_newest_is_current(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("Adler", 10)])
    first, second = planned(plain), planned(plain)
    assert second["id"] > first["id"]
    with plain.store.read() as tx:
        assert write_day(tx.plans.current(tx.reps.get("ada").id, TUESDAY)) == second
        assert write_day(tx.plans.get(first["id"])) == first


def test_the_same_seed_gives_the_same_plan(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account(f"Account {n}", n % 7 * 3, n % 5 * 4, priority=list(Priority)[n % 3]) for n in range(25)])
    first, second = planned(plain, steps=10_000), planned(plain, steps=10_000)
    assert (first["prize"], first["seed"]) == (second["prize"], second["seed"])


@pytest.mark.parametrize(
    ("day", "words"), [(date(2026, 11, 28), "Sat 28 Nov 2026"), (date(2026, 12, 8), "Mariä Empfängnis")]
)
def test_a_day_off_is_a_plan_without_stops(plain: Workspace, staffed: SetUp, day: date, words: str) -> None:
    staffed([plain_account("Adler", 10)])
    document = planned(plain, day)
    assert document["stops"] == []
    assert words in reasons(document)["Adler"]


def test_a_rep_without_a_territory_is_told_how_to_get_one(plain: Workspace, staffed: SetUp) -> None:
    staffed([])
    with plain.store.write() as tx:
        tx.territories.delete(tx.territories.all()[0].id)
    document = planned(plain)
    assert (document["stops"], document["dropped"]) == ([], [])
    assert "gcrm territories assign" in document["notes"][0]


def test_a_rep_without_a_home_starts_anywhere_and_is_told(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("Adler", 10), plain_account("Bären", 20)], home=None)
    document = planned(plain)
    assert len(document["stops"]) == 2
    assert document["travel_s"] == 600
    assert document["home"] is None
    assert len(document["legs"]) == 3
    assert "gcrm reps change ada --home" in document["notes"][0]


def test_a_home_in_the_sea_is_the_reason_for_all(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("Adler", 10)], home=LonLat(9.5, 45.0))
    document = planned(plain)
    assert document["stops"] == []
    assert reasons(document)["Adler"] == "the home of Ada is more than 1 km from any road of the area"


def test_five_thousand_accounts_all_come_back(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account(f"Account {n}", n % 71, n // 71) for n in range(5_000)])
    document = planned(plain, steps=10_000)
    assert len(document["stops"]) > 5
    assert len(document["stops"]) + len(document["dropped"]) == 5_000
    assert all(one["reason"] for one in document["dropped"])


def test_an_account_without_hours_says_what_was_assumed(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("Adler", 10, opening_hours="")])
    assert "opening hours not known" in planned(plain)["stops"][0]["why"]


def test_an_unknown_rep_is_not_found(plain: Workspace) -> None:
    with pytest.raises(NotFound):
        planned(plain)


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf")])
def test_seconds_that_cannot_be_are_refused(plain: Workspace, staffed: SetUp, seconds: float) -> None:
    staffed([])
    with pytest.raises(InputRejected):
        plan_day(plain, "ada", TUESDAY, seconds=seconds)


def test_whoever_stops_planning_keeps_nothing(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account(f"Account {n}", n % 7, n % 5) for n in range(40)])
    told = 0

    def stop_later(message: str, done: int = 0, total: int = 0) -> None:  # noqa: ARG001 - the protocol's signature
        nonlocal told
        told += 1
        if told > 3:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        plan_day(plain, "ada", TUESDAY, seconds=60, progress=stop_later)
    with plain.store.read() as tx:
        assert tx.plans.of_day(TUESDAY) == {}


def test_a_teams_day_goes_on_when_one_rep_cannot_be_planned(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("Adler", 10)])
    staffed([plain_account("Bären", 10)], key="bo")
    with plain.store.write() as tx:
        rep = tx.reps.get("bo")
        tx.reps.update(replace(rep, home=LonLat(9.5, 45.0)))
    document = plan_team(plain, TUESDAY, steps=4_000)
    assert [(one["rep"], names(one)) for one in document["plans"]] == [("ada", ["Adler"]), ("bo", [])]
    assert document["failed"] == []


def test_an_appointment_is_kept_to_the_minute_and_the_day_goes_around_it(
    plain: Workspace, staffed: SetUp, tmp_path: Path
) -> None:
    adler, baeren = staffed([plain_account("Adler", 20), plain_account("Bären", 5, priority=Priority.A)])
    file = tmp_path / "pins.json"
    file.write_text(json.dumps({"pin": [{"account": adler.id, "start": "11:15"}], "forbid": [{"account": baeren.id}]}))
    document = plan_day(plain, "ada", TUESDAY, steps=4_000, pin_file=file)
    (stop,) = document["stops"]
    assert stop["start"].startswith("2026-11-24T11:15:00")
    assert stop["fixed"]
    assert stop["why"].startswith("appointment at 11:15")
    assert reasons(document) == {"Bären": "not to be visited, by the pins"}


def test_two_appointments_at_the_same_minute_keep_one_and_say_so(
    plain: Workspace, staffed: SetUp, tmp_path: Path
) -> None:
    staffed([plain_account("Adler", 20), plain_account("Bären", 5)])
    file = tmp_path / "pins.json"
    both = [{"account": name, "start": "11:15"} for name in ("Adler", "Bären")]
    file.write_text(json.dumps({"pin": both}))
    document = plan_day(plain, "ada", TUESDAY, steps=4_000, pin_file=file)
    assert len(document["stops"]) == 1
    (dropped,) = document["dropped"]
    assert dropped["reason"] == f"appointment at 11:15, but clashes with {document['stops'][0]['name']}"


def test_every_field_of_the_document_is_documented(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("Adler", 10), plain_account("Fresh", 10, last_visit=TUESDAY)])
    document = planned(plain)
    parts = [document, document["stops"][0], document["dropped"][0], document["legs"][0]]
    said = set(re.findall(r"`(\w+)`", (Path(__file__).parents[3] / "docs" / "planning.md").read_text(encoding="utf-8")))
    assert {name for part in parts for name in part} <= said
