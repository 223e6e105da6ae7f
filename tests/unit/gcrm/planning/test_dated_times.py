"""A shift that goes past midnight: times of the next day say so."""

from datetime import date, time

from gcrm.people.model import Rep, Shift
from gcrm.people.working_week import working_day
from routing.points import LonLat

NIGHTS = (*(Shift(time(22), time(6)) for _ in range(5)), None, None)
TUESDAY = date(2026, 11, 24)


def test_a_moment_after_midnight_carries_its_date() -> None:
    rep = Rep("n", "Night", "", LonLat(9.52, 47.15), NIGHTS, "Europe/Vaduz")
    working = working_day(rep, TUESDAY)
    assert working.moment(23 * 3600) == "23:00"
    assert working.moment(24.5 * 3600) == "Wed 25 Nov 2026, 00:30"
    assert working.hours_words == "22:00-06:00"
