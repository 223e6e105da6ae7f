"""Statistics of regions: send a table, see what would join, keep it, take it back."""

from pathlib import Path

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.common.language import say
from gcrm.people.queries import user_names
from gcrm.platform.errors import GcrmError, InputRejected, NotFound
from gcrm.territories.join_statistics import join_statistics
from gcrm.territories.look_at_statistics import look_at_statistics
from gcrm.territories.match_rows import NAME
from gcrm.territories.queries import joined_tables, region_sets
from gcrm.territories.undo_statistics import undo_statistics
from webapp.access import PLANNERS, allow, me
from webapp.context import snapshot, workspace
from webapp.formats import counted
from webapp.imports.views import keep_upload
from webapp.zones import zone_of_user

blueprint = Blueprint("statistics", __name__, url_prefix="/regions/statistics", template_folder="templates")

ENDINGS = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods", ".xlsb")
TOKEN_LETTERS = 32
LISTED = 100
"""Names of what did not join that are shown; the file says the others."""
LONGEST_NAME = 80


@blueprint.get("/")
@allow(*PLANNERS)
def show() -> ResponseReturnValue:
    """The tables so far, and a form for one more."""
    tx = snapshot()
    return render_template(
        "statistics/list.html",
        sets=region_sets(tx),
        joins=joined_tables(tx),
        names=user_names(tx),
        zone=zone_of_user(),
        endings=",".join(ENDINGS),
        most_mb=current_app.config["MAX_CONTENT_LENGTH"] // 2**20,
    )


@blueprint.post("/")
@allow(*PLANNERS)
def send() -> ResponseReturnValue:
    """Keep the file aside, and show what would join."""
    sent = [one for one in request.files.getlist("file") if one.filename]
    if len(sent) != 1:
        flash(say("Choose one file."), "problem")
        return redirect(url_for("statistics.show"))
    file = keep_upload(sent, ENDINGS, say("statistics"), say("CSV or XLSX"))
    return redirect(url_for("statistics.look", token=file.parent.name))


@blueprint.get("/<token>")
@allow(*PLANNERS)
def look(token: str) -> ResponseReturnValue:
    """What joining would do, with the set, the columns and the key that the address names or that fit best."""
    file = _file(token)
    given = {key: request.args.get(key, "")[:200] for key in ("set", "on", "by")}
    found, missing = None, None
    try:
        found = look_at_statistics(snapshot(), file, given["set"], given["on"], given["by"] or None)
    except GcrmError as error:
        missing = error
    return render_template(
        "statistics/look.html",
        token=token,
        file_name=file.name,
        found=found,
        missing=missing,
        sets=region_sets(snapshot()),
        listed=LISTED,
        name_key=NAME,
    )


@blueprint.post("/<token>")
@allow(*PLANNERS)
def keep(token: str) -> ResponseReturnValue:
    """Join the chosen columns under the names that were typed."""
    file = _file(token)
    form = request.form
    names: dict[str, str] = {}
    for at in form.getlist("column"):
        heading = form.get(f"heading-{at[:6]}", "")
        name = " ".join(form.get(f"name-{at[:6]}", "").split())[:LONGEST_NAME]
        if heading:
            names[heading] = name or heading
    if not names:
        raise InputRejected(say("No column is chosen."), say("Choose at least one column of numbers."))
    twice = next((name for name in names.values() if list(names.values()).count(name) > 1), None)
    if twice is not None:
        raise InputRejected(
            say("Two columns would be called {twice}.", twice=repr(twice)), say("Give each a name of its own.")
        )
    done = join_statistics(
        workspace(), form.get("set", ""), file, form.get("on", ""), form.get("by") or None, names, names, me().id
    )
    flash(
        say(
            "{regions} new statistics: {columns}.",
            regions=counted(done.matched, "region has", "regions have"),
            columns=", ".join(done.columns),
        )
    )
    return redirect(url_for("regions.show", set=done.set_name))


@blueprint.post("/joins/<int:join_id>/undo")
@allow(*PLANNERS)
def undo(join_id: int) -> ResponseReturnValue:
    """Take a table back."""
    done = undo_statistics(workspace(), join_id)
    flash(
        say(
            "Undone: the regions of {set_name} know what they knew before {file}.",
            set_name=done.set_name,
            file=done.file,
        )
    )
    return redirect(url_for("statistics.show"))


def _file(token: str) -> Path:
    """The file that was sent. Raises NotFound."""
    gone = NotFound(say("That file has expired."), say("Upload it again."))
    if len(token) != TOKEN_LETTERS or not token.isalnum():
        raise gone
    folder = workspace().settings.files / "uploads" / token
    file = next((one for one in sorted(folder.iterdir()) if one.suffix in ENDINGS), None) if folder.is_dir() else None
    if file is None:
        raise gone
    return file
