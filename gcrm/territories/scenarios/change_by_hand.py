"""Work on a scenario: give accounts to another territory, fill a post, undo and redo."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gcrm.common.language import number, say, say_n
from gcrm.platform.errors import Conflict, InputRejected
from gcrm.territories.scenarios.figures import deviations_of, figures_of
from gcrm.territories.scenarios.gather import Post, dues_of
from gcrm.territories.scenarios.model import NOBODY, Made, Scenario, ScenarioState, Step, Units
from gcrm.territories.scenarios.outlines import changed_grounds, for_map
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from gcrm.transaction import Transaction

MOST_STEPS = 1_000
"""Changes by hand that one scenario keeps."""


class ChangedMeanwhile(Conflict):
    """Somebody else has changed the scenario since the version that a change was made for."""


def move_accounts(
    workspace: Workspace,
    scenario_id: int,
    account_ids: Iterable[int],
    position: int,
    user_id: int | None = None,
    version: str | None = None,
) -> Scenario:
    """Give accounts to the territory at a position, -1 for nobody; the scenario with its new figures.

    version: what the change was made for, as `tx.scenarios.version` says it; None for whatever holds.
    Raises NotFound, Conflict for a scenario that is decided, ChangedMeanwhile for one that has another version,
    InputRejected for a position or accounts not in it.
    """
    with workspace.store.write() as tx:
        scenario = draft_of(tx, scenario_id, version)
        if position != NOBODY and not 0 <= position < len(scenario.territories):
            raise InputRejected(say("There is no such territory in this scenario."), say("Choose one of the list."))
        held = tx.scenarios.positions(scenario_id)
        wanted = {one for one in account_ids if one in held}
        moves = tuple((one, held[one], position) for one in sorted(wanted) if held[one] != position)
        if not wanted:
            raise InputRejected(say("None of these accounts are in this scenario."), say("Choose accounts on the map."))
        if not moves:
            return scenario
        to = scenario.territories[position].name if position != NOBODY else say("nobody")
        title = say_n("{n} account to {to}", "{n} accounts to {to}", len(moves), to=to)
        return keep_step(tx, workspace, scenario, title, {one: position for one, _, position in moves}, user_id, held)


def keep_step(
    tx: "Transaction",
    workspace: Workspace,
    scenario: Scenario,
    title: str,
    moves: Mapping[int, int],
    user_id: int | None = None,
    held: Mapping[int, int] | None = None,
    made: Made | None = None,
) -> Scenario:
    """Make one change by hand: accounts to their new positions. held: positions before, where they are read already.

    made: the territory that it adds, which the scenario has as its last one.
    Raises Conflict where there are too many changes.
    """
    if tx.scenarios.step_count(scenario.id) >= MOST_STEPS:
        raise Conflict(
            say("This scenario has {most_steps} changes.", most_steps=number(MOST_STEPS)),
            say("Save it as a new one, and go on there."),
        )
    held = tx.scenarios.positions(scenario.id) if held is None else held
    kept = tuple((one, held[one], to) for one, to in moves.items() if one in held)
    tx.scenarios.add_step(Step(scenario.id, title, workspace.clock(), kept, user_id=user_id, made=made))
    return _moved(tx, workspace, scenario, moves, held)


def accounts_within(workspace: Workspace, scenario_id: int, area: "BaseGeometry") -> list[int]:
    """The accounts of a scenario that lie in an area, EPSG:4326. Raises NotFound."""
    with workspace.store.read() as tx:
        units = tx.scenarios.units(scenario_id)
    inside = np.atleast_1d(shapely.intersects_xy(area, units.places[:, 0], units.places[:, 1]))
    return [int(one) for one in units.account_ids[inside]]


def undo_step(workspace: Workspace, scenario_id: int, version: str | None = None) -> Scenario:
    """Undo the last change by hand, and take away the territory that it has added.

    Raises NotFound, Conflict where there is none, ChangedMeanwhile.
    """
    with workspace.store.write() as tx:
        scenario = draft_of(tx, scenario_id, version)
        step = next((one for one in reversed(tx.scenarios.steps(scenario_id)) if not one.undone), None)
        if step is None:
            raise Conflict(say("There is nothing to undo."), say("Change something first."))
        tx.scenarios.mark_step(step.id, undone=True)
        back = _moved(tx, workspace, scenario, {one: was for one, was, _ in step.moves})
        return _without_made(tx, back, step)


def redo_step(workspace: Workspace, scenario_id: int, version: str | None = None) -> Scenario:
    """Make the change that was undone last again. Raises NotFound, Conflict where there is none, ChangedMeanwhile."""
    with workspace.store.write() as tx:
        scenario = draft_of(tx, scenario_id, version)
        step = next((one for one in tx.scenarios.steps(scenario_id) if one.undone), None)
        if step is None:
            raise Conflict(say("There is nothing to redo."), say("Undo something first."))
        tx.scenarios.mark_step(step.id, undone=False)
        again = _with_made(tx, scenario, step.made)
        return _moved(tx, workspace, again, {one: to for one, _, to in step.moves})


def fill_post(
    workspace: Workspace, scenario_id: int, position: int, rep_key: str, version: str | None = None
) -> Scenario:
    """Say which rep would have the territory at a position.

    Raises NotFound, Conflict, ChangedMeanwhile, InputRejected.
    """
    with workspace.store.write() as tx:
        scenario = draft_of(tx, scenario_id, version)
        if not 0 <= position < len(scenario.territories):
            raise InputRejected(say("There is no such territory in this scenario."), say("Choose one of the list."))
        rep = tx.reps.get(rep_key)
        if any(one.rep_id == rep.id and one.position != position for one in scenario.territories):
            raise Conflict(
                say("{rep} has a territory in this scenario already.", rep=rep.name), say("Choose somebody else.")
            )
        territories = tuple(
            replace(one, rep_id=rep.id, rep=rep.key, name=rep.name) if one.position == position else one
            for one in scenario.territories
        )
        return _moved(tx, workspace, replace(scenario, territories=territories), {})


def rename(workspace: Workspace, scenario_id: int, name: str, version: str | None = None) -> Scenario:
    """Call a scenario something else. Raises NotFound, InputRejected, ChangedMeanwhile."""
    name = " ".join(name.split())
    if not name or len(name) > 200:
        raise InputRejected(say("A scenario needs a name of 1 to 200 letters."), say("Enter one."))
    with workspace.store.write() as tx:
        scenario = tx.scenarios.get(scenario_id)
        check_version(tx, scenario, version)
        return tx.scenarios.update(replace(scenario, name=name))


def open_for_comment(workspace: Workspace, scenario_id: int, *, is_open: bool) -> Scenario:
    """Let reps see of a draft what it would change for them, or no longer. Raises NotFound, Conflict."""
    with workspace.store.write() as tx:
        return tx.scenarios.update(replace(draft_of(tx, scenario_id), open_for_comment=is_open))


def copy(workspace: Workspace, scenario_id: int, user_id: int | None = None) -> Scenario:
    """A draft that begins as this scenario is. Raises NotFound."""
    with workspace.store.write() as tx:
        scenario = tx.scenarios.get(scenario_id)
        new = replace(
            scenario,
            name=say("{scenario} (copy)", scenario=scenario.name)[:200],
            state=ScenarioState.DRAFT,
            made_at=workspace.clock(),
            made_by=user_id,
            open_for_comment=False,
            apply_on=None,
            decided_by=None,
            applied_at=None,
            before=None,
            id=0,
        )
        return tx.scenarios.add(new, tx.scenarios.units(scenario_id), tx.scenarios.positions(scenario_id))


def remove(workspace: Workspace, scenario_id: int) -> None:
    """Delete a scenario; one that is applied stays, because it can be taken back. Raises NotFound, Conflict."""
    with workspace.store.write() as tx:
        if tx.scenarios.get(scenario_id).state is ScenarioState.APPLIED:
            raise Conflict(say("This scenario is how things are."), say("Take it back first."))
        tx.scenarios.delete(scenario_id)


def positions_of(units: Units, held: Mapping[int, int]) -> np.ndarray:
    """(n,) the position of each account; -1 for one that no longer exists."""
    return np.fromiter((held.get(one, NOBODY) for one in units.account_ids.tolist()), dtype=np.int32, count=units.count)


def with_figures(scenario: Scenario, units: Units, positions: np.ndarray, posts: Sequence[Post]) -> Scenario:
    """The scenario with the figures of these positions; outlines stay as they are."""
    figures = figures_of(units, positions, posts, units.centre_min)
    deviations = deviations_of(units, positions, scenario.wish.balance, dues_held(posts, positions))
    leave = (units.now >= 0) & (positions != units.now)
    return replace(
        scenario,
        territories=tuple(replace(one, figures=figures[one.position]) for one in scenario.territories),
        deviations=deviations,
        deviation=max(deviations.values(), default=0.0),
        moved=int(leave.sum()),
        moved_revenue={
            currency: round(float(values[leave].sum()), 2)
            for currency, values in units.revenue.items()
            if values[leave].any()
        },
    )


def dues_held(posts: Sequence[Post], positions: np.ndarray) -> np.ndarray:
    """(k,) as `dues_of`; a post of nobody without accounts, as after a merge, has no due."""
    dues = dues_of(posts)
    counts = np.bincount(positions[positions >= 0], minlength=len(posts))
    gone = np.array([post.rep is None for post in posts], dtype=bool) & (counts[: len(posts)] == 0)
    left = np.where(gone, 0.0, dues)
    return left / left.sum() if left.sum() > 0 else dues


def posts_in(tx: "Transaction", scenario: Scenario) -> list[Post]:
    """The posts of a scenario, with their reps as they are now; a rep who is gone is a place to be filled."""
    reps = {rep.id: rep for rep in tx.reps.all()}
    return [Post(one.name, reps.get(one.rep_id or 0)) for one in scenario.territories]


def check_version(tx: "Transaction", scenario: Scenario, version: str | None) -> None:
    """Raise ChangedMeanwhile where a scenario has another version than somebody saw; None for one who saw none."""
    if version is not None and tx.scenarios.version(scenario.id) != version:
        raise ChangedMeanwhile(
            say(
                "Somebody has changed {scenario} since you opened it. Your change is not saved.", scenario=scenario.name
            ),
            say("Look at how it is now, and make your change again if you still want it."),
        )


def draft_of(tx: "Transaction", scenario_id: int, version: str | None = None) -> Scenario:
    """A scenario that may be changed. Raises NotFound, Conflict for one that is decided, ChangedMeanwhile."""
    scenario = tx.scenarios.get(scenario_id)
    if scenario.state is not ScenarioState.DRAFT:
        raise Conflict(
            say(
                "{scenario} is {state} and is not changed any more.",
                scenario=scenario.name,
                state=say(scenario.state.value),
            ),
            say("Copy it, and change the copy."),
        )
    check_version(tx, scenario, version)
    return scenario


def _without_made(tx: "Transaction", scenario: Scenario, step: Step) -> Scenario:
    """The scenario without the territory that a step has added; the step knows it as it was last, with its rep."""
    if step.made is None or not scenario.territories:
        return scenario
    last = scenario.territories[-1]
    if last.position != step.made.territory.position or last.figures.accounts:
        return scenario
    tx.scenarios.keep_made(step.id, replace(step.made, territory=last))
    units = tx.scenarios.units(scenario.id)
    if units.centre_min is not None and len(units.centre_min) > last.position:
        tx.scenarios.replace_units(scenario.id, replace(units, centre_min=units.centre_min[: last.position]))
    return tx.scenarios.update(replace(scenario, territories=scenario.territories[:-1]))


def _with_made(tx: "Transaction", scenario: Scenario, made: Made | None) -> Scenario:
    """The scenario with a territory again that was taken away; whose rep has got another one since is nobody's."""
    if made is None or made.territory.position != len(scenario.territories):
        return scenario
    one = made.territory
    if one.rep_id is not None and any(each.rep_id == one.rep_id for each in scenario.territories):
        one = replace(one, rep_id=None, rep="")
    units = tx.scenarios.units(scenario.id)
    if made.centre_min is not None and units.centre_min is not None and len(units.centre_min) == one.position:
        row = np.array([np.nan if each is None else each for each in made.centre_min], dtype=np.float32)
        tx.scenarios.replace_units(scenario.id, replace(units, centre_min=np.vstack([units.centre_min, row])))
    return replace(scenario, territories=(*scenario.territories, one))


def _moved(
    tx: "Transaction",
    workspace: Workspace,
    scenario: Scenario,
    moves: Mapping[int, int],
    held: Mapping[int, int] | None = None,
) -> Scenario:
    """The scenario with accounts at other positions, kept. held: positions before, where they are read already."""
    before = tx.scenarios.positions(scenario.id) if held is None else held
    tx.scenarios.move(scenario.id, moves)
    tx.scenarios.keep_simulation(scenario.id, None)
    units = tx.scenarios.units(scenario.id)
    was = positions_of(units, before)
    positions = positions_of(units, {**before, **{one: to for one, to in moves.items() if one in before}})
    changed = with_figures(scenario, units, positions, posts_in(tx, scenario))
    if moves:
        boundary = workspace.areas.current().boundary
        ground = changed_grounds(units, was, positions, len(scenario.territories), boundary)
        changed = replace(
            changed,
            territories=tuple(
                replace(one, outline=for_map(ground[one.position])) if one.position in ground else one
                for one in changed.territories
            ),
            # What the search found out no longer holds.
            bound=None,
            gap=None,
        )
    return tx.scenarios.update(changed)
