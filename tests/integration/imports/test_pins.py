from dataclasses import replace
from pathlib import Path

import pytest

from gcrm.accounts.audit import account_audit
from gcrm.accounts.geocode_review import badly_placed
from gcrm.accounts.model import Account, Address, Kind, Level, Placement, Priority
from gcrm.accounts.pin_account import pin_account, place_by_address, unpin_account
from gcrm.accounts.place_account import place_accounts
from gcrm.accounts.undo_change import undo_change
from gcrm.imports.import_accounts import import_accounts
from gcrm.platform.errors import InputRejected, NotFound, NotReady
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.fixtures.areas import MakeWorkspace

DOOR = LonLat(9.5215, 47.1410)


def only(workspace: Workspace) -> Account:
    with workspace.store.read() as tx:
        (account,) = tx.accounts.all()
    return account


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "accounts.csv"
    file.write_text("id,name,street,postcode,city\n7,Ada,Aeulestrasse 30,9490,Vaduz\n", encoding="utf-8")
    return file


def test_a_pin_stays_when_the_file_comes_again_and_can_be_undone(workspace: Workspace, file: Path) -> None:
    import_accounts(workspace, file)
    pinned = pin_account(workspace, only(workspace).id, DOOR, label="the back door")
    assert (pinned.account.place, pinned.account.placement.source) == (DOOR, "person")
    assert import_accounts(workspace, file).unchanged == 1
    file.write_text("id,name,street,postcode,city\n7,Ada,Landstrasse 1,9490,Vaduz\n", encoding="utf-8")
    assert import_accounts(workspace, file).updated == 1
    assert only(workspace).place == DOOR
    assert undo_change(workspace, pinned.change_set).restored == 1
    assert only(workspace).place is None


def test_a_place_given_by_a_file_does_not_move_a_pin_either(workspace: Workspace, file: Path) -> None:
    import_accounts(workspace, file)
    pin_account(workspace, only(workspace).id, DOOR)
    file.write_text("id,name,lon,lat\n7,Ada,9.6,47.2\n", encoding="utf-8")
    import_accounts(workspace, file)
    assert only(workspace).place == DOOR


@pytest.mark.parametrize("at", [LonLat(200, 0), LonLat(0, float("nan"))])
def test_a_pin_outside_the_world_is_refused(workspace: Workspace, file: Path, at: LonLat) -> None:
    import_accounts(workspace, file)
    with pytest.raises(InputRejected):
        pin_account(workspace, only(workspace).id, at)
    with pytest.raises(NotFound):
        pin_account(workspace, 99, DOOR)
    with pytest.raises(NotReady):
        place_by_address(workspace, only(workspace).id, "Landstrasse 1, Vaduz")


def test_another_address_moves_the_account_and_taking_the_pin_out_puts_it_back(
    liechtenstein: Path, workspace_with: MakeWorkspace, file: Path
) -> None:
    workspace = workspace_with(liechtenstein)
    import_accounts(workspace, file)
    account = only(workspace)
    moved = place_by_address(workspace, account.id, "Landstrasse 105, 9490 Vaduz").account
    assert moved.place != account.place
    assert moved.placement.matched == "Landstrasse 105, 9490 Vaduz"
    assert place_accounts(workspace).looked_up == 0
    with pytest.raises(InputRejected, match="No such address"):
        place_by_address(workspace, account.id, "Main Street 5, 12345 Springfield")
    pin_account(workspace, account.id, DOOR)
    back = unpin_account(workspace, account.id).account
    assert (back.place, back.placement.level) == (moved.place, Level.HOUSE)


def test_the_work_list_has_the_worst_and_most_valuable_first(workspace: Workspace) -> None:
    good = Account("good", place=DOOR, placement=Placement(Level.HOUSE, 0.9))
    street = replace(good, name="street", placement=Placement(Level.STREET, 0.4, matched="Landstrasse"))
    unsure = replace(good, name="unsure", placement=Placement(Level.HOUSE, 0.5, matched="Landstrasse 1"))
    nowhere = Account("nowhere", address=Address(line="Atlantis 1"), placement=Placement(reason="No such address."))
    with workspace.store.write() as tx:
        tx.accounts.add_many(
            [
                good,
                unsure,
                replace(street, name="street C", priority=Priority.C),
                replace(street, name="street A prospect", priority=Priority.A, kind=Kind.PROSPECT),
                replace(street, name="street A", priority=Priority.A),
                replace(street, name="pinned", placement=replace(street.placement, source="person")),
                nowhere,
            ]
        )
    found = badly_placed(workspace, limit=4)
    assert found.total == 5
    assert [row.account.name for row in found.rows] == ["nowhere", "street A", "street A prospect", "street C"]
    assert found.rows[0].why == "No such address."


def test_the_audit_says_which_file_or_person_set_each_field(workspace: Workspace, file: Path) -> None:
    import_accounts(workspace, file)
    file.write_text("id,name,phone\n7,Ada Ltd,+423 232 12 34\n", encoding="utf-8")
    import_accounts(workspace, file)
    pinned = pin_account(workspace, only(workspace).id, DOOR)
    undo_change(workspace, pinned.change_set)
    found = account_audit(workspace, pinned.account.id)
    assert [(each.by, each.field, each.undone) for each in found] == [
        ("Undone: Pin: Ada Ltd", "place", False),
        ("Undone: Pin: Ada Ltd", "placement", False),
        ("Pin: Ada Ltd", "place", True),
        ("Pin: Ada Ltd", "placement", True),
        ("accounts.csv", "name", False),
        ("accounts.csv", "phone", False),
        ("accounts.csv", "", False),
    ]
    assert (found[4].before, found[4].after) == ("Ada", "Ada Ltd")


def test_the_work_list_is_read_page_by_page(workspace: Workspace) -> None:
    levels = (Level.INTERPOLATED, Level.PLACE, Level.POSTCODE, Level.STREET, Level.HOUSE)
    placed = [Account(level.value, place=DOOR, placement=Placement(level, 0.65)) for level in levels]
    unsure = Account("unsure", place=DOOR, placement=Placement(Level.INTERPOLATED, 0.5))
    with workspace.store.write() as tx:
        tx.accounts.add_many([*placed, unsure])
    first, second = badly_placed(workspace, 3), badly_placed(workspace, 3, offset=3)
    assert [row.account.name for row in first.rows] == ["place", "postcode", "street"]
    assert [row.account.name for row in second.rows] == ["unsure"]
    assert first.total == second.total == 4
    with pytest.raises(InputRejected):
        badly_placed(workspace, 0)
