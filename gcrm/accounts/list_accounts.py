"""List accounts, and show one with what has happened to it."""

from dataclasses import dataclass
from typing import Literal

from gcrm.accounts.model import Account, Kind, Level
from gcrm.activities.model import Activity
from gcrm.common.language import say
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace

SORTS = ("name", "priority", "city", "last_visit")
MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class AccountList:
    """The accounts of one page, how many there are in all, and the names of their territories by id."""

    accounts: tuple[Account, ...]
    total: int
    territories: dict[int, str]


@dataclass(frozen=True, slots=True)
class AccountShown:
    """One account, the name of its territory, and its latest activities, newest first."""

    account: Account
    territory: str
    activities: tuple[Activity, ...]


def list_accounts(
    workspace: Workspace,
    *,
    text: str = "",
    kind: Kind | None = None,
    level: Level | None = None,
    territory: str = "",
    sort: str = "name",
    limit: int | None = None,
) -> AccountList:
    """Accounts that fit all that is asked for.

    territory: its name, or "none" for accounts in no territory. limit None lists all.
    Raises InputRejected for a sort there is none of, NotFound for a territory of another name.
    """
    if sort not in SORTS:
        raise InputRejected(
            say("Accounts are not sorted by {sort!r}.", sort=sort), say("Sort by {columns}.", columns=", ".join(SORTS))
        )
    with workspace.store.read() as tx:
        wanted: int | Literal["none"] | None = None
        if territory:
            wanted = "none" if territory == "none" else tx.territories.by_name(territory).id
        names = {each.id: each.name for each in tx.territories.all()}
        found, total = tx.accounts.page(
            text=text,
            kind=kind,
            level=level,
            territory_id=wanted,
            sort=sort,
            limit=limit if limit is not None else 10**9,
        )
    return AccountList(tuple(found), total, names)


def show_account(workspace: Workspace, account_id: int) -> AccountShown:
    """One account with its history. Raises NotFound."""
    with workspace.store.read() as tx:
        account = tx.accounts.get(account_id)
        territory = tx.territories.get(account.territory_id).name if account.territory_id else ""
        activities = tx.activities.of_account(account_id, limit=MOST_SHOWN)
    return AccountShown(account, territory, tuple(activities))
