"""Help: each page leads to its part of the guide, and each part, link and picture of the guide is there."""

import contextlib
import re
from collections.abc import Callable

import pytest
from flask import Flask

from gcrm.people.user import Role
from tests.integration.web.conftest import PEOPLE, Browser
from webapp.help.guide import GUIDES, PICTURES, read_guide
from webapp.help.parts import OF_EVERYBODY, OF_REPS, part_of
from webapp.navigation import FURTHER_PAGES, PAGES


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_has_a_title_parts_and_its_pictures(name: str, ada: Browser) -> None:
    page = ada.get(f"/help/{name}")
    assert page.status_code == 200
    assert len(re.findall("<h1", page.text)) == 1
    pictures = re.findall(r'<img src="/help/pictures/([^"]+)"', page.text)
    assert pictures
    for picture in pictures:
        assert (PICTURES / picture).is_file(), picture
        with contextlib.closing(ada.get(f"/help/pictures/{picture}")) as answer:
            assert answer.status_code == 200
    parts = read_guide(name, "/").parts
    assert len({part for part, _ in parts}) == len(parts) > 3
    assert not re.search(r'(href|src)="\.\.', page.text), "nothing leads out of the app"


def test_every_part_that_a_page_names_is_in_its_guide() -> None:
    for guide, part in (*OF_EVERYBODY.values(), *OF_REPS.values()):
        assert part in dict(read_guide(guide, "/").parts), (guide, part)


def test_every_page_of_the_menu_has_a_part_of_its_own() -> None:
    for role, pages in PAGES.items():
        for entry in (*pages, *FURTHER_PAGES[role]):
            assert part_of(entry.endpoint, role)[1], (role, entry.endpoint)


@pytest.mark.parametrize("login", PEOPLE)
def test_each_role_begins_with_its_own_guide(login: str, browse: Callable[[str | None], Browser]) -> None:
    browser = browse(login)
    role = PEOPLE[login][0]
    title = read_guide(role.value, "/").title
    assert f"<h1>{title}</h1>" in browser.get("/help/").text
    assert f"/help/{role.value}" in browser.get("/me/").text


def test_a_page_links_to_its_part(ada: Browser, bo: Browser) -> None:
    assert 'href="/help/rep#your-day"' in ada.get("/day/").text
    assert 'href="/help/manager#regions"' in bo.get("/regions/").text


def test_a_guide_or_picture_that_is_not_there_is_not_found(ada: Browser) -> None:
    for path in ("/help/nobody", "/help/..%2f..%2fREADME", "/help/pictures/..%2fx.jpg", "/help/pictures/none.jpg"):
        assert ada.get(path).status_code == 404, path


def test_a_role_is_a_guide(app: Flask) -> None:
    assert set(GUIDES) == {role.value for role in Role}
    assert "help.show" in app.view_functions
