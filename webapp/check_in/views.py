"""Check-in: the page, the verdict on a position, and the visit that is kept."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.accounts.queries import one_account
from gcrm.activities.check_in import check_in
from gcrm.activities.model import Activity, ActivityKind, Outcome
from gcrm.activities.phone_clock import Arrival
from gcrm.activities.queries import last_activities
from gcrm.activities.verdict import in_words, judge
from gcrm.common.language import say, to_say
from gcrm.platform.errors import InputRejected
from webapp.access import WRITERS, account_to_see, allow, me
from webapp.check_in.passes import account_pass
from webapp.check_in.told import body, read_position, read_times, read_visit, teller, text
from webapp.context import snapshot, workspace
from webapp.formats import duration
from webapp.maps_api import draw
from webapp.security import safe_target
from webapp.zones import today, zone_of_user

blueprint = Blueprint("check_in", __name__, url_prefix="/check-in", template_folder="templates")

UNDER_WAY = timedelta(hours=12)
"""A visit without an outcome that began less than this ago is still going on."""

OUTCOMES = (
    (Outcome.ORDER, to_say("Order")),
    (Outcome.INTERESTED, to_say("Interested")),
    (Outcome.FOLLOW_UP, to_say("Follow-up")),
    (Outcome.NOBODY_THERE, to_say("Nobody there")),
    (Outcome.NOT_INTERESTED, to_say("Not interested")),
    (Outcome.CLOSED_DOWN, to_say("Closed down")),
)


def outcomes() -> list[tuple[Outcome, str]]:
    """What may come of a visit, in words."""
    return [(outcome, say(label)) for outcome, label in OUTCOMES]


NEXT_STEPS = (
    (to_say("Call"), 7),
    (to_say("Visit again"), 14),
    (to_say("Send an offer"), 2),
    (to_say("Bring samples"), 14),
)
"""What to do next, and in how many days it is due unless another day is chosen."""


@blueprint.get("/<int:account_id>")
@allow(*WRITERS)
def show(account_id: int) -> ResponseReturnValue:
    """The page to check in with; it goes on where a visit has begun."""
    account = account_to_see(snapshot(), account_id)
    begun = _under_way(last_activities(snapshot(), account_id, limit=20))
    here = today(zone_of_user())
    return render_template(
        "check_in/show.html",
        account=account,
        begun=begun,
        words=in_words(begun.check_in) if begun and begun.check_in else "",
        lasted=duration(begun.lasted_s) if begun and begun.lasted_s is not None else "",
        outcomes=outcomes(),
        next_steps=[(say(label), here + timedelta(days=days)) for label, days in NEXT_STEPS],
        back=safe_target(request.args.get("back")) or url_for("home"),
        zone=zone_of_user(),
        today=here,
        account_pass=account_pass(account_id),
        map=draw.check_in_map(account_id) if account.place else None,
    )


@blueprint.get("/<int:account_id>/verdict")
@allow(*WRITERS)
def verdict(account_id: int) -> ResponseReturnValue:
    """How a position relates to the account, in words."""
    account = account_to_see(snapshot(), account_id)
    position = read_position(request.args)
    if position is None:
        raise InputRejected(say("There is no position."), say("Send lon, lat and accuracy_m."))
    judged = judge(account, position, workspace().clock())
    words = in_words(judged, kept=False)
    return jsonify({"verdict": judged.verdict.value, "distance_m": judged.distance_m, "words": words})


@blueprint.post("/<int:account_id>")
@allow(*WRITERS)
def send(account_id: int) -> ResponseReturnValue:
    """Keep a visit. Sent again with the same client_id it adds to the visit that is there."""
    given = body()
    sent = read_visit(given)
    visit = check_in(
        workspace(),
        account_id,
        teller=teller(account_id, given),
        position=sent.position,
        outcome=sent.outcome,
        note=sent.note,
        next_step=sent.next_step,
        next_date=sent.next_date,
        client_id=sent.client_id,
        times=sent.times,
        refused=sent.refused,
        left=sent.left,
    )
    if request.is_json:
        return jsonify(_document(visit))
    account = one_account(snapshot(), visit.account_id)
    flash(say("The visit to {name} is kept.", name=account.name))
    return redirect(safe_target(given.get("back")) or url_for("home"))


@blueprint.post("/handed-in")
@allow(*WRITERS)
def hand_in() -> ResponseReturnValue:
    """Keep what a phone could not file, for the planners."""
    from gcrm.activities.hand_in import hand_in as keep_for_planners

    given = body()
    asks = teller(0, given)
    client_id = text(given, "client_id", 64)
    keep_for_planners(workspace(), asks.user_id, client_id, dict(given), read_times({**given, "at": ""}))
    return jsonify({"client_id": client_id})


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


def _document(visit: Activity) -> dict[str, Any]:
    judged = visit.check_in
    arrived = Arrival(visit.at, visit.said_at, visit.clock_error_s)
    return {
        "now": workspace().clock().isoformat(),
        "clock": arrived.words,
        "id": visit.id,
        "client_id": visit.client_id,
        "at": visit.at.isoformat(),
        "outcome": visit.outcome.value,
        "verdict": judged.verdict.value if judged else None,
        "distance_m": judged.distance_m if judged else None,
        "words": in_words(judged) if judged else "",
        "lasted": duration(visit.lasted_s) if visit.lasted_s is not None else "",
    }
