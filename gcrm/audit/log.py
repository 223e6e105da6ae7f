"""The audit log as administrators read it."""

from dataclasses import dataclass
from datetime import datetime

from gcrm.audit.model import Event, Noted
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace

MOST = 500
"""Entries of one page."""
MOST_IN_A_FILE = 50_000


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with the names of today. by: "" for nobody who is a user; about: "" where it is about no other user."""

    noted: Noted
    by: str
    about: str


def audit_log(
    tx: Transaction,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    user_id: int | None = None,
    event: Event | None = None,
    most: int = MOST,
) -> list[Line]:
    """Entries, newest first: between two instants, by or about a user, of one kind."""
    names = {user.id: user.name for user in tx.users.all()}
    found = tx.audit.entries(most, since=since, until=until, user_id=user_id, event=event)
    return [
        Line(one, names.get(one.by or 0, ""), names.get(one.about or 0, "") if one.about != one.by else "")
        for one in found
    ]


def note(workspace: Workspace, event: Event, what: str = "") -> None:
    """Note something that changes nothing in the database itself, as a file that is taken along."""
    with workspace.store.write() as tx:
        tx.audit.note(event, workspace.clock(), what=what)
