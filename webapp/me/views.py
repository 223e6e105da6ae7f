"""The signed-in user's own page."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from gcrm.people.users import LEAST_LETTERS, MOST_LETTERS, authenticate, set_password
from gcrm.people.working_week import break_words, week_words
from gcrm.platform.errors import NotAllowed
from webapp.access import EVERYONE, SignedIn, allow, me
from webapp.context import workspace
from webapp.forms import Form
from webapp.limits import limiter
from webapp.zones import today_of

blueprint = Blueprint("me", __name__, url_prefix="/me", template_folder="templates")


class PasswordForm(Form):
    """The old password and a new one."""

    old = PasswordField("Password now", [InputRequired("Type your password.")])
    new = PasswordField(
        "New password",
        [Length(LEAST_LETTERS, MOST_LETTERS, f"Use at least {LEAST_LETTERS} characters.")],
    )


@blueprint.route("/", methods=["GET", "POST"])
@allow(*EVERYONE)
@limiter.limit("10 per minute", methods=["POST"])
def show() -> ResponseReturnValue:
    """Who is signed in; a new password ends all other sessions."""
    form = PasswordForm()
    refused = None
    if form.validate_on_submit():
        try:
            authenticate(workspace(), me().login, form.old.data)
        except NotAllowed:
            refused = NotAllowed("The password that you have now is another one.", "Type it again.")
        else:
            changed = set_password(workspace(), me().login, form.new.data)
            login_user(SignedIn(changed.user))
            flash("Your password is changed. Sessions on other devices have ended.")
            return redirect(url_for("me.show"))
    with workspace().store.read() as tx:
        rep_id = me().rep_id
        rep = tx.reps.by_id(rep_id) if rep_id else None
    shown: dict[str, Any] = {"form": form, "refused": refused, "rep": rep}
    if rep:
        shown |= {"hours": week_words(rep.week), "lunch": break_words(rep.lunch), "today": today_of(rep)}
    return render_template("me/show.html", **shown), 400 if form.is_submitted() else 200
