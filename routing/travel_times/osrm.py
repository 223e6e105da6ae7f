"""OSRM as a router: contraction hierarchies, a thousand times as fast as plain Dijkstra.

OSRM decides on times and ways. Where a point meets the streets is decided by `StreetFinder` on the street network of
the same area, so that all routers agree on what is off the network and what is an island.
"""

import importlib.util
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from shapely import LineString, MultiPolygon

from routing.errors import RouterUnavailable
from routing.network.street_network import StreetNetwork
from routing.points import LonLat, Points
from routing.travel_times.mended import Mended
from routing.travel_times.osrm_engine import OsrmEngine, OsrmInProcess, Tile
from routing.travel_times.osrm_prepare import files_of, prepare, streets_file
from routing.travel_times.protocol import Isochrone, Leg, OdMatrix, Snapped
from routing.travel_times.snapping import Places
from routing.travel_times.soundness import LONGEST_S, BadTable, SoundTable, sound_table
from routing.travel_times.streets import StreetTravelTimes, no_road_nearby, no_route, snap_with

__all__ = ["OsrmRouter", "OsrmTravelTimes", "is_available", "prepare"]

PACE_SAMPLE = 256
PACE_FROM_S = 120.0
"""Nearer places say little about the pace: whole tenths of seconds and single turns weigh too much."""


def is_available() -> bool:
    """Whether OSRM is installed here: its wheels are for Python 3.12 and later."""
    return importlib.util.find_spec("osrm") is not None


class OsrmRouter:
    """Times and ways from an OSRM engine. Safe to share between threads."""

    name = "osrm"
    about = "OSRM in the process"

    def __init__(self, engine: OsrmEngine, network: StreetNetwork) -> None:
        """network: the streets that the engine answers for."""
        self.network = network
        self._engine = engine
        self._streets = StreetTravelTimes(network)
        self._finder = self._streets.finder

    def check(self) -> None:
        """Nothing: what is in the process answers."""

    def snap(self, points: Points) -> Snapped:
        """Place each point on its nearest street; see `StreetFinder.find` for islands."""
        return snap_with(self._finder, points)

    def matrix(self, points: Points) -> OdMatrix:
        """Times and distances between all ordered pairs of points, (lon, lat)."""
        count = len(points)
        seconds = np.zeros((count, count), dtype=np.int32)
        metres = np.zeros((count, count), dtype=np.int32)
        reachable = np.zeros((count, count), dtype=np.bool_)
        mended = Mended()
        places = self._finder.find(points)
        for group in self._groups(places):
            table = self._table(places.points[group])
            cells = np.ix_(group, group)
            seconds[cells], metres[cells], reachable[cells] = table.seconds, table.metres, table.reachable
            mended += table.mended
        return OdMatrix(seconds, metres, reachable, mended)

    def route(self, points: Points) -> tuple[Leg, ...]:
        """The drive through the points in the order given.

        Raises NoRoadNearby for a point off the network, NoRoute where two points do not connect.
        """
        places = self._finder.find(points)
        for number in np.flatnonzero(places.street < 0):
            raise no_road_nearby(points[number])
        group_of = np.full(len(points), -1)
        for label, group in enumerate(self._groups(places)):
            group_of[group] = label
        return tuple(
            self._leg(points, places, number, same_group=bool(group_of[number] == group_of[number + 1]))
            for number in range(len(points) - 1)
        )

    def isochrone(self, origin: LonLat, minutes: Sequence[float]) -> tuple[Isochrone, ...]:
        """The nested areas reached from `origin`, in the order of `minutes`.

        OSRM knows no isochrones, and asking it for the time to every spot of a grid would take minutes. So the street
        graph draws them, at the pace that OSRM drives at: the median of OSRM's times from this origin to a sample of
        places on streets, as a share of the street graph's.
        """
        return self._streets.isochrone_at_pace(origin, minutes, self._pace(origin, max(minutes, default=0.0)))

    def ground_of_each(self, origins: Sequence[LonLat], minutes: float) -> tuple[MultiPolygon, ...]:
        """The ground that each origin is the fastest to reach, drawn as isochrones are."""
        return self._streets.ground_of_each_at_pace(origins, minutes, [self._pace(one, minutes) for one in origins])

    def _pace(self, origin: LonLat, minutes: float) -> float:
        """OSRM's time as a share of the street graph's, to a sample of places reached within so many minutes."""
        place = self._finder.find(np.array([origin]))
        ends, seconds = self._streets.reached_places(origin, minutes * 60)
        far = np.flatnonzero(seconds >= PACE_FROM_S)
        if place.street[0] < 0 or not len(far):
            return 1.0
        sample = far[:: max(1, len(far) // PACE_SAMPLE)]
        points = np.concatenate([place.points, ends[sample]])
        try:
            times = self._engine.table(points, Tile(range(1), range(1, len(points)))).seconds[0]
        except BadTable:
            return 1.0
        sound = np.isfinite(times) & (times > 0) & (times < LONGEST_S)
        return float(np.median(times[sound] / seconds[sample][sound])) if sound.any() else 1.0

    def _groups(self, places: Places) -> list[NDArray[np.intp]]:
        """The points that may be asked for together: those on the large network, and those of each island.

        Asked for points of an island and of the mainland at once, OSRM moves the former to the mainland.
        """
        island = self._finder.island_of(places)
        on_network = places.street >= 0
        return [np.flatnonzero(on_network & (island == label)) for label in np.unique(island[on_network])]

    def _table(self, points: Points) -> SoundTable:
        """Times and distances between points on the streets; by the street graph where OSRM's are of no use."""
        count = len(points)
        if count == 1:
            return sound_table(np.zeros((1, 1)), np.zeros((1, 1)), points)
        seconds, metres = np.full((count, count), np.nan), np.full((count, count), np.nan)
        try:
            for tile in self._engine.tiles(count):
                answer = self._engine.table(points, tile)
                cells = np.ix_(tile.origins, tile.destinations)
                seconds[cells], metres[cells] = answer.seconds, answer.metres
            return sound_table(seconds, metres, points)
        except BadTable:
            instead = self._streets.matrix(points)
            mended = instead.mended + Mended(wrong_shape=count * (count - 1))
            return SoundTable(instead.seconds, instead.metres, instead.reachable, mended)

    def _leg(self, points: Points, places: Places, number: int, *, same_group: bool) -> Leg:
        start, end = points[number], points[number + 1]
        ends = places.points[number : number + 2]
        if (start == end).all():
            return Leg(0, 0, LineString(ends))
        way = self._engine.way(ends) if same_group else None
        if way is None or not math.isfinite(way.seconds) or way.seconds > LONGEST_S:
            raise no_route(start, end)
        line = LineString(way.line if len(way.line) > 1 else ends)
        metres = way.metres if math.isfinite(way.metres) else 0.0
        return Leg(max(0, round(way.seconds)), max(0, round(metres)), line)


class OsrmTravelTimes(OsrmRouter):
    """OSRM in the process, on the files that `prepare` wrote.

    Several processes may open the same files: they are mapped into memory, and read only.
    """

    def __init__(self, path_prefix: Path, network: StreetNetwork | None = None) -> None:
        """Open the files path_prefix.osrm.*.

        network: the streets of the same extract, if they are in memory already.
        Raises RouterUnavailable if OSRM is not installed or the files are not there.
        """
        if not is_available():
            raise RouterUnavailable(
                "OSRM is not installed: its wheels need Python 3.12 or later.",
                "Set GCRM_ROUTER=streets, or run on a newer Python.",
            )
        missing = next((file for file in files_of(path_prefix) if not file.is_file()), None)
        if missing is not None:
            raise RouterUnavailable(
                f"OSRM was not prepared for this area: {missing.name} is missing.",
                "Import the area again from an OpenStreetMap extract, or set GCRM_ROUTER=streets.",
            )
        engine = OsrmInProcess(path_prefix)
        super().__init__(engine, network if network is not None else StreetNetwork.load(streets_file(path_prefix)))
