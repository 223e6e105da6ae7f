"""A rep's working hours and break: typed, said, and as they hold on a day."""

from datetime import UTC, date, datetime, time

import pytest

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
