"""What pages and other programs ask about accounts. Each answer is read in one snapshot and narrowed to who asks."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from gcrm.accounts.change import AccountChange, ChangeSet
from gcrm.accounts.columns import AccountColumns
from gcrm.accounts.model import Account, Kind, Level
from gcrm.transaction import Transaction

NEIGHBOURS = 60
"""Accounts shown around one account."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which accounts are chosen, and in what order. Empty fields choose all.

    territory_id: one, "none" for accounts in none. sort: a column of the list.
    """

    text: str = ""
    kind: Kind | None = None
    level: Level | None = None
    territory_id: int | Literal["none"] | None = None
    sort: str = "name"
    descending: bool = False
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class AccountList:
    """One page of the chosen accounts, and how many there are in all; anything: whether any account can be seen."""

    accounts: tuple[Account, ...]
    total: int
    anything: bool


def account_list(
    tx: Transaction, seen: Collection[int] | None, chosen: Selection, limit: int, offset: int = 0
) -> AccountList:
    """A page of the chosen accounts.

    seen: the territories whose accounts may be seen, None for all accounts (`gcrm.people.visibility`).
    """
    anything = bool(seen) if seen is not None else sum(tx.accounts.counts().values()) > 0
    territory = _narrowed(chosen, seen)
    if territory == []:
        return AccountList((), 0, anything)
    accounts, total = tx.accounts.page(
        text=chosen.text,
        kind=chosen.kind,
        territory_id=territory,
        level=chosen.level,
        sort=chosen.sort,
        descending=chosen.descending,
        limit=limit,
        offset=offset,
    )
    return AccountList(tuple(accounts), total, anything)


def accounts_after(
    tx: Transaction, seen: Collection[int] | None, chosen: Selection, after: int, limit: int
) -> list[Account]:
    """The next of the chosen accounts by number, beyond `after`. seen: as in `account_list`."""
    territory = _narrowed(chosen, seen)
    if territory == []:
        return []
    return tx.accounts.after(
        after,
        limit,
        text=chosen.text,
        kind=chosen.kind,
        territory_id=territory,
        level=chosen.level,
        external_id=chosen.external_id,
    )


def placed_after(
    tx: Transaction,
    seen: Collection[int] | None,
    after: int,
    limit: int,
    bounds: tuple[float, float, float, float] | None = None,
) -> list[Account]:
    """The next accounts by number that have a place, within bounds where they are given. seen: as in `account_list`.

    bounds: west, south, east, north in degrees; west > east goes across the antimeridian. Raises InputRejected.
    """
    territory = _narrowed(Selection(), seen)
    if territory == []:
        return []
    return tx.accounts.placed_after(after, limit, bounds, territory_id=territory)


def placed_columns(tx: Transaction, seen: Collection[int] | None, chosen: Selection) -> AccountColumns:
    """All chosen accounts that have a place, as columns: what a map draws. The order of the selection is not kept."""
    found = tx.accounts.columns(
        text=chosen.text, kind=chosen.kind, territory_id=_narrowed(chosen, seen), level=chosen.level
    )
    return found.where(found.is_placed)


def seen_columns(tx: Transaction, seen: Collection[int] | None) -> AccountColumns:
    """All accounts of the territories that may be seen, None for all accounts, by id, as columns."""
    return tx.accounts.columns() if seen is None else tx.accounts.columns(territory_id=sorted(seen))


def neighbours(tx: Transaction, seen: Collection[int] | None, account: Account) -> AccountColumns:
    """An account and those nearest to it that may be seen, as columns; none where it has no place."""
    near = tx.accounts.nearest(account.place, NEIGHBOURS) if account.place else []
    shown = {one.id for one, _ in near if seen is None or one.territory_id in seen}
    found = tx.accounts.columns_by_ids(shown | {account.id} if account.place else ())
    return found.where(found.is_placed)


def one_account(tx: Transaction, account_id: int) -> Account:
    """An account, whoever asks. Raises NotFound."""
    return tx.accounts.get(account_id)


def accounts_by_ids(tx: Transaction, ids: Collection[int]) -> list[Account]:
    """The accounts of those numbers; numbers that no account has are left out."""
    return tx.accounts.by_ids(ids)


def account_names(tx: Transaction, ids: Collection[int]) -> dict[int, str]:
    """Names by number; numbers that no account has are left out."""
    return {account.id: account.name for account in tx.accounts.by_ids(ids)}


def change_with_accounts(tx: Transaction, set_id: int) -> tuple[ChangeSet, list[AccountChange]]:
    """One change and what it did to each account. Raises NotFound."""
    return tx.changes.get(set_id), tx.changes.of_set(set_id)


def changes_of_account(tx: Transaction, account_id: int) -> dict[int, ChangeSet]:
    """The changes that touched an account, by number."""
    return {made.id: made for made, _ in tx.changes.of_account(account_id)}


def _narrowed(chosen: Selection, seen: Collection[int] | None) -> int | list[int] | Literal["none"] | None:
    """The territories to look in: what is chosen, within what may be seen; an empty list where that is nothing."""
    if seen is None:
        return chosen.territory_id
    if chosen.territory_id is None:
        return sorted(seen)
    return chosen.territory_id if chosen.territory_id in seen else []
