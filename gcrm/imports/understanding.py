"""All rows of a table understood: those that can be imported, and the others with the reason why not."""

from collections import defaultdict
from dataclasses import dataclass, field, replace

from gcrm.imports.cleaning import Cleaner, Draft
from gcrm.imports.matching import account_key
from gcrm.imports.table import Table
from gcrm.platform.errors import InputRejected
from gcrm.platform.progress import Progress, quiet

STEP = 500
"""Rows between two reports of progress, and two chances to stop."""
LINES_FROM = 20
LINES_SHARE = 0.5
"""A file of at least LINES_FROM rows of which more than this share say an account again is a list of orders, visits or
the like, one line each, and not a list of accounts with a few doubles in it."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was not imported, or a remark on one that was: its line in the file (the first is 1), and why."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Understood:
    """The rows of a table: read = len(drafts) + len(rejects) + repeated.

    repeated counts lines that only say an account of an earlier line again, in a file that is a list of such lines;
    of_lines are the fields that belong to these, as an order's category does, and are in no draft.
    """

    drafts: tuple[Draft, ...]
    rejects: dict[int, Reject] = field(default_factory=dict)
    repeated: int = 0
    of_lines: frozenset[str] = frozenset()


def understand(table: Table, cleaner: Cleaner, progress: Progress = quiet) -> Understood:
    """Clean every row and tell rows for the same account apart from new ones. Raises Cancelled if `progress` does."""
    drafts: dict[str, Draft] = {}
    repeats: list[tuple[Draft, str]] = []
    rejects: dict[int, Reject] = {}
    for index, row in enumerate(table.rows):
        if index % STEP == 0:
            progress("Understanding rows", index, len(table.rows))
        try:
            draft = cleaner.clean(row)
        except InputRejected as error:
            rejects[row.number] = Reject(row.number, error.fault)
            continue
        key = _key(draft)
        if key in drafts:
            repeats.append((draft, key))
        else:
            drafts[key] = draft
    if len(table.rows) >= LINES_FROM and len(repeats) > LINES_SHARE * len(table.rows):
        of_lines = _fields_of_lines(drafts, repeats) - cleaner.mapping.chosen
        for later, key in repeats:
            drafts[key] = _filled(drafts[key], later)
        stripped = [
            replace(draft, values={name: value for name, value in draft.values.items() if name not in of_lines})
            for draft in drafts.values()
        ]
        return Understood(tuple(stripped), rejects, len(repeats), of_lines)
    for draft, key in repeats:
        line = draft.row.number
        rejects[line] = Reject(line, f"Is the same account as line {drafts[key].row.number}.")
    return Understood(tuple(drafts.values()), dict(sorted(rejects.items())))


def _key(draft: Draft) -> str:
    external_id = draft.values.get("external_id", "")
    return f"id:{external_id}" if external_id else account_key(draft.values["name"], draft.address)


def _fields_of_lines(drafts: dict[str, Draft], repeats: list[tuple[Draft, str]]) -> frozenset[str]:
    """Fields that differ among the lines of most accounts, as an order's category does: they are not the account's."""
    differing: dict[str, set[str]] = defaultdict(set)
    for later, key in repeats:
        for name in (drafts[key].values.keys() | later.values.keys()) - {"name", "external_id"}:
            if drafts[key].values.get(name) != later.values.get(name):
                differing[name].add(key)
    accounts = len({key for _, key in repeats})
    return frozenset(name for name, keys in differing.items() if len(keys) > LINES_SHARE * accounts)


def _filled(first: Draft, later: Draft) -> Draft:
    """The first line with what it leaves blank taken from a later one."""
    if first.values.keys() >= later.values.keys() and (first.given or not later.given):
        return first
    given, placement = (first.given, first.placement) if first.given else (later.given, later.placement)
    return replace(first, values={**later.values, **first.values}, given=given, placement=placement)
