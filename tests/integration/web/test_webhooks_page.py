"""The page of webhooks: what an administrator does there, a real address that is told, and the log of it."""

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from gcrm.accounts.model import Account
from gcrm.exchange.model import FedKind
from gcrm.exchange.tell import signature, tell
from gcrm.exchange.webhooks import all_webhooks
from gcrm.workspace import Workspace
from tests.integration.web.conftest import Browser
from webapp.webhooks.views import KIND_WORDS


class Told:
    """An address on loopback: what it was sent, and what it answers."""

    def __init__(self) -> None:
        self.status = 200
        self.sent: list[tuple[bytes, dict[str, str]]] = []
        self.url = ""

    @property
    def kinds(self) -> list[str]:
        return [json.loads(body)["type"] for body, _ in self.sent]


@pytest.fixture
def address(workspace: Workspace) -> Iterator[Told]:
    told = Told()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.sent.append((body, {name.lower(): value for name, value in self.headers.items()}))
            self.send_response(told.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    workspace.settings = replace(workspace.settings, private_hosts="127.0.0.1")
    told.url = f"http://127.0.0.1:{server.server_port}/hook"
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


def add(dee: Browser, address: Told) -> str:
    page = dee.post("/webhooks/", {"url": address.url, "kind": ["account"]}).text
    found = re.search(r"<code>(whsec_[^<]+)</code>", page)
    assert found
    assert found[1] not in dee.get("/webhooks/").text
    return found[1]


def test_every_kind_of_change_has_words() -> None:
    assert set(KIND_WORDS) == set(FedKind)


def test_an_address_is_added_told_and_its_log_shows_the_answer(
    workspace: Workspace, dee: Browser, address: Told
) -> None:
    secret = add(dee, address)
    with workspace.store.write() as tx:
        tx.accounts.add(Account("New Bakery"))
    tell(workspace)
    ((body, head),) = address.sent
    signed = signature(secret, head["webhook-id"], int(head["webhook-timestamp"]), body)
    assert head["webhook-signature"] == signed
    page = dee.get("/webhooks/1").text
    assert head["webhook-id"] in page
    assert "200, 24 Nov 2026" in page
    dee.post("/webhooks/1/deliveries/1/replay")
    tell(workspace)
    assert address.sent[1][0] == body


def test_a_test_is_sent_and_a_refusal_is_said(workspace: Workspace, dee: Browser, address: Told) -> None:
    add(dee, address)
    address.status = 500
    assert "The test is sent shortly." in dee.post("/webhooks/1", {"act": "test"}, follow_redirects=True).text
    assert "waiting" in dee.get("/webhooks/1").text
    tell(workspace)
    assert address.kinds == ["test"]
    assert "The address answered 500." in dee.get("/webhooks/1").text


def test_a_paused_address_is_told_of_all_when_it_is_started(workspace: Workspace, dee: Browser, address: Told) -> None:
    add(dee, address)
    dee.post("/webhooks/1", {"act": "pause"})
    assert "Paused." in dee.get("/webhooks/").text
    assert dee.post("/webhooks/1", {"act": "test"}).status_code == 409
    with workspace.store.write() as tx:
        tx.accounts.add(Account("New Bakery"))
    tell(workspace)
    assert not address.sent
    dee.post("/webhooks/1", {"act": "start"})
    tell(workspace)
    assert address.kinds == ["changes"]


def test_a_new_secret_signs_from_then_on(workspace: Workspace, dee: Browser, address: Told) -> None:
    first = add(dee, address)
    found = re.search(r"<code>(whsec_[^<]+)</code>", dee.post("/webhooks/1", {"act": "secret"}).text)
    assert found
    assert found[1] != first
    dee.post("/webhooks/1", {"act": "test"})
    tell(workspace)
    ((body, head),) = address.sent
    at = int(head["webhook-timestamp"])
    assert head["webhook-signature"] == signature(found[1], head["webhook-id"], at, body)


def test_it_is_removed_and_all_of_it_stands_in_the_audit_log(workspace: Workspace, dee: Browser, address: Told) -> None:
    add(dee, address)
    for act in ("pause", "start", "secret", "remove"):
        dee.post("/webhooks/1", {"act": act})
    with workspace.store.read() as tx:
        assert not all_webhooks(tx)
    page = dee.get("/audit/?event=webhook changed").text
    assert all(f"{word}: {address.url}" in page for word in ("added", "paused", "started", "new secret", "removed"))


@pytest.mark.parametrize(
    "form",
    [
        {"url": "https://erp.example.com/x"},
        {"url": "http://erp.example.com/x", "kind": "account"},
        {"url": "https://10.0.0.7/", "kind": "account"},
        {"url": "javascript:alert(1)", "kind": "account"},
        {"url": "https://erp.example.com/x", "kind": "nothing"},
        {},
    ],
    ids=str,
)
def test_what_is_no_address_is_refused_with_what_to_do(dee: Browser, form: dict[str, str]) -> None:
    answer = dee.post("/webhooks/", form)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


def test_what_there_is_not_is_not_found(dee: Browser, address: Told) -> None:
    assert dee.post("/webhooks/1", {"act": "pause"}).status_code == 404
    add(dee, address)
    assert dee.post("/webhooks/1", {"act": "explode"}).status_code == 400
    assert dee.post("/webhooks/1/deliveries/9/replay").status_code == 404
