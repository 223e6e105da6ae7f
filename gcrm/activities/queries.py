"""What pages and other programs ask about activities, in one snapshot."""

from collections.abc import Collection
from datetime import datetime

from gcrm.activities.model import Activity
from gcrm.transaction import Transaction


def one_activity(tx: Transaction, activity_id: int) -> Activity:
    """One activity, withdrawn or not. Raises NotFound."""
    return tx.activities.get(activity_id)


def last_activities(tx: Transaction, account_id: int, limit: int) -> list[Activity]:
    """The last activities of an account that count, newest first."""
    return tx.activities.of_account(account_id, limit=limit)


def closed_down(tx: Transaction) -> frozenset[int]:
    """The accounts that are closed down, by the last outcome that says anything."""
    return frozenset(tx.activities.closed_down())


def activities_of_rep(tx: Transaction, rep_id: int, start: datetime, end: datetime) -> list[Activity]:
    """What a rep did from `start` until before `end`, oldest first."""
    return tx.activities.of_rep_on(rep_id, start, end)


def activities_after(
    tx: Transaction,
    seen: Collection[int] | None,
    after: int,
    limit: int,
    *,
    account_id: int | None = None,
    rep_id: int | None = None,
) -> list[tuple[Activity, int]]:
    """The next activities by number, beyond `after`, withdrawn or not, each with how often it was corrected.

    seen: the territories whose accounts may be seen, None for all. Narrowed to an account or a rep where one is named.
    """
    found = tx.activities.after(after, limit, territory_ids=seen, account_id=account_id, rep_id=rep_id)
    revisions = tx.activities.revisions_of([one.id for one in found])
    return [(one, len(revisions.get(one.id, []))) for one in found]


def corrections_of(tx: Transaction, activity_id: int) -> int:
    """How often an activity was corrected."""
    return len(tx.activities.revisions_of([activity_id]).get(activity_id, []))


def last_of_accounts(tx: Transaction, account_ids: Collection[int], limit: int) -> dict[int, list[Activity]]:
    """The last activities that count of each account, newest first; of accounts that have none an empty list."""
    return {account_id: tx.activities.of_account(account_id, limit=limit) for account_id in account_ids}


def activity_told_as(tx: Transaction, client_id: str) -> Activity | None:
    """What a phone told under a number, withdrawn or not; None where it has not arrived."""
    return tx.activities.by_client_id(client_id)
