"""Accounts changed and added by hand: who may, what is refused, who has set it, and taking it back."""

import re
from dataclasses import replace

import pytest

from gcrm.accounts.model import Account, Address
from gcrm.accounts.undo_change import list_changes
from gcrm.workspace import Workspace
from tests.integration.web.conftest import HOSTILE, Browser, World


def account(workspace: Workspace, number: int) -> Account:
    with workspace.store.read() as tx:
        return tx.accounts.get(number)


def seen_of(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]+)"', page)
    assert found
    return found.group(1)


def test_a_planner_changes_every_field_and_the_account_says_who_it_was(
    pia: Browser, bo: Browser, workspace: Workspace, world: World
) -> None:
    number = world.accounts["Alpen Bakery"]
    seen = seen_of(pia.get(f"/accounts/{number}/edit").text)
    typed = {"name": "Alpen Bakery II", "phone": "+423 232 99 99", "priority": "A", "note": HOSTILE, "seen": seen}
    answer = pia.post(f"/accounts/{number}/edit", typed, follow_redirects=True)
    assert "Saved." in answer.text
    after = account(workspace, number)
    assert (after.name, after.phone, after.priority.value, after.contact) == (
        "Alpen Bakery II",
        "+4232329999",
        "A",
        "Mr. Alp",
    )
    audit = bo.get(f"/changes/accounts/{number}").text
    assert "Phone: +423 232 00 01 → +4232329999" in audit
    assert audit.count("pia") >= 4
    assert HOSTILE not in audit
    assert "Undo" not in audit


def test_a_rep_changes_what_is_learned_at_the_door_and_nothing_else(
    ada: Browser, cy: Browser, workspace: Workspace, world: World
) -> None:
    number = world.accounts["Alpen Bakery"]
    page = ada.get(f"/accounts/{number}/edit").text
    assert 'name="phone"' in page
    assert 'name="priority"' not in page
    ada.post(f"/accounts/{number}/edit", {"contact": "Mrs. Alp", "priority": "A", "external_id": "stolen"})
    after = account(workspace, number)
    assert (after.contact, after.priority.value, after.external_id) == ("Mrs. Alp", "B", "")
    assert cy.post(f"/accounts/{number}/edit", {"contact": "Cy"}).status_code == 404
    (made,) = list_changes(workspace)
    assert cy.post(f"/changes/{made.id}/undo").status_code == 404
    assert "Undo" in ada.get(f"/changes/accounts/{number}").text
    assert "Undone" in ada.post(f"/changes/{made.id}/undo", follow_redirects=True).text
    assert account(workspace, number).contact == "Mr. Alp"


def test_a_rep_undoes_no_edit_of_a_planner(ada: Browser, pia: Browser, workspace: Workspace, world: World) -> None:
    number = world.accounts["Alpen Bakery"]
    pia.post(f"/accounts/{number}/edit", {"contact": "Pia's"})
    (made,) = list_changes(workspace)
    assert ada.post(f"/changes/{made.id}/undo").status_code == 404
    assert account(workspace, number).contact == "Pia's"


@pytest.mark.parametrize(
    ("field", "typed", "remedy"),
    [
        ("name", "  ", "Enter the account&#39;s name."),
        ("name", "!!!", "Enter the account&#39;s name."),
        ("phone", "ring twice", "Type it with its country"),
        ("email", "a@b", "Type one, as info@example.com."),
        ("website", "javascript:alert(1)", "Type it as https://www.example.com."),
        ("opening_hours", "when the sun shines", "Type them as Mo-Fr"),
        ("visit_every_days", "0", "Type a whole number from 1 to 3,650."),
        ("visit_minutes", "1e3", "Type a whole number from 1 to 1,440."),
        ("last_visit", "2999-01-01", "Type it as 2026-11-24."),
        ("kind", "dog", "It is one of customer, prospect."),
        ("note", "x" * 10_001, "Keep it under 10,000."),
        ("city", "x" * 201, "Keep it under 200."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_typed_is_lost(
    pia: Browser, workspace: Workspace, world: World, field: str, typed: str, remedy: str
) -> None:
    number = world.accounts["Alpen Bakery"]
    before = account(workspace, number)
    with workspace.store.write() as tx:
        before = tx.accounts.update(replace(before, address=Address(street="Alp", city="Vaduz")))
    answer = pia.post(f"/accounts/{number}/edit", {field: typed, "contact": "Kept <b>typed</b>"})
    assert answer.status_code == 400
    assert remedy in answer.text
    assert "Kept &lt;b&gt;typed&lt;/b&gt;" in answer.text
    assert account(workspace, number) == before
    assert list_changes(workspace) == []


def test_whoever_saves_second_is_told_and_may_save_again(
    pia: Browser, ada: Browser, workspace: Workspace, world: World
) -> None:
    number = world.accounts["Alpen Bakery"]
    seen = seen_of(pia.get(f"/accounts/{number}/edit").text)
    ada.post(f"/accounts/{number}/edit", {"contact": "Ada's"})
    answer = pia.post(f"/accounts/{number}/edit", {"contact": "Pia's", "seen": seen})
    assert answer.status_code == 409
    assert "It is Ada&#39;s now." in answer.text
    assert 'value="Pia&#39;s"' in answer.text
    pia.post(f"/accounts/{number}/edit", {"contact": "Pia's", "seen": seen_of(answer.text)})
    assert account(workspace, number).contact == "Pia's"


def test_an_account_is_added_by_hand_and_taken_back(pia: Browser, workspace: Workspace) -> None:
    answer = pia.post("/accounts/new", {"name": "", "city": "Vaduz"})
    assert answer.status_code == 400
    assert "Enter a name." in answer.text
    assert 'value="Vaduz"' in answer.text
    answer = pia.post("/accounts/new", {"name": "New Shop", "city": "Vaduz", "external_id": "N1", "kind": "prospect"})
    number = int(answer.headers["Location"].rsplit("/", 1)[1])
    assert account(workspace, number).kind.value == "prospect"
    again = pia.post("/accounts/new", {"name": "Other", "external_id": "N1"})
    assert "Number N1 is that of New Shop." in again.text
    (made,) = list_changes(workspace)
    pia.post(f"/changes/{made.id}/undo", {"back": "/accounts/"})
    assert pia.get(f"/accounts/{number}").status_code == 404


def test_a_planner_gives_postcodes_to_a_rep_without_a_map(pia: Browser, workspace: Workspace, world: World) -> None:
    assert "Assign postcodes" in pia.get("/territories/").text
    wrong = pia.post("/territories/postcodes", {"rep": "north", "postcodes": "somewhere"})
    assert wrong.status_code == 400
    answer = pia.post("/territories/postcodes", {"rep": "north", "postcodes": "9490-9498, 9485"}, follow_redirects=True)
    assert "9485, 9490-9498" in answer.text
    with workspace.store.read() as tx:
        assert tx.territories.get(world.territories["North"]).postcodes == ("9485", "9490-9498")
