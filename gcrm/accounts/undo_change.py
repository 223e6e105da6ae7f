"""Undo an import, an edit, a moved pin, a lock, a merge, or such an undoing itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gcrm.accounts.change import NOT_LISTED, AccountChange, ChangeKind, ChangeSet
from gcrm.accounts.history import FINGERPRINT, change, fingerprint, values_of, with_values
from gcrm.accounts.model import Account
from gcrm.accounts.ownership import fill
from gcrm.planning.model import Appointment
from gcrm.platform.errors import Conflict
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.store import Transaction


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
    """The last changes of accounts, newest first; of all kinds but those that stand elsewhere: visits, orders."""
    with workspace.store.read() as tx:
        wanted = [kind] if kind else [each for each in ChangeKind if each not in NOT_LISTED]
        return tx.changes.latest(wanted, limit)


def can_be_undone(made: ChangeSet) -> bool:
    """Whether `undo_change` takes it: not what was undone already, not a visit, not an undoing that moved accounts."""
    # An alignment is taken back as a whole, with its scenario.
    if made.undone_at is not None or made.kind in {*NOT_LISTED, ChangeKind.ALIGNMENT}:
        return False
    return not (made.kind is ChangeKind.UNDO and (made.document.get("removed") or made.document.get("brought_back")))


def undo_change(workspace: Workspace, set_id: int, user_id: int | None = None) -> Undone:
    """Undo a change set: new accounts go, changed fields get their old value, accounts that were merged come back.

    What somebody has changed since stays, and is listed with the reason; so does a new account that has a history, a
    promised visit or orders now. Accounts that were merged get back what they had: history, promised visits, orders,
    locks. The undoing is a change set of its own, and can be undone where it only set fields back.
    Raises NotFound, Conflict if it was undone already or cannot be.
    """
    now = workspace.clock()
    with workspace.store.write() as tx:
        change_set = tx.changes.get(set_id)
        _check(change_set)
        changes = tx.changes.of_set(set_id)
        tx.changes.withdraw_entries(set_id)
        current = {account.id: account for account in tx.accounts.by_ids([each.account_id for each in changes])}
        kept: list[Kept] = []
        brought_back = _bring_back(tx, change_set, changes, current)
        removed = _remove(tx, changes, current, kept)
        restored = _set_back(tx, changes, current, kept, now)
        fill(tx, [*brought_back, *restored])
        tx.changes.mark_undone(set_id, now)
        if change_set.kind is ChangeKind.UNDO:
            tx.changes.mark_undone(change_set.document["undoes"], None)
        document = {"undoes": set_id, "removed": len(removed), "brought_back": len(brought_back)}
        made = ChangeSet(ChangeKind.UNDO, _title(change_set), now, user_id, document)
        left = {account.id: account for account in tx.accounts.by_ids([*brought_back, *restored])}
        # Of accounts that went nothing more is kept: their making stands in what is undone here.
        tx.changes.add(made, [change(current.get(one), account) for one, account in left.items()])
    return Undone(
        set_id, change_set.kind, change_set.title, len(removed), len(restored), len(brought_back), tuple(kept)
    )


def _check(made: ChangeSet) -> None:
    if made.undone_at is not None:
        raise Conflict(f"{made.title} was undone {made.undone_at:%Y-%m-%d %H:%M} UTC.", "Look again.")
    if not can_be_undone(made):
        if made.kind is ChangeKind.VISIT:
            raise Conflict(f"{made.title} is no change that can be undone.", "Correct the last visit of the account.")
        if made.kind is ChangeKind.ALIGNMENT:
            raise Conflict(
                f"{made.title} gave accounts to other reps.", "Take the scenario back: `gcrm territories undo`."
            )
        if made.kind is ChangeKind.ORDERS:
            raise Conflict(f"{made.title} is an import of orders.", f"Undo it with `gcrm orders undo {made.id}`.")
        raise Conflict(f"{made.title} has moved whole accounts.", "Import the file, or merge the accounts, again.")


def _title(undone: ChangeSet) -> str:
    return (
        f"Done again: {undone.title.partition(': ')[2]}"
        if undone.kind is ChangeKind.UNDO
        else f"Undone: {undone.title}"
    )


def _bring_back(
    tx: "Transaction", change_set: ChangeSet, changes: Sequence[AccountChange], current: dict[int, Account]
) -> list[int]:
    """Accounts that were merged into another, with the history and the promised visits that were theirs."""
    gone = [each for each in changes if each.after is None and each.account_id not in current]
    for each in gone:
        assert each.before is not None
        tx.changes.restore(with_values(Account("", id=each.account_id), _possible(tx, each.before)))
        moved = change_set.document.get("activities", {}).get(str(each.account_id), [])
        tx.changes.give_activities(moved, each.account_id)
        promised = change_set.document.get("appointments", {}).get(str(each.account_id), [])
        tx.appointments.give(promised, each.account_id)
        tx.orders.give(change_set.document.get("orders", {}).get(str(each.account_id), []), each.account_id)
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
            kept.append(Kept(account.id, account.name, "It was changed later."))
        else:
            removed.append(account.id)
    busy = tx.changes.with_activities(removed)
    kept += [Kept(one, current[one].name, "It now has visits or notes.") for one in removed if one in busy]
    removed = [one for one in removed if one not in busy]
    buyers = tx.orders.with_orders(removed)
    kept += [
        Kept(one, current[one].name, "It now has orders. Undo their import first.") for one in removed if one in buyers
    ]
    removed = [one for one in removed if one not in buyers]
    promised: dict[int, list[Appointment]] = {}
    for appointment in tx.appointments.of_accounts(removed):
        promised.setdefault(appointment.account_id, []).append(appointment)
    # A customer waits for whoever promised to come.
    kept += [Kept(one, current[one].name, _why_promised(promised[one])) for one in removed if one in promised]
    removed = [one for one in removed if one not in promised]
    tx.accounts.delete(removed)
    return removed


def _why_promised(appointments: Sequence[Appointment]) -> str:
    days = ", ".join(f"{one.day:%Y-%m-%d}" for one in appointments[:3])
    many = "a promised visit" if len(appointments) == 1 else f"{len(appointments)} promised visits"
    return f"It has {many}: {days}{', …' if len(appointments) > 3 else ''}. Take that back first."


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
            kept.append(Kept(each.account_id, "", "It no longer exists."))
            continue
        values = values_of(account)
        same = {name: old for name, old in each.before.items() if values.get(name) == each.after.get(name)}
        others = sorted(each.before.keys() - same.keys())
        if others:
            kept.append(Kept(account.id, account.name, f"Changed since: {', '.join(others)}."))
        same = _possible(tx, same)
        if same:
            back.append(replace(with_values(account, same), updated_at=now))
    tx.accounts.update_many(back)
    return [account.id for account in back]


def _possible(tx: "Transaction", values: dict[str, Any]) -> dict[str, Any]:
    """The values, without a lock to a territory that is not there any more."""
    territory_id = values.get("territory_id")
    if territory_id is None or any(territory.id == territory_id for territory in tx.territories.all()):
        return values
    return {**values, "territory_id": None, "territory_locked": False}
