"""Finding the street that a point lies on: a grid of cells over the streets, searched outwards by compiled code."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from routing.network.street_network import StreetNetwork
from routing.points import Points
from routing.travel_times.protocol import SNAP_MAX_M

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

CELL_M = 75.0
MOST_CELLS = 4_000_000
SMALL_PIECE = 1_000
"""Streets that fewer edges than this hang together with are an island, unless the whole network is not much larger.
Source: OSRM calls components of fewer than 1,000 edges tiny."""
SMALL_SHARE = 0.1
OFF_ISLAND_M = 300.0
"""A point whose nearest street is on an island is placed on the large network if that is at most so much farther."""


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where n points lie on the streets.

    street: (n,) int32, -1 where no street is near enough; share: (n,) how far along the street as drawn, 0..1.
    points: (n, 2) lon and lat on the street; distance_m: (n,) from the point to there.
    """

    street: Ints
    share: Floats
    points: Points
    distance_m: Floats


@njit(cache=True, nogil=True)
def metres_per_degree(lat: Any) -> tuple[Any, Any]:
    """Metres that a degree of longitude and one of latitude span at a latitude on WGS84; one number or an array.

    Source: the radii of curvature in the prime vertical and in the meridian.
    """
    sine = np.sin(np.radians(lat))
    root = np.sqrt(1 - 0.0066943799901413165 * sine * sine)
    across = 6378137.0 / root * np.cos(np.radians(lat))
    along = 6378137.0 * (1 - 0.0066943799901413165) / (root * root * root)
    return np.radians(across), np.radians(along)


@njit(cache=True)
def _fill_cells(
    x: Floats, y: Floats, segment: Ints, cell_x: float, cell_y: float, columns: int, rows: int
) -> tuple[Ints, Ints]:
    """For each cell the segments whose box touches it: starts (cells + 1,) and segments."""
    counts = np.zeros(columns * rows + 1, dtype=np.int32)
    inside = np.empty(0, dtype=np.int32)
    for turn in range(2):
        for number in range(len(segment)):
            a = segment[number]
            left = int(min(x[a], x[a + 1]) / cell_x)
            right = int(max(x[a], x[a + 1]) / cell_x)
            low = int(min(y[a], y[a + 1]) / cell_y)
            high = int(max(y[a], y[a + 1]) / cell_y)
            for row in range(low, high + 1):
                for column in range(left, right + 1):
                    cell = row * columns + column
                    if turn == 0:
                        counts[cell + 1] += 1
                    else:
                        inside[counts[cell]] = number
                        counts[cell] += 1
        if turn == 0:
            counts = np.cumsum(counts).astype(np.int32)
            inside = np.empty(counts[-1], dtype=np.int32)
    starts = np.zeros(columns * rows + 1, dtype=np.int32)
    starts[1:] = counts[:-1]
    return starts, inside


@njit(cache=True, nogil=True)
def _nearest(
    px: float,
    py: float,
    kx: float,
    ky: float,
    most_m: float,
    x: Floats,
    y: Floats,
    segment: Ints,
    on_large: NDArray[np.bool_],
    starts: Ints,
    inside: Ints,
    cell_x: float,
    cell_y: float,
    columns: int,
    rows: int,
) -> tuple[int, float, float]:
    """The segment to place a point on, how far along it (0..1), and the metres to there; segment -1 for none."""
    near, near_share, near_m = -1, 0.0, most_m
    large, large_share, large_m = -1, 0.0, most_m
    home_column, home_row = int(np.floor(px / cell_x)), int(np.floor(py / cell_y))
    step_m = min(cell_x * kx, cell_y * ky)
    ring = 0
    while (ring - 1) * step_m <= min(large_m, near_m + OFF_ISLAND_M):
        for row in range(max(home_row - ring, 0), min(home_row + ring, rows - 1) + 1):
            on_edge = row in (home_row - ring, home_row + ring)
            stride = 1 if on_edge or ring == 0 else 2 * ring
            for column in range(home_column - ring, home_column + ring + 1, stride):
                if column < 0 or column >= columns:
                    continue
                cell = row * columns + column
                for place in range(starts[cell], starts[cell + 1]):
                    number = inside[place]
                    a = segment[number]
                    dx, dy = (x[a + 1] - x[a]) * kx, (y[a + 1] - y[a]) * ky
                    qx, qy = (px - x[a]) * kx, (py - y[a]) * ky
                    square = dx * dx + dy * dy
                    share = 0.0 if square == 0 else min(1.0, max(0.0, (qx * dx + qy * dy) / square))
                    distance = np.hypot(qx - share * dx, qy - share * dy)
                    if distance < near_m:
                        near, near_share, near_m = number, share, distance
                    if on_large[number] and distance < large_m:
                        large, large_share, large_m = number, share, distance
        ring += 1
    if large >= 0 and large_m <= near_m + OFF_ISLAND_M:
        return large, large_share, large_m
    return near, near_share, near_m


@njit(cache=True, nogil=True)
def _nearest_all(
    px: Floats,
    py: Floats,
    lat: Floats,
    most_m: float,
    x: Floats,
    y: Floats,
    segment: Ints,
    on_large: NDArray[np.bool_],
    starts: Ints,
    inside: Ints,
    cell_x: float,
    cell_y: float,
    columns: int,
    rows: int,
    found: Ints,
    share: Floats,
    metres: Floats,
) -> None:
    for point in range(len(px)):
        kx, ky = metres_per_degree(lat[point])
        found[point], share[point], metres[point] = _nearest(
            px[point],
            py[point],
            kx,
            ky,
            most_m,
            x,
            y,
            segment,
            on_large,
            starts,
            inside,
            cell_x,
            cell_y,
            columns,
            rows,
        )


class StreetFinder:
    """Places points on streets. Longitudes are counted from the west end of the network, so none jumps at 180."""

    def __init__(self, network: StreetNetwork) -> None:
        self._west, south, east, north = network.bbox
        self._south = south
        self._x = (network.shape[:, 0] - self._west) % 360
        self._y = network.shape[:, 1] - south

        width, height = (east - self._west) % 360, north - south
        kx, ky = metres_per_degree((south + north) / 2)
        cell_m = max(CELL_M, np.sqrt((width * kx + CELL_M) * (height * ky + CELL_M) / MOST_CELLS))
        self._cell_x, self._cell_y = cell_m / kx, cell_m / ky
        self._columns, self._rows = int(width / self._cell_x) + 1, int(height / self._cell_y) + 1
        last_of_street = np.zeros(len(self._x), dtype=bool)
        last_of_street[network.shape_start[1:] - 1] = True
        self._segment = np.flatnonzero(~last_of_street).astype(np.int32)
        self._street = (np.searchsorted(network.shape_start, self._segment, side="right") - 1).astype(np.int32)
        large = network.piece_size[network.piece] >= min(SMALL_PIECE, SMALL_SHARE * network.piece_size[0])
        large_street = np.zeros(len(network.shape_start) - 1, dtype=bool)
        large_street[network.street[large]] = True
        self._on_large = large_street[self._street]
        # The piece that a street belongs to: of its two directions the one that hangs together with more.
        self._island = np.full(len(large_street), len(network.piece_size), dtype=np.int32)
        np.minimum.at(self._island, network.street, network.piece)
        self._island[large_street] = -1
        self._starts, self._inside = _fill_cells(
            self._x, self._y, self._segment, self._cell_x, self._cell_y, self._columns, self._rows
        )
        self._before_m, self._street_m = _metres_along(self._x, self._y, self._segment, self._street, south)

    def find(self, points: Points, most_m: float = SNAP_MAX_M) -> Places:
        """The place on a street for each point: the nearest on the large network, or on an island if that is far.

        points: (n, 2) lon and lat. most_m: farther than this is no place.
        """
        lon, lat = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
        px = (lon - self._west + 180) % 360 - 180
        # West of the network is negative, not almost 360; and a network wider than half the globe has no west of it.
        px = np.where(px < -90, px + 360, px)
        found = np.empty(len(points), dtype=np.int32)
        share, metres = np.empty(len(points)), np.empty(len(points))
        _nearest_all(
            px,
            lat - self._south,
            lat,
            most_m,
            self._x,
            self._y,
            self._segment,
            self._on_large,
            self._starts,
            self._inside,
            self._cell_x,
            self._cell_y,
            self._columns,
            self._rows,
            found,
            share,
            metres,
        )
        none = found < 0
        number = np.where(none, 0, found)
        a = self._segment[number]
        street = self._street[number]
        step_m = self._before_m[a + 1] - self._before_m[a]
        along = self._before_m[a] + share * step_m
        whole = self._street_m[street]
        on_x = self._x[a] + share * (self._x[a + 1] - self._x[a])
        on_y = self._y[a] + share * (self._y[a + 1] - self._y[a])
        on_street = np.column_stack([(on_x + self._west + 180) % 360 - 180, on_y + self._south])
        return Places(
            street=np.where(none, -1, street).astype(np.int32),
            share=np.where(whole > 0, along / np.where(whole > 0, whole, 1), 0.0),
            points=np.where(none[:, None], points, on_street),
            distance_m=np.where(none, np.inf, metres),
        )

    def island_of(self, places: Places) -> Ints:
        """(n,) the island that each place lies on, -1 for the large network and for places that are nowhere."""
        return np.where(places.street < 0, np.int32(-1), self._island[places.street])


def _metres_along(x: Floats, y: Floats, segment: Ints, street: Ints, south: float) -> tuple[Floats, Floats]:
    """Metres from the beginning of its street to each point of it, and the metres of each street."""
    step = np.zeros(len(x) - 1)
    kx, ky = metres_per_degree((y[segment] + y[segment + 1]) / 2 + south)
    step[segment] = np.hypot((x[segment + 1] - x[segment]) * kx, (y[segment + 1] - y[segment]) * ky)
    total = np.concatenate([[0.0], np.cumsum(step)])
    first = segment[np.searchsorted(street, np.arange(street[-1] + 1))]
    last = segment[np.searchsorted(street, np.arange(street[-1] + 1), side="right") - 1] + 1
    before = total.copy()
    for_point = np.zeros(len(x))
    lengths = last - first + 1
    for_point[first[0] : last[-1] + 1] = np.repeat(total[first], lengths)
    return before - for_point, total[last] - total[first]
