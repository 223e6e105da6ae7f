"""Check in at an account: where the phone says it is, how far that is from the account, and how the visit went."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from gcrm.accounts.change import ChangeKind, ChangeSet
from gcrm.accounts.history import record
from gcrm.accounts.model import Account, Level
from gcrm.activities.due_date import recount_last_visit
from gcrm.activities.model import Activity, ActivityKind, CheckIn, Outcome, Verdict
from gcrm.activities.phone_clock import Arrival, PhoneTimes, arrival
from gcrm.activities.told_account import Teller, told_account
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace
from routing.geodesy import distance_m
from routing.points import LonLat, as_points

AT_THE_DOOR_M = 75.0
"""Nearer than this is at the door: a building's depth and a car park. Beyond it starts the doubt of the position."""

NEARBY_M = 400.0
"""Nearer than this is nearby: a yard, a shopping centre, an address placed at the wrong end of a block."""

ACCURACY_MOST_M = 1_000.0
"""A claimed accuracy above this says nothing about where the phone is (a mobile mast, an IP address)."""

ACCURACY_DOOR_M = 150.0
"""With a rougher position than this nobody can say "at the door"."""

PLACED_WITHIN_M = {Level.INTERPOLATED: 100.0, Level.STREET: 300.0, Level.POSTCODE: 3_000.0, Level.PLACE: 5_000.0}
"""How far an account's own place may be off by its match level: two houses, half a street, half a postcode or town."""
_KNOWN = {
    Level.INTERPOLATED: "between two houses",
    Level.STREET: "only to its street",
    Level.POSTCODE: "only to its postcode",
    Level.PLACE: "only to its town",
}

NEXT_WITHIN_YEARS = 10
"""A next step that is due farther from the visit is a slip of the finger."""

if TYPE_CHECKING:
    from gcrm.store import Transaction


@dataclass(frozen=True, slots=True)
class Position:
    """What a phone gives: a place, and the radius in metres within which it is with 95 % confidence."""

    place: LonLat
    accuracy_m: float


def judge(account: Account, position: Position | None, at: datetime) -> CheckIn:
    """Whether a position is where the account is, giving the phone the benefit of the accuracy that it claims.

    Far means that even the nearest place within the accuracy is over `NEARBY_M` away, and farther than the account's
    own place may be off (`PLACED_WITHIN_M`). At the door takes an exact position and an account placed to its house.
    Raises InputRejected for a position that is not on Earth or an accuracy that is not a length.
    """
    if position is None:
        return CheckIn(at, None, None, None, Verdict.NO_POSITION)
    place, accuracy_m = _checked(position)
    if account.place is None:
        return CheckIn(at, place, accuracy_m, None, Verdict.NO_POSITION)
    distance = distance_m(place, account.place)
    if accuracy_m > ACCURACY_MOST_M:
        return CheckIn(at, place, accuracy_m, distance, Verdict.NO_POSITION)
    within_m = PLACED_WITHIN_M.get(account.placement.level, 0.0)
    exact = accuracy_m <= ACCURACY_DOOR_M and not within_m
    if exact and (distance <= AT_THE_DOOR_M or distance - accuracy_m <= AT_THE_DOOR_M / 3):
        verdict = Verdict.AT_THE_DOOR
    else:
        verdict = Verdict.NEARBY if distance - accuracy_m - within_m <= NEARBY_M else Verdict.FAR
    return CheckIn(at, place, accuracy_m, distance, verdict)


def in_words(account: Account, judged: CheckIn, *, kept: bool = True) -> str:
    """The verdict as a person says it. kept: whether the check-in was made, or is only about to be."""
    away = spoken_distance(judged.distance_m) if judged.distance_m is not None else ""
    if judged.place is None:
        return f"No position. {'The' if kept else 'A'} check-in counts all the same; it is marked as made without one."
    exact = f"give or take {spoken_distance(judged.accuracy_m or 0)}"
    if account.place is None:
        return f"The account has no place on the map yet, so there is nothing to compare your position with ({exact})."
    if judged.verdict is Verdict.NO_POSITION:
        return f"Your position is too rough to say ({exact}). {'The' if kept else 'A'} check-in counts all the same."
    if judged.verdict is Verdict.AT_THE_DOOR:
        return f"You are at the door: {away} away, {exact}."
    if judged.verdict is Verdict.NEARBY and account.placement.level in PLACED_WITHIN_M:
        known = _KNOWN[account.placement.level]
        return f"{away} away, {exact}. The account is placed {known}: closer than that nobody can say."
    if judged.verdict is Verdict.NEARBY:
        return f"You are nearby: {away} away, {exact}."
    if not kept:
        return f"You are {away} away, {exact}. A check-in from here will be marked as made from afar."
    return f"You are {away} away, {exact}. The check-in is kept and marked as made from afar."


def spoken_distance(metres: float) -> str:
    """Metres as a person says them: "12 m", "350 m", "1.4 km", "23 km"."""
    if metres < 100:
        return f"{metres:.0f} m"
    if metres < 1_000:
        return f"{round(metres, -1):.0f} m"
    return f"{metres / 1_000:.1f} km" if metres < 10_000 else f"{metres / 1_000:,.0f} km"


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
) -> Activity:
    """Record a visit, with or without a position, and what came of it.

    client_id is the phone's own number for the visit. Sent twice it is one visit; sent again with an outcome, note or
    next step, these are added to it, and the first position and instant stay, as does what somebody has corrected.
    A client_id that is taken by another user or account is refused.
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
                f"The next step cannot be due in the year {next_date.year}.", "Choose a day near the visit."
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
            check_in=judge(account, position, arrived.at),
            client_id=fresh_id,
            said_at=arrived.said,
            received_at=now,
            clock_error_s=arrived.error_s,
        )
        kept = tx.activities.add(visit)
        if (kept.account_id, kept.user_id, kept.kind) != (account.id, user_id, ActivityKind.VISIT):
            raise InputRejected("That number is taken by another check-in.", "Reload the page and check in again.")
        told = _added(kept, visit, _corrected(tx, kept))
        if told != kept:
            kept = tx.activities.update(told)
        if not kept.is_visit:
            recount_last_visit(tx, account.id)
        made = ChangeSet(ChangeKind.VISIT, f"Visit: {account.name}", now, user_id)
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
    return replace(kept, **changes)


def _checked(position: Position) -> tuple[LonLat, float]:
    try:
        lon, lat = as_points([position.place])[0]
    except ValueError as wrong:
        raise InputRejected(str(wrong)) from wrong
    if not 0 <= position.accuracy_m < 41_000_000:
        raise InputRejected(f"An accuracy of {position.accuracy_m} m is not possible.", "Send metres, 0 or more.")
    return LonLat(float(lon), float(lat)), float(position.accuracy_m)


def checked_client_id(client_id: str) -> str:
    """A phone's number for something it tells. Raises InputRejected for one that is none."""
    if len(client_id) > 64 or not all(letter.isalnum() or letter == "-" for letter in client_id):
        raise InputRejected("The number of the check-in is malformed.", "Reload the page and check in again.")
    return client_id
