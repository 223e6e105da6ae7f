"""The pages of cases: opened from an account, worked on, found, judged by the customer; each persona sees its own."""

import re

from gcrm.workspace import Workspace
from tests.integration.web.conftest import HOSTILE, Browser, World


def opened(browser: Browser, account: int, title: str = "Fridge is warm", **more: str) -> str:
    """The address of a case that was opened just now."""
    sent = browser.post(f"/cases/new?account={account}", {"title": title, **more})
    assert sent.status_code == 302, sent.text
    return str(sent.headers["Location"])


def listed(browser: Browser, query: str = "") -> list[str]:
    return re.findall(r'<a class="name" href="/cases/\d+">([^<]*)</a>', browser.get(f"/cases/?{query}").text)


def test_a_rep_opens_a_case_on_the_account_and_works_on_it(ada: Browser, world: World) -> None:
    account = world.accounts["Alpen Bakery"]
    assert f"/cases/new?account={account}" in ada.get(f"/accounts/{account}").text
    assert "What is wrong, in a few words" in ada.get(f"/cases/new?account={account}").text
    case = opened(ada, account, text="Since Monday", priority="urgent", category="Devices", channel="visit")
    page = ada.get(f"/accounts/{account}").text
    assert page.count("C-1 Fridge is warm") == 2
    ada.post(f"{case}/entries", {"kind": "answer", "text": "We come tomorrow", "wait": "1"})
    ada.post(f"{case}/entries", {"kind": "note", "text": "Is angry"})
    assert "Waiting for the customer" in ada.get(case).text
    ada.post(f"{case}/change", {"title": "Freezer is warm", "priority": "high", "owner": ""})
    ada.post(f"{case}/state", {"state": "solved", "text": "New fuse"})
    shown = ada.get(case).text
    for text in ("Since Monday", "We come tomorrow", "Is angry", "New fuse", "Fridge is warm → Freezer is warm"):
        assert text in shown
    assert listed(ada) == []
    assert listed(ada, "state=solved") == listed(ada, "state=all&text=freezer") == ["C-1 Freezer is warm"]
    assert 'href="/cases/1"' in ada.get("/search/?q=freezer").text
    ada.post(f"{case}/state", {"state": "open"})
    assert listed(ada) == ["C-1 Freezer is warm"]


def test_the_list_is_chosen_by_its_address(pia: Browser, world: World) -> None:
    account = world.accounts["Alpen Bakery"]
    opened(pia, account, "One", priority="urgent", category="Devices")
    opened(pia, account, "Two", category="Invoices")
    assert listed(pia, "priority=urgent") == listed(pia, "category=Devices") == ["C-1 One"]
    assert set(listed(pia, "owner=nobody")) == {"C-1 One", "C-2 Two"}
    assert listed(pia, "owner=mine") == listed(pia, "state=overdue") == listed(pia, "page=9") == []
    for wrong in ("state=late", "priority=x", "owner=x", "page=x"):
        assert pia.get(f"/cases/?{wrong}").status_code == 400


def test_a_stranger_finds_nothing_and_a_manager_only_reads(
    ada: Browser, bo: Browser, cy: Browser, world: World
) -> None:
    case = opened(ada, world.accounts["Alpen Bakery"])
    assert listed(cy) == []
    theirs, unknown = cy.get(case), cy.get("/cases/999")
    assert (theirs.status_code, unknown.status_code) == (404, 404)
    for action in ("entries", "change", "state", "merge", "visit", "survey"):
        sent = {"text": "x", "state": "closed", "into": "1", "last": "2026-12-01"}
        assert cy.post(f"{case}/{action}", sent).status_code == 404, action
        assert bo.post(f"{case}/{action}", sent).status_code == 403, action
    page = bo.get(case).text
    assert "Fridge is warm" in page
    assert f"{case}/state" not in page


def test_two_cases_are_merged_and_parted_on_the_page(pia: Browser, world: World) -> None:
    account = world.accounts["Alpen Bakery"]
    first, second = opened(pia, account, "First"), opened(pia, account, "Second")
    assert pia.post(f"{second}/merge", {"into": "C-1"}).headers["Location"] == first
    assert listed(pia) == ["C-1 First"]
    assert "C-2 Second" in pia.get(first).text
    page = pia.get(second).text
    assert "Undo the merge" in page
    assert f"{second}/state" not in page
    pia.post(f"{second}/merge", {"undo": "1"})
    assert set(listed(pia)) == {"C-1 First", "C-2 Second"}


def test_a_visit_is_promised_and_taken_back(ada: Browser, world: World, workspace: Workspace) -> None:
    account = world.accounts["Alpen Bakery"]
    case = opened(ada, account)
    ada.post(f"{case}/visit", {"last": "2026-11-27"})
    shown = ada.get(case).text
    assert "Promised by" in shown
    assert "Planned for" in shown
    assert "North team" in shown
    assert "C-1 Fridge is warm" in ada.get(f"/promises/{account}").text
    with workspace.store.read() as tx:
        (promised,) = tx.appointments.of_account(account)
    assert f"{promised.last}" == "2026-11-27"
    ada.post(f"{case}/visit", {"remove": "1"})
    assert "Promise a visit" in ada.get(case).text
    assert ada.post(f"{case}/visit", {"last": "tomorrow"}).status_code == 400


def test_a_customer_answers_one_question_once(pia: Browser, nobody: Browser, world: World) -> None:
    case = opened(pia, world.accounts["Alpen Bakery"], HOSTILE)
    pia.post(f"{case}/state", {"state": "closed"})
    made = pia.post(f"{case}/survey").text
    path = re.search(r'value="https?://[^/]+(/survey/[^"]+)"', made)
    assert path
    page = nobody.get(path[1])
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert HOSTILE not in page.text
    assert "Alpen" not in page.text
    token = re.search(r'name="csrf-token" content="([^"]+)"', page.text)
    assert token
    nobody.token = token[1]
    assert "Choose 1 to 5" in nobody.post(path[1], {"score": "9"}, follow_redirects=True).text
    assert "Thank you" in nobody.post(path[1], {"score": "2", "remark": HOSTILE}, follow_redirects=True).text
    assert "answered already" in nobody.post(path[1], {"score": "5"}, follow_redirects=True).text
    shown = pia.get(case).text
    assert "2 of 5" in shown
    assert HOSTILE not in shown
    assert nobody.get("/survey/none").status_code == 404


def test_a_form_that_cannot_be_keeps_what_was_typed(ada: Browser, world: World) -> None:
    account = world.accounts["Alpen Bakery"]
    sent = ada.post(f"/cases/new?account={account}", {"title": " ", "text": "Since Monday"})
    assert sent.status_code == 400
    assert "Since Monday" in sent.text
    assert "Say in a few words what is wrong." in sent.text
    for wrong in ({"priority": "x"}, {"owner": "x"}, {"person": "99"}):
        assert ada.post(f"/cases/new?account={account}", {"title": "a", **wrong}).status_code in {400, 404}
