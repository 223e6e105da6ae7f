"""Add an account, or change one. A rep corrects what is learned at the door; planners change everything."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.accounts.edit_account import add_account, edit_account
from gcrm.accounts.entry import ADDRESS, AT_THE_DOOR, FIELDS, EntryRejected, FieldFault, as_entry
from gcrm.accounts.history import fingerprint
from gcrm.accounts.model import PERSON, Account, Kind, Priority
from gcrm.common.language import say, to_say
from gcrm.common.zones import understood_of
from gcrm.platform.errors import Conflict
from webapp.access import PLANNERS, WRITERS, account_to_see, allow, me
from webapp.concurrent_edits import merge_edits, shown_with
from webapp.context import snapshot, workspace
from webapp.field_words import word_of
from webapp.zones import today, zone_of_user

blueprint = Blueprint("edits", __name__, url_prefix="/accounts", template_folder="templates")

CHOICES = {
    "kind": [(kind.value, kind.value.capitalize()) for kind in Kind],
    "priority": [(priority.value, priority.value) for priority in Priority],
}
HINTS = {
    "external_id": to_say("As in your files; imports match accounts by it."),
    "opening_hours": to_say("As Mo-Fr 08:00-12:00,13:30-18:00; Sa 09:00-12:00, or in words: by appointment."),
    "visit_every_days": to_say("Empty: as usual for its priority."),
    "visit_minutes": to_say("Empty: as usual."),
    "skills": to_say("What a rep must be able to do, with commas."),
    "languages": to_say("Of which a rep must speak one: de, fr."),
    "holiday_region": to_say("Whose public holidays it keeps, as BY."),
    "line": to_say("Used instead of street and town."),
}


@blueprint.route("/new", methods=["GET", "POST"])
@allow(*PLANNERS)
def new() -> ResponseReturnValue:
    """A form for one more account."""
    account = Account("")
    names = _fields(account)
    if request.method == "GET":
        return _form(None, as_entry(account), names)
    typed = _typed(names)
    try:
        done = add_account(workspace(), typed, me().id)
    except EntryRejected as refused:
        return _form(None, as_entry(account) | typed, names, refused.faults), 400
    flash(say("{name} is added.", name=done.account.name))
    return redirect(url_for("accounts.show", account_id=done.account.id))


@blueprint.route("/<int:account_id>/edit", methods=["GET", "POST"])
@allow(*WRITERS)
def edit(account_id: int) -> ResponseReturnValue:
    """The fields of an account; what cannot be kept comes back with the remedy, and nothing typed is lost."""
    account = account_to_see(snapshot(), account_id)
    names = _fields(account)
    entry = as_entry(account)
    if request.method == "GET":
        return _form(account, entry, names)
    typed = _typed(names)
    try:
        done = edit_account(workspace(), account_id, typed, seen=request.form.get("seen", ""), user_id=me().id)
    except EntryRejected as refused:
        return _form(account, entry | typed, names, refused.faults), 400
    except Conflict as slower:
        # What this person left alone shows what holds now; what both changed shows both.
        now = {name: entry[name] for name in names}
        both = merge_edits(request.form, now)
        differing = {
            name: FieldFault(
                say("It is {entry} now.", entry=entry[name] or say("empty")), say("Saving keeps your value.")
            )
            for name in names
            if both.merged[name] != entry[name]
        }
        return _form(account, entry | both.merged, names, differing, slower), 409
    flash(say("Saved.") if done.change_set else say("No changes."))
    return redirect(url_for("accounts.show", account_id=account_id))


def _fields(account: Account) -> tuple[str, ...]:
    """What the signed-in user may change; an address in one line is shown as one, unless it is in parts."""
    if me().role not in PLANNERS:
        return AT_THE_DOOR
    hidden = ADDRESS[1:-1] if account.address.line else ADDRESS[:1]
    return tuple(name for name in FIELDS if name not in hidden)


def _typed(names: tuple[str, ...]) -> dict[str, str]:
    """What was typed into the fields that this user may change; others that were sent are passed over."""
    return {name: request.form[name] for name in names if name in request.form}


def _understood(account: Account | None, entry: Mapping[str, str]) -> dict[str, str]:
    """What is understood of the hours in the form, as the hint of their field."""
    hours = entry.get("opening_hours", "")
    shown = understood_of(replace(account or Account(""), opening_hours=hours))
    return {"opening_hours": say("Understood: {shown}.", shown=shown)} if shown else {}


def _form(
    account: Account | None,
    entry: Mapping[str, str],
    names: tuple[str, ...],
    faults: Mapping[str, FieldFault] | None = None,
    problem: Conflict | None = None,
) -> str:
    return render_template(
        "edits/form.html",
        account=account,
        entry=entry,
        names=names,
        faults=faults or {},
        problem_=problem,
        choices={field: [(key, say(word)) for key, word in choices] for field, choices in CHOICES.items()},
        hints={field: say(hint) for field, hint in HINTS.items()} | _understood(account, entry),
        word_of=word_of,
        seen=fingerprint(account) if account else "",
        shown_with=shown_with({name: as_entry(account)[name] for name in names}) if account else "",
        pinned=account is not None and account.placement.source == PERSON,
        today=today(zone_of_user()).isoformat(),
    )
