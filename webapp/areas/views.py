"""Areas: which extracts are there, how old they are, what they hold."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.audit.log import note
from gcrm.audit.model import Event
from gcrm.common.language import say
from gcrm.jobs.start import start
from gcrm.platform.errors import InputRejected, NotReady
from webapp.access import ADMINISTRATORS, allow, me
from webapp.context import workspace
from webapp.imports.views import keep_upload
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
    note(workspace(), Event.AREA_CHOSEN, name)
    flash(say("{name} is in use.", name=name))
    return redirect(url_for("areas.list_areas"))


@blueprint.post("/")
@allow(*ADMINISTRATORS)
def import_area() -> ResponseReturnValue:
    """Import an OpenStreetMap extract as a job."""
    sent = [one for one in request.files.getlist("file") if one.filename]
    if not sent:
        raise InputRejected(say("No file was sent."), say("Choose an extract that ends in .osm.pbf."))
    file = keep_upload(
        sent, endings=(".pbf",), noun=say("OpenStreetMap data"), kinds=say(".osm.pbf, as from an extract server")
    )
    name = " ".join(request.form.get("name", "").split())
    job = start(workspace(), "area import", {"file": str(file), **({"name": name} if name else {})}, me().id)
    return redirect(url_for("jobs.show", job_id=job.id))
