"""Other calendars of a rep, around which days are planned: only when they are busy is kept, never with what or whom."""

import json
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gcrm.common.language import number, say
from gcrm.people import caldav
from gcrm.people.model import BusySpan, Rep
from gcrm.platform.errors import GcrmError, InputRejected, NotReady
from gcrm.platform.outbound import checked_url, fetch
from gcrm.platform.secret_key import seal, unseal
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

BEFORE, AHEAD = timedelta(days=1), timedelta(days=190)
"""As far back and ahead as anybody plans."""

MOST_BYTES = 2_000_000
MOST_CALENDARS = 10
WITHIN_S = 20
STALE = timedelta(minutes=30)
"""An address is read again before a plan once what was read is older than this."""


@dataclass(frozen=True, slots=True)
class BusyCalendar:
    """A calendar of a rep. url: "" for one that was given as a file, which stays as it was. fault: why not read now.

    login, sealed: the user name on a CalDAV server and the password, which only this workspace can read; "" elsewhere.
    """

    rep_id: int
    name: str
    url: str = ""
    spans: tuple[BusySpan, ...] = ()
    read_at: datetime | None = None
    fault: str = ""
    id: int = 0
    login: str = ""
    sealed: str = ""


def calendars_of(tx: "Transaction", rep_id: int) -> list[BusyCalendar]:
    """The other calendars of a rep."""
    return tx.busy_calendars.of_rep(rep_id)


def add_calendar(
    workspace: Workspace,
    rep_key: str,
    *,
    name: str,
    url: str = "",
    content: bytes = b"",
    login: str = "",
    password: str = "",
) -> BusyCalendar:
    """Plan around one more calendar, at an address or as a file. It is read at once.

    login, password: for a CalDAV server; its address may be that of the server, where it has one calendar of theirs.
    Raises NotFound for the rep, InputRejected for an address that is none or private, for what is no calendar or holds
    too much, NotReady for a server that does not answer.
    """
    if bool(login) != bool(password):
        raise InputRejected(say("A user name and a password belong together."), say("Enter both, or neither."))
    with workspace.store.read() as tx:
        rep = tx.reps.get(rep_key)
        if len(tx.busy_calendars.of_rep(rep.id)) >= MOST_CALENDARS:
            raise InputRejected(
                say("{rep} has {most} calendars.", rep=rep.name, most=MOST_CALENDARS), say("Remove one first.")
            )
    if login and not url:
        raise InputRejected(
            say("The address of the calendar is missing."), say("Enter the address that your calendar shows.")
        )
    made = BusyCalendar(
        rep.id,
        " ".join(name.split())[:100] or say("Calendar"),
        checked_url(url) if url else "",
        login=login,
        sealed=seal(workspace.settings.files, password) if login else "",
    )
    if login:
        made = replace(made, url=caldav.find_calendar(made.url, _account(workspace, made)))
    read = _read(workspace, rep, made, content)
    with workspace.store.write() as tx:
        return tx.busy_calendars.add(read)


def remove_calendar(workspace: Workspace, rep_key: str, calendar_id: int) -> None:
    """Plan around it no more. Raises NotFound for the rep, or one that is not the rep's."""
    with workspace.store.write() as tx:
        tx.busy_calendars.remove(tx.reps.get(rep_key).id, calendar_id)


def refresh_calendars(workspace: Workspace, rep_key: str, *, older_than: timedelta = timedelta(0)) -> int:
    """Read a rep's calendars at addresses anew; how many were. One that cannot be read keeps what was known.

    Raises NotFound for the rep.
    """
    now = workspace.clock()
    with workspace.store.read() as tx:
        rep = tx.reps.get(rep_key)
        due = [
            one
            for one in tx.busy_calendars.of_rep(rep.id)
            if one.url and (one.read_at is None or now - one.read_at >= older_than)
        ]
    for one in due:
        try:
            read = _read(workspace, rep, one, b"")
        except GcrmError as error:
            read = replace(one, fault=error.fault)
        with workspace.store.write() as tx:
            tx.busy_calendars.update(read)
    return len(due)


def _account(workspace: Workspace, one: BusyCalendar) -> caldav.Account:
    password = unseal(workspace.settings.files, one.sealed)
    if password is None:
        raise NotReady(
            say("The password was sealed with another key of this workspace."),
            say("Remove the calendar and add it again."),
        )
    return caldav.Account(one.login, password, workspace.settings.private_host_names)


def _read(workspace: Workspace, rep: Rep, one: BusyCalendar, content: bytes) -> BusyCalendar:
    now = workspace.clock()
    if one.login:
        account = _account(workspace, one)
        content = caldav.read_calendar(one.url, account, now - BEFORE, now + AHEAD, MOST_BYTES)
    elif one.url:
        content = fetch(one.url, allowed=workspace.settings.private_host_names, most_bytes=MOST_BYTES).body
    if len(content) > MOST_BYTES:
        raise InputRejected(
            say("The calendar has {number} bytes.", number=number(len(content))),
            say("Give one under {most}.", most=number(MOST_BYTES)),
        )
    spans = expanded(content, rep.zone, now - BEFORE, now + AHEAD)
    return replace(one, spans=spans, read_at=now, fault="")


def expanded(content: bytes, zone: str, first: datetime, last: datetime) -> tuple[BusySpan, ...]:
    """When a calendar is busy between two instants, worked out by a process that may take only so much.

    Raises InputRejected for what is no calendar, or takes more.
    """
    command = [sys.executable, "-m", "gcrm.people.expand_calendar", zone, first.isoformat(), last.isoformat()]
    remedy = say("Export it anew as iCalendar (.ics), or share only free and busy times.")
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=WITHIN_S, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as slow:
        raise InputRejected(say("The calendar takes too long to read."), remedy) from slow
    try:
        said = json.loads(done.stdout)
    except ValueError as ended:
        raise InputRejected(say("The calendar takes too much to read."), remedy) from ended
    if fault := said.get("fault"):
        raise InputRejected(say("The calendar cannot be read: {why}.", why=say(fault)), remedy)
    return tuple(BusySpan(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in said["spans"])
