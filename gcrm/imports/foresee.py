"""What an import is going to write, worked out and put aside while others read and write; then written at once.

Whoever reads sees nothing of it, and then all of it. The one writer's turn takes a moment: what was worked out is held
against what others have written meanwhile. Accounts of the file that they changed are matched again, row by row; where
an account has come that may be one of the file's new ones, all of it is worked out again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gcrm.accounts.history import change
from gcrm.accounts.ownership import fill, owners_of
from gcrm.common.language import say
from gcrm.imports.identity import loose_number
from gcrm.imports.matching import account_key

if TYPE_CHECKING:
    from gcrm.accounts.change import AccountChange
    from gcrm.accounts.model import Account
    from gcrm.accounts.repository.accounts import AccountsState
    from gcrm.accounts.repository.staged import StagedAccounts
    from gcrm.imports.prepare_import import PlannedRow, Prepared
    from gcrm.platform.progress import Progress
    from gcrm.territories.model import Territory
    from gcrm.transaction import Transaction
    from gcrm.workspace import Workspace

TRIES = 5
"""How often an import is worked out anew because of what others wrote; then it keeps them waiting while it does so."""
AGAIN_MOST = 200
"""So many rows are matched again in the one writer's turn; more are worked out outside of it."""
STEP = 2_000

Plan = Callable[["Transaction"], "list[PlannedRow]"]


@dataclass
class Foreseen:
    """What becomes of each row, the new accounts with their ids and territories, and what all of it rests on."""

    planned: list[PlannedRow]
    new: list[Account]
    state: AccountsState
    territories: list[Territory]
    interests: Interests = field(repr=False)

    @property
    def changed(self) -> list[PlannedRow]:
        """The rows that change fields of accounts that are there."""
        return [row for row in self.planned if row.is_changed]


@dataclass(frozen=True, slots=True)
class Interests:
    """By what an account would be found by one of the rows."""

    ids: frozenset[int]
    numbers: frozenset[str]
    keys: frozenset[str]

    @classmethod
    def of(cls, planned: Sequence[PlannedRow]) -> Interests:
        """Of these rows."""
        drafts = [row.draft for row in planned]
        numbers = {loose_number(number) for one in drafts if (number := one.values.get("external_id", ""))}
        return cls(
            frozenset(one.gcrm_id for one in drafts if one.gcrm_id),
            frozenset(numbers),
            frozenset(account_key(one.values["name"], one.address) for one in drafts),
        )

    def concern(self, account: Account) -> bool:
        """Whether a row may be this account."""
        return (
            account.id in self.ids
            or bool(account.external_id and loose_number(account.external_id) in self.numbers)
            or account_key(account.name, account.address) in self.keys
        )


def foresee(
    workspace: Workspace, staged: StagedAccounts, plan: Plan, prepared: Prepared, progress: Progress
) -> Foreseen:
    """Work an import out in one snapshot, and put aside all that it is going to write. Raises Cancelled."""
    with workspace.store.read(staged.stage) as tx:
        foreseen = _foreseen(tx, staged, plan, prepared)
    with workspace.store.write() as tx:
        ids = tx.accounts.reserve_ids(len(foreseen.new))
    _put_aside(staged, foreseen, ids, prepared, progress)
    return foreseen


def foresee_in(tx: Transaction, staged: StagedAccounts, plan: Plan, prepared: Prepared) -> Foreseen:
    """The same in a transaction that writes: nobody can come between any more."""
    foreseen = _foreseen(tx, staged, plan, prepared)
    _put_aside(staged, foreseen, tx.accounts.reserve_ids(len(foreseen.new)), prepared, lambda *_: None)
    return foreseen


def _foreseen(tx: Transaction, staged: StagedAccounts, plan: Plan, prepared: Prepared) -> Foreseen:
    staged.clear()
    planned = plan(tx)
    at = prepared.prepared_at
    new = [replace(row.account, created_at=at, updated_at=at) for row in planned if row.action == "create"]
    owned = [
        one if one.territory_locked else replace(one, territory_id=owner)
        for one, owner in zip(new, owners_of(tx, new), strict=True)
    ]
    moved = [row for row in planned if row.is_changed and "place" in row.changes()]
    owners = dict(zip([row.account.id for row in moved], owners_of(tx, [row.account for row in moved]), strict=True))
    planned = [
        replace(row, account=replace(row.account, territory_id=owners[row.account.id]))
        if row.is_changed and row.account.id in owners
        else row
        for row in planned
    ]
    staged.remember(tx, [row.account.id for row in planned if row.existing is not None])
    return Foreseen(planned, owned, tx.accounts.state(), tx.territories.all(), Interests.of(planned))


def _put_aside(
    staged: StagedAccounts, foreseen: Foreseen, ids: Sequence[int], prepared: Prepared, progress: Progress
) -> None:
    foreseen.new = [replace(one, id=row_id) for row_id, one in zip(ids, foreseen.new, strict=True)]
    changed = foreseen.changed
    total = len(foreseen.new) + len(changed)
    for start in range(0, len(foreseen.new), STEP):
        progress(say("Writing"), start, total)
        some = foreseen.new[start : start + STEP]
        staged.add(some)
        staged.record(change(None, one) for one in some)
    for start in range(0, len(changed), STEP):
        progress(say("Writing"), len(foreseen.new) + start, total)
        pairs = [_pair(row, prepared) for row in changed[start : start + STEP]]
        staged.change(pairs)
        staged.record(change(before, after) for before, after in pairs)


def _pair(row: PlannedRow, prepared: Prepared) -> tuple[Account, Account]:
    assert row.existing is not None
    return row.existing, replace(row.account, updated_at=prepared.prepared_at)


def write_foreseen(
    tx: Transaction, staged: StagedAccounts, foreseen: Foreseen, prepared: Prepared
) -> list[AccountChange] | None:
    """Write what was put aside, in a transaction that writes; None where it does not hold any more: nothing is written.

    Returns the changes of accounts whose rows had to be matched again, which are not on the stage.
    """
    if tx.accounts.state() != foreseen.state and any(
        foreseen.interests.concern(one) for one in _strangers(tx, foreseen)
    ):
        return None
    if tx.territories.all() != foreseen.territories:
        return None
    differing = staged.differing(tx)
    again = {} if not differing else _again(tx, foreseen, prepared, differing)
    if again is None:
        return None
    staged.leave_out(tx, differing)
    staged.apply(tx)
    foreseen.planned = [again.get(row.draft.row.number, row) for row in foreseen.planned]
    pairs = [_pair(row, prepared) for row in again.values() if row.is_changed]
    tx.accounts.update_many([after for _, after in pairs])
    fill(tx, [after.id for before, after in pairs if before.place != after.place])
    return [change(before, after) for before, after in pairs]


def _strangers(tx: Transaction, foreseen: Foreseen) -> list[Account]:
    """Accounts that were added or changed meanwhile and that no row was matched with."""
    matched = {row.existing.id for row in foreseen.planned if row.existing is not None}
    return [one for one in tx.accounts.since(foreseen.state) if one.id not in matched]


def _again(
    tx: Transaction, foreseen: Foreseen, prepared: Prepared, differing: set[int]
) -> dict[int, PlannedRow] | None:
    """The rows of accounts that others have changed, by their lines, held against what the accounts are now.

    None where that is not enough: an account is gone or may be another one now.
    """
    if len(differing) > AGAIN_MOST:
        return None
    now = {one.id: one for one in tx.accounts.by_ids(differing)}
    closed = tx.activities.closed_down()
    again: dict[int, PlannedRow] = {}
    for row in foreseen.planned:
        before = row.existing
        if before is None or before.id not in differing:
            continue
        current = now.get(before.id)
        if current is None or _identity(current) != _identity(before):
            return None
        again[row.draft.row.number] = prepared.planned_again(row.draft, current, closed)
    return again


def _identity(account: Account) -> tuple[str, str]:
    return account.external_id, account_key(account.name, account.address)
