"""Places: the work list of accounts that are not placed well enough, and fixing the place of one.

Only planners move a pin: the verdict of a check-in is measured from it.
"""

import math

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.accounts.audit import account_audit
from gcrm.accounts.change import ChangeKind
from gcrm.accounts.geocode_review import badly_placed, candidates_for
from gcrm.accounts.model import PERSON, Level
from gcrm.accounts.pin_account import pin_account, place_by_address, unpin_account
from gcrm.activities.better_pins import approve_better_pin, better_pins, refuse_better_pin
from gcrm.common.language import say
from gcrm.geocoding.find_address import address_at, suggest_address
from gcrm.platform.errors import InputRejected, NotReady
from routing.points import LonLat
from webapp.access import DESK, EVERYONE, PLANNERS, account_to_see, allow, me
from webapp.context import snapshot, workspace
from webapp.maps_api import draw
from webapp.security import safe_target
from webapp.zones import zone_of_user

blueprint = Blueprint("places", __name__, url_prefix="/places", template_folder="templates")

SHOWN = 50
LONGEST_TEXT = 300


@blueprint.get("/")
@allow(*PLANNERS)
def list_all() -> ResponseReturnValue:
    """Accounts to check, worst and most valuable first."""
    page = max(request.args.get("page", 1, type=int), 1)
    work = badly_placed(workspace(), SHOWN, offset=(page - 1) * SHOWN)
    better = better_pins(snapshot(), workspace().clock()) if page == 1 else []
    return render_template(
        "places/list.html", work=work, page=page, pages=math.ceil(work.total / SHOWN), better=better[:SHOWN]
    )


@blueprint.post("/<int:account_id>/better-pin")
@allow(*PLANNERS)
def better_pin(account_id: int) -> ResponseReturnValue:
    """Move a pin to where the check-ins fall, or leave it where it is."""
    if request.form.get("act") == "refuse":
        refuse_better_pin(workspace(), account_id)
        flash(say("The pin stays. Only check-ins from now on count."))
    else:
        approve_better_pin(workspace(), account_id, _point(request.form), me().id)
        flash(say("Moved. Check-ins are judged from there now."))
    return redirect(url_for("places.list_all"))


@blueprint.get("/<int:account_id>")
@allow(*PLANNERS)
def fix(account_id: int) -> ResponseReturnValue:
    """How one account is placed, and three ways to put it right: drag, choose, type."""
    account = account_to_see(snapshot(), account_id)
    return render_template(
        "places/fix.html",
        account=account,
        candidates=candidates_for(workspace(), account, 5),
        last_fix=_last_fix(account_id),
        by_hand=account.placement.source == PERSON,
        back=safe_target(request.args.get("back")) or "",
        zone=zone_of_user(),
        map=draw.pin_map(account_id),
    )


@blueprint.get("/<int:account_id>/choices")
@allow(*PLANNERS)
def choices(account_id: int) -> ResponseReturnValue:
    """The places that the address of one account may mean, as buttons, for a piece of its page."""
    account = account_to_see(snapshot(), account_id)
    back = url_for("accounts.show", account_id=account_id)
    found = candidates_for(workspace(), account)
    return render_template("places/choices.html", account=account, candidates=found, back=back)


@blueprint.post("/<int:account_id>")
@allow(*PLANNERS)
def put(account_id: int) -> ResponseReturnValue:
    """Put an account where a person says: a point, or an address that is written into it as well."""
    account = account_to_see(snapshot(), account_id)
    back = safe_target(request.form.get("back"))
    text = " ".join(request.form.get("address", "").split())
    if "address" in request.form:
        if not 0 < len(text) <= LONGEST_TEXT:
            raise InputRejected(say("No address is given."), say("Type a street, a number and a town."))
        try:
            place_by_address(workspace(), account_id, text, me().id)
        except InputRejected as error:
            flash(f"{error.fault} {error.remedy}", "problem")
            return redirect(url_for("places.fix", account_id=account_id, back=back))
    else:
        label = " ".join(request.form.get("label", "").split())[:LONGEST_TEXT]
        pin_account(workspace(), account_id, _point(request.form), label=label, level=_level(), user_id=me().id)
    flash(say("{name} moved.", name=account.name))
    return redirect(back or url_for("places.fix", account_id=account_id))


@blueprint.post("/<int:account_id>/unpin")
@allow(*PLANNERS)
def unpin(account_id: int) -> ResponseReturnValue:
    """Take the pin out: the account goes where its address is found."""
    account = account_to_see(snapshot(), account_id)
    unpin_account(workspace(), account_id, me().id)
    flash(say("Pin removed. {name} is placed by its address.", name=account.name))
    return redirect(url_for("places.fix", account_id=account_id))


@blueprint.get("/suggest")
@allow(*DESK)
def suggest() -> ResponseReturnValue:
    """Addresses that somebody may be typing, as buttons that move the pin."""
    text = " ".join(request.args.get("address", "").split())[:LONGEST_TEXT]
    found = suggest_address(workspace(), text, 6) if len(text) >= 2 else []
    return render_template("places/suggest.html", found=found, text=text)


@blueprint.get("/at")
@allow(*EVERYONE)
def at() -> ResponseReturnValue:
    """The nearest known address to a place; its label is "" where there is none near by."""
    try:
        found = address_at(workspace(), _point(request.args))
    except NotReady:
        found = None
    if found is None:
        return jsonify({"label": "", "away": "", "level": ""})
    return jsonify({"label": found.label, "away": found.matched, "level": found.level.value})


def _last_fix(account_id: int) -> int | None:
    """The number to undo the last fix by, where that was not undone yet."""
    latest = next((one for one in account_audit(workspace(), account_id) if one.kind is ChangeKind.PIN), None)
    return latest.change_set if latest and not latest.undone else None


def _level() -> Level:
    named = request.form.get("level", Level.HOUSE.value)
    if named not in {level.value for level in Level if level is not Level.NONE}:
        raise InputRejected(
            say("There is no level {named}.", named=repr(named[:20])),
            say("Choose one of the candidates, or drag the pin."),
        )
    return Level(named)


def _point(given: dict[str, str]) -> LonLat:
    """The point of a form or a query, (lon, lat) in degrees, EPSG:4326. Raises InputRejected where it is none."""
    try:
        point = LonLat(float(given.get("lon", "")), float(given.get("lat", "")))
    except ValueError as error:
        raise InputRejected(say("No place is chosen."), say("Drag the pin, or choose a candidate.")) from error
    if not (math.isfinite(point.lon) and math.isfinite(point.lat) and abs(point.lon) <= 180 and abs(point.lat) <= 90):
        raise InputRejected(say("That place is outside the map."), say("Give longitude and latitude in degrees."))
    return point
