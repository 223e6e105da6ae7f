"""Other programs are told of each change: signed, in order, until it has arrived, and never in a private network."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from gcrm.accounts.model import Account
from gcrm.exchange.model import FedKind
from gcrm.exchange.tell import tell
from gcrm.exchange.webhook import BACK_OFF, Delivery, Webhook
from gcrm.exchange.webhooks import add_webhook, remove_webhook, replay, start_webhook
from gcrm.people.user import Role, User
from gcrm.people.users import add_user
from gcrm.platform.errors import InputRejected, NotAllowed, NotFound, NotReady
from gcrm.platform.settings import Settings
from gcrm.workspace import Workspace
from tests.fixtures.stores import FixedClock

URL = "https://erp.example.com/hook"


@pytest.fixture(params=["geopackage", "postgis"])
def both(request: pytest.FixtureRequest) -> Workspace:
    name = "workspace" if request.param == "geopackage" else "postgis_workspace"
    opened: Workspace = request.getfixturevalue(name)
    return opened


class Address:
    """Another program: keeps what it is sent, and answers as it is told."""

    def __init__(self, *codes: int) -> None:
        self.codes = list(codes)
        self.sent: list[tuple[dict[str, Any], dict[str, str]]] = []

    def __call__(self, _url: str, body: bytes, head: dict[str, str]) -> int:
        self.sent.append((json.loads(body), head))
        return self.codes.pop(0) if self.codes else 200

    @property
    def accounts(self) -> list[int]:
        return [one["id"] for document, _ in self.sent for one in document["data"]["items"]]


def administrator(workspace: Workspace) -> User:
    return add_user(workspace, "dee", "Dee", Role.ADMINISTRATOR).user


def add(workspace: Workspace, *names: str) -> list[int]:
    with workspace.store.write() as tx:
        return [one.id for one in tx.accounts.add_many([Account(name) for name in names])]


def log_of(workspace: Workspace, webhook: Webhook) -> list[Delivery]:
    with workspace.store.read() as tx:
        return tx.webhooks.deliveries(webhook.id, 0, 100)


def test_an_address_is_told_of_what_comes_after_it_was_registered(both: Workspace) -> None:
    dee, address = administrator(both), Address()
    add(both, "Before")
    webhook = add_webhook(both, URL, {FedKind.ACCOUNT}, by=dee)
    new = add(both, "One", "Two")
    assert (tell(both, address).arrived, address.accounts) == (1, new)
    assert tell(both, address).arrived == 0
    (kept,) = log_of(both, webhook)
    assert (kept.tries, kept.code, kept.delivered_at is not None) == (1, 200, True)
    document, head = address.sent[0]
    assert (document["type"], head["webhook-id"]) == ("changes", kept.message)


def test_a_message_is_signed_as_standard_webhooks_says(workspace: Workspace) -> None:
    webhook = add_webhook(workspace, URL, {FedKind.ACCOUNT}, by=administrator(workspace))
    add(workspace, "Ünï")
    bodies: list[tuple[bytes, dict[str, str]]] = []

    def keep(_url: str, body: bytes, head: dict[str, str]) -> int:
        bodies.append((body, head))
        return 204

    tell(workspace, keep)
    ((body, head),) = bodies
    assert webhook.secret.startswith("whsec_")
    key = base64.b64decode(webhook.secret[6:])
    text = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    assert head["webhook-signature"] == f"v1,{expected}"
    assert int(head["webhook-timestamp"]) == int(workspace.clock().timestamp())


def test_what_does_not_arrive_is_tried_again_later_and_nothing_overtakes_it(both: Workspace, clock: FixedClock) -> None:
    dee, address = administrator(both), Address(500, 503)
    webhook = add_webhook(both, URL, {FedKind.ACCOUNT}, by=dee)
    first = add(both, "One")
    assert (tell(both, address).failed, tell(both, address).failed) == (1, 0)
    later = add(both, "Two")
    for wait in BACK_OFF[:2]:
        clock.move(seconds=wait.total_seconds() - 1)
        before = len(address.sent)
        tell(both, address)
        assert len(address.sent) == before
        clock.move(seconds=1)
        tell(both, address)
    assert address.accounts == [*first * 3, *later]
    names = [head["webhook-id"] for _, head in address.sent]
    assert (len(set(names[:3])), len(set(names))) == (1, 2)
    assert [one.tries for one in log_of(both, webhook)] == [3, 1]


def test_an_address_that_never_answers_is_stopped_and_can_be_started_again(
    workspace: Workspace, clock: FixedClock
) -> None:
    dee = administrator(workspace)
    webhook = add_webhook(workspace, URL, {FedKind.ACCOUNT}, by=dee)
    (one,) = add(workspace, "One")

    def dead(_url: str, _body: bytes, _head: dict[str, str]) -> int:
        raise NotReady("erp.example.com does not answer.", "Try again later.")

    for _ in range(len(BACK_OFF) + 1):
        tell(workspace, dead)
        clock.move(days=1)
    with workspace.store.read() as tx:
        assert "does not answer" in tx.webhooks.get(webhook.id).stopped
    address = Address()
    assert tell(workspace, address).arrived == 0
    start_webhook(workspace, webhook.id, by=dee)
    assert (tell(workspace, address).arrived, address.accounts) == (1, [one])


def test_an_address_that_is_gone_is_told_no_more(workspace: Workspace, clock: FixedClock) -> None:
    add_webhook(workspace, URL, {FedKind.ACCOUNT}, by=administrator(workspace))
    add(workspace, "One")
    address = Address(410)
    tell(workspace, address)
    clock.move(days=2)
    tell(workspace, address)
    assert len(address.sent) == 1


def test_a_message_is_sent_again_when_asked(workspace: Workspace) -> None:
    dee, address = administrator(workspace), Address()
    webhook = add_webhook(workspace, URL, {FedKind.ACCOUNT}, by=dee)
    (one,) = add(workspace, "One")
    tell(workspace, address)
    replay(workspace, webhook.id, log_of(workspace, webhook)[0].id, by=dee)
    tell(workspace, address)
    assert address.accounts == [one, one]
    assert len({head["webhook-id"] for _, head in address.sent}) == 2
    remove_webhook(workspace, webhook.id, by=dee)
    with pytest.raises(NotFound):
        replay(workspace, webhook.id, 1, by=dee)


def test_two_workers_do_not_send_the_same_at_once(workspace: Workspace) -> None:
    add_webhook(workspace, URL, {FedKind.ACCOUNT}, by=administrator(workspace))
    add(workspace, "One")
    inner = Address()

    def slow(url: str, body: bytes, head: dict[str, str]) -> int:
        # While one is sending, another round comes by.
        assert tell(workspace, inner).arrived == 0
        return Address()(url, body, head)

    assert tell(workspace, slow).arrived == 1
    assert inner.sent == []


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/x", "https://localhost/x", "https://[::1]/x", "https://10.0.0.8/x", "https://169.254.169.254/",
        "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://0.0.0.0/", "https://2130706433/",
        "https://0x7f.1/", "https://127.1/", "https://printer.local/", "https://db/", "http://erp.example.com/",
        "ftp://erp.example.com/", "https://user:pw@erp.example.com/", "https://", "nonsense", "https://erp.example.com:0/",
        "https://[fe80::1]/", "https://224.0.0.1/", "https://192.168.1.1:8443/", "https://100.64.0.1/",
    ],
)  # fmt: skip
def test_an_address_in_a_private_network_is_refused(workspace: Workspace, url: str) -> None:
    with pytest.raises(InputRejected):
        add_webhook(workspace, url, {FedKind.ACCOUNT}, by=administrator(workspace))


def test_only_an_administrator_registers_addresses(workspace: Workspace) -> None:
    pia = add_user(workspace, "pia", "Pia", Role.PLANNER).user
    with pytest.raises(NotAllowed):
        add_webhook(workspace, URL, {FedKind.ACCOUNT}, by=pia)


@pytest.fixture
def inside() -> Iterator[tuple[str, list[bytes]]]:
    """A server in the private network."""
    asked: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}/hook", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_name_that_leads_into_the_private_network_is_not_asked(
    workspace: Workspace, inside: tuple[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, asked = inside
    webhook = add_webhook(workspace, URL, {FedKind.ACCOUNT}, by=administrator(workspace))
    port = int(url.rpartition(":")[2].partition("/")[0])
    found = [(2, 1, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr("gcrm.platform.outbound.socket.getaddrinfo", lambda *_args, **_more: found)
    add(workspace, "One")
    assert tell(workspace).failed == 1
    assert asked == []
    assert "private network" in log_of(workspace, webhook)[0].error


def test_a_host_that_the_administrator_names_is_told(
    workspace: Workspace, inside: tuple[str, list[bytes]], clock: FixedClock
) -> None:
    url, asked = inside
    dee = administrator(workspace)
    with pytest.raises(InputRejected):
        add_webhook(workspace, url, {FedKind.ACCOUNT}, by=dee)
    allowing = Workspace(Settings(workspace.settings.home, private_hosts="localhost"), clock)
    add_webhook(allowing, url, {FedKind.ACCOUNT}, by=dee)
    (one,) = add(allowing, "One")
    assert tell(allowing).arrived == 1
    assert [json.loads(body)["data"]["items"][0]["id"] for body in asked] == [one]
    allowing.close()


def test_the_log_forgets_what_arrived_long_ago(workspace: Workspace, clock: FixedClock) -> None:
    webhook = add_webhook(workspace, URL, {FedKind.ACCOUNT}, by=administrator(workspace))
    address = Address()
    add(workspace, "One")
    tell(workspace, address)
    clock.move(days=timedelta(days=31).days)
    (two,) = add(workspace, "Two")
    tell(workspace, address)
    assert [one.document["data"]["items"][0]["id"] for one in log_of(workspace, webhook)] == [two]
