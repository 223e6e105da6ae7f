"""`gcrm audit`: who signed in, and who did what to users, keys and data."""

from datetime import timedelta
from typing import Any

import click

from gcrm.audit.log import MOST_IN_A_FILE, Line, audit_log
from gcrm.audit.model import Event
from gcrm.cli.output import answer, json_option
from gcrm.workspace import open_workspace

EVENTS = [one.value for one in Event]


@click.group()
def audit() -> None:
    """The audit log: sign-ins, users, keys, exports, back-ups."""


@audit.command("list")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 3_660), help="So many days back.")
@click.option("--user", "login", default="", help="Only what LOGIN did, or what was done to LOGIN.")
@click.option("--event", type=click.Choice(EVENTS), help="Only this.")
@json_option
def list_(days: int, login: str, event: str | None, as_json: bool) -> None:
    """List what happened, newest first."""
    workspace = open_workspace()
    with workspace.store.read() as tx:
        found = audit_log(
            tx,
            since=workspace.clock() - timedelta(days=days),
            user_id=tx.users.get_by_login(login.strip().lower()).id if login else None,
            event=Event(event) if event else None,
            most=MOST_IN_A_FILE,
        )
    answer(
        [_document(one) for one in found],
        as_json,
        lambda: "\n".join(_line(one) for one in found) or f"Nothing in the last {days} days.",
    )


def _line(one: Line) -> str:
    noted = one.noted
    rest = ", ".join(part for part in (one.about, noted.what, noted.address) if part)
    return f"{noted.at:%Y-%m-%d %H:%M} {one.by or noted.via or '-':<20} {noted.event.value:<22} {rest}"


def _document(one: Line) -> dict[str, Any]:
    noted = one.noted
    return {
        "at": noted.at.isoformat(),
        "event": noted.event.value,
        "by": one.by or None,
        "by_id": noted.by,
        "about": one.about or None,
        "about_id": noted.about,
        "what": noted.what,
        "address": noted.address,
        "via": noted.via,
    }
