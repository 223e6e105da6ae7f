"""Territories: who looks after which regions, what is unowned or doubly owned, and moving regions to a rep."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.common.language import say
from gcrm.markets.region_table import region_table
from gcrm.people.queries import all_reps, rep_of_key
from gcrm.platform.errors import InputRejected
from gcrm.territories.assign_postcodes import assign_postcodes
from gcrm.territories.assign_territory import assign_territory
from gcrm.territories.fill_territories import fill_territories
from gcrm.territories.queries import one_region, region_sets
from gcrm.territories.release_regions import release_regions
from gcrm.territories.territory_table import TerritoryTable, territory_table
from webapp.access import DESK, PLANNERS, allow, me
from webapp.context import snapshot, workspace
from webapp.formats import counted
from webapp.given import whole
from webapp.maps_api import draw
from webapp.regions.views import chosen_set
from webapp.zones import today, zone_of_user

blueprint = Blueprint("territories", __name__, url_prefix="/territories", template_folder="templates")

LISTED = 100
"""Accounts listed for each fault; the list of accounts shows the rest."""


@blueprint.get("/")
@allow(*DESK)
def show() -> ResponseReturnValue:
    """The map by rep, a row a rep, a row a region."""
    tx = snapshot()
    sets = region_sets(tx)
    reps = all_reps(tx)
    if not sets or not reps:
        return render_template(
            "territories/none.html", sets=sets, reps=reps, chosen="", can_change=me().role in PLANNERS
        )
    chosen = chosen_set(sets)
    table = territory_table(tx, today(zone_of_user()))
    return render_template(
        "territories/show.html",
        sets=sets,
        chosen=chosen,
        table=table,
        regions=region_table(tx, chosen, workspace().clock(), today(zone_of_user())).rows,
        finding=finding_of(table),
        listed=LISTED,
        can_change=me().role in PLANNERS,
        map=draw.territories_map(chosen),
    )


@blueprint.post("/assign")
@allow(*PLANNERS)
def assign() -> ResponseReturnValue:
    """Move the chosen regions to a rep, or to nobody."""
    try:
        chosen = sorted({whole(number) for number in request.form.getlist("region")})
    except ValueError as wrong:
        raise InputRejected(say("That is not a region."), say("Choose regions of the table.")) from wrong
    if not chosen:
        raise InputRejected(say("No region selected."), say("Choose regions in the table or on the map."))
    key = request.form.get("rep", "")
    tx = snapshot()
    regions = [one_region(tx, number) for number in chosen]
    name = rep_of_key(tx, key).name if key else say("nobody")
    if key:
        for set_name in sorted({region.set_name for region in regions}):
            names = [region.name for region in regions if region.set_name == set_name]
            assign_territory(workspace(), key, set_name, names, take=True)
    else:
        release_regions(workspace(), chosen)
    flash(say("{regions} to {name} now.", regions=counted(len(chosen), "region belongs", "regions belong"), name=name))
    return redirect(url_for("territories.show", set=request.form.get("set") or None))


@blueprint.post("/postcodes")
@allow(*PLANNERS)
def postcodes() -> ResponseReturnValue:
    """Give postcodes and ranges of them to a rep; others lose what lies within them."""
    key, text = request.form.get("rep", ""), request.form.get("postcodes", "")
    done = assign_postcodes(workspace(), key, text, take=True, only="only" in request.form)
    codes = ", ".join(done.postcodes) or say("no postcodes")
    flash(f"{done.territory}: {codes}. {counted(done.accounts, 'account', 'accounts')}.")
    return redirect(url_for("territories.show", set=request.form.get("set") or None))


@blueprint.post("/fill")
@allow(*PLANNERS)
def fill() -> ResponseReturnValue:
    """Let every account that is not locked fall into the territory that it lies in."""
    fill_territories(workspace())
    flash(say("Every account is in its territory."))
    return redirect(url_for("territories.show", set=request.form.get("set") or None))


def finding_of(table: TerritoryTable) -> str:
    """What a planner should mend first."""
    if table.unowned or table.doubly_owned:
        faults = []
        if table.unowned:
            faults.append(
                say("{accounts} no rep", accounts=counted(len(table.unowned), "account has", "accounts have"))
            )
        if table.doubly_owned:
            faults.append(
                say(
                    "{accounts} in the regions of two reps",
                    accounts=counted(len(table.doubly_owned), "account lies", "accounts lie"),
                )
            )
        return f"{say(' and ').join(faults)}."
    loads = [(row.load, row.rep.name) for row in table.rows if row.load is not None]
    if len(loads) > 1:
        most, least = max(loads), min(loads)
        if most[0] > 1.5 * max(least[0], 0.01):
            return say(
                "Every account has one rep. {most} has much more work than {least}.", most=most[1], least=least[1]
            )
    return say("Every account has one rep, and the work is balanced.")
