"""Previews of imports: how the columns were understood, what becomes of the rows, where each of them lands."""

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.imports.look_at_import import fields_of_files, rows_of
from gcrm.jobs.model import Job, JobState
from gcrm.platform.errors import NotFound
from maps.points import encode, flags
from webapp.access import PLANNERS, allow, me
from webapp.context import workspace
from webapp.field_words import word_of
from webapp.imports.views import LOOK
from webapp.jobs.plan_progress import UNDER_WAY
from webapp.maps_api import draw
from webapp.maps_api.cards import APPROXIMATE

blueprint = Blueprint("previews", __name__, url_prefix="/imports/previews", template_folder="templates")

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


@blueprint.get("/<int:job_id>")
@allow(*PLANNERS)
def show(job_id: int) -> ResponseReturnValue:
    """How far the preview is, or what the import would do."""
    job = _look(job_id)
    look = job.result or {}
    placed = any(row["lon"] is not None for row in look.get("rows", ()))
    return render_template(
        "previews/show.html",
        job=job,
        look=look,
        file_name=Path(str(job.params["upload"])).name,
        kept=Path(str(job.params["upload"])).is_file(),
        under_way=UNDER_WAY,
        fields=[("", "Not used"), *((field, word_of(field)) for field in fields_of_files())],
        word_of=word_of,
        apart=DELIMITERS.get(str(look.get("delimiter")), ""),
        map=draw.points_map("Map of where the rows land", _points_url(job_id), _card_url(job_id)) if placed else None,
    )


@blueprint.post("/<int:job_id>")
@allow(*PLANNERS)
def read_again(job_id: int) -> ResponseReturnValue:
    """Read the same file with columns that a person has chosen."""
    from gcrm.jobs.start import start

    job = _look(job_id)
    look = job.result or {}
    columns: dict[str, str] = {}
    fields = set(fields_of_files())
    for at, column in enumerate(look.get("columns", ())):
        field = request.form.get(f"field-{at}", "")
        if field not in fields:
            continue
        if field in columns:
            both = f"{columns[field]} and {column['heading']}"
            flash(f"{both} cannot both be {word_of(field).lower()}. Choose one.", "problem")
            return redirect(url_for("previews.show", job_id=job_id))
        columns[field] = column["heading"]
    for column in look.get("columns", ()):
        # What was understood by itself and taken away again stays away.
        if column["field"]:
            columns.setdefault(column["field"], "")
    again = start(workspace(), LOOK, {"upload": job.params["upload"], "columns": columns}, me().id)
    return redirect(url_for("previews.show", job_id=again.id))


@blueprint.get("/<int:job_id>/points")
@allow(*PLANNERS)
def points(job_id: int) -> ResponseReturnValue:
    """Where the rows land, as bytes (`maps.points`); a point's id is the line of its row."""
    rows = [row for row in rows_of(_look(job_id).result or {}) if row["lon"] is not None]
    looks = flags(
        [row["kind"] == "prospect" for row in rows],
        [row["priority"] for row in rows],
        [False] * len(rows),
        [row["level"] in APPROXIMATE for row in rows],
    )
    packed = encode([r["row"] for r in rows], [r["lon"] for r in rows], [r["lat"] for r in rows], looks)
    return Response(packed, mimetype="application/octet-stream")


@blueprint.get("/<int:job_id>/rows/<int:line>")
@allow(*PLANNERS)
def card(job_id: int, line: int) -> ResponseReturnValue:
    """One row as the card of the map."""
    row = next((row for row in rows_of(_look(job_id).result or {}) if row["row"] == line), None)
    if row is None:
        raise NotFound(f"There is no row {line} in that file.", "Reload the page.")
    return jsonify(_card(row))


def _card(row: dict[str, Any]) -> dict[str, Any]:
    action = {"create": "New", "update": "Changed", "unchanged": "As before"}[row["action"]]
    placed = APPROXIMATE.get(row["level"], "Placed at its house")
    return {
        "id": row["row"],
        "name": row["name"],
        "summary": f"Row {row['row']}. {action}.",
        "due": "",
        "overdue": False,
        "address": row["address"],
        "placed": f"{placed}: {row['label']}" if row["label"] else placed,
        "lon": row["lon"],
        "lat": row["lat"],
        "flag": int(flags([row["kind"] == "prospect"], [row["priority"]], [False], [row["level"] in APPROXIMATE])[0]),
        "url": "",
        "check_in_url": "",
        "navigate_url": "",
        "phone_url": "",
    }


def _look(job_id: int) -> Job:
    with workspace().store.read() as tx:
        job = tx.jobs.get(job_id)
    if job.kind != LOOK:
        raise NotFound(f"There is no preview {job_id}.", "Send the file again.")
    if job.state is JobState.DONE and job.result is None:
        raise NotFound("What the preview found is not kept any more.", "Send the file again.")
    return job


def _points_url(job_id: int) -> str:
    return url_for("previews.points", job_id=job_id)


def _card_url(job_id: int) -> str:
    return url_for("previews.card", job_id=job_id, line=0).removesuffix("0") + "{id}"
