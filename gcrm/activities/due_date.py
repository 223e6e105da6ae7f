"""When an account was last visited, counted anew after a visit turned out to be none."""

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from gcrm.accounts.change import ChangeKind
from gcrm.accounts.model import Account

if TYPE_CHECKING:
    from gcrm.transaction import Transaction


def recount_last_visit(tx: "Transaction", account_id: int) -> Account:
    """Set the last visit to what the account had before its visits were told, or to the last one that still counts.

    Within a write transaction; the caller keeps the change. Raises NotFound.
    """
    account = tx.accounts.get(account_id)
    given, since = _given(tx, account)
    days = [
        tx.activities.calendar_day(visit)
        for visit in tx.activities.of_account(account_id, limit=None)
        if visit.is_visit and (since is None or (visit.received_at or visit.at) >= since)
    ]
    last = max([*days, *([given] if given else [])], default=None)
    if last == account.last_visit:
        return account
    return tx.accounts.update(replace(account, last_visit=last))


def _given(tx: "Transaction", account: Account) -> tuple[date | None, datetime | None]:
    """The last visit as an import or a person gave it, and when; what the account began with and None else."""
    given = account.last_visit
    for made, change in tx.changes.of_account(account.id):
        if change.before is None or "last_visit" not in change.before:
            continue
        if made.kind is not ChangeKind.VISIT:
            return given, made.at
        before = change.before["last_visit"]
        given = date.fromisoformat(before) if before else None
    return given, None
