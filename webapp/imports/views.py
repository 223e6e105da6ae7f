"""Imports: send a file, watch it go in, see what did not."""

import uuid
from pathlib import Path

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from werkzeug.utils import secure_filename

from gcrm.domain.change import ChangeKind
from gcrm.domain.job import Job
from gcrm.domain.user import Role
from gcrm.errors import InputRejected, NotFound
from gcrm.services.preview_import import preview_import
from gcrm.services.undo_change import list_changes, undo_change
from webapp.access import PLANNERS, allow, me
from webapp.context import workspace
from webapp.formats import counted
from webapp.jobs.views import UNDER_WAY
from webapp.zones import zone_of_user

blueprint = Blueprint("imports", __name__, url_prefix="/imports", template_folder="templates")

KIND = "accounts import"
ENDINGS = {".csv", ".txt", ".tsv"}

PREVIEW_MOST_BYTES = 2_000_000
"""A preview looks every address up while a person waits."""

PREVIEW_ROWS = 30


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

    if request.form.get("kept"):
        file = _kept(request.form["kept"])
    else:
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            flash("Choose a file first.", "problem")
            return redirect(url_for("imports.list_imports"))
        file = _keep(sent)
    if request.form.get("preview"):
        return _preview(file)
    job = start(workspace(), KIND, {"file": str(file)}, me().id)
    return redirect(url_for("imports.show", job_id=job.id))


@blueprint.post("/<int:job_id>/undo")
@allow(*PLANNERS)
def undo(job_id: int) -> ResponseReturnValue:
    """Take an import back; what somebody has changed since stays."""
    batch = (_import(job_id).result or {}).get("batch")
    if not isinstance(batch, int):
        raise NotFound("This import changed nothing.", "There is nothing to undo.")
    done = undo_change(workspace(), batch)
    flash(
        f"Undone: {counted(done.removed, 'account is', 'accounts are')} gone, {done.restored:,} as they were before"
        + (f", {counted(len(done.kept), 'was', 'were')} changed since and stay." if done.kept else ".")
    )
    return redirect(url_for("imports.show", job_id=job_id))


@blueprint.get("/<int:job_id>")
@allow(*PLANNERS)
def show(job_id: int) -> ResponseReturnValue:
    """One import: how far it is, or what came of it."""
    job = _import(job_id)
    batch = (job.result or {}).get("batch")
    made = (
        next((one for one in list_changes(workspace(), ChangeKind.IMPORT) if one.id == batch), None) if batch else None
    )
    return render_template(
        "imports/show.html", job=job, file_name=file_name(job), zone=zone_of_user(), under_way=UNDER_WAY, made=made
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


def _keep(sent: FileStorage) -> Path:
    """The file that was sent, in a folder of its own in the workspace. Raises InputRejected."""
    name = secure_filename(sent.filename or "")[-120:] or "accounts.csv"
    if Path(name).suffix.lower() not in ENDINGS:
        raise InputRejected(f"{name} is not a CSV file.", "Save it as CSV and send that.")
    folder = _uploads() / uuid.uuid4().hex
    folder.mkdir(mode=0o700, parents=True)
    sent.save(folder / name)
    return folder / name


def _kept(named: str) -> Path:
    """The file of a preview, by the name that the preview gave it. Raises NotFound."""
    file = (_uploads() / named).resolve()
    if _uploads().resolve() not in file.parents or not file.is_file():
        raise NotFound("That file is not kept any more.", "Send it again.")
    return file


def _uploads() -> Path:
    return workspace().settings.home / "uploads"


def _preview(file: Path) -> ResponseReturnValue:
    if file.stat().st_size > PREVIEW_MOST_BYTES:
        raise InputRejected(
            f"{file.name} is too large for a preview.",
            "Import it: rows that cannot be read come back, and it can be undone.",
        )
    return render_template(
        "imports/preview.html",
        preview=preview_import(workspace(), file),
        name=file.name,
        kept=file.relative_to(_uploads()).as_posix(),
        shown=PREVIEW_ROWS,
    )


def file_name(job: Job) -> str:
    """The name of the file that a person sent."""
    return Path(str(job.params.get("file", ""))).name


def _import(job_id: int) -> Job:
    with workspace().store.read() as tx:
        job = tx.jobs.get(job_id)
    if job.kind != KIND or not (me().role in {Role.ADMINISTRATOR, Role.PLANNER} or job.user_id == me().id):
        raise NotFound(f"There is no import {job_id}.", "See the list of imports.")
    return job
