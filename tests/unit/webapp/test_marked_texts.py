"""No text that a person sees stands in a page or a view without being said in the language at hand."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

WEBAPP = ROOT / "webapp"
ENGLISH_ON_PURPOSE = {"api", "vendor", "node_modules", "demo.py", "serve.py"}
"""What programs ask, files that are not ours, and commands."""
UNTRANSLATED = re.compile(
    r"\b(GCRM|CSV|XLSX|PDF|JSON|km²?|min|m|h|s|kB|MB|EUR|https|ics|geo|Mo-Fr|supermarket|bakery|Q1|"
    r"gcrm (area|regions|reps|users) .*)(\b|$)"
)
"""Names of products and formats, units, commands, and examples of what is typed the same in every language."""
ATTRIBUTES = ("title", "aria-label", "placeholder", "alt", "data-ask", "data-busy")
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
NO_TEXT = re.compile(r"<(script|style|svg)\b.*?</\1>|<!--.*?-->|<!doctype[^>]*>", re.DOTALL | re.IGNORECASE)
ERRORS = {
    "Busy", "CannotWrite", "Conflict", "FieldFault", "InputRejected", "NotAllowed", "NotFound", "NotReady", "TooOften",
}  # fmt: skip
TEMPLATES = sorted(
    file for file in WEBAPP.rglob("*.html") if not ENGLISH_ON_PURPOSE & set(file.relative_to(WEBAPP).parts)
)
VIEWS = sorted(file for file in WEBAPP.rglob("*.py") if not ENGLISH_ON_PURPOSE & set(file.relative_to(WEBAPP).parts))


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.stem)
def test_a_template_says_its_texts(file: Path) -> None:
    page = re.sub(r"\{% block body_class %\}.*?\{% endblock %\}", "", file.read_text(encoding="utf-8"))
    assert "|counted(" not in page, "Babel does not find a filter: write counted(n, one, many)"
    page = NO_TEXT.sub(" ", JINJA.sub("\0", page))
    attributes = re.findall(rf'\s(?:{"|".join(ATTRIBUTES)})="([^"]*)"', page)
    page = re.sub(r'[\w-]+="\0"', " ", re.sub(r"<[^>]*>", "\n", page))
    texts = [*page.split("\n"), *attributes]
    assert [text.strip() for text in texts if has_words(text)] == []


@pytest.mark.parametrize("file", VIEWS, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_a_view_says_what_it_flashes_and_why_it_refuses(file: Path) -> None:
    assert [(line, text) for line, text in unsaid(file) if has_words(text)] == []


def unsaid(file: Path) -> Iterator[tuple[int, str]]:
    """Literal texts, with their lines, that are handed to `flash` or to an error as they are."""
    for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            continue
        shown = {"flash": 1}.get(call.func.id, 2 if call.func.id in ERRORS else 0)
        for given in call.args[:shown]:
            for choice in (given.body, given.orelse) if isinstance(given, ast.IfExp) else (given,):
                if isinstance(choice, ast.Constant) and isinstance(choice.value, str):
                    yield choice.lineno, choice.value
                elif isinstance(choice, ast.JoinedStr):
                    parts = [part.value for part in choice.values if isinstance(part, ast.Constant)]
                    yield choice.lineno, " ".join(str(part) for part in parts)


def has_words(text: str) -> bool:
    return bool(re.search(r"[^\W\d_]{2,}", UNTRANSLATED.sub("", re.sub(r"&[a-z]+;", " ", text))))
