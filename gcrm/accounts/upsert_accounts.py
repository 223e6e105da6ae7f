"""Many accounts from another program at once: known by their external id, each added, changed, left or refused."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from gcrm.accounts.change import ChangeKind, ChangeSet
from gcrm.accounts.edit_account import home_country, placed_anew
from gcrm.accounts.entry import EntryRejected, FieldFault, with_entry
from gcrm.accounts.history import record
from gcrm.accounts.model import Account
from gcrm.accounts.ownership import fill
from gcrm.common.language import say, say_n
from gcrm.common.today import latest_today
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace


class Result(StrEnum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Upserted:
    """What became of one row: the account's id, 0 where there is none, and by field why it was rejected."""

    external_id: str
    result: Result
    account_id: int = 0
    faults: tuple[tuple[str, FieldFault], ...] = ()


@dataclass(frozen=True, slots=True)
class UpsertAnswer:
    """The rows in the order in which they were sent, and the number to undo all of it by, 0 where nothing changed."""

    rows: tuple[Upserted, ...]
    change_set: int

    @property
    def counts(self) -> dict[Result, int]:
        """How many rows ended how."""
        return dict.fromkeys(Result, 0) | Counter(one.result for one in self.rows)


@dataclass(frozen=True, slots=True)
class _Row:
    before: Account | None
    after: Account


def upsert_accounts(
    workspace: Workspace, rows: Sequence[Mapping[str, str]], user_id: int | None = None, sender: str = ""
) -> UpsertAnswer:
    """Add the accounts whose external id is new, and change what differs of those that are known.

    rows: fields as they are typed, as `gcrm.accounts.entry` names them; external_id must be among them, and fields
    that are not there stay. A row that cannot be kept holds up no other. sender: what the change is called by.
    """
    now, today, country = workspace.clock(), latest_today(workspace.clock()), home_country(workspace)
    numbers = [" ".join(row.get("external_id", "").split()) for row in rows]
    with workspace.store.read() as tx:
        known = _by_number(tx.accounts.by_external_ids(set(numbers)))
    answers: dict[int, Upserted] = {}
    kept: dict[int, _Row] = {}
    first: dict[str, int] = {}
    for at, (number, row) in enumerate(zip(numbers, rows, strict=True)):
        try:
            before = _known(number, known, first.setdefault(number, at), at, row.get("name", ""))
            entered = with_entry(before or Account(""), {**row, "external_id": number}, today, country)
        except EntryRejected as refused:
            answers[at] = Upserted(number, Result.REJECTED, faults=tuple(refused.faults.items()))
        except InputRejected as refused:
            fault = FieldFault(refused.fault, refused.remedy)
            answers[at] = Upserted(number, Result.REJECTED, faults=(("", fault),))
        else:
            if entered == before:
                answers[at] = Upserted(number, Result.UNCHANGED, entered.id)
            else:
                kept[at] = _Row(before, replace(placed_anew(workspace, entered, before), updated_at=now))
    change_set = _keep(workspace, kept, answers, ChangeSet(ChangeKind.EDIT, "", now, user_id), sender) if kept else 0
    return UpsertAnswer(tuple(answers[at] for at in range(len(rows))), change_set)


def _keep(
    workspace: Workspace, kept: Mapping[int, _Row], answers: dict[int, Upserted], made: ChangeSet, sender: str
) -> int:
    """Write what differs, all in one transaction; rows that somebody else has changed since are refused."""
    with workspace.store.write() as tx:
        now_there = {one.id: one for one in tx.accounts.by_ids([row.before.id for row in kept.values() if row.before])}
        taken = {
            one.external_id
            for one in tx.accounts.by_external_ids({row.after.external_id for row in kept.values() if not row.before})
        }
        new: dict[int, Account] = {}
        changed: dict[int, tuple[Account, Account]] = {}
        for at, row in kept.items():
            if row.before is not None and now_there.get(row.before.id) == row.before:
                changed[at] = (row.before, row.after)
            elif row.before is None and row.after.external_id not in taken:
                new[at] = replace(row.after, created_at=made.at)
            else:
                answers[at] = Upserted(row.after.external_id, Result.REJECTED, faults=(("", _meanwhile()),))
        added = dict(zip(new, tx.accounts.add_many(list(new.values())), strict=True))
        tx.accounts.update_many([after for _, after in changed.values()])
        fill(tx, [one.id for one in added.values()] + [after.id for _, after in changed.values()])
        for at, one in added.items():
            answers[at] = Upserted(one.external_id, Result.CREATED, one.id)
        for at, (_, after) in changed.items():
            answers[at] = Upserted(after.external_id, Result.UPDATED, after.id)
        pairs: list[tuple[Account | None, Account | None]] = [
            *((None, one) for one in added.values()),
            *changed.values(),
        ]
        count = len(pairs)
        title = say_n("{sender}: {n} account", "{sender}: {n} accounts", count, sender=sender or say("Another program"))
        return record(tx, replace(made, title=title), pairs).id if pairs else 0


def _meanwhile() -> FieldFault:
    return FieldFault(say("Somebody else changed it meanwhile."), say("Send it again."))


def _by_number(accounts: Sequence[Account]) -> dict[str, list[Account]]:
    found: dict[str, list[Account]] = {}
    for one in accounts:
        found.setdefault(one.external_id, []).append(one)
    return found


def _known(number: str, known: Mapping[str, list[Account]], first: int, at: int, name: str) -> Account | None:
    """The account of that number, None for a new one. Raises EntryRejected where it says none, or not which one."""
    if not number:
        fault = FieldFault(
            say("The row has no external id."), say("Send the number by which your program knows the account.")
        )
    elif first != at:
        fault = FieldFault(say("Row {first} has the same number.", first=first + 1), say("Send each account once."))
    elif len(known.get(number, [])) > 1:
        fault = FieldFault(
            say("{accounts} accounts have the number {number}.", accounts=len(known[number]), number=number[:80]),
            say("Merge them first."),
        )
    elif number in known:
        return known[number][0]
    elif name.strip():
        return None
    else:
        raise EntryRejected({"name": FieldFault(say("A new account needs a name."), say("Send its name."))})
    raise EntryRejected({"external_id": fault})
