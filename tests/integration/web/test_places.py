"""Where accounts are, how sure that is, and putting it right; what was changed, by whom, and taking it back."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from gcrm.accounts.model import PERSON, Account, Address
from gcrm.accounts.place_account import place_accounts
from gcrm.imports.import_accounts import import_accounts
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.integration.web.conftest import HOSTILE, Browser, World, app_on, rename, scripts_of


def read(workspace: Workspace, account_id: int) -> Account:
    with workspace.store.read() as tx:
        return tx.accounts.get(account_id)


@pytest.fixture
def here(workspace: Workspace, liechtenstein: Path) -> Workspace:
    """The world, on the streets of Liechtenstein."""
    (workspace.settings.home / "areas").symlink_to(liechtenstein / "areas", target_is_directory=True)
    return workspace


@pytest.fixture
def pia_here(here: Workspace) -> Browser:
    return Browser(app_on(here), here, "pia")


def test_the_page_of_an_account_says_how_it_is_placed(pia: Browser, ada: Browser, world: World) -> None:
    page = pia.get(f"/accounts/{world.accounts['Alpen Bakery']}").text
    assert "100 % match" in page
    assert "found" in page
    assert "Fix the place" in page
    assert "Fix the place" not in ada.get(f"/accounts/{world.accounts['Alpen Bakery']}").text
    assert "No such street." in pia.get(f"/accounts/{world.accounts['Ghost Garage']}").text


def test_a_pin_is_put_undone_and_remembered(pia: Browser, workspace: Workspace, world: World) -> None:
    number = world.accounts["Ghost Garage"]
    where = {"lon": "9.53", "lat": "47.15", "label": "Landstrasse 5", "level": "house"}
    page = pia.post(f"/places/{number}", where, follow_redirects=True).text
    assert "Ghost Garage moved." in page
    account = read(workspace, number)
    assert account.place == LonLat(9.53, 47.15)
    assert (account.placement.source, account.placement.matched) == (PERSON, "Landstrasse 5")
    assert account.territory_id == world.territories["North"]
    assert "Set by a person" in page
    undo = re.search(r'action="(/changes/\d+/undo)"', page)
    assert undo
    page = pia.post(undo.group(1), {"back": f"/places/{number}"}, follow_redirects=True).text
    assert "Undone: 1 account is as before." in page
    assert read(workspace, number).place is None
    changes = pia.get(f"/changes/accounts/{number}").text
    assert "undone" in changes
    assert "nothing → 9.53000, 47.15000" in changes


def test_a_place_that_is_none_is_refused_and_nothing_moves(pia: Browser, workspace: Workspace, world: World) -> None:
    number = world.accounts["Alpen Bakery"]
    before = read(workspace, number)
    for wrong in (
        {},
        {"lon": "x", "lat": "1"},
        {"lon": "nan", "lat": "1"},
        {"lon": "9", "lat": "91"},
        {"lon": "9", "lat": "47", "level": "moon"},
        {"address": " "},
    ):
        assert pia.post(f"/places/{number}", wrong).status_code == 400, wrong
    assert read(workspace, number) == before


def test_the_work_list_begins_with_the_worst_and_the_most_valuable(pia: Browser) -> None:
    page = pia.get("/places/").text
    assert "1 account is to check" in page
    assert "Ghost Garage" in page


def test_one_goes_back_only_inside_the_app(pia: Browser, world: World) -> None:
    number = world.accounts["Ghost Garage"]
    answer = pia.post(f"/places/{number}", {"lon": "9.53", "lat": "47.15", "back": "https://elsewhere.example/"})
    assert answer.headers["Location"] == f"/places/{number}"
    assert "elsewhere" not in pia.get(f"/places/{number}?back=//elsewhere.example").text


def test_without_an_area_the_pin_can_still_be_put(pia: Browser, world: World) -> None:
    page = pia.get(f"/places/{world.accounts['Ghost Garage']}")
    assert page.status_code == 200
    assert "Place here" in page.text
    assert pia.get("/places/at?lon=9.5&lat=47.1").get_json()["label"] == ""
    assert pia.get("/places/suggest?address=Land", headers={"HX-Request": "true"}).status_code == 409


def test_a_name_is_text_on_the_pages_of_places(pia: Browser, workspace: Workspace, world: World) -> None:
    number = world.accounts[HOSTILE]
    rename(workspace, number, place=None)
    for path in (f"/places/{number}", "/places/"):
        page = pia.get(path).text
        assert HOSTILE not in page
        assert "alert(" not in scripts_of(page)


def test_addresses_are_suggested_as_they_are_typed(pia_here: Browser) -> None:
    page = pia_here.get("/places/suggest?address=Städtle 1, Vad").text
    assert "Vaduz" in page
    assert re.search(r'data-pin-lon="9\.5\d+"', page)
    assert "No address like that" in pia_here.get("/places/suggest?address=Qqqqxy").text
    assert not pia_here.get("/places/suggest?address=S").text.strip()


def test_the_nearest_address_of_a_place_is_told(pia_here: Browser) -> None:
    near = pia_here.get("/places/at?lon=9.5215&lat=47.141").get_json()
    assert "Vaduz" in near["label"]
    assert near["away"].endswith("m away")
    assert pia_here.get("/places/at?lon=0&lat=0").get_json() == {"label": "", "away": "", "level": ""}
    assert pia_here.get("/places/at?lon=x&lat=0").status_code == 400


def test_another_address_is_written_and_placed_or_refused_with_a_remedy(
    pia_here: Browser, here: Workspace, world: World
) -> None:
    number = world.accounts["Ghost Garage"]
    found = pia_here.post(f"/places/{number}", {"address": "Städtle 1, 9490 Vaduz"}, follow_redirects=True).text
    assert "moved." in found
    account = read(here, number)
    assert account.address.text == "Städtle 1, 9490 Vaduz"
    assert account.place is not None
    refused = pia_here.post(f"/places/{number}", {"address": "Qqqqxy 5, Zzz"}, follow_redirects=True).text
    assert "Choose one of the candidates" in refused
    assert read(here, number).place == account.place


def test_of_several_equal_answers_a_person_chooses_one_on_the_accounts_page(
    pia_here: Browser, here: Workspace, world: World
) -> None:
    number = world.accounts["Ghost Garage"]
    with here.store.write() as tx:
        tx.accounts.update(replace(tx.accounts.get(number), address=Address(line="Landstrasse 12")))
    place_accounts(here, account_ids=[number])
    assert read(here, number).placement.reason.startswith("Several equal answers")
    assert f'hx-get="/places/{number}/choices"' in pia_here.get(f"/accounts/{number}").text
    page = pia_here.get(f"/places/{number}/choices").text
    assert "equal answers: choose one" in page
    assert page.count('title="Place here"') >= 2
    assert 'value="Landstrasse 12, 9497 Triesenberg"' in pia_here.get("/places/").text
    form = next(form for form in page.split("<form")[1:] if "Triesenberg" in form)
    chosen = dict(re.findall(r'name="(lon|lat|label|level|back)" value="([^"]*)"', form))
    assert "moved." in pia_here.post(f"/places/{number}", chosen, follow_redirects=True).text
    account = read(here, number)
    assert (account.placement.source, account.placement.matched) == (PERSON, "Landstrasse 12, 9497 Triesenberg")
    (change_set, *_) = re.findall(r'action="(/changes/\d+/undo)"', pia_here.get(f"/places/{number}").text)
    pia_here.post(change_set, {"back": f"/places/{number}"})
    assert read(here, number).place is None
    assert read(here, number).placement.reason.startswith("Several equal answers")


def test_strangers_to_planning_do_not_choose(ada: Browser, world: World) -> None:
    assert ada.get(f"/places/{world.accounts['Ghost Garage']}/choices").status_code == 403


def test_the_work_list_has_pages(pia: Browser, workspace: Workspace) -> None:
    with workspace.store.write() as tx:
        tx.accounts.add_many([Account(f"Lost {number:02}") for number in range(60)])
    first, second = pia.get("/places/").text, pia.get("/places/?page=2").text
    assert "Page 1 of 2" in first
    assert "Lost 59" not in first
    assert "Lost 59" in second
    assert pia.get("/places/?page=9").status_code == 200


def test_a_pin_is_taken_out_again(pia_here: Browser, here: Workspace, world: World) -> None:
    number = world.accounts["Ghost Garage"]
    pia_here.post(f"/places/{number}", {"lon": "9.53", "lat": "47.15"})
    page = pia_here.post(f"/places/{number}/unpin", follow_redirects=True).text
    assert "is placed by its address" in page
    assert read(here, number).place is None


def test_changes_of_an_import_name_the_file_and_can_be_taken_back(
    pia: Browser, ada: Browser, cy: Browser, workspace: Workspace, world: World, tmp_path: Path
) -> None:
    file = tmp_path / "phones.csv"
    file.write_text("name,address,phone\nAlpen Bakery,Street of Alpen Bakery,+423 232 11 11\n", encoding="utf-8")
    import_accounts(workspace, file)
    number = world.accounts["Alpen Bakery"]
    seen = ada.get(f"/changes/accounts/{number}").text
    assert "phones.csv" in seen
    assert "Phone" in seen
    assert cy.get(f"/changes/accounts/{number}").status_code == 404
    listed = pia.get("/changes/").text
    assert "phones.csv" in listed
    undo = re.search(r'action="(/changes/\d+/undo)"', listed)
    assert undo
    assert "as before" in pia.post(undo.group(1), follow_redirects=True).text
    assert pia.post(undo.group(1)).status_code == 409
    assert read(workspace, number).phone == "+423 232 00 01"
