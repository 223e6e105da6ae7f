"""Accounts fall to territories, on each database."""

from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gcrm.accounts.lock_account import lock_account, unlock_account
from gcrm.accounts.model import Account, Placement
from gcrm.accounts.ownership import fill
from gcrm.accounts.region_lookup import touching
from gcrm.platform.errors import NotFound
from gcrm.territories.assign_territory import assign_territory
from gcrm.territories.fill_territories import fill_territories
from gcrm.territories.import_regions import import_regions
from gcrm.territories.release_regions import release_regions
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.integration.territories.conftest import put_regions, territory_of
from tests.unit.gcrm.territories.worlds import square

Put = Callable[..., Account]


@pytest.fixture
def owned(land: Workspace) -> Workspace:
    assign_territory(land, "ada", "squares", ["Left"])
    assign_territory(land, "ben", "squares", ["Right"])
    return land


def test_accounts_fall_to_the_territory_that_they_lie_in(owned: Workspace, put: Put) -> None:
    left, right = put("L", (0.5, 0.5)), put("R", (1.5, 0.5))
    filled = fill_territories(owned)
    assert (territory_of(owned, left), territory_of(owned, right)) == ("Ada", "Ben")
    assert (filled["assigned"], filled["changed"], filled["locked"]) == (2, 2, 0)
    assert filled["by_territory"] == {"Ada": 1, "Ben": 1}
    assert filled["unowned"] == filled["doubly_owned"] == []
    assert fill_territories(owned)["changed"] == 0


def test_an_account_that_falls_nowhere_is_listed_with_the_reason(owned: Workspace, put: Put) -> None:
    lost = put("Lost", placement=Placement(reason="The street is not known."))
    outside, nobodys = put("Outside", (9, 9)), put("Nobody's", (5.5, 5.5))
    reasons = {one["account"]: one["reason"] for one in fill_territories(owned)["unowned"]}
    assert reasons == {
        lost.id: "It has no place on the map. The street is not known.",
        outside.id: "It lies in no region of a territory.",
        nobodys.id: "It lies in Far, which nobody looks after.",
    }


def test_without_territories_every_account_is_told(land: Workspace, put: Put) -> None:
    put("L", (0.5, 0.5))
    filled = fill_territories(land)
    assert [one["reason"] for one in filled["unowned"]] == ["There are no territories yet."]


def test_an_account_on_a_border_falls_to_one_and_always_to_the_same(owned: Workspace, put: Put) -> None:
    border = put("On the border", (1, 0.5))
    for _ in range(2):
        filled = fill_territories(owned)
        assert territory_of(owned, border) == "Ada"
        assert filled["doubly_owned"] == []


def test_an_account_where_territories_overlap_is_listed_and_goes_to_the_smaller_region(
    owned: Workspace, put: Put
) -> None:
    put_regions(owned, {"Quarter": square(0.25, 0.25, 0.5)}, "quarters")
    assign_territory(owned, "ben", "quarters", ["Quarter"])
    both = put("Both", (0.5, 0.5))
    (one,) = fill_territories(owned)["doubly_owned"]
    assert one["account"] == both.id
    assert one["territories"] == ["Ben", "Ada"]
    assert one["counted_for"] == "Ben"
    assert "Quarter" in one["reason"]
    assert "Left" in one["reason"]
    assert territory_of(owned, both) == "Ben"


def test_an_account_that_is_doubly_owned_stays_with_the_territory_that_it_has(owned: Workspace, put: Put) -> None:
    both = put("Both", (0.5, 0.5))
    fill_territories(owned)
    put_regions(owned, {"Quarter": square(0.25, 0.25, 0.5)}, "quarters")
    done = assign_territory(owned, "ben", "quarters", ["Quarter"])
    assert done.doubly_owned == 1
    assert territory_of(owned, both) == "Ada"


def test_a_region_of_two_territories_makes_its_accounts_doubly_owned(owned: Workspace, put: Put) -> None:
    both = put("Both", (0.5, 0.5))
    done = assign_territory(owned, "ben", "squares", ["Left"])
    assert [(one.region, one.territories) for one in done.also_owned] == [("Left", ("Ada",))]
    (one,) = fill_territories(owned)["doubly_owned"]
    assert one["reason"] == "Left belongs to Ada and Ben; counted for Ada."
    assert territory_of(owned, both) == "Ada"


def test_a_locked_account_stays_wherever_it_lies(owned: Workspace, put: Put) -> None:
    left = put("L", (0.5, 0.5))
    with owned.store.read() as tx:
        ben = tx.territories.by_name("Ben")
    assert lock_account(owned, left.id, ben.id).territory_locked
    assert fill_territories(owned)["locked"] == 1
    assert territory_of(owned, left) == "Ben"
    unlocked = unlock_account(owned, left.id)
    assert not unlocked.territory_locked
    assert territory_of(owned, left) == "Ada"


def test_locking_what_is_not_there_is_refused(owned: Workspace, put: Put) -> None:
    account = put("L", (0.5, 0.5))
    with pytest.raises(NotFound):
        lock_account(owned, account.id, 99)
    with pytest.raises(NotFound):
        lock_account(owned, 99, 1)
    with pytest.raises(NotFound):
        unlock_account(owned, 99)


def test_only_the_accounts_asked_for_move(owned: Workspace, put: Put) -> None:
    one, other = put("One", (0.5, 0.5)), put("Other", (0.6, 0.6))
    with owned.store.write() as tx:
        filled = fill(tx, [one.id])
    assert filled.assigned == 1
    assert territory_of(owned, one) == "Ada"
    assert territory_of(owned, other) is None


def test_an_account_that_moves_out_of_its_territory_leaves_it(owned: Workspace, put: Put) -> None:
    from dataclasses import replace

    account = put("L", (0.5, 0.5))
    fill_territories(owned)
    with owned.store.write() as tx:
        tx.accounts.update(replace(tx.accounts.get(account.id), place=LonLat(9, 9)))
        fill(tx, [account.id])
    assert territory_of(owned, account) is None


def test_accounts_across_the_antimeridian_fall_to_one_territory(land: Workspace, put: Put) -> None:
    from shapely import box, union_all

    from gcrm.territories.polygons import polygons_of

    put_regions(land, {"Fiji": polygons_of(union_all([box(177, -19, 180, -16), box(-180, -19, -178, -16)]))}, "seas")
    assign_territory(land, "ada", "seas", ["Fiji"])
    accounts = [put(str(lon), (lon, -17)) for lon in (179.0, -179.0, 180.0, -180.0, 0.0)]
    fill_territories(land)
    assert [territory_of(land, account) for account in accounts] == ["Ada"] * 4 + [None]


def test_many_accounts_are_filled_and_agree_with_the_database(owned: Workspace) -> None:
    random = np.random.default_rng(3)
    places = random.uniform(-0.5, 2.5, (2_000, 2))
    with owned.store.write() as tx:
        tx.accounts.add_many([Account(str(number), place=LonLat(*place)) for number, place in enumerate(places)])
    fill_territories(owned)
    with owned.store.read() as tx:
        for name, area in (("Ada", square(0, 0)), ("Ben", square(1, 0))):
            inside = {account.id for account in tx.accounts.within(area)}
            assert {account.id for account in tx.accounts.of_territory(tx.territories.by_name(name).id)} == inside


def test_places_are_found_before_the_writers_turn_and_only_what_changed_meanwhile_within_it(
    owned: Workspace, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gcrm.accounts import ground

    left = put("L", (0.5, 0.5))
    asked: list[int] = []

    def counted(points: Any, shapes: Any) -> Any:
        asked.append(len(points))
        return touching(points, shapes)

    monkeypatch.setattr(ground, "touching", counted)
    with owned.store.read() as tx:
        foreseen = ground.foresee(tx)
    assert asked == [1]
    late = put("Late", (1.5, 0.5))
    with owned.store.write() as tx:
        assert fill(tx, foreseen=foreseen).assigned == 2
    assert asked == [1, 1]
    assert (territory_of(owned, left), territory_of(owned, late)) == ("Ada", "Ben")
    # Another shape of the set: what was found of the old one does not count.
    put_regions(owned, {"Left": square(1, 0), "Right": square(0, 0), "Far": square(5, 5)})
    with owned.store.write() as tx:
        fill(tx, foreseen=foreseen)
    assert (territory_of(owned, left), territory_of(owned, late)) == ("Ben", "Ada")


@pytest.mark.parametrize("action", ["fill", "assign", "release", "import"])
def test_no_geometry_is_computed_in_the_writers_turn(
    owned: Workspace, put: Put, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, action: str
) -> None:
    from gcrm.accounts import ground

    put("L", (0.5, 0.5))
    put("R", (1.5, 0.5))
    writing: list[bool] = []
    write = owned.store.write

    @contextmanager
    def turn() -> Any:
        with write() as tx:
            writing.append(True)
            yield tx
            writing.pop()

    def outside_only(points: Any, shapes: Any) -> Any:
        assert not writing, "places are looked for while nobody else can write"
        return touching(points, shapes)

    monkeypatch.setattr(ground, "touching", outside_only)
    monkeypatch.setattr(owned.store, "write", turn)
    with owned.store.read() as tx:
        far = next(one for one in tx.regions.of_set("squares") if one.name == "Far")
        held = tx.regions.frame("squares")
    if action == "fill":
        fill_territories(owned)
    elif action == "assign":
        assign_territory(owned, "ada", "squares", ["Far"])
    elif action == "release":
        release_regions(owned, [far.id])
    else:
        moved = held.iloc[::-1].assign(geometry=held.geometry.iloc[::-1].translate(0.1))
        moved[["name", "geometry"]].to_file(tmp_path / "squares.geojson")
        import_regions(owned, tmp_path / "squares.geojson", "name", "squares")
