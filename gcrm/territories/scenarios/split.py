"""One territory of a scenario split into two that are balanced and in one piece, and two made one."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gcrm.common.language import say, say_n
from gcrm.platform.cancellation import until_stopped
from gcrm.platform.errors import Conflict, InputRejected
from gcrm.platform.progress import Progress, quiet
from gcrm.territories.scenarios.change_by_hand import draft_of, keep_step, move_accounts, positions_of
from gcrm.territories.scenarios.figures import measured
from gcrm.territories.scenarios.gather import MOST_TERRITORIES, Post, shares_of
from gcrm.territories.scenarios.model import Made, Scenario, ScenarioTerritory, Units
from gcrm.workspace import Workspace
from routing.points import LonLat

if TYPE_CHECKING:
    from gcrm.people.model import Rep
    from gcrm.transaction import Transaction

SECONDS = 3.0
TOLERANCE = 0.01


def split_territory(
    workspace: Workspace,
    scenario_id: int,
    position: int,
    rep_key: str = "",
    *,
    user_id: int | None = None,
    version: str | None = None,
    seconds: float | None = None,
    steps: int | None = None,
    seed: int = 1,
    progress: Progress = quiet,
) -> Scenario:
    """Give a half of a territory, by what the scenario balances and the hours of both, to a rep or to a new post.

    rep_key: who gets it, "" for nobody yet. Accounts that are locked stay. It is one change by hand, to be undone.
    Raises NotFound, InputRejected for a territory that is not there, Conflict for one with fewer than two accounts,
    for a rep who has a territory already, or a decided scenario; ChangedMeanwhile, Cancelled.
    """
    with workspace.store.read() as tx:
        scenario = draft_of(tx, scenario_id, version)
        seen = tx.scenarios.version(scenario_id)
        one = _territory(scenario, position)
        rep = tx.reps.get(rep_key) if rep_key else None
        units = tx.scenarios.units(scenario_id)
        rows = np.flatnonzero(positions_of(units, tx.scenarios.positions(scenario_id)) == position)
        stays = _stay(tx, scenario, units, rows)
        reps = {each.id: each for each in tx.reps.all()}
    if len(rows) < 2:
        raise Conflict(
            say("{one} has {count} accounts and cannot be split.", one=one.name, count=len(rows)),
            say("Choose one with more."),
        )
    _free_for(scenario, rep)
    posts = (Post(one.name, reps.get(one.rep_id or 0)), Post(rep.name if rep else "", rep))
    progress(say("Splitting {territory}", territory=one.name))
    halves = _halves(scenario, units, rows, stays, posts, seconds, steps, seed, progress)
    if not rep and not one.rep_id and one.centre is not None:
        halves = _keeping_centre(units.places[rows], halves, one.centre)
    goes = rows[halves == 1]
    if not len(goes):
        raise Conflict(
            say("All accounts of {one} are locked.", one=one.name), say("Unlock some, or choose another territory.")
        )
    with workspace.store.write() as tx:
        scenario = draft_of(tx, scenario_id, seen)
        to, made = _place_for(scenario, rep), None
        if to == len(scenario.territories):
            name = rep.name if rep else _new_name(scenario, one.name)
            centre, minutes = _centre_of(units, goes, rep)
            new = ScenarioTerritory(to, name, rep.id if rep else None, rep.key if rep else "", centre)
            scenario = replace(scenario, territories=(*scenario.territories, new))
            made = Made(new, tuple(None if np.isnan(one) else round(one, 3) for one in minutes.tolist()))
            if units.centre_min is not None and len(units.centre_min) == to:
                longer = np.vstack([units.centre_min, minutes.astype(np.float32)])
                tx.scenarios.replace_units(scenario_id, replace(units, centre_min=longer))
        target = scenario.territories[to].name
        title = say_n(
            "{territory} split: {n} account to {target}",
            "{territory} split: {n} accounts to {target}",
            len(goes),
            territory=one.name,
            target=target,
        )
        moves = {int(units.account_ids[row]): to for row in goes.tolist()}
        return keep_step(tx, workspace, scenario, title, moves, user_id, made=made)


def merge_territories(
    workspace: Workspace,
    scenario_id: int,
    position: int,
    into: int,
    user_id: int | None = None,
    version: str | None = None,
) -> Scenario:
    """Give all accounts of a territory to another. Raises as `move_accounts`, Conflict for one without accounts."""
    with workspace.store.read() as tx:
        scenario = draft_of(tx, scenario_id, version)
        one = _territory(scenario, position)
        _territory(scenario, into)
        held = tx.scenarios.positions(scenario_id)
    if position == into:
        raise InputRejected(say("A territory is not merged with itself."), say("Choose two."))
    accounts = [account for account, at in held.items() if at == position]
    if not accounts:
        raise Conflict(say("{one} has no accounts.", one=one.name), say("Choose one that has some."))
    return move_accounts(workspace, scenario_id, accounts, into, user_id, version)


def _territory(scenario: Scenario, position: int) -> ScenarioTerritory:
    if not 0 <= position < len(scenario.territories):
        raise InputRejected(say("There is no such territory in this scenario."), say("Choose one of the list."))
    return scenario.territories[position]


def _free_for(scenario: Scenario, rep: "Rep | None") -> None:
    held = next((one for one in scenario.territories if rep is not None and one.rep_id == rep.id), None)
    if held is not None and held.figures.accounts:
        raise Conflict(
            say("{held} has a territory in this scenario already.", held=held.name), say("Choose somebody else.")
        )
    if held is None and len(scenario.territories) >= MOST_TERRITORIES:
        raise Conflict(
            say("There are {most_territories} territories already.", most_territories=MOST_TERRITORIES),
            say("Merge some first."),
        )


def _place_for(scenario: Scenario, rep: "Rep | None") -> int:
    """The position of the rep's empty territory, or of an empty one of nobody, else the next one."""
    wanted = rep.id if rep else None
    return next(
        (one.position for one in scenario.territories if one.rep_id == wanted and not one.figures.accounts),
        len(scenario.territories),
    )


def _new_name(scenario: Scenario, name: str) -> str:
    taken = {one.name for one in scenario.territories}
    return next(found for number in range(2, 10_000) if (found := f"{name} {number}"[-200:]) not in taken)


def _stay(tx: "Transaction", scenario: Scenario, units: Units, rows: np.ndarray) -> np.ndarray:
    """(m,) which of the accounts are locked to whoever has them."""
    keeps = {account for account, _ in scenario.wish.fixed}
    locked = {
        one.id
        for one in tx.accounts.by_ids(units.account_ids[rows].tolist())
        if one.territory_locked or one.id in keeps
    }
    return np.array([one in locked for one in units.account_ids[rows].tolist()], dtype=bool)


def _halves(
    scenario: Scenario,
    units: Units,
    rows: np.ndarray,
    stays: np.ndarray,
    posts: tuple[Post, Post],
    seconds: float | None,
    steps: int | None,
    seed: int,
    progress: Progress,
) -> np.ndarray:
    """(m,) 0 for what stays, 1 for what goes."""
    from routing.districting.problem import DistrictingProblem, Measure
    from routing.districting.solve import solve

    row_of = np.full(units.count, -1)
    row_of[rows] = np.arange(len(rows))
    ends = row_of[units.edges]
    within = (ends >= 0).all(axis=1)
    homes = [post.rep.home if post.rep and post.rep.home else (np.nan, np.nan) for post in posts]
    problem = DistrictingProblem(
        places=units.places[rows],
        weights=np.column_stack([measured(units, name)[rows] for name in scenario.wish.balance]),
        edges=ends[within].astype(np.int32),
        edge_s=units.edge_s[within],
        k=2,
        measures=tuple(Measure(name, 1.0, TOLERANCE) for name in scenario.wish.balance),
        visits=np.maximum(units.visits[rows], 1e-6),
        locked=np.where(stays, 0, -1).astype(np.int32),
        homes=np.array(homes, dtype=np.float64) if any(post.rep and post.rep.home for post in posts) else None,
        target_share=shares_of(posts),
    )
    limit = seconds if seconds is not None or steps is not None else SECONDS
    with until_stopped(progress, lambda: say("Splitting"), limit) as stop:
        return solve(problem, seconds=limit, steps=steps, seed=seed, stop=stop).assignment


def _keeping_centre(places: np.ndarray, halves: np.ndarray, centre: LonLat) -> np.ndarray:
    """The half round the centre stays."""
    nearest = int(((places - np.asarray(centre)) ** 2).sum(axis=1).argmin())
    return halves if halves[nearest] == 0 else 1 - halves


def _centre_of(units: Units, rows: np.ndarray, rep: "Rep | None") -> tuple[LonLat, np.ndarray]:
    """The middle of some accounts, or the rep's home, and (n,) minutes from there along neighbours."""
    from routing.districting.roads import Roads, adjacency

    wanted = np.asarray(rep.home) if rep and rep.home else units.places[rows].mean(axis=0)
    nearest = int(rows[((units.places[rows] - wanted) ** 2).sum(axis=1).argmin()])
    graph = Roads(*adjacency(units.count, units.edges, units.edge_s), np.arange(units.count, dtype=np.int32))
    minutes = graph.from_units(np.array([nearest], dtype=np.int32))[0] / 60
    place = rep.home if rep and rep.home else LonLat(*units.places[nearest].tolist())
    return place, np.where(np.isfinite(minutes), minutes, np.nan)
