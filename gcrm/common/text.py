"""Text made comparable: any script and spelling to lower-case ASCII words."""

import re
from functools import lru_cache

from anyascii import anyascii

_EXPANDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
_PLAIN = str.maketrans({"ø": "o", "å": "a", "æ": "ae", "œ": "oe"})
_WORD = re.compile(r"[a-z0-9]+")
_GREEK_OU = re.compile("ο[υύ]")  # noqa: RUF001 - Greek letters, as passports write them: Ermou, not Ermoy
_DROPPED = re.compile(r"['\u2019`\u00b4\u02bc]")


def fold(text: str) -> str:
    """Lower-case ASCII with apostrophes gone: "Näyttelijäntie" and "NÄYTTELIJÄNTIE" are both "nayttelijantie"."""
    folded = text.casefold()
    if not folded.isascii():
        folded = anyascii(_GREEK_OU.sub("ou", folded).translate(_PLAIN)).lower()
    return _DROPPED.sub("", folded)


@lru_cache(maxsize=100_000)
def tokens(text: str) -> tuple[str, ...]:
    """The folded words of a text, in order."""
    return tuple(_WORD.findall(fold(text)))


@lru_cache(maxsize=100_000)
def keys(name: str) -> tuple[tuple[str, ...], ...]:
    """The ways a name is written in ASCII, each as its words: "Mühleweg" is "muhleweg" and "muehleweg"."""
    lowered = name.casefold()
    ways = [tokens(lowered)]
    expanded = lowered.translate(_EXPANDED)
    if expanded != lowered:
        ways.append(tokens(expanded))
    return tuple(way for way in dict.fromkeys(ways) if way)


def joined(name: tuple[str, ...]) -> str:
    """The words without the spaces between them, so that "Land strasse" and "Landstrasse" are one."""
    return "".join(name)


def listed_words(text: str) -> list[str]:
    """What a person lists with commas between: "north, south" is two; nothing between two commas is none."""
    return [word for part in text.split(",") if (word := part.strip())]


def postcode_key(postcode: str) -> str:
    """A postcode without spaces, dashes and case: "SW1A 1AA" is "sw1a1aa"."""
    return joined(tokens(postcode))
