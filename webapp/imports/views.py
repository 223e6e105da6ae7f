"""Imports: send a file, watch it go in, see what did not."""

import re
import shutil
import time
import uuid
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from gcrm.accounts.change import ChangeKind
from gcrm.accounts.undo_change import list_changes, undo_change
from gcrm.common.language import say
from gcrm.imports.choices import ImportChoices
from gcrm.imports.packed import SHAPEFILE, check_shapefile
from gcrm.imports.table import LONGEST_CELL, MOST_ROWS
from gcrm.jobs.model import Job
from gcrm.jobs.queries import jobs_under_way, latest_results, one_job
from gcrm.people.queries import user_names
from gcrm.people.user import Role
from gcrm.platform.errors import InputRejected, NotFound
from webapp.access import PLANNERS, allow, me
from webapp.changes.views import told
from webapp.context import snapshot, workspace
from webapp.jobs.plan_progress import UNDER_WAY
from webapp.zones import zone_of_user

blueprint = Blueprint("imports", __name__, url_prefix="/imports", template_folder="templates")

KIND = "accounts import"
LOOK = "accounts look"
ENDINGS = (
    ".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods", ".xlsb", ".geojson", ".json", ".gpkg", ".fgb", ".kml",
    ".gml", ".vcf", ".zip", *SHAPEFILE,
)  # fmt: skip

NAME_MOST = 60
"""Letters of a file's name that are kept, from its end: up to 240 bytes, which every file system takes."""
KEPT_S = 2 * 86_400
"""Seconds for which a file that was only looked at is kept."""


@blueprint.get("/")
@allow(*PLANNERS)
def list_imports() -> ResponseReturnValue:
    """The imports so far, and a form for one more."""
    jobs = latest_results(snapshot(), KIND)
    names = user_names(snapshot())
    undone = {made.id for made in list_changes(workspace(), ChangeKind.IMPORT) if made.undone_at}
    return render_template(
        "imports/list.html",
        jobs=jobs,
        names=names,
        undone=undone,
        zone=zone_of_user(),
        file_name=file_name,
        endings=",".join(ENDINGS),
        most_mb=current_app.config["MAX_CONTENT_LENGTH"] // 2**20,
        most_rows=MOST_ROWS,
        longest_cell=LONGEST_CELL,
    )


@blueprint.post("/")
@allow(*PLANNERS)
def send() -> ResponseReturnValue:
    """Keep the file in the workspace and start the import as a job."""
    from gcrm.jobs.start import start

    if request.form.get("look"):
        file, said = _looked_at(request.form["look"])
    else:
        sent = [one for one in request.files.getlist("file") if one.filename]
        if not sent:
            flash(say("Choose a file first."), "problem")
            return redirect(url_for("imports.list_imports"))
        file, said = keep_upload(sent), {}
    if request.form.get("preview"):
        job = start(workspace(), LOOK, {"upload": str(file)}, me().id)
        return redirect(url_for("previews.show", job_id=job.id))
    job = start(workspace(), KIND, {"file": str(file), **said}, me().id)
    return redirect(url_for("imports.show", job_id=job.id))


@blueprint.post("/<int:job_id>/undo")
@allow(*PLANNERS)
def undo(job_id: int) -> ResponseReturnValue:
    """Take an import back; what somebody has changed since stays."""
    batch = (_import(job_id).result or {}).get("batch")
    if not isinstance(batch, int):
        raise NotFound(say("This import changed nothing."), say("There is nothing to undo."))
    done = undo_change(workspace(), batch, me().id)
    flash(told(done))
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
    files = workspace().settings.files.resolve()
    if not file.is_file() or files not in file.resolve().parents:
        raise NotFound(say("There is no file of rejected rows."), say("All rows went in, or the file was removed."))
    return send_file(file, as_attachment=True, download_name=file.name)


def keep_upload(
    sent: list[FileStorage],
    endings: tuple[str, ...] = ENDINGS,
    noun: str = "",
    kinds: str = "",
) -> Path:
    """The file that was sent, or a shapefile with its parts, in a folder of its own. Raises InputRejected.

    endings: those that are taken; noun: what the file should hold, kinds: what it may be saved as, those of accounts
    unless said.
    """
    if any((one.filename or "").lower().endswith(SHAPEFILE[0]) for one in sent):
        # Beside the parts that count lie indices and styles of other programs.
        sent = [one for one in sent if Path(one.filename or "").suffix.lower() in SHAPEFILE]
    names = [safe_name(one.filename or "") for one in sent]
    strange = next((name for name in names if Path(name).suffix.lower() not in endings), None)
    if strange:
        raise InputRejected(
            say("{strange} is no file of {noun}.", strange=strange, noun=noun or say("accounts")),
            say(
                "Save it as {kinds}.",
                kinds=kinds or say("CSV, XLSX, GeoJSON, GeoPackage, shapefile or vCard"),
            ),
        )
    if len(names) > 1 and (
        any(Path(name).suffix.lower() not in SHAPEFILE for name in names)
        or len({Path(name).stem for name in names}) > 1
    ):
        raise InputRejected(
            say("These are several files."), say("Send one at a time; only a shapefile comes in parts.")
        )
    uploads = workspace().settings.files / "uploads"
    put_away(uploads)
    folder = uploads / uuid.uuid4().hex
    folder.mkdir(mode=0o700, parents=True)
    kept = [folder / f"{Path(name).stem}{Path(name).suffix.lower()}" for name in names]
    for one, file in zip(sent, kept, strict=True):
        one.save(file)
    main = next((file for file in kept if file.suffix == SHAPEFILE[0]), kept[0])
    if main.suffix in SHAPEFILE:
        try:
            check_shapefile(main.with_suffix(SHAPEFILE[0]))
        except InputRejected:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return main


def safe_name(sent: str) -> str:
    """The name of a file as the person knows it, without folders, signs that rule a terminal, and dots in front."""
    last = re.split(r"[/\\\\]", sent)[-1]
    plain = "".join(letter for letter in last if letter.isprintable()).strip(" .")
    return plain[-NAME_MOST:].lstrip(" .") or "accounts.csv"


def put_away(uploads: Path) -> None:
    """Remove files that were looked at long ago and never imported."""
    awaited = {
        Path(str(job.params.get("file") or job.params.get("upload"))).parent for job in jobs_under_way(snapshot())
    }
    for folder in uploads.iterdir() if uploads.is_dir() else ():
        if folder not in awaited and time.time() - folder.stat().st_mtime > KEPT_S:
            shutil.rmtree(folder, ignore_errors=True)


def _looked_at(number: str) -> tuple[Path, dict[str, Any]]:
    """The file of a preview and what a person said of it. Raises NotFound."""
    gone = NotFound(say("That file has expired."), say("Upload it again."))
    job = one_job(snapshot(), int(number) if number.isascii() and number.isdecimal() and len(number) < 18 else 0)
    file = Path(str(job.params.get("upload") or "none"))
    if job.kind != LOOK or not file.is_file():
        raise gone
    return file, ImportChoices.from_json(job.params).as_json()


def file_name(job: Job) -> str:
    """The name of the file that a person sent."""
    return Path(str(job.params.get("file", ""))).name


def _import(job_id: int) -> Job:
    job = one_job(snapshot(), job_id)
    if job.kind != KIND or not (me().role in {Role.ADMINISTRATOR, Role.PLANNER} or job.user_id == me().id):
        raise NotFound(say("There is no import {job_id}.", job_id=job_id), say("See the list of imports."))
    return job
