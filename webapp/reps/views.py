"""Reps: list, add, change."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from gcrm.people.reps import add_rep, change_rep, list_reps, show_rep
from gcrm.people.working_week import week_words
from gcrm.platform.errors import GcrmError
from webapp.access import PLANNERS, allow
from webapp.context import workspace
from webapp.reps.forms import form_of, new_form

blueprint = Blueprint("reps", __name__, url_prefix="/reps", template_folder="templates")


@blueprint.get("/")
@allow(*PLANNERS)
def list_all() -> ResponseReturnValue:
    """All reps, with what each looks after."""
    return render_template("reps/list.html", reps=list_reps(workspace()), week_words=week_words)


@blueprint.route("/new", methods=["GET", "POST"])
@allow(*PLANNERS)
def add() -> ResponseReturnValue:
    """One rep more."""
    form, refused = new_form(), None
    if form.validate_on_submit():
        try:
            added = add_rep(workspace(), form.key.data or "", **form.told(None))
        except GcrmError as wrong:
            refused = wrong
        else:
            flash(f"{added.rep.name} is added. {added.remark}".strip())
            return redirect(url_for("reps.show", key=added.rep.key))
    shown = {"form": form, "refused": refused, "listed": None}
    return render_template("reps/show.html", **shown), 400 if form.is_submitted() else 200


@blueprint.route("/<key>", methods=["GET", "POST"])
@allow(*PLANNERS)
def show(key: str) -> ResponseReturnValue:
    """One rep; the next plan heeds what is changed."""
    listed = show_rep(workspace(), key)
    form, refused = form_of(listed.rep), None
    if form.validate_on_submit():
        try:
            changed = change_rep(workspace(), key, **form.told(listed.rep))
        except GcrmError as wrong:
            refused = wrong
        else:
            flash(f"{changed.rep.name} is changed; the next plan heeds it. {changed.remark}".strip())
            return redirect(url_for("reps.show", key=key))
    shown = {"form": form, "refused": refused, "listed": listed}
    return render_template("reps/show.html", **shown), 400 if form.is_submitted() else 200
