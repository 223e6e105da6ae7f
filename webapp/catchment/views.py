"""Catchments: what is within reach of a place, of several side by side, and what no rep's home reaches."""

from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from gcrm.common.language import say
from gcrm.geocoding.find_address import find_address
from gcrm.people.queries import all_reps
from gcrm.platform.errors import GcrmError, InputRejected
from gcrm.territories.queries import region_sets
from routing.late import late
from webapp.access import DESK, allow
from webapp.context import snapshot, workspace
from webapp.given import whole
from webapp.maps_api import draw
from webapp.zones import today, zone_of_user

if TYPE_CHECKING:
    from gcrm.markets import compare_places, coverage, places
else:
    # They bring frames and the street graph.
    compare_places = late("gcrm.markets.compare_places")
    coverage = late("gcrm.markets.coverage")
    places = late("gcrm.markets.places")

blueprint = Blueprint("catchment", __name__, url_prefix="/catchment", template_folder="templates")

COMPARED_MIN = 20.0
"""Minutes that places are compared at unless others are asked for."""
TEAM_MIN = 30.0


@blueprint.get("/")
@allow(*DESK)
def show() -> ResponseReturnValue:
    """The map to click on, and the table that it fills; around a place that the address names to begin with."""
    missing: GcrmError | None = None
    try:
        workspace().areas.current()
    except GcrmError as error:
        missing = error
    tx = snapshot()
    begun = [] if missing else chosen_places()
    return render_template(
        "catchment/show.html",
        missing=missing,
        begun=begun[0] if begun else None,
        homes=[rep for rep in all_reps(tx) if rep.home],
        map=None if missing else draw.catchment_map(origin=begun[0].place if begun else None),
    )


@blueprint.get("/places")
@allow(*DESK)
def find_places() -> ResponseReturnValue:
    """Addresses that a typed text may mean, as buttons that put the origin there."""
    text = " ".join(request.args.get("text", "").split())
    if len(text) > 200:
        raise InputRejected(say("The address is too long."), say("Type street, number and town."))
    found = find_address(workspace(), text, limit=5) if len(text) >= 3 else []
    return render_template("catchment/places.html", found=found, text=text)


@blueprint.get("/compare")
@allow(*DESK)
def compare() -> ResponseReturnValue:
    """Two or more places side by side, and the ground split among them by who is nearest."""
    chosen = chosen_places()
    minutes = asked_minutes(COMPARED_MIN)
    if len(chosen) < 2:
        return render_template("catchment/compare_none.html", homes=[rep for rep in all_reps(snapshot()) if rep.home])
    found = compare_places.compare_places(workspace(), chosen, minutes, today(zone_of_user()))
    return render_template(
        "catchment/compare.html",
        found=found,
        minutes=max(minutes),
        finding=compare_places.finding_of(found),
        address=address_of_places(),
        map=draw.compare_map(address_of_places(), minutes),
    )


@blueprint.get("/coverage")
@allow(*DESK)
def team() -> ResponseReturnValue:
    """What no rep's home reaches."""
    sets = region_sets(snapshot())
    (minutes,) = asked_minutes(TEAM_MIN)[:1]
    chosen = request.args.get("set") or (sets[0] if sets else "")
    try:
        found = coverage.coverage(workspace(), minutes, chosen or None, snapshot())
    except GcrmError as error:
        return render_template("catchment/coverage_none.html", error=error)
    return render_template(
        "catchment/coverage.html",
        found=found,
        finding=coverage.finding_of(found),
        minutes=minutes,
        sets=sets,
        chosen=chosen,
        map=draw.coverage_map(chosen, minutes) if chosen else None,
    )


def chosen_places() -> "list[places.NamedPlace]":
    """The places that the address names: at=LON,LAT[,NAME], account=ID, rep=KEY; rep=all for every rep with a home."""
    tx = snapshot()
    found: list[places.NamedPlace] = []
    for text in request.args.getlist("at"):
        lon_lat, name = ",".join(text.split(",")[:2]), ",".join(text.split(",")[2:]).strip()
        found.append(places.spot(lon_lat, name[:80]))
    found += [places.place_of_account(tx, number) for number in request.args.getlist("account", type=whole)]
    for key in filter(None, request.args.getlist("rep")):
        found += places.homes_of(tx)[0] if key == "all" else [places.home_of(tx, key)]
    return found


def asked_minutes(usual: float) -> list[float]:
    """The minutes that the address names, as 10,20,30. Raises InputRejected."""
    try:
        return [float(part) for part in (request.args.get("minutes") or f"{usual:g}").split(",")]
    except ValueError as wrong:
        raise InputRejected(say("The minutes are not numbers."), say("Send them as 10,20,30.")) from wrong


def address_of_places() -> dict[str, Any]:
    """The same places as parts of an address."""
    return {key: given for key in ("at", "account", "rep") if (given := request.args.getlist(key))}
