"""`gcrm plan what-if`: the same weeks planned as things are, and as they would be."""

from typing import Any

import click

from gcrm.accounts.model import Priority
from gcrm.cli.output import answer, json_option, show_progress
from gcrm.cli.plan_text import whom_and_when
from gcrm.cli.reps import read_place
from gcrm.common.wording import minutes_in_words
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
    document = compare(
        workspace, keys, first, supposed, weeks=weeks, seconds=seconds, seed=seed, progress=show_progress
    )
    answer(document, as_json, lambda: _text(document))


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


def _text(document: dict[str, Any]) -> str:
    before, after = document["before"], document["after"]
    rows = [
        ("visits", f"{before['visits']:,}", f"{after['visits']:,}"),
        ("due", f"{before['visits_due']:,}", f"{after['visits_due']:,}"),
        ("coverage", f"{before['coverage']:.1%}", f"{after['coverage']:.1%}"),
        ("driving", minutes_in_words(before["travel_s"]), minutes_in_words(after["travel_s"])),
        ("drive share", f"{before['drive_share']:.1%}", f"{after['drive_share']:.1%}"),
        ("nights away", str(before["nights"]), str(after["nights"])),
        *((f"{name} missed", str(before["missed"][name]), str(after["missed"][name])) for name in before["missed"]),
    ]
    lines = [
        f"{', '.join(document['reps'])}, {document['weeks']} weeks: {', '.join(document['supposed']) or 'as it is'}"
    ]
    lines += [f"  ! {note}" for note in document["notes"]]
    lines += [f"  {'':<12} {'as it is':>14} {'as it would be':>16}"]
    return "\n".join([*lines, *(f"  {name:<12} {was:>14} {would_be:>16}" for name, was, would_be in rows)])
