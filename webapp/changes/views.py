"""Changes: the list of imports, pins and merges with undo, and what was changed about one account."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.services.account_audit import account_audit
from gcrm.services.undo_change import Undone, list_changes, undo_change
from webapp.access import EVERYONE, PLANNERS, account_to_see, allow
from webapp.context import workspace
from webapp.formats import counted
from webapp.previews.views import word_of
from webapp.security import safe_target
from webapp.zones import zone_of_user

blueprint = Blueprint("changes", __name__, url_prefix="/changes", template_folder="templates")

KEPT_NAMED = 5
"""Accounts that undoing leaves alone are named up to this many."""


@blueprint.get("/")
@allow(*PLANNERS)
def list_all() -> ResponseReturnValue:
    """The latest imports, pins and merges, each with a button to take it back."""
    with workspace().store.read() as tx:
        names = {user.id: user.name for user in tx.users.all()}
    return render_template("changes/list.html", changes=list_changes(workspace()), names=names, zone=zone_of_user())


@blueprint.post("/<int:set_id>/undo")
@allow(*PLANNERS)
def undo(set_id: int) -> ResponseReturnValue:
    """Take one of them back; what somebody has changed since stays."""
    flash(told(undo_change(workspace(), set_id)))
    return redirect(safe_target(request.form.get("back")) or url_for("changes.list_all"))


@blueprint.get("/accounts/<int:account_id>")
@allow(*EVERYONE)
def of_account(account_id: int) -> ResponseReturnValue:
    """Who or which file set each field of an account, and when; a piece of its page."""
    with workspace().store.read() as tx:
        account_to_see(tx, account_id)
    return render_template(
        "changes/account.html",
        changes=account_audit(workspace(), account_id),
        word_of=word_of,
        said=said,
        zone=zone_of_user(),
    )


def told(done: Undone) -> str:
    """What undoing did, in a sentence."""
    parts = []
    if done.removed:
        parts.append(f"{counted(done.removed, 'account is', 'accounts are')} gone")
    if done.restored:
        parts.append(f"{counted(done.restored, 'account is', 'accounts are')} as before")
    if done.brought_back:
        parts.append(f"{counted(done.brought_back, 'account is', 'accounts are')} back")
    words = f"Undone: {', '.join(parts) or 'nothing was left to undo'}."
    if done.kept:
        named = " ".join(f"{each.name or f'Account {each.account}'}: {each.reason}" for each in done.kept[:KEPT_NAMED])
        more = f" And {len(done.kept) - KEPT_NAMED:,} more." if len(done.kept) > KEPT_NAMED else ""
        words += f" {counted(len(done.kept), 'account stays', 'accounts stay')} as changed since. {named}{more}"
    return words


def said(value: Any) -> str:
    """A value of a field, as it is kept with a change, on one line."""
    if value in {None, ""} if not isinstance(value, (list, dict)) else not value:
        return "nothing"
    if isinstance(value, dict) and "level" in value:
        return f"{value['level']}, {value.get('matched') or value.get('reason') or 'no address'}"
    if isinstance(value, dict):
        from gcrm.domain.account import Address

        return Address(**value).text or "nothing"
    if isinstance(value, list):
        return ", ".join(f"{each:.5f}" if isinstance(each, float) else str(each) for each in value)
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
