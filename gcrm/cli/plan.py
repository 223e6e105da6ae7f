"""`gcrm plan`: days of visits, planned on real streets."""

from pathlib import Path

import click

from gcrm.bootstrap import open_workspace
from gcrm.cli.output import answer, json_option, show_progress
from gcrm.cli.plan_changes import COMMANDS
from gcrm.cli.plan_text import day_text, read_day, team_text

seconds_option = click.option(
    "--seconds", type=click.FloatRange(0), default=5.0, show_default=True, help="Time to search for a better plan."
)
seed_option = click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, help="Same seed, same choices at random."
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
@click.option("--rep", "rep_key", required=True, help="Key of the rep.")
@click.option("--date", "on", required=True, help='Day to plan: 2026-11-24, "today" or "tomorrow".')
@seconds_option
@seed_option
@pin_option
@json_option
def day_(rep_key: str, on: str, seconds: float, seed: int, pin_file: Path | None, as_json: bool) -> None:
    """Plan one day of one rep, check it and keep it."""
    from gcrm.services.plan_day import plan_day

    workspace = open_workspace()
    with workspace.store.read() as tx:
        zone = tx.reps.get(rep_key).zone
    day = read_day(on, workspace, zone)
    document = plan_day(workspace, rep_key, day, seconds=seconds, seed=seed, pin_file=pin_file, progress=show_progress)
    answer(document, as_json, lambda: day_text(document))


@plan.command()
@click.option("--date", "on", required=True, help='Day to plan: 2026-11-24, "today" or "tomorrow".')
@seconds_option
@seed_option
@json_option
def team(on: str, seconds: float, seed: int, as_json: bool) -> None:
    """Plan one day of every rep; the time to search is for each."""
    from gcrm.services.plan_team import plan_team

    workspace = open_workspace()
    with workspace.store.read() as tx:
        zones = {rep.zone for rep in tx.reps.all()}
    day = read_day(on, workspace, zones.pop() if len(zones) == 1 else "UTC")
    document = plan_team(workspace, day, seconds=seconds, seed=seed, progress=show_progress)
    answer(document, as_json, lambda: team_text(document))


for command in COMMANDS:
    plan.add_command(command)
