"""Potential: a choropleth of one measure, the finding, the table with its errors, and whom to take on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.common.language import say
from gcrm.platform.errors import InputRejected, NotFound
from gcrm.territories.queries import one_region, region_sets
from maps.classing import SCHEMES
from routing.late import late
from routing.points import LonLat
from webapp.access import DESK, PLANNERS, allow, me
from webapp.context import snapshot, workspace
from webapp.formats import counted, number
from webapp.maps_api import draw

if TYPE_CHECKING:
    from gcrm.markets import potential, prospects
    from gcrm.markets.potential import Potential
    from gcrm.markets.prospects import PotentialCustomers
else:
    # They bring frames and the street graph.
    potential = late("gcrm.markets.potential")
    prospects = late("gcrm.markets.prospects")

blueprint = Blueprint("potential", __name__, url_prefix="/markets/potential", template_folder="templates")

AROUND_MIN = 10.0
"""Minutes around a place that are looked at unless others are asked for."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks about: a set of regions and one of them, or a place with minutes around it."""

    set_name: str
    region: int | None
    place: LonLat | None
    minutes: float

    @property
    def address(self) -> dict[str, Any]:
        """The same as parts of an address."""
        if self.place is not None:
            return {"at": f"{self.place.lon:.6f},{self.place.lat:.6f}", "minutes": f"{self.minutes:g}"}
        return {"set": self.set_name or None, "region": self.region}


@blueprint.get("/")
@allow(*DESK)
def show() -> ResponseReturnValue:
    """One set of regions, drilled down into one of them, or what is around a place."""
    sets = region_sets(snapshot())
    chosen = _chosen(sets)
    if chosen.place is None and not sets:
        return render_template("potential/none.html")
    listed: PotentialCustomers | None = None
    if chosen.place is not None:
        found = potential.potential_of_place(workspace(), chosen.place, chosen.minutes, tx=snapshot())
        listed = prospects.prospects_of_place(workspace(), chosen.place, chosen.minutes)
    else:
        found = potential.potential_of_regions(workspace(), chosen.set_name, tx=snapshot())
        if chosen.region is not None:
            listed = prospects.prospects_of_region(workspace(), chosen.region)
    classes = request.args.get("classes", "")
    return render_template(
        "potential/show.html",
        schemes=[(key, say(word)) for key, word in SCHEMES.items()],
        classes=classes,
        sets=sets,
        chosen=chosen,
        found=found,
        finding=potential.finding_of(found),
        judged=judged_words(found),
        listed=listed,
        here=next((row for row in found.rows if row.id == (chosen.region or 0)), None),
        may_change=me().role in PLANNERS,
        map=draw.potential_map(chosen.set_name, classes) if chosen.place is None else None,
    )


@blueprint.post("/prospects")
@allow(*PLANNERS)
def take() -> ResponseReturnValue:
    """Make one of the listed businesses a prospect, or refuse it with a reason."""
    sets = region_sets(snapshot())
    chosen = _chosen(sets)
    key = request.form.get("key", "")
    if request.form.get("refuse"):
        refused = prospects.refuse_prospect(workspace(), key, request.form.get("reason", ""), user_id=me().id)
        flash(say("{name} is refused and will not be offered again.", name=refused.name))
    else:
        added = prospects.add_prospects(workspace(), [key], user_id=me().id)
        for account in added.accounts:
            flash(
                say("{name} is a prospect now and will be planned. You can undo this under Changes.", name=account.name)
            )
        for why in added.passed_over:
            flash(why, "problem")
    return redirect(url_for("potential.show", **chosen.address) + "#prospects")


def judged_words(found: Potential) -> str:
    """How far the numbers can be trusted, in one sentence."""
    error = found.error
    if error is None:
        return ""
    held = say("{what} of 10 intervals", what=f"{round(10 * error.coverage):d}")
    if found.measure == "revenue":
        unit = f" {found.currency}" if found.currency else ""
        return say(
            "Tried on customers that it had not seen, a block of neighbours at a time, the model is off "
            "by {error}{unit} on average (saying the same of all: {error_of_mean}{unit}); {held} held "
            "the true value. Fitted to {customers}, {period}.",
            error=number(error.error),
            unit=unit,
            error_of_mean=number(error.error_of_mean),
            held=held,
            customers=counted(error.accounts, "customer", "customers"),
            period=found.period,
        )
    return say(
        "Tried on blocks of neighbours that it had not seen, the model is off by {error} customers a "
        "block on average (saying the same of all: {error_of_mean}); {held} held the true number. "
        "Fitted to {customers}.",
        error=number(error.error, 1),
        error_of_mean=number(error.error_of_mean, 1),
        held=held,
        customers=counted(error.accounts, "customer", "customers"),
    )


def _chosen(sets: list[str]) -> Chosen:
    """What the address asks for. Raises NotFound for a set or region that is not there, InputRejected for no place."""
    given = request.args
    minutes = given.get("minutes", AROUND_MIN, type=float)
    at = given.get("at", "")
    if at:
        try:
            lon, lat = (float(part) for part in at.split(","))
        except ValueError as wrong:
            raise InputRejected(say("There is no such place."), say("Send at=lon,lat in degrees.")) from wrong
        return Chosen("", None, LonLat(lon, lat), minutes)
    region = given.get("region", type=int)
    name = given.get("set") or (sets[0] if sets else "")
    if region is not None:
        name = one_region(snapshot(), region).set_name
    if name and name not in sets:
        raise NotFound(
            say("There are no regions called {name}.", name=repr(name[:80])), say("Choose a set of the list.")
        )
    return Chosen(name, region, None, minutes)
