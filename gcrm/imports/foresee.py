"""What an import is going to write, worked out while others read and write; the lock is held only to write it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gcrm.accounts.ownership import owners_of
from gcrm.accounts.repository.accounts import ready_to_add

if TYPE_CHECKING:
    from datetime import datetime

    from gcrm.accounts.model import Account
    from gcrm.accounts.repository.accounts import AccountsState, ReadyAccounts
    from gcrm.imports.prepare_import import PlannedRow
    from gcrm.store import Transaction
    from gcrm.territories.model import Territory
    from gcrm.workspace import Workspace

TRIES = 3
"""How often the import is worked out anew because somebody else wrote meanwhile; then it keeps the others waiting."""

Plan = Callable[["Transaction"], "list[PlannedRow]"]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What becomes of each row, the new accounts made ready with their territories, and what all of it rests on."""

    planned: list[PlannedRow]
    new: ReadyAccounts
    state: AccountsState
    territories: list[Territory]

    def holds(self, tx: Transaction) -> bool:
        """Whether nothing that it rests on has changed since."""
        if tx.accounts.state() != self.state or tx.territories.all() != self.territories:
            return False
        existing = {row.existing.id: row.existing for row in self.planned if row.existing is not None}
        # Of an account that is changed more counts than when it was: a check-in moves its last visit.
        touched = [row.existing.id for row in self.planned if row.existing is not None and row.is_changed]
        return all(existing[one.id] == one for one in tx.accounts.by_ids(touched))


def foresee(workspace: Workspace, plan: Plan, at: datetime) -> Foreseen:
    """Work out an import in one snapshot. plan: what becomes of each row; at: when the new accounts are made."""
    with workspace.store.read() as tx:
        return foresee_in(tx, plan, at)


def foresee_in(tx: Transaction, plan: Plan, at: datetime) -> Foreseen:
    """The same in a transaction that is open."""
    planned = plan(tx)
    new: list[Account] = [
        replace(row.account, created_at=at, updated_at=at) for row in planned if row.action == "create"
    ]
    owned = [
        one if one.territory_locked else replace(one, territory_id=owner)
        for one, owner in zip(new, owners_of(tx, new), strict=True)
    ]
    return Foreseen(planned, ready_to_add(owned), tx.accounts.state(), tx.territories.all())


def settled(workspace: Workspace, plan: Plan, at: datetime) -> Foreseen:
    """Work out an import until nobody writes meanwhile, a few times at most. To be checked by `holds` all the same."""
    for _ in range(TRIES - 1):
        foreseen = foresee(workspace, plan, at)
        with workspace.store.read() as tx:
            if foreseen.holds(tx):
                return foreseen
    return foresee(workspace, plan, at)
