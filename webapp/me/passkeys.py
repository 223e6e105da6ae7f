"""Passkeys on the page Me: added, removed, asked for after the password."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from gcrm.common.language import say
from gcrm.people.passkeys import (
    add_passkey,
    as_session,
    ask_for_passkey,
    begin_passkey,
    handle_of,
    of_session,
    passkeys_of,
    remove_passkey,
)
from gcrm.people.sign_in import confirm_password, signed_in_lately
from gcrm.platform.errors import NotAllowed
from gcrm.transaction import Transaction
from webapp.access import EVERYONE, allow, me, my_token
from webapp.auth.passkeys import CHALLENGE, site
from webapp.context import workspace
from webapp.me.views import blueprint
from webapp.visitor import browser_name

LONGEST = 1_000
"""Letters of a password that are looked at."""


@blueprint.post("/passkeys/options")
@allow(*EVERYONE)
def passkey_options() -> ResponseReturnValue:
    """What the browser asks its device to make, once it is sure who asks."""
    _make_sure(_given().get("password"))
    options, challenge = begin_passkey(workspace(), me(), site())
    session[CHALLENGE] = as_session(challenge) | {"handle": handle_of(options)}
    return jsonify(options)


@blueprint.post("/passkeys")
@allow(*EVERYONE)
def add_passkey_here() -> ResponseReturnValue:
    """Keep what the device has made."""
    given, kept = _given(), session.pop(CHALLENGE, None)
    challenge = of_session(kept)
    name = given.get("name")
    added = add_passkey(
        workspace(),
        me(),
        name if isinstance(name, str) else "",
        given.get("answer"),
        str(kept.get("handle", "")),
        challenge,
        site(),
    )
    flash(say("{name} is added. You can sign in with it from now on.", name=added.name))
    return jsonify({"next": url_for("me.show") + "#passkeys"})


@blueprint.post("/passkeys/<int:passkey_id>/remove")
@allow(*EVERYONE)
def remove_passkey_here(passkey_id: int) -> ResponseReturnValue:
    """Let one open nothing any more."""
    _make_sure(request.form.get("password"))
    ended = remove_passkey(workspace(), me().id, passkey_id)
    flash(say("Passkey removed."))
    if ended:
        flash(say("It was your last one: no second factor is asked for any more."))
    return redirect(url_for("me.show"))


@blueprint.post("/passkeys/second-factor")
@allow(*EVERYONE)
def passkey_second() -> ResponseReturnValue:
    """Ask for a passkey after the password from now on."""
    _make_sure(request.form.get("password"))
    return render_template("me/recovery_codes.html", codes=ask_for_passkey(workspace(), me().id))


def passkeys_shown(tx: Transaction) -> dict[str, Any]:
    """What the page Me shows of passkeys."""
    return {
        "passkeys": passkeys_of(tx, me().id),
        "here": site(),
        "is_fresh": signed_in_lately(workspace(), my_token()),
        "browser": browser_name(request.user_agent.string),
    }


def _make_sure(password: Any) -> None:
    """Make sure that it is the person who signed in here. Raises NotAllowed, TooOften."""
    if signed_in_lately(workspace(), my_token()):
        return
    try:
        confirm_password(workspace(), me(), password[:LONGEST] if isinstance(password, str) else "", my_token())
    except NotAllowed:
        raise NotAllowed(say("That is not your password."), say("Type it again, or sign in anew.")) from None


def _given() -> dict[str, Any]:
    given = request.get_json(silent=True)
    return given if isinstance(given, dict) else {}
