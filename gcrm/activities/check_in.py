"""Check in at an account: where the phone says it is, how far that is from the account, and how the visit went."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from gcrm.accounts.change import ChangeKind, ChangeSet
from gcrm.accounts.history import record
from gcrm.accounts.model import Account
from gcrm.activities.due_date import recount_last_visit
from gcrm.activities.model import Activity, ActivityKind, CheckIn, Outcome
from gcrm.activities.phone_clock import Arrival, PhoneTimes, arrival
from gcrm.activities.told_account import Teller, told_account
from gcrm.activities.verdict import Position, is_better, judge
from gcrm.common.language import say
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace

NEXT_WITHIN_YEARS = 10
"""A next step that is due farther from the visit is a slip of the finger."""

LONGEST = timedelta(hours=12)
"""A visit that is left later than this was not left: somebody forgot to check out."""

if TYPE_CHECKING:
    from gcrm.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Left:
    """A check-out as a phone tells it: when by its own clock, and where it was, `refused` if it may not say."""

    at: str
    position: Position | None = None
    refused: bool = False


def check_in(
    workspace: Workspace,
    account_id: int,
    *,
    rep_id: int | None = None,
    user_id: int | None = None,
    teller: Teller | None = None,
    position: Position | None = None,
    outcome: Outcome = Outcome.NONE,
    note: str = "",
    next_step: str = "",
    next_date: date | None = None,
    client_id: str = "",
    at: datetime | None = None,
    times: PhoneTimes | None = None,
    refused: bool = False,
    left: Left | None = None,
) -> Activity:
    """Record a visit, with or without a position, and what came of it.

    client_id is the phone's own number for the visit. Sent twice it is one visit; sent again with an outcome, note or
    next step, these are added to it, and the first instant stays, as does what somebody has corrected. A position that
    is found only after the check-in takes the place of one that said less. A client_id that is taken by another user or
    account is refused.
    refused: there is no position as the phone may not tell it. left: how the visit ended, where it has; the first
    check-out stays.
    teller: who tells, where not everybody may tell of every account; rep and user are the teller's then.
    at: when it happened, where that is known; else times: when a phone says that it did, to be set right. Now if
    neither is given, and never later than now.
    Raises NotFound for an account that is unknown or was never the teller's, InputRejected for what cannot be.
    """
    now = workspace.clock()
    arrived = Arrival(min(at, now)) if at else arrival(times or PhoneTimes(), now)
    fresh_id = checked_client_id(client_id) or uuid.uuid4().hex
    if teller is not None:
        rep_id, user_id = teller.rep_id, teller.user_id
    with workspace.store.write() as tx:
        account = told_account(tx, account_id, teller, arrived.at, client_id)
        if next_date is not None and abs(next_date.year - arrived.at.year) > NEXT_WITHIN_YEARS:
            raise InputRejected(
                say("The next step cannot be due in the year {year}.", year=next_date.year),
                say("Choose a day near the visit."),
            )
        visit = Activity(
            account_id=account.id,
            kind=ActivityKind.VISIT,
            at=arrived.at,
            rep_id=rep_id,
            user_id=user_id,
            outcome=outcome,
            note=note.strip(),
            next_step=next_step.strip(),
            next_date=next_date,
            check_in=judge(account, position, arrived.at, refused=refused),
            client_id=fresh_id,
            said_at=arrived.said,
            received_at=now,
            clock_error_s=arrived.error_s,
            check_out=_left(account, left, arrived, times or PhoneTimes(), now),
        )
        kept = tx.activities.add(visit)
        if (kept.account_id, kept.user_id, kept.kind) != (account.id, user_id, ActivityKind.VISIT):
            raise InputRejected(
                say("That number is taken by another check-in."), say("Reload the page and check in again.")
            )
        told = _added(kept, visit, _corrected(tx, kept))
        if told != kept:
            kept = tx.activities.update(told)
        if not kept.is_visit:
            recount_last_visit(tx, account.id)
        made = ChangeSet(ChangeKind.VISIT, say("Visit: {account}", account=account.name), now, user_id)
        record(tx, made, [(account, tx.accounts.get(account.id))])
    return kept


def _corrected(tx: "Transaction", kept: Activity) -> set[str]:
    """The fields that somebody has corrected since, all where it was withdrawn: a phone changes them no more."""
    if kept.withdrawn_at is not None:
        return {"outcome", "note", "next_step", "next_date"}
    return {name for one in tx.activities.revisions_of([kept.id]).get(kept.id, []) for name in one.after}


def _added(kept: Activity, told: Activity, settled: set[str]) -> Activity:
    """The visit that is kept with what is told now."""
    changes: dict[str, Any] = {
        name: getattr(told, name)
        for name in ("outcome", "note", "next_step", "next_date")
        if name not in settled and getattr(told, name)
    }
    if told.check_in and kept.check_in and is_better(told.check_in, kept.check_in):
        changes["check_in"] = replace(told.check_in, at=kept.at)
    if told.check_out and kept.check_out is None and kept.at <= told.check_out.at <= kept.at + LONGEST:
        changes["check_out"] = told.check_out
    elif told.check_out and kept.check_out and is_better(told.check_out, kept.check_out):
        changes["check_out"] = replace(told.check_out, at=kept.check_out.at)
    return replace(kept, **changes)


def _left(account: Account, left: Left | None, came: Arrival, times: PhoneTimes, now: datetime) -> CheckIn | None:
    """The check-out, by the clock that the check-in was set right by; None for one before it, or much too late."""
    if left is None:
        return None
    at = arrival(replace(times, at=left.at), now).at
    if not came.at <= at <= came.at + LONGEST:
        return None
    return judge(account, left.position, at, refused=left.refused)


def checked_client_id(client_id: str) -> str:
    """A phone's number for something it tells. Raises InputRejected for one that is none."""
    if len(client_id) > 64 or not all(letter.isalnum() or letter == "-" for letter in client_id):
        raise InputRejected(say("The number of the check-in is malformed."), say("Reload the page and check in again."))
    return client_id
