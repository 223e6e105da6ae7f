"""What pages and other programs ask about activities, in one snapshot."""

from datetime import datetime

from gcrm.activities.model import Activity
from gcrm.store import Transaction


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
