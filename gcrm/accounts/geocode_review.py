"""The work list of accounts that are not placed well enough, worst and most valuable first."""

from dataclasses import dataclass

from gcrm.accounts.model import PERSON, Account
from gcrm.common.language import say
from gcrm.geocoding import ACCEPTED, Candidate
from gcrm.platform.errors import InputRejected, NotReady
from gcrm.workspace import Workspace

CANDIDATES = 3
MOST_CANDIDATES = 10
"""Of equal answers so many are offered, as one of them is the right one."""


@dataclass(frozen=True, slots=True)
class BadlyPlaced:
    """An account, what is wrong with its place, and the places that its address may mean, best first."""

    account: Account
    why: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class WorkList:
    """Some of the accounts to look at, and how many there are in all."""

    rows: tuple[BadlyPlaced, ...]
    total: int


def badly_placed(workspace: Workspace, limit: int = 50, offset: int = 0) -> WorkList:
    """Accounts without a place, or on a street, postcode or town only, or of which the geocoder is not sure.

    Worst first, and among equals those of priority A and customers first. What a person has placed is not in it.
    Raises InputRejected for a limit under 1 or an offset under 0.
    """
    if limit < 1 or offset < 0:
        raise InputRejected(
            say("{limit} rows from row {offset} is not possible.", limit=limit, offset=offset),
            say("Ask for 1 row or more, from row 0 or later."),
        )
    with workspace.store.read() as tx:
        accounts, total = tx.accounts.badly_placed(least=ACCEPTED, settled_by=PERSON, limit=limit, offset=offset)
    return WorkList(tuple(_row(workspace, account) for account in accounts), total)


def _row(workspace: Workspace, account: Account) -> BadlyPlaced:
    placement = account.placement
    only = say("Placed only at {place}.", place=placement.matched) if placement.matched else say("Not placed.")
    why = placement.reason or only
    return BadlyPlaced(account, why, candidates_for(workspace, account))


def candidates_for(workspace: Workspace, account: Account, limit: int = CANDIDATES) -> tuple[Candidate, ...]:
    """The places that an account's address may mean, best first, and all of several equal ones up to ten.

    None without an address, or without an area to look in.
    """
    if not account.address:
        return ()
    try:
        found = workspace.geocoder.find(account.address, MOST_CANDIDATES)
    except NotReady:
        return ()
    return tuple(found[: max(limit, sum(one.equal > 1 for one in found))])
