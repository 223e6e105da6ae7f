"""Text of addresses made comparable: any script and spelling to lower-case ASCII words."""

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files

from anyascii import anyascii

_EXPANDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
_PLAIN = str.maketrans({"ø": "o", "å": "a", "æ": "ae", "œ": "oe"})
_WORD = re.compile(r"[a-z0-9]+")
_GREEK_OU = re.compile("ο[υύ]")  # noqa: RUF001 - Greek letters, as passports write them: Ermou, not Ermoy
_DROPPED = re.compile(r"['\u2019`\u00b4\u02bc]")


@cache
def words(table: str) -> frozenset[str]:
    """One of the word lists of words.toml, by its name."""
    return frozenset(_tables()[table]["words"])


@cache
def abbreviations() -> dict[str, tuple[str, ...]]:
    """From what people write to the full words that it may stand for."""
    meanings: dict[str, list[str]] = {}
    for full, shorts in _tables()["abbreviations"].items():
        for short in shorts:
            meanings.setdefault(short, []).append(full.rstrip("_"))
    return {short: tuple(dict.fromkeys(full)) for short, full in meanings.items()}


@cache
def endings() -> tuple[str, ...]:
    """Street words that Germanic, Nordic and other languages write together with the name, longest first."""
    return tuple(sorted(words("endings"), key=len, reverse=True))


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files("gcrm.geocoding").joinpath("words.toml").read_text(encoding="utf-8"))


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


def postcode_key(postcode: str) -> str:
    """A postcode without spaces, dashes and case: "SW1A 1AA" is "sw1a1aa"."""
    return joined(tokens(postcode))
