"""Corrections: by whoever told it and by planners, with their history, and what follows from them."""

from datetime import date

import pytest

from gcrm.activities.model import Activity, Outcome
from gcrm.workspace import Workspace
from tests.integration.web.conftest import TODAY, Browser, World

BEFORE = date(2026, 9, 1)


@pytest.fixture
def account_id(world: World) -> int:
    return world.accounts["Alpen Bakery"]


def visit_of(workspace: Workspace, account_id: int) -> Activity:
    with workspace.store.read() as tx:
        (visit,) = tx.activities.of_account(account_id, withdrawn=True)
    return visit


def last_visit(workspace: Workspace, account_id: int) -> date | None:
    with workspace.store.read() as tx:
        return tx.accounts.get(account_id).last_visit


def tell(browser: Browser, account_id: int, outcome: str, client_id: str = "phone-1") -> None:
    assert browser.post(f"/check-in/{account_id}", json={"client_id": client_id, "outcome": outcome}).status_code == 200


def test_nobody_there_begins_no_new_cycle(ada: Browser, workspace: Workspace, account_id: int) -> None:
    assert ada.post(f"/check-in/{account_id}", json={"client_id": "phone-1"}).status_code == 200
    assert last_visit(workspace, account_id) == TODAY
    tell(ada, account_id, "nobody there")
    assert last_visit(workspace, account_id) == BEFORE


def test_a_wrong_outcome_is_corrected_with_its_history_and_the_account_is_due_again(
    ada: Browser, workspace: Workspace, account_id: int
) -> None:
    tell(ada, account_id, "order")
    visit = visit_of(workspace, account_id)
    page = ada.get(f"/accounts/{account_id}").text
    assert f"/activities/{visit.id}" in page
    assert f"/activities/{visit.id}" in ada.get("/me/").text
    path = f"/activities/{visit.id}"
    assert ada.post(path, {"outcome": "nobody there", "note": "Closed shutters.", "read": "0"}).status_code == 302
    assert last_visit(workspace, account_id) == BEFORE
    shown = ada.get(path).text
    for words in ("Ada", "order → nobody there", "nothing → Closed shutters."):
        assert words in shown
    assert ada.post(path, {"outcome": "order", "note": "", "read": "1"}).status_code == 302
    assert last_visit(workspace, account_id) == TODAY


def test_a_phone_that_repeats_itself_does_not_undo_a_correction(
    ada: Browser, pia: Browser, workspace: Workspace, account_id: int
) -> None:
    tell(ada, account_id, "order")
    visit = visit_of(workspace, account_id)
    pia.post(f"/activities/{visit.id}", {"outcome": "interested", "note": "", "read": "0"})
    tell(ada, account_id, "order")
    assert visit_of(workspace, account_id).outcome is Outcome.INTERESTED
    again = {"client_id": "phone-1", "outcome": "order", "note": "Two sacks."}
    ada.post(f"/check-in/{account_id}", json=again)
    assert visit_of(workspace, account_id).note == "Two sacks.", "what nobody corrected is added"


def test_a_visit_is_withdrawn_and_holds_again(ada: Browser, workspace: Workspace, account_id: int) -> None:
    tell(ada, account_id, "order")
    visit = visit_of(workspace, account_id)
    assert ada.post(f"/activities/{visit.id}/withdraw", {"read": "0"}).status_code == 302
    assert last_visit(workspace, account_id) == BEFORE
    assert "is-done" not in ada.get("/day/").text
    assert "withdrawn" in ada.get(f"/accounts/{account_id}").text
    tell(ada, account_id, "order")
    assert visit_of(workspace, account_id).withdrawn_at is not None, "a phone that repeats itself changes nothing"
    assert ada.post(f"/activities/{visit.id}/reinstate", {"read": "1"}).status_code == 302
    assert last_visit(workspace, account_id) == TODAY
    assert "is-done" in ada.get("/day/").text


def test_closed_down_by_mistake_is_taken_back(ada: Browser, workspace: Workspace, account_id: int) -> None:
    tell(ada, account_id, "closed down")
    visit = visit_of(workspace, account_id)
    ada.post(f"/activities/{visit.id}/withdraw", {"read": "0"})
    with workspace.store.read() as tx:
        assert account_id not in tx.activities.closed_down()


def test_another_visit_of_the_day_still_counts(ada: Browser, workspace: Workspace, account_id: int) -> None:
    tell(ada, account_id, "order")
    first = visit_of(workspace, account_id)
    tell(ada, account_id, "order", "phone-2")
    ada.post(f"/activities/{first.id}/withdraw", {"read": "0"})
    assert last_visit(workspace, account_id) == TODAY


def test_two_who_correct_at_once_see_both_versions(
    ada: Browser, pia: Browser, workspace: Workspace, account_id: int
) -> None:
    tell(ada, account_id, "order")
    visit = visit_of(workspace, account_id)
    path = f"/activities/{visit.id}"
    assert pia.post(path, {"outcome": "interested", "note": "Hers.", "read": "0"}).status_code == 302
    answer = ada.post(path, {"outcome": "order", "note": "Mine.", "read": "0"})
    assert answer.status_code == 409
    assert "Mine." in answer.text
    assert "It says now: Hers." in answer.text
    assert visit_of(workspace, account_id).note == "Hers."


def test_who_may_correct(
    ada: Browser, bo: Browser, cy: Browser, pia: Browser, workspace: Workspace, account_id: int
) -> None:
    tell(pia, account_id, "order")
    path = f"/activities/{visit_of(workspace, account_id).id}"
    assert ada.get(path).status_code == 200
    assert "Withdraw it" not in ada.get(path).text
    assert ada.post(path, {"outcome": "", "read": "0"}).status_code == 403
    assert bo.post(path, {"outcome": "", "read": "0"}).status_code == 403
    assert cy.get(path).status_code == 404
    assert cy.post(f"{path}/withdraw", {"read": "0"}).status_code == 404


def test_a_note_is_corrected_and_never_emptied(ada: Browser, workspace: Workspace, account_id: int) -> None:
    ada.post(f"/accounts/{account_id}/notes", {"note": "Likes rye.", "kind": "note"})
    path = f"/activities/{visit_of(workspace, account_id).id}"
    assert ada.post(path, {"note": "Likes oats.", "read": "0"}).status_code == 302
    assert ada.post(path, {"note": " ", "read": "1"}).status_code == 400
    assert visit_of(workspace, account_id).note == "Likes oats."
    assert last_visit(workspace, account_id) == BEFORE


def test_what_a_phone_could_not_file_a_planner_files(
    ada: Browser, pia: Browser, workspace: Workspace, account_id: int
) -> None:
    entry = {
        "client_id": "lost-1",
        "what": "visit",
        "account": "9999",
        "name": "Alpen Bakery",
        "body": {"at": "2026-11-21T08:00:00Z", "outcome": "order", "note": "Two whole sacks."},
        "why": {"error": "There is no account 9999 among yours."},
        "sent_at": "2026-11-21T09:00:00Z",  # three days slow
    }
    for _ in range(2):
        assert ada.post("/check-in/handed-in", json=entry).get_json() == {"client_id": "lost-1"}
    page = pia.get("/activities/handed-in").text
    assert page.count("Two whole sacks.") == 1
    assert "Alpen Bakery" in page
    number = page.partition('action="/activities/handed-in/')[2].partition('"')[0]
    assert pia.post(f"/activities/handed-in/{number}", {"account": ""}).status_code == 400
    assert pia.post(f"/activities/handed-in/{number}", {"account": str(account_id)}).status_code == 302
    visit = visit_of(workspace, account_id)
    assert (visit.outcome, visit.at.isoformat()) == (Outcome.ORDER, "2026-11-24T08:00:00+00:00")
    assert last_visit(workspace, account_id) == TODAY
    assert pia.post(f"/activities/handed-in/{number}", {"account": str(account_id)}).status_code == 409
    assert "Nothing waits" in pia.get("/activities/handed-in").text


@pytest.mark.parametrize(
    "wrong", [{}, {"body": []}, {"client_id": "a"}, {"client_id": "a", "body": {"note": "x" * 50_000}}]
)
def test_what_is_no_entry_is_not_handed_in(ada: Browser, wrong: dict[str, object]) -> None:
    assert ada.post("/check-in/handed-in", json=wrong).status_code == 400


def test_a_planner_sets_aside_what_belongs_nowhere(ada: Browser, pia: Browser) -> None:
    ada.post("/check-in/handed-in", json={"client_id": "x", "what": "note", "name": "", "body": {"note": "?"}})
    assert pia.post("/activities/handed-in/1", {"aside": "1"}).status_code == 302
    assert "Nothing waits" in pia.get("/activities/handed-in").text
