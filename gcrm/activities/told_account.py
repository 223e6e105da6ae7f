"""Which account somebody means who tells of a visit, a note or a call, perhaps days after it happened.

Meanwhile the account may have been merged into another, or moved to another rep. What happened still happened: it is
taken for the account as it is now, from everybody who looked after it then.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from gcrm.accounts.model import Account
from gcrm.common.language import say
from gcrm.platform.errors import NotFound

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

SHOWN_FOR = timedelta(days=14)
"""So long after an account was shown to a rep a visit to it is taken: phones keep days ahead, over holidays too."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Who tells. sees_all: whether every account is open to this user, not only the rep's own.

    shown_at: when this account was last shown to this user as one of the own, as a page vouches; None where none does.
    """

    user_id: int
    rep_id: int | None
    sees_all: bool
    shown_at: datetime | None = None


def told_account(tx: "Transaction", account_id: int, teller: Teller | None, at: datetime, client_id: str) -> Account:
    """The account that is meant, as it is now.

    teller: None on the command line, to which everything is open. at: when it happened.
    Raises NotFound where there is no such account, or it was never this teller's: in the same words.
    """
    account = _followed(tx, account_id)
    if account is not None and (
        teller is None
        or teller.sees_all
        or _is_own(tx, account, teller)
        or _was_shown(teller, at)
        or _was_planned(tx, {account_id, account.id}, teller, at)
        or _was_begun(tx, account, teller, client_id)
    ):
        return account
    raise NotFound(
        say("There is no account {account} among yours.", account=account_id),
        say("Find it in the list of accounts. If it was yours when you were there, send this to a planner."),
    )


def _followed(tx: "Transaction", account_id: int) -> Account | None:
    try:
        return tx.accounts.get(account_id)
    except NotFound:
        into = tx.changes.merged_into(account_id)
    found = tx.accounts.by_ids([into]) if into is not None else []
    return found[0] if found else None


def _is_own(tx: "Transaction", account: Account, teller: Teller) -> bool:
    if teller.rep_id is None:
        return False
    return account.territory_id in {territory.id for territory in tx.territories.of_rep(teller.rep_id)}


def _was_shown(teller: Teller, at: datetime) -> bool:
    """Whether the page that vouches is about as old as the visit: a clock may have been set since."""
    return teller.shown_at is not None and abs(at - teller.shown_at) <= SHOWN_FOR


def _was_planned(tx: "Transaction", ids: set[int], teller: Teller, at: datetime) -> bool:
    """Whether a plan of the rep's day, that of now or one before it, went to the account."""
    if teller.rep_id is None:
        return False
    rep = tx.reps.by_id(teller.rep_id)
    day = at.astimezone(ZoneInfo(rep.zone)).date()
    return bool(ids & tx.plans.visited_accounts(rep.id, day))


def _was_begun(tx: "Transaction", account: Account, teller: Teller, client_id: str) -> bool:
    """Whether it adds to what this teller told before, when the account was still the own."""
    before = tx.activities.by_client_id(client_id)
    return before is not None and (before.user_id, before.account_id) == (teller.user_id, account.id)
