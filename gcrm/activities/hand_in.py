"""What a phone could not file by itself, handed to the planners, who file it under an account or set it aside."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from gcrm.accounts.model import Account
from gcrm.activities.account_history import NOTE_MOST, add_note
from gcrm.activities.check_in import check_in, checked_client_id
from gcrm.activities.model import Activity, ActivityKind, HandedIn, Outcome
from gcrm.activities.phone_clock import PhoneTimes, arrival
from gcrm.activities.verdict import Position
from gcrm.common.language import say
from gcrm.platform.errors import Conflict, InputRejected
from gcrm.workspace import Workspace
from routing.points import LonLat

FIELDS = ("what", "account", "name", "body", "why")
LARGEST = 40_000
"""Characters that one may hold: a note of the longest kind, twice over."""

SUGGESTED = 8


@dataclass(frozen=True, slots=True)
class Unfiled:
    """One that waits, with who handed it in and the accounts that it may belong to."""

    entry: HandedIn
    by: str
    suggested: tuple[Account, ...]


def hand_in(
    workspace: Workspace, user_id: int, client_id: str, given: Mapping[str, Any], times: PhoneTimes | None = None
) -> HandedIn:
    """Keep what a phone could not file; handed in twice it is one.

    times: what the phone says of the time as it hands this in. Raises InputRejected for what is not such a thing.
    """
    if not checked_client_id(client_id):
        raise InputRejected(say("It has no number."), say("Save it to a file, and send that to a planner."))
    document = {name: given.get(name) for name in FIELDS}
    if not isinstance(document["body"], Mapping) or len(str(document)) > LARGEST:
        raise InputRejected(
            say("That is not a visit or a note."), say("Save it to a file, and send that to a planner.")
        )
    now = workspace.clock()
    # The phone's clock is measured now; when a planner files it that is long past.
    document["at"] = _happened(document["body"], times or PhoneTimes(), now).isoformat()
    with workspace.store.write() as tx:
        kept = tx.activities.hand_in(HandedIn(client_id, user_id, now, document))
    if kept.user_id != user_id:
        raise InputRejected(
            say("That number is taken by another one."), say("Save it to a file, and send that to a planner.")
        )
    return kept


def unfiled(workspace: Workspace) -> list[Unfiled]:
    """What waits for a planner, oldest first."""
    with workspace.store.read() as tx:
        waiting = tx.activities.unsettled()
        names = {user.id: user.name for user in tx.users.all()}
        return [
            Unfiled(
                one,
                names.get(one.user_id or 0, ""),
                tuple(tx.accounts.page(text=str(one.document["name"])[:100], limit=SUGGESTED)[0])
                if one.document.get("name")
                else (),
            )
            for one in waiting
        ]


def file_under(workspace: Workspace, number: int, account_id: int, planner_id: int) -> Activity:
    """Make it an activity of an account, told by whoever handed it in. Raises NotFound, Conflict, InputRejected."""
    with workspace.store.read() as tx:
        entry = _open(tx.activities.handed_in(number))
        rep_id = tx.users.get(entry.user_id).rep_id if entry.user_id else None
        tx.accounts.get(account_id)
    made = _activity(workspace, entry, account_id, rep_id)
    _settle(workspace, replace(entry, activity_id=made.id), planner_id)
    return made


def set_aside(workspace: Workspace, number: int, planner_id: int) -> None:
    """Be done with it without filing it; it is kept. Raises NotFound, Conflict."""
    with workspace.store.read() as tx:
        entry = _open(tx.activities.handed_in(number))
    _settle(workspace, entry, planner_id)


def _open(entry: HandedIn) -> HandedIn:
    if entry.settled_at is not None:
        raise Conflict(say("Someone else dealt with this."), say("Look at the list again."))
    return entry


def _settle(workspace: Workspace, entry: HandedIn, planner_id: int) -> None:
    with workspace.store.write() as tx:
        tx.activities.settle(replace(entry, settled_at=workspace.clock(), settled_by=planner_id))


def _activity(workspace: Workspace, entry: HandedIn, account_id: int, rep_id: int | None) -> Activity:
    body = entry.document["body"]

    def text(name: str, most: int) -> str:
        value = body.get(name)
        return value[:most] if isinstance(value, str) else ""

    told: dict[str, Any] = {"user_id": entry.user_id, "rep_id": rep_id, "client_id": entry.client_id}
    at = datetime.fromisoformat(entry.document["at"])
    if entry.document["what"] in {"note", "call"}:
        kind = ActivityKind(entry.document["what"])
        return add_note(workspace, account_id, text("note", NOTE_MOST), kind=kind, at=at, **told)
    return check_in(
        workspace,
        account_id,
        position=_position(body),
        outcome=Outcome(text("outcome", 40)) if text("outcome", 40) in set(Outcome) else Outcome.NONE,
        note=text("note", NOTE_MOST),
        next_step=text("next_step", 200),
        next_date=_date(text("next_date", 10)),
        at=at,
        **told,
    )


def _happened(body: Mapping[str, Any], times: PhoneTimes, now: datetime) -> datetime:
    said = body.get("at")
    try:
        return arrival(replace(times, at=said if isinstance(said, str) else ""), now).at
    except InputRejected:
        return now


def _position(body: Mapping[str, Any]) -> Position | None:
    lon, lat, accuracy_m = (body.get(name) for name in ("lon", "lat", "accuracy_m"))
    if isinstance(lon, (int, float)) and isinstance(lat, (int, float)) and isinstance(accuracy_m, (int, float)):
        return Position(LonLat(float(lon), float(lat)), float(accuracy_m))
    return None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
