"""Postcodes that a spreadsheet took for numbers."""

import re

DIGITS = {
    **dict.fromkeys(("DE", "FR", "IT", "ES", "US", "FI", "MX", "TR", "UA", "KR", "PR"), 5),
    "NO": 4,
    "RO": 6,
    "JP": 7,
}
"""ISO code of a country whose postcodes are digits and may begin with 0, to how many they have."""


def clean_postcode(written: str, country: str) -> str:
    """A postcode without the ".0" of a number, and with the zeros in front that a number has lost.

    country: ISO code, "" if nobody knows; then nothing is put in front.
    """
    text = written[:-2] if re.fullmatch(r"\d+\.0", written) else written
    wanted = DIGITS.get(country, 0)
    return text.zfill(wanted) if text.isascii() and text.isdecimal() and wanted - 2 <= len(text) < wanted else text
