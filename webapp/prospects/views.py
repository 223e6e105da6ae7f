"""A prospect found next door, told by a phone; and what else was told of it before the server knew it."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from gcrm.accounts.entry import AT_THE_DOOR
from gcrm.accounts.queries import one_account
from gcrm.activities.new_prospect import new_prospect
from gcrm.activities.queries import activity_told_as
from gcrm.activities.told_facts import tell_facts
from gcrm.common.language import say
from gcrm.platform.errors import InputRejected, NotReady
from webapp.access import WRITERS, allow, me
from webapp.check_in.told import FORM_MOST, body, read_position, read_times, teller, text
from webapp.context import snapshot, workspace

blueprint = Blueprint("prospects", __name__, url_prefix="/prospects", template_folder="templates")


@blueprint.get("/new")
@allow(*WRITERS)
def form() -> ResponseReturnValue:
    """The page to add one with; it is kept for times without a connection."""
    return render_template("prospects/new.html")


@blueprint.post("/")
@allow(*WRITERS)
def add() -> ResponseReturnValue:
    """Add a prospect. Sent again with the same client_id it is the one that is there."""
    given = body()
    typed = {name: text(given, name, FORM_MOST) for name in ("name", *AT_THE_DOOR)}
    told = new_prospect(
        workspace(),
        typed,
        read_position(given),
        teller=teller(0, given),
        client_id=text(given, "client_id", 64),
        times=read_times(given),
    )
    account = one_account(snapshot(), told.account_id)
    words = say("{name} is added.", name=account.name)
    return jsonify({"client_id": told.client_id, "account": account.id, "words": words, "now": _now()})


@blueprint.get("/told/<client_id>/visit")
@allow(*WRITERS)
def check_in_page(client_id: str) -> ResponseReturnValue:
    """The check-in page of one that was told as this number, once it is known."""
    return redirect(url_for("check_in.show", account_id=_account_of(client_id)))


@blueprint.post("/told/<client_id>/visit")
@allow(*WRITERS)
def visit(client_id: str) -> ResponseReturnValue:
    """A visit to one that was told as this number; "later" while it is not known."""
    from webapp.check_in.views import send

    return send(_account_of(client_id))


@blueprint.post("/facts/<int:account_id>")
@allow(*WRITERS)
def facts(account_id: int) -> ResponseReturnValue:
    """What was learned at an account: `typed` and `read`, field by field. Sent again it is one change."""
    given = body()
    told = tell_facts(
        workspace(),
        account_id,
        _fields(given, "typed"),
        _fields(given, "read"),
        teller=teller(account_id, given),
        client_id=text(given, "client_id", 64),
        times=read_times(given),
        anyway=given.get("anyway") is True,
    )
    return jsonify({"client_id": told.client_id, "account": told.account_id, "words": told.note, "now": _now()})


def _account_of(client_id: str) -> int:
    """Raises NotReady, which phones take for "later"."""
    told = activity_told_as(snapshot(), client_id)
    if told is None or told.user_id != me().id:
        raise NotReady(say("That prospect has not arrived yet."), say("It is sent first; this follows by itself."))
    return told.account_id


def _fields(given: Mapping[str, Any], name: str) -> dict[str, str]:
    fields = given.get(name)
    if not isinstance(fields, dict):
        raise InputRejected(say("That is no change."), say("Reload the page and save it again."))
    return {str(key): text(fields, key, FORM_MOST) for key in fields}


def _now() -> str:
    return workspace().clock().isoformat()
