"""Huff shares: what a place of one's own draws against its competitors, and who those are."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.common.language import say
from gcrm.people.queries import all_reps
from gcrm.platform.errors import GcrmError, InputRejected
from gcrm.territories.queries import region_sets
from routing.late import late
from webapp.access import DESK, PLANNERS, allow, me
from webapp.catchment.views import asked_minutes, chosen_places
from webapp.context import snapshot, workspace
from webapp.formats import counted
from webapp.huff import ground
from webapp.maps_api import draw

if TYPE_CHECKING:
    from gcrm.markets import competitors, huff, rivals, sites
    from gcrm.markets import places as named_places
else:
    # They bring frames and the street graph.
    competitors = late("gcrm.markets.competitors")
    huff = late("gcrm.markets.huff")
    rivals = late("gcrm.markets.rivals")
    sites = late("gcrm.markets.sites")
    named_places = late("gcrm.markets.places")

blueprint = Blueprint("huff", __name__, url_prefix="/markets/huff", template_folder="templates")

USUAL_MIN = 30.0
KINDS_SHOWN = 60


@blueprint.get("/")
@allow(*DESK)
def show() -> ResponseReturnValue:
    """Shares of the places that the address names among all; a form where it names none."""
    missing: GcrmError | None = None
    found, shown, by = None, None, ground.CELLS
    try:
        area = workspace().areas.current()
        by = ground.chosen_ground(snapshot(), request.args.get("by", ""))
        told = _shares()
        found = told[0] if told else None
        if found and found.sites:
            asked: dict[str, Any] = request.args.to_dict(flat=False)
            shown = draw.huff_map(url_for("huff.on_map", **asked))
        kinds = competitors.kinds_there(area)[:KINDS_SHOWN]
    except GcrmError as error:
        missing, kinds = error, []
    return render_template(
        "huff/show.html",
        missing=missing,
        found=found,
        finding=rivals.finding_of(found) if found else "",
        who=competitors.competitors_of(snapshot()),
        kinds=kinds,
        homes=[rep for rep in all_reps(snapshot()) if rep.home],
        given=request.args,
        may_change=me().role in PLANNERS,
        map=shown,
        by=by,
        grounds=[(ground.CELLS, say("Cells of homes")), *((name, name) for name in region_sets(snapshot()))],
    )


@blueprint.get("/map")
@allow(*DESK)
def on_map() -> ResponseReturnValue:
    """The shares on the ground, and the places. The address names them as that of the page does."""
    told = _shares()
    if told is None:
        raise InputRejected(say("No place is chosen."), say("Name one of yours."))
    return jsonify(ground.answer(snapshot(), *told, ground.chosen_ground(snapshot(), request.args.get("by", ""))))


@blueprint.post("/competitors")
@allow(*PLANNERS)
def say_competitors() -> ResponseReturnValue:
    """Say which kinds of business compete, and take a list of places where one is sent."""
    kinds = request.form.get("kinds", "").split(",")
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        now = competitors.set_competitors(workspace(), kinds)
    else:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"competitors{Path(sent.filename).suffix[:8]}"
            sent.save(file)
            now = competitors.set_competitors(workspace(), kinds, file)
    flash(
        say(
            "Competitors: {kinds} and {places} of a list.",
            kinds=counted(len(now.kinds), "kind of business", "kinds of business"),
            places=counted(len(now.sites), "place", "places"),
        )
    )
    return redirect(url_for("huff.show"))


def _shares() -> "tuple[rivals.Rivals, rivals.Ground | None] | None":
    """The shares that the address asks for, None where it names no place. Raises InputRejected."""
    chosen = chosen_places()
    text = " ".join(request.args.get("address", "").split())
    if text:
        chosen.append(named_places.at_address(workspace(), text[:200]))
    if not chosen:
        return None
    size = _number("size", say("The size"), 1.0)
    alpha, beta = (
        _number("alpha", say("The exponent of size"), None),
        _number("beta", say("The exponent of minutes"), None),
    )
    exponents = None
    if alpha is not None or beta is not None:
        exponents = huff.Exponents(
            huff.Exponent(huff.ALPHA if alpha is None else alpha),
            huff.Exponent(huff.BETA if beta is None else beta),
            say("what was given"),
        )
    ours = [sites.Site(one.name, one.place, size or 1.0, ours=True) for one in chosen]
    who = competitors.competitors_of(snapshot())
    minutes = asked_minutes(USUAL_MIN)[0]
    return rivals.huff_on_ground(
        workspace(), ours, kind=request.args.get("kind", "").strip()[:60], minutes=minutes, exponents=exponents, who=who
    )


def _number(key: str, what: str, usual: float | None) -> float | None:
    """A number above 0 of the address, `usual` where it has none. Raises InputRejected."""
    text = request.args.get(key, "").strip()
    if not text:
        return usual
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = 0.0
    if not 0 < value < 1e9:
        raise InputRejected(say("{what} is {typed}.", what=what, typed=repr(text[:20])), say("Give a number above 0."))
    return value
