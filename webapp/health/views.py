"""Health in one page: every part, what is missing, and the command that mends it."""

from flask import Blueprint, jsonify, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from gcrm.audit.log import note
from gcrm.audit.model import Event
from gcrm.backup.last_backup import backup_file, kept_backups
from gcrm.health.checks import examine
from gcrm.jobs.queries import jobs_under_way
from gcrm.jobs.start import start
from webapp.access import ADMINISTRATORS, allow, me, public
from webapp.context import snapshot, workspace
from webapp.zones import zone_of_user

blueprint = Blueprint("health", __name__, url_prefix="/health", template_folder="templates")


@blueprint.get("/")
@allow(*ADMINISTRATORS)
def show() -> ResponseReturnValue:
    """Every part in one table, and the back-ups."""
    return render_template(
        "health/show.html", parts=examine(workspace()), backups=kept_backups(workspace()), zone=zone_of_user()
    )


@blueprint.post("/backups")
@allow(*ADMINISTRATORS)
def back_up() -> ResponseReturnValue:
    """Make a back-up as a job; one that is under way is shown instead of a second."""
    running = next((job for job in jobs_under_way(snapshot()) if job.kind == "backup"), None)
    job = running or start(workspace(), "backup", {}, me().id)
    return redirect(url_for("jobs.show", job_id=job.id))


@blueprint.get("/backups/<name>")
@allow(*ADMINISTRATORS)
def download(name: str) -> ResponseReturnValue:
    """A back-up as a file, to be kept on another machine."""
    file = backup_file(workspace(), name)
    note(workspace(), Event.BACKUP_TAKEN, file.name)
    return send_file(file, as_attachment=True, download_name=file.name)


@blueprint.get("/alive")
@public
def alive() -> ResponseReturnValue:
    """Whether the app answers at all; says nothing more, since anybody may ask."""
    return jsonify({"alive": True})
