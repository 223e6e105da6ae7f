"""The word lists of addresses: abbreviations, endings of streets, words that say nothing."""

import tomllib
from functools import cache
from importlib.resources import files

_OF_NAMES = {"saint", "sankt", "doktor", "professor", "mount", "fort", "point", "northeast", "northwest"}
"""Full words of the abbreviations that are part of a name."""


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
def kinds_of_street() -> frozenset[str]:
    """Words that say what kind of street it is, with their abbreviations, and nothing of which one."""
    tables = _tables()["abbreviations"]
    kinds = {full.rstrip("_") for full in tables} - words("modifiers") - _OF_NAMES
    shorts = {short for full in kinds for short in tables.get(full, ()) if len(short) > 1}
    return frozenset(kinds | shorts | words("before_persons") | words("endings"))


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files("gcrm.geocoding").joinpath("words.toml").read_text(encoding="utf-8"))
