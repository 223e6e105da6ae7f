"""`gcrm territories propose` and what follows: scenarios worked on, compared, tried, applied and taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gcrm.cli.output import answer, json_option, show_progress
from gcrm.platform.documents import as_document
from gcrm.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from gcrm.territories.scenarios.compare import Comparison
    from gcrm.territories.scenarios.hand_over import HandOverList
    from gcrm.territories.scenarios.model import Figures, Remark, Scenario, Wish

SHOWN = 20
"""Accounts that are printed before "and N more"; --json has them all."""
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


@click.command()
@click.option("--reps", default="", help='How many territories, or keys of reps: "4", "north,south".  [default: all]')
@click.option(
    "--without", multiple=True, metavar="REP", help="Give this rep's accounts to the others; may be repeated."
)
@click.option("--from", "start", type=click.Choice(["current", "nothing"]), default="current", show_default=True)
@click.option("--balance", default="work", show_default=True, help="work, accounts, revenue; several with commas.")
@click.option("--level", default="accounts", show_default=True, help="accounts, cells, postcodes, or a set of regions.")
@click.option("--lock", type=_FILE, help="CSV of account and rep: who stays with whom.")
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
    from gcrm.territories.scenarios.model import Wish
    from gcrm.territories.scenarios.propose import propose as make
    from gcrm.territories.scenarios.scenario_json import answer_json

    workspace = open_workspace()
    wish = Wish(
        start=start,
        balance=tuple(_words(balance)),
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
        progress=show_progress,
    )
    workspace.close()
    answer(answer_json(made), as_json, lambda: scenario_text(made))


@click.command()
@click.option("--reps", default="", help='How many territories, or keys of reps: "4", "north,south".  [default: all]')
@click.option(
    "--without", multiple=True, metavar="REP", help="Give this rep's accounts to the others; may be repeated."
)
@click.option("--balance", default="work", show_default=True, help="work, accounts, revenue; several with commas.")
@click.option("--level", default="accounts", show_default=True, help="accounts, cells, postcodes, or a set of regions.")
@click.option("--lock", type=_FILE, help="CSV of account and rep: who stays with whom.")
@search_options
@json_option
def frontier(
    reps: str,
    without: tuple[str, ...],
    balance: str,
    level: str,
    lock: Path | None,
    seconds: float | None,
    steps: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """Show how even territories can be for so many hand-overs. Pick a point with `propose --max-moves`."""
    from gcrm.territories.scenarios.frontier import hand_overs_for_balance
    from gcrm.territories.scenarios.model import Wish

    workspace = open_workspace()
    wish = Wish(balance=tuple(_words(balance)), level=level, without=without, seconds=seconds, steps=steps, seed=seed)
    wish, faults = _with_rules(workspace, wish, lock, None, None)
    keys, count = _whom(workspace, reps)
    found = hand_overs_for_balance(workspace, keys, count, wish, progress=show_progress)
    workspace.close()
    rows = [f"{one.moved:>8,} accounts moved: largest difference {one.deviation:.1%}" for one in found]
    answer(
        {"points": as_document(found), "remarks": faults},
        as_json,
        lambda: "\n".join([*rows, *(f"- {t}" for t in faults)]),
    )


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
    answer(found, as_json, lambda: _compared(found))


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
    answer(document, as_json, lambda: _simulated(document))


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
    answer(found, as_json, lambda: _handed_over(found))


@click.group()
def scenarios() -> None:
    """Scenarios: how territories could be. Make one with `gcrm territories propose`."""


@scenarios.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List scenarios, the newest first."""
    from gcrm.territories.scenarios.scenario_json import answer_json

    workspace = open_workspace()
    with workspace.store.read() as tx:
        found = tx.scenarios.all()
    workspace.close()
    answer(
        [answer_json(one) for one in found],
        as_json,
        lambda: (
            "\n".join(
                f"{one.id:>4}  {one.state.value:<10} {one.deviation:>7.1%}  {one.moved:>7,} moved  {one.name}"
                for one in found
            )
            or "There are no scenarios. Make one: `gcrm territories propose --reps 4`."
        ),
    )


@scenarios.command()
@click.argument("scenario", type=int)
@json_option
def show(scenario: int, as_json: bool) -> None:
    """Show SCENARIO with its territories and what was said about it."""
    from gcrm.territories.scenarios.scenario_json import answer_json

    workspace = open_workspace()
    with workspace.store.read() as tx:
        found, said = tx.scenarios.get(scenario), tx.scenarios.remarks(scenario)
    workspace.close()
    document = {**answer_json(found), "said": as_document(said)}
    answer(document, as_json, lambda: "\n".join([scenario_text(found), *map(_said, said)]))


@scenarios.command("copy")
@click.argument("scenario", type=int)
@json_option
def copy_(scenario: int, as_json: bool) -> None:
    """Make a draft that begins as SCENARIO is."""
    from gcrm.territories.scenarios.change_by_hand import copy
    from gcrm.territories.scenarios.scenario_json import answer_json

    workspace = open_workspace()
    made = copy(workspace, scenario)
    workspace.close()
    answer(answer_json(made), as_json, lambda: f"Scenario {made.id}: {made.name}.")


@scenarios.command("remove")
@click.argument("scenario", type=int)
@json_option
def remove_(scenario: int, as_json: bool) -> None:
    """Delete SCENARIO."""
    from gcrm.territories.scenarios.change_by_hand import remove

    workspace = open_workspace()
    remove(workspace, scenario)
    workspace.close()
    answer({"scenario": scenario, "removed": True}, as_json, lambda: f"Scenario {scenario} is deleted.")


@scenarios.command()
@click.argument("scenario", type=int)
@click.argument("territory")
@click.argument("accounts", nargs=-1, required=True, type=int)
@json_option
def move(scenario: int, territory: str, accounts: tuple[int, ...], as_json: bool) -> None:
    """Give ACCOUNTS (numbers) of SCENARIO to TERRITORY, by its name or the key of its rep."""
    from gcrm.territories.scenarios.change_by_hand import move_accounts
    from gcrm.territories.scenarios.scenario_json import answer_json

    workspace = open_workspace()
    changed = move_accounts(workspace, scenario, accounts, _position(workspace, scenario, territory))
    workspace.close()
    answer(answer_json(changed), as_json, lambda: scenario_text(changed))


@scenarios.command("fill")
@click.argument("scenario", type=int)
@click.argument("territory")
@click.argument("rep")
@json_option
def fill_(scenario: int, territory: str, rep: str, as_json: bool) -> None:
    """Say that REP would have TERRITORY of SCENARIO, which nobody has yet."""
    from gcrm.territories.scenarios.change_by_hand import fill_post
    from gcrm.territories.scenarios.scenario_json import answer_json

    workspace = open_workspace()
    changed = fill_post(workspace, scenario, _position(workspace, scenario, territory), rep)
    workspace.close()
    answer(answer_json(changed), as_json, lambda: scenario_text(changed))


@scenarios.command("comment")
@click.argument("scenario", type=int)
@click.argument("text")
@json_option
def comment_(scenario: int, text: str, as_json: bool) -> None:
    """Say something about SCENARIO."""
    from gcrm.territories.scenarios.objections import comment

    workspace = open_workspace()
    said = comment(workspace, scenario, text)
    workspace.close()
    answer(said, as_json, lambda: _said(said))


@scenarios.command("object")
@click.argument("scenario", type=int)
@click.argument("account", type=int)
@click.argument("territory")
@click.argument("reason")
@json_option
def object_(scenario: int, account: int, territory: str, reason: str, as_json: bool) -> None:
    """Object to where ACCOUNT would go in SCENARIO: it should go to TERRITORY, for a REASON. Shows the cost."""
    from gcrm.territories.scenarios.objections import object_to

    workspace = open_workspace()
    said = object_to(workspace, scenario, account, _position(workspace, scenario, territory), reason)
    workspace.close()
    answer(said, as_json, lambda: _said(said))


@scenarios.command("settle")
@click.argument("objection", type=int)
@click.option("--accept/--decline", required=True, help="Follow the objection, or not.")
@json_option
def settle_(objection: int, accept: bool, as_json: bool) -> None:
    """Accept or decline OBJECTION, by its number."""
    from gcrm.territories.scenarios.objections import settle
    from gcrm.territories.scenarios.scenario_json import answer_json

    workspace = open_workspace()
    changed = settle(workspace, objection, accept=accept)
    workspace.close()
    answer(answer_json(changed), as_json, lambda: scenario_text(changed))


def scenario_text(one: Scenario) -> str:
    """A scenario as a few lines."""
    before = f", today {one.deviation_before:.1%}" if one.deviation_before is not None else ""
    lines = [
        f"Scenario {one.id}: {one.name} ({one.state.value}).",
        f"Largest difference {one.deviation:.1%}{before}; {one.moved:,} accounts would change hands.",
        f"  {'territory':<24}{'accounts':>9}{'work':>9}{'driving':>9}{'load':>7}{'to centre':>11}{'pieces':>8}",
        *(_row(each.name, each.figures) for each in one.territories),
        *(f"- {text}" for text in one.remarks),
    ]
    return "\n".join(lines)


def _row(name: str, one: Figures) -> str:
    load = f"{one.load:.0%}" if one.load is not None else ""
    centre = f"{one.minutes_to_centre:.1f} min" if one.minutes_to_centre is not None else ""
    hours = f"{one.work_h:>7.1f} h{one.travel_h:>7.1f} h"
    return f"  {name[:23]:<24}{one.accounts:>9,}{hours}{load:>7}{centre:>11}{one.pieces:>8}"


def _compared(found: Comparison) -> str:
    was = f"{found.deviation_one:.1%}" if found.deviation_one is not None else "nothing"
    lines = [f"{found.one} to {found.other}: largest difference {was} to {found.deviation_other:.1%}."]
    for one in found.reps:
        work = " to ".join(f"{side.work_h:.1f} h" if side else "none" for side in (one.before, one.after))
        lines.append(f"  {one.name:<24} work {work}; gains {one.gains:,} and loses {one.loses:,} accounts")
    lines.append(f"{len(found.moves):,} accounts change hands.")
    lines += [
        f"  {one.account} {one.name}: {one.before or 'nobody'} to {one.after or 'nobody'}"
        for one in found.moves[:SHOWN]
    ]
    if len(found.moves) > SHOWN:
        lines.append(f"  And {len(found.moves) - SHOWN:,} more; --json lists them all.")
    return "\n".join(lines)


def _simulated(document: dict[str, Any]) -> str:
    made, driving = f"{document['coverage']:.0%}", f"{document['drive_share']:.0%}"
    weeks = f"{document['weeks']} weeks from {document['from']}"
    lines = [f"{weeks}: {made} of due visits made, {driving} of the work is driving."]
    for one in document["territories"]:
        missed = sum(one["missed"].values())
        lines.append(
            f"  {one['name']:<24} {one['coverage']:.0%} covered, {one['hours_share']:.0%} of hours, "
            f"{one['travel_h_a_week']:.1f} h driving a week, {one['nights']} nights away, {missed} visits missed"
        )
    return "\n".join(lines)


def _handed_over(found: HandOverList) -> str:
    lines = [f"Hand-over for {found.name}"]
    for rep in found.reps:
        lines.append(f"\n{rep.rep}: gets {len(rep.gets):,}, gives {len(rep.gives):,}")
        for item in rep.gets:
            visit = f", first visit {item.first_visit}" if item.first_visit else ""
            lines.append(
                f"  {item.move.account} {item.move.name}, {item.address} (from {item.move.before or 'nobody'}{visit})"
            )
            lines += [f"      {text}" for text in (f"{item.contact} {item.phone}".strip(), item.note) if text]
            lines += [f"      promised {text}" for text in item.promised]
            lines += [f"      {text}" for text in item.last]
        for day in rep.routes:
            stops = ", ".join(f"{stop['arrive']} {stop['name']}" for stop in day["stops"])
            lines.append(f"  {day['date']}: {stops}")
    return "\n".join(lines)


def _said(one: Remark) -> str:
    what = f"objection {one.id} to account {one.account_id}" if one.is_objection else f"comment {one.id}"
    cost = ""
    if one.cost:
        cost = f" Following it: difference {one.cost['deviation']:.1%} to {one.cost['deviation_after']:.1%}."
    return f"{one.at:%Y-%m-%d} {what}{f' ({one.settled})' if one.settled else ''}: {one.text}{cost}"


def _words(text: str) -> list[str]:
    return [word for part in text.split(",") if (word := part.strip())]


def _number(text: str) -> int:
    if not text.isdecimal():
        raise click.UsageError(f'{text!r} is no scenario. Give its number, or "today".')
    return int(text)


def _whom(workspace: Workspace, reps: str) -> tuple[list[str], int | None]:
    """Keys of reps, or a number of territories."""
    text = reps.strip()
    if text.isdecimal() and not _is_rep(workspace, text):
        return [], int(text)
    return _words(reps), None


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


def _position(workspace: Workspace, scenario_id: int, text: str) -> int:
    with workspace.store.read() as tx:
        found = tx.scenarios.get(scenario_id)
    for one in found.territories:
        if text.casefold() in {one.name.casefold(), one.rep.casefold()} and text:
            return one.position
    names = ", ".join(one.name for one in found.territories)
    raise click.UsageError(f"There is no territory {text!r} in scenario {scenario_id}. It has {names}.")
