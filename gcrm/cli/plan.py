"""`gcrm plan`: days of visits, planned on real streets."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from gcrm.cli.output import answer, json_option, show_progress
from gcrm.cli.plan_changes import COMMANDS
from gcrm.cli.plan_text import day_text, horizon_text, read_day, team_text, whom_and_when
from gcrm.cli.what_if import what_if
from gcrm.planning.answers_json import write_team
from gcrm.planning.day_json import write_day
from gcrm.planning.week_json import write_week
from gcrm.workspace import Workspace, open_workspace

seconds_option = click.option(
    "--seconds", type=click.FloatRange(0), help="Time to search for a better plan; 5 unless you give --steps."
)
steps_option = click.option(
    "--steps",
    type=click.IntRange(1),
    help="Steps to search instead: the same seed and steps give the same plan on any machine.",
)
seed_option = click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, help="Same seed, same choices at random."
)
team_option = click.option("--team", help='Keys of several reps, "north,south", or "all".')
unowned_option = click.option(
    "--unowned", is_flag=True, help="Also visit accounts that nobody looks after, whoever is nearest."
)
pin_option = click.option(
    "--pin",
    "pin_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON file of appointments, forbidden visits and days off.",
)


@click.group()
def plan() -> None:
    """Plan visits on real streets, with the reasons."""


@plan.command("day")
@click.option("--rep", "rep_key", help="Key of the rep.")
@team_option
@click.option("--date", "--from", "on", required=True, help='Day to plan: 2026-11-24, "today" or "tomorrow".')
@seconds_option
@steps_option
@seed_option
@pin_option
@json_option
def day_(
    rep_key: str | None,
    team: str | None,
    on: str,
    seconds: float | None,
    steps: int | None,
    seed: int,
    pin_file: Path | None,
    as_json: bool,
) -> None:
    """Plan one day of one rep, check it and keep it."""
    from gcrm.planning.plan_day import plan_day

    workspace = open_workspace()
    keys, day = whom_and_when(workspace, rep_key, team, on)
    if team:
        _answer_team(workspace, day, keys, seconds, steps, seed, pin_file, as_json)
        return
    planned = plan_day(
        workspace, keys[0], day, seconds=seconds, steps=steps, seed=seed, pin_file=pin_file, progress=show_progress
    )
    answer(write_day(planned), as_json, lambda: day_text(planned))


@plan.command("team")
@click.option("--date", "on", required=True, help='Day to plan: 2026-11-24, "today" or "tomorrow".')
@seconds_option
@steps_option
@seed_option
@pin_option
@json_option
def team_(on: str, seconds: float | None, steps: int | None, seed: int, pin_file: Path | None, as_json: bool) -> None:
    """Plan one day of every rep; the time to search is for each."""
    workspace = open_workspace()
    with workspace.store.read() as tx:
        zones = {rep.zone for rep in tx.reps.all()}
    day = read_day(on, workspace, zones.pop() if len(zones) == 1 else "UTC")
    _answer_team(workspace, day, None, seconds, steps, seed, pin_file, as_json)


def span_options(weeks: int, seconds: float) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """What a plan of weeks may be asked for. weeks, seconds: the defaults."""
    options = (
        click.option("--rep", "rep_key", help="Key of the rep."),
        team_option,
        click.option("--from", "on", required=True, help='First day: 2026-11-24, "today" or "tomorrow".'),
        click.option("--weeks", type=click.IntRange(1, 26), default=weeks, show_default=True),
        click.option(
            "--seconds", type=click.FloatRange(0), help=f"Time to search; {seconds:g} unless you give --steps."
        ),
        steps_option,
        seed_option,
        pin_option,
        unowned_option,
        click.option("--shared", is_flag=True, help="Any of the team may visit the accounts of the others."),
        click.option("--fair", is_flag=True, help="Even out the work among the team, and say what that costs."),
        json_option,
    )

    def with_options(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            command = option(command)
        return command

    return with_options


@plan.command()
@span_options(weeks=1, seconds=10.0)
def week(seconds: float | None, steps: int | None, **wishes: Any) -> None:
    """Plan a week, days and order together, and keep each day."""
    if seconds is None and steps is None:
        seconds = 10.0
    _answer_span(keep=True, seconds=seconds, steps=steps, **wishes)


@plan.command()
@span_options(weeks=13, seconds=30.0)
@click.option("--keep", is_flag=True, help="Make each day the current plan of its rep's day.")
def horizon(**wishes: Any) -> None:
    """Plan the weeks ahead by call cycles, and say which visits will be missed."""
    _answer_span(**wishes)


def _answer_span(*, rep_key: str | None, team: str | None, on: str, as_json: bool, **wishes: Any) -> None:
    from gcrm.planning.plan_horizon import plan_horizon

    workspace = open_workspace()
    keys, first = whom_and_when(workspace, rep_key, team, on)
    planned = plan_horizon(workspace, keys, first, progress=show_progress, **wishes)
    answer(write_week(planned), as_json, lambda: horizon_text(planned))


def _answer_team(
    workspace: Workspace,
    day: date,
    keys: list[str] | None,
    seconds: float | None,
    steps: int | None,
    seed: int,
    pin_file: Path | None,
    as_json: bool,
) -> None:
    from gcrm.planning.plan_team import plan_team

    team = plan_team(
        workspace,
        day,
        rep_keys=keys,
        seconds=seconds,
        steps=steps,
        seed=seed,
        pin_file=pin_file,
        progress=show_progress,
    )
    answer(write_team(team), as_json, lambda: team_text(team))


for command in (*COMMANDS, what_if):
    plan.add_command(command)
