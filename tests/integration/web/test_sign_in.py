"""Signing in and out."""

import re
from collections.abc import Callable

import pytest

from gcrm.people.users import set_password
from gcrm.workspace import Workspace
from tests.integration.web.conftest import PASSWORD, Browser


def sign_in(browser: Browser, login: str, password: str = PASSWORD, **more: str) -> object:
    page = browser.get("/log-in")
    token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', page.text)
    assert token
    browser.token = token.group(1)
    return browser.post("/log-in", {"login": login, "password": password, **more})


def test_the_right_password_opens_the_page_of_the_role(nobody: Browser) -> None:
    answer = sign_in(nobody, "Ada ")
    assert answer.status_code == 302
    assert nobody.get("/", follow_redirects=True).request.path == "/day/"


def test_a_manager_begins_with_the_team(nobody: Browser) -> None:
    sign_in(nobody, "bo")
    assert nobody.get("/", follow_redirects=True).request.path == "/team/"


@pytest.mark.parametrize(("login", "password"), [("ada", "wrong password"), ("nobody", PASSWORD), ("ada", "")])
def test_a_wrong_guess_says_nothing_about_what_was_wrong(nobody: Browser, login: str, password: str) -> None:
    answer = sign_in(nobody, login, password)
    assert answer.status_code in {400, 401}
    assert "no such user" not in answer.text.lower()
    assert nobody.get("/day/").status_code == 302


def test_guessing_is_slowed_down(nobody: Browser) -> None:
    codes = [sign_in(nobody, "ada", "wrong password").status_code for _ in range(10)]
    assert codes[:8] == [401] * 8
    assert 429 in codes
    assert "Wait a minute" in nobody.post("/log-in", {"login": "ada", "password": "x"}).text


def test_a_log_in_goes_on_where_the_person_was_going(nobody: Browser) -> None:
    answer = sign_in(nobody, "bo", next="/regions/?set=municipalities")
    assert answer.headers["Location"] == "/regions/?set=municipalities"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_a_log_in_never_leads_to_another_site(nobody: Browser, target: str) -> None:
    answer = sign_in(nobody, "bo", next=target)
    assert answer.status_code == 302
    assert "evil" not in answer.headers["Location"]
    assert answer.headers["Location"] == "/"
    assert "evil" not in nobody.get(f"/log-in?next={target}").headers.get("Location", "")


def test_signing_out_ends_the_session(ada: Browser) -> None:
    assert ada.get("/day/").status_code == 200
    ada.post("/log-out")
    assert ada.get("/day/").status_code == 302


def test_a_new_password_ends_the_sessions_that_were_open(ada: Browser, workspace: Workspace) -> None:
    set_password(workspace, "ada", "a new long password")
    assert ada.get("/day/").status_code == 302


def test_a_user_who_was_deactivated_is_out_at_once(ada: Browser, dee: Browser, nobody: Browser) -> None:
    dee.post("/users/ada", {"role": "rep", "rep": "north"})
    assert ada.get("/day/").status_code == 302
    assert sign_in(nobody, "ada").status_code == 401


def test_changing_the_own_password_asks_for_the_old_one(ada: Browser) -> None:
    refused = ada.post("/me/", {"old": "not it at all", "new": "a new long password"})
    assert "another one" in refused.text
    assert ada.post("/me/", {"old": PASSWORD, "new": "short"}).status_code == 400
    assert ada.post("/me/", {"old": PASSWORD, "new": "a new long password"}).status_code == 302
    assert ada.get("/day/").status_code == 200


def test_the_last_administrator_stays_one(dee: Browser) -> None:
    answer = dee.post("/users/dee", {"role": "rep", "rep": "", "active": "y"})
    assert answer.status_code == 409
    assert "Nobody could administer" in answer.text


def test_a_new_user_gets_a_password_that_is_shown_once(dee: Browser, browse: Callable[[str | None], Browser]) -> None:
    answer = dee.post("/users/", {"login": "eva", "name": "Eva", "role": "rep", "rep": "north"})
    password = re.search(r"<dt>Password</dt><dd><code>([^<]+)</code>", answer.text)
    assert password
    assert password.group(1) not in dee.get("/users/").text
    assert sign_in(browse(None), "eva", password.group(1)).status_code == 302


def test_the_cookie_is_kept_from_scripts_and_other_sites(nobody: Browser) -> None:
    cookie = sign_in(nobody, "ada").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
