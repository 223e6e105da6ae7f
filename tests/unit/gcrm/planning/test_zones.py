"""Which clock and which holidays hold where."""

from datetime import date

import pytest

from gcrm.accounts.model import Account, Address
from gcrm.common.public_holidays import public_holiday, public_holidays
from gcrm.common.zones import checked_zone, country_of, country_of_zone, same_clock, zone_at, zone_of
from gcrm.platform.errors import InputRejected
from routing.points import LonLat

VADUZ = LonLat(9.5215, 47.1410)
BUCHS = LonLat(9.4700, 47.1670)


def test_a_place_knows_its_zone_and_country() -> None:
    assert zone_at(VADUZ) == "Europe/Vaduz"
    assert country_of_zone(zone_at(VADUZ)) == "LI"


def test_an_account_over_the_border_keeps_the_holidays_of_its_own_country() -> None:
    assert country_of(Account("Bahnhof Buchs", place=BUCHS), "LI") == "CH"


def test_an_account_that_is_not_placed_keeps_the_holidays_of_its_address_or_those_given() -> None:
    assert country_of(Account("Post", address=Address(country="AT")), "LI") == "AT"
    assert country_of(Account("Post", address=Address(country="Austria")), "LI") == "LI"
    assert zone_of(Account("Post"), "Europe/Vaduz") == "Europe/Vaduz"


@pytest.mark.parametrize("zone", ["UTC", "Etc/GMT+3", "Nowhere"])
def test_a_zone_that_is_nobodys_has_no_country(zone: str) -> None:
    assert country_of_zone(zone) == ""


@pytest.mark.parametrize("name", ["", "Vaduz", "../etc/passwd", "Europe/Vaduz\0"])
def test_a_zone_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(InputRejected):
        checked_zone(name)


def test_a_public_holiday_has_a_name_and_other_days_have_none() -> None:
    assert public_holiday(date(2026, 12, 25), "LI") == "Weihnachten"
    assert public_holiday(date(2026, 11, 24), "LI") == ""
    assert public_holiday(date(2026, 12, 25), "") == ""


def test_public_holidays_of_a_span_pass_the_new_year() -> None:
    found = public_holidays(date(2026, 12, 26), date(2027, 1, 6), "LI")
    assert found == [date(2026, 12, 26), date(2027, 1, 1), date(2027, 1, 6)]


def test_neighbours_share_a_clock_and_far_zones_do_not() -> None:
    assert same_clock("Europe/Vaduz", "Europe/Vienna", date(2026, 11, 24))
    assert not same_clock("Europe/Vaduz", "Europe/London", date(2026, 11, 24))
    # The same in winter, but Tunis has no summer time.
    assert not same_clock("Europe/Vaduz", "Africa/Tunis", date(2026, 11, 24))
