"""`gcrm territories scenarios`: the list of scenarios, and work on one of them."""

from __future__ import annotations

import click

from gcrm.cli.output import answer, json_option, show_progress
from gcrm.cli.scenario_text import remark_text, scenario_text
from gcrm.platform.documents import as_document
from gcrm.workspace import Workspace, open_workspace


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
    answer(document, as_json, lambda: "\n".join([scenario_text(found), *map(remark_text, said)]))


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


@scenarios.command("split")
@click.argument("scenario", type=int)
@click.argument("territory")
@click.option("--rep", default="", help="Key of the rep who gets the other half.  [default: nobody yet]")
@click.option("--steps", type=click.IntRange(1), help="Steps of the search: the same seed, the same answer.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True)
@json_option
def split_(scenario: int, territory: str, rep: str, steps: int | None, seed: int, as_json: bool) -> None:
    """Split TERRITORY of SCENARIO into two that are balanced and in one piece."""
    from gcrm.territories.scenarios.scenario_json import answer_json
    from gcrm.territories.scenarios.split import split_territory

    workspace = open_workspace()
    position = _position(workspace, scenario, territory)
    changed = split_territory(workspace, scenario, position, rep, steps=steps, seed=seed, progress=show_progress)
    workspace.close()
    answer(answer_json(changed), as_json, lambda: scenario_text(changed))


@scenarios.command("merge")
@click.argument("scenario", type=int)
@click.argument("territory")
@click.argument("into")
@json_option
def merge_(scenario: int, territory: str, into: str, as_json: bool) -> None:
    """Give all accounts of TERRITORY of SCENARIO to the territory INTO."""
    from gcrm.territories.scenarios.scenario_json import answer_json
    from gcrm.territories.scenarios.split import merge_territories

    workspace = open_workspace()
    one, other = (_position(workspace, scenario, text) for text in (territory, into))
    changed = merge_territories(workspace, scenario, one, other)
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
    answer(said, as_json, lambda: remark_text(said))


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
    answer(said, as_json, lambda: remark_text(said))


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


def _position(workspace: Workspace, scenario_id: int, text: str) -> int:
    with workspace.store.read() as tx:
        found = tx.scenarios.get(scenario_id)
    for one in found.territories:
        if text.casefold() in {one.name.casefold(), one.rep.casefold()} and text:
            return one.position
    names = ", ".join(one.name for one in found.territories)
    raise click.UsageError(f"There is no territory {text!r} in scenario {scenario_id}. It has {names}.")
