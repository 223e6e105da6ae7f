"""Plans as a person reads them on a terminal, and days as a person types them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import click

from gcrm.common.today import today_in
from gcrm.common.wording import day_in_words, minutes_in_words
from gcrm.planning.answers import TeamPlan
from gcrm.planning.day_plan import DayPlan, Omission
from gcrm.planning.week_plan import WeekPlan
from gcrm.workspace import Workspace

DROPPED_SHOWN = 12
SAID_GAP = 0.25
"""A looser bound than this says nothing about a plan."""


def read_day(text: str, workspace: Workspace, zone: str) -> date:
    """A day as it is typed, "today" and "tomorrow" by the clock of `zone`. Raises click.BadParameter."""
    words = {"today": 0, "tomorrow": 1, "yesterday": -1}
    if text.strip().lower() in words:
        here = today_in(zone, workspace.clock())
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


def day_text(plan: DayPlan) -> str:
    """A planned day as a timetable."""
    lines = [f"{plan.rep_key}, {day_in_words(plan.day)}: {summary(plan)}"]
    lines += [f"  ! {note}" for note in plan.notes]
    lines += _timetable(plan)
    lines += _left_out(plan.omissions)
    return "\n".join(lines)


def summary(plan: DayPlan) -> str:
    """A day in one line: "9 visits, 2 h 10 min driving (84 km), home 16:48, the best there is"."""
    if not plan.stops:
        return "no visits"
    visits = f"{len(plan.stops)} visit{'' if len(plan.stops) == 1 else 's'}"
    driving = f"{minutes_in_words(plan.travel_s)} driving ({plan.distance_m / 1000:.0f} km)"
    return f"{visits}, {driving}, {plan.end_name} {dated(plan.home_arrive, plan.day)}, {quality(plan)}"


def quality(plan: DayPlan) -> str:
    """How good a plan is known to be."""
    known = plan.quality
    if known.proven:
        return "no plan collects more"
    if known.gap is not None and known.gap <= SAID_GAP:
        return f"at most {known.gap:.1%} below the best"
    return f"worth {plan.prize}"


def _timetable(plan: DayPlan) -> list[str]:
    if not plan.stops:
        return []
    pause = plan.break_
    first = plan.stops[0]
    lines = [f"  {clock(first.arrive, -first.travel_s)}        leave {plan.start_name}"]
    shown = plan.day
    for stop in plan.stops:
        if stop.start.date() != shown:
            # A night shift: what follows is of the next day.
            shown = stop.start.date()
            lines.append(f"  {day_in_words(shown)}")
        if pause and pause.start <= stop.start:
            lines.append(f"  {clock(pause.start)}-{clock(pause.end)}  break")
            pause = None
        drive = f"{minutes_in_words(stop.travel_s)}, {stop.distance_m / 1000:.1f} km"
        lines.append(f"  {clock(stop.start)}-{clock(stop.leave)}  {stop.name}  ({drive})")
        lines.append(f"               {stop.why}")
    if pause:
        lines.append(f"  {clock(pause.start)}-{clock(pause.end)}  break")
    drive = f"{minutes_in_words(plan.home_travel_s or 0)}, {(plan.home_distance_m or 0) / 1000:.1f} km"
    lines.append(f"  {dated(plan.home_arrive, shown)}        {plan.end_name}  ({drive})")
    return lines


def _left_out(omissions: Sequence[Omission]) -> list[str]:
    if not omissions:
        return []
    lines = [f"Left out: {len(omissions):,}"]
    for one in omissions[:DROPPED_SHOWN]:
        remedy = f"; {one.remedy}" if one.remedy else ""
        lines.append(f"  {one.name} ({one.account_id}): {one.reason}{remedy}")
    if len(omissions) > DROPPED_SHOWN:
        lines.append(f"  and {len(omissions) - DROPPED_SHOWN:,} more: see --json")
    return lines


def team_text(team: TeamPlan) -> str:
    """A line a rep, and what failed."""
    lines = [f"{day_in_words(team.day)}: {len(team.plans)} planned, {len(team.failed)} failed"]
    lines += [f"  {plan.rep_key:<16} {summary(plan)}" for plan in team.plans]
    lines += [f"  {one.rep_key:<16} {one.error} {one.remedy}" for one in team.failed]
    return "\n".join(lines)


def horizon_text(plan: WeekPlan) -> str:
    """A line a day, how good the plan is, and what will be missed."""
    first, last = (day_in_words(day) for day in (plan.first, plan.last))
    made = f"{plan.visits:,} visits, {plan.coverage:.0%} of {plan.visits_due:,} due"
    share = f"{plan.drive_share:.0%} of the time driving"
    lines = [f"{', '.join(plan.rep_keys)}, {first} to {last}: {made}, {share}"]
    lines += [f"  ! {note}" for note in plan.notes]
    for one in plan.days:
        if one.stops:
            lines.append(f"  {day_in_words(one.day)}  {one.rep_key}: {summary(one)}")
            lines += [f"      {clock(stop.start)}  {stop.name}" for stop in one.stops]
    lines += _work(plan)
    lines += [
        f"  {day_in_words(one.day)}  {one.rep_key} sleeps in {one.name}, "
        f"saves {minutes_in_words(one.saved_s)} of driving"
        for one in plan.nights
    ]
    if plan.missed:
        lines.append(f"Visits that will be missed: {len(plan.missed):,}")
        lines += [
            f"  {one.name} ({one.account_id}, {one.priority.value}), due {one.due}: {one.reason}"
            for one in plan.missed[:DROPPED_SHOWN]
        ]
    return "\n".join(lines + _left_out(plan.omissions))


def _work(plan: WeekPlan) -> list[str]:
    """Who works how much, in a team; and what it cost to even that out."""
    if len(plan.work) < 2:
        return []
    lines = [f"  {one.rep_key:<16} works {one.share:.0%} of the hours, {one.visits:,} visits" for one in plan.work]
    fair = plan.evened
    if fair:
        lines.append(
            f"  Evened out from {fair.spread_before:.0%} to {fair.spread:.0%} between busiest and idlest: "
            f"{fair.visits:+,} visits, {fair.value:+,.0f} in value, {fair.travel_s / 60:+,.0f} min of driving"
        )
    return lines


def dated(moment: datetime, day: date) -> str:
    """The time on the rep's own wall, with its date where it is not on that day."""
    return clock(moment) if moment.date() == day else f"{day_in_words(moment.date())}, {clock(moment)}"


def clock(moment: datetime, later_s: int = 0) -> str:
    """The time on the rep's own wall, as the offset of the instant says."""
    return f"{moment + timedelta(seconds=later_s):%H:%M}"
