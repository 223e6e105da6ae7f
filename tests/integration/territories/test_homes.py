"""If we hire, where, and how many does the work take? On the nine by nine streets of `test_scenarios`."""

import pytest

from gcrm.accounts.model import Account
from gcrm.platform.errors import InputRejected
from gcrm.platform.progress import quiet
from gcrm.territories.scenarios.homes import best_homes, gathered_for_team
from gcrm.territories.scenarios.staffing import staffing_of
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.integration.territories.test_scenarios import SIZE, empty, land, owners, streets
from tests.unit.routing.worlds import grid

__all__ = ["empty", "land", "streets"]


def test_homes_for_new_reps_are_proposed_beside_those_there_are(land: Workspace) -> None:
    found = best_homes(land, 1, steps=40)
    assert [one.is_new for one in found.homes] == [False, False, True]
    assert found.minutes is not None
    assert found.minutes_before is not None
    assert found.minutes < found.minutes_before
    assert sum(one.accounts for one in found.homes) == len(owners(land))
    new = found.homes[-1].place
    best = max(found.sites, key=lambda one: one.saved or 0)
    assert best.place == new, "no possible home shortens drives more than the one proposed"
    assert found.minutes_before - found.minutes == pytest.approx(best.saved, abs=0.01)
    two = best_homes(land, 2, ("ada",), steps=40)
    assert [one.name for one in two.homes] == ["Ada", "New home 1", "New home 2"]
    shown = best_homes(land, 0, steps=40)
    assert not any(one.is_new for one in shown.homes)
    assert shown.minutes == shown.minutes_before
    with pytest.raises(InputRejected):
        best_homes(land, -1)


def test_so_many_reps_hold_the_work_and_one_fewer_does_not(land: Workspace) -> None:
    gathered, _ = gathered_for_team(land, (), quiet)
    found = staffing_of(gathered, 1.0)
    assert found.needed is not None
    load = {one.reps: one.load for one in found.sizes}
    assert load[found.needed] <= 1
    assert load.get(found.needed - 1, 2) > 1
    fewer = staffing_of(gathered, 0.5)
    assert fewer.needed is not None
    assert fewer.needed <= found.needed
    with pytest.raises(InputRejected):
        staffing_of(gathered, 0)


def test_without_accounts_no_home_is_nearer_and_nobody_is_needed(empty: Workspace) -> None:
    found = best_homes(empty, 2, steps=20)
    assert (found.homes, found.sites, found.staffing.needed) == ((), (), None)
    assert any("No account" in text for text in found.remarks)


def test_all_accounts_at_one_place_have_their_home_there(empty: Workspace) -> None:
    with empty.store.write() as tx:
        place = LonLat(*grid(size=SIZE).points((0, 0))[0].tolist())
        tx.accounts.add_many([Account(f"Same {number}", place=place) for number in range(3)])
    found = best_homes(empty, 5, steps=20)
    assert found.minutes == pytest.approx(found.homes[0].minutes or 0.0, abs=0.01)
    assert found.minutes_before is None
    assert found.homes[0].is_new
