"""`gcrm plan appointments`: visits that are promised."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

import click

from gcrm.cli.output import answer, json_option
from gcrm.cli.plan_text import read_day
from gcrm.common.wording import day_in_words
from gcrm.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from gcrm.planning.appointments import Promised


@click.group()
def appointments() -> None:
    """Visits that are promised, around which days are planned."""


@appointments.command()
@click.argument("account", type=int)
@click.option("--date", "on", help='The day: 2026-11-24, "tomorrow"; with --till the first of several.')
@click.option("--till", help="The last of several days, any of which will do.")
@click.option("--week", help="Any day of the week of this one, from today on.")
@click.option("--at", help="The time on the rep's wall, as 10:30; any time of the day if not given.")
@click.option("--minutes", type=click.IntRange(1, 24 * 60), help="Length of the visit; its usual one if not given.")
@click.option("--rep", "rep_key", default="", help="Who comes; whoever looks after the account if not given.")
@click.option("--note", default="", help="What it is about.")
@json_option
def add(
    account: int,
    on: str | None,
    till: str | None,
    week: str | None,
    at: str | None,
    minutes: int | None,
    rep_key: str,
    note: str,
    as_json: bool,
) -> None:
    """Add an appointment to ACCOUNT: on a day, on any of several, or within a week."""
    from gcrm.planning.appointments import add_appointment

    workspace = open_workspace()
    first, last = _span(workspace, _zone(workspace, rep_key, account), on, till, week)
    start = read_time(at) if at else None
    added = add_appointment(
        workspace, account, first, till=last, start=start, minutes=minutes, rep_key=rep_key, note=note
    )
    answer(document(added), as_json, lambda: _line(added))


@appointments.command("list")
@click.option("--from", "first", default="today", show_default=True, help='First day: 2026-11-24, "tomorrow".')
@click.option("--days", type=click.IntRange(1, 3660), help="How many days to look at; all to come if not given.")
@json_option
def list_(first: str, days: int | None, as_json: bool) -> None:
    """List the appointments to come."""
    from gcrm.planning.appointments import list_appointments

    workspace = open_workspace()
    found = list_appointments(workspace, read_day(first, workspace, _zone(workspace, "")), days)
    answer(
        [document(one) for one in found],
        as_json,
        lambda: "\n".join(map(_line, found)) or "No appointments. Make one with `gcrm plan appointments add ACCOUNT`.",
    )


@appointments.command()
@click.argument("number", type=int)
@json_option
def remove(number: int, as_json: bool) -> None:
    """Take the appointment NUMBER back."""
    from gcrm.planning.appointments import Promised, remove_appointment

    gone = remove_appointment(open_workspace(), number)
    answer(document(Promised(gone, "", "")), as_json, lambda: f"Appointment {number} is taken back.")


def read_time(text: str) -> time:
    """A time of day as it is typed: "10:30", "8:15". Raises click.BadParameter."""
    try:
        return time.fromisoformat(text.strip().zfill(5))
    except ValueError as wrong:
        raise click.BadParameter(f"{text!r} is not a time of day. Write it as 11:20.") from wrong


def document(promised: Promised) -> dict[str, Any]:
    """An appointment as JSON says it."""
    one = promised.appointment
    return {
        "id": one.id,
        "account": one.account_id,
        "name": promised.account,
        "date": one.day.isoformat(),
        "till": one.till.isoformat() if one.till else None,
        "start": f"{one.start:%H:%M}" if one.start else None,
        "minutes": one.minutes,
        "rep": promised.rep or None,
        "note": one.note,
        "warning": promised.warning,
        "warnings": list(promised.warnings),
    }


def _line(promised: Promised) -> str:
    one = promised.appointment
    at = f" at {one.start:%H:%M}" if one.start else f" to {day_in_words(one.till)}" if one.till else ", any time"
    length = f", {one.minutes} min" if one.minutes else ""
    who = f", {promised.rep}" if promised.rep else ""
    note = f": {one.note}" if one.note else ""
    note += f" ({promised.warning})" if promised.warning else ""
    return f"{one.id:>5}  {day_in_words(one.day)}{at}{length}  {promised.account} ({one.account_id}){who}{note}"


def _span(
    workspace: Workspace, zone: str, on: str | None, till: str | None, week: str | None
) -> tuple[date, date | None]:
    """The first and the last day of a promise, None for a single day."""
    if bool(on) == bool(week) or (week and till):
        raise click.UsageError("Give --date DAY, --date DAY --till DAY, or --week DAY.")
    if week is None:
        return read_day(on or "", workspace, zone), read_day(till, workspace, zone) if till else None
    day, today = read_day(week, workspace, zone), read_day("today", workspace, zone)
    monday = day - timedelta(days=day.weekday())
    sunday = monday + timedelta(days=6)
    return (max(monday, today) if today <= sunday else monday), sunday


def _zone(workspace: Workspace, rep_key: str, account_id: int = 0) -> str:
    """The zone of the rep who comes, else the one that all reps share, else UTC."""
    with workspace.store.read() as tx:
        reps = tx.reps.all()
        territory_id = tx.accounts.get(account_id).territory_id if account_id else None
        owners = {one.rep_id for one in tx.territories.all() if one.id == territory_id}
        chosen = [rep for rep in reps if rep.key == rep_key or (not rep_key and rep.id in owners)]
        zones = {rep.zone for rep in chosen or reps}
    return zones.pop() if len(zones) == 1 else "UTC"
