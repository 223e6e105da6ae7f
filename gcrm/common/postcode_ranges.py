"""Postcodes and ranges of them, as a territory that needs no map: "9490-9498, 9485, SW1*"."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gcrm.common.language import number, say, to_say
from gcrm.common.text import fold
from gcrm.platform.errors import InputRejected

MOST = 2_000
"""Codes and ranges that one territory may have."""
EXAMPLE = to_say('Write codes, ranges and beginnings with commas between them: "9490-9498, 9485, SW1*".')

_WITH_HYPHEN = re.compile(r"\d{2}-\d{3}|\d{4}-\d{3}|\d{3}-\d{4}|\d{5}-\d{4}")
"""Codes with a hyphen of their own: Polish, Portuguese, Japanese, and those of the United States with four more."""
_RANGES = tuple(
    re.compile(rf"(\S+?){between}(\S+)") for between in (r"\s*(?:\.\.\.?|\u2013|\u2014)\s*", r"\s+to\s+", r"\s*-\s*")
)
"""How people write a range; a hyphen comes last, since it may be a code's own."""
_CODE = re.compile(r"[a-z0-9]{2,10}")
_COUNTRY = re.compile(r"^[a-z]{1,3}-(?=\d)")
_NUMBERED = re.compile(r"([a-z]*)(\d+)")


def postcode_key(code: str) -> str:
    """A code without spaces, hyphens, capitals and a country in front: "FL-9490" and "9490" are one."""
    return re.sub(r"[\s\-.]", "", _COUNTRY.sub("", fold(code).strip()))


@dataclass(frozen=True, slots=True)
class PostcodeRange:
    """One entry. first, last: keys, the same for a single code; beginning: all codes that begin with `first`."""

    first: str
    last: str
    beginning: bool = False
    shown: str = ""

    def holds(self, code: str) -> bool:
        """Whether a postcode, as an address has it, is meant."""
        key = postcode_key(code)
        if self.beginning:
            return key.startswith(self.first)
        if self.first == self.last:
            return key == self.first
        numbers = [_NUMBERED.fullmatch(each) for each in (self.first, self.last, _same_length(key, self.first, code))]
        first, last, own = numbers
        if first is None or last is None or own is None or own.group(1) != first.group(1):
            return False
        return int(first.group(2)) <= int(own.group(2)) <= int(last.group(2))


def read_postcodes(text: str) -> tuple[PostcodeRange, ...]:
    """The entries of a text, in its order, each once. Raises InputRejected for what is none, naming it."""
    parts = [part.strip() for part in re.split(r"[,;\n]", text) if part.strip()]
    if not parts:
        raise InputRejected(say("No postcode is given."), say(EXAMPLE))
    if len(parts) > MOST:
        raise InputRejected(
            say("{number} postcodes are too many for one territory.", number=number(len(parts))),
            say("Give {most} at most.", most=number(MOST)),
        )
    return tuple({one.shown: one for one in map(_read, parts)}.values())


def holds_any(ranges: Iterable[PostcodeRange], code: str) -> bool:
    """Whether one of the entries means the code; none does where there is no code."""
    return bool(code.strip()) and any(one.holds(code) for one in ranges)


def _read(part: str) -> PostcodeRange:
    if part.endswith("*"):
        beginning = postcode_key(part[:-1])
        if not re.fullmatch(r"[a-z0-9]{1,9}", beginning):
            raise InputRejected(say("{part!r} is no beginning of a postcode.", part=part), say(EXAMPLE))
        return PostcodeRange(beginning, beginning, beginning=True, shown=f"{part[:-1].strip().upper()}*")
    whole = postcode_key(part)
    single = _WITH_HYPHEN.fullmatch(part) or _COUNTRY.match(fold(part))
    found = None if single else next((way for each in _RANGES if (way := each.fullmatch(part))), None)
    if found is None:
        if not part[-1].isalnum() or not _CODE.fullmatch(whole) or not any(character.isdigit() for character in whole):
            raise InputRejected(say("{part!r} is no postcode.", part=part), say(EXAMPLE))
        return PostcodeRange(whole, whole, shown=part.upper())
    first, last = postcode_key(found.group(1)), postcode_key(found.group(2))
    low, high = _NUMBERED.fullmatch(first), _NUMBERED.fullmatch(last)
    alike = low is not None and high is not None and low.group(1) == high.group(1)
    if not alike or low is None or high is None or (not low.group(1) and len(first) != len(last)):
        raise InputRejected(
            say("{part!r} is no range of postcodes: its ends differ in their letters or length.", part=part),
            say(EXAMPLE),
        )
    if int(low.group(2)) > int(high.group(2)):
        raise InputRejected(
            say("{part!r} is no range of postcodes: it ends before it begins.", part=part), say(EXAMPLE)
        )
    return PostcodeRange(first, last, shown=f"{first.upper()}-{last.upper()}")


def _same_length(key: str, first: str, code: str) -> str:
    """What of a code is held against a range: the whole, or the part in front where it has letters, as SW1A 1AA.

    "9490" is in no range of five digits, though its number may be.
    """
    if first.isdecimal():
        return key if len(key) == len(first) else ""
    return postcode_key(code.split(maxsplit=1)[0]) if code.split() else ""
