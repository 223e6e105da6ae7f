"""Signing in and out."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from gcrm.people.users import authenticate
from gcrm.platform.errors import NotAllowed
from webapp.access import EVERYONE, SignedIn, allow, public
from webapp.auth.forms import LogInForm
from webapp.context import workspace
from webapp.limits import limiter
from webapp.security import safe_target

blueprint = Blueprint("auth", __name__, template_folder="templates")


def _typed_login() -> str:
    """The log-in that is tried, so that guessing one password from many addresses is slowed as well."""
    return f"login:{request.form.get('login', '')[:64].strip().lower()}"


@blueprint.route("/log-in", methods=["GET", "POST"])
@public
@limiter.limit("20 per minute; 200 per hour", methods=["POST"])
@limiter.limit("8 per minute; 60 per hour", methods=["POST"], key_func=_typed_login)
def log_in() -> ResponseReturnValue:
    """Ask for log-in and password, then go on to where the person was going."""
    if current_user.is_authenticated:
        return redirect(url_for("home"))
    form = LogInForm(next=safe_target(request.args.get("next")) or "")
    if form.validate_on_submit():
        try:
            user = authenticate(workspace(), form.login.data, form.password.data)
        except NotAllowed as refused:
            return render_template("auth/log_in.html", form=form, refused=refused), 401
        target = safe_target(form.next.data) or url_for("home")
        session.clear()
        session.permanent = True
        login_user(SignedIn(user))
        return redirect(target)
    with workspace().store.read() as tx:
        nobody = not tx.users.all()
    return render_template("auth/log_in.html", form=form, nobody=nobody), 400 if form.is_submitted() else 200


@blueprint.post("/log-out")
@allow(*EVERYONE)
def log_out() -> ResponseReturnValue:
    """End the session."""
    logout_user()
    session.clear()
    flash("You are signed out.")
    return redirect(url_for("auth.log_in"))
