"""The word lists of addresses: abbreviations, endings of streets, words that say nothing."""

import tomllib
from functools import cache
from importlib.resources import files


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
