"""Signing in and out."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from gcrm.people.queries import user_names
from gcrm.people.sign_in import sign_in, sign_out
from gcrm.platform.errors import Busy, CannotWrite, NotAllowed, TooOften
from webapp.access import EVERYONE, SignedIn, allow, my_token, public
from webapp.auth.forms import LogInForm
from webapp.context import snapshot, workspace
from webapp.security import safe_target
from webapp.visitor import remember, visitor

blueprint = Blueprint("auth", __name__, template_folder="templates")


@blueprint.route("/log-in", methods=["GET", "POST"])
@public
def log_in() -> ResponseReturnValue:
    """Ask for log-in and password, then go on to where the person was going."""
    if current_user.is_authenticated:
        return redirect(url_for("home"))
    form = LogInForm(next=safe_target(request.args.get("next")) or "")
    if form.validate_on_submit():
        login = form.login.data
        try:
            signed_in = sign_in(workspace(), login, form.password.data, visitor(login))
        except (NotAllowed, TooOften) as refused:
            return render_template("auth/log_in.html", form=form, refused=refused), (
                429 if isinstance(refused, TooOften) else 401
            )
        target = safe_target(form.next.data) or url_for("home")
        session.clear()
        session.permanent = True
        login_user(SignedIn(signed_in.user, signed_in.token))
        answer = make_response(redirect(target))
        remember(answer, login)
        return answer
    tx = snapshot()
    nobody = not user_names(tx)
    return render_template("auth/log_in.html", form=form, nobody=nobody), 400 if form.is_submitted() else 200


@blueprint.post("/log-out")
@allow(*EVERYONE)
def log_out() -> ResponseReturnValue:
    """End the session, for good: a copy of its cookie opens nothing any more."""
    try:
        sign_out(workspace(), my_token())
        said = "You are signed out."
    except (Busy, CannotWrite) as cannot:
        # Whoever hands the phone on must be out of it in any case.
        said = f"This browser is signed out. {cannot.fault} A copy of its cookie would still work until then."
    logout_user()
    session.clear()
    flash(said)
    return redirect(url_for("auth.log_in"))
