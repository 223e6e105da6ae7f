"""Hand-overs where there is little or nothing to hand over: an answer or its reason, never a fault."""

import pytest
from shapely import MultiPolygon, box

from gcrm.accounts.model import Account
from gcrm.accounts.ownership import fill
from gcrm.people.model import Rep
from gcrm.platform.errors import Conflict, GcrmError, InputRejected
from gcrm.territories.model import Region, Territory
from gcrm.territories.scenarios.frontier import hand_overs_for_balance, keep_point
from gcrm.territories.scenarios.homes import best_homes
from gcrm.territories.scenarios.model import Wish
from gcrm.territories.scenarios.propose import propose
from gcrm.territories.scenarios.split import split_territory
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.integration.territories.test_scenarios import SIZE, empty, land, streets
from tests.unit.routing.worlds import grid

__all__ = ["empty", "land", "streets"]
WISH = Wish(steps=50)
REPS = ("ada", "ben", "cy")


def team(workspace: Workspace, accounts: int, place: LonLat) -> None:
    """Three reps, of whom Ada has all accounts, at one place."""
    with workspace.store.write() as tx:
        reps = [tx.reps.add(Rep(key, key.title(), "", place, (None,) * 7, "UTC")) for key in REPS]
        (all_,) = tx.regions.replace_set("all", [Region("all", "All", MultiPolygon([box(9, 46, 10, 48)]))])
        tx.territories.add(Territory("Ada's", reps[0].id, (all_.id,)))
        tx.accounts.add_many([Account(f"Same {number}", place=place) for number in range(accounts)])
        fill(tx)


MIDDLE = LonLat(*grid(size=SIZE).points((0, 0))[0].tolist())


def test_no_accounts_are_told_apart_from_no_reps(empty: Workspace) -> None:
    with pytest.raises(GcrmError, match="no reps"):
        hand_overs_for_balance(empty, wish=WISH)
    team(empty, 0, MIDDLE)
    with pytest.raises(InputRejected, match="counted from today"):
        hand_overs_for_balance(empty, wish=WISH)


@pytest.mark.parametrize("accounts", [1, 2, 7])
def test_few_accounts_at_one_place_and_more_reps_than_accounts(empty: Workspace, accounts: int) -> None:
    team(empty, accounts, MIDDLE)
    line = hand_overs_for_balance(empty, wish=WISH)
    assert line.points[0].moved == 0
    last = line.points[-1]
    assert last.moved <= accounts
    made = keep_point(empty, (), None, WISH, line.posts, line.moves[-1])
    assert made.moved == last.moved
    assert sum(one.figures.accounts for one in made.territories) == accounts
    found = best_homes(empty, 2, steps=20)
    assert sum(one.accounts for one in found.homes) == accounts
    if accounts == 1:
        with pytest.raises(Conflict, match="cannot be split"):
            split_territory(empty, made.id, 0, steps=10)


def test_locks_that_make_balance_impossible_leave_one_point(land: Workspace) -> None:
    with land.store.read() as tx:
        everyone = [one.id for one in tx.accounts.all()]
        ada = {one.id for one in tx.territories.all() if one.name == "Ada's"}
        hers = [one.id for one in tx.accounts.all() if one.territory_id in ada]
    fixed = tuple((one, "ada" if one in hers else "ben") for one in everyone)
    wish = Wish(steps=50, fixed=fixed)
    line = hand_overs_for_balance(land, wish=wish)
    assert [one.moved for one in line.points] == [0]
    assert line.remarks, "why nothing can move"
    made = propose(land, wish=wish)
    assert made.moved == 0
    assert made.remarks, "why it is not balanced"
    with pytest.raises(Conflict, match="locked"):
        split_territory(land, made.id, 0, steps=10)
