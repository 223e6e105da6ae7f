"""The street of an address that comes in several lines, and what stands beside it."""

import re
from collections.abc import Sequence

from gcrm.common.text import tokens
from gcrm.imports.words import row_words

HOUSE_AT_AN_END = re.compile(
    r"\D.*\s\d{1,4}\s?[a-zA-Z]?([-/+]\d{1,4}\s?[a-zA-Z]?)?\s*|\d{1,5}[a-zA-Z]?(-\d{1,5})?,?\s+\D.*"
)
"""A street with its house number behind it or before it."""
_CARE_OF = re.compile(
    r"^\s*(c\s*/\s*o|z\.?\s*h\.?\s*(d\.?)?|p\.?\s?o\.?\s?box|\d+\.?\s*(og|stock|etage|floor))\b", re.IGNORECASE
)


def street_of(lines: Sequence[str]) -> tuple[str, list[str]]:
    """The line that is the street, and the others that say something; "" where there is none.

    The first line that does not begin as a unit, a floor or a "care of" does, and has a house number where another has
    one; "c/o Treuhand AG" and "Unit 5" give way to the line below them.
    """
    filled = [line for line in lines if line]
    if len(filled) < 2:
        return (filled[0] if filled else ""), []
    streets = [line for line in filled if not _is_beside(line)] or filled
    numbered = [line for line in streets if HOUSE_AT_AN_END.fullmatch(line)]
    chosen = (numbered or streets)[0]
    return chosen, [line for line in filled if line is not chosen]


def _is_beside(line: str) -> bool:
    if _CARE_OF.match(line):
        return True
    words = tokens(line)
    return (
        bool(words)
        and words[0] in row_words("beside_the_street")
        and not (len(words) > 2 and words[-1].isdigit() and len(words[0]) > 5)
    )
