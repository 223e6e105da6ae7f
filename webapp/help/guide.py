"""The guide of docs/guide as pages: Markdown made into HTML, with an address for each part and for each picture."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from gcrm.common.language import say, to_say
from gcrm.platform.errors import NotFound

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "guide"
PICTURES = FOLDER.parent / "images" / "pages"

GUIDES = {
    "rep": to_say("Rep"),
    "manager": to_say("Manager"),
    "planner": to_say("Planner"),
    "administrator": to_say("Administrator"),
}
"""Each guide by the name of its file, and what it is called."""

_PICTURE = re.compile(r'<img src="\.\./images/pages/([\w-]+\.jpg)"')
_OUT_OF_THE_APP = re.compile(r'<a href="\.\./[^"]*">(.*?)</a>')
_TITLE = re.compile(r"<h1[^>]*>(.*?)</h1>\s*")


@dataclass(frozen=True, slots=True)
class Guide:
    """One guide: its title, its parts as (address of the part, heading), and its text as HTML without the title."""

    title: str
    parts: tuple[tuple[str, str], ...]
    html: str


def slug(heading: str) -> str:
    """The address of a part: "With no signal" is "with-no-signal"."""
    return "-".join(re.findall(r"[a-z0-9]+", heading.casefold().replace("'", "")))


@cache
def read_guide(name: str, pictures_url: str) -> Guide:
    """A guide by name. pictures_url: where its pictures are, with a slash at the end. Raises NotFound."""
    file = FOLDER / f"{name}.md"
    if name not in GUIDES or not file.is_file():
        raise NotFound(
            say("There is no guide {name}.", name=repr(name[:40])), say("Choose one of the list under Help.")
        )
    reader: Any = MarkdownIt("commonmark", {"html": True}).enable("table")
    tokens = reader.parse(file.read_text(encoding="utf-8"))
    parts = []
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            heading = tokens[at + 1].content
            token.attrSet("id", slug(heading))
            parts.append((slug(heading), heading))
    html = reader.renderer.render(tokens, reader.options, {})
    found = _TITLE.search(html)
    html = _TITLE.sub("", html, count=1)
    html = _PICTURE.sub(rf'<img src="{pictures_url}\1"', html)
    # A page of the app leads only into the app: the other documents lie beside the code.
    html = _OUT_OF_THE_APP.sub(r"\1", html)
    return Guide(found[1] if found else GUIDES[name], tuple(parts), html)
