"""What spreadsheets make of the numbers of accounts: zeros eaten, digits shortened, separators put in, dates seen.

None of these can be told from a number of its own by its spelling alone, so whoever asks holds name and address too.
"""

import re
from functools import lru_cache

_WRAPPED = re.compile(r"=\"(.*)\"|'(.*)")
"""As in ="00101" and '00101, which keep a spreadsheet from reading a number."""
_AS_NUMBER = re.compile(r"(\d+)[.,]0+")
_SHORTENED = re.compile(r"(\d)(?:[.,](\d+))?E\+?(\d{1,2})", re.IGNORECASE)
_THOUSANDS = re.compile(r"\d{1,3}(?:([.,'\u2019 \u00a0\u202f])\d{3})(?:\1\d{3})*")
_EXACT_DIGITS = 15
"""A spreadsheet keeps so many, and writes zeros for the others."""
_PAIR = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\.?")
_DATE = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](?:\d{4}|\d{2})(?: 00:00(?::00)?)?")
_ISO_DATE = re.compile(r"\d{4}-(\d{2})-(\d{2})(?:[ T]00:00(?::00)?)?")
_NAMED = re.compile(
    r"(\d{1,2})[-. /]+([a-z\u00e4]{3})[a-z]*\.?(?:[-. /]+\d{2,4})?|([a-z\u00e4]{3})[a-z]*[-. /]+(\d{1,2})"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan ene gen", "feb fev", "mar m\u00e4r mrz", "apr abr avr", "may mai mag maj", "jun giu jui", "jul lug",
         "aug ago aou", "sep set", "oct okt ott out", "nov", "dec dez dic"), start=1
    )
    for name in names.split()
}  # fmt: skip


def unwrapped(number: str) -> str:
    """A number without what keeps a spreadsheet from reading it."""
    text = number.strip()
    found = _WRAPPED.fullmatch(text)
    return (found[1] or found[2] or "").strip() if found else text


@lru_cache(maxsize=200_000)
def without_zeros(number: str) -> str:
    """A number as it is when a spreadsheet has eaten its zeros: 00101, 101, +101 and 101.0 are one."""
    text = unwrapped(number)
    whole = _AS_NUMBER.fullmatch(text)
    text = (whole[1] if whole else text).removeprefix("+").casefold()
    return text.lstrip("0") or text


def may_be_eaten(one: str, other: str) -> bool:
    """Whether one number may be what a spreadsheet has made of the other."""
    if without_zeros(one) == without_zeros(other) or _bare(one) == _bare(other):
        return True
    if _worked_out(one) == _bare(other) or _worked_out(other) == _bare(one):
        return True
    if any(_is_shortened(a, b) or _is_cut(a, b) for a, b in ((one, other), (other, one))):
        return True
    return bool(_as_date(one) & _as_date(other)) and _is_date(one) != _is_date(other)


def less_eaten(known: str, new: str) -> str:
    """Of two ways in which one number is written, the one that a spreadsheet has done less to; else the known one."""
    if _is_damaged(known) != _is_damaged(new):
        return new if _is_damaged(known) else known
    return new if without_zeros(known) == without_zeros(new) and len(new) > len(known) else known


def _is_damaged(number: str) -> bool:
    text = number.strip()
    patterns = (_WRAPPED, _SHORTENED, _THOUSANDS, _AS_NUMBER)
    is_cut = text.isdecimal() and len(text) > _EXACT_DIGITS and not text[_EXACT_DIGITS:].strip("0")
    return any(pattern.fullmatch(text) for pattern in patterns) or is_cut or _is_date(text)


def _bare(number: str) -> str:
    """Without the separators of thousands, and without spaces."""
    text = unwrapped(number)
    if _THOUSANDS.fullmatch(text):
        return re.sub(r"\D", "", text).lstrip("0")
    return "".join(text.casefold().split()).lstrip("0")


def _worked_out(number: str) -> str:
    """What 12E5 is when a spreadsheet takes it for a power of ten: 1200000."""
    found = re.fullmatch(r"(\d+)e(\d{1,2})", _bare(number))
    return found[1] + "0" * int(found[2]) if found else "none"


def _is_shortened(short: str, whole: str) -> bool:
    found = _SHORTENED.fullmatch(short.strip())
    kept = _bare(whole)
    if not found:
        return False
    digits = (found[1] + (found[2] or "")).rstrip("0")
    if spelled := _SHORTENED.fullmatch(unwrapped(whole)):
        # 12E5 is a number of its own until a spreadsheet reads it: 1.20E+06.
        value = int(spelled[1] + (spelled[2] or ""))
        kept = str(value) + "0" * (int(spelled[3]) - len(spelled[2] or ""))
    elif not kept.isdecimal():
        kept = _worked_out(whole)
    return kept.isdecimal() and len(kept) == int(found[3]) + 1 and _begins_alike(kept, digits)


def _begins_alike(whole: str, digits: str) -> bool:
    if not digits or len(digits) > len(whole):
        return False
    return abs(int(whole[: len(digits)]) - int(digits)) <= 1


def _is_cut(cut: str, whole: str) -> bool:
    """Whether the digits behind the fifteenth are gone."""
    a, b = _bare(cut), _bare(whole)
    if not (a.isdecimal() and b.isdecimal()) or len(a) != len(b) or len(a) <= _EXACT_DIGITS:
        return False
    return not a[_EXACT_DIGITS:].strip("0") and abs(int(a[:_EXACT_DIGITS]) - int(b[:_EXACT_DIGITS])) <= 1


def _is_date(number: str) -> bool:
    text = unwrapped(number).casefold()
    return bool(_DATE.fullmatch(text) or _ISO_DATE.fullmatch(text) or _named(text))


def _as_date(number: str) -> frozenset[tuple[int, int]]:
    """The days, as (month, day), that a number may be read as, or may have been before it was read as one."""
    text = unwrapped(number).casefold()
    found = _PAIR.fullmatch(text) or _DATE.fullmatch(text)
    if found:
        a, b = int(found[1]), int(found[2])
        return frozenset({(a, b), (b, a)})
    if iso := _ISO_DATE.fullmatch(text):
        return frozenset({(int(iso[1]), int(iso[2]))})
    return _named(text)


def _named(text: str) -> frozenset[tuple[int, int]]:
    found = _NAMED.fullmatch(text)
    if not found:
        return frozenset()
    month, day = _MONTHS.get(found[2] or found[3]), int(found[1] or found[4])
    return frozenset({(month, day)}) if month else frozenset()
