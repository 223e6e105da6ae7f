"""OSRM by URL: a real `osrm-routed` on a small world, and servers that misbehave in every way that was thought of."""

import json
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path
from socket import socket
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from routing.errors import NoRoute, RouterUnavailable
from routing.network.street_network import StreetNetwork
from routing.travel_times import osrm_server
from routing.travel_times.osrm import OsrmTravelTimes, prepare
from routing.travel_times.osrm_server import OsrmServer, OsrmServerTravelTimes
from routing.travel_times.soundness import Mended
from tests.integration.routing.conftest import needs_osrm
from tests.unit.routing.worlds import BLOCK_M, BLOCK_S, grid

WORLD = grid(size=2)
SPOTS = WORLD.points((-1.5, 0), (0.5, 0), (0, 1.5), (1.2, -1))

Answer = tuple[int, dict[str, Any] | bytes]


@pytest.fixture(scope="module")
def streets(tmp_path_factory: pytest.TempPathFactory) -> StreetNetwork:
    return WORLD.network(tmp_path_factory.mktemp("streets"))


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(osrm_server, "PAUSE_S", 0.0)


class Pretender:
    """Answers as OSRM would on a world where all is driven straight, at 10 m/s; `twist` may change any answer."""

    def __init__(self, limit: int = 100) -> None:
        self.limit = limit
        self.twist: Callable[[str, dict[str, Any]], Answer] = lambda _service, answer: (200, answer)
        self.asked: list[str] = []

    def answer(self, path: str) -> Answer:
        parts = urlsplit(path)
        service = parts.path.split("/")[1]
        self.asked.append(service)
        spots = np.array([[float(one) for one in spot.split(",")] for spot in parts.path.rsplit("/", 1)[1].split(";")])
        answer: dict[str, Any] = {"code": "Ok", "data_version": "2026-11-01T00:00:00Z"}
        if service == "nearest":
            answer["waypoints"] = [{"distance": 3.0, "location": spots[0].tolist()}]
        elif service == "table":
            query = parse_qs(parts.query)
            rows, columns = ([int(one) for one in query[key][0].split(";")] for key in ("sources", "destinations"))
            if len(rows) > self.limit or len(columns) > self.limit:
                return 400, {"code": "TooBig", "message": "Too many table coordinates"}
            metres = 100_000 * np.abs(spots[rows][:, None] - spots[columns][None]).sum(axis=2)
            answer |= {"durations": (metres / 10).tolist(), "distances": metres.tolist()}
        else:
            metres = 100_000 * float(np.abs(spots[0] - spots[1]).sum())
            line = {"type": "LineString", "coordinates": spots.tolist()}
            answer["routes"] = [{"duration": metres / 10, "distance": metres, "geometry": line}]
        return self.twist(service, answer)


@contextmanager
def listening(handle: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            handle(self)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def pretending(pretender: Pretender) -> Iterator[str]:
    def handle(request: BaseHTTPRequestHandler) -> None:
        status, answer = pretender.answer(request.path)
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        request.send_response(status)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    with listening(handle) as url:
        yield url


class RealServer:
    """`osrm-routed` on files of the small world; it can be killed and started again under the same address."""

    def __init__(self, prefix: Path) -> None:
        self.prefix = prefix
        with closing(socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        program = str(resources.files("osrm") / "bin" / "osrm-routed")
        files = f"{self.prefix}.osrm"
        words = [program, files, "-i", "127.0.0.1", "-p", str(self.port), "--max-table-size", "3"]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self.process.stdout
        for line in self.process.stdout:
            if "running and waiting for requests" in line:
                break
        self.reading = threading.Thread(target=self.process.stdout.read, daemon=True)
        self.reading.start()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.reading.join()
        assert self.process.stdout
        self.process.stdout.close()


@pytest.fixture(scope="module")
def real_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    needs_osrm()
    folder = tmp_path_factory.mktemp("osrm")
    prepare(WORLD.write(folder), folder / "area")
    server = RealServer(folder / "area")
    yield server
    server.kill()


def test_a_matrix_goes_on_where_it_was_when_the_server_is_started_again(
    real_server: RealServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(osrm_server, "LIMITS_TRIED", (3,))
    monkeypatch.setattr(osrm_server, "PAUSE_S", 0.05)
    spots = WORLD.points(*((step / 5 - 1, 0) for step in range(10)))
    inside = OsrmTravelTimes(real_server.prefix)
    by_url = OsrmServerTravelTimes(real_server.url, inside.network)
    answered: list[str] = []
    received = osrm_server.OsrmServer._received
    starting: list[threading.Thread] = []

    def watched(self: OsrmServer, address: str) -> tuple[int, bytes]:
        if len(answered) == 6 and not starting:
            real_server.kill()
            starting.append(threading.Thread(target=real_server.start))
            starting[0].start()
        answer = received(self, address)
        answered.append(address)
        return answer

    monkeypatch.setattr(osrm_server.OsrmServer, "_received", watched)
    matrix = by_url.matrix(spots)
    starting[0].join()
    assert len(answered) == len(set(answered)) == 15, "each tile was answered once, the last, of one place, by nobody"
    assert np.abs(matrix.seconds - inside.matrix(spots).seconds).max() <= 1
    assert matrix.mended.cells == 0


def test_a_server_that_has_died_is_told_when_asked_how_it_is(
    real_server: RealServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(osrm_server, "LIMITS_TRIED", (3,))
    router = OsrmServerTravelTimes(real_server.url, OsrmTravelTimes(real_server.prefix).network)
    router.check()
    real_server.kill()
    try:
        with pytest.raises(RouterUnavailable, match="no connection"):
            router.check()
    finally:
        real_server.start()
    router.check()


def test_a_server_that_knows_only_a_part_of_the_area_is_told(streets: StreetNetwork) -> None:
    pretender = Pretender()
    east = float(np.max(streets.lon))

    def twist(service: str, answer: dict[str, Any]) -> Answer:
        if service == "nearest" and answer["waypoints"][0]["location"][0] > east - 1e-4:
            answer["waypoints"][0]["distance"] = 20_000.0
        return 200, answer

    pretender.twist = twist
    with pretending(pretender) as url, pytest.raises(RouterUnavailable, match="knows no street within 2 km") as told:
        OsrmServerTravelTimes(url, streets)
    assert "area" in told.value.remedy


def test_a_real_server_says_what_osrm_in_the_process_says(
    real_server: RealServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, prefix = real_server.url, real_server.prefix
    monkeypatch.setattr(osrm_server, "LIMITS_TRIED", (500, 100, 3))
    inside = OsrmTravelTimes(prefix)
    by_url = OsrmServerTravelTimes(url, inside.network)
    assert by_url.facts.table_limit == 3
    mine, theirs = by_url.matrix(SPOTS), inside.matrix(SPOTS)
    # Coordinates travel with six decimals: a tenth of a metre.
    assert np.abs(mine.seconds - theirs.seconds).max() <= 1
    assert np.abs(mine.metres - theirs.metres).max() <= 1
    assert mine.reachable.all()
    assert mine.seconds[0, 1] == pytest.approx(2 * BLOCK_S, abs=2)
    legs = by_url.route(SPOTS)
    assert [leg.metres for leg in legs] == pytest.approx([leg.metres for leg in inside.route(SPOTS)], abs=1)
    assert legs[0].metres == pytest.approx(2 * BLOCK_M, rel=0.01)


def test_the_limits_and_the_date_of_the_data_are_asked_for_when_connecting(streets: StreetNetwork) -> None:
    with pretending(Pretender(limit=60)) as url:
        router = OsrmServerTravelTimes(url, streets)
    assert router.facts.table_limit == 50
    assert router.facts.data_version == "2026-11-01T00:00:00Z"


def test_a_large_matrix_is_asked_for_in_tiles(streets: StreetNetwork) -> None:
    pretender = Pretender(limit=10)
    spots = WORLD.points(*((step / 20 - 1, 0) for step in range(25)))
    with pretending(pretender) as url:
        router = OsrmServerTravelTimes(url, streets)
        pretender.asked.clear()
        matrix = router.matrix(spots)
    assert pretender.asked == ["table"] * 9
    assert matrix.mended.cells == 0
    assert matrix.reachable.all()
    assert (np.diff(matrix.metres[0]) > 0).all()


def test_a_server_that_allows_less_after_a_restart_is_asked_for_less(streets: StreetNetwork) -> None:
    pretender = Pretender(limit=500)
    spots = WORLD.points(*((step / 20 - 1, 0) for step in range(25)))
    with pretending(pretender) as url:
        router = OsrmServerTravelTimes(url, streets)
        before = router.matrix(spots)
        pretender.limit = 7
        after = router.matrix(spots)
    assert (before.metres == after.metres).all()


def test_cells_that_cannot_be_are_mended_and_counted(streets: StreetNetwork) -> None:
    def twist(service: str, answer: dict[str, Any]) -> Answer:
        if service == "table" and len(answer["durations"]) == 4:
            answer["distances"][0][1] = -1
            answer["distances"][1][2] = None
            answer["durations"][2][3] = -5
            answer["durations"][3][0] = None
        return 200, answer

    pretender = Pretender()
    pretender.twist = twist
    with pretending(pretender) as url:
        matrix = OsrmServerTravelTimes(url, streets).matrix(SPOTS)
    assert matrix.mended == Mended(below_zero=2, missing=1)
    assert np.argwhere(~matrix.reachable).tolist() == [[3, 0]]
    assert matrix.metres[0, 1] == matrix.metres[1, 0] > 0
    assert matrix.seconds[2, 3] == matrix.seconds[3, 2] > 0


def _short(answer: dict[str, Any]) -> Answer:
    answer["durations"] = answer["durations"][:-1]
    return 200, answer


def _ragged(answer: dict[str, Any]) -> Answer:
    answer["distances"][0] = answer["distances"][0][:-1]
    return 200, answer


def _words(answer: dict[str, Any]) -> Answer:
    answer["durations"][0][1] = "soon"
    return 200, answer


def _without_distances(answer: dict[str, Any]) -> Answer:
    del answer["distances"]
    return 200, answer


def _no_table(_answer: dict[str, Any]) -> Answer:
    return 400, {"code": "NoTable", "message": "none"}


@pytest.mark.parametrize("spoil", [_short, _ragged, _words, _without_distances, _no_table])
def test_a_table_of_no_use_is_answered_by_the_street_graph_and_counted(
    streets: StreetNetwork, spoil: Callable[[dict[str, Any]], Answer]
) -> None:
    pretender = Pretender()
    with pretending(pretender) as url:
        router = OsrmServerTravelTimes(url, streets)
        pretender.twist = lambda service, answer: spoil(answer) if service == "table" else (200, answer)
        matrix = router.matrix(SPOTS)
    assert matrix.mended == Mended(wrong_shape=12)
    assert matrix.reachable.all()
    assert matrix.seconds[0, 1] == pytest.approx(2 * BLOCK_S, abs=2)


def test_a_gateway_that_fails_once_is_asked_again(streets: StreetNetwork) -> None:
    pretender = Pretender()
    failed: list[str] = []

    def twist(service: str, answer: dict[str, Any]) -> Answer:
        if failed.count(service) < 2:
            failed.append(service)
            return 502, b"<h1>Bad Gateway</h1>"
        return 200, answer

    pretender.twist = twist
    with pretending(pretender) as url:
        assert OsrmServerTravelTimes(url, streets).matrix(SPOTS).mended.cells == 0


@pytest.mark.parametrize(
    ("twist", "says"),
    [
        (lambda _service, _answer: (502, b"<h1>Bad Gateway</h1>"), "status 502"),
        (lambda _service, _answer: (200, b"<h1>Welcome</h1>"), "not as OSRM does"),
        (lambda _service, _answer: (200, b'["no", "osrm"]'), "not as OSRM does"),
        (lambda _service, _answer: (302, b""), "status 302"),
        (
            lambda _service, answer: (200, {**answer, "waypoints": [{"distance": 150_000.0}]}),
            "knows no street within 2 km",
        ),
        (lambda _service, _answer: (400, {"code": "NoSegment"}), "knows no street within 2 km"),
        (lambda _service, _answer: (200, {"code": "Ok", "waypoints": ["?"]}), "knows no street within 2 km"),
    ],
)
def test_what_is_not_the_areas_osrm_is_told_at_once(
    streets: StreetNetwork, twist: Callable[[str, dict[str, Any]], Answer], says: str
) -> None:
    pretender = Pretender()
    pretender.twist = twist
    with pretending(pretender) as url, pytest.raises(RouterUnavailable, match=re.escape(says)) as told:
        OsrmServerTravelTimes(url, streets)
    assert told.value.remedy


def test_nobody_there_is_told_without_the_password(streets: StreetNetwork) -> None:
    with closing(socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(RouterUnavailable, match="no connection") as told:
        OsrmServerTravelTimes(f"http://me:secret@127.0.0.1:{port}/", streets)
    assert "secret" not in str(told.value)


def test_a_server_that_dribbles_does_not_hold_a_plan() -> None:
    over = threading.Event()

    def handle(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "100000")
        request.end_headers()
        while not over.wait(0.05):
            try:
                request.wfile.write(b" ")
            except OSError:
                return

    with listening(handle) as url:
        began = time.monotonic()
        with pytest.raises(RouterUnavailable, match="did not answer within"):
            OsrmServer(url, (9.5, 47.1), answer_s=0.5)
        over.set()
    assert time.monotonic() - began < 5_000, "it came to an end"


def test_a_way_that_cannot_be_is_no_way(streets: StreetNetwork) -> None:
    pretender = Pretender()
    with pretending(pretender) as url:
        router = OsrmServerTravelTimes(url, streets)
        pretender.twist = lambda _service, answer: (200, {**answer, "routes": []})
        with pytest.raises(NoRoute):
            router.route(SPOTS[:2])
        pretender.twist = lambda _service, _answer: (400, {"code": "NoRoute"})
        with pytest.raises(NoRoute):
            router.route(SPOTS[:2])


def test_islands_are_asked_for_by_themselves(tmp_path: Path) -> None:
    world = grid(size=2)
    world.street((9, 0), (10, 0))
    pretender = Pretender()
    with pretending(pretender) as url:
        matrix = OsrmServerTravelTimes(url, world.network(tmp_path)).matrix(world.points((0.5, 0), (9.5, 0), (-0.5, 0)))
    assert matrix.reachable.tolist() == [[True, False, True], [False, True, False], [True, False, True]]
