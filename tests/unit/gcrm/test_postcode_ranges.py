"""Postcodes and ranges as people type them."""

import pytest

from gcrm.common.postcode_ranges import holds_any, read_postcodes
from gcrm.platform.errors import InputRejected


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("9490-9498,9485", ["9490", "9494", "9498", "9485", "FL-9490", " 9490 "], ["9486", "9499", "94901", "", "949"]),
        ("9490 - 9498; 9485", ["9491"], ["9489"]),
        ("9490..9498", ["9498"], ["9499"]),
        ("9490 to 9498", ["9495"], ["8999"]),
        ("01067–01099", ["01067", "01099", "D-01070"], ["1067", "02000"]),  # noqa: RUF001 - as a text editor makes it
        ("SW1*", ["SW1A 1AA", "sw1v2bb"], ["SW2 1AA", "W1 1AA"]),
        ("AB10-AB25", ["AB10 1XX", "AB25 9ZZ"], ["AB9 1XX", "AC11 1XX", "AB26 1AA"]),
        ("AB10 1XX", ["AB101XX", "ab10 1xx"], ["AB10 1XY"]),
        ("31-147", ["31-147", "31147"], ["31-148"]),
        ("31-100..31-199", ["31-147"], ["32-147"]),
        ("4000-001", ["4000-001"], ["4000-002", "4000"]),
        ("94*", ["9490", "94105"], ["9590"]),
    ],
)
def test_codes_ranges_and_beginnings_mean_what_they_say(text: str, inside: list[str], outside: list[str]) -> None:
    ranges = read_postcodes(text)
    assert [code for code in inside if not holds_any(ranges, code)] == []
    assert [code for code in outside if holds_any(ranges, code)] == []


@pytest.mark.parametrize(
    "text", ["", " , ", "Vaduz", "9498-9490", "9490-10000", "AB10-SW1", "*", "9490-", "<b>9490</b>"]
)
def test_what_is_no_postcode_is_named(text: str) -> None:
    with pytest.raises(InputRejected) as refused:
        read_postcodes(text)
    assert refused.value.remedy


def test_what_is_shown_is_read_as_the_same() -> None:
    ranges = read_postcodes("9490 - 9498, sw1*, 31-100..31-199, AB10 1XX, 9490-9498")
    assert len(ranges) == 4
    assert read_postcodes(", ".join(one.shown for one in ranges)) == ranges
