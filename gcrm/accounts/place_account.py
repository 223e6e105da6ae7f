"""Place accounts by their addresses again, as after the import of a newer area."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from gcrm.accounts.change import ChangeKind, ChangeSet
from gcrm.accounts.history import record
from gcrm.accounts.model import GIVEN, PERSON, Account, Level, Placement
from gcrm.accounts.ownership import fill
from gcrm.geocoding import Located
from gcrm.platform.progress import Progress, quiet
from gcrm.workspace import Workspace

STEP = 500


@dataclass(frozen=True, slots=True)
class AccountsPlaced:
    """How many accounts were looked up and how many of them moved; placed counts all accounts by level."""

    looked_up: int
    changed: int
    kept: int
    placed: dict[str, int]


def place(account: Account, located: Located | None, now: datetime) -> Account:
    """The account where its address was found, or with the reason why it was not. located: None without an area."""
    if located is None:
        reason = "No area is imported." if account.address else "No address is given."
        return replace(account, place=None, placement=Placement(reason=reason))
    placement = replace(located.placement(), placed_at=now if located.candidate else None)
    return replace(account, place=located.candidate.place if located.candidate else None, placement=placement)


def place_accounts(
    workspace: Workspace,
    progress: Progress = quiet,
    account_ids: list[int] | None = None,
    user_id: int | None = None,
) -> AccountsPlaced:
    """Look the addresses of accounts up in the current area and move those whose answer is another now.

    account_ids: which ones, None for all. Places that a person or a file has given are kept; so is the place of an
    account whose address is found no longer, as it may lie in another area.
    Raises NotReady where no area is imported, NotFound for an id there is none of, Cancelled; nothing is written then.
    """
    geocoder = workspace.geocoder
    with workspace.store.read() as tx:
        accounts = tx.accounts.all() if account_ids is None else tx.accounts.by_ids(account_ids)
    wanted = [account for account in accounts if account.address and account.placement.source not in {GIVEN, PERSON}]
    answers: dict[int, Located] = {}
    for start in range(0, len(wanted), STEP):
        progress("Finding addresses", start, len(wanted))
        some = wanted[start : start + STEP]
        found = geocoder.batch([account.address for account in some])
        answers.update((account.id, located) for account, located in zip(some, found, strict=True))
    now = workspace.clock()
    with workspace.store.write() as tx:
        # Read again: somebody may have moved or changed one since.
        current = {account.id: account for account in tx.accounts.all() if account.id in answers}
        moved: list[tuple[Account, Account]] = []
        for account in wanted:
            one = current.get(account.id)
            if one is not None and one.address == account.address and one.placement == account.placement:
                placed = place(one, answers[account.id], now)
                if _is_news(one, placed):
                    moved.append((one, replace(placed, updated_at=now)))
        tx.accounts.update_many([after for _, after in moved])
        fill(tx, [after.id for _, after in moved])
        record(tx, ChangeSet(ChangeKind.PLACE, "Addresses looked up again", now, user_id), moved)
        progress("Writing", len(wanted), len(wanted))
        levels = Counter(account.placement.level.value for account in tx.accounts.all())
    return AccountsPlaced(
        looked_up=len(wanted),
        changed=len(moved),
        kept=len(accounts) - len(wanted),
        placed={level.value: levels.get(level.value, 0) for level in Level},
    )


def _is_news(before: Account, after: Account) -> bool:
    """Whether the answer is another now; when it was given does not count, and nothing found is no answer."""
    if after.place is None and before.place is not None:
        return False
    return before.place != after.place or replace(before.placement, placed_at=None) != replace(
        after.placement, placed_at=None
    )
