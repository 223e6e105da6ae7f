"""Amounts and quantities as people and programs write them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from gcrm.common.language import say
from gcrm.platform.errors import InputRejected
from gcrm.sales.model import MOST

POINT, COMMA = ".", ","
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_GROUPING = re.compile(r"(?<=\d)['\u2019\u02bc\u00b4`_\s](?=\d{3}(?!\d))")
_PARTS = re.compile(r"(?P<before>[^\d.,]*)(?P<core>[\d.,]*\d[\d.,]*)(?P<dash>-{1,2})?(?P<after>[^\d.,]*)")
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2014": "-", "\u2011": "-", "\ufe63": "-", "\uff0d": "-"})
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:\.\d+)?[eE][+-]?\d{1,2}")
_PLAIN = re.compile(r"-?\d{1,11}(?:\.\d{1,2})?")
"""What most files hold: digits and at most a decimal point, which can be read in no other way."""
LAST = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Written:
    """A number taken apart: digits with their points and commas, whether it is negative, and what stands beside it."""

    core: str
    negative: bool
    sign: str
    spaced: bool = False


def taken_apart(text: str) -> Written:
    """The parts of a number such as "CHF -1'234.50", "(12,50 €)", "12.50-" or "12.-". Raises InputRejected."""
    plain = text.strip().translate(_MINUS)
    negative = False
    if plain.startswith("(") and plain.endswith(")"):
        negative, plain = True, plain[1:-1]
    grouped = _GROUPING.sub("", plain)
    spaced = grouped != plain
    if re.search(r"\d\s\d", grouped):
        raise _no_number(text)
    bare = _SPACES.sub("", grouped)
    # "12.-" and "12,--" are whole francs and kroner.
    if whole := re.fullmatch(r"(.*\d)[.,]-{1,2}(\D*)", bare):
        bare = whole[1] + whole[2]
    found = _PARTS.fullmatch(bare)
    if not found or (found["dash"] and len(found["dash"]) > 1):
        raise _no_number(text)
    beside = found["before"] + (found["after"] or "")
    minuses = beside.count("-") + bool(found["dash"])
    if minuses > 1 or (minuses and negative):
        raise _no_number(text)
    sign = beside.replace("-", "").replace("+", "").strip()
    return Written(found["core"], negative or minuses == 1, sign, spaced)


def _no_number(text: str) -> InputRejected:
    return InputRejected(say("{given!r} is no number.", given=text[:40]))


def tells(core: str, *, spaced: bool = False) -> str:
    """Which sign is the decimal one, as far as this number tells: point, comma, or "" where it may be either.

    spaced: its thousands are told apart by spaces or apostrophes, so that any other sign is the decimal one.
    """
    points, commas = core.count(POINT), core.count(COMMA)
    if points and commas:
        return max(POINT, COMMA, key=core.rfind)
    if points + commas > 1:
        return COMMA if points else POINT
    if not points + commas:
        return ""
    sign = POINT if points else COMMA
    before, after = core.split(sign)
    if spaced or len(after) != 3 or len(before) > 3 or before in {"", "0"}:
        return sign
    return ""


def decimal_sign(texts: Iterable[str]) -> str:
    """The decimal sign that the numbers of a file tell of; "" where none does, or they disagree."""
    found = set()
    for text in texts:
        if _PLAIN.fullmatch(text):
            if POINT in text:
                found.add(POINT)
            continue
        try:
            one = taken_apart(text)
        except InputRejected:
            continue
        found.add(tells(one.core, spaced=one.spaced))
    found.discard("")
    return found.pop() if len(found) == 1 else ""


def read_number(text: str, usual: str = "") -> tuple[Decimal, str]:
    """The number, to the ten-thousandth, and what stands beside it, as a currency's sign.

    usual: the decimal sign of the file, for a number that may be read in two ways.
    Raises InputRejected where it is no number, too large, or nobody can tell its decimal sign.
    """
    if _PLAIN.fullmatch(text):
        return Decimal(text).normalize() + 0, ""
    if _SCIENTIFIC.fullmatch(text.strip()):
        return _checked(Decimal(text.strip()), text), ""
    one = taken_apart(text)
    sign = tells(one.core, spaced=one.spaced) or usual
    if not sign and (POINT in one.core or COMMA in one.core):
        whole, part = one.core.replace(POINT, "").replace(COMMA, ""), one.core.replace(COMMA, POINT)
        raise InputRejected(
            say(
                "{given!r} may be {whole} or {part}; say which with --decimal point or --decimal comma.",
                given=text[:40],
                whole=whole,
                part=part,
            )
        )
    grouping = COMMA if sign == POINT else POINT
    whole, _, part = one.core.partition(sign) if sign else (one.core, "", "")
    if sign and (POINT in part or COMMA in part):
        raise _no_number(text)
    groups = whole.split(grouping) if sign else [whole]
    if len(groups) > 1 and (
        not 1 <= len(groups[0]) <= 3 or len(groups[-1]) != 3 or any(len(each) not in {2, 3} for each in groups[1:-1])
    ):
        raise _no_number(text)
    value = Decimal(f"{''.join(groups) or '0'}.{part or '0'}")
    return _checked(-value if one.negative else value, text), one.sign


def _checked(value: Decimal, text: str) -> Decimal:
    if abs(value) >= MOST:
        raise InputRejected(say("{given!r} is too large for an order.", given=text[:40]))
    return value.quantize(LAST).normalize() + 0
