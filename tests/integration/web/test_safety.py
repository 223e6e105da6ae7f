"""What keeps a page from running anything but ours: headers, tokens, and account text that stays text."""

import re
from collections import defaultdict
from collections.abc import Callable

import pytest
from flask import Flask

from gcrm.workspace import Workspace
from tests.integration.web.conftest import HOSTILE, Browser, World, rename, scripts_of
from tests.integration.web.test_permissions import PUBLIC, ROUTES

PAGES = (
    "/accounts/",
    "/accounts/map",
    "/team/",
    "/regions/",
    "/territories/",
    "/catchment/",
    "/me/",
    "/users/",
    "/log-in",
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_carries_its_headers_and_a_fresh_nonce(dee: Browser, path: str) -> None:
    first, second = dee.get(path), dee.get(path)
    policy = first.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "'unsafe-inline'" not in policy.split("style-src-attr", maxsplit=1)[0]
    nonces = [
        re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"]).group(1) for answer in (first, second)
    ]
    assert nonces[0] != nonces[1]
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert first.headers["X-Frame-Options"] == "DENY"
    assert first.headers["Cache-Control"] == "no-store"
    inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", first.text)
    assert all(f'nonce="{nonces[0]}"' in attributes for attributes in inline)
    assert not re.search(r"\son[a-z]+=\"", first.text), "an inline handler cannot run under the policy"


@pytest.mark.parametrize("path", [*PAGES, "/day/north/2026-11-24"])
def test_no_page_names_another_host_for_anything_it_loads(dee: Browser, path: str) -> None:
    page = dee.get(path).text
    loaded = re.findall(r"(?:src|href)=\"([^\"]*)\"", page)
    assert not [address for address in loaded if address.startswith(("http", "//"))]
    assert "http" not in scripts_of(page)


def test_over_tls_the_browser_is_told_to_stay_there(dee: Browser) -> None:
    secure = dee.get("/me/", base_url="https://localhost")
    assert "max-age" in secure.headers["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in dee.get("/me/").headers


def test_no_form_is_taken_without_its_token(dee: Browser, world: World) -> None:
    for route, (address, _) in ROUTES.items():
        if not route.startswith("POST"):
            continue
        path = address.format_map(defaultdict(lambda: 1, alpen=world.accounts["Alpen Bakery"]))
        assert dee.client.post(path, data={}).status_code == 400, route
        assert dee.client.post(path, data={"csrf_token": "forged"}).status_code == 400, route
        assert dee.client.post(path, json={}).get_json()["retry"] is True, route


def test_a_token_of_another_session_is_refused(ada: Browser, dee: Browser) -> None:
    with dee.client.session_transaction() as session:
        session["csrf_token"] = "1" * 40
    answer = dee.client.post("/log-out", data={"csrf_token": ada.token})
    assert answer.status_code == 400


@pytest.mark.parametrize("login", ["ada", "dee"])
def test_a_hostile_name_is_text_wherever_it_stands(
    login: str, browse: Callable[[str | None], Browser], world: World, workspace: Workspace
) -> None:
    browser, number = browse(login), world.accounts[HOSTILE]
    rename(workspace, world.accounts["Alpen Bakery"], name=HOSTILE, contact=HOSTILE, segment=HOSTILE)
    paths = [
        "/accounts/",
        f"/accounts/{number}",
        f"/check-in/{number}",
        "/day/north/2026-11-24",
        f"/accounts/?text={HOSTILE}",
    ]
    if login == "dee":
        paths += ["/team/?day=2026-11-24", "/regions/", "/territories/"]
    for path in paths:
        page = browser.get(path)
        assert page.status_code == 200, path
        assert "<script>alert" not in page.text, path
        assert "alert(" not in scripts_of(page.text), path


def test_no_account_stands_inside_a_page_s_script(dee: Browser) -> None:
    for path in ("/accounts/", "/accounts/map", "/team/?day=2026-11-24", "/day/north/2026-11-24", "/territories/"):
        assert "Alpen" not in scripts_of(dee.get(path).text), path


def test_hostile_links_of_an_account_are_not_links(ada: Browser, world: World) -> None:
    page = ada.get(f"/accounts/{world.accounts[HOSTILE]}").text
    assert 'href="javascript:' not in page
    assert 'href="mailto:a@b.li?' not in page


def test_what_maps_fetch_is_never_taken_for_a_page(dee: Browser, world: World) -> None:
    number = world.accounts[HOSTILE]
    card = dee.get(f"/map/accounts/{number}")
    assert card.mimetype == "application/json"
    assert card.get_json()["name"] == HOSTILE
    assert dee.get("/map/points").mimetype == "application/octet-stream"


def test_an_error_page_repeats_nothing_that_runs(dee: Browser) -> None:
    for path in (
        f"/accounts/?kind={HOSTILE}",
        f"/day/{HOSTILE}/2026-11-24",
        f"/day/north/{HOSTILE}",
        f"/regions/?set={HOSTILE}x",
    ):
        page = dee.get(path)
        assert page.status_code in {400, 404}, path
        assert "<script>alert" not in page.text, path


def test_a_failure_tells_the_remedy_and_not_the_cause(
    app: Flask, dee: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("the secret inside")

    fail.gcrm_roles = None  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "me.show", fail)
    page = dee.get("/me/")
    assert page.status_code == 500
    assert "secret inside" not in page.text
    assert "Try again" in page.text


def test_what_is_public_says_nothing_of_the_business(nobody: Browser) -> None:
    for route in PUBLIC:
        if not route.startswith("GET") or "/static/" in route:
            continue
        answer = nobody.get(route.split(" ")[1].replace("<secret>", "x" * 43))
        # A secret address that leads nowhere, a provider where none is set; a second step of what has not begun.
        expected = 404 if "<secret>" in route or "/provider" in route else 302 if route == "GET /log-in/code" else 200
        assert answer.status_code == expected, route
        assert "Alpen" not in answer.text
