"""A territory of a scenario split into two and two made one, on the nine by nine streets of `test_scenarios`."""

import pytest

from gcrm.people.model import Rep
from gcrm.platform.errors import Conflict, InputRejected
from gcrm.territories.scenarios.change_by_hand import ChangedMeanwhile, fill_post, move_accounts, redo_step, undo_step
from gcrm.territories.scenarios.model import Wish
from gcrm.territories.scenarios.propose import propose
from gcrm.territories.scenarios.split import merge_territories, split_territory
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.integration.territories.test_scenarios import empty, land, streets

__all__ = ["empty", "land", "streets"]
STAYS = Wish(steps=200, most_moves=0)


def test_a_territory_is_split_into_two_even_ones_in_one_piece_and_undone(land: Workspace) -> None:
    made = propose(land, wish=STAYS)
    ada = made.territories[0].figures
    split = split_territory(land, made.id, 0, steps=4_000)
    one, new = split.territories[0], split.territories[-1]
    assert (len(split.territories), new.rep_id, new.name) == (3, None, "Ada 2")
    assert one.figures.accounts + new.figures.accounts == ada.accounts
    assert abs(one.figures.work_h - new.figures.work_h) < 0.06 * ada.work_h
    assert (one.figures.pieces, new.figures.pieces) == (1, 1)
    assert new.figures.minutes_to_centre is not None
    assert new.outline is not None
    back = undo_step(land, made.id)
    assert back.territories[0].figures.accounts == ada.accounts
    assert back.deviation == pytest.approx(made.deviation)
    assert [one.name for one in back.territories] == [one.name for one in made.territories], "the new post is gone"
    with land.store.read() as tx:
        assert tx.scenarios.get(made.id).territories == back.territories
        rows = tx.scenarios.units(made.id).centre_min
    assert rows is not None
    assert len(rows) == 2
    again = redo_step(land, made.id)
    assert [(one.name, one.figures) for one in again.territories] == [
        (one.name, one.figures) for one in split.territories
    ], "and comes back as it was"


def test_splits_are_undone_one_after_the_other(land: Workspace) -> None:
    made = propose(land, wish=STAYS)
    split_territory(land, made.id, 0, steps=4_000)
    twice = split_territory(land, made.id, 1, steps=4_000)
    with land.store.read() as tx:
        held = tx.scenarios.positions(made.id)
    move_accounts(land, made.id, [one for one, at in held.items() if at == 0][:1], 3)
    counts = [len(undo_step(land, made.id).territories) for _ in range(3)]
    assert counts == [4, 3, 2]
    with pytest.raises(Conflict, match="nothing to undo"):
        undo_step(land, made.id)
    for _ in range(2):
        back = redo_step(land, made.id)
    assert [one.figures for one in back.territories] == [one.figures for one in twice.territories]


def test_who_was_named_for_a_post_comes_back_with_it_unless_placed_elsewhere(land: Workspace) -> None:
    with land.store.write() as tx:
        tx.reps.add(Rep("cy", "Cy", "", LonLat(9.5, 47.1), (None,) * 7, "UTC"))
    made = propose(land, ("ada", "ben"), wish=STAYS)
    split_territory(land, made.id, 0, steps=4_000)
    fill_post(land, made.id, 2, "cy")
    assert [one.rep for one in undo_step(land, made.id).territories] == ["ada", "ben"]
    assert [one.rep for one in redo_step(land, made.id).territories] == ["ada", "ben", "cy"]
    undo_step(land, made.id)
    fill_post(land, made.id, 1, "cy")
    assert [one.rep for one in redo_step(land, made.id).territories] == ["ada", "cy", ""]


def test_a_half_goes_to_a_new_rep_and_locked_accounts_stay(land: Workspace) -> None:
    with land.store.write() as tx:
        tx.reps.add(Rep("cy", "Cy", "", LonLat(9.5, 47.1), (None,) * 7, "UTC"))
    made = propose(land, ("ada", "ben"), wish=Wish(steps=200, most_moves=0, fixed=((1, "ada"), (2, "ada"))))
    split = split_territory(land, made.id, 0, "cy", steps=4_000)
    assert split.territories[-1].rep == "cy"
    with land.store.read() as tx:
        held = tx.scenarios.positions(made.id)
    assert (held[1], held[2]) == (0, 0)
    with pytest.raises(Conflict, match="has a territory"):
        split_territory(land, made.id, 1, "cy", steps=10)


def test_two_territories_become_one(land: Workspace) -> None:
    made = propose(land, wish=STAYS)
    whole = sum(one.figures.accounts for one in made.territories)
    merged = merge_territories(land, made.id, 0, 1)
    assert [one.figures.accounts for one in merged.territories] == [0, whole]
    assert merged.territories[0].outline is None
    with pytest.raises(Conflict, match="no accounts"):
        merge_territories(land, made.id, 0, 1)
    with pytest.raises(InputRejected):
        merge_territories(land, made.id, 1, 1)
    with pytest.raises(Conflict, match="cannot be split"):
        split_territory(land, made.id, 0, steps=10)
    with pytest.raises(InputRejected):
        split_territory(land, made.id, 9, steps=10)
    with pytest.raises(ChangedMeanwhile):
        split_territory(land, made.id, 1, steps=10, version="old")
