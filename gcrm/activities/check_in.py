"""Check in at an account: where the phone says it is, how far that is from the account, and how the visit went."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime

from gcrm.accounts.change import ChangeKind, ChangeSet
from gcrm.accounts.history import record
from gcrm.accounts.model import Account, Level
from gcrm.activities.model import Activity, ActivityKind, CheckIn, Outcome, Verdict
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


def in_words(account: Account, judged: CheckIn) -> str:
    """The verdict as a person says it."""
    away = spoken_distance(judged.distance_m) if judged.distance_m is not None else ""
    if judged.place is None:
        return "No position. The check-in counts all the same; it is marked as made without one."
    exact = f"give or take {spoken_distance(judged.accuracy_m or 0)}"
    if account.place is None:
        return f"The account has no place on the map yet, so there is nothing to compare your position with ({exact})."
    if judged.verdict is Verdict.NO_POSITION:
        return f"Your position is too rough to say ({exact}). The check-in counts all the same."
    if judged.verdict is Verdict.AT_THE_DOOR:
        return f"You are at the door: {away} away, {exact}."
    if judged.verdict is Verdict.NEARBY and account.placement.level in PLACED_WITHIN_M:
        known = _KNOWN[account.placement.level]
        return f"{away} away, {exact}. The account is placed {known}: closer than that nobody can say."
    if judged.verdict is Verdict.NEARBY:
        return f"You are nearby: {away} away, {exact}."
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
    position: Position | None = None,
    outcome: Outcome = Outcome.NONE,
    note: str = "",
    next_step: str = "",
    next_date: date | None = None,
    client_id: str = "",
    at: datetime | None = None,
) -> Activity:
    """Record a visit, with or without a position, and what came of it.

    client_id is the phone's own number for the visit. Sent twice it is one visit; sent again with an outcome, note or
    next step, these are added to it, and the first position and instant stay. A client_id that is taken by another
    user or account is refused.
    at: when it happened, where a phone had no connection; now if not given, and never later than now.
    Raises NotFound for an unknown account, InputRejected for what cannot be.
    """
    now = workspace.clock()
    at = min(at or now, now)
    fresh_id = _checked_client_id(client_id) or uuid.uuid4().hex
    with workspace.store.write() as tx:
        account = tx.accounts.get(account_id)
        visit = Activity(
            account_id=account_id,
            kind=ActivityKind.VISIT,
            at=at,
            rep_id=rep_id,
            user_id=user_id,
            outcome=outcome,
            note=note.strip(),
            next_step=next_step.strip(),
            next_date=next_date,
            check_in=judge(account, position, at),
            client_id=fresh_id,
        )
        kept = tx.activities.add(visit)
        if (kept.account_id, kept.user_id) != (account_id, user_id):
            raise InputRejected("That number is taken by another check-in.", "Reload the page and check in again.")
        told = replace(
            kept,
            outcome=outcome or kept.outcome,
            note=visit.note or kept.note,
            next_step=visit.next_step or kept.next_step,
            next_date=next_date or kept.next_date,
        )
        if told != kept:
            kept = tx.activities.update(told)
        made = ChangeSet(ChangeKind.VISIT, f"Visit: {account.name}", now, user_id)
        record(tx, made, [(account, tx.accounts.get(account_id))])
    return kept


def _checked(position: Position) -> tuple[LonLat, float]:
    try:
        lon, lat = as_points([position.place])[0]
    except ValueError as wrong:
        raise InputRejected(str(wrong)) from wrong
    if not 0 <= position.accuracy_m < 41_000_000:
        raise InputRejected(f"An accuracy of {position.accuracy_m} m cannot be.", "Send metres, 0 or more.")
    return LonLat(float(lon), float(lat)), float(position.accuracy_m)


def _checked_client_id(client_id: str) -> str:
    if len(client_id) > 64 or not all(letter.isalnum() or letter == "-" for letter in client_id):
        raise InputRejected("The number of the check-in is malformed.", "Reload the page and check in again.")
    return client_id
