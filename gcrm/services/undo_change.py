"""Undo an import, a moved pin or a merge."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from gcrm.bootstrap import Workspace
from gcrm.domain.account import Account
from gcrm.domain.change import AccountChange, ChangeKind, ChangeSet
from gcrm.errors import Conflict
from gcrm.records.history import FINGERPRINT, fingerprint, values_of, with_values
from gcrm.territories import fill

if TYPE_CHECKING:
    from gcrm.db import Transaction


@dataclass(frozen=True, slots=True)
class Kept:
    """An account, or fields of one, that undoing leaves as they are, and why."""

    account: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing did: accounts that were taken away again, set back, or brought back, and what it left alone."""

    id: int
    kind: ChangeKind
    title: str
    removed: int
    restored: int
    brought_back: int
    kept: tuple[Kept, ...]


def list_changes(workspace: Workspace, kind: ChangeKind | None = None, limit: int = 100) -> list[ChangeSet]:
    """The last imports, pins and merges, newest first."""
    with workspace.store.read() as tx:
        return tx.changes.latest(kind, limit)


def undo_change(workspace: Workspace, set_id: int) -> Undone:
    """Undo a change set: new accounts go, changed fields get their old value, accounts that were merged come back.

    What somebody has changed since stays, and is listed with the reason; so does a new account that has a history now.
    Raises NotFound, Conflict if it was undone already.
    """
    now = workspace.clock()
    with workspace.store.write() as tx:
        change_set = tx.changes.get(set_id)
        if change_set.undone_at is not None:
            raise Conflict(f"{change_set.title} was undone {change_set.undone_at:%Y-%m-%d %H:%M} UTC.", "Look again.")
        changes = tx.changes.of_set(set_id)
        current = {account.id: account for account in tx.accounts.by_ids([each.account_id for each in changes])}
        kept: list[Kept] = []
        brought_back = _bring_back(tx, change_set, changes, current)
        removed = _remove(tx, changes, current, kept)
        restored = _set_back(tx, changes, current, kept, now)
        fill(tx, [*brought_back, *restored])
        tx.changes.mark_undone(set_id, now)
    return Undone(
        set_id, change_set.kind, change_set.title, len(removed), len(restored), len(brought_back), tuple(kept)
    )


def _bring_back(
    tx: "Transaction", change_set: ChangeSet, changes: Sequence[AccountChange], current: dict[int, Account]
) -> list[int]:
    """Accounts that were merged into another, with the history that was theirs."""
    gone = [each for each in changes if each.after is None and each.account_id not in current]
    for each in gone:
        assert each.before is not None
        tx.changes.restore(with_values(Account("", id=each.account_id), each.before))
        moved = change_set.document.get("activities", {}).get(str(each.account_id), [])
        tx.changes.give_activities(moved, each.account_id)
    return [each.account_id for each in gone]


def _remove(
    tx: "Transaction", changes: Sequence[AccountChange], current: dict[int, Account], kept: list[Kept]
) -> list[int]:
    """Accounts that the change set made, if nothing has happened to them since."""
    removed = []
    for each in changes:
        account = current.get(each.account_id)
        if each.before is not None or account is None:
            continue
        if each.after is not None and each.after.get(FINGERPRINT) != fingerprint(account):
            kept.append(Kept(account.id, account.name, "It was changed since."))
        else:
            removed.append(account.id)
    busy = tx.changes.with_activities(removed)
    kept += [Kept(one, current[one].name, "It has visits or notes now.") for one in removed if one in busy]
    removed = [one for one in removed if one not in busy]
    tx.accounts.delete(removed)
    return removed


def _set_back(
    tx: "Transaction",
    changes: Sequence[AccountChange],
    current: dict[int, Account],
    kept: list[Kept],
    now: datetime,
) -> list[int]:
    """Fields that still have the value they were given."""
    back = []
    for each in changes:
        account = current.get(each.account_id)
        if each.before is None or each.after is None:
            continue
        if account is None:
            kept.append(Kept(each.account_id, "", "It is not there any more."))
            continue
        values = values_of(account)
        same = {name: old for name, old in each.before.items() if values.get(name) == each.after.get(name)}
        others = sorted(each.before.keys() - same.keys())
        if others:
            kept.append(Kept(account.id, account.name, f"Changed since: {', '.join(others)}."))
        if same:
            back.append(replace(with_values(account, same), updated_at=now))
    tx.accounts.update_many(back)
    return [account.id for account in back]
