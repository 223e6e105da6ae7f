"""Lists of words that say what rows and lines are."""

import tomllib
from functools import cache
from importlib.resources import files


@cache
def row_words(name: str) -> frozenset[str]:
    """One of the lists of row_words.toml: folded words."""
    table = tomllib.loads(files("gcrm.imports").joinpath("row_words.toml").read_text(encoding="utf-8"))
    return frozenset(table[name])
