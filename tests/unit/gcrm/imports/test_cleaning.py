from datetime import date

import pytest

from gcrm.accounts.cells import clean_date, clean_phone, clean_url, region_of
from gcrm.accounts.model import Kind, Level, Priority
from gcrm.imports.cleaning import Cleaner, Draft
from gcrm.imports.columns import map_columns
from gcrm.imports.table import Row, Table
from gcrm.platform.errors import InputRejected
from routing.points import LonLat


def clean(country: str = "LI", **cells: str) -> Draft:
    table = Table(tuple(cells), (Row(2, tuple(cells.values())),), "utf-8", ",")
    return Cleaner.of(table, map_columns(table.headings), country).clean(table.rows[0])


@pytest.mark.parametrize(
    ("written", "region", "clean_number"),
    [
        ("232 12 34", "LI", "+4232321234"),
        ("+423/232 12 34", "LI", "+4232321234"),
        ("00423 232 12 34", "LI", "+4232321234"),
        ("(312) 226-2649 x12", "US", "+13122262649;ext=12"),
        ("9054445050.0", "CA", "+19054445050"),
        ("226-2649", "US", "226-2649"),  # no area code
        ("call Ada", "US", ""),
        ("1", "US", ""),
    ],
)
def test_phones_become_e164_where_nothing_is_missing(written: str, region: str, clean_number: str) -> None:
    assert clean_phone(written, region) == clean_number


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("www.example.li", "https://www.example.li"),
        ("HTTP://example.li/a b", "HTTP://example.li/a"),
        ("javascript:alert(1)", ""),
        ("data:text/html,<script>", ""),
        ("example", ""),
        ("example.li:8080/x", "https://example.li:8080/x"),
    ],
)
def test_only_web_addresses_can_be_clicked_on(written: str, url: str) -> None:
    assert clean_url(written) == url


@pytest.mark.parametrize(
    ("written", "day_first", "day"),
    [
        ("2026-11-24", True, date(2026, 11, 24)),
        ("24.11.2026", False, date(2026, 11, 24)),
        ("3/4/2026", True, date(2026, 4, 3)),
        ("3/4/2026", False, date(2026, 3, 4)),
        ("24/11/26 10:00", True, date(2026, 11, 24)),
        ("31.2.2026", True, None),
        ("soon", True, None),
        ("1.1.1900", True, None),
    ],
)
def test_dates_are_read_as_the_file_writes_them(written: str, day_first: bool, day: date | None) -> None:
    assert clean_date(written, day_first=day_first) == day


def test_nothing_that_cannot_be_used_is_lost() -> None:
    draft = clean(name="Ada", email="by phone", hours="at times", website="none", note="Ring twice")
    assert draft.values["note"].splitlines()[0] == "Ring twice"
    for lost in ("by phone", "none"):
        assert lost in draft.values["note"]
    assert draft.values["opening_hours"] == "at times", "as typed, and said not to be understood"
    assert any("are not understood" in remark for remark in draft.remarks)
    assert len(draft.remarks) == 3


def test_choices_are_understood_in_many_languages() -> None:
    draft = clean(name="Ada", kind="Interessent", priority="hoch")
    assert draft.values["kind"] is Kind.PROSPECT
    assert draft.values["priority"] is Priority.A


def test_a_kind_that_means_the_trade_is_taken_as_the_segment() -> None:
    draft = clean(name="Ada", kind="restaurant")
    assert "kind" not in draft.values
    assert draft.values["segment"] == "restaurant"


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        ({"lon": "9.52", "lat": "47.14"}, LonLat(9.52, 47.14)),
        ({"lon": "9,52", "lat": "47,14"}, LonLat(9.52, 47.14)),
        ({"lon": "0", "lat": "0"}, None),
        ({"lon": "950", "lat": "47"}, None),
        ({"lon": "nan", "lat": "47"}, None),
        ({"Store Location": "900 E WASHINGTON\tCLARINDA 51632\t(40.739238, -95.02756)"}, LonLat(-95.02756, 40.739238)),
        ({"Store Location": "900 E WASHINGTON"}, None),
    ],
)
def test_coordinates_count_only_where_they_are_a_place(cells: dict[str, str], place: LonLat | None) -> None:
    draft = clean(name="Ada", **cells)
    assert draft.given == place
    assert draft.placement.level is Level.HOUSE


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"name": "", "city": "Vaduz"}, "Has no name"),
        ({"name": "...", "city": "Vaduz"}, "no letter or digit"),
        ({"name": "x" * 201}, "201 characters"),
        ({"name": "Ada", "note": "x" * 32_768}, "32,768 characters"),
    ],
)
def test_a_row_that_is_no_account_says_why(cells: dict[str, str], reason: str) -> None:
    with pytest.raises(InputRejected, match=reason):
        clean(**cells)


@pytest.mark.parametrize("cells", [("Ada",), ("Ada", "Vaduz", "surplus")])
def test_half_a_row_and_a_row_too_long_are_refused(cells: tuple[str, ...]) -> None:
    table = Table(("name", "city"), (Row(2, cells),), "utf-8", ",")
    with pytest.raises(InputRejected, match="cells where the headings have 2"):
        Cleaner.of(table, map_columns(table.headings), "").clean(table.rows[0])


def test_a_whole_line_is_an_address_and_a_street_line_with_a_town_is_a_street() -> None:
    whole = clean(name="Ada", address="Landstrasse 12, 9490 Vaduz").address
    assert (whole.line, whole.text) == ("Landstrasse 12, 9490 Vaduz", "Landstrasse 12, 9490 Vaduz")
    divided = clean(name="Ada", address="Landstrasse 12", zip="9490.0", city="Vaduz").address
    assert (divided.line, divided.street, divided.text) == ("", "Landstrasse 12", "Landstrasse 12, 9490 Vaduz")


@pytest.mark.parametrize(
    ("written", "postcode", "city"),
    [
        ("9490 Vaduz", "9490", "Vaduz"),
        ("FL-9490 Vaduz", "FL-9490", "Vaduz"),
        ("1234 AB Den Haag", "1234 AB", "Den Haag"),
        ("00-950 Warszawa", "00-950", "Warszawa"),
        ("110 00 Praha 1", "110 00", "Praha 1"),
        ("Vaduz", "", "Vaduz"),
        ("10. Oktober", "", "10. Oktober"),
    ],
)
def test_a_postcode_that_stands_with_the_town_is_told_apart(written: str, postcode: str, city: str) -> None:
    address = clean(**{"Firma": "A", "PLZ Ort": written}).address
    assert (address.postcode, address.city) == (postcode, city)


def test_a_suffix_and_several_values_of_one_cell_are_read() -> None:
    draft = clean(
        **{"Firma": "A", "Strasse": "Weg", "Hs.-Nr.": "12", "Hs.-Nr.-Zusatz": "b", "Ort": "Vaduz ::: Triesen"}
    )
    assert (draft.address.house_number, draft.address.city) == ("12b", "Vaduz")


def test_a_second_name_is_kept() -> None:
    draft = clean(**{"Name 1": "Kette A AG", "Name 2": "Filiale 1"})
    assert draft.values["name"] == "Kette A AG"
    assert "Filiale 1" in draft.values["note"]


@pytest.mark.parametrize(
    ("country", "code"), [("EE", "EE"), ("u.k.", "GB"), ("Österreich", "AT"), ("ê$遻", ""), ("èé", "")]
)
def test_signs_that_only_sound_like_a_code_are_no_country(country: str, code: str) -> None:
    assert region_of(country) == code
