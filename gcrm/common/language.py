"""The language a person is spoken to in. Texts stand in the code in English; here each is said in the language at hand.

    raise InputRejected(say("'{value}' is not a time. Enter it as 14:30.", value=value))

A text names its values in braces and is written whole, as one literal, or it cannot be found and translated. What is
said of the same number in singular and plural is `say_n`; what stands in a constant, read before anybody is there to be
spoken to, is marked `to_say` and said where it is shown.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "de": "Deutsch"}
"""What can be spoken, each by its own name; ISO 639-1."""
CATALOGUES = Path(__file__).parent / "languages"
"""A folder a language, in it a file (GNU gettext, PO) for each slice and room whose texts it translates."""

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


def language() -> str:
    """The language at hand: ISO 639-1, one of LANGUAGES."""
    return _language.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language inside; English where it is none of LANGUAGES."""
    before = _language.set(language if language in LANGUAGES else ENGLISH)
    try:
        yield
    finally:
        _language.reset(before)


def say(text: str, /, **values: object) -> str:
    """A text in the language at hand, with its values put in for the names in braces.

    Without values the text is taken as it is, braces and all.
    """
    spoken = _language.get()
    # What catalogues hold under the empty text is said of themselves.
    if spoken != ENGLISH and text:
        text = _catalogue(spoken).gettext(text)
    return text.format(**values) if values else text


def say_n(one: str, many: str, n: float, /, **values: object) -> str:
    """The text for one or for many, in the language at hand; n is put in for {n} as `number` writes it."""
    if _language.get() == ENGLISH:
        spoken = one if n == 1 else many
    else:
        spoken = _catalogue(_language.get()).ngettext(one, many, 1 if n == 1 else 2)
    return spoken.format(n=number(n), **values)


def to_say(text: str) -> str:
    """The text itself, marked as one to be translated: said later, by `say`, where it is shown."""
    return text


def number(value: float, digits: int = 0) -> str:
    """A number with the separators of the language at hand: "1,204.5", "1.204,5"."""
    written = f"{value:,.{digits}f}"
    return written if _language.get() == ENGLISH else written.translate(_CONTINENTAL)


_CONTINENTAL = str.maketrans(",.", ".,")


@cache
def _catalogue(language: str) -> Any:
    """All translations of a language; read once a process."""
    # Who speaks English, as every command does, need not wait for this to be loaded.
    from babel.messages.mofile import write_mo
    from babel.support import Translations

    from gcrm.common.catalogues import read

    packed = BytesIO()
    write_mo(packed, read(language))
    packed.seek(0)
    return Translations(packed)
