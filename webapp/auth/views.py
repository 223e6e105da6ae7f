"""Signing in and out."""

from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from gcrm.common.language import say
from gcrm.people.passkeys import passkeys_of
from gcrm.people.provider import label
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

BY_PROVIDER, OUT_AT = "by provider", "out at"
"""Where a session keeps that a provider has signed somebody in, and that one may still be signed in there."""
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
        if workspace().settings.passwords == "no":
            return log_in_page(no_passwords(), form), 403
        try:
            done = sign_in(workspace(), login, form.password.data, visitor(login))
        except (NotAllowed, TooOften) as refused:
            return log_in_page(refused, form), 429 if isinstance(refused, TooOften) else 401
        target = safe_target(form.next.data) or url_for("home")
        session.clear()
        if not done.token:
            return wait_for_code(done, target)
        return signed_in(done, make_response(redirect(target)))
    return log_in_page(None, form, nobody=not user_names(snapshot())), 400 if form.is_submitted() else 200


def log_in_page(refused: GcrmError | None, form: LogInForm | None = None, *, nobody: bool = False) -> str:
    """The page that asks who comes; refused: why the last try did not open anything."""
    settings = workspace().settings
    return render_template(
        "auth/log_in.html",
        form=form or LogInForm(),
        refused=refused,
        nobody=nobody,
        provider=label(settings) if settings.oidc_issuer else "",
        has_passwords=settings.passwords != "no",
        out_at=session.pop(OUT_AT, None),
    )


def no_passwords() -> NotAllowed:
    """What is said of a password where none is taken."""
    return NotAllowed(say("Passwords are not used here."), say("Sign in another way."))


def wait_for_code(done: Done, target: str) -> ResponseReturnValue:
    """Go on with the second factor of somebody who has shown the first."""
    session[HALF] = {"user": done.user.id, "at": workspace().clock().timestamp(), "next": target}
    return redirect(url_for("auth.code"))


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
        said = say("You are signed out.")
    except (Busy, CannotWrite) as cannot:
        # Whoever hands the phone on must be out of it in any case.
        said = say(
            "This browser is signed out. {fault} A copy of its cookie would still work until then.", fault=cannot.fault
        )
    logout_user()
    out_at = session.get(BY_PROVIDER)
    session.clear()
    if out_at and workspace().settings.oidc_issuer:
        session[OUT_AT] = True
    flash(said)
    return redirect(url_for("auth.log_in"))


# Their views hang on the blueprint.
from webapp.auth import passkeys as _passkeys  # noqa: E402, F401
from webapp.auth import provider as _provider  # noqa: E402, F401
