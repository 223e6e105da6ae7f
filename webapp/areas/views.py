"""Areas: which extracts are there, how old they are, what they hold."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from gcrm.platform.errors import NotReady
from webapp.access import ADMINISTRATORS, allow
from webapp.context import workspace
from webapp.zones import zone_of_user

blueprint = Blueprint("areas", __name__, url_prefix="/areas", template_folder="templates")


@blueprint.get("/")
@allow(*ADMINISTRATORS)
def list_areas() -> ResponseReturnValue:
    """All areas; one of them is in use."""
    areas = workspace().areas
    try:
        current = areas.current().info.name
    except NotReady:
        current = ""
    now = workspace().clock()
    return render_template("areas/list.html", areas=areas.list(), current=current, now=now, zone=zone_of_user())


@blueprint.post("/<name>/use")
@allow(*ADMINISTRATORS)
def use(name: str) -> ResponseReturnValue:
    """Work on this area from now on."""
    workspace().areas.use(name)
    flash(f"{name} is in use.")
    return redirect(url_for("areas.list_areas"))
