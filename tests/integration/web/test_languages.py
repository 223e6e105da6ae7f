"""Pages in the language of who asks: the one chosen under Me, else the browser's."""

import re
from collections.abc import Callable

import pytest

from gcrm.common.language import language, speaking
from gcrm.jobs.kinds import LANGUAGE
from gcrm.jobs.start import start
from gcrm.people.users import set_language
from gcrm.workspace import Workspace
from tests.integration.web.conftest import PEOPLE, Browser, World
from webapp.navigation import FURTHER_PAGES, PAGES

GERMAN = {"Accept-Language": "de-LI,de;q=0.9,en;q=0.5"}
OF_ACCOUNTS = ("/accounts/{}", "/accounts/{}/edit", "/check-in/{}")
MORE = ("/me/", "/day/", "/accounts/map", "/search/", "/help/", "/offline/pocket", "/offline/check-in", "/privacy/mine")


def spoken(page: str) -> str:
    found = re.search(r'<html lang="(\w+)"', page)
    assert found, page[:500]
    return found[1]


@pytest.mark.parametrize("login", ["ada", "bo", "pia", "dee"])
def test_every_main_page_is_in_german_for_who_chose_it(
    login: str, browse: Callable[[str | None], Browser], app: object, workspace: Workspace, world: World
) -> None:
    set_language(workspace, login, "de")
    browser, role = browse(login), PEOPLE[login][0]
    with app.test_request_context():  # type: ignore[attr-defined]
        paths = [entry.url for entry in (*PAGES[role], *FURTHER_PAGES[role])]
    account = world.accounts["Alpen Bakery"]
    for path in dict.fromkeys([*paths, *MORE, *(one.format(account) for one in OF_ACCOUNTS)]):
        page = browser.get(path, follow_redirects=True)
        assert page.status_code in {200, 403}, path
        assert spoken(page.text) == "de", path
        assert "texts/de.js" in page.text
        assert page.headers["Content-Language"] == "de"
    assert language() == "en"


def test_who_chose_nothing_is_answered_in_the_language_of_the_browser(ada: Browser, nobody: Browser) -> None:
    assert spoken(ada.get("/me/").text) == "en"
    assert spoken(ada.get("/me/", headers=GERMAN).text) == "de"
    assert spoken(ada.get("/me/", headers={"Accept-Language": "fi"}).text) == "en"
    assert spoken(nobody.get("/log-in", headers=GERMAN).text) == "de"
    assert spoken(nobody.get("/log-in").text) == "en"


def test_a_language_is_chosen_under_me_and_can_be_left_to_the_browser_again(ada: Browser) -> None:
    page = ada.post("/me/language", {"language": "de"}, follow_redirects=True).text
    assert spoken(page) == "de"
    assert "Gespeichert." in page
    assert re.search(r'<option value="de" lang="de" selected>', page)
    assert spoken(ada.get("/me/", headers={"Accept-Language": "en"}).text) == "de"
    assert spoken(ada.post("/me/language", {"language": ""}, follow_redirects=True).text) == "en"
    refused = ada.post("/me/language", {"language": "tlh"})
    assert refused.status_code == 400


def test_a_customers_link_speaks_the_language_of_the_customers_browser(nobody: Browser) -> None:
    gone = nobody.get("/visit/no-such-link", headers=GERMAN)
    assert gone.status_code == 404
    assert spoken(gone.text) == "de"
    assert spoken(nobody.get("/visit/no-such-link").text) == "en"


def test_numbers_days_and_errors_follow_the_language(ada: Browser) -> None:
    page = ada.get("/day/north/2026-11-24", headers=GERMAN).text
    assert "Di 24. Nov." in page
    assert "2 Besuche" in page
    missing = ada.get("/nothing", headers=GERMAN | {"Accept": "application/json"})
    assert missing.get_json()["error"] == "Seite nicht gefunden."


def test_a_phone_keeps_what_it_takes_along_in_one_language(ada: Browser, nobody: Browser) -> None:
    assert ada.get("/offline/pages").get_json()["language"] == "en"
    ada.post("/me/language", {"language": "de"})
    assert ada.get("/offline/pages").get_json()["language"] == "de"
    for one in ("en", "de"):
        assert spoken(nobody.get(f"/offline?language={one}", headers=GERMAN).text) == one
    worker = nobody.get("/service-worker.js").text
    assert worker.startswith("import ")
    assert "/offline?language=de" in worker


def test_a_map_drawn_in_one_language_is_not_shown_in_another(ada: Browser) -> None:
    english = ada.get("/accounts/map").text
    german = ada.get("/accounts/map", headers=GERMAN).text
    label = re.compile(r'role="region" aria-label="([^"]+)"')
    assert label.findall(english) == ["Map of accounts"]
    assert label.findall(german) == ["Karte der Konten"]


def test_a_job_speaks_the_language_of_who_asked(workspace: Workspace) -> None:
    assert LANGUAGE not in start(workspace, "duplicates", {}).params
    with speaking("de"):
        assert start(workspace, "duplicates", {}).params[LANGUAGE] == "de"


def test_the_api_answers_in_english(nobody: Browser) -> None:
    english = nobody.get("/api/v1/accounts")
    assert nobody.get("/api/v1/accounts", headers=GERMAN).get_json() == english.get_json()
