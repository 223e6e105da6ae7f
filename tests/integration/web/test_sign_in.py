"""Signing in and out."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from gcrm.people.sign_in import Visitor
from gcrm.people.sign_in import sign_in as sign_in_there
from gcrm.people.users import set_password
from gcrm.platform.errors import NotAllowed
from gcrm.workspace import Workspace
from tests.integration.web.conftest import NOW, PASSWORD, Browser, open_at


def sign_in(
    browser: Browser, login: str, password: str = PASSWORD, environ_overrides: dict[str, str] | None = None, **more: str
) -> TestResponse:
    page = browser.get("/log-in")
    token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', page.text)
    assert token
    browser.token = token.group(1)
    return browser.post(
        "/log-in", {"login": login, "password": password, **more}, environ_overrides=environ_overrides or {}
    )


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
    assert "Wait 5 minutes" in nobody.post("/log-in", {"login": "ada", "password": "x"}).text


def test_a_stranger_locks_nobody_out_who_is_known_here(
    browse: Callable[[str | None], Browser],
) -> None:
    ada, stranger = browse(None), browse(None)
    assert sign_in(ada, "ada").status_code == 302
    ada.client.delete_cookie("gcrm")
    for _ in range(12):
        last = sign_in(stranger, "ada", "wrong password")
    assert last.status_code == 429
    assert sign_in(stranger, "ada").status_code == 429, "the right password does not help from there"
    assert sign_in(ada, "Ada ").status_code == 302, "the browser that she used before has an allowance of its own"
    assert sign_in(browse(None), "bo").status_code == 302, "nor is anybody else kept out"


def test_a_stranger_at_another_address_locks_nobody_out(browse: Callable[[str | None], Browser]) -> None:
    stranger, ada = browse(None), browse(None)
    for _ in range(10):
        sign_in(stranger, "ada", "wrong password", environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    assert sign_in(ada, "ada", environ_overrides={"REMOTE_ADDR": "192.0.2.8"}).status_code == 302


def test_one_address_cannot_try_all_log_ins_for_ever(nobody: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gcrm.people.sign_in.ADDRESS", ((timedelta(minutes=5), 5),))
    answers = [sign_in(nobody, f"user{number}", "wrong password").status_code for number in range(7)]
    assert answers == [401] * 5 + [429] * 2
    homes = [{"REMOTE_ADDR": f"2001:db8::{number}"} for number in range(1, 8)]
    answers = [sign_in(nobody, f"x{at}", "wrong", home).status_code for at, home in enumerate(homes)]
    assert answers == [401] * 5 + [429] * 2, "a home has a whole network of addresses"


def test_a_cookie_of_a_known_browser_cannot_be_made_up(browse: Callable[[str | None], Browser]) -> None:
    stranger = browse(None)
    stranger.client.set_cookie("gcrm_device", '{"device": "x", "logins": ["ada"]}')
    answers = [sign_in(stranger, "ada", "wrong password").status_code for _ in range(9)]
    assert answers[-1] == 429


def test_attempts_are_counted_over_all_processes(nobody: Browser, workspace: Workspace) -> None:
    other = open_at(workspace.settings.home)
    try:
        for _ in range(8):
            with pytest.raises(NotAllowed):
                sign_in_there(other, "ada", "wrong password", Visitor("127.0.0.1"))
    finally:
        other.close()
    assert sign_in(nobody, "ada").status_code == 429


def test_an_unknown_log_in_is_refused_after_the_same_work(nobody: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = []

    def check(hashed: str, _: str) -> bool:
        checked.append(hashed.split("$", maxsplit=1)[0])
        return False

    monkeypatch.setattr("gcrm.people.users.check_password_hash", check)
    answers = [sign_in(nobody, login, "wrong password") for login in ("ada", "nobody-of-that-name")]
    assert len(checked) == 2
    assert checked[0] == checked[1]
    bodies = [re.sub(r'(value|nonce|content)="[^"]*"', "", answer.text) for answer in answers]
    assert bodies[0] == bodies[1]


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


def test_signing_out_ends_the_session_also_for_a_copy_of_its_cookie(
    ada: Browser, browse: Callable[[str | None], Browser]
) -> None:
    assert ada.get("/day/").status_code == 200
    thief = browse(None)
    cookie = ada.client.get_cookie("gcrm")
    assert cookie
    thief.client.set_cookie("gcrm", cookie.decoded_value)
    assert thief.get("/day/").status_code == 200
    ada.post("/log-out")
    assert ada.get("/day/").status_code == 302
    assert thief.get("/day/").status_code == 302


def test_a_session_ends_when_it_is_not_used(
    ada: Browser, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for days, code in ((20, 200), (45, 200), (80, 302)):
        monkeypatch.setattr(workspace, "clock", lambda days=days: NOW + timedelta(days=days))
        assert ada.get("/me/").status_code == code


def test_a_person_sees_the_own_sessions_and_ends_them(browse: Callable[[str | None], Browser]) -> None:
    desk, phone, other, bo = (browse(login) for login in ("ada", "ada", "ada", "bo"))
    page = phone.get("/me/").text
    ends = re.findall(r"/me/sessions/(\d+)/end", page)
    assert len(ends) == 2
    assert "this browser" in page
    assert bo.post(f"/me/sessions/{ends[0]}/end").status_code == 404
    assert phone.post(f"/me/sessions/{ends[0]}/end").status_code == 302
    assert sorted(one.get("/me/").status_code for one in (desk, other)) == [200, 302]
    phone.post("/me/sessions/end")
    assert [one.get("/me/").status_code for one in (phone, desk, other, bo)] == [200, 302, 302, 200]


def test_another_role_ends_the_sessions_that_were_open(ada: Browser, dee: Browser) -> None:
    dee.post("/users/ada", {"role": "rep", "rep": "north", "active": "y"})
    assert ada.get("/day/").status_code == 200, "nothing was changed"
    dee.post("/users/ada", {"role": "manager", "rep": "", "active": "y"})
    assert ada.get("/team/").status_code == 302


def test_the_database_holds_no_token(ada: Browser, workspace: Workspace) -> None:
    with ada.client.session_transaction() as session:
        token = session["_user_id"].encode()
    for file in workspace.settings.home.glob("gcrm.gpkg*"):
        assert token not in file.read_bytes()


def test_a_new_password_ends_the_sessions_that_were_open(ada: Browser, workspace: Workspace) -> None:
    set_password(workspace, "ada", "a new long password")
    assert ada.get("/day/").status_code == 302


def test_a_user_who_was_deactivated_is_out_at_once(ada: Browser, dee: Browser, nobody: Browser) -> None:
    dee.post("/users/ada", {"role": "rep", "rep": "north"})
    assert ada.get("/day/").status_code == 302
    assert sign_in(nobody, "ada").status_code == 401


def test_changing_the_own_password_asks_for_the_old_one(ada: Browser) -> None:
    refused = ada.post("/me/", {"old": "not it at all", "new": "a new long password"})
    assert "not your current password" in refused.text
    assert ada.post("/me/", {"old": PASSWORD, "new": "short"}).status_code == 400
    assert ada.post("/me/", {"old": PASSWORD, "new": "a new long password"}).status_code == 302
    assert ada.get("/day/").status_code == 200


def test_the_last_administrator_stays_one(dee: Browser) -> None:
    answer = dee.post("/users/dee", {"role": "rep", "rep": "", "active": "y"})
    assert answer.status_code == 409
    assert "At least one administrator must remain" in answer.text


def test_a_new_user_gets_a_password_that_is_shown_once(dee: Browser, browse: Callable[[str | None], Browser]) -> None:
    answer = dee.post("/users/", {"login": "eva", "name": "Eva", "role": "rep", "rep": "north"})
    password = re.search(r"<dt>Password</dt><dd><code>([^<]+)</code>", answer.text)
    assert password
    assert password.group(1) not in dee.get("/users/").text
    assert sign_in(browse(None), "eva", password.group(1)).status_code == 302


def test_the_cookie_is_kept_from_scripts_and_other_sites(nobody: Browser) -> None:
    cookies = sign_in(nobody, "ada").headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Secure" not in cookie
