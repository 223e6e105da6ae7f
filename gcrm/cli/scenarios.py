"""`gcrm territories propose` and what follows: scenarios worked on, compared, tried, applied and taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gcrm.cli.output import answer, json_option, show_progress
from gcrm.cli.scenario_text import (
    SHOWN,
    compared_text,
    frontier_text,
    hand_over_text,
    scenario_text,
    simulation_text,
)
from gcrm.common.text import listed_words
from gcrm.platform.documents import as_document
from gcrm.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from gcrm.territories.scenarios.model import Wish

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])


def search_options(command: Any) -> Any:
    """How long a search takes, and its seed."""
    for option in (
        click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True),
        click.option("--steps", type=click.IntRange(1), help="Steps of the search: the same seed, the same answer."),
        click.option("--seconds", type=click.FloatRange(0), help="Time to search.  [default: 10]"),
    ):
        command = option(command)
    return command


def team_options(command: Any) -> Any:
    """Who is to have territories, what they are to have alike, and who stays with whom."""
    for option in (
        click.option("--lock", type=_FILE, help="CSV of account and rep: who stays with whom."),
        click.option(
            "--level", default="accounts", show_default=True, help="accounts, cells, postcodes, or a set of regions."
        ),
        click.option(
            "--balance",
            default="work",
            show_default=True,
            help="work, accounts, revenue, potential; several with commas.",
        ),
        click.option(
            "--without", multiple=True, metavar="REP", help="Give this rep's accounts to the others; may be repeated."
        ),
        click.option(
            "--reps", default="", help='How many territories, or keys of reps: "4", "north,south".  [default: all]'
        ),
    ):
        command = option(command)
    return command


@click.command()
@team_options
@click.option("--from", "start", type=click.Choice(["current", "nothing"]), default="current", show_default=True)
@click.option("--together", type=_FILE, help="CSV, a line for accounts that stay together.")
@click.option("--apart", type=_FILE, help="CSV, a line for accounts that go to different reps.")
@click.option("--max-moves", type=click.IntRange(0), help="So many accounts at most change hands.")
@click.option("--anywhere", is_flag=True, help="Do not lay territories round the reps' homes.")
@click.option("--name", default="", help="What to call the scenario.")
@search_options
@json_option
def propose(
    reps: str,
    without: tuple[str, ...],
    start: str,
    balance: str,
    level: str,
    lock: Path | None,
    together: Path | None,
    apart: Path | None,
    max_moves: int | None,
    anywhere: bool,
    name: str,
    seconds: float | None,
    steps: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """Propose territories that are balanced and in one piece on the roads. Nothing changes until you apply it."""
    from gcrm.markets.account_potential import potential_for
    from gcrm.territories.scenarios.model import Wish
    from gcrm.territories.scenarios.propose import propose as make
    from gcrm.territories.scenarios.scenario_json import answer_json

    workspace = open_workspace()
    wish = Wish(
        start=start,
        balance=tuple(listed_words(balance)),
        level=level,
        most_moves=max_moves,
        from_homes=not anywhere,
        without=without,
        seconds=seconds,
        steps=steps,
        seed=seed,
    )
    wish, faults = _with_rules(workspace, wish, lock, together, apart)
    keys, count = _whom(workspace, reps)
    made = make(
        workspace,
        keys,
        count,
        wish,
        name=name,
        remarks=faults,
        potential=potential_for(workspace, wish.balance),
        progress=show_progress,
    )
    workspace.close()
    answer(answer_json(made), as_json, lambda: scenario_text(made))


@click.command()
@team_options
@click.option(
    "--pick", type=click.IntRange(0), metavar="MOVES", help="Make the most even one with at most so many a scenario."
)
@click.option("--name", default="", help="What to call the scenario.")
@search_options
@json_option
def frontier(
    reps: str,
    without: tuple[str, ...],
    balance: str,
    level: str,
    lock: Path | None,
    pick: int | None,
    name: str,
    seconds: float | None,
    steps: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """Show how even territories can be for so many hand-overs, and with --pick make one of them a scenario."""
    from gcrm.markets.account_potential import potential_for
    from gcrm.territories.scenarios.frontier import chosen, hand_overs_for_balance, keep_point, line_json
    from gcrm.territories.scenarios.model import Wish
    from gcrm.territories.scenarios.scenario_json import answer_json

    workspace = open_workspace()
    wish = Wish(
        balance=tuple(listed_words(balance)), level=level, without=without, seconds=seconds, steps=steps, seed=seed
    )
    wish, faults = _with_rules(workspace, wish, lock, None, None)
    keys, count = _whom(workspace, reps)
    known = potential_for(workspace, wish.balance)
    line = hand_overs_for_balance(workspace, keys, count, wish, potential=known, progress=show_progress)
    made = None
    if pick is not None:
        moves = line.moves[chosen(line, pick)]
        made = keep_point(workspace, keys, count, wish, line.posts, moves, name=name, remarks=faults, potential=known)
    workspace.close()
    said = [*faults, *line.remarks]
    told = {**line_json(line), "remarks": said, **({"scenario": answer_json(made)} if made else {})}
    answer(told, as_json, lambda: "\n".join([frontier_text(line, said), *([scenario_text(made)] if made else [])]))


@click.command()
@click.argument("one", metavar="A")
@click.argument("other", metavar="B", type=int)
@json_option
def compare(one: str, other: int, as_json: bool) -> None:
    """Compare scenario A, or "today", with scenario B: figures, and which accounts change hands."""
    from gcrm.territories.scenarios.compare import compare as compared

    workspace = open_workspace()
    found = compared(workspace, None if one == "today" else _number(one), other)
    workspace.close()
    answer(found, as_json, lambda: compared_text(found))


@click.command()
@click.argument("scenario", type=int)
@click.option("--weeks", type=click.IntRange(1, 26), default=13, show_default=True)
@click.option("--from", "first", type=_DAY, help="First day.  [default: next Monday]")
@search_options
@json_option
def simulate(
    scenario: int,
    weeks: int,
    first: Any,
    seconds: float | None,
    steps: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """Plan every rep's weeks under SCENARIO with the planner itself: coverage, driving, nights, missed visits."""
    from gcrm.territories.scenarios.due import next_monday
    from gcrm.territories.scenarios.simulate import simulate as lived
    from gcrm.territories.scenarios.simulate import simulation_json

    workspace = open_workspace()
    begin = first.date() if first else next_monday(workspace.clock())
    done = lived(
        workspace, scenario, begin, weeks=weeks, seconds=seconds, steps=steps, seed=seed, progress=show_progress
    )
    workspace.close()
    document = simulation_json(done)
    answer(document, as_json, lambda: simulation_text(document))


@click.command()
@click.argument("scenario", type=int)
@click.option("--on", "day", type=_DAY, help="Apply it when this day comes; at once if not given.")
@json_option
def apply(scenario: int, day: Any, as_json: bool) -> None:
    """Make SCENARIO the alignment, at once or on a day. Every move is in its account's history."""
    from gcrm.common.today import today_in
    from gcrm.territories.scenarios.apply import apply_scenario, approve
    from gcrm.territories.scenarios.scenario_json import answer_json

    workspace = open_workspace()
    if day is not None and day.date() > today_in("UTC", workspace.clock()):
        approved = approve(workspace, scenario, day.date())
        workspace.close()
        text = f"{approved.name} is approved. It is applied on {day.date():%Y-%m-%d} by the web app or the worker."
        answer(answer_json(approved), as_json, lambda: text)
        return
    done = apply_scenario(workspace, scenario)
    workspace.close()
    document = {**answer_json(done.scenario), "accounts_moved": done.moved}
    answer(
        document,
        as_json,
        lambda: (
            f"{done.scenario.name} is applied: {done.moved:,} accounts changed hands. "
            f"Take it back with `gcrm territories undo {scenario}`."
        ),
    )


@click.command()
@click.argument("scenario", type=int, required=False)
@json_option
def undo(scenario: int | None, as_json: bool) -> None:
    """Take SCENARIO back, the one applied last if none is given: territories and accounts are as before."""
    from gcrm.platform.errors import Conflict
    from gcrm.territories.scenarios.apply import take_back
    from gcrm.territories.scenarios.model import ScenarioState
    from gcrm.territories.scenarios.scenario_json import answer_json

    workspace = open_workspace()
    if scenario is None:
        with workspace.store.read() as tx:
            applied = [one for one in tx.scenarios.all() if one.state is ScenarioState.APPLIED and one.applied_at]
        if not applied:
            raise Conflict("No scenario is applied.", "List them: `gcrm territories scenarios list`.")
        scenario = max(applied, key=lambda one: (one.applied_at, one.id)).id
    done = take_back(workspace, scenario)
    workspace.close()
    document = {**answer_json(done.scenario), "accounts_moved": done.moved, "kept": as_document(done.kept)}
    lines = [f"{done.scenario.name} is taken back: {done.moved:,} accounts changed hands."]
    lines += [f"  {number} {name}: {reason}" for number, name, reason in done.kept[:SHOWN]]
    answer(document, as_json, lambda: "\n".join(lines))


@click.command("hand-over")
@click.argument("scenario", type=int)
@json_option
def hand_over(scenario: int, as_json: bool) -> None:
    """Print the hand-over list of SCENARIO: for each rep what comes and goes, what is open and promised."""
    from gcrm.territories.scenarios.hand_over import hand_over_list

    workspace = open_workspace()
    found = hand_over_list(workspace, scenario)
    workspace.close()
    answer(found, as_json, lambda: hand_over_text(found))


def _number(text: str) -> int:
    if not text.isdecimal():
        raise click.UsageError(f'{text!r} is no scenario. Give its number, or "today".')
    return int(text)


def _whom(workspace: Workspace, reps: str) -> tuple[list[str], int | None]:
    """Keys of reps, or a number of territories."""
    text = reps.strip()
    if text.isdecimal() and not _is_rep(workspace, text):
        return [], int(text)
    return listed_words(reps), None


def _with_rules(
    workspace: Workspace, wish: Wish, lock: Path | None, together: Path | None, apart: Path | None
) -> tuple[Wish, list[str]]:
    """The wish with what files say of accounts, and the lines that could not be followed."""
    from gcrm.territories.scenarios.rules import groups, lines_of, locks

    faults: list[str] = []
    with workspace.store.read() as tx:
        if lock:
            fixed, said = locks(tx, lines_of(lock))
            wish, faults = replace(wish, fixed=fixed), [*faults, *said]
        if together:
            several, said = groups(tx, lines_of(together), "together")
            wish, faults = replace(wish, together=several), [*faults, *said]
        if apart:
            several, said = groups(tx, lines_of(apart), "apart")
            wish, faults = replace(wish, apart=several), [*faults, *said]
    return wish, faults


def _is_rep(workspace: Workspace, key: str) -> bool:
    with workspace.store.read() as tx:
        return any(rep.key == key for rep in tx.reps.all())
