"""Who or which file set each field of an account, and when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gcrm.bootstrap import Workspace
from gcrm.domain.change import ChangeKind
from gcrm.records.history import FINGERPRINT


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One change of one field. field is "" where the account was made, or came back.

    by names the file or what was done; user is who was logged in, "" on the command line.
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
    """Everything that imports, pins and merges changed about an account, newest first. Raises NotFound."""
    with workspace.store.read() as tx:
        tx.accounts.get(account_id)
        logins = {user.id: user.login for user in tx.users.all()}
        changes = tx.changes.of_account(account_id)
    found = []
    for made, each in changes:
        before, after = each.before or {}, each.after or {}
        fields = sorted((before.keys() | after.keys()) - {FINGERPRINT}) if each.before and each.after else [""]
        found += [
            FieldChange(
                at=made.at,
                kind=made.kind,
                by=made.title,
                user=logins.get(made.user_id or 0, ""),
                change_set=made.id,
                undone=made.undone_at is not None,
                field=field,
                before=before.get(field),
                after=after.get(field),
            )
            for field in fields
        ]
    return found
