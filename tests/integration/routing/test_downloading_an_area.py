"""OSMnx asks servers that stand on this machine and answer as Nominatim and Overpass do."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import osmium
import osmnx as ox
import pytest

from routing.errors import DownloadFailed, PlaceUnknown
from routing.network.download import download_area
from routing.network.read import read_street_network
from tests.unit.routing.worlds import World, grid

GHENT = {
    "display_name": "Ghent",
    "importance": 1,
    "lat": "47.1",
    "lon": "9.5",
    "boundingbox": ["47.09", "47.11", "9.49", "9.51"],
    "geojson": {
        "type": "Polygon",
        "coordinates": [[[9.49, 47.09], [9.51, 47.09], [9.51, 47.11], [9.49, 47.11], [9.49, 47.09]]],
    },
}


def as_json(world: World) -> list[dict[str, object]]:
    """The elements of a world as Overpass lists them: ways before their nodes."""
    elements: list[dict[str, object]] = []
    for number, (refs, tags) in enumerate(world.ways, 1):
        elements.append({"type": "way", "id": number, "nodes": refs, "tags": dict(tags)})
    for spot, number in world.nodes.items():
        lon, lat = world.lonlat(spot)
        elements.append(
            {"type": "node", "id": number, "lon": lon, "lat": lat, "tags": dict(world.node_tags.get(spot, {}))}
        )
    for number, (members, tags) in enumerate(world.relations, 1):
        named = [{"type": kind, "ref": ref, "role": role} for kind, ref, role in members]
        elements.append({"type": "relation", "id": number, "members": named, "tags": dict(tags)})
    return elements


class Servers(HTTPServer):
    """Both servers in one."""

    places: list[dict[str, object]]
    answer: dict[str, object]
    asked: str


class Answers(BaseHTTPRequestHandler):
    server: Servers

    def do_GET(self) -> None:
        self.reply(self.server.places)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked = parse_qs(body)["data"][0]
        self.reply(self.server.answer)

    def reply(self, document: object) -> None:
        content = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Servers]:
    with Servers(("127.0.0.1", 0), Answers) as server:
        world = grid(oneway="yes")
        world.node((0, 1), highway="traffic_signals")
        world.restrict("no_left_turn", 1, (0, -1), 5)
        server.places, server.answer = [GHENT], {"elements": as_json(world)}
        address = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setattr(ox.settings, "nominatim_url", address)
        monkeypatch.setattr(ox.settings, "overpass_url", address)
        monkeypatch.setattr(ox.settings, "overpass_rate_limit", False)
        monkeypatch.setattr("osmnx._http._config_dns", lambda _: None)
        monkeypatch.setattr("time.sleep", lambda _: None)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.usefixtures("servers")
def test_a_downloaded_area_is_an_extract_like_any_other(tmp_path: Path) -> None:
    file = download_area("Ghent, Belgium", tmp_path / "ghent")
    assert file == tmp_path / "ghent.osm.pbf"
    network = read_street_network(file)
    world = grid(oneway="yes")
    world.node((0, 1), highway="traffic_signals")
    world.restrict("no_left_turn", 1, (0, -1), 5)
    assert network.metres.tolist() == pytest.approx(world.network(tmp_path).metres.tolist())
    assert len(network.turn_to) == len(world.network(tmp_path).turn_to)


def test_everything_that_an_area_is_made_of_is_asked_for(servers: Servers, tmp_path: Path) -> None:
    download_area("Ghent, Belgium", tmp_path / "ghent")
    for part in ("'highway'", "'addr:housenumber'", "'place'", "'building'", "'shop'", "'type'='restriction'"):
        assert part in servers.asked


@pytest.mark.usefixtures("servers")
def test_the_extract_is_in_the_order_that_every_reader_expects(tmp_path: Path) -> None:
    file = download_area("Ghent, Belgium", tmp_path / "streets.osm")
    kinds = [entity.type_str() for entity in osmium.FileProcessor(str(file))]
    assert kinds == sorted(kinds, key="nwr".index)
    assert set(kinds) == {"n", "w", "r"}


def test_a_place_that_nobody_knows_is_said_to_be_unknown(servers: Servers, tmp_path: Path) -> None:
    servers.places = []
    with pytest.raises(PlaceUnknown, match=r"Nowhere.*Add the country"):
        download_area("Nowhere", tmp_path / "nowhere")
    assert not list(tmp_path.iterdir())


def test_a_server_that_gives_up_leaves_no_half_area(servers: Servers, tmp_path: Path) -> None:
    servers.answer = {"elements": [], "remark": "runtime error: Query timed out"}
    with pytest.raises(DownloadFailed, match=r"timed out.*smaller place"):
        download_area("Ghent, Belgium", tmp_path / "ghent")
    assert not list(tmp_path.iterdir())


def test_no_connection_is_said_with_what_else_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(ox.settings, "nominatim_url", "http://127.0.0.1:9")
    monkeypatch.setattr("time.sleep", lambda _: None)
    with pytest.raises(DownloadFailed, match="import the file"):
        download_area("Ghent, Belgium", tmp_path / "ghent")
