"""Catchment: click a place, see what is within ten, twenty and thirty minutes of it."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from gcrm.geocoding.find_address import find_address
from gcrm.platform.errors import GcrmError, InputRejected
from webapp.access import DESK, allow
from webapp.context import workspace
from webapp.maps_api import draw

blueprint = Blueprint("catchment", __name__, url_prefix="/catchment", template_folder="templates")


@blueprint.get("/")
@allow(*DESK)
def show() -> ResponseReturnValue:
    """The map to click on, and the table that it fills."""
    missing: GcrmError | None = None
    try:
        workspace().areas.current()
    except GcrmError as error:
        missing = error
    return render_template("catchment/show.html", missing=missing, map=None if missing else draw.catchment_map())


@blueprint.get("/places")
@allow(*DESK)
def places() -> ResponseReturnValue:
    """Addresses that a typed text may mean, as buttons that put the origin there."""
    text = " ".join(request.args.get("text", "").split())
    if len(text) > 200:
        raise InputRejected("The address is too long.", "Type street, number and town.")
    found = find_address(workspace(), text, limit=5) if len(text) >= 3 else []
    return render_template("catchment/places.html", found=found, text=text)
