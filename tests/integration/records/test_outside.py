"""Outside geocoders, against a server on this machine that answers as Nominatim and Photon do."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from gcrm.bootstrap import Workspace
from gcrm.domain.account import Account, Address, Level, Placement
from gcrm.errors import InputRejected, NotReady
from gcrm.geocoding.outside import outside_geocoders
from gcrm.services.place_outside import place_outside

NOMINATIM = [
    {
        "lat": "47.1410",
        "lon": "9.5215",
        "display_name": "12, Far Street, Elsewhere",
        "address": {"house_number": "12", "road": "Far Street", "city": "Elsewhere"},
    }
]


class Provider:
    """A server that counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.status = 200
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked.append(parse_qs(urlsplit(self.path).query)["q"][0])
                body = json.dumps(NOMINATIM).encode()
                self.send_response(provider.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def setting(self) -> str:
        return f"nominatim=http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def provider() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.server.shutdown()
    provider.server.server_close()
    provider.thread.join()


@pytest.fixture
def far(workspace: Workspace) -> Account:
    with workspace.store.write() as tx:
        return tx.accounts.add(
            Account("Ada", address=Address(line="Far Street 12, Elsewhere"), placement=Placement(reason="Not here."))
        )


def test_nothing_is_asked_unless_a_setting_says_so(workspace: Workspace) -> None:
    with pytest.raises(NotReady, match="no address leaves this machine"):
        place_outside(workspace)


def test_what_others_find_is_taken_with_its_source_and_asked_once(
    workspace: Workspace, far: Account, provider: Provider
) -> None:
    coders = outside_geocoders(provider.setting, delay=False)
    done = place_outside(workspace, coders=coders)
    assert (done.wanted, done.asked, done.found, done.failed) == (1, 1, 1, {})
    with workspace.store.read() as tx:
        placed = tx.accounts.get(far.id)
    assert placed.place == (9.5215, 47.1410)
    assert placed.placement.level is Level.HOUSE
    assert placed.placement.source.startswith("Nominatim (127.0.0.1")
    with workspace.store.write() as tx:
        tx.accounts.update(far)
    assert place_outside(workspace, coders=coders).asked == 0
    assert provider.asked == ["Far Street 12, Elsewhere"]


def test_an_answer_for_another_house_is_not_taken(workspace: Workspace, provider: Provider) -> None:
    with workspace.store.write() as tx:
        tx.accounts.add_many(
            [
                Account("Bo", address=Address(line="Far Street 21, Elsewhere")),
                Account("Cy", address=Address(line="Near Alley 12, Elsewhere")),
            ]
        )
    done = place_outside(workspace, coders=outside_geocoders(provider.setting, delay=False))
    assert (done.wanted, done.found) == (2, 0)


def test_a_provider_that_fails_is_left_alone_and_said(workspace: Workspace, far: Account, provider: Provider) -> None:
    provider.status = 503
    done = place_outside(workspace, coders=outside_geocoders(provider.setting, delay=False, wait_s=0.0))
    assert (done.found, list(done.failed)) == (0, ["Nominatim"])
    with workspace.store.read() as tx:
        assert tx.accounts.get(far.id) == far


@pytest.mark.parametrize("setting", ["google=KEY", "nominatim", "nominatim=ftp://host", "photon="])
def test_a_setting_that_cannot_be_meant_is_refused(setting: str) -> None:
    with pytest.raises(InputRejected):
        outside_geocoders(setting)
