"""Outside geocoders, against a server on this machine that answers as each of them does."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from gcrm.accounts.model import Account, Address, Level, Placement
from gcrm.accounts.place_outside import place_outside
from gcrm.geocoding.outside import outside_geocoders
from gcrm.platform.errors import InputRejected, NotReady
from gcrm.workspace import Workspace
from tests.fixtures.stores import FixedClock

AT = (9.5215, 47.1410)
PARTS = {"city": "Elsewhere", "postcode": "1234"}
ANSWERS = {
    # Path to the parameter that holds the question, and what the provider answers.
    "/search": (
        "q",
        [
            {
                "lat": str(AT[1]),
                "lon": str(AT[0]),
                "display_name": "12, Far Street, Elsewhere",
                "address": {"house_number": "12", "road": "Far Street", **PARTS},
            }
        ],
    ),
    "/api": (
        "q",
        {
            "features": [
                {
                    "geometry": {"type": "Point", "coordinates": AT},
                    "properties": {"housenumber": "12", "street": "Far Street", "name": "", **PARTS},
                }
            ]
        },
    ),
    "/v1/search": (
        "text",
        {
            "features": [
                {
                    "geometry": {"type": "Point", "coordinates": AT},
                    "properties": {"housenumber": "12", "street": "Far Street", "name": "12 Far Street", **PARTS},
                }
            ]
        },
    ),
    "/geocode/v1/json": (
        "q",
        {
            "results": [
                {
                    "geometry": {"lat": AT[1], "lng": AT[0]},
                    "formatted": "Far Street 12, 1234 Elsewhere",
                    "components": {"house_number": "12", "road": "Far Street", **PARTS},
                }
            ],
            "status": {"code": 200, "message": "OK"},
        },
    ),
}
SETTINGS = {
    "Nominatim": "nominatim={}",
    "Photon": "photon={}",
    "Pelias": "pelias={}?api_key=SECRET",
    "OpenCage": "opencage=SECRET@{}",
}


class Provider:
    """A server that answers as each of them does, and counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.queries: list[dict[str, list[str]]] = []
        self.statuses: list[int] = []
        """What the next questions are answered with; 200 when it is used up."""
        self.finds = True
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                url = urlsplit(self.path)
                name, answer = ANSWERS[url.path]
                query = parse_qs(url.query)
                provider.queries.append(query)
                provider.asked.append(query[name][0])
                nothing = {"/search": []}.get(
                    url.path, {"features": [], "results": [], "status": {"code": 200, "message": ""}}
                )
                body = json.dumps(answer if provider.finds else nothing).encode()
                self.send_response(provider.statuses.pop(0) if provider.statuses else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    @property
    def setting(self) -> str:
        return f"nominatim={self.url}"


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
    provider.statuses = [503] * 3
    done = place_outside(workspace, coders=outside_geocoders(provider.setting, delay=False, wait_s=0.0))
    assert (done.found, list(done.failed)) == (0, ["Nominatim"])
    with workspace.store.read() as tx:
        assert tx.accounts.get(far.id) == far


@pytest.mark.parametrize("name", SETTINGS)
def test_each_kind_of_provider_is_asked_in_its_own_way(
    workspace: Workspace, far: Account, provider: Provider, name: str
) -> None:
    coders = outside_geocoders(SETTINGS[name].format(provider.url), delay=False)
    assert place_outside(workspace, coders=coders).found == 1
    with workspace.store.read() as tx:
        placed = tx.accounts.get(far.id)
    assert (placed.place, placed.placement.level) == (AT, Level.HOUSE)
    assert placed.placement.source.startswith(f"{name} (127.0.0.1")
    assert provider.asked == ["Far Street 12, Elsewhere"]
    secrets = [value for query in provider.queries for key in ("api_key", "key") for value in query.get(key, [])]
    assert secrets == (["SECRET"] if "SECRET" in SETTINGS[name] else [])
    assert "SECRET" not in repr(placed)


def test_who_is_asked_first_is_a_preference(workspace: Workspace, far: Account, provider: Provider) -> None:
    other = Provider()
    try:
        provider.finds = False
        setting = f"photon={provider.url}, pelias={other.url}"
        done = place_outside(workspace, coders=outside_geocoders(setting, delay=False))
    finally:
        other.server.shutdown()
        other.server.server_close()
    assert (done.asked, done.found, len(provider.asked), len(other.asked)) == (2, 1, 1, 1)
    with workspace.store.read() as tx:
        assert tx.accounts.get(far.id).placement.source.startswith("Pelias")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_provider_that_is_busy_is_asked_again(
    workspace: Workspace, far: Account, provider: Provider, status: int
) -> None:
    provider.statuses = [status, status]
    done = place_outside(workspace, coders=outside_geocoders(provider.setting, delay=False, wait_s=0.0))
    with workspace.store.read() as tx:
        assert tx.accounts.get(far.id).place == AT
    assert (done.found, done.failed, len(provider.asked)) == (1, {}, 3)


def test_answers_are_kept_as_long_as_the_terms_allow(
    workspace: Workspace, clock: FixedClock, far: Account, provider: Provider
) -> None:
    coders = outside_geocoders(f"pelias={provider.url}", delay=False)
    assert place_outside(workspace, coders=coders).asked == 1
    for days, asked in ((29, 0), (2, 1)):
        clock.now += timedelta(days=days)
        with workspace.store.write() as tx:
            tx.accounts.update(far)
        assert place_outside(workspace, coders=coders).asked == asked


def test_each_provider_is_asked_no_faster_than_its_policy_allows() -> None:
    setting = "nominatim=https://a.example, photon=https://b.example, pelias=https://c.example, opencage=KEY"
    coders = outside_geocoders(setting)
    assert [coder.question.min_delay_seconds for coder in coders] == [1.0, 1.0, 0.2, 1.0]
    assert coders[-1].host == "api.opencagedata.com"


def test_the_same_house_in_another_town_is_not_taken(workspace: Workspace, provider: Provider) -> None:
    with workspace.store.write() as tx:
        tx.accounts.add(Account("Bo", address=Address(line="Far Street 12, 9490 Vaduz")))
        tx.accounts.add(Account("Cy", address=Address(line="Far Street 12, 1234")))
    done = place_outside(workspace, coders=outside_geocoders(provider.setting, delay=False))
    assert (done.wanted, done.found) == (2, 1)


@pytest.mark.parametrize(
    "setting", ["opencage=SECRET@nowhere", "google=KEY", "nominatim", "nominatim=ftp://host", "photon="]
)
def test_a_setting_that_cannot_be_meant_is_refused(setting: str) -> None:
    with pytest.raises(InputRejected) as refused:
        outside_geocoders(setting)
    assert "SECRET" not in str(refused.value)
