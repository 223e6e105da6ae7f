"""Visits that are promised within some days: planned in time, and told of when they can no longer be kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gcrm.accounts.model import Account
from gcrm.activities.model import Activity, ActivityKind
from gcrm.cli.main import gcrm
from gcrm.people.reps import Skilled, change_rep
from gcrm.planning.appointments import add_appointment, list_appointments
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace
from tests.fixtures.stores import FixedClock
from tests.integration.planning.answers import plan_day, plan_horizon, plan_week
from tests.integration.planning.conftest import plain_account

TUESDAY = date(2026, 11, 24)
WEDNESDAY, THURSDAY, FRIDAY = (TUESDAY + timedelta(days=n) for n in (1, 2, 3))
SetUp = Callable[..., list[Account]]


def visited(plain: Workspace, account: Account, day: date) -> None:
    with plain.store.write() as tx:
        at = datetime.combine(day, time(9), UTC)
        tx.activities.add(Activity(account.id, ActivityKind.VISIT, at))


def names(document: dict[str, Any]) -> list[str]:
    return [stop["name"] for stop in document["stops"]]


def test_a_promise_within_some_days_may_wait_for_what_is_worth_more_and_not_longer(
    plain: Workspace, staffed: SetUp
) -> None:
    adler, *_ = staffed(
        [plain_account("Adler", 10, visit_minutes=300, last_visit=TUESDAY - timedelta(days=2))]
        + [plain_account(f"Late {n}", 10, visit_minutes=100, last_visit=date(2025, 1, 1)) for n in range(4)]
    )
    promised = add_appointment(plain, adler.id, TUESDAY, till=THURSDAY, note="samples")
    assert promised.warning == ""
    assert "Adler" not in names(plan_day(plain, "ada", TUESDAY, seconds=0.3))
    document = plan_day(plain, "ada", THURSDAY, seconds=0.3)
    assert "Adler" in names(document)
    (stop,) = [stop for stop in document["stops"] if stop["name"] == "Adler"]
    assert stop["why"].startswith("promised by Thu 26 Nov 2026 (samples)")


def test_a_promise_is_required_on_the_last_day_on_which_the_rep_works(plain: Workspace, staffed: SetUp) -> None:
    adler, *_ = staffed(
        [plain_account("Adler", 10, visit_minutes=300, last_visit=TUESDAY - timedelta(days=2))]
        + [plain_account(f"Late {n}", 10, visit_minutes=100, last_visit=date(2025, 1, 1)) for n in range(4)]
    )
    change_rep(plain, "ada", days_off=["2026-11-25..2026-11-30:training"])
    add_appointment(plain, adler.id, TUESDAY, till=FRIDAY)
    assert "Adler" in names(plan_day(plain, "ada", TUESDAY, seconds=0.3))


def test_a_visit_on_one_of_the_days_keeps_the_promise(plain: Workspace, staffed: SetUp) -> None:
    (adler,) = staffed([plain_account("Adler", 10)])
    add_appointment(plain, adler.id, TUESDAY, till=FRIDAY)
    visited(plain, adler, WEDNESDAY)
    (dropped,) = plan_day(plain, "ada", FRIDAY, seconds=0.3)["dropped"]
    assert dropped["code"] == "not due"


def test_a_promise_that_was_not_kept_is_told_for_two_weeks(plain: Workspace, staffed: SetUp, clock: FixedClock) -> None:
    adler, eve, _ = staffed([plain_account("<b>Adler</b>", 10), plain_account("Eve", 12), plain_account("Bo", 14)])
    broken = add_appointment(plain, adler.id, TUESDAY, till=WEDNESDAY)
    add_appointment(plain, eve.id, TUESDAY, start=time(10))
    visited(plain, eve, TUESDAY)
    clock.move(days=3)
    (note,) = plan_day(plain, "ada", FRIDAY, seconds=0.3)["notes"]
    assert note.startswith(f"<b>Adler</b> ({adler.id}) was promised a visit by Wed 25 Nov 2026 and has had none")
    assert f"gcrm plan appointments remove {broken.appointment.id}" in note
    clock.move(days=13)
    assert plan_day(plain, "ada", WEDNESDAY + timedelta(days=15), seconds=0.3)["notes"] == []


def test_a_promise_that_cannot_be_kept_on_its_last_day_says_why(plain: Workspace, staffed: SetUp) -> None:
    adler, _ = staffed([plain_account("Adler", 200), plain_account("Near", 5)])
    add_appointment(plain, adler.id, TUESDAY, till=WEDNESDAY)
    change_rep(plain, "ada", max_driving_minutes=60)
    document = plan_day(plain, "ada", WEDNESDAY, seconds=0.3)
    assert names(document) == ["Near"]
    assert document["dropped"][0]["reason"].startswith("promised by Wed 25 Nov 2026, but too far for the driving limit")


def test_days_on_which_nobody_can_come_are_warned_of(plain: Workspace, staffed: SetUp) -> None:
    adler, speaker = staffed(
        [
            plain_account("Adler", 10, opening_hours="Mo 09:00-12:00"),
            plain_account("Cantina", 10, languages=("it",)),
        ]
    )
    assert "Ada work while Adler is open" in add_appointment(plain, adler.id, TUESDAY, till=FRIDAY).warning
    assert add_appointment(plain, speaker.id, TUESDAY, till=FRIDAY).warning == "Ada speaks no Italian"


def test_spans_that_cannot_be_are_refused(plain: Workspace, staffed: SetUp) -> None:
    (adler,) = staffed([plain_account("Adler", 10)])
    with pytest.raises(InputRejected):
        add_appointment(plain, adler.id, FRIDAY, till=TUESDAY)
    with pytest.raises(InputRejected):
        add_appointment(plain, adler.id, TUESDAY, till=FRIDAY, start=time(10))
    with pytest.raises(InputRejected):
        add_appointment(plain, adler.id, TUESDAY, till=date(2046, 1, 1))
    assert list_appointments(plain, TUESDAY) == []
    assert add_appointment(plain, adler.id, TUESDAY, till=TUESDAY).appointment.till is None


def test_a_guest_is_visited_on_the_promised_days_only(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("Own", 10)])
    (guest,) = staffed([plain_account("Guest", 10)], key="bo")
    add_appointment(plain, guest.id, WEDNESDAY, till=THURSDAY, rep_key="ada")
    told = {
        day: {one["name"] for key in ("stops", "dropped") for one in plan_day(plain, "ada", day, seconds=0.3)[key]}
        for day in (TUESDAY, WEDNESDAY, FRIDAY)
    }
    assert told == {TUESDAY: {"Own"}, WEDNESDAY: {"Own", "Guest"}, FRIDAY: {"Own"}}


def test_skills_and_languages_decide_who_may_go(plain: Workspace, staffed: SetUp) -> None:
    staffed(
        [
            plain_account("Any", 10),
            plain_account("Cold", 11, skills=("cold chain",)),
            plain_account("Cantina", 12, languages=("it", "fr")),
        ]
    )
    document = plan_day(plain, "ada", TUESDAY, seconds=0.3)
    assert names(document) == ["Any"]
    said = {one["name"]: (one["reason"], one["remedy"]) for one in document["dropped"]}
    assert said["Cold"][0] == 'Ada lacks the skill "cold chain"'
    assert said["Cantina"][0] == "Ada speaks neither Italian nor French"
    assert 'gcrm reps change ada --skills "cold chain"' in said["Cold"][1]


def days_of(document: dict[str, Any], name: str) -> list[str]:
    return [one["date"] for one in document["days"] for stop in one["stops"] if stop["name"] == name]


def test_a_week_chooses_the_best_of_the_promised_days(plain: Workspace, staffed: SetUp) -> None:
    fresh = TUESDAY - timedelta(days=2)
    far, *_ = staffed(
        [plain_account("Far", 100, visit_minutes=60, last_visit=fresh)]
        + [plain_account("Neighbour", 101, visit_minutes=60, opening_hours="Th 09:00-15:00")]
        + [plain_account(f"West {n}", -60, n, visit_minutes=200) for n in range(3)]
    )
    add_appointment(plain, far.id, TUESDAY, till=FRIDAY)
    document = plan_week(plain, ["ada"], TUESDAY, seconds=1)
    assert days_of(document, "Far") == days_of(document, "Neighbour") == ["2026-11-26"]
    (stop,) = [stop for one in document["days"] for stop in one["stops"] if stop["name"] == "Far"]
    assert stop["why"].startswith("promised by Fri 27 Nov 2026")


def test_a_week_says_which_promise_it_cannot_keep_and_plans_the_rest(plain: Workspace, staffed: SetUp) -> None:
    shut, off, far, cold, _ = staffed(
        [
            plain_account("Shut", 10, opening_hours="Mo 09:00-12:00"),
            plain_account("On a day off", 10),
            plain_account("Far", 0, 2_000),
            plain_account("Cold", 10, skills=("cold chain",)),
            plain_account("Easy", 10),
        ]
    )
    change_rep(plain, "ada", days_off=["2026-11-26"])
    add_appointment(plain, shut.id, TUESDAY, till=FRIDAY)
    add_appointment(plain, off.id, THURSDAY, start=time(10))
    add_appointment(plain, far.id, WEDNESDAY)
    add_appointment(plain, cold.id, WEDNESDAY)
    document = plan_week(plain, ["ada"], TUESDAY, seconds=0.5)
    said = {one["name"]: one["reason"] for one in document["dropped"]}
    assert said["Shut"].startswith("promised by Fri 27 Nov 2026, but closed on")
    assert said["On a day off"] == "appointment at 10:00, but Ada is off on Thu 26 Nov 2026"
    assert said["Far"].startswith("promised for this day, but too far")
    assert said["Cold"] == 'promised for this day, but Ada lacks the skill "cold chain"'
    assert days_of(document, "Easy")


def test_a_promise_that_can_wait_till_after_the_week_does_not_have_to_be_kept_in_it(
    plain: Workspace, staffed: SetUp
) -> None:
    adler, *_ = staffed(
        [plain_account("Adler", 100, visit_minutes=200, last_visit=TUESDAY - timedelta(days=2))]
        + [plain_account(f"Late {n}", 10, visit_minutes=400, last_visit=date(2025, 1, 1)) for n in range(6)]
    )
    add_appointment(plain, adler.id, TUESDAY, till=TUESDAY + timedelta(days=20))
    assert days_of(plan_week(plain, ["ada"], TUESDAY, seconds=0.5), "Adler") == []
    document = plan_horizon(plain, ["ada"], TUESDAY, weeks=4, seconds=1)
    assert len(days_of(document, "Adler")) == 1


def test_a_promise_is_no_reason_to_visit_twice_and_cycles_go_on_after_it(plain: Workspace, staffed: SetUp) -> None:
    (adler,) = staffed([plain_account("Adler", 10, visit_every_days=28)])
    add_appointment(plain, adler.id, TUESDAY + timedelta(days=6), till=TUESDAY + timedelta(days=10))
    document = plan_horizon(plain, ["ada"], TUESDAY, weeks=13, seconds=0.5)
    days = [date.fromisoformat(day) for day in days_of(document, "Adler")]
    assert TUESDAY + timedelta(days=6) <= days[0] <= TUESDAY + timedelta(days=10)
    assert len(days) >= 3
    assert all((after - before).days >= 17 for before, after in pairwise(days))


def test_a_guest_is_visited_in_a_week_when_that_is_promised_and_not_else(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("Own", 10)])
    guest, _ = staffed([plain_account("Guest", 10), plain_account("Stranger", 10)], key="bo")
    assert days_of(plan_week(plain, ["ada"], TUESDAY, seconds=0.3), "Guest") == []
    add_appointment(plain, guest.id, WEDNESDAY, till=THURSDAY, rep_key="ada")
    week = plan_week(plain, ["ada"], TUESDAY, seconds=0.3)
    assert days_of(week, "Guest") in (["2026-11-25"], ["2026-11-26"])
    later = plan_week(plain, ["ada"], TUESDAY + timedelta(days=30), seconds=0.3)
    assert [one["name"] for one in later["dropped"]] in ([], ["Own"])


def test_a_team_sends_who_has_the_skill_and_speaks_the_language(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("Ada's", 10)])
    staffed([plain_account("Bo's", 12)], key="bo")
    change_rep(plain, "bo", skilled=Skilled(skills="cold chain", languages="it"))
    with plain.store.write() as tx:
        tx.accounts.add_many(
            [
                plain_account("Cold", 10, skills=("cold chain",)),
                plain_account("Cantina", 10, languages=("it", "fr")),
                plain_account("Nobody's", 10, languages=("ja",)),
            ]
        )
    document = plan_week(plain, ["ada", "bo"], TUESDAY, seconds=0.5, unowned=True)
    who = {stop["name"]: one["rep"] for one in document["days"] for stop in one["stops"]}
    assert (who["Cold"], who["Cantina"]) == ("bo", "bo")
    (dropped,) = document["dropped"]
    assert dropped["reason"] == "none of these reps has Japanese"
    assert "gcrm reps change ada --languages ja" in dropped["remedy"]


def test_a_pin_file_with_a_foreign_account_plans_the_rest_and_says_so(
    plain: Workspace, staffed: SetUp, tmp_path: Path
) -> None:
    adler, _ = staffed([plain_account("Adler", 10), plain_account("Eve", 12)])
    pins = tmp_path / "pins.json"
    pins.write_text('{"pin": [{"account": 999}, {"account": "Adler", "date": "2026-11-24", "start": "10:00"}], "x": 1}')
    for document in (
        plan_day(plain, "ada", TUESDAY, seconds=0.3, pin_file=pins),
        plan_week(plain, ["ada"], TUESDAY, seconds=0.3, pin_file=pins),
    ):
        assert any("ada looks after no account '999'" in note for note in document["notes"])
        assert any("'x' means nothing" in note for note in document["notes"])
        days = document.get("days", [document])
        (stop,) = [stop for one in days for stop in one["stops"] if stop["account"] == adler.id]
        assert stop["start"].startswith("2026-11-24T10:00")


def test_closed_seasons_and_regional_holidays_hold_in_a_plan(plain: Workspace, staffed: SetUp) -> None:
    staffed(
        [
            plain_account("Winter break", 10, opening_hours="Mo-Fr 08:00-17:00; Nov 20-Jan 06 off"),
            plain_account("Summer", 10, opening_hours="Apr-Oct Mo-Su 10:00-18:00"),
            plain_account("Always", 10),
        ]
    )
    assert names(plan_day(plain, "ada", TUESDAY, seconds=0.3)) == ["Always"]
    week = plan_week(plain, ["ada"], TUESDAY, seconds=0.3)
    said = {one["name"]: one["reason"] for one in week["dropped"]}
    assert said["Winter break"].startswith("not on any of these days: closed on Tue 24 Nov, opens")
    assert said["Summer"].endswith("opens 1 Apr")
    january = plan_week(plain, ["ada"], date(2027, 1, 4), seconds=0.3)
    assert days_of(january, "Winter break") == ["2027-01-07"] or days_of(january, "Winter break") == ["2027-01-08"]
    april = plan_day(plain, "ada", date(2027, 4, 1), seconds=0.3)
    assert "Summer" in names(april)


def test_a_week_from_the_command_line(plain: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GCRM_HOME", str(plain.settings.home))
    monkeypatch.delenv("GCRM_DATABASE_URL", raising=False)
    with plain.store.write() as tx:
        tx.accounts.add(replace(plain_account("Adler", 10)))

    def run(*words: str) -> Any:
        return CliRunner().invoke(gcrm, ["plan", "appointments", "add", "1", *words])

    assert "Mon 24 Nov 2098 to Sun 30 Nov 2098" in run("--week", "2098-11-26").stdout
    assert "Tue 24 Nov 2026 to Fri 27 Nov 2026" in run("--date", "2026-11-24", "--till", "2026-11-27").stdout
    assert run().exit_code == 2
    assert run("--week", "2026-11-26", "--date", "2026-11-26").exit_code == 2
    assert run("--week", "2026-11-26", "--till", "2026-11-27").exit_code == 2
