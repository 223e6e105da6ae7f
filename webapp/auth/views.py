"""Signing in and out."""

from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from gcrm.people.passkeys import passkeys_of
from gcrm.people.queries import user_names
from gcrm.people.second_factor import WITHIN, second_factor_of, sign_in_with_code
from gcrm.people.sign_in import SignedIn as Done
from gcrm.people.sign_in import sign_in, sign_out
from gcrm.platform.errors import Busy, CannotWrite, GcrmError, NotAllowed, TooOften
from webapp.access import EVERYONE, SignedIn, allow, my_token, public
from webapp.auth.forms import LogInForm
from webapp.context import snapshot, workspace
from webapp.security import safe_target
from webapp.visitor import remember, visitor

blueprint = Blueprint("auth", __name__, template_folder="templates")

HALF = "second factor"
"""Where a session keeps whose password was right while the code is still to come."""


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
            done = sign_in(workspace(), login, form.password.data, visitor(login))
        except (NotAllowed, TooOften) as refused:
            return render_template("auth/log_in.html", form=form, refused=refused), (
                429 if isinstance(refused, TooOften) else 401
            )
        target = safe_target(form.next.data) or url_for("home")
        session.clear()
        if not done.token:
            session[HALF] = {"user": done.user.id, "at": workspace().clock().timestamp(), "next": target}
            return redirect(url_for("auth.code"))
        return signed_in(done, make_response(redirect(target)))
    tx = snapshot()
    nobody = not user_names(tx)
    return render_template("auth/log_in.html", form=form, nobody=nobody), 400 if form.is_submitted() else 200


@blueprint.route("/log-in/code", methods=["GET", "POST"])
@public
def code() -> ResponseReturnValue:
    """Ask for the code of the app, of whoever has just given the right password."""
    waiting = half()
    if waiting is None:
        return redirect(url_for("auth.log_in"))
    refused: GcrmError | None = None
    if request.method == "POST":
        try:
            done = sign_in_with_code(workspace(), waiting["user"], request.form.get("code", "")[:100], visitor())
        except (NotAllowed, TooOften) as wrong:
            refused = wrong
        else:
            session.clear()
            return signed_in(done, make_response(redirect(safe_target(waiting["next"]) or url_for("home"))))
    status = 429 if isinstance(refused, TooOften) else 401 if refused else 200
    tx = snapshot()
    factor = second_factor_of(tx, waiting["user"])
    shown = {"has_app": bool(factor and factor.secret), "has_passkey": bool(passkeys_of(tx, waiting["user"]))}
    return render_template("auth/code.html", refused=refused, **shown), status


def half() -> dict[str, Any] | None:
    """Whose password was right while the code is still to come (`user`, `at`, `next`), None where that is too old."""
    waiting: dict[str, Any] | None = session.get(HALF)
    if waiting and workspace().clock().timestamp() - waiting["at"] <= WITHIN.total_seconds():
        return waiting
    session.pop(HALF, None)
    return None


def signed_in(done: Done, answer: Response) -> Response:
    """Let the browser be signed in with an answer, and know it again."""
    session.permanent = True
    login_user(SignedIn(done.user, done.token))
    remember(answer, done.user.login)
    return answer


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


from webapp.auth import passkeys as _passkeys  # noqa: E402, F401 - its views hang on the blueprint
