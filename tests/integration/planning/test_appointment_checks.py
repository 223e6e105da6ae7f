"""A promise is checked when it is made; a promise to come is not broken; none is too far ahead to be seen."""

from collections.abc import Callable
from datetime import date, time, timedelta

from gcrm.accounts.model import Account, Priority
from gcrm.people.reps import change_rep
from gcrm.planning.appointments import add_appointment, appointments_of, list_appointments, promised_by
from gcrm.planning.disruption import preview_sick
from gcrm.workspace import Workspace
from tests.fixtures.stores import FixedClock
from tests.integration.planning.answers import plan_day
from tests.integration.planning.conftest import plain_account

TUESDAY = date(2026, 11, 24)
WEDNESDAY = TUESDAY + timedelta(1)
SetUp = Callable[..., list[Account]]


def warning(plain: Workspace, account: Account, at: str, day: date = WEDNESDAY) -> str:
    return add_appointment(plain, account.id, day, start=time.fromisoformat(at)).warning


def test_two_visits_at_one_time_clash(plain: Workspace, staffed: SetUp) -> None:
    adler, eve = staffed([plain_account("Adler", 10), plain_account("Eve", 12)])
    assert warning(plain, adler, "13:00") == ""
    assert "clashes with Adler at 13:00" in warning(plain, eve, "13:10")


def test_a_visit_outside_the_working_hours_is_said(plain: Workspace, staffed: SetUp) -> None:
    (adler,) = staffed([plain_account("Adler", 10)])
    assert "outside the working hours of Ada (08:00-16:00)" in warning(plain, adler, "18:30")


def test_a_visit_in_the_pause_of_a_split_shift_is_outside(plain: Workspace, staffed: SetUp) -> None:
    (adler,) = staffed([plain_account("Adler", 10)], hours="08:00-12:00,13:00-17:00")
    assert "outside the working hours" in warning(plain, adler, "11:45")


def test_a_visit_before_anybody_can_be_there_is_said(plain: Workspace, staffed: SetUp) -> None:
    (adler,) = staffed([plain_account("Adler", 18)])
    assert "18 min from home, so not there before 08:18" in warning(plain, adler, "08:00")
    assert "after 16:00" in warning(plain, adler, "15:20"), "the way home counts"
    assert warning(plain, adler, "08:18") == "clashes with Adler at 08:00"


def test_a_visit_too_soon_after_another_far_away_is_said(plain: Workspace, staffed: SetUp) -> None:
    west, east = staffed([plain_account("West", -60), plain_account("East", 60)])
    assert warning(plain, west, "10:00") == ""
    assert "from West, so not there before 12:30" in warning(plain, east, "11:00")


def test_a_visit_while_it_is_closed_is_said(plain: Workspace, staffed: SetUp) -> None:
    morning, off = staffed(
        [plain_account("Morning", 10, opening_hours="Mo-Fr 08-12"), plain_account("Off", 12, opening_hours="Th 9-17")]
    )
    assert "Morning is open 08:00-12:00 that day" in warning(plain, morning, "13:00")
    assert "Off is closed on Wed 25 Nov" in warning(plain, off, "15:00")


def test_by_appointment_is_what_an_appointment_is_for(plain: Workspace, staffed: SetUp) -> None:
    (adler,) = staffed([plain_account("Adler", 10, opening_hours="by appointment")])
    (dropped,) = plan_day(plain, "ada", WEDNESDAY, seconds=0)["dropped"]
    assert dropped["reason"] == "by appointment only"
    assert f"gcrm plan appointments add {adler.id}" in dropped["remedy"]
    assert warning(plain, adler, "10:00") == ""
    (stop,) = plan_day(plain, "ada", WEDNESDAY, seconds=0)["stops"]
    assert stop["start"].startswith("2026-11-25T10:00")


def test_a_day_that_is_past_or_off_and_a_skill_that_lacks_are_said(plain: Workspace, staffed: SetUp) -> None:
    adler, cold = staffed([plain_account("Adler", 10), plain_account("Cold", 12, skills=("cold chain",))])
    assert warning(plain, adler, "10:00", TUESDAY - timedelta(1)) == "Mon 23 Nov 2026 is past"
    assert "cold chain" in warning(plain, cold, "10:00")
    change_rep(plain, "ada", days_off=["2026-11-26"])
    assert "Ada is off" in warning(plain, adler, "10:00", TUESDAY + timedelta(2))


def test_the_command_says_all_that_stands_against_it_in_words_and_as_data(plain: Workspace, staffed: SetUp) -> None:
    (adler,) = staffed([plain_account("Adler", 18, opening_hours="Mo-Fr 14:00-15:00")])
    promised = add_appointment(plain, adler.id, WEDNESDAY, start=time(8))
    assert len(promised.warnings) == 2
    told = list_appointments(plain, TUESDAY)
    assert told[0].warnings == ("Adler is open 14:00-15:00 that day",)


def test_a_promise_to_come_is_not_broken_whichever_day_is_planned(
    plain: Workspace, staffed: SetUp, clock: FixedClock
) -> None:
    (adler,) = staffed([plain_account("Adler", 10)])
    add_appointment(plain, adler.id, WEDNESDAY, start=time(10))
    assert plan_day(plain, "ada", TUESDAY + timedelta(3), seconds=0)["notes"] == []
    clock.move(days=2)
    (note,) = plan_day(plain, "ada", TUESDAY + timedelta(3), seconds=0)["notes"]
    assert "was promised a visit on Wed 25 Nov 2026 and has had none" in note


def test_a_promise_far_ahead_is_seen_and_can_be_taken_back(plain: Workspace, staffed: SetUp) -> None:
    (adler,) = staffed([plain_account("Adler", 10)])
    far = add_appointment(plain, adler.id, TUESDAY + timedelta(200)).appointment
    assert [one.appointment for one in appointments_of(plain, adler.id)] == [far]
    assert [one.appointment for one in list_appointments(plain, TUESDAY)] == [far]
    assert list_appointments(plain, TUESDAY, 91) == []


def test_who_is_sick_has_the_promises_of_whoever_looks_after_the_account(plain: Workspace, staffed: SetUp) -> None:
    adler, eve = staffed([plain_account("Adler", 10), plain_account("Eve", 12)])
    (other,) = staffed([plain_account("Other", 14)], key="bo")
    for account, key in ((adler, ""), (eve, "ada"), (other, ""), (other, "ada")):
        add_appointment(plain, account.id, WEDNESDAY, rep_key=key)
    told = [one.account for one in promised_by(plain, "ada", TUESDAY, WEDNESDAY)]
    assert sorted(told) == ["Adler", "Eve", "Other"]


def test_sick_days_over_a_day_off_are_planned_out_all_the_same(
    plain: Workspace, staffed: SetUp, clock: FixedClock
) -> None:
    staffed([plain_account("Adler", 10)])
    plan_day(plain, "ada", WEDNESDAY, seconds=0)
    change_rep(plain, "ada", days_off=["2026-11-25"])
    parts = preview_sick(plain, "ada", TUESDAY + timedelta(2), clock(), TUESDAY)
    assert [part.day for part in parts] == [TUESDAY, WEDNESDAY, TUESDAY + timedelta(2)]


def test_a_promise_is_never_offered_to_be_given_up(plain: Workspace, staffed: SetUp) -> None:
    promised, *_ = staffed(
        [plain_account("Promised", 10, priority=Priority.C, last_visit=TUESDAY)]
        + [plain_account(f"Other {n}", 12 + n, priority=Priority.A, visit_minutes=40) for n in range(3)],
        hours="09:30-11:00",
    )
    add_appointment(plain, promised.id, WEDNESDAY, start=time(10))
    document = plan_day(plain, "ada", WEDNESDAY, seconds=0.3)
    assert [stop["name"] for stop in document["stops"]] == ["Promised"]
    for one in document["dropped"]:
        assert "swap" not in one["remedy"]
        assert "promised to Promised at 10:00 is in the way" in one["reason"]
