"""Make a scenario the alignment, now or on a day, and take the whole back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from gcrm.accounts.change import AccountChange, ChangeKind, ChangeSet
from gcrm.accounts.columns import AccountColumns
from gcrm.accounts.ownership import fill
from gcrm.common.language import say
from gcrm.common.postcode_ranges import read_postcodes
from gcrm.platform.errors import Conflict, NotReady
from gcrm.territories.model import Region, Territory
from gcrm.territories.scenarios.change_by_hand import check_version
from gcrm.territories.scenarios.model import NOBODY, Level, Scenario, ScenarioState
from gcrm.territories.scenarios.outlines import outlines
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from shapely import MultiPolygon

    from gcrm.transaction import Transaction

OF_SCENARIOS = "scenario"
"""The set of regions that holds the ground of territories made of accounts: "scenario 7"."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying or taking back did.

    moved: accounts that changed hands; kept: accounts, by number and name, that stay where somebody has put them since,
    with the reason.
    """

    scenario: Scenario
    moved: int
    kept: tuple[tuple[int, str, str], ...] = ()


def approve(
    workspace: Workspace,
    scenario_id: int,
    on: date | None = None,
    user_id: int | None = None,
    version: str | None = None,
) -> Scenario:
    """Approve a draft; with a day it is applied when that day comes.

    version: the one that was looked at, None for whatever holds. Raises NotFound, Conflict, ChangedMeanwhile.
    """
    with workspace.store.write() as tx:
        scenario = tx.scenarios.get(scenario_id)
        check_version(tx, scenario, version)
        if scenario.state not in {ScenarioState.DRAFT, ScenarioState.APPROVED}:
            raise Conflict(
                say("{scenario} is {state}.", scenario=scenario.name, state=say(scenario.state.value)),
                say("Make a new scenario."),
            )
        return tx.scenarios.update(replace(scenario, state=ScenarioState.APPROVED, apply_on=on, decided_by=user_id))


def withdraw(workspace: Workspace, scenario_id: int) -> Scenario:
    """Make an approved scenario a draft again. Raises NotFound, Conflict."""
    with workspace.store.write() as tx:
        scenario = tx.scenarios.get(scenario_id)
        if scenario.state is not ScenarioState.APPROVED:
            raise Conflict(
                say("{scenario} is {state}.", scenario=scenario.name, state=say(scenario.state.value)),
                say("Only an approved scenario can be withdrawn."),
            )
        return tx.scenarios.update(replace(scenario, state=ScenarioState.DRAFT, apply_on=None, decided_by=None))


def apply_scenario(
    workspace: Workspace, scenario_id: int, user_id: int | None = None, version: str | None = None
) -> Applied:
    """Give every account to the rep who would have it, in one go; each move is in the account's history.

    Territories of accounts get the ground around them, so that new accounts fall to them too; those of regions and
    postcodes get these. Accounts that no longer exist are passed over; those that came since fall by where they are.
    version: the one that was looked at, None for whatever holds.
    Raises NotFound, Conflict for one that was applied already, ChangedMeanwhile, NotReady where a territory has no rep.
    """
    # Cutting the ground takes seconds for many accounts: before the one writer's turn. Whoever comes or moves in these
    # seconds and stands on another's ground is told below by where the accounts have fallen.
    with workspace.store.read() as tx:
        ground = _ground(tx, workspace, tx.scenarios.get(scenario_id))
    with workspace.store.write() as tx:
        scenario = tx.scenarios.get(scenario_id)
        check_version(tx, scenario, version)
        return _applied(tx, workspace.clock(), scenario, ground, user_id)


def take_back(workspace: Workspace, scenario_id: int, user_id: int | None = None) -> Applied:
    """Set territories and accounts back to what they were before the scenario was applied.

    An account that somebody has moved or locked since stays; so do territories made since.
    Raises NotFound, Conflict for one that is not applied, or that a later one has built on.
    """
    with workspace.store.write() as tx:
        scenario = tx.scenarios.get(scenario_id)
        if scenario.state is not ScenarioState.APPLIED or scenario.before is None:
            raise Conflict(say("{scenario} is not applied.", scenario=scenario.name), say("Take back the one that is."))
        later = [
            one
            for one in tx.scenarios.all()
            if one.state is ScenarioState.APPLIED
            and one.applied_at
            and scenario.applied_at
            and one.applied_at > scenario.applied_at
        ]
        if later:
            raise Conflict(say("{later} was applied after it.", later=later[-1].name), say("Take that back first."))
        return _taken_back(tx, workspace.clock(), scenario, user_id)


def _ground(tx: "Transaction", workspace: Workspace, scenario: Scenario) -> "list[MultiPolygon]":
    """The ground of each territory that is made of accounts; none where it gets regions or postcodes."""
    if scenario.wish.level == Level.POSTCODES or scenario.wish.level in tx.regions.sets():
        return []
    held = tx.accounts.columns()
    held = held.where(held.is_placed)
    positions = tx.scenarios.positions(scenario.id)
    at = np.array([positions.get(one, NOBODY) for one in held.ids.tolist()], dtype=np.int32)
    return outlines(held.places, at, len(scenario.territories), workspace.areas.current().boundary)


def _applied(
    tx: "Transaction", now: datetime, scenario: Scenario, ground: "Sequence[MultiPolygon]", user_id: int | None
) -> Applied:
    if scenario.state in {ScenarioState.APPLIED, ScenarioState.TAKEN_BACK}:
        raise Conflict(
            say("{scenario} is {state}.", scenario=scenario.name, state=say(scenario.state.value)),
            say("Make a new scenario."),
        )
    vacant = [one.name for one in scenario.territories if one.rep_id is None and one.figures.accounts]
    if vacant:
        raise NotReady(
            say("{vacant}: nobody has this territory yet.", vacant=", ".join(vacant)),
            say("Say who: name a rep for it."),
        )
    positions = tx.scenarios.positions(scenario.id)
    held = tx.territories.all()
    accounts = tx.accounts.columns()
    was = _owners(accounts)
    by_position = _territories(tx, scenario, held)
    made_set = _give_ground(tx, scenario, positions, accounts, by_position, held, ground)
    moves = {one: by_position[to].id for one, to in positions.items() if one in was and to in by_position}
    tx.accounts.set_territories({one: to for one, to in moves.items() if was[one] != to})
    fill(tx)
    fell = _owners(tx.accounts.columns())
    strays = [one for one, to in moves.items() if fell.get(one) != to]
    if strays:
        # Not on its territory's ground: a neighbour of another territory stands at the same place.
        tx.accounts.update_many(
            [replace(one, territory_id=moves[one.id], territory_locked=True) for one in tx.accounts.by_ids(strays)]
        )
    after = _owners(tx.accounts.columns())
    moved = _record(tx, ChangeSet(ChangeKind.ALIGNMENT, scenario.name, now, user_id), was, after)
    before = {
        "territories": [
            {"id": one.id, "regions": list(one.region_ids), "postcodes": list(one.postcodes)} for one in held
        ],
        "made": sorted({one.id for one in by_position.values()} - {one.id for one in held}),
        "set": made_set,
        "accounts": [[one, was[one], to] for one, to in after.items() if one in was and was[one] != to],
        "locked": strays,
        "locked_before": accounts.ids[accounts.is_locked].tolist(),
    }
    applied = replace(
        scenario, state=ScenarioState.APPLIED, applied_at=now, before=before, decided_by=user_id or scenario.decided_by
    )
    return Applied(tx.scenarios.update(applied), moved)


def _owners(accounts: AccountColumns) -> dict[int, int | None]:
    """Account to its territory."""
    return {
        one: territory or None
        for one, territory in zip(accounts.ids.tolist(), accounts.territories.tolist(), strict=True)
    }


def _territories(tx: "Transaction", scenario: Scenario, held: Sequence[Territory]) -> dict[int, Territory]:
    """The territory of each position: the rep's first one, or a new one."""
    names = {one.name for one in held}
    found = {}
    for each in scenario.territories:
        if each.rep_id is None:
            continue
        own = next((one for one in held if one.rep_id == each.rep_id), None)
        if own is None:
            name, number = each.name, 1
            while name in names:
                number += 1
                name = f"{each.name} {number}"
            names.add(name)
            own = tx.territories.add(Territory(name, each.rep_id))
        found[each.position] = own
    return found


def _give_ground(
    tx: "Transaction",
    scenario: Scenario,
    positions: Mapping[int, int],
    accounts: AccountColumns,
    by_position: Mapping[int, Territory],
    held: Sequence[Territory],
    ground: "Sequence[MultiPolygon]",
) -> str:
    """Give the territories regions or postcodes; the name of the set of regions that was made for it, "" for none."""
    level = scenario.wish.level
    of_post = {one.id for one in by_position.values()}
    of_reps = {one.rep_id for one in scenario.territories if one.rep_id is not None}
    leaving = {tx.reps.get(key).id for key in scenario.wish.without}
    everywhere = {
        one.id: one for one in [*held, *by_position.values()] if one.id in of_post or one.rep_id in of_reps | leaving
    }
    regions: dict[int, tuple[int, ...]] = dict.fromkeys(everywhere, ())
    codes: dict[int, tuple[str, ...]] = dict.fromkeys(everywhere, ())
    made = ""
    if level == Level.POSTCODES:
        wanted: dict[int, set[str]] = {}
        for one in tx.accounts.by_ids(accounts.ids[accounts.is_placed].tolist()):
            code = " ".join(one.address.postcode.split()).upper()
            if code and positions.get(one.id) in by_position:
                wanted.setdefault(by_position[positions[one.id]].id, set()).add(code)
        for territory_id, some in wanted.items():
            codes[territory_id] = tuple(sorted(code for code in some if read_postcodes(code)))
    elif level in tx.regions.sets():
        regions |= _whole_regions(tx, level, positions, accounts.where(accounts.is_placed), by_position)
    else:
        made = f"{OF_SCENARIOS} {scenario.id}"
        new = [
            Region(made, each.name, ground[each.position])
            for each in scenario.territories
            if each.position in by_position and not ground[each.position].is_empty
        ]
        kept = tx.regions.replace_set(made, new)
        with_ground = [
            one for one in scenario.territories if one.position in by_position and not ground[one.position].is_empty
        ]
        for each, region in zip(with_ground, kept, strict=True):
            regions[by_position[each.position].id] = (region.id,)
    for territory_id, territory in everywhere.items():
        changed = replace(territory, region_ids=regions[territory_id], postcodes=codes[territory_id])
        tx.territories.update(changed)
    return made


def _whole_regions(
    tx: "Transaction",
    level: str,
    positions: Mapping[int, int],
    placed: AccountColumns,
    by_position: Mapping[int, Territory],
) -> dict[int, tuple[int, ...]]:
    """Territory to its regions: each goes where most of its accounts go, one without any to its neighbours'."""
    import shapely

    from gcrm.accounts.region_lookup import regions_of

    regions = tx.regions.of_set(level)
    votes: dict[int, dict[int, int]] = {}
    for one, inside in zip(placed.ids.tolist(), regions_of(placed.places, regions), strict=True):
        if len(inside) and positions.get(one) in by_position:
            held = votes.setdefault(int(inside[0]), {})
            held[positions[one]] = held.get(positions[one], 0) + 1
    owner = {row: max(sorted(held.items()), key=itemgetter(1))[0] for row, held in votes.items()}
    shapes = np.array([one.geometry for one in regions], dtype=object)
    tree = shapely.STRtree(shapes)
    beside: dict[int, set[int]] = {row: set() for row in range(len(regions))}
    for one, other in tree.query(shapes, predicate="intersects").T.tolist():
        if one != other:
            beside[one].add(other)
    front = sorted(owner)
    while front:
        reached = []
        for row in front:
            for other in sorted(beside[row]):
                if other not in owner:
                    owner[other] = owner[row]
                    reached.append(other)
        front = reached
    found: dict[int, list[int]] = {}
    for row, position in owner.items():
        found.setdefault(by_position[position].id, []).append(regions[row].id)
    return {territory_id: tuple(sorted(ids)) for territory_id, ids in found.items()}


def _record(
    tx: "Transaction", made: ChangeSet, before: Mapping[int, int | None], after: Mapping[int, int | None]
) -> int:
    """Put every move into the history of its account; how many there are."""
    changes = [
        AccountChange(one, {"territory_id": before[one]}, {"territory_id": to})
        for one, to in after.items()
        if one in before and before[one] != to
    ]
    if changes:
        tx.changes.add(made, changes)
    return len(changes)


def _taken_back(tx: "Transaction", now: datetime, scenario: Scenario, user_id: int | None) -> Applied:
    before: dict[str, Any] = scenario.before or {}
    accounts = tx.accounts.columns()
    holds = _owners(accounts)
    known = {one.id: one for one in tx.territories.all()}
    there = {region.id for name in tx.regions.sets() for region in tx.regions.of_set(name)}
    for one in before["territories"]:
        if one["id"] in known:
            regions = tuple(region for region in one["regions"] if region in there)
            tx.territories.update(replace(known[one["id"]], region_ids=regions, postcodes=tuple(one["postcodes"])))
    if before["set"]:
        tx.regions.replace_set(before["set"], [])
    # Where somebody has put an account elsewhere since, or locked it to where it is, that stands.
    ours = set(before["locked"])
    locked = set(accounts.ids[accounts.is_locked].tolist()) - ours - set(before["locked_before"])
    kept, back = [], {}
    for account_id, was, became in before["accounts"]:
        if account_id not in holds:
            continue
        if holds[account_id] != became or account_id in locked:
            kept.append(account_id)
        elif was is None or was in known:
            back[account_id] = was
    unlocked = [replace(one, territory_locked=False) for one in tx.accounts.by_ids(sorted(ours & back.keys()))]
    if unlocked:
        tx.accounts.update_many(unlocked)
    tx.accounts.set_territories(back)
    fill(tx)
    fell = _owners(tx.accounts.columns())
    # Before, it was where no region or postcode would have put it.
    tx.accounts.set_territories({one: to for one, to in back.items() if fell.get(one) != to})
    left = set(_owners(tx.accounts.columns()).values())
    for territory_id in before["made"]:
        if territory_id in known and territory_id not in left:
            tx.territories.delete(territory_id)
    after = _owners(tx.accounts.columns())
    made = ChangeSet(ChangeKind.ALIGNMENT, say("Taken back: {scenario}", scenario=scenario.name), now, user_id)
    moved = _record(tx, made, holds, after)
    said = tuple((one.id, one.name, say("Somebody has put it elsewhere since.")) for one in tx.accounts.by_ids(kept))
    return Applied(tx.scenarios.update(replace(scenario, state=ScenarioState.TAKEN_BACK)), moved, said)
