"""Visits, calls and notes: listed, told, corrected, withdrawn."""

from datetime import date, datetime
from typing import Any

from gcrm.activities.account_history import add_note
from gcrm.activities.check_in import check_in
from gcrm.activities.corrections import Correction, correct_activity, reinstate_activity, withdraw_activity
from gcrm.activities.model import Activity, ActivityKind, Outcome
from gcrm.activities.queries import activities_after, corrections_of, one_activity
from gcrm.activities.told_account import Teller
from gcrm.activities.verdict import Position
from gcrm.people.token import Scope
from gcrm.platform.errors import Conflict, NotFound
from routing.points import LonLat
from webapp.access import WRITERS, account_to_see, me, rep_to_see, sees_all, visible_territories
from webapp.api.operation import Given, Reply, operation
from webapp.api.pages import page_of
from webapp.api.problems import Refused
from webapp.api.shapes import ACTIVITY, ACTIVITY_PATCH, CURSOR, ID, KEY, LIMIT, NEW_ACTIVITY, NO_SUCH, page
from webapp.api.versions import changed_first, seen_version
from webapp.context import snapshot, workspace

TAG = "Activities"
ACTIVITIES = page("Activities", ACTIVITY)


def activity_json(activity: Activity, corrections: int) -> dict[str, Any]:
    """An activity as the API answers it. corrections: how often it was corrected, which is its version.

    Where a rep stood is told to that rep alone: whoever else looks at positions does so on pages that note it.
    """
    seen = activity.check_in
    is_own = activity.rep_id is not None and activity.rep_id == me().rep_id
    return {
        "id": activity.id,
        "account_id": activity.account_id,
        "kind": activity.kind.value,
        "at": activity.at.isoformat(),
        "rep_id": activity.rep_id,
        "user_id": activity.user_id,
        "outcome": activity.outcome.value,
        "note": activity.note,
        "next_step": activity.next_step,
        "next_date": activity.next_date.isoformat() if activity.next_date else None,
        "check_in": {
            "at": seen.at.isoformat(),
            "place": {"lon": seen.place.lon, "lat": seen.place.lat} if seen.place and is_own else None,
            "accuracy_m": seen.accuracy_m if is_own else None,
            "distance_m": seen.distance_m,
            "verdict": seen.verdict.value,
        }
        if seen
        else None,
        "client_id": activity.client_id,
        "withdrawn_at": activity.withdrawn_at.isoformat() if activity.withdrawn_at else None,
        "version": str(corrections),
    }


@operation(
    "GET", "/activities", "List activities", tag=TAG, scope=Scope.ACTIVITIES_READ,
    query={
        "account": {**ID, "description": "Of that account."}, "rep": {**KEY, "description": "Of the rep of that key."},
        "cursor": CURSOR, "limit": LIMIT,
    },
    answers={200: ("A page of activities, in the order in which they were kept.", ACTIVITIES), 404: NO_SUCH},
)  # fmt: skip
def list_activities(given: Given) -> Reply:
    """Of the accounts that the token's user may see, those that were withdrawn too."""
    tx = snapshot()
    seen = visible_territories(tx)
    account = account_to_see(tx, given.query["account"]).id if "account" in given.query else None
    rep = rep_to_see(tx, given.query["rep"]).id if "rep" in given.query else None
    return page_of(
        given,
        lambda after, most: activities_after(tx, seen, after, most, account_id=account, rep_id=rep),
        lambda pair: activity_json(*pair),
        lambda pair: pair[0].id,
    )


@operation(
    "POST", "/activities", "Tell of a visit, a call or a note", tag=TAG, scope=Scope.ACTIVITIES_WRITE, roles=WRITERS,
    body=NEW_ACTIVITY, versioned=True, answers={201: ("The activity as it was kept.", ACTIVITY)},
)  # fmt: skip
def create_activity(given: Given) -> Reply:
    """A visit may carry a position, which is held against the account's. A call or a note needs a `note`."""
    body = given.body
    kind = ActivityKind(body["kind"])
    teller = Teller(me().id, me().rep_id, sees_all())
    at = datetime.fromisoformat(body["at"]) if "at" in body else None
    client_id = body.get("client_id", "")
    if kind is not ActivityKind.VISIT:
        strange = sorted(name for name in ("outcome", "next_step", "next_date", "position") if body.get(name))
        if strange:
            raise Refused(422, f"A {kind} has no {strange[0]}.", "Leave it out, or tell of a visit.")
        made = add_note(
            workspace(), body["account_id"], body.get("note", ""), teller=teller, kind=kind, client_id=client_id, at=at
        )
    else:
        where = body.get("position")
        made = check_in(
            workspace(),
            body["account_id"],
            teller=teller,
            position=Position(LonLat(where["lon"], where["lat"]), where["accuracy_m"]) if where else None,
            outcome=Outcome(body.get("outcome", "")),
            note=body.get("note", ""),
            next_step=body.get("next_step", ""),
            next_date=_day(body.get("next_date")),
            client_id=client_id,
            at=at,
        )
    return _shown(made.id, 201)


@operation(
    "GET", "/activities/<int:activity_id>", "Read an activity", tag=TAG, scope=Scope.ACTIVITIES_READ, versioned=True,
    answers={200: ("The activity.", ACTIVITY)},
)  # fmt: skip
def read_activity(given: Given) -> Reply:
    """One of an account of somebody else is answered as one that does not exist."""
    return _shown(_to_see(given).id)


@operation(
    "PATCH", "/activities/<int:activity_id>", "Correct, withdraw or reinstate an activity", tag=TAG,
    scope=Scope.ACTIVITIES_WRITE, roles=WRITERS, body=ACTIVITY_PATCH, versioned=True,
    answers={200: ("The activity as it is now.", ACTIVITY)},
)  # fmt: skip
def change_activity(given: Given) -> Reply:
    """What is not sent stays. `withdrawn` is sent alone: true for what never happened, false to let it hold again."""
    before = _to_see(given)
    body = given.body
    seen = seen_version(given)
    version = corrections_of(snapshot(), before.id)
    if seen and seen != str(version):
        raise changed_first(activity_json(before, version), body)
    if "withdrawn" in body and len(body) > 1:
        raise Refused(422, "withdrawn is sent alone.", "Correct it in a request of its own.")
    try:
        if "withdrawn" in body:
            act = withdraw_activity if body["withdrawn"] else reinstate_activity
            act(workspace(), before.id, user=me(), read=version)
        else:
            to = Correction(
                Outcome(body.get("outcome", before.outcome.value)),
                body.get("note", before.note),
                body.get("next_step", before.next_step),
                _day(body["next_date"]) if "next_date" in body else before.next_date,
            )
            correct_activity(workspace(), before.id, to, user=me(), read=version)
    except Conflict as slower:
        now = one_activity(snapshot(), before.id)
        raise changed_first(activity_json(now, corrections_of(snapshot(), now.id)), body) from slower
    return _shown(before.id)


def _to_see(given: Given) -> Activity:
    """The activity, if its account may be seen. Raises NotFound, in the same words for one that is hidden."""
    number = given.path["activity_id"]
    hidden = NotFound(f"There is no activity {number} among yours.", "Find it in the list of activities.")
    tx = snapshot()
    try:
        found = one_activity(tx, number)
        account_to_see(tx, found.account_id)
    except NotFound as unknown:
        raise hidden from unknown
    return found


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _shown(activity_id: int, status: int = 200) -> Reply:
    tx = snapshot()
    version = corrections_of(tx, activity_id)
    headers = {"Location": f"/api/v1/activities/{activity_id}"} if status == 201 else {}
    return Reply(activity_json(one_activity(tx, activity_id), version), status, etag=str(version), headers=headers)
