"""Every way in which an account changes says who or which file it was, and when."""

from pathlib import Path

import pytest
import shapely

from gcrm.accounts.audit import account_audit, last_set
from gcrm.accounts.change import ChangeKind
from gcrm.accounts.find_duplicates import merge_accounts
from gcrm.accounts.lock_account import lock_account, unlock_account
from gcrm.accounts.model import Account, Address, Level
from gcrm.accounts.pin_account import pin_account
from gcrm.accounts.place_account import place_accounts
from gcrm.accounts.undo_change import list_changes, undo_change
from gcrm.activities.check_in import check_in
from gcrm.imports.import_accounts import import_accounts
from gcrm.people.model import Rep
from gcrm.people.user import Role
from gcrm.people.users import add_user
from gcrm.platform.errors import Conflict
from gcrm.territories.model import Region, Territory
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.fixtures.areas import MakeWorkspace
from tests.fixtures.stores import FixedClock

BIKES = Account("Ada's <b>Bikes</b>", address=Address(line="Landstrasse 12, 9490 Vaduz"))


@pytest.fixture
def bikes(workspace: Workspace) -> Account:
    with workspace.store.write() as tx:
        return tx.accounts.add(BIKES)


@pytest.fixture
def bo(workspace: Workspace) -> int:
    return add_user(workspace, "bo", "Bo", Role.PLANNER).user.id


@pytest.fixture
def territories(workspace: Workspace) -> tuple[Territory, Territory]:
    with workspace.store.write() as tx:
        ada = tx.reps.add(Rep("ada", "Ada", "", LonLat(9.5, 47.1), (None,) * 7, "UTC"))
        halves = [("West", 9.0), ("East", 9.5)]
        boxes = [shapely.MultiPolygon([shapely.box(left, 47, left + 0.5, 48)]) for _, left in halves]
        regions = [Region("halves", name, box) for (name, _), box in zip(halves, boxes, strict=True)]
        west, east = tx.regions.replace_set("halves", regions)
        return (
            tx.territories.add(Territory("West", ada.id, (west.id,))),
            tx.territories.add(Territory("East", ada.id, (east.id,))),
        )


def fields_set(workspace: Workspace, account_id: int) -> list[tuple[str, str, str]]:
    return [(each.kind.value, each.field, each.user) for each in account_audit(workspace, account_id)]


def account_of(workspace: Workspace, account_id: int) -> Account:
    with workspace.store.read() as tx:
        return tx.accounts.get(account_id)


def test_a_visit_that_moves_the_last_visit_says_who_made_it(
    workspace: Workspace, bikes: Account, bo: int, clock: FixedClock
) -> None:
    check_in(workspace, bikes.id, user_id=bo, client_id="one")
    check_in(workspace, bikes.id, user_id=bo, client_id="one", note="sent twice")
    clock.move(hours=1)
    check_in(workspace, bikes.id, user_id=bo, client_id="two")
    (change,) = account_audit(workspace, bikes.id)
    assert (change.kind, change.field, change.before, change.after) == (
        ChangeKind.VISIT,
        "last_visit",
        None,
        "2026-11-24",
    )
    assert change.user == "bo"
    with pytest.raises(Conflict):
        undo_change(workspace, change.change_set)
    assert list_changes(workspace) == []


def test_a_lock_says_who_set_it_and_undoing_it_lets_the_account_fall_again(
    workspace: Workspace, bikes: Account, bo: int, territories: tuple[Territory, Territory]
) -> None:
    west, east = territories
    pin_account(workspace, bikes.id, LonLat(9.4, 47.1), user_id=bo)
    lock_account(workspace, bikes.id, east.id, bo)
    (lock,) = list_changes(workspace, ChangeKind.LOCK)
    said = {each.field: (each.before, each.after) for each in account_audit(workspace, bikes.id) if each.kind == "lock"}
    assert said == {"territory_id": (None, "East"), "territory_locked": (False, True)}
    undo_change(workspace, lock.id, bo)
    assert account_of(workspace, bikes.id).territory_id == west.id
    redone = list_changes(workspace, ChangeKind.UNDO)[0]
    undo_change(workspace, redone.id, bo)
    assert account_of(workspace, bikes.id).territory_id == east.id
    unlock_account(workspace, bikes.id, bo)
    assert account_of(workspace, bikes.id).territory_id == west.id
    assert fields_set(workspace, bikes.id)[0] == ("lock", "territory_id", "bo")


def test_undoing_brings_no_lock_back_to_a_territory_that_is_gone(
    workspace: Workspace, bikes: Account, territories: tuple[Territory, Territory]
) -> None:
    west, east = territories
    pin_account(workspace, bikes.id, LonLat(9.4, 47.1))
    lock_account(workspace, bikes.id, east.id)
    unlock_account(workspace, bikes.id)
    with workspace.store.write() as tx:
        tx.territories.delete(east.id)
    undo_change(workspace, list_changes(workspace, ChangeKind.LOCK)[0].id)
    after = account_of(workspace, bikes.id)
    assert (after.territory_id, after.territory_locked) == (west.id, False)
    assert {each.after for each in account_audit(workspace, bikes.id) if each.field == "territory_id"} >= {"number 2"}


def test_an_account_that_was_looked_up_again_says_so(liechtenstein: Path, workspace_with: MakeWorkspace) -> None:
    workspace = workspace_with(liechtenstein)
    with workspace.store.write() as tx:
        account = tx.accounts.add(Account("Post", address=Address(line="Äulestrasse 38, 9490 Vaduz")))
    assert place_accounts(workspace).changed == 1
    said = {each.field for each in account_audit(workspace, account.id)}
    assert said == {"place", "placement"}
    undo_change(workspace, list_changes(workspace, ChangeKind.PLACE)[0].id)
    assert account_of(workspace, account.id).placement.level is Level.NONE
    assert place_accounts(workspace).changed == 1
    assert place_accounts(workspace).changed == 0
    assert len(list_changes(workspace, ChangeKind.PLACE)) == 2


def test_each_field_names_the_file_or_person_that_gave_it_what_it_holds(
    workspace: Workspace, bo: int, tmp_path: Path, clock: FixedClock
) -> None:
    for name, text in (
        ("first.csv", "id,name,phone,note\nK1,Ada,+4232321234,old\n"),
        ("second.csv", "id,name,phone,note\nK1,Ada,+4232329999,new\n"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        done = import_accounts(workspace, tmp_path / name)
        clock.move(hours=1)
    (account_id,) = (one.id for one in list(_all(workspace)))
    first, second = dict.fromkeys(("name", "external_id", "placement"), "first.csv"), ("phone", "note")
    assert _setters(workspace, account_id) == first | dict.fromkeys(second, "second.csv")
    assert done.batch is not None
    undo_change(workspace, done.batch, bo)
    assert _setters(workspace, account_id)["phone"] == "first.csv"
    assert fields_set(workspace, account_id)[:2] == [("undo", "note", "bo"), ("undo", "phone", "bo")]


def test_an_undoing_can_be_undone_unless_it_moved_accounts(workspace: Workspace, bikes: Account) -> None:
    before = account_of(workspace, bikes.id)
    pinned = pin_account(workspace, bikes.id, LonLat(9.4, 47.1))
    undo_change(workspace, pinned.change_set)
    undo_change(workspace, list_changes(workspace)[0].id)
    assert account_of(workspace, bikes.id).place == LonLat(9.4, 47.1)
    assert [(each.title, each.undone_at is not None) for each in list_changes(workspace)] == [
        ("Done again: Pin: Ada's <b>Bikes</b>", False),
        ("Undone: Pin: Ada's <b>Bikes</b>", True),
        ("Pin: Ada's <b>Bikes</b>", False),
    ]
    undo_change(workspace, pinned.change_set)
    assert account_of(workspace, bikes.id).place == before.place
    with workspace.store.write() as tx:
        other = tx.accounts.add(BIKES)
    merged = merge_accounts(workspace, bikes.id, other.id)
    undo_change(workspace, merged.change_set)
    with pytest.raises(Conflict):
        undo_change(workspace, list_changes(workspace)[0].id)


def _all(workspace: Workspace) -> list[Account]:
    with workspace.store.read() as tx:
        return tx.accounts.all()


def _setters(workspace: Workspace, account_id: int) -> dict[str, str]:
    changes = account_audit(workspace, account_id)
    return {each.field: each.by for each in last_set(account_of(workspace, account_id), changes)}
