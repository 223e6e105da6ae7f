"""Add an account by hand, or change fields of one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gcrm.accounts.change import ChangeKind, ChangeSet
from gcrm.accounts.entry import EntryRejected, FieldFault, with_entry
from gcrm.accounts.history import fingerprint, record
from gcrm.accounts.model import PERSON, Account
from gcrm.accounts.ownership import fill
from gcrm.accounts.place_account import place
from gcrm.common.language import say
from gcrm.common.today import latest_today
from gcrm.platform.errors import Conflict
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Edited:
    """The account as it is now, and the number to undo it by, 0 where nothing was changed."""

    account: Account
    change_set: int


def add_account(workspace: Workspace, typed: Mapping[str, str], user_id: int | None = None) -> Edited:
    """Add an account with the fields that were typed, as `gcrm.accounts.entry` names them, and place it.

    Raises EntryRejected naming the fields that cannot be kept.
    """
    if not typed.get("name", "").strip():
        raise EntryRejected({"name": FieldFault(say("The account has no name."), say("Enter a name."))})
    now = workspace.clock()
    entered = placed_anew(workspace, with_entry(Account(""), typed, latest_today(now), home_country(workspace)), None)
    with workspace.store.write() as tx:
        _refuse_taken_number(tx, entered)
        added = tx.accounts.add(replace(entered, created_at=now, updated_at=now))
        fill(tx, [added.id])
        made = record(
            tx, ChangeSet(ChangeKind.EDIT, say("Added: {account}", account=added.name), now, user_id), [(None, added)]
        )
        return Edited(tx.accounts.get(added.id), made.id)


def edit_account(
    workspace: Workspace, account_id: int, typed: Mapping[str, str], *, seen: str = "", user_id: int | None = None
) -> Edited:
    """Change the fields that were typed, and place the account anew where its address is another and nobody pinned it.

    seen: the `fingerprint` of the account that the person had before him, "" to change whatever is there.
    Raises NotFound, EntryRejected naming the fields that cannot be kept, Conflict if somebody else was faster.
    """
    now = workspace.clock()
    country = home_country(workspace)
    with workspace.store.read() as tx:
        before = tx.accounts.get(account_id)
    if seen and seen != fingerprint(before):
        raise Conflict(
            say("Someone else changed this account."), say("Compare the values, then save again to keep yours.")
        )
    entered = with_entry(before, typed, latest_today(now), country)
    if entered == before:
        return Edited(before, 0)
    after = replace(placed_anew(workspace, entered, before), updated_at=now)
    with workspace.store.write() as tx:
        if tx.accounts.get(account_id) != before:
            raise Conflict(
                say("Someone else changed this account."), say("Compare the values, then save again to keep yours.")
            )
        if after.external_id != before.external_id:
            _refuse_taken_number(tx, after)
        tx.accounts.update(after)
        fill(tx, [account_id])
        made = record(
            tx,
            ChangeSet(ChangeKind.EDIT, say("Edited: {account}", account=before.name), now, user_id),
            [(before, after)],
        )
        return Edited(tx.accounts.get(account_id), made.id)


def home_country(workspace: Workspace) -> str:
    """The ISO code of the country of the area, "" where there is none."""
    return workspace.geocoder.country if workspace.areas.has_any else ""


def placed_anew(workspace: Workspace, after: Account, before: Account | None) -> Account:
    """Where its address is found, unless that is as before or a person has said where it is."""
    if before is not None and (after.address == before.address or before.placement.source == PERSON):
        return after
    located = workspace.geocoder.locate(after.address) if workspace.areas.has_any else None
    return place(after, located, workspace.clock())


def _refuse_taken_number(tx: "Transaction", account: Account) -> None:
    """Two accounts of one number would be one at the next import."""
    if not account.external_id:
        return
    found = tx.accounts.find(text=account.external_id)
    taken = next((one for one in found if one.external_id == account.external_id and one.id != account.id), None)
    if taken is not None:
        fault = FieldFault(
            say("Number {external_id} is that of {taken}.", external_id=account.external_id, taken=taken.name),
            say("Type another, or merge the two."),
        )
        raise EntryRejected({"external_id": fault})
