"""The catalogues of translations: read, and renewed from the texts in the code (`python -m gcrm.common.catalogues`).

What page scripts say is written beside them as a script for each language (`webapp/static/texts/de.js`), made of the
catalogues at the same time.

Each slice of `gcrm`, and each other room, has a file of its own in each language (`de/planning.po`, `de/webapp.po`), so
that two people can translate at once. To renew one keeps its translations and adds texts that came since, empty; a text
that is gone from the code goes. `tests/unit/test_languages.py` fails while a translation is missing.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from gcrm.common.language import CATALOGUES, ENGLISH, LANGUAGES

ROOT = CATALOGUES.parent.parent.parent
WORDS = {
    "say": None,
    "say_html": None,
    "to_say": None,
    "say_n": (1, 2),
    "counted": (2, 3),
}
"""What marks a text, and which of its arguments are texts (the first, unless said)."""
READERS = {".py": "python", ".html": "jinja2.ext:babel_extract"}
SCRIPT = ".js"
LITERAL = r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
IN_SCRIPTS = (
    re.compile(rf"\b(?:say|toSay)\(\s*{LITERAL}"),
    re.compile(rf"\bsayN\(\s*{LITERAL},\s*{LITERAL}"),
    re.compile(rf"\bcounted\([^\n]*?,\s*{LITERAL},\s*{LITERAL}\s*\)"),
)
"""Texts of scripts. Babel's own reader does not see a call inside the arguments of another."""
SCRIPT_TEXTS = ROOT / "webapp" / "static" / "texts"
"""What page scripts say, a script a language."""
ROOMS = ("gcrm", "maps", "webapp")
REASONS = ROOT / "routing" / "districting" / "reasons.py"
"""Sentences of a room that knows nothing of languages: they are said where its reasons are shown."""
LEFT_OUT = ("vendor", "node_modules", "cli", "api", "texts")
"""Folders whose texts are not ours, or are always said in English: commands and programs are English too."""


def read(language: str) -> Catalog:
    """All translations of a language, of every slice and room together."""
    whole = Catalog(locale=language)
    for path in sorted((CATALOGUES / language).glob("*.po")):
        for message in read_file(path, language):
            if message.id and not message.fuzzy and all(_strings(message.string)):
                whole.add(message.id, message.string)
    return whole


def read_file(path: Path, language: str) -> Catalog:
    """The translations of one file; none where it does not exist."""
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def texts() -> dict[str, Catalog]:
    """All texts of the code that are to be translated, by the name of the file that they belong in."""
    found: dict[str, Catalog] = {}
    for path in _sources():
        room = path.relative_to(ROOT).parts
        name = room[1].removesuffix(".py") if room[0] == "gcrm" else room[0]
        for message in _texts_of(path):
            found.setdefault(name, Catalog()).add(message)
    found["routing"] = Catalog()
    for message in _reasons():
        found["routing"].add(message)
    return found


def script_texts(language: str) -> str:
    """The script that brings the texts of all page scripts in a language; what is said of one and many as a list."""
    known = read(language)
    found: dict[str, str | tuple[str, ...]] = {}
    for path in _sources():
        if path.suffix == SCRIPT:
            for message in _texts_of(path):
                one = message[0] if isinstance(message, tuple) else message
                translated = known.get(one)
                if translated and translated.string and (said := translated.string):
                    is_many = isinstance(message, tuple)
                    found[one] = tuple(said) if is_many else said if isinstance(said, str) else said[0]
    told = json.dumps(dict(sorted(found.items())), ensure_ascii=False, indent=1)
    return (
        f"/* Written by `python -m gcrm.common.catalogues`. */\n(globalThis.gcrmTexts ??= {{}}).{language} = {told};\n"
    )


def renew() -> None:
    """Write every file of every language anew: texts that came since are added empty, those that went are left out."""
    wanted_texts = sorted(texts().items())
    for language in LANGUAGES:
        if language == ENGLISH:
            continue
        for name, wanted in wanted_texts:
            path = CATALOGUES / language / f"{name}.po"
            catalog = read_file(path, language)
            catalog.update(wanted, no_fuzzy_matching=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                write_po(file, catalog, omit_header=True, sort_output=True, ignore_obsolete=True, width=120)
        SCRIPT_TEXTS.mkdir(exist_ok=True)
        (SCRIPT_TEXTS / f"{language}{SCRIPT}").write_text(script_texts(language), encoding="utf-8")


def _texts_of(path: Path) -> Iterator[str | tuple[str, ...]]:
    if path.suffix == SCRIPT:
        script = path.read_text(encoding="utf-8")
        for call in IN_SCRIPTS:
            for found in call.finditer(script):
                texts = tuple(ast.literal_eval(text) for text in found.groups())
                yield texts if len(texts) > 1 else texts[0]
        return
    for _, message, _, _ in extract_from_file(READERS[path.suffix], path, keywords=WORDS):
        yield message


def _reasons() -> Iterator[str]:
    """The sentences of all reasons: what stands as a text in the second argument of `Reason`."""
    for call in ast.walk(ast.parse(REASONS.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Reason":
            for part in ast.walk(call.args[1]):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


def _sources() -> Iterator[Path]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in {SCRIPT, *READERS} and not any(part in LEFT_OUT for part in path.parts):
                yield path


def _strings(string: object) -> tuple[str, ...]:
    return string if isinstance(string, tuple) else (str(string),)


if __name__ == "__main__":
    renew()
    sys.exit(0)
