"""Amounts in the notations of many countries; what may be read in two ways is never guessed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.platform.errors import InputRejected
from gcrm.sales.amounts import COMMA, POINT, decimal_sign, read_number


@pytest.mark.parametrize(
    ("written", "value", "sign"),
    [
        ("12", "12", ""),
        ("1.234,56", "1234.56", ""),
        ("1,234.56", "1234.56", ""),
        ("1'234.50", "1234.50", ""),
        ("1\N{RIGHT SINGLE QUOTATION MARK}234.50", "1234.50", ""),
        ("1\N{NARROW NO-BREAK SPACE}234,5", "1234.5", ""),
        ("1\N{NO-BREAK SPACE}234", "1234", ""),
        ("1.234.567", "1234567", ""),
        ("1,00,000.00", "100000", ""),
        ("CHF 12.-", "12", "CHF"),
        ("12,--", "12", ""),
        ("12,50 €", "12.50", "€"),
        ("€12.50", "12.50", "€"),
        ("-$3.00", "-3", "$"),
        ("$ -3.00", "-3", "$"),
        ("(12.50)", "-12.50", ""),
        ("12.50-", "-12.50", ""),
        ("\N{MINUS SIGN}12.5", "-12.5", ""),
        ("+7", "7", ""),
        (".5", "0.5", ""),
        ("1.5E+05", "150000", ""),
        ("0.30000000000000004", "0.3", ""),
    ],
)
def test_an_amount_is_read_as_it_was_meant(written: str, value: str, sign: str) -> None:
    assert read_number(written) == (Decimal(value), sign)


@pytest.mark.parametrize(
    "written", ["", "abc", "1,2,3", "1.2.3", "12 34", "--5", "(-5)", "12.50.", "1.234,5.6", "EUR", "12:50", "9" * 13]
)
def test_what_is_no_amount_is_refused(written: str) -> None:
    with pytest.raises(InputRejected):
        read_number(written)


def test_a_number_that_may_be_either_is_asked_about_and_read_as_the_file_tells() -> None:
    with pytest.raises(InputRejected, match=r"may be 1234 or 1\.234; say which with --decimal"):
        read_number("1.234")
    assert read_number("1.234", COMMA)[0] == 1234
    assert read_number("1.234", POINT)[0] == Decimal("1.234")
    assert decimal_sign(["1.234", "12,5", "n/a"]) == COMMA
    assert decimal_sign(["1.234", "12.5"]) == POINT
    assert decimal_sign(["12,5", "12.5"]) == ""
    assert decimal_sign(["1.234", "7"]) == ""


@given(
    value=st.decimals(min_value=-(10**9), max_value=10**9, places=2),
    grouping=st.sampled_from(["", "'", " ", ".", ","]),
    decimal=st.sampled_from([".", ","]),
)
def test_every_notation_comes_back_as_what_was_written(value: Decimal, grouping: str, decimal: str) -> None:
    if grouping == decimal:
        return
    written = f"{value:,.2f}".replace(",", "\0").replace(".", decimal).replace("\0", grouping)
    assert read_number(written)[0] == value
