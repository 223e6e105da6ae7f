"""What a rep learns at the door about an account, told by a phone, perhaps days later: opening hours, a phone number.

The phone says what stood there when the rep changed it. Where somebody else has changed the same meanwhile, nobody's
value is lost: it is refused with both, and the rep chooses.
"""

from collections.abc import Mapping
from dataclasses import replace

from gcrm.accounts.change import ChangeKind, ChangeSet
from gcrm.accounts.entry import AT_THE_DOOR, EntryRejected, FieldFault, as_entry, named, with_entry
from gcrm.accounts.history import record
from gcrm.activities.check_in import checked_client_id
from gcrm.activities.model import Activity, ActivityKind
from gcrm.activities.phone_clock import PhoneTimes, arrival
from gcrm.activities.told_account import Teller, told_account
from gcrm.common.language import ENGLISH, language, say
from gcrm.common.today import latest_today
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace


def tell_facts(
    workspace: Workspace,
    account_id: int,
    typed: Mapping[str, str],
    read: Mapping[str, str],
    *,
    teller: Teller,
    client_id: str,
    times: PhoneTimes | None = None,
    anyway: bool = False,
) -> Activity:
    """Change fields of `AT_THE_DOOR`, and say so in a note of the account's history; answers the note.

    typed: field to what was typed; read: field to what stood there then. Told twice it is one change. A field that
    holds what was typed already stays. anyway: the rep has seen what another typed meanwhile.
    Raises NotFound as `told_account`, EntryRejected for what cannot be kept, or was changed by somebody else.
    """
    if not checked_client_id(client_id):
        raise InputRejected(say("The change has no number."), say("Reload the page and save it again."))
    if not typed or set(typed) - set(AT_THE_DOOR):
        raise InputRejected(
            say("That is nothing to change."), say("Fields are {fields}.", fields=", ".join(AT_THE_DOOR))
        )
    now = workspace.clock()
    told = arrival(times or PhoneTimes(), now)
    country = workspace.geocoder.country if workspace.areas.has_any else ""
    with workspace.store.write() as tx:
        before = tx.activities.by_client_id(client_id)
        if before is not None:
            if before.user_id != teller.user_id:
                raise InputRejected(
                    say("That number is taken by another entry."), say("Reload the page and save it again.")
                )
            return before
        account = told_account(tx, account_id, teller, told.at, client_id)
        entered = with_entry(account, typed, latest_today(now), country)
        was, becomes = as_entry(account), as_entry(entered)
        changed = [name for name in AT_THE_DOOR if was[name] != becomes[name]]
        clashes = [name for name in changed if was[name] != read.get(name, was[name])]
        if clashes and not anyway:
            raise EntryRejected({name: _clash(name, was[name]) for name in clashes})
        empty = say("empty")
        lines = [f"{named(name)}: {was[name] or empty} → {becomes[name] or empty}" for name in changed]
        if changed:
            tx.accounts.update(replace(entered, updated_at=now))
            made = ChangeSet(ChangeKind.EDIT, say("Edited: {account}", account=account.name), now, teller.user_id)
            record(tx, made, [(account, tx.accounts.get(account.id))])
        return tx.activities.add(
            Activity(
                account_id=account.id,
                kind=ActivityKind.NOTE,
                at=told.at,
                rep_id=teller.rep_id,
                user_id=teller.user_id,
                note="\n".join(lines) or say("Looked at, and right as it stands."),
                client_id=client_id,
                said_at=told.said,
                received_at=now,
                clock_error_s=told.error_s,
            )
        )


def _clash(name: str, now: str) -> FieldFault:
    return FieldFault(
        say(
            "Someone else changed {field} meanwhile: it is {now} now.",
            field=name.replace("_", " ") if language() == ENGLISH else named(name),
            now=now or say("empty"),
        ),
        say("Edit yours and save it again, or discard it."),
    )
