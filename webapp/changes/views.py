"""Changes: the list of what was done to accounts with undo, and what was changed about one account."""

from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.accounts.audit import account_audit, last_set
from gcrm.accounts.change import ChangeKind
from gcrm.accounts.queries import change_with_accounts, changes_of_account
from gcrm.accounts.undo_change import Undone, can_be_undone, list_changes, undo_change
from gcrm.common.language import number, say, to_say
from gcrm.people.queries import user_names
from gcrm.platform.errors import NotFound
from webapp.access import EVERYONE, PLANNERS, WRITERS, account_to_see, allow, may_write, me
from webapp.context import snapshot, workspace
from webapp.field_words import word_of
from webapp.formats import counted
from webapp.security import safe_target
from webapp.zones import zone_of_user

blueprint = Blueprint("changes", __name__, url_prefix="/changes", template_folder="templates")

KINDS = {
    ChangeKind.IMPORT: to_say("Import"),
    ChangeKind.EDIT: to_say("Edit"),
    ChangeKind.PIN: to_say("Pin"),
    ChangeKind.PLACE: to_say("Address look-up"),
    ChangeKind.MERGE: to_say("Merge"),
    ChangeKind.LOCK: to_say("Territory"),
    ChangeKind.ALIGNMENT: to_say("Territories"),
    ChangeKind.VISIT: to_say("Visit"),
    ChangeKind.UNDO: to_say("Undo"),
    ChangeKind.ORDERS: to_say("Orders"),
}
KEPT_NAMED = 5
"""Accounts that undoing leaves alone are named up to this many."""


@blueprint.get("/")
@allow(*PLANNERS)
def list_all() -> ResponseReturnValue:
    """The latest imports, edits, pins, merges and locks, each with a button to take it back."""
    return render_template(
        "changes/list.html",
        changes=list_changes(workspace()),
        names=user_names(snapshot()),
        kinds={kind: say(word) for kind, word in KINDS.items()},
        can_be_undone=can_be_undone,
        zone=zone_of_user(),
    )


@blueprint.post("/<int:set_id>/undo")
@allow(*WRITERS)
def undo(set_id: int) -> ResponseReturnValue:
    """Take one of them back, a rep only the own edits; what somebody has changed since stays."""
    made, touched = change_with_accounts(snapshot(), set_id)
    if me().role not in PLANNERS:
        if made.kind is not ChangeKind.EDIT or made.user_id != me().id:
            raise NotFound(say("There is no such change of yours."), say("Ask a planner to take it back."))
        for each in touched:
            account_to_see(snapshot(), each.account_id)
    flash(told(undo_change(workspace(), set_id, me().id)))
    return redirect(safe_target(request.form.get("back")) or url_for("changes.list_all"))


@blueprint.get("/accounts/<int:account_id>")
@allow(*EVERYONE)
def of_account(account_id: int) -> ResponseReturnValue:
    """Who or which file set each field of an account, and when; a piece of its page."""
    account = account_to_see(snapshot(), account_id)
    sets = changes_of_account(snapshot(), account_id)
    mine = {
        number
        for number, made in sets.items()
        if can_be_undone(made)
        and (me().role in PLANNERS or (made.kind is ChangeKind.EDIT and made.user_id == me().id and may_write()))
        and made.kind is not ChangeKind.IMPORT
    }
    changes = account_audit(workspace(), account_id)
    return render_template(
        "changes/account.html",
        account_id=account_id,
        changes=[list(group) for _, group in groupby(changes, key=lambda change: change.change_set)],
        fields=last_set(account, changes),
        undoable=mine,
        kinds={kind: say(word) for kind, word in KINDS.items()},
        word_of=word_of,
        said=said,
        zone=zone_of_user(),
    )


def told(done: Undone) -> str:
    """What undoing did, in a sentence."""
    parts = []
    if done.removed:
        parts.append(say("{accounts} gone", accounts=counted(done.removed, "account is", "accounts are")))
    if done.restored:
        parts.append(say("{accounts} as before", accounts=counted(done.restored, "account is", "accounts are")))
    if done.brought_back:
        parts.append(say("{accounts} back", accounts=counted(done.brought_back, "account is", "accounts are")))
    words = say("Undone: {parts}.", parts=", ".join(parts) or say("nothing left to undo"))
    if done.kept:
        named = " ".join(
            f"{each.name or say('Account {account}', account=each.account)}: {each.reason}"
            for each in done.kept[:KEPT_NAMED]
        )
        more = say(" And {kept} more.", kept=number(len(done.kept) - KEPT_NAMED)) if len(done.kept) > KEPT_NAMED else ""
        words += say(
            " {accounts} as now. {named}{more}",
            accounts=counted(len(done.kept), "account stays", "accounts stay"),
            named=named,
            more=more,
        )
    return words


def said(value: Any) -> str:
    """A value of a field, as it is kept with a change, on one line."""
    if value in {None, ""} if not isinstance(value, (list, dict)) else not value:
        return "nothing"
    if isinstance(value, dict) and "level" in value:
        return f"{value['level']}, {value.get('matched') or value.get('reason') or say('no address')}"
    if isinstance(value, dict):
        from gcrm.accounts.model import Address

        return Address(**value).text or say("nothing")
    if isinstance(value, list):
        return ", ".join(f"{each:.5f}" if isinstance(each, float) else str(each) for each in value)
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
