"""What was changed about accounts, by whom or by which file, and when; kept so that it can be undone."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class ChangeKind(StrEnum):
    """What kind of action changed accounts."""

    IMPORT = "import"
    EDIT = "edit"
    PIN = "pin"
    PLACE = "place"
    MERGE = "merge"
    LOCK = "lock"
    ALIGNMENT = "alignment"
    VISIT = "visit"
    UNDO = "undo"
    ORDERS = "orders"


NOT_LISTED = frozenset({ChangeKind.VISIT, ChangeKind.ORDERS})
"""Kinds that lists of changes of accounts leave out: visits stand in the history of the account, imports of orders on
a page of their own."""


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """One action on accounts, whole or not at all. title names it: the file, or what was done.

    user_id: who was logged in, None on the command line. document holds its figures, and with an undo `undoes`, the id
    of what it took back; undone_at is set once it was undone. id is 0 until the store has given one.
    """

    kind: ChangeKind
    title: str
    at: datetime
    user_id: int | None = None
    document: dict[str, Any] = field(default_factory=dict)
    undone_at: datetime | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class AccountChange:
    """What a change set did to one account.

    before and after hold the fields that differ, as in `gcrm.accounts.history`. before None: the account was new, after
    is its fingerprint; after None: the account was taken away, before holds all of it.
    """

    account_id: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    set_id: int = 0
    id: int = 0
