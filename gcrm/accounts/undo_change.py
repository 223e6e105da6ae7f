"""Undo an import, an edit, a moved pin, a lock, a merge, or such an undoing itself."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gcrm.accounts.change import NOT_LISTED, AccountChange, ChangeKind, ChangeSet
from gcrm.accounts.history import FINGERPRINT, change, fingerprint, values_of, with_values
from gcrm.accounts.model import Account
from gcrm.accounts.ownership import fill, owners_of
from gcrm.accounts.repository.staged import StagedAccounts
from gcrm.common.language import say, say_n
from gcrm.common.today import earliest_today
from gcrm.planning.model import Appointment
from gcrm.platform.errors import Conflict
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.transaction import Transaction


AT_ONCE = 500
"""Accounts that are looked at and changed in the one writer's turn; more are worked out before it."""
TRIES = 5
"""How often that is done anew because others change the same accounts; then they wait."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An account, or fields of one, that undoing leaves as they are, and why."""

    account: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing did: accounts that were taken away again, set back, or brought back, and what it left alone.

    record_removed, record_restored: people, deals and entries of the history that went, and that were set back.
    """

    id: int
    kind: ChangeKind
    title: str
    removed: int
    restored: int
    brought_back: int
    kept: tuple[Kept, ...]
    record_removed: int = 0
    record_restored: int = 0


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
    with workspace.store.read() as tx:
        is_large = tx.changes.count_of(set_id) > AT_ONCE
    undone = _undo_large(workspace, set_id, user_id) if is_large else None
    if undone is None:
        with workspace.store.write() as tx:
            undone = _undo(tx, set_id, user_id, workspace.clock())
    return undone


@dataclass(frozen=True, slots=True)
class _Plan:
    """What undoing comes to: accounts that are taken away, pairs of those that get fields back, and what stays."""

    change_set: ChangeSet
    changes: Sequence[AccountChange]
    current: dict[int, Account]
    removed: list[int]
    back: list[tuple[Account, Account]]
    kept: list[Kept]
    record_removed: int = 0
    record_restored: int = 0

    def made(self, brought_back: int, user_id: int | None, now: datetime) -> ChangeSet:
        """The undoing as a change set of its own."""
        # People, deals and history that went do not come back by doing it again.
        removed = len(self.removed) + self.record_removed + self.record_restored
        document = {"undoes": self.change_set.id, "removed": removed, "brought_back": brought_back}
        return ChangeSet(ChangeKind.UNDO, _title(self.change_set), now, user_id, document)

    def back_changes(self) -> list[AccountChange]:
        """What is kept of it. Of accounts that went nothing is: their making stands in what is undone here."""
        return [change(before, after) for before, after in self.back]

    def undone(self, brought_back: int) -> Undone:
        """What is told of it."""
        made = self.change_set
        return Undone(
            made.id,
            made.kind,
            made.title,
            len(self.removed),
            len(self.back),
            brought_back,
            tuple(self.kept),
            self.record_removed,
            self.record_restored,
        )

    def instead(self, late: Collection[int], of_late: "_Plan") -> "_Plan":
        """With some accounts as another plan has them."""
        return replace(
            self,
            removed=[one for one in self.removed if one not in late] + of_late.removed,
            back=[(before, after) for before, after in self.back if before.id not in late] + of_late.back,
            kept=[one for one in self.kept if one.account not in late] + of_late.kept,
        )


def _undo(tx: "Transaction", set_id: int, user_id: int | None, now: datetime) -> Undone:
    """All of it in a transaction that writes."""
    plan = _plan(tx, set_id, now)
    tx.changes.withdraw_entries(set_id)
    plan = _with_record(tx, plan)
    brought_back = _bring_back(tx, plan, now)
    tx.accounts.delete(plan.removed)
    tx.accounts.update_many([after for _, after in plan.back])
    fill(tx, brought_back)
    _mark(tx, plan.change_set, now)
    returned = [change(None, account) for account in tx.accounts.by_ids(brought_back)]
    tx.changes.add(plan.made(len(brought_back), user_id, now), [*returned, *plan.back_changes()])
    return plan.undone(len(brought_back))


def _undo_large(workspace: Workspace, set_id: int, user_id: int | None) -> Undone | None:
    """The same for thousands of accounts, worked out and put aside before the one writer's turn.

    Accounts that others have changed meanwhile are looked at again in that turn. None where those are too many each
    time, or where accounts have to come back.
    """
    now = workspace.clock()
    with workspace.store.stage() as stage:
        staged = StagedAccounts(stage)
        for _ in range(TRIES):
            staged.clear()
            with workspace.store.read(stage) as tx:
                plan = _plan(tx, set_id, now)
                if any(one.after is None for one in plan.changes):
                    return None
                staged.remember(tx, [*plan.removed, *(before.id for before, _ in plan.back)])
                territories = tx.territories.all()
            staged.remove(plan.removed)
            staged.change(plan.back)
            staged.record(plan.back_changes())
            with workspace.store.write(stage) as tx:
                _check(tx.changes.get(set_id))
                late = staged.differing(tx) | tx.changes.awaited(staged.gone, set_id)
                if len(late) > AT_ONCE or tx.territories.all() != territories:
                    continue
                of_late = _plan(tx, set_id, now, late)
                plan = plan.instead(late, of_late)
                staged.leave_out(tx, late)
                tx.changes.withdraw_entries(set_id)
                plan = _with_record(tx, plan)
                staged.apply(tx)
                tx.accounts.delete(of_late.removed)
                tx.accounts.update_many([after for _, after in of_late.back])
                _mark(tx, plan.change_set, now)
                staged.keep(tx, plan.made(0, user_id, now), of_late.back_changes())
                return plan.undone(0)
    return None


def _with_record(tx: "Transaction", plan: _Plan) -> _Plan:
    """Take out and set back the people, deals and history that an import of an old CRM brought; with what stays."""
    if not plan.change_set.document.get("crm"):
        return plan
    removed, restored, kept = tx.record.withdraw(plan.change_set.id)
    told = [Kept(number if kind == "account" else 0, f"{kind} {number}", reason) for kind, number, reason in kept]
    return replace(
        plan,
        record_removed=sum(removed.values()),
        record_restored=sum(restored.values()),
        kept=[*plan.kept, *told],
    )


def _mark(tx: "Transaction", undone: ChangeSet, now: datetime) -> None:
    tx.changes.mark_undone(undone.id, now)
    if undone.kind is ChangeKind.UNDO:
        tx.changes.mark_undone(undone.document["undoes"], None)


def _plan(tx: "Transaction", set_id: int, now: datetime, only: Collection[int] | None = None) -> _Plan:
    """What undoing comes to now, without writing anything; of all accounts, or of some alone. Raises as `_check`."""
    change_set = tx.changes.get(set_id)
    _check(change_set)
    changes = tx.changes.of_set(set_id, only)
    current = {account.id: account for account in tx.accounts.by_ids([each.account_id for each in changes])}
    kept: list[Kept] = []
    removed = _removable(tx, change_set, changes, current, kept)
    back = _set_back(tx, changes, current, kept, now)
    return _Plan(change_set, changes, current, removed, back, kept)


def _check(made: ChangeSet) -> None:
    if made.undone_at is not None:
        raise Conflict(
            say("{change} was undone {when} UTC.", change=made.title, when=f"{made.undone_at:%Y-%m-%d %H:%M}"),
            say("Look again."),
        )
    if not can_be_undone(made):
        if made.kind is ChangeKind.VISIT:
            raise Conflict(
                say("{change} is no change that can be undone.", change=made.title),
                say("Correct the last visit of the account."),
            )
        if made.kind is ChangeKind.ALIGNMENT:
            raise Conflict(
                say("{change} gave accounts to other reps.", change=made.title),
                say("Take the scenario back: `gcrm territories undo`."),
            )
        if made.kind is ChangeKind.ORDERS:
            raise Conflict(
                say("{change} is an import of orders.", change=made.title),
                say("Undo it with `gcrm orders undo {id}`.", id=made.id),
            )
        raise Conflict(
            say("{change} has moved whole accounts.", change=made.title),
            say("Import the file, or merge the accounts, again."),
        )


def _title(undone: ChangeSet) -> str:
    if undone.kind is ChangeKind.UNDO:
        return say("Done again: {change}", change=undone.title.partition(": ")[2])
    return say("Undone: {change}", change=undone.title)


def _bring_back(tx: "Transaction", plan: _Plan, now: datetime) -> list[int]:
    """Accounts that were merged into another, with the history and the promised visits that were theirs."""
    change_set = plan.change_set
    gone = [each for each in plan.changes if each.after is None and each.account_id not in plan.current]
    for each in gone:
        assert each.before is not None
        values = _possible({one.id for one in tx.territories.all()}, each.before)
        tx.changes.restore(with_values(Account("", id=each.account_id), values))
        moved = change_set.document.get("activities", {}).get(str(each.account_id), [])
        tx.changes.give_activities(moved, each.account_id)
        promised = change_set.document.get("appointments", {}).get(str(each.account_id), [])
        tx.appointments.give(promised, each.account_id)
        tx.orders.give(change_set.document.get("orders", {}).get(str(each.account_id), []), each.account_id)
        tx.cases.give(change_set.document.get("cases", {}).get(str(each.account_id), []), each.account_id)
        if moved_record := change_set.document.get("record", {}).get(str(each.account_id)):
            tx.record.give_account_back(moved_record, each.account_id, change_set.document.get("into", 0))
        _bring_back_plans(tx, change_set.document, each.account_id, now)
    return [each.account_id for each in gone]


def _bring_back_plans(tx: "Transaction", document: dict[str, Any], account_id: int, now: datetime) -> None:
    """What was decided and planned about an account that was merged, and which accounts it is not.

    Merges of earlier versions have kept nothing of it.
    """
    into, key = document.get("into", 0), str(account_id)
    tx.overrides.give(document.get("overrides", {}).get(key, []), account_id, into)
    tx.plans.give(document.get("stops", {}).get(key, []), account_id, into, earliest_today(now))
    distinct = document.get("distinct", {}).get(key, {})
    there = {one.id for one in tx.accounts.by_ids(distinct.get("of", []))}
    tx.distinct_pairs.remove(into, distinct.get("new", []))
    tx.distinct_pairs.add(account_id, there)


def _removable(
    tx: "Transaction",
    change_set: ChangeSet,
    changes: Sequence[AccountChange],
    current: dict[int, Account],
    kept: list[Kept],
) -> list[int]:
    """Accounts that the change set made, if nothing has happened to them since."""
    removed = []
    for each in changes:
        account = current.get(each.account_id)
        if each.before is not None or account is None:
            continue
        if each.after is not None and each.after.get(FINGERPRINT) != fingerprint(account):
            kept.append(Kept(account.id, account.name, say("It was changed later.")))
        else:
            removed.append(account.id)
    busy = tx.changes.with_activities(removed, but_of=change_set.id)
    kept += [Kept(one, current[one].name, say("It now has visits or notes.")) for one in removed if one in busy]
    removed = [one for one in removed if one not in busy]
    holding = tx.record.holding(removed, change_set.id)
    kept += [Kept(one, current[one].name, holding[one]) for one in removed if one in holding]
    removed = [one for one in removed if one not in holding]
    buyers = tx.orders.with_orders(removed)
    kept += [
        Kept(one, current[one].name, say("It now has orders. Undo their import first."))
        for one in removed
        if one in buyers
    ]
    removed = [one for one in removed if one not in buyers]
    reporting = tx.cases.with_cases(removed)
    kept += [Kept(one, current[one].name, say("It now has cases.")) for one in removed if one in reporting]
    removed = [one for one in removed if one not in reporting]
    promised: dict[int, list[Appointment]] = {}
    for appointment in tx.appointments.of_accounts(removed):
        promised.setdefault(appointment.account_id, []).append(appointment)
    # A customer waits for whoever promised to come.
    kept += [Kept(one, current[one].name, _why_promised(promised[one])) for one in removed if one in promised]
    return [one for one in removed if one not in promised]


def _why_promised(appointments: Sequence[Appointment]) -> str:
    days = ", ".join(f"{one.day:%Y-%m-%d}" for one in appointments[:3])
    days += ", …" if len(appointments) > 3 else ""
    return say_n(
        "It has a promised visit: {days}. Take that back first.",
        "It has {n} promised visits: {days}. Take that back first.",
        len(appointments),
        days=days,
    )


def _set_back(
    tx: "Transaction",
    changes: Sequence[AccountChange],
    current: dict[int, Account],
    kept: list[Kept],
    now: datetime,
) -> list[tuple[Account, Account]]:
    """Accounts as they are, and with the fields back that still have the value they were given."""
    back: list[tuple[Account, Account]] = []
    territories = {territory.id for territory in tx.territories.all()}
    for each in changes:
        account = current.get(each.account_id)
        if each.before is None or each.after is None:
            continue
        if account is None:
            kept.append(Kept(each.account_id, "", say("It no longer exists.")))
            continue
        values = values_of(account)
        same = {name: old for name, old in each.before.items() if values.get(name) == each.after.get(name)}
        others = sorted(each.before.keys() - same.keys())
        if others:
            kept.append(Kept(account.id, account.name, say("Changed since: {others}.", others=", ".join(others))))
        same = _possible(territories, same)
        if same:
            back.append((account, replace(with_values(account, same), updated_at=now)))
    owners = owners_of(tx, [after for _, after in back])
    return [(before, replace(after, territory_id=owner)) for (before, after), owner in zip(back, owners, strict=True)]


def _possible(territories: Collection[int], values: dict[str, Any]) -> dict[str, Any]:
    """The values, without a lock to a territory that is not there any more."""
    territory_id = values.get("territory_id")
    if territory_id is None or territory_id in territories:
        return values
    return {**values, "territory_id": None, "territory_locked": False}
