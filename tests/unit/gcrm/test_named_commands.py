"""Every command that a text names is there, with the options that it is named with: remedies, errors, README, docs."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from gcrm.cli.main import gcrm

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted(ROOT.glob("*/**/README.md"))]
SOURCES = [path for room in ("gcrm", "webapp", "maps", "routing") for path in sorted((ROOT / room).rglob("*.py"))]
TEMPLATES = sorted((ROOT / "webapp").rglob("*.html"))
_QUOTED = re.compile(r"`(gcrm [^`]+)`")
_BLOCK_LINE = re.compile(r"^(?:    |\t|\$ )(gcrm .+)$", re.MULTILINE)


def texts_of(path: Path) -> Iterator[str]:
    """The strings of a source, what is put into them as X."""
    docs: set[int] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            docs |= {id(value) for value in node.values}
            yield "".join(str(value.value) if isinstance(value, ast.Constant) else "X" for value in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def named() -> Iterator[tuple[str, str]]:
    """Where, and the command as it is written."""
    for path in SOURCES:
        for text in texts_of(path):
            yield from ((path.relative_to(ROOT).as_posix(), " ".join(one.split())) for one in _QUOTED.findall(text))
    for path in (*PAGES, *TEMPLATES):
        if ".venv" in path.parts or "node_modules" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        found = [*_QUOTED.findall(text), *(_BLOCK_LINE.findall(text) if path.suffix == ".md" else [])]
        yield from ((path.relative_to(ROOT).as_posix(), " ".join(one.split())) for one in found)


def faults(written: str) -> str:
    """What is wrong with a command, "" where a person can run it with words in the place of its placeholders.

    "gcrm plan week|team" names two.
    """
    several = next((word for word in written.split() if "|" in word and not word.startswith(("-", "|"))), "")
    if several and several == written.rsplit(maxsplit=1)[-1]:
        return next((one for name in several.split("|") if (one := faults(written.replace(several, name)))), "")
    words = re.sub(r"\"[^\"]*\"|'[^']*'", "X", written.partition(" #")[0].partition(" | ")[0]).split()[1:]
    command: click.Command = gcrm
    context = click.Context(gcrm, info_name="gcrm")
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        if words[0] == "X":
            # Which of the group is put in when it is said.
            return ""
        inside = command.get_command(context, words[0])
        if inside is None:
            return f"`{command.name}` has no command {words[0]!r}"
        command, words = inside, words[1:]
    options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    known = options | {"--help", "-h", "--version"}
    for word in words:
        if word.startswith("--") and (name := word.partition("=")[0].strip(".,;:)]")) not in known:
            return f"`{command.name}` has no option {name}"
    return ""


@pytest.mark.parametrize(("where", "written"), sorted(set(named())))
def test_a_command_that_is_named_can_be_run(where: str, written: str) -> None:
    assert faults(written) == "", where


def test_the_search_finds_commands_and_their_faults() -> None:
    assert len(set(named())) > 100
    assert faults("gcrm accounts pin 7 9.5,47.1") == ""
    assert "no option --at" in faults("gcrm accounts place 7 --at LON,LAT")
    assert "no command" in faults("gcrm acounts list")
