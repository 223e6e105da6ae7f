from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from gcrm.accounts.find_duplicates import duplicate_groups, find_duplicates, merge_accounts
from gcrm.accounts.linkage.pairs import find_pairs
from gcrm.accounts.linkage.profile import profile_of
from gcrm.accounts.model import Account, Address, Level, Placement
from gcrm.accounts.undo_change import undo_change
from gcrm.activities.model import Activity, ActivityKind
from gcrm.platform.errors import InputRejected, NotFound
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.benchmarks.linkage import measure

BIKES = Account(
    "Ada's Bikes AG", address=Address(street="Landstrasse", house_number="12", postcode="9490", city="Vaduz")
)
AGAIN = Account("ADAS BIKES", address=Address(line="Landstr. 12, 9490 Vaduz"), phone="+4232321234", note="ring twice")
NEIGHBOUR = Account("Bo's Bakery", address=Address(street="Landstrasse 12", postcode="9490", city="Vaduz"))


def add(workspace: Workspace, *accounts: Account) -> list[Account]:
    with workspace.store.write() as tx:
        return tx.accounts.add_many(list(accounts))


def probability(one: Account, other: Account) -> float:
    pairs = find_pairs([profile_of(replace(one, id=1)), profile_of(replace(other, id=2))], least=0.001)
    return pairs[0].probability if pairs else 0.0


def test_one_business_written_twice_is_found_and_its_neighbour_is_not(workspace: Workspace) -> None:
    first, second, _ = add(workspace, BIKES, AGAIN, NEIGHBOUR)
    (found,) = find_duplicates(workspace)
    assert (found.a, found.b) == (first.id, second.id)
    assert found.probability > 0.9
    assert {"same address", "same name"} <= set(found.why)
    assert duplicate_groups(workspace) == [(first.id, second.id)]


def at(name: str, line: str = "", place: LonLat | None = None, email: str = "") -> Account:
    exact = Placement(Level.HOUSE) if place else Placement()
    return Account(name, address=Address(line=line), place=place, placement=exact, email=email)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (at("R-Kioski", "Main St 1, Town"), at("R-Kioski", "Main St 99, Town"), False),
        (at("Mill Café", place=LonLat(9.5, 47.1)), at("Cafe Mill", place=LonLat(9.5001, 47.1)), True),
        (at("Mill Café", place=LonLat(9.5, 47.1)), at("Mill Café", place=LonLat(9.6, 47.1)), False),
        (at("Mill Café", place=LonLat(180, -17)), at("Cafe Mill", place=LonLat(-179.9999, -17)), True),
        (at("Kohn", "10414 S. State St."), at("Kohn, Alfred", "10414 South State"), True),
        (at("Kohn", "10414 W 53rd St"), at("Kohn", "10414 W 63rd St"), False),
        (at("Kohn", "State St 10-12"), at("Kohn", "State St 10"), True),
        (at("McDonald's", "Main St 5, Town"), at("Mc Donalds", "Main St 5, Town"), True),
        (at("Bäckereimüller", "Main St 5, Town"), at("Bäckerei Müller", "Main St 5, Town"), True),
        (at("<script>", email="a@b.li"), at("&lt;script", email="a@b.li"), True),
    ],
)
def test_names_addresses_phones_and_distance_are_weighed_together(one: Account, other: Account, same: bool) -> None:
    assert (probability(one, other) >= 0.6) is same


def test_merging_keeps_history_and_the_chosen_fields_and_can_be_undone(workspace: Workspace) -> None:
    first, second = add(workspace, BIKES, AGAIN)
    with workspace.store.write() as tx:
        tx.activities.add(Activity(second.id, ActivityKind.VISIT, workspace.clock(), note="met Ada"))
    merged = merge_accounts(workspace, first.id, second.id, {"address": second.id})
    assert merged.account.name == "Ada's Bikes AG"
    assert merged.account.phone == "+4232321234"
    assert merged.account.note == "ring twice"
    assert merged.account.address == AGAIN.address
    assert merged.account.last_visit == date(2026, 11, 24)
    with workspace.store.read() as tx:
        assert [one.note for one in tx.activities.of_account(first.id)] == ["met Ada"]
        with pytest.raises(NotFound):
            tx.accounts.get(second.id)
    undone = undo_change(workspace, merged.change_set)
    assert (undone.brought_back, undone.restored, undone.kept) == (1, 1, ())
    with workspace.store.read() as tx:
        back = tx.accounts.get(second.id)
        assert (back.name, back.phone, back.address) == (AGAIN.name, AGAIN.phone, AGAIN.address)
        assert tx.accounts.get(first.id).phone == ""
        assert [one.note for one in tx.activities.of_account(second.id)] == ["met Ada"]
        assert tx.activities.of_account(first.id) == []


def test_a_merge_that_cannot_be_is_refused(workspace: Workspace) -> None:
    (only,) = add(workspace, BIKES)
    with pytest.raises(InputRejected):
        merge_accounts(workspace, only.id, only.id)
    with pytest.raises(InputRejected):
        merge_accounts(workspace, only.id, 99, {"colour": 99})
    with pytest.raises(NotFound):
        merge_accounts(workspace, only.id, 99)


def test_chicagos_sites_are_told_apart_at_the_fixed_threshold(shared: Path) -> None:
    figures = measure(shared / "data" / "crm" / "chicago_sites_true_ids.csv", "True Id")
    assert figures["rows"] == 3_337
    assert figures["pairwise"]["f1"] >= 0.97
    assert figures["clustered"]["f1"] >= 0.96


def test_another_door_of_a_house_counts_as_next_door() -> None:
    door, house, far = (at("R-Kioski", f"Main St {number}, Town") for number in ("12a", "12", "40"))
    assert probability(house, door) > probability(house, far)
    assert probability(house, door) == probability(house, at("R-Kioski", "Main St 14, Town"))
