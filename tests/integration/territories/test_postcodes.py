"""Territories made of postcodes, on each database: accounts follow by the postcode of their address."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from gcrm.accounts.model import Account, Address
from gcrm.platform.errors import InputRejected
from gcrm.territories.assign_postcodes import assign_postcodes
from gcrm.territories.assign_territory import assign_territory
from gcrm.territories.fill_territories import fill_territories
from gcrm.workspace import Workspace
from tests.integration.territories.conftest import territory_of

Put = Callable[..., Account]


def test_accounts_fall_by_their_postcode_placed_or_not(land: Workspace, put: Put) -> None:
    inside = put("Inside", (9, 9), address=Address(postcode="9494"))
    not_placed = put("Not placed", address=Address(postcode="FL-9485"))
    one_line = put("One line", address=Address(line="Landstrasse 12, 9490 Vaduz"))
    outside = put("Outside", (9, 9), address=Address(postcode="9000"))
    done = assign_postcodes(land, "ada", "9490-9498, 9485")
    assert (done.accounts, done.unowned, done.postcodes) == (3, 1, ("9485", "9490-9498"))
    assert [territory_of(land, one) for one in (inside, not_placed, one_line)] == ["Ada"] * 3
    assert territory_of(land, outside) is None
    assert fill_territories(land)["changed"] == 0


def test_a_region_goes_before_a_postcode_and_the_overlap_is_told(land: Workspace, put: Put) -> None:
    account = put("Both", (0.5, 0.5), address=Address(postcode="9490"))
    assign_postcodes(land, "ben", "9490")
    assert territory_of(land, account) == "Ben"
    assign_territory(land, "ada", "squares", ["Left"])
    found = fill_territories(land)
    assert territory_of(land, account) == "Ben", "it stays where it is"
    assert [one["territories"] for one in found["doubly_owned"]] == [["Ada", "Ben"]]
    assert "its postcode" in found["doubly_owned"][0]["reason"]


def test_postcodes_are_added_replaced_and_taken(land: Workspace) -> None:
    assign_postcodes(land, "ada", "9490-9498")
    assert assign_postcodes(land, "ada", "9485").postcodes == ("9485", "9490-9498")
    taken = assign_postcodes(land, "ben", "9480-9499", take=True)
    assert set(taken.taken) == {"9485", "9490-9498"}
    assert assign_postcodes(land, "ben", "9000", only=True).postcodes == ("9000",)
    assert assign_postcodes(land, "ben", "", only=True).postcodes == ()
    with pytest.raises(InputRejected, match="No postcode"):
        assign_postcodes(land, "ben", "")


def test_giving_regions_keeps_the_postcodes(land: Workspace) -> None:
    assign_postcodes(land, "ada", "9490")
    assign_territory(land, "ada", "squares", ["Left"], only=True)
    with land.store.read() as tx:
        (territory,) = tx.territories.all()
        assert (territory.postcodes, len(territory.region_ids)) == (("9490",), 1)
    with land.store.write() as tx:
        tx.territories.delete(territory.id)
        assert tx.territories.all() == []


def test_an_account_that_moves_follows_its_new_postcode(land: Workspace, put: Put) -> None:
    assign_postcodes(land, "ada", "9490")
    assign_postcodes(land, "ben", "9485")
    account = put("Mover", address=Address(street="Weg", postcode="9490"))
    fill_territories(land)
    with land.store.write() as tx:
        kept = tx.accounts.get(account.id)
        tx.accounts.update(replace(kept, address=replace(kept.address, postcode="9485")))
    fill_territories(land)
    assert territory_of(land, account) == "Ben"
