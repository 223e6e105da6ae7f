"""Moving in: the exports of an old CRM, several files at once; what they are and what becomes of them."""

import uuid
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from gcrm.accounts.change import ChangeKind
from gcrm.accounts.undo_change import list_changes, undo_change
from gcrm.common.language import say
from gcrm.common.text import tokens
from gcrm.jobs.model import Job
from gcrm.jobs.queries import latest_results, one_job
from gcrm.people.queries import user_names
from gcrm.platform.errors import InputRejected, NotFound
from webapp.access import PLANNERS, allow, me
from webapp.changes.views import told
from webapp.context import snapshot, workspace
from webapp.imports.views import put_away, safe_name
from webapp.jobs.plan_progress import UNDER_WAY
from webapp.zones import zone_of_user

blueprint = Blueprint("moving_in", __name__, url_prefix="/imports/crm", template_folder="templates")

KIND, LOOK = "crm import", "crm look"
ENDINGS = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods", ".xlsb")
MAPPINGS = (".toml", ".json")
MOST_FILES = 60


@blueprint.get("/")
@allow(*PLANNERS)
def begin() -> ResponseReturnValue:
    """A form for the files, and the imports so far."""
    tx = snapshot()
    return render_template(
        "moving_in/begin.html",
        jobs=latest_results(tx, KIND),
        names=user_names(tx),
        undone={made.id for made in list_changes(workspace(), ChangeKind.IMPORT) if made.undone_at},
        zone=zone_of_user(),
        endings=",".join((*ENDINGS, *MAPPINGS)),
        most_mb=current_app.config["MAX_CONTENT_LENGTH"] // 2**20,
    )


@blueprint.post("/")
@allow(*PLANNERS)
def send() -> ResponseReturnValue:
    """Keep the files and look at them, as a job."""
    from gcrm.jobs.start import start

    sent = [one for one in request.files.getlist("file") if one.filename]
    if not sent:
        flash(say("Choose the files first."), "problem")
        return redirect(url_for("moving_in.begin"))
    params = {"upload": "", **_said(), **_keep(sent)}
    job = start(workspace(), LOOK, params, me().id)
    return redirect(url_for("moving_in.show", job_id=job.id))


@blueprint.get("/<int:job_id>")
@allow(*PLANNERS)
def show(job_id: int) -> ResponseReturnValue:
    """How far a look or an import is, or what it says."""
    job = _job(job_id)
    result = job.result or {}
    batch = result.get("batch")
    made = (
        next((one for one in list_changes(workspace(), ChangeKind.IMPORT) if one.id == batch), None) if batch else None
    )
    return render_template(
        "moving_in/show.html",
        job=job,
        r=result,
        is_look=job.kind == LOOK,
        kinds=[(kind, _kind_word(kind)) for kind in ("accounts", "people", "deals", "activities")],
        links=_links(result),
        made=made,
        kept=Path(str(job.params.get("upload") or job.params.get("file"))).is_file(),
        under_way=UNDER_WAY,
        zone=zone_of_user(),
    )


@blueprint.post("/<int:job_id>/import")
@allow(*PLANNERS)
def bring_in(job_id: int) -> ResponseReturnValue:
    """Import the files as they were looked at."""
    from gcrm.jobs.start import start

    look = _job(job_id)
    first = str(look.params.get("upload") or "")
    if look.kind != LOOK or not Path(first).is_file():
        raise NotFound(say("Those files have expired."), say("Upload them again."))
    params = {name: value for name, value in look.params.items() if name not in {"upload", "language"}}
    job = start(workspace(), KIND, {**params, "file": first}, me().id)
    return redirect(url_for("moving_in.show", job_id=job.id))


@blueprint.post("/<int:job_id>/undo")
@allow(*PLANNERS)
def undo(job_id: int) -> ResponseReturnValue:
    """Undo an import as one; what somebody has changed since stays."""
    batch = (_job(job_id).result or {}).get("batch")
    if not isinstance(batch, int):
        raise NotFound(say("This import changed nothing."), say("There is nothing to undo."))
    done = undo_change(workspace(), batch, me().id)
    more = say("{count} people, deals and entries of the history are gone.", count=f"{done.record_removed:,}")
    flash(f"{told(done)} {more}" if done.record_removed else told(done))
    return redirect(url_for("moving_in.show", job_id=job_id))


@blueprint.get("/<int:job_id>/rejects")
@allow(*PLANNERS)
def rejects(job_id: int) -> ResponseReturnValue:
    """The rejected rows with their reasons."""
    file = Path(str((_job(job_id).result or {}).get("rejects_file") or ""))
    files = workspace().settings.files.resolve()
    if not file.is_file() or files not in file.resolve().parents:
        raise NotFound(say("There is no file of rejected rows."), say("All rows went in, or the file was removed."))
    return send_file(file, as_attachment=True, download_name=file.name)


def _said() -> dict[str, str]:
    """What was said of the files beside them."""
    said = {name: request.form.get(name, "").strip()[:60] for name in ("zone", "dates", "system")}
    # "Our old CRM" is our-old-crm.
    said["system"] = "-".join(tokens(said["system"]))[:40].strip("-")
    return {name: value for name, value in said.items() if value}


def _keep(sent: list[FileStorage]) -> dict[str, Any]:
    """The files that were sent, in a folder of their own: the first, and the names of all. Raises InputRejected."""
    if len(sent) > MOST_FILES:
        raise InputRejected(
            say("These are {count} files.", count=len(sent)), say("Send at most {most} at once.", most=MOST_FILES)
        )
    names: list[str] = []
    for one in sent:
        name = safe_name(one.filename or "")
        if Path(name).suffix.lower() not in (*ENDINGS, *MAPPINGS):
            raise InputRejected(
                say("{name} is no export of a CRM.", name=name), say("Save it as CSV or XLSX, or leave it out.")
            )
        # Two folders may hold files of one name.
        names.append(name if name not in names else f"{len(names)}-{name}")
    exports = [name for name in names if Path(name).suffix.lower() in ENDINGS]
    mappings = [name for name in names if name not in exports]
    if not exports or len(mappings) > 1:
        raise InputRejected(say("Only a mapping was sent."), say("Send the exports with at most one mapping."))
    uploads = workspace().settings.files / "uploads"
    put_away(uploads)
    folder = uploads / uuid.uuid4().hex
    folder.mkdir(mode=0o700, parents=True)
    for name, one in zip(names, sent, strict=True):
        one.save(folder / name)
    kept: dict[str, Any] = {"upload": str(folder / exports[0]), "names": exports}
    return {**kept, "mapping": mappings[0]} if mappings else kept


def _kind_word(kind: str) -> str:
    words = {
        "accounts": say("Accounts"),
        "people": say("People"),
        "deals": say("Deals"),
        "activities": say("Calls, mails, meetings, notes, tasks"),
    }
    return words[kind]


def _links(result: dict[str, Any]) -> list[tuple[str, int]]:
    """How many rows were linked how, in words."""
    words = {
        "account_parent": say("accounts with a head office"),
        "person_account": say("people at an account"),
        "deal_account": say("deals of an account"),
        "deal_person": say("people in deals"),
        "activity_account": say("entries of an account"),
        "activity_person": say("people in entries"),
        "activity_deal": say("entries of a deal"),
    }
    links = result.get("links") or {}
    return [(word, links[name]) for name, word in words.items() if links.get(name)]


def _job(job_id: int) -> Job:
    job = one_job(snapshot(), job_id)
    if job.kind not in {KIND, LOOK}:
        raise NotFound(say("There is no import {number}.", number=job_id), say("See the list of imports."))
    return job
