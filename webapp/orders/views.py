"""Orders: send a file, see how its rows will be read, import it, undo that."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from flask import Blueprint, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from gcrm.common.language import number, say, to_say
from gcrm.jobs.model import Job
from gcrm.jobs.queries import latest_results, one_job
from gcrm.people.queries import user_names
from gcrm.platform.errors import InputRejected, NotFound
from gcrm.sales.choices import OrderChoices
from gcrm.sales.columns import FIELDS
from gcrm.sales.import_orders import list_order_imports, undo_orders
from webapp.access import PLANNERS, allow, me
from webapp.context import snapshot, workspace
from webapp.formats import in_sentence
from webapp.imports.views import file_name, keep_upload
from webapp.jobs.plan_progress import UNDER_WAY
from webapp.zones import zone_of_user

blueprint = Blueprint("orders", __name__, url_prefix="/orders", template_folder="templates")

KIND, LOOK = "orders import", "orders look"
ENDINGS = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods", ".xlsb", ".zip")
WORDS = {
    "gcrm_id": to_say("Account id here"),
    "external_id": to_say("Account number"),
    "account": to_say("Account number or name"),
    "city": to_say("Town of the account"),
    "date": to_say("Date"),
    "number": to_say("Order number"),
    "line": to_say("Line of the order"),
    "product": to_say("Product"),
    "quantity": to_say("Quantity"),
    "amount": to_say("Amount"),
    "currency": to_say("Currency"),
    "type": to_say("Kind of document"),
}


@blueprint.get("/")
@allow(*PLANNERS)
def list_imports() -> ResponseReturnValue:
    """The imports so far, and a form for one more."""
    tx = snapshot()
    return render_template(
        "orders/list.html",
        jobs=latest_results(tx, KIND),
        names=user_names(tx),
        undone={made.id for made in list_order_imports(workspace()) if made.undone_at},
        zone=zone_of_user(),
        file_name=file_name,
        endings=",".join(ENDINGS),
        most_mb=current_app.config["MAX_CONTENT_LENGTH"] // 2**20,
    )


@blueprint.post("/")
@allow(*PLANNERS)
def send() -> ResponseReturnValue:
    """Keep the file and look at it, or import it as it was looked at, as a job."""
    from gcrm.jobs.start import start

    if request.form.get("look"):
        look = _job(_whole(request.form["look"]), LOOK)
        file = Path(str(look.params["upload"]))
        if not file.is_file():
            raise NotFound(say("That file has expired."), say("Upload it again."))
        said = OrderChoices.from_json(look.params).as_json()
        job = start(workspace(), KIND, {"file": str(file), **said}, me().id)
        return redirect(url_for("orders.show", job_id=job.id))
    sent = [one for one in request.files.getlist("file") if one.filename]
    if len(sent) != 1:
        flash(say("Choose one file."), "problem")
        return redirect(url_for("orders.list_imports"))
    file = keep_upload(sent, ENDINGS, say("orders"), say("CSV or XLSX"))
    job = start(workspace(), LOOK, {"upload": str(file)}, me().id)
    return redirect(url_for("orders.preview", job_id=job.id))


@blueprint.get("/previews/<int:job_id>")
@allow(*PLANNERS)
def preview(job_id: int) -> ResponseReturnValue:
    """How far the preview is, or what the import would do."""
    job = _job(job_id, LOOK)
    look = job.result or {}
    done = look.get("done", {})
    read_as = {heading: field for field, heading in done.get("columns", {}).items()}
    return render_template(
        "orders/preview.html",
        job=job,
        look=look,
        done=done,
        read_as=read_as,
        fields=[("", say("Not used")), *((name, say(WORDS[name])) for name in FIELDS)],
        choices=OrderChoices.from_json(job.params),
        file_name=Path(str(job.params["upload"])).name,
        kept=Path(str(job.params["upload"])).is_file(),
        under_way=UNDER_WAY,
    )


@blueprint.post("/previews/<int:job_id>")
@allow(*PLANNERS)
def read_again(job_id: int) -> ResponseReturnValue:
    """Read the same file with what a person has said of it."""
    from gcrm.jobs.start import start

    job = _job(job_id, LOOK)
    before = OrderChoices.from_json(job.params)
    headings = (job.result or {}).get("headings")
    try:
        columns = (
            columns_of_form(request.form, headings, before.columns)
            if headings
            else {**before.columns, **typed_headings(request.form)}
        )
        said = {name: request.form.get(name, "")[:60] for name in ("encoding", "sheet", "currency", "decimal", "dates")}
        choices = OrderChoices(columns, **said)
    except InputRejected as refused:
        flash(f"{refused.fault} {refused.remedy}", "problem")
        return redirect(url_for("orders.preview", job_id=job_id))
    again = start(workspace(), LOOK, {"upload": job.params["upload"], **choices.as_json()}, me().id)
    return redirect(url_for("orders.preview", job_id=again.id))


@blueprint.get("/<int:job_id>")
@allow(*PLANNERS)
def show(job_id: int) -> ResponseReturnValue:
    """One import: how far it is, or what came of it."""
    job = _job(job_id, KIND)
    batch = (job.result or {}).get("batch")
    made = next((one for one in list_order_imports(workspace()) if one.id == batch), None) if batch else None
    return render_template(
        "orders/show.html", job=job, file_name=file_name(job), made=made, under_way=UNDER_WAY, zone=zone_of_user()
    )


@blueprint.get("/<int:job_id>/rejects")
@allow(*PLANNERS)
def rejects(job_id: int) -> ResponseReturnValue:
    """The rejected rows as a file to mend and import again."""
    file = Path(str((_job(job_id, KIND).result or {}).get("rejects_file") or ""))
    files = workspace().settings.files.resolve()
    if not file.is_file() or files not in file.resolve().parents:
        raise NotFound(say("There is no file of rejected rows."), say("All rows went in, or the file was removed."))
    return send_file(file, as_attachment=True, download_name=file.name)


@blueprint.post("/<int:job_id>/undo")
@allow(*PLANNERS)
def undo(job_id: int) -> ResponseReturnValue:
    """Take an import back; lines that it had corrected are as they were before."""
    batch = (_job(job_id, KIND).result or {}).get("batch")
    if not isinstance(batch, int):
        raise NotFound(say("This import changed nothing."), say("There is nothing to undo."))
    done = undo_orders(workspace(), batch)
    flash(
        say(
            "Undone: {removed} lines taken out, {restored} as they were before.",
            removed=number(done.removed),
            restored=number(done.restored),
        )
    )
    return redirect(url_for("orders.show", job_id=job_id))


def columns_of_form(
    form: Mapping[str, str], headings: Sequence[str], before: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Field to heading as a person has chosen; a field that was taken from its column is read from none.

    Raises InputRejected where two columns were said to be one field.
    """
    if not any(name.startswith("field-") for name in form):
        return dict(before or {})
    columns: dict[str, str] = {}
    for at, heading in enumerate(headings):
        field = form.get(f"field-{at}", "")
        if field not in FIELDS:
            continue
        if field in columns:
            both = say("{columns} and {heading}", columns=columns[field], heading=heading)
            raise InputRejected(
                say("{both} cannot both be the {words}.", both=both, words=in_sentence(say(WORDS[field]))),
                say("Choose one."),
            )
        columns[field] = heading
    for field in FIELDS:
        columns.setdefault(field, "")
    return columns


def typed_headings(form: Mapping[str, str]) -> dict[str, str]:
    """Field to heading as a person typed it, where the file's own were not understood."""
    typed = {field: " ".join(form.get(f"heading-{at}", "").split())[:200] for at, field in enumerate(FIELDS)}
    return {field: heading for field, heading in typed.items() if heading}


def _whole(written: str) -> int:
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 18 else 0


def _job(job_id: int, kind: str) -> Job:
    job = one_job(snapshot(), job_id)
    if job.kind != kind:
        raise NotFound(say("There is no import of orders {job_id}.", job_id=job_id), say("See the list of imports."))
    return job
