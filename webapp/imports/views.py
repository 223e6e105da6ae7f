"""Imports: send a file, watch it go in, see what did not."""

import uuid
from pathlib import Path

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import secure_filename

from gcrm.domain.job import Job
from gcrm.domain.user import Role
from gcrm.errors import InputRejected, NotFound
from webapp.access import PLANNERS, allow, me
from webapp.context import workspace
from webapp.jobs.views import UNDER_WAY
from webapp.zones import zone_of_user

blueprint = Blueprint("imports", __name__, url_prefix="/imports", template_folder="templates")

KIND = "accounts import"
ENDINGS = {".csv", ".txt", ".tsv"}


@blueprint.get("/")
@allow(*PLANNERS)
def list_imports() -> ResponseReturnValue:
    """The imports so far, and a form for one more."""
    with workspace().store.read() as tx:
        jobs = [job for job in tx.jobs.list(200) if job.kind == KIND]
        names = {user.id: user.name for user in tx.users.all()}
    return render_template("imports/list.html", jobs=jobs, names=names, zone=zone_of_user(), file_name=file_name)


@blueprint.post("/")
@allow(*PLANNERS)
def send() -> ResponseReturnValue:
    """Keep the file in the workspace and start the import as a job."""
    from gcrm.jobs import start

    file = request.files.get("file")
    if file is None or not file.filename:
        flash("Choose a file first.", "problem")
        return redirect(url_for("imports.list_imports"))
    name = secure_filename(file.filename)[-120:] or "accounts.csv"
    if Path(name).suffix.lower() not in ENDINGS:
        raise InputRejected(f"{name} is not a CSV file.", "Save it as CSV and send that.")
    folder = workspace().settings.home / "uploads" / uuid.uuid4().hex
    folder.mkdir(mode=0o700, parents=True)
    file.save(folder / name)
    job = start(workspace(), KIND, {"file": str(folder / name)}, me().id)
    return redirect(url_for("imports.show", job_id=job.id))


@blueprint.get("/<int:job_id>")
@allow(*PLANNERS)
def show(job_id: int) -> ResponseReturnValue:
    """One import: how far it is, or what came of it."""
    job = _import(job_id)
    return render_template(
        "imports/show.html", job=job, file_name=file_name(job), zone=zone_of_user(), under_way=UNDER_WAY
    )


@blueprint.get("/<int:job_id>/rejects")
@allow(*PLANNERS)
def rejects(job_id: int) -> ResponseReturnValue:
    """The rejected rows as a file to mend and import again."""
    job = _import(job_id)
    file = Path(str((job.result or {}).get("rejects_file") or ""))
    home = workspace().settings.home.resolve()
    if not file.is_file() or home not in file.resolve().parents:
        raise NotFound("There is no file of rejected rows.", "All rows went in, or the file was removed.")
    return send_file(file, as_attachment=True, download_name=file.name)


def file_name(job: Job) -> str:
    """The name of the file that a person sent."""
    return Path(str(job.params.get("file", ""))).name


def _import(job_id: int) -> Job:
    with workspace().store.read() as tx:
        job = tx.jobs.get(job_id)
    if job.kind != KIND or not (me().role in {Role.ADMINISTRATOR, Role.PLANNER} or job.user_id == me().id):
        raise NotFound(f"There is no import {job_id}.", "See the list of imports.")
    return job
