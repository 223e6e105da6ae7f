"""`gcrm territories`: who looks after what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gcrm.accounts.model import Account
from gcrm.cli.output import answer, json_option
from gcrm.cli.scenario_work import scenarios
from gcrm.cli.scenarios import apply, compare, frontier, hand_over, propose, simulate, undo
from gcrm.cli.staffing import homes, staffing
from gcrm.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from gcrm.territories.assign_postcodes import PostcodesAssigned
    from gcrm.territories.assign_territory import TerritoryAssigned
    from gcrm.territories.model import Territory

SHOWN = 20
"""Accounts that are printed before "and N more"; --json has them all."""


@click.group()
def territories() -> None:
    """Territories: the regions that a rep looks after, and single accounts that are locked to one."""


for _command in (propose, frontier, homes, staffing, scenarios, compare, simulate, apply, undo, hand_over):
    territories.add_command(_command)


@territories.command()
@click.option("--regions", "set_name", help="The set of regions that the names are of.")
@click.option("--postcodes", help='Postcodes, ranges and beginnings of them: "9490-9498, 9485, SW1*".')
@click.option("--rep", "rep_key", required=True, help="Key of the rep.")
@click.option("--name", help="The territory; the rep's own if not given.")
@click.option("--only", is_flag=True, help="The territory shall have no others than these.")
@click.option("--take", is_flag=True, help="Take them away from other territories that have them.")
@click.argument("names", nargs=-1)
@json_option
def assign(
    set_name: str | None,
    postcodes: str | None,
    rep_key: str,
    name: str | None,
    only: bool,
    take: bool,
    names: tuple[str, ...],
    as_json: bool,
) -> None:
    """Give regions to a rep, by NAMES with commas between them: "Vaduz,Triesen"; or postcodes, which need no map."""
    from gcrm.territories.assign_postcodes import assign_postcodes
    from gcrm.territories.assign_territory import assign_territory

    if (set_name is None) == (postcodes is None) or (postcodes is not None and names):
        raise click.UsageError('Give --regions SET with the names of regions, or --postcodes "9490-9498,9485".')
    workspace = open_workspace()
    if set_name is None:
        assert postcodes is not None
        given = assign_postcodes(workspace, rep_key, postcodes, name, only=only, take=take)
        workspace.close()
        answer(given, as_json, lambda: _given(given))
        return
    done = assign_territory(workspace, rep_key, set_name, names, name, only=only, take=take)
    workspace.close()
    answer(done, as_json, lambda: _assigned(done))


@territories.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List territories with their rep, regions and number of accounts."""
    workspace = open_workspace()
    found = _documents(workspace)
    workspace.close()
    answer(
        found,
        as_json,
        lambda: (
            "\n".join(
                f"{one['id']:>4}  {one['name']:<24} {one['rep']:<12} {one['accounts']:>7,} accounts  "
                f"{', '.join([*one['regions'], *one['postcodes']])}"
                for one in found
            )
            or "There are no territories. Make one: `gcrm territories assign --regions SET --rep KEY NAMES`."
        ),
    )


@territories.command()
@json_option
def fill(as_json: bool) -> None:
    """Let every account fall to the territory that it lies in; locked ones stay."""
    from gcrm.territories.fill_territories import fill_territories

    workspace = open_workspace()
    done = fill_territories(workspace)
    workspace.close()
    answer(done, as_json, lambda: _filled(done))


@territories.command()
@click.argument("account_id", metavar="ACCOUNT", type=int)
@click.argument("territory", metavar="TERRITORY")
@json_option
def lock(account_id: int, territory: str, as_json: bool) -> None:
    """Keep ACCOUNT (its number) in TERRITORY (number or name), wherever it lies."""
    from gcrm.accounts.lock_account import lock_account

    workspace = open_workspace()
    chosen = _territory(workspace, territory)
    account = lock_account(workspace, account_id, chosen.id)
    workspace.close()
    answer(_locked(account, chosen.name), as_json, lambda: f"{account.name} stays in {chosen.name}.")


@territories.command()
@click.argument("account_id", metavar="ACCOUNT", type=int)
@json_option
def unlock(account_id: int, as_json: bool) -> None:
    """Let ACCOUNT fall to the territory that it lies in."""
    from gcrm.accounts.lock_account import unlock_account

    workspace = open_workspace()
    account = unlock_account(workspace, account_id)
    name = None
    if account.territory_id is not None:
        with workspace.store.read() as tx:
            name = tx.territories.get(account.territory_id).name
    workspace.close()
    answer(_locked(account, name), as_json, lambda: f"{account.name} is in {name or 'no territory'} now.")


def _territory(workspace: Workspace, text: str) -> Territory:
    """The territory of that name, or of that number."""
    with workspace.store.read() as tx:
        named = [one for one in tx.territories.all() if one.name.casefold() == text.strip().casefold()]
        if named:
            return named[0]
        return tx.territories.get(int(text)) if text.isdecimal() else tx.territories.by_name(text)


def _documents(workspace: Workspace) -> list[dict[str, Any]]:
    with workspace.store.read() as tx:
        reps = {rep.id: rep.key for rep in tx.reps.all()}
        return [
            {
                "id": one.id,
                "name": one.name,
                "rep": reps.get(one.rep_id, ""),
                "regions": [tx.regions.get(region_id).name for region_id in one.region_ids],
                "postcodes": list(one.postcodes),
                "accounts": tx.accounts.page(territory_id=one.id, limit=1)[1],
            }
            for one in tx.territories.all()
        ]


def _locked(account: Account, territory: str | None) -> dict[str, Any]:
    return {
        "account": account.id,
        "name": account.name,
        "territory": territory,
        "territory_id": account.territory_id,
        "locked": account.territory_locked,
    }


def _assigned(done: TerritoryAssigned) -> str:
    lines = [f"{done.territory} ({done.rep}): {', '.join(done.regions)}. {done.accounts:,} accounts are in it."]
    lines += [
        f"{one.region} also belongs to {', '.join(one.territories)}; --take would take it away from there."
        for one in done.also_owned
    ]
    if done.unowned or done.doubly_owned:
        lines.append(f"{done.unowned:,} accounts are in no territory, {done.doubly_owned:,} in more than one.")
    return "\n".join(lines)


def _given(done: PostcodesAssigned) -> str:
    lines = [
        f"{done.territory} ({done.rep}): {', '.join(done.postcodes) or 'no postcodes'}. {done.accounts:,} accounts."
    ]
    if done.taken:
        lines.append(f"Taken from other territories: {', '.join(done.taken)}.")
    if done.unowned or done.doubly_owned:
        lines.append(f"{done.unowned:,} accounts are in no territory, {done.doubly_owned:,} in more than one.")
    return "\n".join(lines)


def _filled(done: dict[str, Any]) -> str:
    lines = [f"In territories: {done['assigned']:,}, {done['locked']:,} of them locked; {done['changed']:,} moved."]
    lines += [f"  {name}: {count:,}" for name, count in done["by_territory"].items()]
    for heading, key in (("In no territory", "unowned"), ("In more than one", "doubly_owned")):
        some = done[key]
        if some:
            lines.append(f"{heading}: {len(some):,}")
            lines += [f"  {one['account']} {one['name']}: {one['reason']}" for one in some[:SHOWN]]
        if len(some) > SHOWN:
            lines.append(f"  And {len(some) - SHOWN:,} more; --json lists them all.")
    return "\n".join(lines)
