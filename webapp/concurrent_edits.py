"""Two people in one form: what each of them changed is kept, and only a field that both changed is a conflict.

A form carries the values that it was shown with, in a field of its own. When it comes back each field has three values:
what stood there (`was`), what its person sent (`typed`), and what holds now (`now`). A field that its person left alone
takes what holds now, so that nobody undoes somebody else's change by saving another one.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

SHOWN_WITH = "shown_with"
"""The name of the field that carries the values a form was shown with."""


@dataclass(frozen=True, slots=True)
class ConcurrentEdit:
    """What became of the fields.

    merged: the value of each; touched: those that the person changed; conflicts: those of them that somebody else has
    changed to something else meanwhile, of which `merged` holds what the person typed.
    """

    merged: dict[str, str]
    touched: frozenset[str]
    conflicts: frozenset[str]


def shown_with(values: Mapping[str, str]) -> str:
    """What the field of that name holds, for a form that is shown with these values."""
    return json.dumps(dict(values), ensure_ascii=False)


def merge_edits(sent: Mapping[str, str], now: Mapping[str, str], lists: Collection[str] = ()) -> ConcurrentEdit:
    """Bring what was sent together with what holds now, field by field.

    sent: the form, with the values that it was shown with; where those are missing, each field that was sent counts as
    changed by its person. lists: fields with one item a line, which two people may change at once: what each of
    them added or took out counts.
    """
    was = _was(sent.get(SHOWN_WITH, ""))
    merged, touched, conflicts = dict(now), set(), set()
    for name, held in now.items():
        if name not in sent:
            continue
        typed, before = sent[name], was.get(name)
        if before is not None and _same(typed, before):
            continue
        touched.add(name)
        merged[name] = typed
        if before is None or _same(held, before) or _same(typed, held):
            continue
        if name in lists:
            merged[name] = _merged_lines(typed, before, held)
        else:
            conflicts.add(name)
    return ConcurrentEdit(merged, frozenset(touched), frozenset(conflicts))


def _merged_lines(typed: str, before: str, held: str) -> str:
    mine, old, theirs = _lines(typed), _lines(before), _lines(held)
    left = [line for line in theirs if line in mine or line not in old]
    return "\n".join([*left, *(line for line in mine if line not in old and line not in left)])


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _same(one: str, other: str) -> bool:
    """Whether two values are one: a browser writes the ends of lines its own way."""
    return [line.rstrip() for line in one.strip().splitlines()] == [
        line.rstrip() for line in other.strip().splitlines()
    ]


def _was(text: str) -> dict[str, str]:
    """What a form was shown with; nothing where that was not sent, or is something else."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}
