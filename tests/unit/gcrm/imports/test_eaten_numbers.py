"""Numbers of accounts, and what spreadsheets make of them."""

import pytest

from gcrm.imports.eaten_numbers import less_eaten
from gcrm.imports.identity import may_be_same_number


@pytest.mark.parametrize(
    ("whole", "eaten"),
    [
        ("00101", "101"),
        ("00101", "101.0"),
        ("00101", "101,00"),
        ("00101", "'00101"),
        ("007", '="007"'),
        ("+42", "42"),
        ("1001", "1.001"),
        ("1001", "1'001"),
        ("1234567", "1,234,567"),
        ("1234567", "1 234 567"),
        ("1234567890123456", "1.23457E+15"),
        ("1234567890123456", "1,23457E+15"),
        ("1234567890123456", "1234567890123450"),
        ("12E5", "1.20E+06"),
        ("12E5", "1,20E+06"),
        ("12E5", "1200000"),
        ("1-2", "02. Jan"),
        ("1-2", "2-Jan"),
        ("1/2", "01.02.2026"),
        ("1/2", "2026-02-01"),
        ("1-2", "2026-02-01 00:00:00"),
        ("3-12", "12. M\u00e4r"),
        ("12-3", "Mar 12"),
        ("K 0815", "k0815"),
    ],
)
def test_a_number_is_known_again_after_a_spreadsheet(whole: str, eaten: str) -> None:
    assert may_be_same_number(whole, eaten)
    assert may_be_same_number(eaten, whole)
    assert less_eaten(whole, eaten) == whole
    assert less_eaten(eaten, whole) in ({whole} if eaten not in {"1200000", "k0815"} else {eaten})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("101", "102"),
        ("1-2", "12"),
        ("1-2", "2-1"),
        ("1-2", "03. Jan"),
        ("1.001", "1.002"),
        ("1234567890123456", "1.33457E+15"),
        ("1234567890123456", "1234567891123450"),
        ("12E5", "1.40E+06"),
        ("A1", "B1"),
        ("K 0815", "K 0816"),
        ("2026-02-01", "2026-02-02"),
        ("1/2/2025", "1/2/2026"),
    ],
)
def test_other_numbers_stay_apart(one: str, other: str) -> None:
    assert not may_be_same_number(one, other)
