"""Public holidays of a part of a country, and closed seasons: who works and who is open."""

from dataclasses import replace
from datetime import date

import pytest

from gcrm.accounts.model import Account, Address
from gcrm.common.holiday_regions import region_of_postcode
from gcrm.common.public_holidays import public_holiday, public_holidays, read_region
from gcrm.common.zones import holidays_at, holidays_of
from gcrm.people.model import Rep
from gcrm.people.working_week import read_week, working_day
from gcrm.planning.candidates import choose, hours_on
from gcrm.platform.errors import InputRejected
from routing.points import LonLat

NUREMBERG = LonLat(11.08, 49.45)
EPIPHANY = date(2026, 1, 6)
BAVARIAN = Rep("ada", "Ada", "", NUREMBERG, read_week("08:30-17:00"), "Europe/Berlin", holiday_region="BY")
PRUSSIAN = replace(BAVARIAN, holiday_region="BE")


@pytest.mark.parametrize("text", ["BY", "by", "DE-BY", "de-by", "Bayern", " bayern "])
def test_a_part_of_a_country_is_read_by_code_and_by_name(text: str) -> None:
    assert read_region(text, "DE") == "BY"


@pytest.mark.parametrize(("text", "country"), [("XX", "DE"), ("BY", ""), ("Oberland", "LI"), ("<b>", "DE")])
def test_a_part_that_is_not_there_is_refused(text: str, country: str) -> None:
    with pytest.raises(InputRejected):
        read_region(text, country)


def test_a_part_keeps_the_days_of_the_country_and_its_own() -> None:
    assert public_holiday(EPIPHANY, "DE-BY") == "Heilige Drei Könige"
    assert public_holiday(EPIPHANY, "DE-BE") == public_holiday(EPIPHANY, "DE") == ""
    assert public_holidays(date(2026, 1, 1), date(2026, 1, 7), "de-by") == [date(2026, 1, 1), EPIPHANY]
    assert public_holiday(date(2026, 1, 1), "DE-NOWHERE"), "an unknown part keeps the days of the country"


def test_a_rep_rests_on_the_holidays_of_the_part_where_the_home_is() -> None:
    assert working_day(BAVARIAN, EPIPHANY).off.endswith("which is Heilige Drei Könige")
    assert working_day(PRUSSIAN, EPIPHANY).off == ""
    assert working_day(replace(BAVARIAN, holiday_region=""), EPIPHANY).off == ""


def test_an_account_keeps_its_own_days_else_those_of_the_rep_of_its_country() -> None:
    open_weekdays = Account("Adler", place=NUREMBERG, opening_hours="Mo-Fr 09:00-17:00")
    assert holidays_of(open_weekdays, holidays_at(BAVARIAN)) == "DE-BY"
    assert hours_on(open_weekdays, EPIPHANY, BAVARIAN).closed.startswith("closed on Heilige Drei Könige")
    assert hours_on(replace(open_weekdays, holiday_region="BE"), EPIPHANY, BAVARIAN).windows
    assert hours_on(open_weekdays, EPIPHANY, PRUSSIAN).windows
    austrian = replace(open_weekdays, place=LonLat(13.05, 47.8))
    assert holidays_of(austrian, holidays_at(BAVARIAN)) == "AT", "a rep from over the border decides nothing"


@pytest.mark.parametrize(
    ("hours", "day", "is_open"),
    [
        ("Mo-Fr 09:00-17:00; Dec 20-Jan 06 off", date(2025, 12, 22), False),
        ("Mo-Fr 09:00-17:00; Dec 20-Jan 06 off", date(2026, 1, 5), False),
        ("Mo-Fr 09:00-17:00; Dec 20-Jan 06 off", date(2026, 1, 7), True),
        ("Apr-Oct Mo-Su 10:00-18:00", date(2026, 3, 31), False),
        ("Apr-Oct Mo-Su 10:00-18:00", date(2026, 4, 1), True),
        ("Apr-Oct Mo-Su 10:00-18:00", date(2026, 11, 2), False),
        ("Nov-Mar off; Mo-Sa 09:00-12:00", date(2026, 2, 3), True),
        ("Mo-Sa 09:00-12:00; Nov-Mar off", date(2026, 2, 3), False),
        ("easter -2 days-easter +1 day off; Mo-Fr 09:00-17:00", date(2026, 4, 7), True),
    ],
)
def test_closed_seasons_hold(hours: str, day: date, is_open: bool) -> None:
    account = Account("Pension", place=NUREMBERG, opening_hours=hours)
    candidates, out = choose([account], working_day(PRUSSIAN, day))
    assert bool(candidates) is is_open
    assert is_open or "closed" in out[0].reason


@pytest.mark.parametrize(
    ("country", "postcode", "region"),
    [
        ("DE", "90402", "BY"),
        ("DE", "D-90402", "BY"),
        ("DE", "10115", "BE"),
        ("DE", "63739", ""),  # Aschaffenburg: its neighbours with 63 are in Hesse.
        ("DE", "9040", ""),
        ("ES", "08001", "CT"),
        ("ES", "28013", "MD"),
        ("FR", "67000", "6AE"),
        ("FR", "75001", ""),
        ("GB", "EH1 1YZ", "SCT"),
        ("GB", "E1 6AN", ""),
        ("CA", "H2X 1Y4", "QC"),
        ("LI", "9490", ""),
        ("", "", ""),
    ],
)
def test_a_postcode_tells_the_part_where_it_lies_in_one_as_a_whole(country: str, postcode: str, region: str) -> None:
    assert region_of_postcode(country, postcode) == region


def test_every_part_that_a_postcode_tells_has_holidays_of_its_own() -> None:
    for country, codes in {"DE": ["80331", "66111"], "ES": ["01001", "52001"], "GB": ["BT1 1AA"]}.items():
        for code in codes:
            part = region_of_postcode(country, code)
            assert read_region(part, country) == part


def test_an_account_that_says_no_part_keeps_the_days_of_its_postcode() -> None:
    nuremberg = Account(
        "Adler", address=Address(postcode="90402"), place=NUREMBERG, opening_hours="Mo-Fr 09:00-17:00; PH off"
    )
    assert not hours_on(nuremberg, EPIPHANY, PRUSSIAN).windows
    assert hours_on(replace(nuremberg, holiday_region="BE"), EPIPHANY, PRUSSIAN).windows
