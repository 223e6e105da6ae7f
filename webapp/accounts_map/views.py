"""The map of accounts: coloured and chosen by any field, with a lasso, and views that are kept and sent."""

from typing import TYPE_CHECKING

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.accounts.queries import accounts_by_ids
from gcrm.common.language import say
from gcrm.markets.cube.saved_views import ACCOUNTS, delete_view, save_view, saved_views
from gcrm.platform.errors import InputRejected
from routing.late import late
from webapp.access import DESK, EVERYONE, allow, visible_territories
from webapp.context import snapshot, workspace
from webapp.given import whole
from webapp.maps_api import draw
from webapp.zones import today, zone_of_user

if TYPE_CHECKING:
    from webapp.accounts_map import packed
else:
    packed = late("webapp.accounts_map.packed")

blueprint = Blueprint("accounts_map", __name__, url_prefix="/accounts/by-field", template_folder="templates")

NAMES_MOST = 100


@blueprint.get("/")
@allow(*EVERYONE)
def show() -> ResponseReturnValue:
    """The map; what it shows stands in the address, which the page reads itself."""
    return render_template(
        "accounts_map/show.html",
        map=draw.fields_map(url_for("accounts_map.points")),
        views=saved_views(snapshot(), ACCOUNTS),
    )


@blueprint.get("/points")
@allow(*EVERYONE)
def points() -> ResponseReturnValue:
    """All placed accounts that the signed-in user may see, with their fields, as bytes (`maps.field_points`)."""
    content = packed.packed_accounts(snapshot(), visible_territories(snapshot()), today(zone_of_user()))
    return Response(content, mimetype="application/octet-stream")


@blueprint.get("/names")
@allow(*EVERYONE)
def names() -> ResponseReturnValue:
    """Names and addresses of some accounts that may be seen: ids=1,2,3."""
    try:
        ids = [whole(one) for one in request.args.get("ids", "").split(",") if one][:NAMES_MOST]
    except ValueError as wrong:
        raise InputRejected(say("Those are no accounts."), say("Reload the page.")) from wrong
    seen = visible_territories(snapshot())
    found = [one for one in accounts_by_ids(snapshot(), ids) if seen is None or one.territory_id in seen]
    return jsonify(
        {
            "accounts": [
                {
                    "id": one.id,
                    "name": one.name,
                    "address": one.address.text,
                    "url": url_for("accounts.show", account_id=one.id),
                }
                for one in found
            ]
        }
    )


@blueprint.post("/views")
@allow(*DESK)
def save() -> ResponseReturnValue:
    """Keep what the map shows under a name, for everybody at a desk."""
    address = request.form.get("address", "")
    name = save_view(workspace(), request.form.get("name", ""), address, ACCOUNTS)
    flash(say("Saved as {name}.", name=name))
    return redirect(f"{url_for('accounts_map.show')}?{address}")


@blueprint.post("/views/delete")
@allow(*DESK)
def forget() -> ResponseReturnValue:
    """Delete a view; its address still works."""
    delete_view(workspace(), request.form.get("name", ""), ACCOUNTS)
    flash(say("View deleted."))
    return redirect(url_for("accounts_map.show"))
