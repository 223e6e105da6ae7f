"""Previews of imports: how the columns were understood, what becomes of the rows, where each of them lands."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.common.language import say, to_say
from gcrm.imports.choices import ImportChoices
from gcrm.imports.columns import fields_of_files
from gcrm.imports.dates import DAY_FIRST, MONTH_FIRST
from gcrm.imports.encodings import NAMES
from gcrm.imports.preview_import import rows_of
from gcrm.jobs.model import Job, JobState
from gcrm.jobs.queries import one_job
from gcrm.platform.errors import InputRejected, NotFound
from maps.points import encode, flags, ranks
from webapp.access import PLANNERS, allow, me
from webapp.context import snapshot, workspace
from webapp.field_words import word_of
from webapp.formats import in_sentence
from webapp.imports.views import LOOK
from webapp.jobs.plan_progress import UNDER_WAY
from webapp.maps_api import draw
from webapp.maps_api.cards import APPROXIMATE

blueprint = Blueprint("previews", __name__, url_prefix="/imports/previews", template_folder="templates")

AT_HOUSE = to_say("Placed at its house")

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
        fields=_fields(look),
        word_of=word_of,
        encodings=_encodings(look),
        chosen_sheet=str(job.params.get("sheet") or ""),
        blocked=any(question["about"] != "account" for question in look.get("questions", ())),
        apart=DELIMITERS.get(str(look.get("delimiter")), ""),
        map=draw.points_map(say("Map of where the rows land"), _points_url(job_id), _card_url(job_id))
        if placed
        else None,
    )


@blueprint.post("/<int:job_id>")
@allow(*PLANNERS)
def read_again(job_id: int) -> ResponseReturnValue:
    """Read the same file with the columns, the encoding, the worksheet and the accounts that a person has chosen."""
    from gcrm.jobs.start import start

    job = _look(job_id)
    look = job.result or {}
    before = ImportChoices.from_json(job.params)
    encoding, sheet = (request.form.get(name, "")[:60] for name in ("encoding", "sheet"))
    columns = dict(before.columns or {})
    if encoding != str(look.get("encoding")) or sheet != before.sheet:
        # Other headings, perhaps; what was said of these means nothing then.
        columns = {}
    if any(name.startswith("field-") for name in request.form):
        try:
            columns = columns_of_form(request.form, look.get("headings", ()))
        except InputRejected as refused:
            flash(f"{refused.fault} {refused.remedy}", "problem")
            return redirect(url_for("previews.show", job_id=job_id))
    asked_encoding = bool(before.encoding) or encoding != str(look.get("encoding")) or bool(look.get("questions"))
    dates = request.form.get("dates", before.dates)
    choices = ImportChoices(
        columns,
        encoding if asked_encoding else "",
        sheet,
        {**before.same, **_same_of_form(request.form)},
        dates if dates in {DAY_FIRST, MONTH_FIRST} else before.dates,
    )
    again = start(workspace(), LOOK, {"upload": job.params["upload"], **choices.as_json()}, me().id)
    return redirect(url_for("previews.show", job_id=again.id))


def columns_of_form(form: Mapping[str, str], headings: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Field to heading as a person has chosen. Raises InputRejected where two columns were said to be one field."""
    columns: dict[str, str] = {}
    fields = set(fields_of_files())
    for at, column in enumerate(headings):
        field = form.get(f"field-{at}", "")
        if field not in fields:
            continue
        if field in columns:
            both = say("{columns} and {column}", columns=columns[field], column=column["heading"])
            raise InputRejected(
                say("{both} cannot both be {word_of}.", both=both, word_of=in_sentence(word_of(field))),
                say("Choose one."),
            )
        columns[field] = column["heading"]
    for column in headings:
        # What was understood by itself and taken away again stays away.
        if column["field"]:
            columns.setdefault(column["field"], "")
    return columns


def _same_of_form(form: Mapping[str, str]) -> dict[int, int]:
    """Line to account, for each row that a person was asked about."""
    found = {}
    for name, value in form.items():
        line = name.removeprefix("same-")
        if name != line and all(text.isascii() and text.isdecimal() and len(text) < 16 for text in (line, value)):
            found[int(line)] = int(value)
    return found


@blueprint.get("/<int:job_id>/points")
@allow(*PLANNERS)
def points(job_id: int) -> ResponseReturnValue:
    """Where the rows land, as bytes (`maps.points`); a point's id is the line of its row."""
    rows = [row for row in rows_of(_look(job_id).result or {}) if row["lon"] is not None]
    packed = encode([r["row"] for r in rows], [r["lon"] for r in rows], [r["lat"] for r in rows], _looks(rows))
    return Response(packed, mimetype="application/octet-stream")


@blueprint.get("/<int:job_id>/rows/<int:line>")
@allow(*PLANNERS)
def card(job_id: int, line: int) -> ResponseReturnValue:
    """One row as the card of the map."""
    row = next((row for row in rows_of(_look(job_id).result or {}) if row["row"] == line), None)
    if row is None:
        raise NotFound(say("There is no row {line} in that file.", line=line), say("Reload the page."))
    return jsonify(_card(row))


def _looks(rows: Sequence[dict[str, Any]]) -> Any:
    return flags(
        [row["kind"] == "prospect" for row in rows],
        ranks(row["priority"] for row in rows),
        [False] * len(rows),
        [row["level"] in APPROXIMATE for row in rows],
    )


def _card(row: dict[str, Any]) -> dict[str, Any]:
    action = {"create": say("New"), "update": say("Changed"), "unchanged": say("As before")}[row["action"]]
    placed = say(APPROXIMATE.get(row["level"], AT_HOUSE))
    return {
        "id": row["row"],
        "name": row["name"],
        "summary": say("Row {row}. {action}.", row=row["row"], action=action),
        "due": "",
        "overdue": False,
        "address": row["address"],
        "placed": f"{placed}: {row['label']}" if row["label"] else placed,
        "lon": row["lon"],
        "lat": row["lat"],
        "flag": int(_looks([row])[0]),
        "url": "",
        "check_in_url": "",
        "navigate_url": "",
        "phone_url": "",
    }


def _fields(look: dict[str, Any]) -> list[tuple[str, str]]:
    """What a column may be read as; further addresses only where the file has some, since a list of 70 helps nobody."""
    used = {column["field"] for column in look.get("headings", ())}
    further = (
        "address_2",
        "address_3",
        "address_4",
        "phone_3",
        "phone_4",
        "phone_5",
        "phone_6",
        "email_3",
        "placement",
    )
    fields = [field for field in fields_of_files() if field in used or not field.startswith(further)]
    return [("", say("Not used")), *((field, word_of(field)) for field in fields)]


def _encodings(look: dict[str, Any]) -> list[tuple[str, str]]:
    """Encodings to choose from, that of the file first; none where the file is no text."""
    taken = str(look.get("encoding") or "")
    if not look.get("delimiter"):
        return []
    return [(name, name) for name in dict.fromkeys((taken, *NAMES))]


def _look(job_id: int) -> Job:
    tx = snapshot()
    job = one_job(tx, job_id)
    if job.kind != LOOK:
        raise NotFound(say("There is no preview {job_id}.", job_id=job_id), say("Upload the file again."))
    if job.state is JobState.DONE and job.result is None:
        raise NotFound(say("This preview has expired."), say("Upload the file again."))
    return job


def _points_url(job_id: int) -> str:
    return url_for("previews.points", job_id=job_id)


def _card_url(job_id: int) -> str:
    return url_for("previews.card", job_id=job_id, line=0).removesuffix("0") + "{id}"
