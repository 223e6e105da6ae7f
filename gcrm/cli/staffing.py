"""`gcrm territories homes` and `staffing`: if we hire, where, and how many reps the work takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gcrm.cli.output import answer, json_option, show_progress
from gcrm.cli.scenarios import search_options
from gcrm.common.text import listed_words
from gcrm.workspace import open_workspace

if TYPE_CHECKING:
    from gcrm.territories.scenarios.homes import Homes
    from gcrm.territories.scenarios.staffing import Staffing

SITES_SHOWN = 5
_team = click.option("--reps", default="", help='Keys of the reps there are: "north,south".  [default: all]')
_coverage = click.option(
    "--coverage", type=click.FloatRange(1, 100), default=100, show_default=True, help="Per cent of the visits made."
)


@click.command()
@click.option("--new", type=click.IntRange(0, 500), default=1, show_default=True, help="How many reps you hire.")
@_team
@_coverage
@search_options
@json_option
def homes(
    new: int, reps: str, coverage: float, seconds: float | None, steps: int | None, seed: int, as_json: bool
) -> None:
    """Propose where new reps should live, beside the homes there are, by driving time weighted by work."""
    from gcrm.territories.scenarios.homes import best_homes

    workspace = open_workspace()
    found = best_homes(
        workspace,
        new,
        listed_words(reps),
        coverage=coverage / 100,
        seconds=seconds,
        steps=steps,
        seed=seed,
        progress=show_progress,
    )
    workspace.close()
    answer(found, as_json, lambda: homes_text(found))


@click.command()
@_team
@_coverage
@json_option
def staffing(reps: str, coverage: float, as_json: bool) -> None:
    """Answer how many reps the work takes, at a coverage: visits and driving against working time."""
    from gcrm.territories.scenarios.homes import gathered_for_team
    from gcrm.territories.scenarios.staffing import staffing_of

    workspace = open_workspace()
    gathered, _ = gathered_for_team(workspace, listed_words(reps), show_progress)
    found = staffing_of(gathered, coverage / 100)
    workspace.close()
    answer(found, as_json, lambda: staffing_text(found))


def staffing_text(found: Staffing) -> str:
    """How many reps, a line for each number around the answer."""
    from gcrm.territories.scenarios.staffing import needed_in_words

    rows = [
        f"  {one.reps:>4} {'reps' if one.reps != 1 else 'rep'}: {one.load:.0%} full, {one.travel_h:,.0f} h driving"
        for one in found.sizes
    ]
    return "\n".join([needed_in_words(found), *rows, *(f"- {text}" for text in found.remarks)])


def homes_text(found: Homes) -> str:
    """Each home with what is nearest to it."""
    lines = []
    if found.minutes is not None:
        before = f", {found.minutes_before:.1f} min today" if found.minutes_before is not None else ""
        lines.append(f"Mean drive from the nearest home {found.minutes:.1f} min{before}.")
    for one in found.homes:
        drive = f"{one.minutes:.1f} min" if one.minutes is not None else "none"
        where = f"{one.place.lon:.5f},{one.place.lat:.5f}"
        mark = "+" if one.is_new else " "
        lines.append(f"{mark} {one.name:<24}{where:<22}{one.accounts:>7,} accounts{one.work_h:>9.1f} h  {drive}")
    best = sorted((one for one in found.sites if one.saved), key=lambda one: -(one.saved or 0))[:SITES_SHOWN]
    lines += [
        f"  Or {one.place.lon:.5f},{one.place.lat:.5f}: drives {one.saved:.1f} min shorter, {one.accounts:,} accounts"
        for one in best
    ]
    return "\n".join([*lines, *(f"- {text}" for text in found.remarks), "", staffing_text(found.staffing)])
