"""Who or which file set each field of an account, and when."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from gcrm.accounts.change import ChangeKind
from gcrm.accounts.history import FINGERPRINT, values_of
from gcrm.accounts.model import Account
from gcrm.common.language import say
from gcrm.workspace import Workspace


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One change of one field. field is "" where the account was made, went into another, or came back.

    by names the file or what was done; user is who was logged in, "" on the command line. before and after are as in
    `gcrm.accounts.history`, a territory by its name.
    """

    at: datetime
    kind: ChangeKind
    by: str
    user: str
    change_set: int
    undone: bool
    field: str
    before: Any
    after: Any


def account_audit(workspace: Workspace, account_id: int) -> list[FieldChange]:
    """Everything that was changed about an account, newest first. Raises NotFound."""
    with workspace.store.read() as tx:
        tx.accounts.get(account_id)
        logins = {user.id: user.login for user in tx.users.all()}
        territories = {territory.id: territory.name for territory in tx.territories.all()}
        changes = tx.changes.of_account(account_id)

    def said(field: str, values: dict[str, Any]) -> Any:
        value = values.get(field)
        return (
            territories.get(value, say("number {number}", number=value))
            if field == "territory_id" and value is not None
            else value
        )

    found = []
    for made, each in changes:
        before, after = each.before or {}, each.after or {}
        changed = sorted((before.keys() | after.keys()) - {FINGERPRINT}) if each.before and each.after else [""]
        found += [
            FieldChange(
                at=made.at,
                kind=made.kind,
                by=made.title,
                user=logins.get(made.user_id or 0, ""),
                change_set=made.id,
                undone=made.undone_at is not None,
                field=field,
                before=said(field, before),
                after=said(field, after),
            )
            for field in changed
        ]
    return found


def last_set(account: Account, changes: Sequence[FieldChange]) -> list[FieldChange]:
    """For each field that holds something, the change that gave it what it holds, in the order of the fields.

    changes: as `account_audit` answers. What the account was made with is the making's, with the field's name; fields
    that were set before changes were kept are left out. What was undone, and the undoing itself, set nothing.
    """
    values, plain = values_of(account), values_of(Account(""))
    holding = [change for change in changes if not change.undone and change.kind is not ChangeKind.UNDO]
    making = next((change for change in reversed(changes) if not change.field and change.before is None), None)
    found = []
    for name in (each.name for each in fields(Account)):
        if name not in values or values[name] == plain[name]:
            continue
        setting = next((change for change in holding if change.field == name), making)
        if setting is not None:
            found.append(replace(setting, field=name, after=values[name]))
    return found
