"""Scenarios on each database: proposed on real streets, worked on, applied, and taken back to the letter."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import numpy as np
import pytest
from shapely import MultiPolygon, box

from gcrm.accounts.audit import account_audit
from gcrm.accounts.change import ChangeKind
from gcrm.accounts.model import Account, Address
from gcrm.accounts.ownership import fill
from gcrm.accounts.undo_change import can_be_undone
from gcrm.areas.import_area import import_area
from gcrm.people.model import Rep, Shift
from gcrm.platform.errors import Conflict, InputRejected, NotReady
from gcrm.platform.settings import Settings
from gcrm.territories.model import Region, Territory
from gcrm.territories.scenarios.apply import apply_scenario, approve, take_back
from gcrm.territories.scenarios.change_by_hand import (
    ChangedMeanwhile,
    accounts_within,
    copy,
    fill_post,
    move_accounts,
    open_for_comment,
    redo_step,
    remove,
    rename,
    undo_step,
)
from gcrm.territories.scenarios.compare import compare
from gcrm.territories.scenarios.due import apply_due
from gcrm.territories.scenarios.frontier import chosen, hand_overs_for_balance, keep_point, line_json, read_moves
from gcrm.territories.scenarios.hand_over import hand_over_list
from gcrm.territories.scenarios.model import KnownPotential, ScenarioState, Wish
from gcrm.territories.scenarios.objections import comment, object_to, settle
from gcrm.territories.scenarios.propose import propose
from gcrm.territories.scenarios.scenario_json import answer_json
from gcrm.territories.scenarios.simulate import simulate
from gcrm.workspace import Workspace, open_workspace
from routing.points import LonLat
from tests.fixtures.stores import FixedClock
from tests.unit.routing.worlds import grid

WEEK = (*(Shift(time(8), time(17)) for _ in range(5)), None, None)
STEPS = 3_000
SIZE = 4
WISH = Wish(steps=STEPS)


@pytest.fixture(scope="module")
def streets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a workspace that has imported nine by nine streets."""
    home = tmp_path_factory.mktemp("streets")
    workspace = open_workspace(Settings(home=home))
    import_area(workspace, grid(size=SIZE).write(home), name="grid")
    workspace.close()
    return home


@pytest.fixture
def empty(database: str, clock: FixedClock, tmp_path: Path, streets: Path) -> Iterator[Workspace]:
    """A workspace on each database with streets, and nobody in it."""
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    (home / "areas").symlink_to(streets / "areas", target_is_directory=True)
    url = database if database.startswith("postgresql") else ""
    workspace = Workspace(Settings(home=home, database_url=url), clock)
    yield workspace
    workspace.close()


@pytest.fixture
def land(empty: Workspace) -> Workspace:
    """Two reps; Ada has three quarters of the accounts, each at a corner, and Ben the rest."""
    spots = [(east, north) for north in range(-SIZE, SIZE + 1) for east in range(-SIZE, SIZE + 1)]
    places = grid(size=SIZE).points(*spots)
    middle = float(places[:, 0].mean() + 0.4 * (places[:, 0].max() - places[:, 0].mean()))
    with empty.store.write() as tx:
        homes = [LonLat(*places[0]), LonLat(*places[-1])]
        reps = [
            tx.reps.add(Rep(key, key.title(), "", home, WEEK, "UTC"))
            for key, home in zip(["ada", "ben"], homes, strict=True)
        ]
        halves = {"West": box(9.4, 47, middle, 47.2), "East": box(middle, 47, 9.6, 47.2)}
        regions = tx.regions.replace_set(
            "halves", [Region("halves", name, MultiPolygon([it])) for name, it in halves.items()]
        )
        for rep, region in zip(reps, regions, strict=True):
            tx.territories.add(Territory(f"{rep.name}'s", rep.id, (region.id,)))
        tx.accounts.add_many(
            [
                Account(
                    f"Corner {number}", place=LonLat(*place), address=Address(postcode=f"94{spots[number][1] + 90}")
                )
                for number, place in enumerate(places.tolist())
            ]
        )
        fill(tx)
    return empty


def owners(workspace: Workspace) -> dict[int, int | None]:
    with workspace.store.read() as tx:
        return {one.id: one.territory_id for one in tx.accounts.all()}


def everything(workspace: Workspace) -> object:
    with workspace.store.read() as tx:
        accounts = [replace(one, updated_at=None) for one in tx.accounts.all()]
        regions = [(region.set_name, region.name) for name in tx.regions.sets() for region in tx.regions.of_set(name)]
        return accounts, tx.territories.all(), regions


def test_a_proposal_balances_the_work_in_one_piece_and_counts_what_moves(land: Workspace) -> None:
    before = owners(land)
    made = propose(land, wish=WISH)
    told = answer_json(made)
    work = np.array([one["work_h"] for one in told["territories"]])
    assert sum(one["accounts"] for one in told["territories"]) == len(before)
    assert np.abs(work / work.mean() - 1).max() == pytest.approx(told["deviation"], abs=1e-3)
    assert told["deviation"] < 0.03 < told["deviation_before"]
    assert [one["pieces"] for one in told["territories"]] == [1, 1]
    assert owners(land) == before
    with land.store.read() as tx:
        positions = tx.scenarios.positions(made.id)
        reps = {one.id: one.rep_id for one in tx.territories.all()}
    would = {one: made.territories[position].rep_id for one, position in positions.items()}
    assert made.moved == sum(reps[before[one] or 0] != rep for one, rep in would.items()) > 0


def test_the_same_seed_and_steps_make_the_same_territories(land: Workspace) -> None:
    one, other = propose(land, wish=WISH), propose(land, wish=WISH)
    with land.store.read() as tx:
        assert tx.scenarios.positions(one.id) == tx.scenarios.positions(other.id)


def test_few_hand_overs_are_not_exceeded(land: Workspace) -> None:
    assert propose(land, wish=replace(WISH, most_moves=5)).moved <= 5


def test_more_hand_overs_buy_more_balance(land: Workspace) -> None:
    wish = replace(WISH, steps=500)
    line = hand_overs_for_balance(land, wish=wish)
    points = line.points
    assert [one.moved for one in points] == sorted({one.moved for one in points})
    assert [one.deviation for one in points] == sorted({one.deviation for one in points}, reverse=True)
    assert points[0].moved == 0
    assert points[-1].deviation < 0.05
    with pytest.raises(InputRejected):
        hand_overs_for_balance(land, wish=Wish(start="nothing"))


def test_potential_is_balanced_where_it_is_known_and_refused_with_the_reason_where_not(land: Workspace) -> None:
    with land.store.read() as tx:
        known = KnownPotential({one.id: float(one.id % 7) for one in tx.accounts.all()}, "EUR")
    made = propose(land, wish=replace(WISH, balance=("work", "potential")), potential=known)
    assert set(made.deviations) == {"work", "potential"}
    assert made.deviation < 0.1
    assert sum(one.figures.potential or 0 for one in made.territories) == pytest.approx(sum(known.by_account.values()))
    moved = move_accounts(land, made.id, [1, 2, 3, 4, 5, 6], 1)
    assert sum(one.figures.potential or 0 for one in moved.territories) == pytest.approx(sum(known.by_account.values()))
    wish = replace(WISH, balance=("potential",))
    for nothing in (None, KnownPotential({}, reason="30 are needed.")):
        with pytest.raises(NotReady, match="not enough history"):
            propose(land, wish=wish, potential=nothing)


def test_a_point_of_hand_overs_becomes_just_that_scenario(land: Workspace) -> None:
    wish = replace(WISH, steps=500)
    line = hand_overs_for_balance(land, wish=wish)
    number = chosen(line, line.points[-1].moved - 1)
    assert 0 < number < len(line.points) - 1
    moves = read_moves(line_json(line, moves=True)["moves"][number])
    made = keep_point(land, (), None, wish, line.posts, moves, name="Few")
    point = line.points[number]
    assert (made.name, made.moved) == ("Few", point.moved)
    assert made.deviation == pytest.approx(point.deviation, abs=1e-6)
    with pytest.raises(Conflict, match="Weigh them again"):
        keep_point(land, ("ada",), None, wish, line.posts, moves)
    with pytest.raises(InputRejected):
        chosen(line, -1)


def test_applying_moves_every_account_and_taking_back_restores_all(land: Workspace) -> None:
    before = everything(land)
    made = propose(land, wish=WISH)
    done = apply_scenario(land, made.id)
    assert (done.scenario.state, done.moved) == (ScenarioState.APPLIED, made.moved)
    with land.store.read() as tx:
        positions = tx.scenarios.positions(made.id)
        reps = {one.id: one.rep_id for one in tx.territories.all()}
        accounts = tx.accounts.all()
    assert all(reps[one.territory_id or 0] == made.territories[positions[one.id]].rep_id for one in accounts)
    with land.store.write() as tx:
        assert fill(tx).changed == 0, "the next look at all accounts leaves them where they are"
    moved = next(one for one in accounts if before[0][accounts.index(one)].territory_id != one.territory_id)  # type: ignore[index]
    assert account_audit(land, moved.id)[0].kind is ChangeKind.ALIGNMENT
    with land.store.read() as tx:
        assert not can_be_undone(tx.changes.latest([ChangeKind.ALIGNMENT])[0])
    back = take_back(land, made.id)
    assert (back.moved, back.kept) == (made.moved, ())
    assert everything(land) == before


def test_a_new_account_falls_to_the_territory_that_surrounds_it(land: Workspace) -> None:
    made = propose(land, wish=WISH)
    apply_scenario(land, made.id)
    with land.store.read() as tx:
        beside = tx.accounts.all()[0]
    assert beside.place
    with land.store.write() as tx:
        new = tx.accounts.add(Account("New", place=LonLat(beside.place.lon + 1e-4, beside.place.lat)))
        fill(tx, [new.id])
        assert tx.accounts.get(new.id).territory_id == beside.territory_id


@pytest.mark.parametrize("level", ["postcodes", "halves", "cells"])
def test_whole_groups_are_given_out_and_applied(land: Workspace, level: str) -> None:
    before = everything(land)
    made = propose(land, wish=replace(WISH, level=level))
    with land.store.read() as tx:
        positions, accounts = tx.scenarios.positions(made.id), tx.accounts.all()
    if level == "postcodes":
        codes = {(one.address.postcode, positions[one.id]) for one in accounts}
        assert len(codes) == len({code for code, _ in codes})
    apply_scenario(land, made.id)
    with land.store.read() as tx:
        reps = {one.id: one.rep_id for one in tx.territories.all()}
        assert all(
            reps[one.territory_id or 0] == made.territories[positions[one.id]].rep_id for one in tx.accounts.all()
        )
    take_back(land, made.id)
    assert everything(land) == before


def test_a_number_alone_is_enough_and_a_post_is_filled_before_it_is_applied(land: Workspace) -> None:
    made = propose(land, count=3, wish=replace(WISH, start="nothing"))
    assert [one.rep for one in made.territories] == ["ada", "ben", ""]
    with pytest.raises(NotReady):
        apply_scenario(land, made.id)
    with land.store.write() as tx:
        tx.reps.add(Rep("cy", "Cy", "", None, WEEK, "UTC"))
    fill_post(land, made.id, 2, "cy")
    assert apply_scenario(land, made.id).scenario.state is ScenarioState.APPLIED


def test_territories_without_any_rep(empty: Workspace) -> None:
    with empty.store.write() as tx:
        tx.accounts.add_many([Account(str(n), place=LonLat(9.49 + n / 1_000, 47.1)) for n in range(12)])
    made = propose(empty, count=4, wish=WISH)
    assert [one.figures.accounts for one in made.territories] == [3, 3, 3, 3]
    with pytest.raises(NotReady, match="reps"):
        propose(empty, wish=WISH)


def test_who_leaves_gives_all_accounts_to_the_others(land: Workspace) -> None:
    with land.store.read() as tx:
        bens = tx.accounts.counts_by_territory()[tx.territories.of_rep(tx.reps.get("ben").id)[0].id]
    made = propose(land, wish=replace(WISH, without=("ben",)))
    assert [one.rep for one in made.territories] == ["ada"]
    # They change hands in any case, and are not what the proposal is judged by.
    assert made.moved == 0
    assert any(f"besides the accounts that change hands: {bens} of Ben" in text for text in made.remarks)
    apply_scenario(land, made.id)
    with land.store.read() as tx:
        ada = tx.territories.of_rep(tx.reps.get("ada").id)[0].id
        assert {one.territory_id for one in tx.accounts.all()} == {ada}
    take_back(land, made.id)


def test_what_somebody_moved_meanwhile_stays_when_all_is_taken_back(land: Workspace) -> None:
    made = propose(land, wish=WISH)
    apply_scenario(land, made.id)
    with land.store.write() as tx:
        before = tx.scenarios.get(made.id).before or {}
        account_id, _, became = before["accounts"][0]
        other = next(one.id for one in tx.territories.all() if one.id != became)
        tx.accounts.update(replace(tx.accounts.get(account_id), territory_id=other, territory_locked=True))
    assert [one[0] for one in take_back(land, made.id).kept] == [account_id]
    assert owners(land)[account_id] == other


def test_a_locked_account_that_was_given_away_by_hand_comes_back_locked(land: Workspace) -> None:
    with land.store.write() as tx:
        one = tx.accounts.update(replace(tx.accounts.all()[0], territory_locked=True))
    before = everything(land)
    made = propose(land, wish=WISH)
    with land.store.read() as tx:
        position = tx.scenarios.positions(made.id)[one.id]
    move_accounts(land, made.id, [one.id], 1 - position)
    apply_scenario(land, made.id)
    assert owners(land)[one.id] != one.territory_id
    assert take_back(land, made.id).kept == ()
    assert everything(land) == before


def test_changes_by_hand_are_counted_undone_and_redone(land: Workspace) -> None:
    made = propose(land, wish=WISH)
    west = accounts_within(land, made.id, box(9.4, 47, 9.482, 47.2))
    with land.store.read() as tx:
        positions = tx.scenarios.positions(made.id)
    moved = move_accounts(land, made.id, west, 1)
    came = sum(positions[one] == 0 for one in west)
    assert moved.territories[1].figures.accounts == made.territories[1].figures.accounts + came
    assert moved.deviation > made.deviation
    undone = undo_step(land, made.id)
    assert [one.figures for one in undone.territories] == [one.figures for one in made.territories]
    assert [one.figures for one in redo_step(land, made.id).territories] == [one.figures for one in moved.territories]
    with pytest.raises(Conflict):
        redo_step(land, made.id)
    with pytest.raises(InputRejected):
        move_accounts(land, made.id, west, 7)
    with pytest.raises(InputRejected):
        move_accounts(land, made.id, [10**9], 1)


def test_an_objection_shows_what_following_it_costs(land: Workspace) -> None:
    made = propose(land, wish=WISH)
    with land.store.read() as tx:
        account, position = next(iter(tx.scenarios.positions(made.id).items()))
    comment(land, made.id, "Looks fine.")
    said = object_to(land, made.id, account, 1 - position, "I have known them for years.")
    assert said.cost["deviation"] == made.deviation
    assert min(said.cost["work_h"].values()) < 0 < max(said.cost["work_h"].values())
    changed = settle(land, said.id, accept=True)
    assert changed.deviation == said.cost["deviation_after"]
    with land.store.read() as tx:
        assert [one.settled for one in tx.scenarios.remarks(made.id)] == ["", "accepted"]
    with pytest.raises(Conflict):
        settle(land, said.id, accept=False)
    with pytest.raises(InputRejected):
        object_to(land, made.id, account, 1 - position, " ")


def test_a_scenario_is_applied_on_its_day(land: Workspace) -> None:
    made = propose(land, wish=WISH)
    approve(land, made.id, date(2026, 12, 1))
    assert apply_due(land) == []
    later = Workspace(land.settings, FixedClock(datetime(2026, 12, 1, 0, 5, tzinfo=UTC)))
    assert apply_due(later) == [made.id]
    assert apply_due(later) == []
    later.close()


def test_one_that_cannot_be_applied_on_its_day_says_so(land: Workspace) -> None:
    made = propose(land, count=3, wish=WISH)
    approve(land, made.id, date(2026, 11, 1))
    assert apply_due(land) == []
    with land.store.read() as tx:
        held = tx.scenarios.get(made.id)
    assert (held.state, held.apply_on) == (ScenarioState.DRAFT, None)
    assert any("not applied" in one for one in held.remarks)


def test_two_alignments_side_by_side_and_the_list_to_hand_over(land: Workspace) -> None:
    one = propose(land, wish=WISH)
    other = propose(land, wish=replace(WISH, most_moves=4))
    today = compare(land, None, one.id)
    assert len(today.moves) == one.moved
    assert sum(rep.gains for rep in today.reps) == sum(rep.loses for rep in today.reps) == one.moved
    assert compare(land, one.id, one.id).moves == ()
    assert compare(land, one.id, other.id).deviation_other == other.deviation
    before = hand_over_list(land, one.id)
    apply_scenario(land, one.id)
    after = hand_over_list(land, one.id)
    assert sum(len(rep.gets) for rep in before.reps) == sum(len(rep.gets) for rep in after.reps) == one.moved


def test_a_quarter_is_lived_before_anybody_is_moved(land: Workspace) -> None:
    made = propose(land, wish=WISH)
    done = simulate(land, made.id, date(2026, 11, 30), weeks=2, steps=200)
    assert [one.accounts for one in done.territories] == [one.figures.accounts for one in made.territories]
    assert 0 < done.coverage <= 1
    assert all(day.stops for one in done.territories for day in one.first_weeks)
    with land.store.read() as tx:
        assert tx.scenarios.simulation(made.id)
    assert hand_over_list(land, made.id).reps[0].routes
    with land.store.read() as tx:
        position = tx.scenarios.positions(made.id)
    move_accounts(land, made.id, list(position)[:5], 1 - position[next(iter(position))])
    with land.store.read() as tx:
        assert tx.scenarios.simulation(made.id) is None, "it no longer tells of this scenario"


def test_a_decided_scenario_is_copied_not_changed(land: Workspace) -> None:
    made = propose(land, wish=WISH)
    approve(land, made.id)
    with land.store.read() as tx:
        account = next(iter(tx.scenarios.positions(made.id)))
    with pytest.raises(Conflict):
        move_accounts(land, made.id, [account], 0)
    draft = copy(land, made.id)
    assert (draft.state, draft.territories) == (ScenarioState.DRAFT, made.territories)
    apply_scenario(land, made.id)
    with pytest.raises(Conflict):
        remove(land, made.id)
    with pytest.raises(Conflict):
        apply_scenario(land, made.id)
    remove(land, draft.id)


@pytest.mark.parametrize("accounts", [0, 1, 5])
@pytest.mark.parametrize("count", [1, 3, 8])
def test_few_accounts_at_one_place_are_an_answer_with_its_reason(empty: Workspace, accounts: int, count: int) -> None:
    with empty.store.write() as tx:
        tx.accounts.add_many([Account(str(n), place=LonLat(9.5, 47.1)) for n in range(accounts)])
        tx.accounts.add(Account("Nowhere"))
    made = propose(empty, count=count, wish=WISH)
    assert sum(one.figures.accounts for one in made.territories) == accounts
    assert made.unplaced == 1
    assert any("no place" in one for one in made.remarks)


def test_wishes_that_cannot_be_are_refused_with_what_can(land: Workspace) -> None:
    for wish in (
        Wish(balance=("charm",)),
        Wish(balance=()),
        Wish(level="moons"),
        Wish(start="never"),
        Wish(most_moves=-1),
    ):
        with pytest.raises(InputRejected):
            propose(land, wish=wish)
    with pytest.raises(NotReady, match="orders"):
        propose(land, wish=Wish(balance=("revenue",)))
    with pytest.raises(InputRejected):
        propose(land, count=0)


def test_a_change_made_for_another_version_is_refused_and_nothing_is_overwritten(land: Workspace) -> None:
    made = propose(land, wish=WISH)
    with land.store.read() as tx:
        seen = tx.scenarios.version(made.id)
        before = tx.scenarios.positions(made.id)
    some, other = list(before)[:2]
    move_accounts(land, made.id, [some], 1 - before[some], version=seen)
    late = (
        lambda: move_accounts(land, made.id, [other], 1 - before[other], version=seen),
        lambda: undo_step(land, made.id, seen),
        lambda: redo_step(land, made.id, seen),
        lambda: fill_post(land, made.id, 0, "ada", seen),
        lambda: rename(land, made.id, "Late", seen),
        lambda: approve(land, made.id, version=seen),
        lambda: apply_scenario(land, made.id, version=seen),
    )
    for change in late:
        with pytest.raises(ChangedMeanwhile, match="not saved"):
            change()
    with land.store.read() as tx:
        assert tx.scenarios.positions(made.id) == before | {some: 1 - before[some]}
        now = tx.scenarios.version(made.id)
    undo_step(land, made.id, now)
    with land.store.read() as tx:
        assert tx.scenarios.version(made.id) not in {seen, now}
        assert [one.undone for one in tx.scenarios.step_titles(made.id)] == [True]


def test_a_draft_is_opened_for_comment_and_its_copy_is_not(land: Workspace) -> None:
    made = propose(land, wish=WISH)
    assert not made.open_for_comment
    open_for_comment(land, made.id, is_open=True)
    with land.store.read() as tx:
        assert tx.scenarios.get(made.id).open_for_comment
    assert not copy(land, made.id).open_for_comment
    approve(land, made.id)
    with pytest.raises(Conflict):
        open_for_comment(land, made.id, is_open=False)
