"""The signed-in user's own page."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user
from wtforms import PasswordField
from wtforms.validators import InputRequired, ValidationError

from gcrm.activities.corrections import told_by
from gcrm.common.language import say, speaking, to_say
from gcrm.people.busy import calendars_of
from gcrm.people.queries import rep_of_id
from gcrm.people.second_factor import second_factor_of
from gcrm.people.session import key_of
from gcrm.people.sign_in import confirm_password, end_session, open_session, sessions_of, sign_out_elsewhere
from gcrm.people.users import LEAST_LETTERS, MOST_LETTERS, set_email, set_language, set_password
from gcrm.people.working_week import break_words, week_words
from gcrm.planning.calendar_feed import feed_of
from gcrm.platform.errors import GcrmError, NotAllowed, TooOften
from webapp.access import EVERYONE, SignedIn, allow, me, my_token
from webapp.context import snapshot, workspace
from webapp.formats import counted
from webapp.forms import Form
from webapp.spoken import of_browser
from webapp.visitor import visitor
from webapp.zones import today_of, zone_of_user

blueprint = Blueprint("me", __name__, url_prefix="/me", template_folder="templates")


def _long_enough(_: Form, field: PasswordField) -> None:
    if not LEAST_LETTERS <= len(field.data or "") <= MOST_LETTERS:
        raise ValidationError(say("Use at least {least} characters.", least=LEAST_LETTERS))


class PasswordForm(Form):
    """The old password and a new one."""

    old = PasswordField(to_say("Current password"), [InputRequired(to_say("Enter your password."))])
    new = PasswordField(
        to_say("New password"),
        [_long_enough],
    )


@blueprint.route("/", methods=["GET", "POST"])
@allow(*EVERYONE)
def show() -> ResponseReturnValue:
    """Who is signed in; a new password ends all other sessions."""
    form = PasswordForm()
    refused: GcrmError | None = None
    if form.validate_on_submit():
        try:
            confirm_password(workspace(), me(), form.old.data, my_token())
        except TooOften as often:
            refused = often
        except NotAllowed:
            refused = NotAllowed(say("That is not your current password."), say("Type it again."))
        else:
            changed = set_password(workspace(), me().login, form.new.data)
            login_user(SignedIn(changed.user, open_session(workspace(), changed.user.id, visitor())))
            flash(say("Password changed. You are signed out on other devices."))
            return redirect(url_for("me.show"))
    tx = snapshot()
    rep_id = me().rep_id
    rep = rep_of_id(tx, rep_id)
    shown: dict[str, Any] = {
        "form": form,
        "refused": refused,
        "rep": rep,
        "zone": zone_of_user(),
        "key": key_of(my_token()),
        "sessions": sessions_of(workspace(), me().id),
        "factor": second_factor_of(tx, me().id),
        **passkeys_shown(tx),
        "told": told_by(workspace(), me()),
    }
    if rep:
        shown |= {"feed": feed_of(tx, me().id), "calendars": calendars_of(tx, rep.id)}
        shown |= {"hours": week_words(rep.week), "lunch": break_words(rep.lunch), "today": today_of(rep)}
    return render_template("me/show.html", **shown), 400 if form.is_submitted() else 200


@blueprint.post("/email")
@allow(*EVERYONE)
def email() -> ResponseReturnValue:
    """Where news of the own appointments is sent."""
    set_email(workspace(), me().login, request.form.get("email", ""))
    flash(say("Saved."))
    return redirect(url_for("me.show"))


@blueprint.post("/language")
@allow(*EVERYONE)
def language() -> ResponseReturnValue:
    """What the own pages are written in."""
    user = set_language(workspace(), me().login, request.form.get("language", ""))
    with speaking(user.language or of_browser()):
        flash(say("Saved."))
    return redirect(url_for("me.show"))


@blueprint.post("/sessions/end")
@allow(*EVERYONE)
def end_others() -> ResponseReturnValue:
    """Sign out everywhere else."""
    ended = sign_out_elsewhere(workspace(), me().id, my_token())
    flash(say("Signed out in {other}.", other=counted(ended, "other browser", "other browsers")))
    return redirect(url_for("me.show"))


@blueprint.post("/sessions/<int:session_id>/end")
@allow(*EVERYONE)
def end_one(session_id: int) -> ResponseReturnValue:
    """Sign out in one other browser."""
    end_session(workspace(), me().id, session_id)
    flash(say("Signed out there."))
    return redirect(url_for("me.show"))


# Their views hang on the blueprint.
from webapp.me import second_factor as _second_factor  # noqa: E402, F401
from webapp.me.passkeys import passkeys_shown  # noqa: E402
