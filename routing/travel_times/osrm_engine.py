"""OSRM itself, wherever it runs: what the router asks of it, and the one that runs in the process."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from routing.errors import RouterUnavailable
from routing.points import Points
from routing.travel_times.osrm_prepare import files_of
from routing.travel_times.soundness import table_of

Floats = NDArray[np.float64]

ROWS_AT_ONCE = 256
"""OSRM holds Python's global lock while it answers; between so many rows of a matrix other threads have their turn."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of a matrix that one question is about: positions of its origins and destinations among all points."""

    origins: range
    destinations: range


@dataclass(frozen=True, slots=True, eq=False)
class TileAnswer:
    """seconds, metres: (origins, destinations), NaN where OSRM says that no way leads."""

    seconds: Floats
    metres: Floats


@dataclass(frozen=True, slots=True)
class WayAnswer:
    """One drive as OSRM says it; line: (lon, lat) along it."""

    seconds: float
    metres: float
    line: Sequence[tuple[float, float]]


class OsrmEngine(Protocol):
    """Who answers. Safe to share between threads."""

    def tiles(self, count: int) -> list[Tile]:
        """How a matrix of so many points is divided into questions."""
        ...

    def table(self, points: Points, tile: Tile) -> TileAnswer:
        """Times and distances of one tile of the points' matrix.

        Raises BadTable for an answer that is of no use, RouterUnavailable if there is none.
        """
        ...

    def way(self, points: Points) -> WayAnswer | None:
        """The drive from the first of two points to the second, None where there is none."""
        ...


def tiles_of(count: int, rows: int, columns: int) -> list[Tile]:
    """The tiles of a matrix of so many points, from left to right and from top to bottom."""
    return [
        Tile(range(row, min(row + rows, count)), range(column, min(column + columns, count)))
        for row in range(0, count, rows)
        for column in range(0, count, columns)
    ]


def way_of(answer: Any) -> WayAnswer | None:
    """The first route of OSRM's answer; None where there is none, or it has no length in time."""
    routes = answer["routes"]
    if not len(routes):
        return None
    route = routes[0]
    try:
        seconds, metres = float(route["duration"]), float(route["distance"])
        line = [(float(point[0]), float(point[1])) for point in route["geometry"]["coordinates"]]
    except (KeyError, TypeError, ValueError):
        return None
    return WayAnswer(seconds, metres, line)


class OsrmInProcess:
    """OSRM on the files of an area, mapped into memory and read only: several processes may open the same."""

    def __init__(self, path_prefix: Path) -> None:
        """Open the files path_prefix.osrm.*. Raises RouterUnavailable if they cannot be read."""
        import osrm

        self._osrm = osrm
        self._engine = _open(path_prefix)

    def tiles(self, count: int) -> list[Tile]:
        """Whole rows, so many at once that other threads have their turn."""
        return tiles_of(count, ROWS_AT_ONCE, max(1, count))

    def table(self, points: Points, tile: Tile) -> TileAnswer:
        """Times and distances of one tile of the points' matrix."""
        rows, columns = list(tile.origins), list(tile.destinations)
        parameters = self._osrm.TableParameters(
            coordinates=_coordinates(points),
            sources=rows,
            destinations=columns,
            annotations=["duration", "distance"],
            generate_hints=False,
        )
        found: Any = self._engine.Table(parameters)
        shape = len(rows), len(columns)
        return TileAnswer(table_of(found["durations"], *shape), table_of(found["distances"], *shape))

    def way(self, points: Points) -> WayAnswer | None:
        """The drive from the first of two points to the second, None where there is none."""
        try:
            return way_of(
                self._engine.Route(
                    self._osrm.RouteParameters(
                        coordinates=_coordinates(points), geometries="geojson", overview="full", generate_hints=False
                    )
                )
            )
        except RuntimeError:
            return None


def _coordinates(points: Points) -> list[tuple[float, float]]:
    return [(float(lon), float(lat)) for lon, lat in points]


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
