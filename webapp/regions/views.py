"""Regions: a choropleth of one measure, the table beside it, and the finding in a sentence."""

from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from gcrm.common.language import say
from gcrm.markets.region_table import region_table
from gcrm.platform.errors import NotFound
from gcrm.territories.queries import region_sets
from maps.classing import SCHEMES, VIRIDIS, Scheme
from routing.late import late
from webapp.access import DESK, PLANNERS, allow, me
from webapp.context import snapshot, workspace
from webapp.formats import counted
from webapp.maps_api import draw
from webapp.maps_api.choropleth import STATISTICS, joined_digits
from webapp.zones import today, zone_of_user

if TYPE_CHECKING:
    from gcrm.markets import neglected
else:
    # It brings the street graph and models.
    neglected = late("gcrm.markets.neglected")

AGAINST_VISITS = "potential_visits"

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
    classes, problem = chosen_classes()
    measure = request.args.get("measure") or "customers"
    against = None
    if measure == AGAINST_VISITS:
        against = neglected.potential_against_visits(workspace(), chosen, table.rows, tx)
    return render_template(
        "regions/show.html",
        schemes=[(key, say(word)) for key, word in SCHEMES.items()],
        classes=classes,
        own=request.args.get("own", ""),
        problem_of_classes=problem,
        sets=sets,
        chosen=chosen,
        table=table,
        rows=table.rows,
        measure=measure,
        against=against,
        statistics=[
            *(
                (key, say(label), 0)
                for key, label in STATISTICS.items()
                if any(key in row.statistics for row in table.rows)
            ),
            *((name, name, digits) for name, digits in joined_digits(table.rows, table.joined).items()),
        ],
        may_join=me().role in PLANNERS,
        finding=neglected.finding_of(against) if against else finding_of(table.rows),
        map=draw.regions_map(chosen, measure=measure, classes=classes),
    )


def chosen_classes() -> tuple[str, str]:
    """How values are classed, by the list or one's own lower ends, and what is wrong with those."""
    own = request.args.get("own", "").strip()
    given = own or request.args.get("classes", "")
    if not given:
        return "", ""
    try:
        Scheme.read(given)
    except ValueError:
        return "", say(
            "Your own classes are 1 to {most} numbers with commas between them, as 10,20,50.", most=len(VIRIDIS)
        )
    return given, ""


def chosen_set(sets: list[str]) -> str:
    """The set of regions that the address names, else the first. Raises NotFound."""
    chosen = request.args.get("set") or sets[0]
    if chosen not in sets:
        raise NotFound(
            say("There are no regions called {chosen}.", chosen=repr(chosen[:80])), say("Choose a set of the list.")
        )
    return chosen


def finding_of(rows: Any) -> str:
    """The one sentence that a manager should read: where most potential is left, or most visits are late."""
    neglected = max(rows, key=lambda row: (row.prospects if not row.visits else 0, row.prospects), default=None)
    if neglected and neglected.prospects and not neglected.visits:
        return say(
            "{name} has {prospects} and no visit in 60 days.",
            name=neglected.name,
            prospects=counted(neglected.prospects, "prospect", "prospects"),
        )
    late = max(rows, key=lambda row: row.overdue, default=None)
    if late and late.overdue:
        return say("{name} has the most overdue visits: {overdue}.", name=late.name, overdue=late.overdue)
    if not any(row.customers or row.prospects for row in rows):
        return say("There are no accounts in these regions yet.")
    if not any(row.visits for row in rows):
        return say("Nothing is overdue, but no visit was made in 60 days.")
    prospects = any(row.prospects for row in rows)
    return say("Nothing is overdue, and prospects are being visited.") if prospects else say("Nothing is overdue.")
