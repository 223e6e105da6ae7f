"""OSRM on another machine or in another process: `osrm-routed`, asked over HTTP.

Large matrices are asked for in tiles: one question for a 12,500-square table ends a server of 10 GB. Only coordinates
are sent, never a name or an address.
"""

import json
import threading
import time
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import requests
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as ReadTimedOut

from routing.errors import RouterUnavailable
from routing.network.street_network import StreetNetwork
from routing.points import Points
from routing.travel_times.osrm import OsrmRouter
from routing.travel_times.osrm_engine import Tile, TileAnswer, WayAnswer, tiles_of, way_of
from routing.travel_times.soundness import BadTable, table_of

TILE = 500
"""The most origins, and destinations, of one question."""
LIMITS_TRIED = (TILE, 350, 250, 100, 50, 25, 10)
"""Table sizes that a server is probed for, largest first; `osrm-routed` allows 100 unless told otherwise."""
CONNECT_S = 3.0
ANSWER_S = 60.0
"""How long one question may take, from its first byte sent to the last received."""
MOST_BYTES = 64_000_000
TRIES = 3
PAUSE_S = 0.3
RESTART_S = 45.0
"""How long a matrix that has begun waits for a server that has gone; then it goes on, and what was answered stays."""
NEAR_M = 2_000.0
"""A server whose nearest street is farther from one of the area's own answers for some other area."""
EDGE = 0.02
"""Streets are looked for within the area's edges by this share of its junctions: extracts are cut differently there."""


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What a server said when it was connected to.

    table_limit: origins and destinations of one question; data_version: as the server was told when its files were
    prepared (`osrm-extract --data_version`), "" where it was told none.
    """

    table_limit: int
    data_version: str


class OsrmServer:
    """An `osrm-routed` at a URL. Safe to share between threads."""

    def __init__(self, url: str, *known_streets: tuple[float, float], answer_s: float = ANSWER_S) -> None:
        """Connect, and ask for the limits and the date of the data.

        url: http(s)://HOST[:PORT][/PREFIX]. known_streets: (lon, lat) on streets that the server must know.
        Raises RouterUnavailable if nobody answers there, or it is not OSRM, or one for elsewhere.
        """
        self.url = url.rstrip("/")
        self.shown = _without_password(self.url)
        self._answer_s = answer_s
        self._sessions = threading.local()
        self._tile = TILE
        self._known_streets = known_streets
        self.facts = self._connected()

    def check(self) -> None:
        """Ask whether it still answers, and for this area. Raises RouterUnavailable."""
        self._knows(self._known_streets[0])

    def tiles(self, count: int) -> list[Tile]:
        """Squares of what the server allows at once."""
        return tiles_of(count, self._tile, self._tile)

    def table(self, points: Points, tile: Tile) -> TileAnswer:
        """Times and distances of one tile; in smaller ones where the server has come to allow less meanwhile."""
        seconds = np.full((len(tile.origins), len(tile.destinations)), np.nan)
        metres = seconds.copy()
        step = min(self._tile, max(len(tile.origins), len(tile.destinations)))
        done = False
        while not done:
            done = True
            for row in range(0, len(tile.origins), step):
                for column in range(0, len(tile.destinations), step):
                    part = Tile(tile.origins[row : row + step], tile.destinations[column : column + step])
                    answer = self._asked(points, part)
                    if answer is None:
                        done = False
                        break
                    seconds[row : row + step, column : column + step] = answer.seconds
                    metres[row : row + step, column : column + step] = answer.metres
                if not done:
                    break
            if not done and step == 1:
                raise BadTable("the server takes no table at all")
            if not done:
                step = max(1, step // 2)
                self._tile = min(self._tile, step)
        return TileAnswer(seconds, metres)

    def way(self, points: Points) -> WayAnswer | None:
        """The drive from the first of two points to the second, None where there is none."""
        answer = self._get(f"route/v1/driving/{_path(points)}?overview=full&geometries=geojson&generate_hints=false")
        return way_of(answer) if answer.get("code") == "Ok" else None

    def _asked(self, points: Points, tile: Tile) -> TileAnswer | None:
        """One question; None where the server finds it too big."""
        rows, columns = np.asarray(tile.origins), np.asarray(tile.destinations)
        used = np.unique(np.concatenate([rows, columns]))
        if len(used) == 1:
            # The last corner of a matrix; OSRM refuses a table of one place.
            return TileAnswer(np.zeros((1, 1)), np.zeros((1, 1)))
        sources = ";".join(map(str, np.searchsorted(used, rows)))
        destinations = ";".join(map(str, np.searchsorted(used, columns)))
        # A long matrix is not given up because the server is started again in the middle of it.
        begun = tile.origins.start > 0 or tile.destinations.start > 0
        answer = self._get(
            f"table/v1/driving/{_path(points[used])}?sources={sources}&destinations={destinations}"
            "&annotations=duration,distance&generate_hints=false",
            patience_s=RESTART_S if begun else 0.0,
        )
        code = answer.get("code")
        if code == "TooBig":
            return None
        if code != "Ok" or "durations" not in answer or "distances" not in answer:
            raise BadTable(f"the server says {answer.get('code')!r}: {answer.get('message', '')!r}")
        shape = len(rows), len(columns)
        return TileAnswer(table_of(answer["durations"], *shape), table_of(answer["distances"], *shape))

    def _connected(self) -> ServerFacts:
        data_version = ""
        for street in self._known_streets:
            data_version = self._knows(street)
        spot = np.array([self._known_streets[0]])
        for limit in LIMITS_TRIED:
            if self._asked(np.repeat(spot, 2 * limit, axis=0), Tile(range(limit), range(limit, 2 * limit))) is not None:
                self._tile = limit
                return ServerFacts(limit, data_version)
        raise RouterUnavailable(
            f"The OSRM server {self.shown} allows tables of fewer than {LIMITS_TRIED[-1]} places.",
            f"Start it with `osrm-routed --max-table-size {TILE}`.",
        )

    def _knows(self, known_street: tuple[float, float]) -> str:
        """The version of the server's data. Raises RouterUnavailable where it has no street there."""
        spot = np.array([known_street])
        nearest = self._get(f"nearest/v1/driving/{_path(spot)}?number=1&generate_hints=false")
        waypoints = nearest.get("waypoints") or [{}]
        distance = waypoints[0].get("distance", float("inf")) if isinstance(waypoints[0], dict) else float("inf")
        if nearest.get("code") != "Ok" or not isinstance(distance, (int, float)) or not distance <= NEAR_M:
            raise RouterUnavailable(
                f"The OSRM server {self.shown} knows no street within {NEAR_M / 1000:.0f} km of "
                f"{known_street[0]:.5f},{known_street[1]:.5f}, which lies in your area.",
                "Start it with the files of your area, or choose the area that it was prepared for.",
            )
        return str(nearest.get("data_version", ""))

    def _get(self, question: str, patience_s: float = 0.0) -> dict[str, Any]:
        """The JSON of an answer, whatever its status. Raises RouterUnavailable after 3 tries and so many seconds."""
        why, until = "", time.monotonic() + patience_s
        for number in count():
            if number >= TRIES and time.monotonic() >= until:
                break
            if number:
                time.sleep(PAUSE_S * min(number, 5))
            try:
                status, body = self._received(f"{self.url}/{question}")
            except (requests.exceptions.RequestException, HTTPError) as fault:
                why = _in_words(fault, self._answer_s)
                continue
            if status in {413, 414, 431}:
                # The question's own length is over a limit of the server or of a proxy before it.
                return {"code": "TooBig"}
            answer = _json(body)
            if answer is not None and isinstance(answer.get("code"), str):
                return answer
            why = f"it answered with status {status}, and not as OSRM does"
            if status < 500:
                break
        raise RouterUnavailable(
            f"The OSRM server {self.shown} is of no use now: {why}.",
            "Start it, correct GCRM_OSRM_URL, or unset it to use the area's own router.",
        )

    def _received(self, address: str) -> tuple[int, bytes]:
        """Status and body. Raises requests' errors; Timeout also where bytes go on coming, but too slowly."""
        deadline = time.monotonic() + self._answer_s
        with self._session().get(
            address, timeout=(CONNECT_S, self._answer_s), stream=True, allow_redirects=False
        ) as response:
            parts, size = [], 0
            # What has come is taken at once: whoever sends a byte a second must not hold a plan for hours.
            while part := response.raw.read1(65_536, decode_content=True):
                parts.append(part)
                size += len(part)
                if size > MOST_BYTES:
                    raise requests.exceptions.ContentDecodingError("more than 64 MB")
                if time.monotonic() > deadline:
                    raise requests.exceptions.Timeout
            return response.status_code, b"".join(parts)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._sessions, "session", None)
        if session is None:
            session = self._sessions.session = requests.Session()
            # The server is one's own: no proxy of the environment stands between, and no password file is read.
            session.trust_env = False
        return session


class OsrmServerTravelTimes(OsrmRouter):
    """Times and ways from an `osrm-routed` at a URL, on the streets of the area."""

    def __init__(self, url: str, network: StreetNetwork) -> None:
        """network: the streets of the area that the server was started for.

        Raises RouterUnavailable if nobody answers there, or it is not OSRM, or one for elsewhere.
        """
        server = OsrmServer(url, *_spread_streets(network))
        super().__init__(server, network)
        self.facts = server.facts
        self._server = server
        data = (
            f"data of {self.facts.data_version}" if self.facts.data_version else "data of a date that it does not say"
        )
        self.about = f"OSRM at {server.shown}, {data}, tables of {self.facts.table_limit}"

    def check(self) -> None:
        """Ask the server. Raises RouterUnavailable."""
        self._server.check()


def _spread_streets(network: StreetNetwork) -> list[tuple[float, float]]:
    """The junction nearest to the middle of all, and those near the western, eastern, southern and northern edge."""
    at = np.column_stack([network.lon, network.lat])
    middle = np.median(at, axis=0)
    found = [int(np.argmin(((at - middle) ** 2).sum(axis=1)))]
    for axis in (0, 1):
        order = np.argsort(at[:, axis], kind="stable")
        found += [int(order[round(share * (len(order) - 1))]) for share in (EDGE, 1 - EDGE)]
    return [(float(lon), float(lat)) for lon, lat in at[list(dict.fromkeys(found))]]


def _path(points: Points) -> str:
    return ";".join(f"{lon:.6f},{lat:.6f}" for lon, lat in points)


def _json(body: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _in_words(fault: Exception, answer_s: float) -> str:
    if isinstance(fault, requests.exceptions.ConnectTimeout):
        return f"nobody took the call within {CONNECT_S:.0f} seconds"
    if isinstance(fault, (requests.exceptions.Timeout, ReadTimedOut)):
        return f"it did not answer within {answer_s:.0f} seconds"
    if isinstance(fault, requests.exceptions.SSLError):
        return "its certificate is not trusted"
    if isinstance(fault, requests.exceptions.ConnectionError):
        return "there is no connection to it"
    return f"its answer could not be read ({type(fault).__name__})"


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rsplit("@", 1)[-1]).geturl()
