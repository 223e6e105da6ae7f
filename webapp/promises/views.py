"""The appointments of an account: which there are, one more within some days, and taking one back."""

from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from gcrm.accounts.model import Account
from gcrm.common.language import say
from gcrm.people.model import Rep
from gcrm.people.queries import rep_of_id
from gcrm.planning.appointments import Promised, add_appointment, appointments_of, remove_appointment
from gcrm.platform.errors import GcrmError, InputRejected, NotFound
from webapp.access import EVERYONE, WRITERS, account_to_see, allow, may_write, me
from webapp.context import snapshot, workspace
from webapp.given import day_of
from webapp.zones import today, zone_of_user

blueprint = Blueprint("promises", __name__, url_prefix="/promises", template_folder="templates")


@blueprint.get("/<int:account_id>")
@allow(*EVERYONE)
def of_account(account_id: int) -> ResponseReturnValue:
    """What is promised, for the page of the account."""
    account, _ = _seen(account_id)
    return _piece(account)


@blueprint.post("/<int:account_id>")
@allow(*WRITERS)
def add(account_id: int) -> ResponseReturnValue:
    """Add an appointment on some day of several; whoever plans them chooses the best one."""
    account, own = _seen(account_id)
    try:
        first, last = (day_of(request.form.get(name, "")) for name in ("first", "last"))
        if first < _today():
            raise InputRejected(say("That day is over."), say("Begin today or later."))
        key = own.key if own else ""
        promised = add_appointment(workspace(), account.id, first, till=last, rep_key=key, note=_note())
    except GcrmError as refused:
        return _piece(account, refused=refused)
    return _piece(account, promised)


@blueprint.post("/<int:account_id>/<int:appointment_id>/remove")
@allow(*WRITERS)
def remove(account_id: int, appointment_id: int) -> ResponseReturnValue:
    """Take a promise back."""
    account, _ = _seen(account_id)
    if appointment_id not in {one.appointment.id for one in _of(account)}:
        raise NotFound(say("That appointment no longer exists."), say("Reload the page."))
    remove_appointment(workspace(), appointment_id)
    return _piece(account)


def _seen(account_id: int) -> tuple[Account, Rep | None]:
    """The account, if it may be seen, and the rep who asks."""
    tx = snapshot()
    account = account_to_see(tx, account_id)
    rep_id = me().rep_id
    return account, rep_of_id(tx, rep_id)


def _piece(account: Account, added: Promised | None = None, refused: GcrmError | None = None) -> ResponseReturnValue:
    shown = {"account_id": account.id, "promised": _of(account), "added": added, "refused": refused}
    return render_template(
        "promises/of_account.html", **shown, today=_today(), may_write=may_write(), form=request.form
    )


def _of(account: Account) -> list[Promised]:
    return appointments_of(workspace(), account.id)


def _today() -> date:
    return today(zone_of_user())


def _note() -> str:
    return " ".join(request.form.get("note", "").split())
