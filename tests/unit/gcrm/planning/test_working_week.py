"""A rep's working hours and break: typed, said, and as they hold on a day."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from gcrm.common.today import desk_today, latest_today, rep_today
from gcrm.people.model import Break, Rep, Shift
from gcrm.people.working_week import break_words, read_break, read_week, week_words, working_day
from gcrm.platform.errors import InputRejected
from routing.points import LonLat

H = 3600


def ada(hours: str = "08:30-17:00", lunch: str = "45@11:30-13:30") -> Rep:
    week, pause = read_week(hours), read_break(lunch)
    return Rep("ada", "Ada", "Vaduz", LonLat(9.52, 47.14), week, "Europe/Vaduz", pause)


def test_hours_alone_hold_from_monday_to_friday() -> None:
    assert read_week("08:30-17:00") == (Shift(time(8, 30), time(17)),) * 5 + (None, None)


@pytest.mark.parametrize(
    "typed",
    [
        "Mo-Fr 08:30-17:00,Sa 09:00-12:00",
        "mon-fri 8:30-17:00; sat 9:00-12:00",
        "Monday-Friday 08:30 - 17:00, Sa 9:00-12:00",
    ],
)
def test_hours_by_weekday(typed: str) -> None:
    week = read_week(typed)
    assert week[4] == Shift(time(8, 30), time(17))
    assert week[5] == Shift(time(9), time(12))
    assert week[6] is None


def test_a_later_part_comes_before_an_earlier_one() -> None:
    assert read_week("08:30-17:00,We off,Th 12:00-20:00")[2:4] == (None, Shift(time(12), time(20)))


def test_a_span_of_weekdays_may_pass_sunday() -> None:
    assert week_words(read_week("Sa-Mo 10:00-16:00")) == "Mo 10:00-16:00,Sa-Su 10:00-16:00"


def test_what_is_said_can_be_typed_again() -> None:
    week = read_week("Mo-We 08:00-16:00,Th 10:00-18:00,Su 10:00-12:00")
    assert read_week(week_words(week)) == week


@pytest.mark.parametrize(
    "typed",
    ["", "all day", "17:00-08:30", "25:00-26:00", "Xy 08:00-12:00", "Mo-Fr", "Mo off", "08:00-12:00 09:00-10:00"],
)
def test_hours_that_make_no_sense_are_refused_with_an_example(typed: str) -> None:
    with pytest.raises(InputRejected) as refused:
        read_week(typed)
    assert "08:30" in refused.value.remedy


def test_a_break_is_read_and_said_alike() -> None:
    assert read_break("45@11:30-13:30") == Break(45, time(11, 30), time(13, 30))
    assert break_words(read_break("45@11:30-13:30")) == "45@11:30-13:30"
    assert read_break("none") is None


@pytest.mark.parametrize("typed", ["45", "0@11:30-13:30", "150@11:30-13:30", "45@13:30-11:30", "lunch"])
def test_a_break_that_does_not_fit_is_refused(typed: str) -> None:
    with pytest.raises(InputRejected):
        read_break(typed)


def test_a_working_day_counts_seconds_from_the_reps_own_midnight() -> None:
    day = working_day(ada(), date(2026, 11, 24))
    assert (day.start_s, day.end_s) == (8.5 * H, 17 * H)
    assert day.lunch_s == (2700, 11.5 * H, 13.5 * H)
    assert day.instant(day.start_s).isoformat() == "2026-11-24T08:30:00+01:00"
    assert day.second(datetime(2026, 11, 24, 7, 30, tzinfo=UTC)) == day.start_s


def test_a_day_on_which_clocks_change_still_starts_at_its_hour() -> None:
    day = working_day(ada("Su 08:30-17:00"), date(2026, 3, 29))
    assert day.clock(day.start_s) == "08:30"
    assert day.start_s == 7.5 * H


def test_a_day_off_says_so() -> None:
    assert working_day(ada(), date(2026, 11, 28)).off == "Ada does not work on Sat 28 Nov 2026"


def test_a_public_holiday_at_home_is_a_day_off() -> None:
    assert working_day(ada(), date(2026, 12, 8)).off.endswith("which is Mariä Empfängnis")


def test_a_half_day_may_leave_no_room_for_a_break() -> None:
    assert working_day(ada("Tu 09:00-12:00"), date(2026, 11, 24)).lunch_s is None


def test_a_rep_whose_hours_are_not_known_has_the_remedy() -> None:
    rep = Rep("ada", "Ada", "", None, (None,) * 7, "Europe/Vaduz")
    assert "gcrm reps change ada --hours" in working_day(rep, date(2026, 11, 24)).off


SPLIT = Shift(time(8), time(17), (time(12), time(13)))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Mo-Th 08:00-12:00,13:00-17:00", "Mo-Th 08:00-12:00,13:00-17:00"),
        ("Mo-Th 08:00-12:00; 13:00-17:00", "Mo-Th 08:00-12:00,13:00-17:00"),
        ("08:00-12:00,13:00-17:00", "Mo-Fr 08:00-12:00,13:00-17:00"),
        ("Mo-Fr 08:00-12:00,Mo-Th 13:00-17:00", "Mo-Th 08:00-12:00,13:00-17:00,Fr 08:00-12:00"),
        ("Mo-Fr 13:00-17:00,Mo-Fr 08:00-12:00", "Mo-Fr 08:00-12:00,13:00-17:00"),
        ("Mo-Fr 08:00-17:00,Fr 08:00-12:00", "Mo-Th 08:00-17:00,Fr 08:00-12:00"),
        ("Mo-Fr 22:00-06:00", "Mo-Fr 22:00-06:00"),
        ("Mo-Fr 18:00-22:00,23:00-02:00", "Mo-Fr 18:00-22:00,23:00-02:00"),
        ("Mon-Fri 9-5", "Mo-Fr 09:00-17:00"),
        ("Mo, We, Fr 08:00-16:00", "Mo 08:00-16:00,We 08:00-16:00,Fr 08:00-16:00"),
        ("Montag bis Freitag 8-12 und 13-17 Uhr", "Mo-Fr 08:00-12:00,13:00-17:00"),
    ],
)
def test_what_is_typed_later_never_overwrites_what_was_typed_before(typed: str, said: str) -> None:
    assert week_words(read_week(typed)) == said
    assert read_week(said) == read_week(typed), "what is said can be typed again"


@pytest.mark.parametrize(
    "typed",
    [
        "Mo-Fr 08:00-12:00,Mo-Fr 10:00-17:00",
        "Mo-Fr 08:00-10:00,11:00-13:00,14:00-16:00",
        "Mo-Fr 08:00-10:00,Mo-Su 09:00-11:00",
        "Mo-Fr 17:00-08:00",
        "Mo-Fr by appointment",
        "Apr-Oct Mo-Fr 08:00-12:00",
    ],
)
def test_hours_that_would_overwrite_or_cannot_be_worked_are_refused(typed: str) -> None:
    with pytest.raises(InputRejected) as refused:
        read_week(typed)
    assert refused.value.remedy


def test_friday_stays_free_where_only_four_days_are_named() -> None:
    week = read_week("Mo-Th 08:00-12:00,13:00-17:00")
    assert week == (SPLIT,) * 4 + (None,) * 3


def test_a_split_shift_has_its_pause_where_it_is_and_owes_no_other() -> None:
    day = working_day(ada("08:00-12:00,13:00-17:00"), date(2026, 11, 24))
    assert day.lunch_s == (H, 12 * H, 13 * H)
    assert day.stretches == ((8 * H, 12 * H), (13 * H, 17 * H))
    assert day.hours_words == "08:00-12:00, 13:00-17:00"


def test_a_night_shift_ends_on_the_next_day() -> None:
    day = working_day(ada("Mo-Fr 22:00-06:00", "30@01:00-03:00"), date(2026, 11, 24))
    assert (day.start_s, day.end_s) == (22 * H, 30 * H)
    assert day.lunch_s == (1800, 25 * H, 27 * H)
    assert day.instant(day.end_s).isoformat() == "2026-11-25T06:00:00+01:00"
    assert day.in_shift(time(1, 30)) == 25.5 * H


def test_a_night_in_which_clocks_change_is_an_hour_shorter_or_longer() -> None:
    spring = working_day(ada("Sa 22:00-06:00", "none"), date(2026, 3, 28))
    autumn = working_day(ada("Sa 22:00-06:00", "none"), date(2026, 10, 24))
    assert (spring.end_s - spring.start_s, autumn.end_s - autumn.start_s) == (7 * H, 9 * H)


@pytest.mark.parametrize(
    ("hours", "lunch", "owed"),
    [
        ("08:00-12:00", "30@11:30-13:00", None),
        ("08:00-14:00", "30@11:30-13:00", None),
        ("08:00-14:30", "30@11:30-13:00", (1800, 11.5 * H, 13 * H)),
        ("12:00-20:00", "45@11:30-13:30", (2700, 12 * H, 13.5 * H)),
        ("14:00-22:00", "45@11:30-13:30", None),
    ],
)
def test_a_break_is_owed_only_by_who_works_longer_than_six_hours(hours: str, lunch: str, owed: object) -> None:
    assert working_day(ada(hours, lunch), date(2026, 11, 24)).lunch_s == owed


@pytest.mark.parametrize(
    ("now", "today"),
    [
        ("2026-11-25T01:30:00+00:00", date(2026, 11, 24)),
        ("2026-11-25T07:59:00+00:00", date(2026, 11, 24)),
        ("2026-11-24T07:59:00+00:00", date(2026, 11, 23)),
    ],
)
def test_the_day_is_the_reps_own(now: str, today: date) -> None:
    rep = Rep("lee", "Lee", "", LonLat(-118.24, 34.05), read_week("08:30-17:00"), "America/Los_Angeles")
    assert rep_today(rep, datetime.fromisoformat(now)) == today


def test_after_midnight_the_day_is_still_that_of_the_night_shift() -> None:
    rep = ada("Mo-Fr 22:00-06:00", "none")
    assert rep_today(rep, datetime(2026, 11, 25, 2, tzinfo=UTC)) == date(2026, 11, 24)
    assert rep_today(rep, datetime(2026, 11, 25, 5, tzinfo=UTC)) == date(2026, 11, 25)


def test_a_desk_has_the_day_of_its_reps_and_the_latest_day_is_that_of_the_east() -> None:
    evening = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)
    angeles = replace(ada(), zone="America/Los_Angeles")
    assert desk_today([angeles], evening) == date(2026, 11, 24)
    assert desk_today([angeles, ada()], evening) == date(2026, 11, 25)
    assert latest_today(datetime(2026, 11, 25, 11, tzinfo=UTC)) == date(2026, 11, 26)


def test_a_break_of_a_night_may_lie_across_midnight() -> None:
    rep = Rep("n", "N", "", None, read_week("Mo-Fr 20:00-04:00"), "Europe/Vaduz", read_break("30@23:00-02:00"))
    assert working_day(rep, date(2026, 11, 24)).lunch_s == (1800, 23 * 3600, 26 * 3600)
    early = replace(rep, lunch=read_break("30@00:30-02:00"))
    assert working_day(early, date(2026, 11, 24)).lunch_s == (1800, 24 * 3600 + 1800, 26 * 3600)
