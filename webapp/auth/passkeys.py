"""Signing in with a passkey: alone, without a name, or after the password. Scripts ask; static/passkeys.js does."""

from urllib.parse import urlsplit

from flask import jsonify, request, session, url_for
from flask.typing import ResponseReturnValue

from gcrm.common.language import say
from gcrm.people.passkeys import Site, as_session, begin_sign_in, of_session, sign_in_with_passkey
from gcrm.platform.errors import InputRejected, NotAllowed
from webapp.access import public
from webapp.auth.views import blueprint, half, signed_in
from webapp.context import workspace
from webapp.security import safe_target
from webapp.visitor import visitor

CHALLENGE = "passkey"
"""Where a session keeps what a device was asked to sign."""


def site() -> Site:
    """Where the browser is, by the request; behind a proxy by what the trusted one says of it."""
    host = request.host.lower()
    name = urlsplit(f"//{host}").hostname or ""
    if not name:
        raise InputRejected(say("The address has no host."), say("Open the app by its name."))
    return Site(name, f"{request.scheme}://{host}")


@blueprint.post("/log-in/passkey/options")
@public
def passkey_options() -> ResponseReturnValue:
    """What the browser asks its device for; after a right password, for a passkey of that person."""
    given = request.get_json(silent=True)
    is_second = isinstance(given, dict) and bool(given.get("second"))
    waiting = half() if is_second else None
    if is_second and waiting is None:
        raise NotAllowed(say("This sign-in is over."), say("Begin again."))
    options, challenge = begin_sign_in(workspace(), site(), waiting["user"] if waiting else None)
    session[CHALLENGE] = as_session(challenge)
    return jsonify(options)


@blueprint.post("/log-in/passkey")
@public
def passkey() -> ResponseReturnValue:
    """Sign in whoever the passkey is of."""
    given = request.get_json(silent=True)
    given = given if isinstance(given, dict) else {}
    challenge = of_session(session.pop(CHALLENGE, None))
    waiting = half()
    # What was asked of one whose password was right counts for that sign-in alone.
    if challenge.user_id is not None and (waiting is None or waiting["user"] != challenge.user_id):
        raise NotAllowed(say("This sign-in is over."), say("Begin again."))
    done = sign_in_with_passkey(workspace(), given.get("answer"), challenge, site(), visitor())
    wanted = waiting["next"] if waiting and challenge.user_id is not None else given.get("next")
    target = safe_target(wanted if isinstance(wanted, str) else None) or url_for("home")
    session.clear()
    return signed_in(done, jsonify({"next": target}))
