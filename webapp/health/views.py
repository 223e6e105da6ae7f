"""Health in one page: every part, what is missing, and the command that mends it."""

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue

from gcrm.health.checks import examine
from webapp.access import ADMINISTRATORS, allow, public
from webapp.context import workspace

blueprint = Blueprint("health", __name__, url_prefix="/health", template_folder="templates")


@blueprint.get("/")
@allow(*ADMINISTRATORS)
def show() -> ResponseReturnValue:
    """Every part in one table."""
    return render_template("health/show.html", parts=examine(workspace()))


@blueprint.get("/alive")
@public
def alive() -> ResponseReturnValue:
    """Whether the app answers at all; says nothing more, since anybody may ask."""
    return jsonify({"alive": True})
