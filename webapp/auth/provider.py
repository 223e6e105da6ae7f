"""Signing in by an OpenID Connect provider, where the settings name one."""

from datetime import datetime
from typing import Any

from flask import make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from gcrm.people.provider import Begun, begin, over, sign_out_url
from gcrm.people.provider_sign_in import end_by_provider, sign_in_with_provider
from gcrm.people.sign_in import sign_in_once
from gcrm.platform.errors import GcrmError, NotAllowed, TooOften
from webapp.access import public
from webapp.auth.views import BY_PROVIDER, blueprint, log_in_page, signed_in, wait_for_code
from webapp.context import workspace
from webapp.security import safe_target
from webapp.visitor import visitor

BEGUN = "provider"
"""Where a session keeps a sign-in that has been begun."""


@blueprint.get("/log-in/provider")
@public
def provider() -> ResponseReturnValue:
    """Send the browser to the provider. A link and no form: a form may not lead to another site here."""
    _there()
    try:
        address, begun = begin(workspace(), _back())
    except GcrmError as refused:
        return log_in_page(refused), 503
    session[BEGUN] = {
        "state": begun.state,
        "nonce": begun.nonce,
        "verifier": begun.verifier,
        "at": begun.at.isoformat(),
        "next": safe_target(request.args.get("next")) or "",
    }
    return redirect(address)


@blueprint.get("/log-in/provider/back")
@public
def provider_back() -> ResponseReturnValue:
    """Where the provider sends the browser back to."""
    _there()
    kept: Any = session.pop(BEGUN, None)
    try:
        if not isinstance(kept, dict):
            raise over()
        begun = Begun(kept["state"], kept["nonce"], kept["verifier"], datetime.fromisoformat(kept["at"]))
        done = sign_in_with_provider(workspace(), begun, request.args.to_dict(), _back(), visitor())
    except (NotAllowed, TooOften) as refused:
        return log_in_page(refused), 429 if isinstance(refused, TooOften) else 403
    except GcrmError as silent:
        return log_in_page(silent), 503
    target = safe_target(kept["next"]) or url_for("home")
    session.clear()
    if not done.token:
        return wait_for_code(done, target)
    session[BY_PROVIDER] = True
    return signed_in(done, make_response(redirect(target)))


@blueprint.get("/log-in/provider/out")
@public
def provider_out() -> ResponseReturnValue:
    """Send a browser that is signed out here to where it signs out there."""
    _there()
    back = url_for("auth.log_in", _external=True)
    try:
        address = sign_out_url(workspace(), back)
    except GcrmError as silent:
        return log_in_page(silent), 503
    return redirect(address or back)


@blueprint.post("/log-in/provider/ended")
@public
def provider_ended() -> ResponseReturnValue:
    """The provider says that a person has signed out everywhere (Back-Channel Logout 1.0)."""
    _there()
    try:
        end_by_provider(workspace(), request.form.get("logout_token", "")[:20_000], request.remote_addr or "")
    except GcrmError as refused:
        return {"error": "invalid_request", "error_description": refused.fault}, 400
    return "", 200


@blueprint.route("/log-in/once/<token>", methods=["GET", "POST"])
@public
def once(token: str) -> ResponseReturnValue:
    """Sign in by a link of the command line; the button makes sure that a person opens it."""
    if request.method == "GET":
        return render_template("auth/once.html")
    try:
        done = sign_in_once(workspace(), token, visitor())
    except NotAllowed as refused:
        return log_in_page(refused), 403
    session.clear()
    return signed_in(done, make_response(redirect(url_for("home"))))


def _back() -> str:
    return url_for("auth.provider_back", _external=True)


def _there() -> None:
    if not workspace().settings.oidc_issuer:
        raise NotFound
