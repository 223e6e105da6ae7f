"""What has happened with an account, newest first, and the notes that people add."""

from dataclasses import dataclass
from datetime import datetime

from gcrm.accounts.model import Account
from gcrm.activities.model import Activity, ActivityKind
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace

NOTE_MOST = 10_000
"""Longest note in characters: some pages of text; more is a document and belongs elsewhere."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One activity with the name of whoever wrote it, "" where nobody is known."""

    activity: Activity
    by: str


@dataclass(frozen=True, slots=True)
class AccountHistory:
    """An account, its last activities (newest first), and those whose next step is still to be done."""

    account: Account
    entries: tuple[Entry, ...]
    open_points: tuple[Entry, ...]


def account_history(workspace: Workspace, account_id: int, limit: int = 50) -> AccountHistory:
    """The account and up to `limit` activities. A next step is open until a later visit or call. Raises NotFound.

    A call at a door where nobody was there closes nothing.
    """
    with workspace.store.read() as tx:
        account = tx.accounts.get(account_id)
        activities = tx.activities.of_account(account_id, limit=limit)
        names = {user.id: user.name for user in tx.users.all()}
        reps = {rep.id: rep.name for rep in tx.reps.all()}
    entries = tuple(
        Entry(activity, names.get(activity.user_id or 0, "") or reps.get(activity.rep_id or 0, ""))
        for activity in activities
    )
    reached = (one.activity for one in entries if one.activity.is_visit or one.activity.kind is ActivityKind.CALL)
    contacts = [one.at for one in reached]
    latest = max(contacts, default=None)
    open_points = tuple(
        entry for entry in entries if entry.activity.next_step and (latest is None or entry.activity.at >= latest)
    )
    return AccountHistory(account, entries, open_points)


def add_note(
    workspace: Workspace,
    account_id: int,
    text: str,
    *,
    user_id: int | None = None,
    rep_id: int | None = None,
    kind: ActivityKind = ActivityKind.NOTE,
    client_id: str = "",
    at: datetime | None = None,
) -> Activity:
    """Add a note, or a call with what was said. Raises InputRejected for an empty or endless text, NotFound."""
    text = text.strip()
    if not text:
        raise InputRejected("The note is empty.", "Type what colleagues should know.")
    if len(text) > NOTE_MOST:
        raise InputRejected(f"The note has {len(text):,} characters.", f"Keep it under {NOTE_MOST:,}.")
    with workspace.store.write() as tx:
        tx.accounts.get(account_id)
        return tx.activities.add(
            Activity(
                account_id=account_id,
                kind=kind,
                at=at or workspace.clock(),
                rep_id=rep_id,
                user_id=user_id,
                note=text,
                client_id=client_id,
            )
        )
