"""Passkeys: added under Me, used to sign in and as the second factor, and everything that must not open anything."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from gcrm.people.passkeys import MOST_PASSKEYS
from gcrm.workspace import Workspace
from tests.fixtures.authenticator import Authenticator
from tests.integration.web.conftest import NOW, PASSWORD, Browser
from tests.integration.web.test_second_factor import is_in, log_in, token_of

Browse = Callable[[str | None], Browser]


def add(browser: Browser, device: Authenticator, name: str = "Phone", password: str = "") -> TestResponse:
    options = browser.post("/me/passkeys/options", json={"password": password})
    if options.status_code != 200:
        return options
    return browser.post("/me/passkeys", json={"answer": device.create(options.json), "name": name})


def sign_in(browser: Browser, device: Authenticator, **otherwise: Any) -> TestResponse:
    token_of(browser)
    options = browser.post("/log-in/passkey/options", json={}).json
    return browser.post("/log-in/passkey", json={"answer": device.get(options, **otherwise), "next": "/me/"})


@pytest.fixture
def device(ada: Browser) -> Authenticator:
    """Ada's, registered."""
    made = Authenticator()
    assert add(ada, made).json == {"next": "/me/#passkeys"}
    return made


def test_a_passkey_signs_in_without_a_name(device: Authenticator, ada: Browser, nobody: Browser) -> None:
    page = ada.get("/me/").text
    assert "Phone is added. You can sign in with it from now on." in page
    assert "never used" in page
    assert "Use a passkey" in nobody.get("/log-in").text
    answer = sign_in(nobody, device)
    assert answer.json == {"next": "/me/"}
    assert "Ada" in nobody.get("/me/").text
    assert "last used 24 Nov 2026" in ada.get("/me/").text


def test_where_to_go_on_stays_in_the_app(device: Authenticator, nobody: Browser) -> None:
    token_of(nobody)
    options = nobody.post("/log-in/passkey/options", json={}).json
    answer = nobody.post("/log-in/passkey", json={"answer": device.get(options), "next": "//evil.example/"})
    assert answer.json == {"next": "/"}


def test_an_answer_opens_once_also_for_a_copy_of_the_cookie(ada: Browser, browse: Browse) -> None:
    # As passkeys that a person's devices share: they do not count, so that no count gives a copy away.
    device = Authenticator(counts=False)
    add(ada, device)
    one, copy = browse(None), browse(None)
    token_of(one)
    options = one.post("/log-in/passkey/options", json={}).json
    cookie = one.client.get_cookie("gcrm")
    assert cookie
    copy.client.set_cookie("gcrm", cookie.decoded_value)
    copy.token = one.token
    answer = {"answer": device.get(options)}
    assert one.post("/log-in/passkey", json=answer).status_code == 200
    refused = copy.post("/log-in/passkey", json=answer)
    assert refused.status_code == 403
    assert "used already" in refused.json["error"]
    assert not is_in(copy)


@pytest.mark.parametrize(
    "otherwise",
    [
        {"origin": "http://evil.example"},
        {"origin": "https://localhost"},
        {"origin": "http://localhost:8001"},
        {"challenge": "AAAA"},
        {"type": "webauthn.create"},
        {"handle": ""},
        {"handle": "AAAA"},
    ],
    ids=str,
)
def test_what_was_signed_for_something_else_opens_nothing(
    device: Authenticator, nobody: Browser, otherwise: dict[str, str]
) -> None:
    assert sign_in(nobody, device, **otherwise).status_code == 403
    assert not is_in(nobody)
    assert sign_in(nobody, device).status_code == 200


@pytest.mark.parametrize(
    "changed",
    [{"host": "evil.example"}, {"verifies": False}, {"key": Authenticator().key}, {"credential": b"another"}],
    ids=["host", "no owner", "key", "credential"],
)
def test_a_device_that_differs_opens_nothing(device: Authenticator, nobody: Browser, changed: dict[str, Any]) -> None:
    assert sign_in(nobody, replace(device, **changed)).status_code == 403
    assert not is_in(nobody)


def test_a_copy_that_counts_on_from_earlier_is_found_out(device: Authenticator, browse: Browse) -> None:
    copy = replace(device)
    assert sign_in(browse(None), device).status_code == 200
    assert sign_in(browse(None), copy).status_code == 403


def test_a_passkey_of_another_host_is_not_taken(device: Authenticator, nobody: Browser) -> None:
    token_of(nobody)
    cookie = nobody.client.get_cookie("gcrm")
    assert cookie
    nobody.client.set_cookie("gcrm", cookie.decoded_value, domain="evil.example")
    there = {"base_url": "http://evil.example"}
    options = nobody.post("/log-in/passkey/options", json={}, **there).json
    assert options["rpId"] == "evil.example"
    elsewhere = replace(device, host="evil.example", origin="http://evil.example")
    assert nobody.post("/log-in/passkey", json={"answer": elsewhere.get(options)}, **there).status_code >= 400
    assert not is_in(nobody)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        "x",
        {},
        {"id": 7},
        {"id": "AA", "rawId": "AA", "type": "public-key", "response": {}},
        {"id": "AA", "rawId": "A\u00e4", "type": "x", "response": {"userHandle": "\u00e4"}},
        {"id": "x" * 30_000},
    ],
    ids=lambda one: json.dumps(one)[:40],
)
def test_what_is_no_answer_is_refused(ada: Browser, nobody: Browser, answer: Any) -> None:
    token_of(nobody)
    nobody.post("/log-in/passkey/options", json={})
    assert nobody.post("/log-in/passkey", json={"answer": answer}).status_code == 403
    assert nobody.post("/log-in/passkey", json={"answer": answer}).status_code == 403, "nothing was asked for"
    ada.post("/me/passkeys/options", json={})
    assert ada.post("/me/passkeys", json={"answer": answer, "name": "x"}).status_code == 403


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature"])
def test_broken_bytes_are_refused(device: Authenticator, nobody: Browser, part: str) -> None:
    for broken in ("", "AA", "////", "=", "o2FhAQ", "x" * 3_000):
        token_of(nobody)
        options = nobody.post("/log-in/passkey/options", json={}).json
        answer = device.get(options)
        answer["response"][part] = broken
        assert nobody.post("/log-in/passkey", json={"answer": answer}).status_code == 403


@pytest.mark.parametrize("broken", ["", "AA", "oA", "o2NmbXRkbm9uZQ", "x" * 3_000])
def test_a_broken_attestation_is_refused(ada: Browser, broken: str) -> None:
    options = ada.post("/me/passkeys/options", json={}).json
    answer = Authenticator().create(options)
    answer["response"]["attestationObject"] = broken
    assert ada.post("/me/passkeys", json={"answer": answer, "name": "x"}).status_code == 403


@pytest.mark.parametrize(
    "device",
    [Authenticator(verifies=False), Authenticator(host="evil.example"), Authenticator(origin="http://evil.example")],
    ids=["no owner", "host", "origin"],
)
def test_only_a_device_that_knows_its_owner_here_is_added(ada: Browser, device: Authenticator) -> None:
    assert add(ada, device).status_code == 403
    assert "Phone" not in ada.get("/me/").text


def test_a_challenge_to_sign_in_adds_nothing_and_the_other_way_round(device: Authenticator, ada: Browser) -> None:
    options = ada.post("/log-in/passkey/options", json={}).json | {"user": {"id": device.handle}}
    assert ada.post("/me/passkeys", json={"answer": Authenticator().create(options), "name": "x"}).status_code == 403
    options = ada.post("/me/passkeys/options", json={}).json
    assert ada.post("/log-in/passkey", json={"answer": device.get(options)}).status_code == 403


def test_a_passkey_belongs_to_one_person(device: Authenticator, bo: Browser, nobody: Browser) -> None:
    assert add(bo, replace(device)).status_code == 409
    assert sign_in(nobody, device).status_code == 200
    assert "Ada" in nobody.get("/me/").text


def test_several_passkeys_are_named_and_removed(
    device: Authenticator, ada: Browser, cy: Browser, browse: Browse
) -> None:
    second = Authenticator()
    assert add(ada, second, "<b>Desk</b>").status_code == 200
    assert second.handle == device.handle
    page = ada.get("/me/").text
    assert "&lt;b&gt;Desk&lt;/b&gt;" in page
    number = page.split("/me/passkeys/")[1].split("/")[0]
    assert cy.post(f"/me/passkeys/{number}/remove").status_code == 404
    assert ada.post(f"/me/passkeys/{number}/remove").status_code == 302
    assert sign_in(browse(None), device).status_code == 403
    assert sign_in(browse(None), second).status_code == 200


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, 7, None])
def test_a_passkey_has_a_name(ada: Browser, name: Any) -> None:
    answer = add(ada, Authenticator(), name)
    assert answer.status_code == 400
    assert "needs a name" in answer.json["error"]


def test_there_is_an_end_to_how_many_one_has(ada: Browser) -> None:
    codes = [add(ada, Authenticator()).status_code for _ in range(MOST_PASSKEYS + 1)]
    assert codes == [200] * MOST_PASSKEYS + [409]


def test_later_the_password_is_asked_for(device: Authenticator, ada: Browser, workspace: Workspace) -> None:
    workspace.clock = lambda: NOW + timedelta(minutes=11)
    assert 'name="password"' in ada.get("/me/").text.split('id="passkeys"')[1]
    refused = add(ada, Authenticator(), password="wrong")  # noqa: S106
    assert refused.status_code == 403
    assert "not your password" in refused.json["error"]
    number = ada.get("/me/").text.split("/me/passkeys/")[1].split("/")[0]
    assert ada.post(f"/me/passkeys/{number}/remove").status_code == 403
    assert add(ada, Authenticator(), password=PASSWORD).status_code == 200
    assert ada.post(f"/me/passkeys/{number}/remove", {"password": PASSWORD}).status_code == 302
    assert device


def test_a_challenge_waits_only_so_long(device: Authenticator, nobody: Browser, workspace: Workspace) -> None:
    token_of(nobody)
    options = nobody.post("/log-in/passkey/options", json={}).json
    workspace.clock = lambda: NOW + timedelta(minutes=11)
    assert nobody.post("/log-in/passkey", json={"answer": device.get(options)}).status_code == 403


def test_trying_again_and_again_comes_to_an_end(
    device: Authenticator, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gcrm.people.passkeys.ADDRESS", ((timedelta(minutes=5), 3),))
    codes = [sign_in(browse(None), device, challenge="AAAA").status_code for _ in range(4)]
    assert codes == [403] * 3 + [429]


def test_after_the_password_a_passkey_is_the_second_factor(
    device: Authenticator, ada: Browser, bo: Browser, browse: Browse
) -> None:
    others = Authenticator()
    add(bo, others)
    page = ada.post("/me/passkeys/second-factor").text
    assert page.count("<code>") == 10
    code = page.split("<code>")[1].split("<")[0]
    assert "A passkey is asked for after the password since" in ada.get("/me/").text
    browser = log_in(browse)
    assert not is_in(browser)
    shown = browser.get("/log-in/code").text
    assert "Recovery code" in shown
    assert "authenticator app" not in shown
    for wrong in ("000000", "", "123456"):
        assert browser.post("/log-in/code", {"code": wrong}).status_code == 401
    options = browser.post("/log-in/passkey/options", json={"second": True}).json
    assert len(options["allowCredentials"]) == 1
    assert browser.post("/log-in/passkey", json={"answer": others.get(options)}).status_code == 403
    options = browser.post("/log-in/passkey/options", json={"second": True}).json
    assert browser.post("/log-in/passkey", json={"answer": device.get(options, handle="")}).json == {"next": "/"}
    assert is_in(browser)
    # A recovery code opens as well, once.
    assert log_in(browse).post("/log-in/code", {"code": code}).status_code == 302
    assert log_in(browse).post("/log-in/code", {"code": code}).status_code == 401


def test_nobody_begins_with_the_second_factor(device: Authenticator, ada: Browser, nobody: Browser) -> None:
    ada.post("/me/passkeys/second-factor")
    token_of(nobody)
    assert nobody.post("/log-in/passkey/options", json={"second": True}).status_code == 403
    assert device


def test_a_second_factor_needs_a_passkey(ada: Browser) -> None:
    assert ada.post("/me/passkeys/second-factor").status_code == 404


def test_without_the_last_passkey_no_second_factor_is_asked_for(
    device: Authenticator, ada: Browser, browse: Browse
) -> None:
    ada.post("/me/passkeys/second-factor")
    number = ada.get("/me/").text.split("/me/passkeys/")[1].split("/")[0]
    assert "your last one" in ada.post(f"/me/passkeys/{number}/remove", follow_redirects=True).text
    assert is_in(log_in(browse))
    assert device


def test_a_lost_phone_loses_its_passkeys_and_keeps_asking_for_a_recovery_code(
    device: Authenticator, ada: Browser, dee: Browser, browse: Browse
) -> None:
    ada.post("/me/passkeys/second-factor")
    assert "Phone" in dee.get("/users/ada").text
    assert "Locked out: 2 ways in have ended." in dee.post("/users/ada/lock-out", follow_redirects=True).text
    assert sign_in(browse(None), device).status_code == 403
    assert not is_in(log_in(browse))


def test_an_administrator_removes_one(device: Authenticator, dee: Browser, nobody: Browser) -> None:
    number = dee.get("/users/ada").text.split("/users/ada/passkeys/")[1].split("/")[0]
    assert dee.post(f"/users/bo/passkeys/{number}/remove").status_code == 404
    assert dee.post(f"/users/ada/passkeys/{number}/remove").status_code == 302
    assert sign_in(nobody, device).status_code == 403


def test_who_may_not_sign_in_does_not_with_a_passkey_either(
    device: Authenticator, dee: Browser, nobody: Browser
) -> None:
    dee.post("/users/ada", {"role": "rep", "rep": "north"})
    assert sign_in(nobody, device).status_code == 403
    assert not is_in(nobody)


def test_behind_a_proxy_the_name_is_the_one_outside(ada: Browser) -> None:
    # As the server hands it on, which believes the trusted proxy alone.
    cookie = ada.client.get_cookie("gcrm")
    assert cookie
    ada.client.set_cookie("gcrm", cookie.decoded_value, domain="crm.example")
    outside = {"base_url": "https://crm.example:8443", "headers": {"Referer": "https://crm.example:8443/"}}
    options = ada.post("/me/passkeys/options", json={}, **outside)
    assert options.json["rp"]["id"] == "crm.example"
    made = Authenticator("https://crm.example:8443", "crm.example")
    sent = {"answer": made.create(options.json), "name": "Phone"}
    assert ada.post("/me/passkeys", json=sent, **outside).status_code == 200
    assert "for crm.example," in ada.get("/me/").text
