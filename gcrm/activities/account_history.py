"""What has happened with an account, newest first, and the notes that people add."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gcrm.accounts.model import Account
from gcrm.activities.check_in import checked_client_id
from gcrm.activities.model import Activity, ActivityKind
from gcrm.activities.phone_clock import Arrival, PhoneTimes, arrival
from gcrm.activities.told_account import Teller, told_account
from gcrm.common.language import number, say
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace

NOTE_MOST = 10_000
"""Longest note in characters: some pages of text; more is a document and belongs elsewhere."""

TWICE_WITHIN = timedelta(minutes=10)
"""The same note from the same person within this is the same note."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One activity with the name of whoever wrote it, "" where nobody is known, and how often it was corrected."""

    activity: Activity
    by: str
    corrections: int = 0


@dataclass(frozen=True, slots=True)
class AccountHistory:
    """An account, its last activities (newest first), and those whose next step is still to be done."""

    account: Account
    entries: tuple[Entry, ...]
    open_points: tuple[Entry, ...]


def account_history(workspace: Workspace, account_id: int, limit: int = 50) -> AccountHistory:
    """The account and up to `limit` activities, those that were withdrawn too.

    A next step is open until a later visit or call; a door where nobody was there closes nothing. Raises NotFound.
    """
    with workspace.store.read() as tx:
        account = tx.accounts.get(account_id)
        activities = tx.activities.of_account(account_id, limit=limit, withdrawn=True)
        revisions = tx.activities.revisions_of([activity.id for activity in activities])
        names = {user.id: user.name for user in tx.users.all()}
        reps = {rep.id: rep.name for rep in tx.reps.all()}
    entries = tuple(
        Entry(
            activity,
            names.get(activity.user_id or 0, "") or reps.get(activity.rep_id or 0, ""),
            len(revisions.get(activity.id, [])),
        )
        for activity in activities
    )
    counting = [entry for entry in entries if entry.activity.withdrawn_at is None]
    reached = (one.activity for one in counting if one.activity.is_visit or one.activity.kind is ActivityKind.CALL)
    contacts = [one.at for one in reached]
    latest = max(contacts, default=None)
    open_points = tuple(
        entry for entry in counting if entry.activity.next_step and (latest is None or entry.activity.at >= latest)
    )
    return AccountHistory(account, entries, open_points)


def add_note(
    workspace: Workspace,
    account_id: int,
    text: str,
    *,
    user_id: int | None = None,
    rep_id: int | None = None,
    teller: Teller | None = None,
    kind: ActivityKind = ActivityKind.NOTE,
    client_id: str = "",
    at: datetime | None = None,
    times: PhoneTimes | None = None,
) -> Activity:
    """Add a note, or a call with what was said.

    client_id, teller, at and times as in `check_in`. Sent twice it is one; so is the same text of the same person
    within `TWICE_WITHIN` that carries no number.
    Raises InputRejected for an empty or endless text, NotFound.
    """
    text = text.strip()
    now = workspace.clock()
    arrived = Arrival(min(at, now)) if at else arrival(times or PhoneTimes(), now)
    client_id = checked_client_id(client_id)
    if teller is not None:
        rep_id, user_id = teller.rep_id, teller.user_id
    with workspace.store.write() as tx:
        account = told_account(tx, account_id, teller, arrived.at, client_id)
        if not text:
            raise InputRejected(say("The note is empty."), say("Enter what colleagues should know."))
        if len(text) > NOTE_MOST:
            raise InputRejected(
                say("The note has {number} characters.", number=number(len(text))),
                say("Keep it under {most}.", most=number(NOTE_MOST)),
            )
        note = Activity(
            account_id=account.id,
            kind=kind,
            at=arrived.at,
            rep_id=rep_id,
            user_id=user_id,
            note=text,
            client_id=client_id,
            said_at=arrived.said,
            received_at=now,
            clock_error_s=arrived.error_s,
        )
        if not client_id and user_id is not None:
            before = next((one for one in tx.activities.of_account(account.id) if _is_same(one, note)), None)
            if before is not None:
                return before
        kept = tx.activities.add(note)
        if (kept.account_id, kept.user_id) != (account.id, user_id) or kept.kind is ActivityKind.VISIT:
            raise InputRejected(say("That number is taken by another note."), say("Reload the page and send it again."))
        return kept


def _is_same(one: Activity, note: Activity) -> bool:
    """Whether a note is the same sent again, as by a second tap or a page that was loaded anew."""
    same = (one.kind, one.user_id, one.note) == (note.kind, note.user_id, note.note)
    return same and abs(note.at - one.at) <= TWICE_WITHIN
