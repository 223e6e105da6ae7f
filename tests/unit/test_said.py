"""What a person reads of an error is said in the language at hand: nobody raises one with words of English alone."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from gcrm.common import catalogues
from gcrm.common.language import speaking
from gcrm.planning.routing_words import TEXTS, fault_and_remedy, said_again
from routing.errors import NoRoadNearby

ROOT = Path(__file__).parents[2]
ENGLISH_ALONE = ("cli",)
"""Folders of `gcrm` whose errors are for people who type commands."""
NEVER_SHOWN = {"PutBack"}


@cache
def parsed(room: str) -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in sorted((ROOT / room).rglob("*.py"))]


def sources(room: str, but: tuple[str, ...] = ()) -> Iterator[tuple[Path, ast.Module]]:
    return ((path, tree) for path, tree in parsed(room) if not set(but) & set(path.relative_to(ROOT).parts))


def family(*rooms: str) -> set[str]:
    """The names of all errors that descend from GcrmError, and of what holds a fault of one field."""
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for room in rooms
        for _, tree in sources(room)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {"GcrmError"}
    while more := {name for name, of in bases.items() if of & found} - found:
        found |= more
    return (found | {"FieldFault"}) - NEVER_SHOWN


def words(node: ast.expr) -> Iterator[ast.expr]:
    """Texts that stand bare in an argument."""
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        if any(letter.isalpha() for letter in said(node)):
            yield node
    elif isinstance(node, ast.IfExp):
        yield from (*words(node.body), *words(node.orelse))
    elif isinstance(node, ast.BinOp):
        yield from (*words(node.left), *words(node.right))


def said(node: ast.expr) -> str:
    """A text with {} for each of its values."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return said(node.left) + said(node.right) if isinstance(node, ast.BinOp) else "{}"


def calls(tree: ast.Module, names: set[str]) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


def test_every_error_is_said_in_the_language_at_hand() -> None:
    errors = family("routing", "gcrm")
    bare = [
        f"{path.relative_to(ROOT)}:{text.lineno}: {said(text)}"
        for path, tree in sources("gcrm", ENGLISH_ALONE)
        for call in calls(tree, errors)
        for argument in (*call.args, *(keyword.value for keyword in call.keywords))
        for text in words(argument)
    ]
    assert not bare, "say() is missing:\n" + "\n".join(bare)


def test_every_text_that_is_marked_is_found() -> None:
    # What stands in a call inside a call may be overlooked by whoever reads the code for texts.
    found = {one for catalog in catalogues.texts().values() for text in catalog for one in strings(text.id)}
    lost = [
        f"{path.relative_to(ROOT)}:{call.lineno}: {argument.value}"
        for room in catalogues.ROOMS
        for path, tree in sources(room, catalogues.LEFT_OUT)
        for call in calls(tree, {"say", "say_n", "to_say"})
        for argument in call.args[: 2 if getattr(call.func, "id", "") == "say_n" else 1]
        if isinstance(argument, ast.Constant) and argument.value not in found
    ]
    assert not lost


def strings(text: object) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (str(text),)


def test_every_text_of_routing_is_known_where_it_is_said() -> None:
    known = {re.sub(r"\{\w+\}", "{}", text) for text in TEXTS}
    named = family("routing") | {"progress", "_entities", "_run"}
    strange = [
        f"{path.relative_to(ROOT)}:{call.lineno}: {text}"
        for path, tree in sources("routing")
        for call in calls(tree, named)
        for argument in call.args
        if not isinstance(argument, (ast.Name, ast.Attribute)) and " " in (text := said(argument))
        if text not in known
    ]
    assert not strange


def test_an_error_of_routing_is_said_with_its_values() -> None:
    error = NoRoadNearby("No road lies within 1000 m of 9.500000,47.100000.", "Correct the input.")
    assert fault_and_remedy(error) == (error.fault, error.remedy)
    with speaking("de"):
        fault, remedy = fault_and_remedy(error)
        assert "1000 m um 9.500000,47.100000" in fault
        assert remedy == "Berichtigen Sie die Eingabe."
        assert said_again("Something else entirely") == "Something else entirely"
