"""Regions: a choropleth of one measure, the table beside it, and the finding in a sentence."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from gcrm.markets.region_table import region_table
from gcrm.platform.errors import NotFound
from gcrm.territories.queries import region_sets
from maps.classing import SCHEMES
from webapp.access import DESK, allow
from webapp.context import snapshot, workspace
from webapp.formats import counted
from webapp.maps_api import draw
from webapp.zones import today, zone_of_user

blueprint = Blueprint("regions", __name__, url_prefix="/regions", template_folder="templates")


@blueprint.get("/")
@allow(*DESK)
def show() -> ResponseReturnValue:
    """One set of regions; the first where none is asked for."""
    tx = snapshot()
    sets = region_sets(tx)
    if not sets:
        return render_template("regions/none.html")
    chosen = chosen_set(sets)
    table = region_table(tx, chosen, workspace().clock(), today(zone_of_user()))
    classes = request.args.get("classes", "")
    return render_template(
        "regions/show.html",
        schemes=SCHEMES.items(),
        classes=classes,
        sets=sets,
        chosen=chosen,
        rows=table.rows,
        finding=finding_of(table.rows),
        map=draw.regions_map(chosen, measure=request.args.get("measure") or "customers", classes=classes),
    )


def chosen_set(sets: list[str]) -> str:
    """The set of regions that the address names, else the first. Raises NotFound."""
    chosen = request.args.get("set") or sets[0]
    if chosen not in sets:
        raise NotFound(f"There are no regions called {chosen[:80]!r}.", "Choose a set of the list.")
    return chosen


def finding_of(rows: Any) -> str:
    """The one sentence that a manager should read: where most potential is left, or most visits are late."""
    neglected = max(rows, key=lambda row: (row.prospects if not row.visits else 0, row.prospects), default=None)
    if neglected and neglected.prospects and not neglected.visits:
        return f"{neglected.name} has {counted(neglected.prospects, 'prospect', 'prospects')} and no visit in 60 days."
    late = max(rows, key=lambda row: row.overdue, default=None)
    if late and late.overdue:
        return f"{late.name} has the most overdue visits: {late.overdue}."
    return "Nothing is overdue, and prospects are being visited."
