"""`gcrm plan explain|replan|offers|nearby`: questions to a plan that is there, and changes to it."""

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import click

from gcrm.cli.appointments import appointments, read_time
from gcrm.cli.output import answer, json_option, show_progress
from gcrm.cli.plan_text import clock, day_text, read_day
from gcrm.cli.reps import read_place
from gcrm.common.wording import day_in_words, listed, minutes_in_words
from gcrm.planning.answers import Explanation, Nearby, Offers
from gcrm.planning.answers_json import write_explanation, write_move, write_nearby, write_offers
from gcrm.planning.day_json import write_day
from gcrm.planning.day_plan import DayPlan
from gcrm.planning.proposal import Override, ProposedDay, Wish
from gcrm.workspace import Workspace, open_workspace

rep_option = click.option("--rep", "rep_key", required=True, help="Key of the rep.")


@click.command()
@click.argument("plan_id", metavar="PLAN", type=int)
@click.argument("account", type=int)
@json_option
def explain(plan_id: int, account: int, as_json: bool) -> None:
    """Say why ACCOUNT is in PLAN (its number), or why it is not and what would let it in."""
    from gcrm.planning.explain_plan import explain_plan

    said = explain_plan(open_workspace(), plan_id, account)
    answer(write_explanation(said), as_json, lambda: _explanation(said))


@click.command()
@rep_option
@click.option("--date", "on", default="today", show_default=True, help='The day: 2026-11-24, "today".')
@click.option("--at", "at", help="Now, on the rep's wall, as 11:20; the machine's own time if not given.")
@click.option(
    "--late", "late_minutes", type=click.IntRange(0, 24 * 60), default=0, help="Minutes that the day is late."
)
@click.option("--cancel", "cancelled", type=int, multiple=True, help="Account that cannot be visited; may be repeated.")
@click.option("--urgent", type=int, multiple=True, help="Account that must be visited today; may be repeated.")
@click.option("--here", metavar="LON,LAT", callback=read_place, help="Where the rep is; the last stop if not given.")
@click.option("--fill", is_flag=True, help="Fill free time with other accounts.")
@click.option("--seconds", type=click.FloatRange(0), default=2.0, show_default=True, help="Time to search.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True)
@json_option
def replan(
    rep_key: str,
    on: str,
    at: str | None,
    late_minutes: int,
    cancelled: tuple[int, ...],
    urgent: tuple[int, ...],
    here: tuple[float, float] | None,
    fill: bool,
    seconds: float,
    seed: int,
    as_json: bool,
) -> None:
    """Plan the rest of a day again: what is done stays, and every change says why."""
    from gcrm.planning.replan import News
    from gcrm.planning.replan import replan as plan_again
    from routing.points import LonLat

    workspace = open_workspace()
    zone = _zone(workspace, rep_key)
    day = read_day(on, workspace, zone)
    moment = datetime.combine(day, read_time(at), ZoneInfo(zone)) if at else workspace.clock()
    news = News(moment, late_minutes * 60, frozenset(cancelled), urgent, LonLat(*here) if here else None, fill)
    plan = plan_again(workspace, rep_key, day, news, seconds=seconds, seed=seed, progress=show_progress)
    answer(write_day(plan), as_json, lambda: _replanned(plan))


@click.command()
@click.argument("account", type=int)
@rep_option
@click.option("--date", "on", default="today", show_default=True, help='The day: 2026-11-24, "today".')
@click.option("--place", type=click.IntRange(1), help="Its number among the stops; where it costs least if not given.")
@click.option("--at", help="Its time on the rep's wall, as 11:20.")
@click.option("--to", "to_day", help="Another day that it moves to: 2026-11-25; at --at, or where it costs least.")
@click.option("--out", is_flag=True, help="Take it out instead.")
@click.option("--apply", is_flag=True, help="Keep the changed plan; otherwise only say what it would cost.")
@json_option
def move(
    account: int,
    rep_key: str,
    on: str,
    place: int | None,
    at: str | None,
    to_day: str | None,
    out: bool,
    apply: bool,
    as_json: bool,
) -> None:
    """Put ACCOUNT at another place, time or day, bring it in or take it out, and say what that costs."""
    from gcrm.planning.apply_change import apply_simulated
    from gcrm.planning.simulate_change import simulate_change

    if to_day and (out or place):
        raise click.UsageError("--to goes with --at, and with neither --place nor --out.")
    workspace = open_workspace()
    day = read_day(on, workspace, _zone(workspace, rep_key))
    if to_day:
        to = read_day(to_day, workspace, _zone(workspace, rep_key))
        _move_to_day(workspace, rep_key, day, to, account, read_time(at) if at else None, apply=apply, as_json=as_json)
        return
    moved = Override(account, Wish.MOVE, read_time(at) if at else None, place=place)
    wanted = Override(account, Wish.OUT) if out else moved
    tried = simulate_change(workspace, rep_key, day, wanted, progress=show_progress)
    if apply and not tried.refused:
        tried = replace(tried, plan=apply_simulated(workspace, tried))
    answer(write_move(tried), as_json, lambda: _moved(tried))


def _move_to_day(
    workspace: Workspace,
    rep_key: str,
    day: date,
    to: date,
    account: int,
    at: time | None,
    *,
    apply: bool,
    as_json: bool,
) -> None:
    """Out of one day and into another: both or neither."""
    from gcrm.planning.apply_change import apply_simulated_days
    from gcrm.planning.move_to_day import move_to_day

    both = move_to_day(workspace, rep_key, day, to, account, at, progress=show_progress)
    refused = next((one.refused for one in both if one.refused), "")
    if apply and not refused:
        kept = apply_simulated_days(workspace, both)
        both = (replace(both[0], plan=kept[0]), replace(both[1], plan=kept[1]))
    answer(
        [write_move(one) for one in both],
        as_json,
        lambda: f"Not possible: {refused}." if refused else "\n\n".join(_moved(one) for one in both),
    )


@click.command()
@click.argument("account", type=int)
@click.option("--from", "first", default="today", show_default=True, help='First day: 2026-11-24, "tomorrow".')
@click.option("--days", type=click.IntRange(1, 92), default=7, show_default=True, help="Calendar days to look at.")
@click.option("--rep", "rep_key", default="", help="Whose days; the rep of the account's territory if not given.")
@click.option("--minutes", type=click.IntRange(1, 24 * 60), help="Length of the visit; its usual one if not given.")
@click.option("--limit", type=click.IntRange(1, 200), default=10, show_default=True, help="Most offers.")
@json_option
def offers(account: int, first: str, days: int, rep_key: str, minutes: int | None, limit: int, as_json: bool) -> None:
    """Say which times to offer ACCOUNT, the least driving for the days as they are planned first."""
    from gcrm.planning.offers import offers as offer

    workspace = open_workspace()
    with workspace.store.read() as tx:
        zones = {rep.zone for rep in tx.reps.all() if rep.key == rep_key or not rep_key}
    day = read_day(first, workspace, zones.pop() if len(zones) == 1 else "UTC")
    found = offer(
        workspace, account, day, days=days, rep_key=rep_key, minutes=minutes, limit=limit, progress=show_progress
    )
    answer(write_offers(found), as_json, lambda: _offered(found))


@click.command()
@rep_option
@click.option("--date", "on", default="today", show_default=True, help='The day: 2026-11-24, "today", "tomorrow".')
@click.option("--limit", type=click.IntRange(1, 200), default=10, show_default=True, help="Most accounts.")
@json_option
def nearby(rep_key: str, on: str, limit: int, as_json: bool) -> None:
    """List who near the day's route brings most for each extra minute, and still fits."""
    from gcrm.planning.nearby import nearby as near

    workspace = open_workspace()
    day = read_day(on, workspace, _zone(workspace, rep_key))
    found = near(workspace, rep_key, day, limit=limit, progress=show_progress)
    answer(write_nearby(found), as_json, lambda: _near(found))


def _zone(workspace: Workspace, rep_key: str) -> str:
    with workspace.store.read() as tx:
        return tx.reps.get(rep_key).zone


def _explanation(said: Explanation) -> str:
    stands = "is planned" if said.planned else "is not planned"
    lines = [f"{said.name} {stands} on {day_in_words(said.day)} for {said.rep_key}: {said.reason}."]
    lines += [f"  To fit it in: {said.remedy}."] if said.remedy else []
    return "\n".join([*lines, *(f"  {fact}" for fact in said.facts)])


def _moved(tried: ProposedDay) -> str:
    if tried.refused or tried.cost is None or tried.plan is None:
        return f"Not possible: {tried.refused}."
    cost = tried.cost
    parts = [_by(cost.travel_s, "{} more driving", "{} less driving") or "no more driving"]
    parts += [_by(cost.home_s, "home {} later", "home {} earlier")]
    parts += [f"loses {one.name}" for one in cost.lost]
    lines = [", ".join(part for part in parts if part)]
    return "\n".join([*lines, *filter(None, [tried.warning]), day_text(tried.plan)])


def _by(seconds: int, more: str, less: str) -> str:
    """A difference in words, "" for less than half a minute."""
    return "" if abs(seconds) < 30 else (more if seconds > 0 else less).format(minutes_in_words(abs(seconds)))


def _replanned(plan: DayPlan) -> str:
    changes = [
        f"  {one.name} ({one.account_id}): {one.change}"
        + (f", {one.reason}" if one.reason else "")
        + (f" (now {clock(one.now)})" if one.now else "")
        for one in plan.changes or ()
    ]
    head = f"Changes: {len(changes)}" if changes else "Nothing changes."
    return "\n".join([head, *changes, day_text(plan)])


def _offered(found: Offers) -> str:
    lines = [f"{found.name}: times to offer, the least driving first: {len(found.offers)}"]
    for one in found.offers:
        till = f" to {clock(one.last)}" if one.last != one.first else ""
        cost = f"{minutes_in_words(one.extra_s)} more driving" if one.extra_s > 0 else "no more driving"
        between = f"between {one.after} and {one.before}" if one.planned else "that day has no plan yet"
        gone = f", in place of {listed([lost.name for lost in one.displaces])}" if one.displaces else ""
        begin = f"begin {clock(one.first)}{till}"
        lines.append(f"  {day_in_words(one.day)}, {begin}  {one.rep_key}: {cost}, {between}{gone}")
    lines += [f"  {one.day}  {one.rep_key}: {one.reason}" for one in found.closed]
    return "\n".join(lines)


def _near(found: Nearby) -> str:
    lines = [f"{found.fitting_count} of {found.looked_at} near the route still fit"]
    if found.reason:
        lines.append(f"  {found.reason[0].upper()}{found.reason[1:]}: {found.remedy}.")
    lines += [f"  nearly: {one.name} ({one.account_id}): {one.reason}; {one.remedy}" for one in found.nearly]
    for one in found.fitting:
        cost = minutes_in_words(one.extra_s + one.visit_s)
        lines.append(
            f"  {one.name} ({one.account_id}): {one.per_minute} a minute, {cost} with the visit, "
            f"after {one.after} from {clock(one.first)}; {one.why}"
        )
    return "\n".join(lines)


COMMANDS: tuple[click.Command, ...] = (explain, replan, move, offers, nearby, appointments)
