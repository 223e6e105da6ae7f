"""Plans as a person reads them on a terminal, and days as a person types them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click

from gcrm.common.wording import day_in_words, minutes_in_words
from gcrm.workspace import Workspace

DROPPED_SHOWN = 12
SAID_GAP = 0.25
"""A looser bound than this says nothing about a plan."""


def read_day(text: str, workspace: Workspace, zone: str) -> date:
    """A day as it is typed, "today" and "tomorrow" by the clock of `zone`. Raises click.BadParameter."""
    words = {"today": 0, "tomorrow": 1, "yesterday": -1}
    if text.strip().lower() in words:
        here = workspace.clock().astimezone(ZoneInfo(zone)).date()
        return here + timedelta(days=words[text.strip().lower()])
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as wrong:
        raise click.BadParameter(f'{text!r} is not a day. Write 2026-11-24, "today" or "tomorrow".') from wrong
    if not 2000 <= day.year <= 2200:
        raise click.BadParameter(f"{text!r} is too far away to be planned.")
    return day


def whom_and_when(workspace: Workspace, rep_key: str | None, team: str | None, on: str) -> tuple[list[str], date]:
    """The keys of the reps to plan for, and the day by their own clock."""
    if bool(rep_key) == bool(team):
        raise click.UsageError("Give either --rep KEY or --team KEY,KEY (or --team all).")
    with workspace.store.read() as tx:
        if team == "all":
            reps = sorted(tx.reps.all(), key=lambda rep: rep.key)
        else:
            reps = [tx.reps.get(key.strip()) for key in (team or rep_key or "").split(",") if key.strip()]
    zones = {rep.zone for rep in reps}
    return [rep.key for rep in reps], read_day(on, workspace, zones.pop() if len(zones) == 1 else "UTC")


def day_text(document: dict[str, Any]) -> str:
    """A planned day as a timetable."""
    day = day_in_words(date.fromisoformat(document["date"]))
    lines = [f"{document['rep']}, {day}: {summary(document)}"]
    lines += [f"  ! {note}" for note in document.get("notes", [])]
    lines += _timetable(document)
    lines += _left_out(document["dropped"])
    return "\n".join(lines)


def summary(document: dict[str, Any]) -> str:
    """A day in one line: "9 visits, 2 h 10 min driving (84 km), home 16:48, the best there is"."""
    from gcrm.planning.day_document import end_name

    stops = document["stops"]
    if not stops:
        return "no visits"
    visits = f"{len(stops)} visit{'' if len(stops) == 1 else 's'}"
    driving = f"{minutes_in_words(document['travel_s'])} driving ({document['distance_m'] / 1000:.0f} km)"
    at = f"{end_name(document, 'end')} {clock(document['home_arrive'])}"
    return f"{visits}, {driving}, {at}, {quality(document)}"


def quality(document: dict[str, Any]) -> str:
    """How good a plan is known to be."""
    if document["proven"]:
        return "no plan collects more"
    if document.get("gap") is not None and document["gap"] <= SAID_GAP:
        return f"at most {document['gap']:.1%} below the best"
    return f"worth {document['prize']}"


def _timetable(document: dict[str, Any]) -> list[str]:
    from gcrm.planning.day_document import end_name

    if not document["stops"]:
        return []
    pause = document["break"]
    first = document["stops"][0]
    lines = [f"  {clock(first['arrive'], -first['travel_s'])}        leave {end_name(document, 'start')}"]
    for stop in document["stops"]:
        if pause and _instant(pause["start"]) <= _instant(stop["start"]):
            lines.append(f"  {clock(pause['start'])}-{clock(pause['end'])}  break")
            pause = None
        drive = f"{minutes_in_words(stop['travel_s'])}, {stop['distance_m'] / 1000:.1f} km"
        lines.append(f"  {clock(stop['start'])}-{clock(stop['leave'])}  {stop['name']}  ({drive})")
        lines.append(f"               {stop['why']}")
    if pause:
        lines.append(f"  {clock(pause['start'])}-{clock(pause['end'])}  break")
    drive = f"{minutes_in_words(document['home_travel_s'])}, {document['home_distance_m'] / 1000:.1f} km"
    lines.append(f"  {clock(document['home_arrive'])}        {end_name(document, 'end')}  ({drive})")
    return lines


def _left_out(dropped: list[dict[str, Any]]) -> list[str]:
    if not dropped:
        return []
    lines = [f"Left out: {len(dropped):,}"]
    for one in dropped[:DROPPED_SHOWN]:
        remedy = f"; {one['remedy']}" if one["remedy"] else ""
        lines.append(f"  {one['name']} ({one['account']}): {one['reason']}{remedy}")
    if len(dropped) > DROPPED_SHOWN:
        lines.append(f"  and {len(dropped) - DROPPED_SHOWN:,} more: see --json")
    return lines


def team_text(document: dict[str, Any]) -> str:
    """A line a rep, and what failed."""
    day = day_in_words(date.fromisoformat(document["date"]))
    lines = [f"{day}: {len(document['plans'])} planned, {len(document['failed'])} failed"]
    lines += [f"  {one['rep']:<16} {summary(one)}" for one in document["plans"]]
    lines += [f"  {one['rep']:<16} {one['error']} {one['remedy']}" for one in document["failed"]]
    return "\n".join(lines)


def horizon_text(document: dict[str, Any]) -> str:
    """A line a day, how good the plan is, and what will be missed."""
    first, last = (day_in_words(date.fromisoformat(document[key])) for key in ("from", "till"))
    made = f"{document['visits']:,} visits, {document['coverage']:.0%} of {document['visits_due']:,} due"
    share = f"{document['drive_share']:.0%} of the time driving"
    lines = [f"{', '.join(document['reps'])}, {first} to {last}: {made}, {share}"]
    lines += [f"  ! {note}" for note in document["notes"]]
    for one in document["days"]:
        if one["stops"]:
            lines.append(f"  {day_in_words(date.fromisoformat(one['date']))}  {one['rep']}: {summary(one)}")
            lines += [f"      {clock(stop['start'])}  {stop['name']}" for stop in one["stops"]]
    lines += _work(document)
    lines += [
        f"  {day_in_words(date.fromisoformat(one['date']))}  {one['rep']} sleeps in {one['place']}, "
        f"saves {minutes_in_words(one['saved_s'])} of driving"
        for one in document["nights"]
    ]
    if document["missed"]:
        lines.append(f"Visits that will be missed: {len(document['missed']):,}")
        lines += [
            f"  {one['name']} ({one['account']}, {one['priority']}), due {one['due']}: {one['reason']}"
            for one in document["missed"][:DROPPED_SHOWN]
        ]
    return "\n".join(lines + _left_out(document["dropped"]))


def _work(document: dict[str, Any]) -> list[str]:
    """Who works how much, in a team; and what it cost to even that out."""
    if len(document["work"]) < 2:
        return []
    lines = [
        f"  {one['rep']:<16} works {one['share']:.0%} of the hours, {one['visits']:,} visits"
        for one in document["work"]
    ]
    fair = document["fair"]
    if fair:
        lines.append(
            f"  Evened out from {fair['spread_before']:.0%} to {fair['spread']:.0%} between busiest and idlest: "
            f"{fair['visits']:+,} visits, {fair['value']:+,.0f} in value, {fair['travel_s'] / 60:+,.0f} min of driving"
        )
    return lines


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def clock(text: str, later_s: int = 0) -> str:
    """The time on the rep's own wall, as the offset in the text says."""
    return f"{datetime.fromisoformat(text) + timedelta(seconds=later_s):%H:%M}"
