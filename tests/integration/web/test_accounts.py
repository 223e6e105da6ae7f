"""The list of accounts, one account, notes and locks."""

import re

import pytest

from gcrm.accounts.model import Account
from gcrm.workspace import Workspace
from tests.integration.web.conftest import Browser, World


def names(page: str) -> list[str]:
    return re.findall(r'<a class="name" href="/accounts/\d+">([^<]*)</a>', page)


def test_the_list_is_searched_filtered_and_sorted(bo: Browser) -> None:
    assert len(names(bo.get("/accounts/").text)) == 9
    assert names(bo.get("/accounts/?text=bakery").text) == ["Alpen Bakery"]
    assert names(bo.get("/accounts/?kind=prospect").text) == ["Berg Hotel", "Eschen Kiosk"]
    assert names(bo.get("/accounts/?level=none").text) == ["Ghost Garage"]
    assert names(bo.get("/accounts/?sort=priority").text)[0] == "Berg Hotel"
    assert names(bo.get("/accounts/?descending=1").text)[0] == "Shared Spa"


def test_a_search_that_finds_nothing_says_so(bo: Browser) -> None:
    assert "No account matches." in bo.get("/accounts/?text=zzz").text


@pytest.mark.parametrize("query", ["kind=dog", "level=x", "sort=id%3Bdrop", "territory=1%20or%201", "territory=-1"])
def test_a_filter_that_cannot_be_is_refused(bo: Browser, query: str) -> None:
    for path in ("/accounts/", "/map/points"):
        assert bo.get(f"{path}?{query}").status_code == 400


@pytest.mark.parametrize("page", ["0", "-3", "x", "99999999999999999999", "1e3"])
def test_a_page_that_is_not_there_is_no_failure(bo: Browser, page: str) -> None:
    assert bo.get(f"/accounts/?page={page}").status_code == 200


def test_many_accounts_come_in_pages(bo: Browser, workspace: Workspace) -> None:
    with workspace.store.write() as tx:
        tx.accounts.add_many([Account(f"Shop {number:03}") for number in range(120)])
    first, last = bo.get("/accounts/?text=shop"), bo.get("/accounts/?text=shop&page=3")
    assert len(names(first.text)) == 50
    assert 'rel="next" href="/accounts/?text=shop&amp;page=2"' in first.text
    assert names(last.text)[-1] == "Shop 119"
    assert 'rel="next"' not in last.text


def test_htmx_gets_the_rows_alone(bo: Browser) -> None:
    piece = bo.get("/accounts/?text=berg", headers={"HX-Request": "true"}).text
    assert "<html" not in piece
    assert names(piece) == ["Berg Hotel"]


def test_an_account_says_how_it_stands(ada: Browser, world: World) -> None:
    page = ada.get(f"/accounts/{world.accounts['Calanda Cafe']}").text
    assert re.search(r"Due in \d+ (days|weeks)", page)
    assert "open until 12:00" in page
    late = ada.get(f"/accounts/{world.accounts['Alpen Bakery']}").text
    assert "overdue" in late
    assert 'href="tel:+4232320001"' in late
    assert "geo:47.160000,9.520000" in late


def test_a_note_and_a_call_stand_in_the_history(ada: Browser, world: World) -> None:
    path = f"/accounts/{world.accounts['Alpen Bakery']}"
    ada.post(f"{path}/notes", {"note": "Wants <b>rye</b>.", "kind": "note"})
    answer = ada.post(f"{path}/notes", {"note": "Rang twice.", "kind": "call"}, follow_redirects=True)
    assert "Wants &lt;b&gt;rye&lt;/b&gt;." in answer.text
    assert re.search(r"Call.*Rang twice", answer.text, re.DOTALL)
    assert "data-draft-done" in answer.text


def test_an_empty_note_is_refused_with_its_remedy(ada: Browser, world: World) -> None:
    answer = ada.post(f"/accounts/{world.accounts['Alpen Bakery']}/notes", {"note": "  "})
    assert answer.status_code == 400
    assert "Enter what colleagues should know." in answer.text


def test_a_manager_reads_and_does_not_write(bo: Browser, world: World) -> None:
    page = bo.get(f"/accounts/{world.accounts['Alpen Bakery']}").text
    assert "Add note" not in page
    assert "Check in" not in page


def test_a_planner_locks_an_account_to_a_territory_and_lets_it_go(
    pia: Browser, world: World, workspace: Workspace
) -> None:
    number = world.accounts["Dorf Shop"]
    pia.post(f"/accounts/{number}/lock", {"territory": str(world.territories["North"])})
    with workspace.store.read() as tx:
        locked = tx.accounts.get(number)
    assert (locked.territory_id, locked.territory_locked) == (world.territories["North"], True)
    pia.post(f"/accounts/{number}/lock", {"territory": ""})
    with workspace.store.read() as tx:
        free = tx.accounts.get(number)
    assert (free.territory_id, free.territory_locked) == (world.territories["South"], False)
