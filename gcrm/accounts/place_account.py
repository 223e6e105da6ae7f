"""Place accounts by their addresses again, as after the import of a newer area."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from gcrm.accounts.change import ChangeKind, ChangeSet
from gcrm.accounts.history import change
from gcrm.accounts.model import GIVEN, PERSON, Account, Level, Placement
from gcrm.accounts.ownership import owners_of
from gcrm.accounts.repository.staged import StagedAccounts
from gcrm.common.language import say
from gcrm.geocoding import Located
from gcrm.platform.progress import Progress, quiet
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

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
        reason = say("No area is imported.") if account.address else say("No address is given.")
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
        progress(say("Finding addresses"), start, len(wanted))
        some = wanted[start : start + STEP]
        found = geocoder.batch([account.address for account in some])
        answers.update((account.id, located) for account, located in zip(some, found, strict=True))
    now = workspace.clock()
    with workspace.store.stage() as stage:
        staged = StagedAccounts(stage)
        with workspace.store.read(stage) as tx:
            # Read again: somebody may have moved or changed one since.
            moved = _moved(tx, wanted, answers, now)
            staged.remember(tx, [before.id for before, _ in moved])
        staged.change(moved)
        staged.record(change(before, after) for before, after in moved)
        with workspace.store.write(stage) as tx:
            late = staged.differing(tx)
            of_late = _moved(tx, [one for one in wanted if one.id in late], answers, now)
            staged.leave_out(tx, late)
            staged.apply(tx)
            tx.accounts.update_many([after for _, after in of_late])
            moved = [(before, after) for before, after in moved if before.id not in late] + of_late
            if moved:
                made = ChangeSet(ChangeKind.PLACE, say("Addresses looked up again"), now, user_id)
                staged.keep(tx, made, [change(before, after) for before, after in of_late])
            progress(say("Writing"), len(wanted), len(wanted))
    with workspace.store.read() as tx:
        levels = tx.accounts.counts_by_level()
    return AccountsPlaced(
        looked_up=len(wanted),
        changed=len(moved),
        kept=len(accounts) - len(wanted),
        placed={level.value: levels[level] for level in Level},
    )


def _moved(
    tx: "Transaction", wanted: Sequence[Account], answers: Mapping[int, Located], now: datetime
) -> list[tuple[Account, Account]]:
    """Accounts as they are and as they will be: those whose answer is another, and which nobody has placed since."""
    current = {account.id: account for account in tx.accounts.by_ids([account.id for account in wanted])}
    moved: list[tuple[Account, Account]] = []
    for account in wanted:
        one = current.get(account.id)
        if one is not None and one.address == account.address and one.placement == account.placement:
            placed = place(one, answers[account.id], now)
            if _is_news(one, placed):
                moved.append((one, replace(placed, updated_at=now)))
    owners = owners_of(tx, [after for _, after in moved])
    return [(before, replace(after, territory_id=owner)) for (before, after), owner in zip(moved, owners, strict=True)]


def _is_news(before: Account, after: Account) -> bool:
    """Whether the answer is another now; when it was given does not count, and nothing found is no answer."""
    if after.place is None and before.place is not None:
        return False
    return before.place != after.place or replace(before.placement, placed_at=None) != replace(
        after.placement, placed_at=None
    )
