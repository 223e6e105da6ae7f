"""OSRM in the process as a router: contraction hierarchies, a thousand times as fast as plain Dijkstra.

OSRM decides on times and ways. Where a point meets the streets is decided by `StreetFinder` on the street network that
`osrm_prepare` leaves beside OSRM's files, so that both routers agree on what is off the network and what is an island.
"""

import importlib.util
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely import LineString

from routing.errors import RouterUnavailable
from routing.network.street_network import StreetNetwork
from routing.points import LonLat, Points
from routing.travel_times.osrm_prepare import files_of, prepare, streets_file
from routing.travel_times.protocol import Isochrone, Leg, OdMatrix, Snapped
from routing.travel_times.snapping import Places
from routing.travel_times.streets import StreetTravelTimes, no_road_nearby, no_route, snap_with

__all__ = ["OsrmTravelTimes", "is_available", "prepare"]

ROWS_AT_ONCE = 256
"""OSRM holds Python's global lock while it answers; between so many rows of a matrix other threads have their turn."""
PACE_SAMPLE = 256
PACE_FROM_S = 120.0
"""Nearer junctions say little about the pace: whole tenths of seconds and single turns weigh too much."""


def is_available() -> bool:
    """Whether OSRM is installed here: its wheels are for Python 3.12 and later."""
    return importlib.util.find_spec("osrm") is not None


class OsrmTravelTimes:
    """Times and ways from the files that `prepare` wrote. Safe to share between threads.

    Several processes may open the same files: they are mapped into memory, and read only.
    """

    name = "osrm"

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
        import osrm

        self._osrm = osrm
        self._engine = _open(path_prefix)
        self.network = network if network is not None else StreetNetwork.load(streets_file(path_prefix))
        self._streets = StreetTravelTimes(self.network)
        self._finder = self._streets.finder

    def snap(self, points: Points) -> Snapped:
        """Place each point on its nearest street; see `StreetFinder.find` for islands."""
        return snap_with(self._finder, points)

    def matrix(self, points: Points) -> OdMatrix:
        """Times and distances between all ordered pairs of points, (lon, lat)."""
        count = len(points)
        seconds = np.zeros((count, count), dtype=np.int32)
        metres = np.zeros((count, count), dtype=np.int32)
        reachable = np.zeros((count, count), dtype=np.bool_)
        places = self._finder.find(points)
        for group in self._groups(places):
            times, lengths = self._table(places.points[group])
            cells = np.ix_(group, group)
            reachable[cells] = np.isfinite(times)
            seconds[cells] = np.rint(np.nan_to_num(times))
            metres[cells] = np.rint(np.nan_to_num(lengths))
        for table in (seconds, metres):
            np.fill_diagonal(table, 0)
        return OdMatrix(seconds=seconds, metres=metres, reachable=reachable)

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
        junctions, as a share of the street graph's.
        """
        return self._streets.isochrone_at_pace(origin, minutes, self._pace(origin, max(minutes, default=0.0)))

    def _pace(self, origin: LonLat, minutes: float) -> float:
        """OSRM's time as a share of the street graph's, to a sample of the junctions reached within so many minutes."""
        place = self._finder.find(np.array([origin]))
        ends, seconds = self._streets.reached_junctions(origin, minutes * 60)
        far = np.flatnonzero(seconds >= PACE_FROM_S)
        if place.street[0] < 0 or not len(far):
            return 1.0
        sample = far[:: max(1, len(far) // PACE_SAMPLE)]
        times = self._one_to_many(np.concatenate([place.points, ends[sample]]))
        ratios = times / seconds[sample]
        return float(np.median(ratios[np.isfinite(ratios)])) if np.isfinite(ratios).any() else 1.0

    def _groups(self, places: Places) -> list[NDArray[np.intp]]:
        """The points that may be asked for together: those on the large network, and those of each island.

        Asked for points of an island and of the mainland at once, OSRM moves the former to the mainland.
        """
        island = self._finder.island_of(places)
        on_network = places.street >= 0
        return [np.flatnonzero(on_network & (island == label)) for label in np.unique(island[on_network])]

    def _coordinates(self, points: Points) -> list[tuple[float, float]]:
        return [(float(lon), float(lat)) for lon, lat in points]

    def _table(self, points: Points) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Seconds and metres between points, NaN where there is no way; both (n, n)."""
        if len(points) == 1:
            return np.zeros((1, 1)), np.zeros((1, 1))
        coordinates = self._coordinates(points)
        blocks = []
        for first in range(0, len(points), ROWS_AT_ONCE):
            rows = list(range(first, min(first + ROWS_AT_ONCE, len(points))))
            found = self._ask(coordinates, rows, ["duration", "distance"])
            blocks.append((_numbers(found["durations"]), _numbers(found["distances"])))
        seconds, metres = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
        return seconds, metres

    def _one_to_many(self, points: Points) -> NDArray[np.float64]:
        """Seconds from the first point to each of the others, NaN where there is no way: (n - 1,)."""
        seconds = _numbers(self._ask(self._coordinates(points), [0], ["duration"])["durations"])
        return seconds[0, 1:]

    def _ask(self, coordinates: list[tuple[float, float]], rows: list[int], annotations: list[str]) -> Any:
        parameters = self._osrm.TableParameters(
            coordinates=coordinates, sources=rows, annotations=annotations, generate_hints=False
        )
        return self._engine.Table(parameters)

    def _leg(self, points: Points, places: Places, number: int, *, same_group: bool) -> Leg:
        start, end = points[number], points[number + 1]
        ends = places.points[number : number + 2]
        if (start == end).all():
            return Leg(0, 0, LineString(ends))
        if not same_group:
            raise no_route(start, end)
        try:
            found: Any = self._engine.Route(
                self._osrm.RouteParameters(
                    coordinates=self._coordinates(ends), geometries="geojson", overview="full", generate_hints=False
                )
            )
        except RuntimeError as none:
            raise no_route(start, end) from none
        route = found["routes"][0]
        line = [(point[0], point[1]) for point in route["geometry"]["coordinates"]]
        return Leg(round(route["duration"]), round(route["distance"]), LineString(line))


def _open(path_prefix: Path) -> Any:
    """The engine on the files of an area, mapped into memory.

    OSRM cuts endings that it knows off a path, wherever they stand in it (.osm, .pbf, .osrm), and then finds nothing.
    So it is given a plain name in a folder of links, which may go once the files are open.
    """
    import osrm

    with tempfile.TemporaryDirectory(prefix="gcrm-") as folder:
        for file in files_of(path_prefix):
            Path(folder, f"streets{file.name.removeprefix(path_prefix.name)}").symlink_to(file.absolute())
        try:
            return osrm.OSRM(
                algorithm="CH",
                storage_config=str(Path(folder) / "streets"),
                use_shared_memory=False,
                use_mmap=True,
                max_locations_distance_table=-1,
                max_locations_viaroute=-1,
            )
        except RuntimeError as damaged:
            raise RouterUnavailable(
                f"OSRM cannot read its files {path_prefix.name}.osrm.*: {damaged}.", "Import the area again."
            ) from damaged


def _numbers(table: Any) -> NDArray[np.float64]:
    """OSRM's nested arrays as one array, NaN for its None."""
    return np.array([list(row) for row in table], dtype=np.float64)
