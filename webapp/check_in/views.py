"""Check-in: the page, the verdict on a position, and the visit that is kept."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.accounts.model import Account
from gcrm.activities.account_history import NOTE_MOST
from gcrm.activities.check_in import Position, check_in, in_words, judge
from gcrm.activities.model import Activity, ActivityKind, Outcome
from gcrm.platform.errors import InputRejected
from routing.points import LonLat
from webapp.access import WRITERS, account_to_see, allow, me
from webapp.context import workspace
from webapp.given import day_of, instant_of
from webapp.maps_api import draw
from webapp.security import safe_target
from webapp.zones import today, zone_of_user

blueprint = Blueprint("check_in", __name__, url_prefix="/check-in", template_folder="templates")

UNDER_WAY = timedelta(hours=12)
"""A visit without an outcome that began less than this ago is still going on."""

OUTCOMES = (
    (Outcome.ORDER, "Order"),
    (Outcome.INTERESTED, "Interested"),
    (Outcome.FOLLOW_UP, "Follow-up"),
    (Outcome.NOBODY_THERE, "Nobody there"),
    (Outcome.NOT_INTERESTED, "Not interested"),
    (Outcome.CLOSED_DOWN, "Closed down"),
)

NEXT_STEPS = (("Call", 7), ("Visit again", 14), ("Send an offer", 2), ("Bring samples", 14))
"""What to do next, and in how many days it is due unless another day is chosen."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a phone sends, checked for shape."""

    client_id: str
    position: Position | None
    outcome: Outcome
    note: str
    next_step: str
    next_date: date | None
    at: datetime | None


@blueprint.get("/<int:account_id>")
@allow(*WRITERS)
def show(account_id: int) -> ResponseReturnValue:
    """The page to check in with; it goes on where a visit has begun."""
    with workspace().store.read() as tx:
        account = account_to_see(tx, account_id)
        begun = _under_way(tx.activities.of_account(account_id, limit=20))
    here = today(zone_of_user())
    return render_template(
        "check_in/show.html",
        account=account,
        begun=begun,
        words=in_words(account, begun.check_in) if begun and begun.check_in else "",
        outcomes=OUTCOMES,
        next_steps=[(label, here + timedelta(days=days)) for label, days in NEXT_STEPS],
        back=safe_target(request.args.get("back")) or url_for("home"),
        zone=zone_of_user(),
        map=draw.check_in_map(account_id) if account.place else None,
    )


@blueprint.get("/<int:account_id>/verdict")
@allow(*WRITERS)
def verdict(account_id: int) -> ResponseReturnValue:
    """How a position relates to the account, in words."""
    with workspace().store.read() as tx:
        account = account_to_see(tx, account_id)
    position = _position(request.args)
    if position is None:
        raise InputRejected("There is no position.", "Send lon, lat and accuracy_m.")
    judged = judge(account, position, workspace().clock())
    return jsonify(
        {"verdict": judged.verdict.value, "distance_m": judged.distance_m, "words": in_words(account, judged)}
    )


@blueprint.post("/<int:account_id>")
@allow(*WRITERS)
def send(account_id: int) -> ResponseReturnValue:
    """Keep a visit. Sent again with the same client_id it adds to the visit that is there."""
    as_json = request.is_json
    given = request.get_json() if as_json else request.form
    if not isinstance(given, dict) and as_json:
        raise InputRejected("That is not a check-in.", "Reload the page and check in again.")
    sent = _read(given)
    with workspace().store.read() as tx:
        account = account_to_see(tx, account_id)
    user = me()
    visit = check_in(
        workspace(),
        account_id,
        rep_id=user.rep_id,
        user_id=user.id,
        position=sent.position,
        outcome=sent.outcome,
        note=sent.note,
        next_step=sent.next_step,
        next_date=sent.next_date,
        client_id=sent.client_id,
        at=sent.at,
    )
    if as_json:
        return jsonify(_document(account, visit))
    flash(f"The visit to {account.name} is kept.")
    return redirect(safe_target(given.get("back")) or url_for("home"))


def _under_way(activities: list[Activity]) -> Activity | None:
    """The visit of the signed-in user that has begun and has no outcome yet."""
    earliest = workspace().clock() - UNDER_WAY
    mine = (
        activity
        for activity in activities
        if activity.kind is ActivityKind.VISIT and activity.user_id == me().id and activity.at >= earliest
    )
    latest = next(mine, None)
    return latest if latest and latest.outcome is Outcome.NONE and latest.check_in else None


def _document(account: Account, visit: Activity) -> dict[str, Any]:
    judged = visit.check_in
    return {
        "id": visit.id,
        "client_id": visit.client_id,
        "at": visit.at.isoformat(),
        "outcome": visit.outcome.value,
        "verdict": judged.verdict.value if judged else None,
        "distance_m": judged.distance_m if judged else None,
        "words": in_words(account, judged) if judged else "",
    }


def _position(given: Any) -> Position | None:
    """Longitude, latitude and accuracy as sent, or None where the phone gave none. Raises InputRejected."""
    values = [given.get(name) for name in ("lon", "lat", "accuracy_m")]
    if all(value is None or value == "" for value in values[:2]):
        return None
    try:
        lon, lat, accuracy_m = (float(value) for value in values)
    except (TypeError, ValueError) as wrong:
        raise InputRejected("The position is not three numbers.", "Send lon, lat and accuracy_m.") from wrong
    return Position(LonLat(lon, lat), accuracy_m)


def _read(given: Any) -> Sent:
    """Check the shape of what was sent. Raises InputRejected."""

    def text(name: str, most: int) -> str:
        value = given.get(name) or ""
        if not isinstance(value, str):
            raise InputRejected(f"The field {name} is not a text.", "Reload the page and try again.")
        if len(value) > most:
            raise InputRejected(f"The field {name} has {len(value):,} characters.", f"Keep it under {most:,}.")
        return value

    try:
        outcome = Outcome(text("outcome", 40))
        next_date = day_of(given["next_date"]) if text("next_date", 10) else None
        at = instant_of(given["at"]) if text("at", 40) else None
    except ValueError as wrong:
        if isinstance(wrong, InputRejected):
            raise
        raise InputRejected(f"The check-in holds a value that cannot be: {wrong}.", "Choose again.") from wrong
    return Sent(
        client_id=text("client_id", 64),
        position=_position(given),
        outcome=outcome,
        note=text("note", NOTE_MOST),
        next_step=text("next_step", 200),
        next_date=next_date,
        at=at,
    )
