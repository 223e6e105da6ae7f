"""Every text that a person sees can be said in every language, with the same values in it."""

import re
from collections.abc import Iterable

import pytest

from gcrm.common import catalogues
from gcrm.common.language import ENGLISH, LANGUAGES, language, number, say, say_n, speaking

OTHERS = [one for one in LANGUAGES if one != ENGLISH]
MARKUP = re.compile(r'<[^>]*>|&\w+;|"')
NAMES = re.compile(r"\{(\w*)[^{}]*\}")


@pytest.fixture(scope="module")
def wanted() -> dict[str, object]:
    return dict(catalogues.texts())


@pytest.mark.parametrize("other", OTHERS)
def test_no_translation_is_missing_and_each_has_the_values_of_its_text(other: str, wanted: dict[str, object]) -> None:
    missing, unlike = [], []
    for name, texts in wanted.items():
        kept = catalogues.read_file(catalogues.CATALOGUES / other / f"{name}.po", other)
        for text in texts:  # type: ignore[attr-defined]
            if not text.id:
                continue
            found = kept.get(text.id)
            if found is None or found.fuzzy or not all(strings(found.string)):
                missing.append((name, text.id))
            elif names(strings(found.string)) != names(strings(text.id)):
                unlike.append((name, text.id, found.string))
    assert not missing, f"{len(missing)}: run `python -m gcrm.common.catalogues` and translate {missing[:20]}"
    assert not unlike


@pytest.mark.parametrize("other", OTHERS)
def test_a_translation_has_the_markup_of_its_text_and_no_other(other: str) -> None:
    """Texts with markup are taken for what they are; a quotation mark would end the attribute that a text stands in."""
    unlike = [
        (text.id, text.string)
        for text in catalogues.read(other)
        if text.id and not markup(strings(text.string)) <= markup(strings(text.id))
    ]
    assert not unlike


def test_english_is_said_where_nothing_else_is_asked_for_or_known() -> None:
    assert language() == ENGLISH
    assert say("'{value}' is not a time.", value="25:00") == "'25:00' is not a time."
    assert say("100 % {of braces") == "100 % {of braces"
    with speaking("tlh"):
        assert language() == ENGLISH


def test_a_text_without_translation_is_said_in_english() -> None:
    with speaking("de"):
        assert say("Nobody has translated {this}.", this=1) == "Nobody has translated 1."
        assert say_n("{n} of it", "{n} of them", 1204) == "1.204 of them"
    assert language() == ENGLISH


def test_numbers_are_written_as_the_language_writes_them() -> None:
    assert number(1234567.891, 2) == "1,234,567.89"
    with speaking("de"):
        assert number(1234567.891, 2) == "1.234.567,89"


@pytest.mark.parametrize("other", OTHERS)
def test_the_texts_of_page_scripts_are_those_of_the_catalogues(other: str) -> None:
    written = (catalogues.SCRIPT_TEXTS / f"{other}.js").read_text(encoding="utf-8")
    assert written == catalogues.script_texts(other), "run `python -m gcrm.common.catalogues`"


def strings(string: object) -> tuple[str, ...]:
    return string if isinstance(string, tuple) else (str(string),)


def names(texts: Iterable[str]) -> set[str]:
    return {name for text in texts for name in NAMES.findall(text)}


def markup(texts: Iterable[str]) -> set[str]:
    return {found for text in texts for found in MARKUP.findall(text)}
