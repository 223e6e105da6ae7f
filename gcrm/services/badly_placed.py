"""The work list of accounts that are not placed well enough, worst and most valuable first."""

from dataclasses import dataclass

from gcrm.bootstrap import Workspace
from gcrm.domain.account import Account, Kind, Level
from gcrm.errors import NotReady
from gcrm.geocoding import ACCEPTED, Candidate
from gcrm.records.matching import PERSON

WORST_FIRST = (Level.NONE, Level.PLACE, Level.STREET, Level.HOUSE)
CANDIDATES = 3


@dataclass(frozen=True, slots=True)
class BadlyPlaced:
    """An account, what is wrong with its place, and the places that its address may mean, best first."""

    account: Account
    why: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class WorkList:
    """The first of the accounts to look at, and how many there are in all."""

    rows: tuple[BadlyPlaced, ...]
    total: int


def badly_placed(workspace: Workspace, limit: int = 50) -> WorkList:
    """Accounts without a place, or on a street or town only, or of which the geocoder is not sure.

    Worst first, and among equals those of priority A and customers first. What a person has placed is not in it.
    """
    with workspace.store.read() as tx:
        accounts = [account for account in tx.accounts.all() if _is_badly_placed(account)]
    accounts.sort(
        key=lambda one: (
            WORST_FIRST.index(one.placement.level),
            one.priority.value,
            one.kind is not Kind.CUSTOMER,
            one.placement.confidence,
            one.id,
        )
    )
    return WorkList(tuple(_row(workspace, account) for account in accounts[:limit]), len(accounts))


def _is_badly_placed(account: Account) -> bool:
    placement = account.placement
    if placement.source == PERSON:
        return False
    return account.place is None or placement.level is not Level.HOUSE or placement.confidence < ACCEPTED


def _row(workspace: Workspace, account: Account) -> BadlyPlaced:
    candidates: tuple[Candidate, ...] = ()
    if account.address:
        try:
            candidates = tuple(workspace.geocoder.find(account.address, CANDIDATES))
        except NotReady:
            candidates = ()
    placement = account.placement
    why = placement.reason or (f"Placed only at {placement.matched}." if placement.matched else "Not placed.")
    return BadlyPlaced(account, why, candidates)
