"""What other programs ask about changes, in one snapshot."""

from collections.abc import Collection
from dataclasses import dataclass

from gcrm.exchange.model import FedChange, FedKind
from gcrm.people.user import User
from gcrm.people.visibility import Viewer
from gcrm.transaction import Transaction


@dataclass(frozen=True, slots=True)
class FedPage:
    """Some changes in their order. next: what to ask after the next time; more: whether there are more already."""

    changes: tuple[FedChange, ...]
    next: int
    more: bool


def changes_after(tx: Transaction, user: User, number: int, limit: int, kinds: Collection[FedKind]) -> FedPage:
    """What has changed after a number, as far as a user may see it; each change once, in order."""
    seen = Viewer(user).territories(tx)
    found = tx.change_feed.after(number, limit + 1, kinds, seen, user.rep_id)
    more = len(found) > limit
    found = found[:limit]
    # What is hidden is passed over: whoever has seen all asks from the end.
    return FedPage(tuple(found), found[-1].number if more else max(number, tx.change_feed.latest()), more)
