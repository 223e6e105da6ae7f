"""What phones tell, checked for shape: visits, notes, calls."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from gcrm.activities.account_history import NOTE_MOST
from gcrm.activities.check_in import Left
from gcrm.activities.model import Outcome
from gcrm.activities.phone_clock import PhoneTimes
from gcrm.activities.told_account import Teller
from gcrm.activities.verdict import Position
from gcrm.common.language import number, say
from gcrm.platform.errors import InputRejected, NotReady
from routing.points import LonLat
from webapp.access import me, sees_all
from webapp.check_in.passes import shown_at

FORM_MOST = 100_000
"""Characters of a form field; what is too long is refused by its own limit, in words."""

REFUSED = "refused"
"""What a phone sends in place of a position that its owner does not share."""


@dataclass(frozen=True, slots=True)
class ToldVisit:
    """A visit as a phone sends it."""

    client_id: str
    position: Position | None
    outcome: Outcome
    note: str
    next_step: str
    next_date: date | None
    times: PhoneTimes
    refused: bool
    left: Left | None


def body() -> Mapping[str, Any]:
    """What was sent, as JSON or as a form. Raises InputRejected for JSON that is no object."""
    given = request.get_json() if request.is_json else request.form
    if not isinstance(given, (dict, MultiDict)):
        raise InputRejected(say("That is not a check-in."), say("Reload the page and check in again."))
    return given


def teller(account_id: int, given: Mapping[str, Any]) -> Teller:
    """The signed-in user as the one who tells. Raises NotReady where what is sent was told by another user."""
    told_by = request.headers.get("X-GCRM-User", "")
    user = me()
    if told_by and told_by != str(user.id):
        raise NotReady(say("Someone else is signed in on this device."), say("Sign in as yourself to send it."))
    return Teller(user.id, user.rep_id, sees_all(), shown_at(given.get("pass"), account_id))


def read_visit(given: Mapping[str, Any]) -> ToldVisit:
    """Check the shape of a visit. Raises InputRejected."""
    try:
        outcome = Outcome(text(given, "outcome", 40))
        next_date = date.fromisoformat(text(given, "next_date", 10)) if given.get("next_date") else None
    except ValueError as wrong:
        if isinstance(wrong, InputRejected):
            raise
        raise InputRejected(
            say("The check-in contains an impossible value: {wrong}.", wrong=wrong), say("Choose again.")
        ) from wrong
    return ToldVisit(
        client_id=text(given, "client_id", 64),
        position=read_position(given),
        outcome=outcome,
        note=text(given, "note", NOTE_MOST),
        next_step=text(given, "next_step", 200),
        next_date=next_date,
        times=read_times(given),
        refused=given.get("no_position") == REFUSED,
        left=_read_left(given),
    )


def read_times(given: Mapping[str, Any]) -> PhoneTimes:
    """What a phone says of the time. Raises InputRejected for an instant that is not a text."""
    error_s = given.get("clock_error_s")
    is_number = isinstance(error_s, (int, float)) and not isinstance(error_s, bool)
    return PhoneTimes(
        at=text(given, "at", 40),
        sent_at=text(given, "sent_at", 40),
        clock_error_s=float(error_s) if is_number and abs(error_s) < 1e12 else None,  # type: ignore[arg-type]
        last_contact=text(given, "last_contact", 40),
    )


def read_position(given: Mapping[str, Any], prefix: str = "") -> Position | None:
    """Longitude, latitude, accuracy and age as sent, or None where the phone gave none. Raises InputRejected."""
    values = [given.get(f"{prefix}{name}") for name in ("lon", "lat", "accuracy_m")]
    if all(value is None or value == "" for value in values[:2]):
        return None
    try:
        lon, lat, accuracy_m = (float(value) for value in values)  # type: ignore[arg-type]
        age_s = float(given.get(f"{prefix}age_s") or 0)
    except (TypeError, ValueError, OverflowError) as wrong:
        raise InputRejected(
            say("The position is not made of numbers."), say("Send lon, lat, accuracy_m and age_s.")
        ) from wrong
    return Position(LonLat(lon, lat), accuracy_m, age_s)


def _read_left(given: Mapping[str, Any]) -> Left | None:
    at = text(given, "left_at", 40)
    return Left(at, read_position(given, "left_"), given.get("left_no_position") == REFUSED) if at else None


def text(given: Mapping[str, Any], name: str, most: int) -> str:
    """A field of what was sent. Raises InputRejected for what is no text, or too long."""
    value = given.get(name) or ""
    if not isinstance(value, str):
        raise InputRejected(say("The field {name} is not a text.", name=name), say("Reload the page and try again."))
    if len(value) > most:
        raise InputRejected(
            say("The field {name} has {value} characters.", name=name, value=number(len(value))),
            say("Keep it under {most}.", most=number(most)),
        )
    return value
