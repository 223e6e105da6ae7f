"""Opening hours: windows of a day, what is said at the door, and what is assumed where nobody knows."""

from datetime import UTC, date, datetime

import pytest

from gcrm.common.opening_hours.understand import DEFAULT_IN_WORDS
from gcrm.common.opening_hours.windows import DayHours, Where, open_now, opening_words
from gcrm.common.opening_hours.windows import day_hours as hours_of_day
from routing.points import LonLat

ZONE = "Europe/Vaduz"
TUESDAY = date(2026, 11, 24)
SATURDAY = date(2026, 11, 28)
CHRISTMAS = date(2026, 12, 25)
H = 3600


def day_hours(hours: str, day: date, zone: str, country: str, planning_zone: str = "") -> DayHours:
    return hours_of_day(hours, day, Where(zone, country), planning_zone)


def windows(hours: str, day: date = TUESDAY, zone: str = ZONE, country: str = "LI") -> list[tuple[float, float]]:
    return [(start / H, end / H) for start, end in day_hours(hours, day, zone, country).windows]


def test_a_lunch_break_makes_two_windows() -> None:
    assert windows("Mo-Fr 08:00-12:00,13:30-18:00") == [(8, 12), (13.5, 18)]


def test_windows_that_touch_are_one() -> None:
    assert windows('Mo-Fr 08:00-12:00; Tu 12:00-14:00 "kitchen"; Tu 08:00-12:00,12:00-14:00') == [(8, 14)]


def test_around_the_clock_is_the_whole_day() -> None:
    assert windows("24/7") == [(0, 24)]


def test_off_is_never() -> None:
    said = day_hours("off", TUESDAY, ZONE, "LI")
    assert said.windows == ()
    assert said.closed == "closed for good, by its opening hours"


def test_a_closed_day_says_when_it_opens_again() -> None:
    assert day_hours("We-Fr 09:00-17:00", TUESDAY, ZONE, "LI").closed == "closed on Tue 24 Nov, opens Wed 09:00"


def test_a_closed_season_says_when_it_ends() -> None:
    assert windows("Apr-Oct 10:00-17:00", date(2026, 5, 5)) == [(10, 17)]
    assert day_hours("Apr-Oct 10:00-17:00", TUESDAY, ZONE, "LI").closed.endswith("opens 1 Apr")


def test_a_night_belongs_to_both_its_days() -> None:
    assert windows("Fr-Sa 20:00-02:00", SATURDAY) == [(0, 2), (20, 24)]


def test_an_open_end_lasts_till_midnight() -> None:
    assert windows("Mo-Fr 09:00+") == [(9, 24)]


def test_hours_by_appointment_are_no_opening() -> None:
    assert windows('Mo-Fr 09:00-12:00 unknown "by appointment"') == []


@pytest.mark.parametrize("hours", ["Mo-Fr 08:00-18:00; PH off", "Mo-Fr 08:00-18:00"])
def test_a_public_holiday_is_closed_whether_or_not_the_hours_say_so(hours: str) -> None:
    assert windows(hours, CHRISTMAS) == []
    assert day_hours(hours, CHRISTMAS, ZONE, "LI").closed.startswith("closed on Weihnachten")


def test_who_opens_on_public_holidays_is_open() -> None:
    assert windows("Mo-Fr 08:00-18:00; PH 10:00-12:00", CHRISTMAS) == [(10, 12)]
    assert windows("24/7", CHRISTMAS) == [(0, 24)]


def test_public_holidays_are_those_of_the_accounts_own_country() -> None:
    immaculate_conception = date(2026, 12, 8)
    assert windows("Mo-Fr 08:00-18:00; PH off", immaculate_conception, country="LI") == []
    assert windows("Mo-Fr 08:00-18:00; PH off", immaculate_conception, country="DE") == [(8, 18)]


@pytest.mark.parametrize("country", ["", "XX"])
def test_a_country_that_nobody_knows_has_no_holidays(country: str) -> None:
    assert windows("Mo-Fr 08:00-18:00; PH off", CHRISTMAS, country=country) == [(8, 18)]


def test_windows_are_seconds_that_pass_on_the_day_that_clocks_go_forward() -> None:
    assert windows("08:00-17:00", date(2026, 3, 29)) == [(7, 16)]
    assert windows("24/7", date(2026, 3, 29)) == [(0, 23)]


def test_windows_are_seconds_that_pass_on_the_day_that_clocks_go_back() -> None:
    assert windows("08:00-17:00", date(2026, 10, 25)) == [(9, 18)]
    assert windows("24/7", date(2026, 10, 25)) == [(0, 25)]


def test_hours_that_fall_into_the_missing_hour_do_not_run_backwards() -> None:
    for start, end in windows("02:15-02:45; 10:00-11:00", date(2026, 3, 29)):
        assert start < end


def test_hours_hold_at_the_accounts_own_place_and_windows_on_the_planners_clock() -> None:
    london = day_hours("09:00-17:00", TUESDAY, "Europe/London", "GB", ZONE)
    assert london.windows == ((10 * H, 18 * H),)
    auckland = day_hours("09:00-17:00", TUESDAY, "Pacific/Auckland", "NZ", ZONE)
    assert auckland.windows == ((0, 5 * H), (21 * H, 24 * H))


@pytest.mark.parametrize("hours", ["", "call first", "Mo-Fr 25:00-26:99", "<script>", "\x00"])
def test_hours_that_say_nothing_are_taken_as_usual_and_that_is_said(hours: str) -> None:
    found = day_hours(hours, TUESDAY, ZONE, "LI")
    assert found.windows == ((8 * H, 17 * H),)
    assert not found.known
    assert DEFAULT_IN_WORDS in found.said
    assert day_hours(hours, SATURDAY, ZONE, "LI").windows == ()


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 27, 5, tzinfo=UTC), "opens 08:00"),
        (datetime(2026, 11, 27, 8, tzinfo=UTC), "open until 12:00"),
        (datetime(2026, 11, 27, 12, tzinfo=UTC), "opens 13:30"),
        (datetime(2026, 11, 27, 13, tzinfo=UTC), "open until 18:00"),
        (datetime(2026, 11, 27, 17, tzinfo=UTC), "opens Mon 08:00"),
        (datetime(2026, 12, 24, 22, tzinfo=UTC), "opens Mon 08:00"),
    ],
)
def test_what_somebody_at_the_door_wants_to_know(at: datetime, words: str) -> None:
    hours = "Mo-Fr 08:00-12:00,13:30-18:00"
    assert opening_words(hours, at, Where(ZONE, "LI")) == words
    assert open_now(hours, at, Where(ZONE, "LI")) == words.startswith("open until")


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ("24/7", "open round the clock"),
        ("Fr-Sa 20:00-02:00", "open until 02:00"),
        ("Fr 18:00-24:00; Sa 00:00-13:00", "open until Sat 13:00"),
        ("Apr-Oct 08:00-17:00", "opens 1 Apr"),
        ("off", "closed"),
        ("", ""),
        ("call first", "opening hours not understood"),
    ],
)
def test_the_words_fit_at_a_friday_night(hours: str, words: str) -> None:
    assert opening_words(hours, datetime(2026, 11, 27, 20, tzinfo=UTC), Where(ZONE, "LI")) == words


def test_nobody_knows_whether_an_account_without_hours_is_open() -> None:
    assert open_now("", datetime(2026, 11, 27, 8, tzinfo=UTC), Where(ZONE, "LI")) is None


def test_sunset_is_that_of_the_place_and_the_date() -> None:
    """Source of the times: the NOAA solar calculator, to the minute."""
    malbun = Where(ZONE, "LI", LonLat(9.5260, 47.1435))
    (start, end), *_ = hours_of_day("Mo-Sa 08:00-sunset", date(2026, 12, 1), malbun).windows
    assert (start, end / 60) == (8 * H, pytest.approx(16 * 60 + 34, abs=3))
    tromso = Where("Europe/Oslo", "NO", LonLat(18.96, 69.65))
    assert hours_of_day("sunrise-sunset", date(2026, 12, 15), tromso).windows == (), "the sun does not rise"


@pytest.mark.parametrize(
    ("hours", "open_"),
    [
        ("Mo-Sa 07:00-19:00; Su,PH off", []),
        ("Mo-Sa 07:00-19:00; PH,Su off", []),
        ("Mo-Sa 07:00-19:00; Su, PH off", []),
        ("Mo-Sa 07:00-19:00; PH,SH off", []),
        ("PH off; Mo-Sa 07:00-19:00", []),
        ("Mo-Sa 07:00-19:00", []),
        ("Mo-Sa 07:00-19:00; PH 16:00-17:00", [(16, 17)]),
        ("PH 16:00-17:00; Mo-Sa 07:00-19:00", [(16, 17)]),
        ("Mo-Sa 07:00-19:00; Su,PH 10:00-12:00", [(10, 12)]),
        ("Mo-Sa,PH 07:00-19:00", [(7, 19)]),
        ("Mo-Fr 07:00-19:00; Jul-Aug PH 10:00-12:00", []),
        ("Dec-Feb PH 10:00-12:00; Mo-Fr 07:00-19:00", [(10, 12)]),
        ("24/7", [(0, 24)]),
        ("24/7; PH off", []),
        ("Mo-Sa 8-18, Feiertage geschlossen", []),
        ("Feiertage 10-12, Mo-Sa 8-18", [(10, 12)]),
    ],
)
def test_what_is_said_of_holidays_holds_in_any_order_and_for_those_of_a_part_of_a_country(
    hours: str, open_: list[tuple[int, int]]
) -> None:
    epiphany = date(2027, 1, 6)
    assert windows(hours, epiphany, "Europe/Berlin", "DE-BY") == open_
    assert windows(hours, date(2027, 1, 7), "Europe/Berlin", "DE-BY") == windows(
        hours, date(2027, 1, 7), "Europe/Berlin", "DE-BE"
    )


def test_a_holiday_of_parts_of_a_country_is_said_where_nobody_knows_the_part() -> None:
    found = day_hours("Mo-Sa 07:00-19:00", date(2027, 1, 6), "Europe/Berlin", "DE")
    assert found.windows
    assert "BY" in found.said
    assert day_hours("Mo-Sa 07:00-19:00", date(2027, 1, 7), "Europe/Berlin", "DE").said == ""


@pytest.mark.parametrize(
    "hours", ["by appointment", '"by appointment"', "nach Vereinbarung", 'Tu 09:00-17:00 "appointment"']
)
def test_nobody_drops_in_where_it_is_by_appointment(hours: str) -> None:
    found = day_hours(hours, TUESDAY, ZONE, "LI")
    assert found.windows == ()
    assert found.only_by_appointment
    assert found.closed == "by appointment only"
    assert found.by_appointment


def test_closed_for_works_is_closed() -> None:
    assert windows('off || "closed for renovation"') == []
    assert not day_hours('off || "closed for renovation"', TUESDAY, ZONE, "LI").only_by_appointment
