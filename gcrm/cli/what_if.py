"""`gcrm plan what-if`: the same weeks planned as things are, and as they would be."""

from collections.abc import Callable

import click

from gcrm.accounts.model import Priority
from gcrm.cli.output import answer, json_option, show_progress
from gcrm.cli.plan_text import whom_and_when
from gcrm.cli.reps import read_place
from gcrm.common.wording import minutes_in_words
from gcrm.planning.comparison import Comparison, write_comparison
from gcrm.workspace import open_workspace


@click.command("what-if")
@click.option("--rep", "rep_key", help="Key of the rep.")
@click.option("--team", help='Keys of several reps, "north,south", or "all".')
@click.option("--from", "on", required=True, help='First day: 2026-11-24, "tomorrow".')
@click.option("--weeks", type=click.IntRange(1, 26), default=4, show_default=True)
@click.option(
    "--longer", type=int, default=0, metavar="MINUTES", help="Every day ends so much later; less than 0: earlier."
)
@click.option("--without", multiple=True, metavar="REP", help="This rep is not there; may be repeated.")
@click.option("--home-at", "homes", multiple=True, metavar="REP=LON,LAT", help="This rep lives there; may be repeated.")
@click.option("--stretch", multiple=True, metavar="C=2", help="C accounts half as often; may be repeated.")
@click.option("--seconds", type=click.FloatRange(0), default=10.0, show_default=True, help="Time to search, twice.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True)
@json_option
@click.pass_context
def what_if(
    ctx: click.Context,
    rep_key: str | None,
    team: str | None,
    on: str,
    weeks: int,
    longer: int,
    without: tuple[str, ...],
    homes: tuple[str, ...],
    stretch: tuple[str, ...],
    seconds: float,
    seed: int,
    as_json: bool,
) -> None:
    """Compare the weeks ahead with what they would be: longer days, a rep fewer, another home, longer cycles."""
    from gcrm.planning.what_if import Supposed
    from gcrm.planning.what_if import what_if as compare
    from routing.points import LonLat

    workspace = open_workspace()
    keys, first = whom_and_when(workspace, rep_key, team, on)
    places = {key: read_place(ctx, ctx.command.params[0], place) for key, place in map(_pair, homes)}
    supposed = Supposed(
        longer,
        without,
        {key: LonLat(*place) for key, place in places.items() if place},
        {_priority(key): _factor(value) for key, value in map(_pair, stretch)},
    )
    found = compare(workspace, keys, first, supposed, weeks=weeks, seconds=seconds, seed=seed, progress=show_progress)
    answer(write_comparison(found), as_json, lambda: _text(found))


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key or not value:
        raise click.BadParameter(f"{text!r} is not of the form NAME=VALUE.")
    return key.strip(), value.strip()


def _priority(text: str) -> Priority:
    if text.upper() not in Priority.__members__:
        raise click.BadParameter(f"{text!r} is not a priority: A, B or C.")
    return Priority(text.upper())


def _factor(text: str) -> float:
    try:
        return float(text)
    except ValueError as wrong:
        raise click.BadParameter(f"{text!r} is not a factor, as 2 or 0.5.") from wrong


def _text(found: Comparison) -> str:
    rows: list[tuple[str, str, Callable[[float], str]]] = [
        ("visits", "visits", lambda value: f"{value:,.0f}"),
        ("due", "visits_due", lambda value: f"{value:,.0f}"),
        ("coverage", "coverage", lambda value: f"{value:.1%}"),
        ("driving", "travel_s", minutes_in_words),
        ("drive share", "drive_share", lambda value: f"{value:.1%}"),
        ("nights away", "nights", lambda value: f"{value:,.0f}"),
    ]
    lines = [f"{', '.join(found.reps)}, {found.weeks} weeks: {', '.join(found.supposed) or 'as it is'}"]
    lines += [f"  ! {note}" for note in found.notes]
    lines += [f"  {'':<12} {'as it is':>14} {'as it would be':>16}"]
    for label, name, said in rows:
        chance = "  within the noise" if name in found.within_noise else ""
        was, would_be = getattr(found.before, name), getattr(found.after, name)
        lines.append(f"  {label:<12} {said(was):>14} {said(would_be):>16}{chance}")
    for name, missed in found.before.missed.items():
        lines.append(f"  {name + ' missed':<12} {missed:>14,.0f} {found.after.missed[name]:>16,.0f}")
    return "\n".join(lines)
