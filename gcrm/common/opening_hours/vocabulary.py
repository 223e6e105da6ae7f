"""The words of opening hours in each language that imports read, and what they mean."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

COUNTRY_LANGUAGES = {
    "GB": ("en",), "IE": ("en",), "US": ("en",), "AU": ("en",), "NZ": ("en",), "CA": ("en", "fr"),
    "DE": ("de",), "AT": ("de",), "LI": ("de",), "CH": ("de", "fr", "it"), "LU": ("fr", "de"),
    "FR": ("fr",), "BE": ("nl", "fr"), "MC": ("fr",), "ES": ("es",), "MX": ("es",), "AR": ("es",), "CL": ("es",),
    "CO": ("es",), "PE": ("es",), "IT": ("it",), "SM": ("it",), "PT": ("pt",), "BR": ("pt",), "NL": ("nl",),
    "DK": ("da",), "NO": ("no",), "SE": ("sv",), "FI": ("fi", "sv"), "PL": ("pl",), "CZ": ("cs",), "SK": ("cs",),
}  # fmt: skip
"""Languages in which hours are most likely written, by country: asked only where languages read a text differently."""


_LETTER = frozenset("abcdefghijklmnopqrstuvwxyz").__contains__


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The words of one language, with those of others that mean the same wherever they are a word.

    meanings: folded phrase to its meaning; own: the phrases of the language itself; lengths: of phrases, longest first.
    """

    language: str
    meanings: dict[str, str]
    own: frozenset[str]
    lengths: tuple[int, ...]

    def at(self, text: str, place: int) -> str:
        """The longest phrase that begins at a place of a folded text and ends with a word, "" for none."""
        if place and _LETTER(text[place - 1]):
            return ""
        for length in self.lengths:
            phrase = text[place : place + length]
            ends = place + length
            if phrase in self.meanings and (ends >= len(text) or not _LETTER(text[ends])):
                return phrase
        return ""


@cache
def vocabularies() -> tuple[Vocabulary, ...]:
    """One for each language."""
    tables = tomllib.loads(files("gcrm.common.opening_hours").joinpath("vocabulary.toml").read_text(encoding="utf-8"))
    by_language = {
        language: {word: meaning for meaning, words in table.items() for word in words}
        for language, table in tables.items()
    }
    agreed = _agreed(by_language)
    return tuple(_vocabulary(language, own, agreed | by_language["en"] | own) for language, own in by_language.items())


def _agreed(by_language: dict[str, dict[str, str]]) -> dict[str, str]:
    """The words that mean the same in every language that has them; letters alone are left to their own language."""
    meanings: dict[str, set[str]] = {}
    for words in by_language.values():
        for word, meaning in words.items():
            meanings.setdefault(word, set()).add(meaning)
    return {word: next(iter(found)) for word, found in meanings.items() if len(found) == 1 and len(word) > 1}


def _vocabulary(language: str, own: dict[str, str], meanings: dict[str, str]) -> Vocabulary:
    lengths = tuple(sorted({len(word) for word in meanings}, reverse=True))
    return Vocabulary(language, meanings, frozenset(own), lengths)


def languages_of(country: str) -> tuple[str, ...]:
    """The languages in which hours are likely written in a country, "" or unknown for none."""
    return COUNTRY_LANGUAGES.get(country.partition("-")[0].upper(), ())
