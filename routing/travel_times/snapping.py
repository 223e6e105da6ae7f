"""Finding the street that a point lies on: a grid of cells over the streets, searched outwards by compiled code."""

from dataclasses import dataclass
from typing import Any, NamedTuple

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
"""A point whose nearest street is on an island, or a private yard, is placed on a street of the large network if that
is at most so much farther."""


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


class _Grid(NamedTuple):
    """Cells over the streets, and in their order the segments that touch each.

    starts: (cells + 1,) the segments of cell c are those from starts[c] to starts[c + 1].
    number: (k,) which segment; x, y: (k,) degrees from the south-west corner to where it begins; dx, dy: (k,) degrees
    from there to its end; preferred: (k,) whether it is of the
    large network and no private yard.
    """

    columns: int
    rows: int
    cell_x: float
    cell_y: float
    starts: Ints
    number: Ints
    x: Floats
    y: Floats
    dx: Floats
    dy: Floats
    preferred: NDArray[np.bool_]


@njit(cache=True, nogil=True)
def _cells(x: Floats, y: Floats, segment: Ints, cell_x: float, cell_y: float, columns: int, rows: int) -> Any:
    """For each cell the segments whose box touches it: starts (cells + 1,) and numbers."""
    starts = np.zeros(columns * rows + 2, dtype=np.int32)
    number = np.empty(0, dtype=np.int32)
    for filling in (False, True):
        for place in range(len(segment)):
            a = segment[place]
            left, right = int(min(x[a], x[a + 1]) / cell_x), int(max(x[a], x[a + 1]) / cell_x)
            low, high = int(min(y[a], y[a + 1]) / cell_y), int(max(y[a], y[a + 1]) / cell_y)
            for row in range(low, high + 1):
                for cell in range(row * columns + left, row * columns + right + 1):
                    if filling:
                        number[starts[cell + 1]] = place
                        starts[cell + 1] += 1
                    else:
                        starts[cell + 2] += 1
        if not filling:
            for cell in range(columns * rows):
                starts[cell + 2] += starts[cell + 1]
            number = np.empty(starts[-1], dtype=np.int32)
    return starts[:-1], number


@njit(cache=True, nogil=True)
def _nearest(grid: _Grid, px: float, py: float, kx: float, ky: float, most_m: float) -> tuple[int, float, float]:
    """The segment to place a point on, how far along it (0..1), and the metres to there; segment -1 for none.

    px, py: degrees from the grid's corner; kx, ky: metres a degree.
    """
    near, near_share, near_m = -1, 0.0, most_m
    large, large_share, large_m = -1, 0.0, most_m
    home_column, home_row = int(np.floor(px / grid.cell_x)), int(np.floor(py / grid.cell_y))
    step_m = min(grid.cell_x * kx, grid.cell_y * ky)
    ring = 0
    while (ring - 1) * step_m <= min(large_m, near_m + OFF_ISLAND_M):
        for row in range(max(home_row - ring, 0), min(home_row + ring, grid.rows - 1) + 1):
            whole = ring == 0 or row in (home_row - ring, home_row + ring)
            for column in range(home_column - ring, home_column + ring + 1, 1 if whole else 2 * ring):
                if column < 0 or column >= grid.columns:
                    continue
                cell = row * grid.columns + column
                for place in range(grid.starts[cell], grid.starts[cell + 1]):
                    dx, dy = grid.dx[place] * kx, grid.dy[place] * ky
                    qx, qy = (px - grid.x[place]) * kx, (py - grid.y[place]) * ky
                    square = dx * dx + dy * dy
                    share = 0.0 if square == 0 else min(1.0, max(0.0, (qx * dx + qy * dy) / square))
                    distance = np.sqrt((qx - share * dx) ** 2 + (qy - share * dy) ** 2)
                    if distance < near_m:
                        near, near_share, near_m = grid.number[place], share, distance
                    if grid.preferred[place] and distance < large_m:
                        large, large_share, large_m = grid.number[place], share, distance
        ring += 1
    if large >= 0 and large_m <= near_m + OFF_ISLAND_M:
        return large, large_share, large_m
    return near, near_share, near_m


@njit(cache=True, nogil=True)
def _nearest_all(
    grid: _Grid, px: Floats, py: Floats, lat: Floats, most_m: float, found: Ints, share: Floats, metres: Floats
) -> None:
    """Fill found, share and metres, all (n,), with what `_nearest` says."""
    for point in range(len(px)):
        kx, ky = metres_per_degree(lat[point])
        found[point], share[point], metres[point] = _nearest(grid, px[point], py[point], kx, ky, most_m)


class StreetFinder:
    """Places points on streets. Longitudes are counted from the west end of the network, so none jumps at 180."""

    def __init__(self, network: StreetNetwork) -> None:
        self._west, self._south, east, north = network.bbox
        self._x = (network.shape[:, 0] - self._west) % 360
        self._y = network.shape[:, 1] - self._south
        inner = np.ones(len(self._x), dtype=bool)
        inner[network.shape_start[1:] - 1] = False
        self._segment = np.flatnonzero(inner).astype(np.int32)
        self._street = (np.searchsorted(network.shape_start, self._segment, side="right") - 1).astype(np.int32)
        self._first = network.shape_start[:-1]
        self._before_m = self._metres_along()
        self._street_m = self._before_m[network.shape_start[1:] - 1] - self._before_m[self._first]
        large = network.piece_size[network.piece] >= min(SMALL_PIECE, SMALL_SHARE * network.piece_size[0])
        on_large = np.zeros(len(self._first), dtype=bool)
        on_large[network.street[large]] = True
        # The piece that a street belongs to: of its two directions the one that hangs together with more.
        self._island = np.full(len(on_large), len(network.piece_size), dtype=np.int32)
        np.minimum.at(self._island, network.street, network.piece)
        self._island[on_large] = -1
        on_large[network.street[network.private_yard]] = False
        self._grid = self._lay_grid((east - self._west) % 360, north - self._south, on_large[self._street])

    def _metres_along(self) -> Floats:
        """(c,) metres driven before each point, counted from the first point of the first street."""
        segment = self._segment
        kx, ky = metres_per_degree((self._y[segment] + self._y[segment + 1]) / 2 + self._south)
        step = np.zeros(len(self._x))
        dx, dy = self._x[segment + 1] - self._x[segment], self._y[segment + 1] - self._y[segment]
        step[segment + 1] = np.hypot(dx * kx, dy * ky)
        return np.cumsum(step)

    def _lay_grid(self, width: float, height: float, preferred: NDArray[np.bool_]) -> _Grid:
        kx, ky = metres_per_degree(self._south + height / 2)
        cell_m = max(CELL_M, float(np.sqrt((width * kx + CELL_M) * (height * ky + CELL_M) / MOST_CELLS)))
        cell_x, cell_y = cell_m / kx, cell_m / ky
        columns, rows = int(width / cell_x) + 1, int(height / cell_y) + 1
        starts, number = _cells(self._x, self._y, self._segment, cell_x, cell_y, columns, rows)
        a = self._segment[number]
        return _Grid(
            columns=columns,
            rows=rows,
            cell_x=cell_x,
            cell_y=cell_y,
            starts=starts,
            number=number,
            x=self._x[a],
            y=self._y[a],
            dx=self._x[a + 1] - self._x[a],
            dy=self._y[a + 1] - self._y[a],
            preferred=preferred[number],
        )

    def find(self, points: Points, most_m: float = SNAP_MAX_M) -> Places:
        """The place on a street for each point: the nearest on the large network, or the nearest at all if that is far.

        points: (n, 2) lon and lat. most_m: farther than this is no place.
        """
        lat = np.ascontiguousarray(points[:, 1])
        px = (points[:, 0] - self._west + 180) % 360 - 180
        # A little west of the network is negative, not almost 360; east of the middle of a very wide one it is not.
        px = np.where(px < -90, px + 360, px)
        found = np.empty(len(points), dtype=np.int32)
        share, metres = np.empty(len(points)), np.empty(len(points))
        _nearest_all(self._grid, px, lat - self._south, lat, most_m, found, share, metres)
        nowhere = found < 0
        number = np.where(nowhere, 0, found)
        a, street = self._segment[number], self._street[number]
        along = self._before_m[a] - self._before_m[self._first[street]]
        along += share * (self._before_m[a + 1] - self._before_m[a])
        whole = self._street_m[street]
        lon = self._x[a] + share * (self._x[a + 1] - self._x[a]) + self._west
        on_street = np.column_stack(
            [(lon + 180) % 360 - 180, self._y[a] + share * (self._y[a + 1] - self._y[a]) + self._south]
        )
        return Places(
            street=np.where(nowhere, -1, street).astype(np.int32),
            share=np.clip(along / np.where(whole > 0, whole, 1), 0.0, 1.0),
            points=np.where(nowhere[:, None], points, on_street),
            distance_m=np.where(nowhere, np.inf, metres),
        )

    def island_of(self, places: Places) -> Ints:
        """(n,) the island that each place lies on, -1 for the large network and for places that are nowhere."""
        return np.where(places.street < 0, np.int32(-1), self._island[places.street])
