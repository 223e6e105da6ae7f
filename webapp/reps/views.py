"""Reps: list, add, change."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.activities.learned import about_rep, is_learning, learn_for_company
from gcrm.common.language import say
from gcrm.people.company_slack import company_slack, set_company_slack
from gcrm.people.reps import add_rep, change_rep, list_reps, show_rep
from gcrm.people.working_week import week_words
from gcrm.platform.errors import Conflict, GcrmError
from webapp.access import PLANNERS, allow
from webapp.concurrent_edits import merge_edits, shown_with
from webapp.context import snapshot, workspace
from webapp.reps.forms import SlackForm, form_of, new_form, slack_form, values_of

blueprint = Blueprint("reps", __name__, url_prefix="/reps", template_folder="templates")


@blueprint.get("/")
@allow(*PLANNERS)
def list_all() -> ResponseReturnValue:
    """All reps, with what each looks after."""
    return _listed(slack_form(company_slack(snapshot())))


def _listed(form: SlackForm, refused: GcrmError | None = None) -> ResponseReturnValue:
    shown = {"reps": list_reps(workspace()), "week_words": week_words, "form": form, "refused": refused}
    shown["learning"] = is_learning(snapshot())
    return render_template("reps/list.html", **shown), 400 if form.is_submitted() else 200


@blueprint.post("/slack")
@allow(*PLANNERS)
def slack() -> ResponseReturnValue:
    """Time to spare of all reps who have none of their own."""
    form = SlackForm()
    if not form.validate_on_submit():
        return _listed(form)
    try:
        set_company_slack(workspace(), form.parking.data or 0, form.on_time.data or 0)
    except GcrmError as wrong:
        return _listed(form, wrong)
    flash(say("Saved. Applies from the next plan."))
    return redirect(url_for("reps.list_all"))


@blueprint.post("/learning")
@allow(*PLANNERS)
def learning() -> ResponseReturnValue:
    """Let plans follow what visits have taught, or not, for all accounts."""
    learn_for_company(workspace(), on=request.form.get("on") == "1")
    flash(say("Saved. Applies from the next plan."))
    return redirect(url_for("reps.list_all"))


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
            flash(say("{name} is added. {remark}", name=added.rep.name, remark=added.remark).strip())
            return redirect(url_for("reps.show", key=added.rep.key))
    shown = {"form": form, "refused": refused, "listed": None}
    return render_template("reps/show.html", **shown), 400 if form.is_submitted() else 200


@blueprint.route("/<key>", methods=["GET", "POST"])
@allow(*PLANNERS)
def show(key: str) -> ResponseReturnValue:
    """One rep; the next plan heeds what is changed."""
    listed = show_rep(workspace(), key)
    now = values_of(listed.rep)
    form = form_of(listed.rep)
    taught = about_rep(snapshot(), listed.rep.id, workspace().clock())
    refused: GcrmError | None = None
    if request.method == "POST":
        # Days off that somebody else entered meanwhile, and the rest that this person left alone, stay.
        edit = merge_edits(request.form, now, lists=["days_off"])
        form = form_of(listed.rep, {**request.form, **edit.merged})
        if edit.conflicts:
            refused = _both_changed([say(form[name].label.text) for name in now if name in edit.conflicts])
            shown = {
                "form": form,
                "refused": refused,
                "listed": listed,
                "shown_with": shown_with(now),
                "taught": taught,
            }
            return render_template("reps/show.html", **shown), 409
    if form.validate_on_submit():
        try:
            changed = change_rep(workspace(), key, seen=listed.rep, **form.told(listed.rep))
        except GcrmError as wrong:
            refused = wrong
        else:
            flash(
                say(
                    "{name} saved. Applies from the next plan. {remark}", name=changed.rep.name, remark=changed.remark
                ).strip()
            )
            return redirect(url_for("reps.show", key=key))
    shown = {"form": form, "refused": refused, "listed": listed, "shown_with": shown_with(now), "taught": taught}
    return render_template("reps/show.html", **shown), 400 if form.is_submitted() else 200


def _both_changed(names: list[str]) -> Conflict:
    return Conflict(
        say("Someone else changed {names}.", names=", ".join(names)),
        say("Check the values, then save again to keep yours."),
    )
