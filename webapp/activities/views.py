"""One activity with its corrections; and what phones could not file."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.activities.corrections import (
    Correction,
    correct_activity,
    reinstate_activity,
    told,
    withdraw_activity,
)
from gcrm.activities.hand_in import file_under, set_aside, unfiled
from gcrm.activities.model import Activity
from gcrm.activities.queries import one_activity
from gcrm.common.language import say
from gcrm.platform.errors import Conflict, InputRejected, NotFound
from webapp.access import EVERYONE, PLANNERS, WRITERS, account_to_see, allow, me
from webapp.check_in.told import FORM_MOST, read_visit, text
from webapp.check_in.views import outcomes
from webapp.context import snapshot, workspace
from webapp.zones import zone_of_user

blueprint = Blueprint("activities", __name__, url_prefix="/activities", template_folder="templates")


@blueprint.get("/<int:activity_id>")
@allow(*EVERYONE)
def show(activity_id: int) -> ResponseReturnValue:
    """One activity: what was told, what was corrected, and the form to correct it."""
    return _page(activity_id)


@blueprint.post("/<int:activity_id>")
@allow(*WRITERS)
def correct(activity_id: int) -> ResponseReturnValue:
    """Correct it; what somebody else corrected meanwhile is shown beside what was typed here."""
    _may_see(activity_id)
    given = request.form
    typed = read_visit({**given, "note": ""})
    to = Correction(typed.outcome, text(given, "note", FORM_MOST), typed.next_step, typed.next_date)
    try:
        done = correct_activity(workspace(), activity_id, to, user=me(), read=_read())
    except (Conflict, InputRejected) as refused:
        return _page(activity_id, typed=to, refused=refused)
    return _back(done, say("Corrected."))


@blueprint.post("/<int:activity_id>/withdraw")
@allow(*WRITERS)
def withdraw(activity_id: int) -> ResponseReturnValue:
    """Let it count no more."""
    _may_see(activity_id)
    return _back(
        withdraw_activity(workspace(), activity_id, user=me(), read=_read()), say("Withdrawn. It counts no more.")
    )


@blueprint.post("/<int:activity_id>/reinstate")
@allow(*WRITERS)
def reinstate(activity_id: int) -> ResponseReturnValue:
    """Let it hold again."""
    _may_see(activity_id)
    return _back(reinstate_activity(workspace(), activity_id, user=me(), read=_read()), say("It counts again."))


@blueprint.get("/handed-in")
@allow(*PLANNERS)
def list_handed_in() -> ResponseReturnValue:
    """What phones could not file, with the accounts that it may belong to."""
    return render_template("activities/handed_in.html", waiting=unfiled(workspace()), zone=zone_of_user())


@blueprint.post("/handed-in/<int:number>")
@allow(*PLANNERS)
def settle(number: int) -> ResponseReturnValue:
    """File it under an account, or set it aside."""
    if request.form.get("aside"):
        set_aside(workspace(), number, me().id)
        flash(say("Set aside."))
        return redirect(url_for("activities.list_handed_in"))
    chosen = request.form.get("account") or request.form.get("other") or ""
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 16):
        raise InputRejected(
            say("No account is chosen."), say("Choose one of the list, or type the number of its page.")
        )
    done = file_under(workspace(), number, int(chosen), me().id)
    flash(say("Filed."))
    return redirect(url_for("accounts.show", account_id=done.account_id))


def _may_see(activity_id: int) -> None:
    """Raises NotFound for an activity that is not the user's own, of an account that the user may not see."""
    hidden = NotFound(say("There is no such entry that you may see."), say("Look at the history of the account."))
    try:
        activity = one_activity(snapshot(), activity_id)
        if activity.user_id != me().id:
            account_to_see(snapshot(), activity.account_id)
    except NotFound as unknown:
        raise hidden from unknown


def _page(
    activity_id: int, typed: Correction | None = None, refused: Conflict | InputRejected | None = None
) -> ResponseReturnValue:
    _may_see(activity_id)
    shown = told(workspace(), activity_id, me())
    page = render_template(
        "activities/show.html",
        told=shown,
        a=shown.activity,
        typed=typed or shown.activity,
        refused=refused,
        outcomes=outcomes(),
        zone=zone_of_user(),
    )
    return page, 200 if refused is None else 409 if isinstance(refused, Conflict) else 400


def _read() -> int:
    """How many corrections the form was made on; one that says nothing was made on none."""
    given = request.form.get("read", "0")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else -1


def _back(done: Activity, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("activities.show", activity_id=done.id))
