"""Finding the street that a point lies on: a grid of cells over the streets, searched outwards."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.geodesy import metres_per_degree
from routing.network.street_network import StreetNetwork
from routing.points import Points
from routing.travel_times.protocol import SNAP_MAX_M

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

CELL_M = 75.0
MANY = 10_000
"""So many points are worth loading a compiler for: the spots of an isochrone's grid."""
AT_ONCE = 500_000
"""So many cells are looked through in one piece, which bounds the memory."""
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


class _Grid(NamedTuple):
    """Cells over the streets, and in their order the segments that touch each.

    starts: (cells + 2,) the segments of cell c are those from starts[c] to starts[c + 1]; the last cell is empty.
    number: (k,) which segment; x, y: (k,) degrees from the south-west corner to where it begins; dx, dy: (k,) degrees
    from there to its end; preferred: (k,) whether it is of the
    large network and no private yard. sums: (rows + 1, columns + 1) entries in all cells before that row and column.
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
    sums: Ints

    def held_within(self, row: NDArray[np.int64], column: NDArray[np.int64], reach: int) -> Ints:
        """(n,) how many entries lie in the square of cells that reaches so many rows and columns around each."""
        top, bottom = np.clip(row - reach, 0, self.rows), np.clip(row + reach + 1, 0, self.rows)
        left, right = np.clip(column - reach, 0, self.columns), np.clip(column + reach + 1, 0, self.columns)
        return np.asarray(
            self.sums[bottom, right] - self.sums[top, right] - self.sums[bottom, left] + self.sums[top, left]
        )

    def at(self, row: NDArray[np.int64], column: NDArray[np.int64]) -> NDArray[np.int64]:
        """The cells' numbers; of those outside, the last, which is empty."""
        inside = (row >= 0) & (row < self.rows) & (column >= 0) & (column < self.columns)
        return np.where(inside, row * self.columns + column, self.columns * self.rows)


def _cells(x: Floats, y: Floats, segment: Ints, cell_x: float, cell_y: float, columns: int, rows: int) -> Any:
    """For each cell, and one more that is empty, the segments whose box touches it: starts (cells + 2,) and numbers."""
    left, right = (f(x[segment], x[segment + 1]) // cell_x for f in (np.minimum, np.maximum))
    low, high = (f(y[segment], y[segment + 1]) // cell_y for f in (np.minimum, np.maximum))
    wide = (right - left).astype(np.int64) + 1
    touched = wide * ((high - low).astype(np.int64) + 1)
    number = np.repeat(np.arange(len(segment), dtype=np.int32), touched)
    nth = _counted(touched)
    row = low[number].astype(np.int64) + nth // wide[number]
    cell = row * columns + left[number].astype(np.int64) + nth % wide[number]
    starts = np.zeros(columns * rows + 2, dtype=np.int32)
    np.cumsum(np.bincount(cell, minlength=columns * rows + 1), out=starts[1:])
    return starts, number[np.argsort(cell, kind="stable")]


def _counted(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """0, 1, 2 ... anew for each of the rows that lie behind one another: (sum of lengths,)."""
    ends = np.cumsum(lengths)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - lengths, lengths)


@dataclass(slots=True, eq=False)
class _Best:
    """For n points the nearest segment so far or -1, how far along it (0..1), and the metres to there."""

    segment: Ints
    share: Floats
    metres: Floats

    @classmethod
    def none(cls, n: int, most_m: float) -> "_Best":
        return cls(np.full(n, -1, dtype=np.int32), np.zeros(n), np.full(n, most_m))

    def take(self, of: NDArray[np.int64], segment: Ints, share: Floats, metres: Floats) -> None:
        """Take what is nearer; the first of equals. of: (k,) ascending, whose candidate each of the k is."""
        if not len(of):
            return
        begins = np.flatnonzero(np.diff(of, prepend=-1))
        least = np.repeat(np.minimum.reduceat(metres, begins), np.diff(begins, append=len(of)))
        first = np.flatnonzero(metres == least)
        first = first[np.flatnonzero(np.diff(of[first], prepend=-1))]
        first = first[metres[first] < self.metres[of[first]]]
        point = of[first]
        self.segment[point], self.share[point], self.metres[point] = segment[first], share[first], metres[first]


def _nearest_all(grid: _Grid, px: Floats, py: Floats, lat: Floats, most_m: float) -> _Best:
    """The segment to place each point on: the nearest preferred one, or the nearest where that is much nearer.

    px, py: (n,) degrees from the grid's corner.
    """
    kx, ky = metres_per_degree(lat)
    column, row = np.floor(px / grid.cell_x).astype(np.int64), np.floor(py / grid.cell_y).astype(np.int64)
    step_m = np.minimum(grid.cell_x * kx, grid.cell_y * ky)
    near, large = _Best.none(len(px), most_m), _Best.none(len(px), most_m)
    looked, reach = -1, 1
    while True:
        open_ = np.flatnonzero(looked * step_m <= np.minimum(large.metres, near.metres + OFF_ISLAND_M))
        if not len(open_):
            break
        rings = _rings(looked + 1, reach)
        open_ = open_[grid.held_within(row[open_], column[open_], reach) > 0]
        for some in np.array_split(open_, -(-len(open_) * len(rings) // AT_ONCE) or 1):
            cells = grid.at(row[some, None] + rings[:, 0], column[some, None] + rings[:, 1])
            held = grid.starts[cells + 1] - grid.starts[cells]
            place = np.repeat(grid.starts[cells].ravel(), held.ravel()) + _counted(held.ravel().astype(np.int64))
            of = np.repeat(some, held.sum(axis=1))
            dx, dy = grid.dx[place] * kx[of], grid.dy[place] * ky[of]
            qx, qy = (px[of] - grid.x[place]) * kx[of], (py[of] - grid.y[place]) * ky[of]
            square = dx * dx + dy * dy
            share = np.clip((qx * dx + qy * dy) / np.where(square == 0, 1.0, square), 0.0, 1.0)
            metres = np.sqrt((qx - share * dx) ** 2 + (qy - share * dy) ** 2)
            near.take(of, grid.number[place], share, metres)
            good = grid.preferred[place]
            large.take(of[good], grid.number[place[good]], share[good], metres[good])
        looked, reach = reach, reach + 1
    better = (large.segment >= 0) & (large.metres <= near.metres + OFF_ISLAND_M)
    return _Best(
        np.where(better, large.segment, near.segment),
        np.where(better, large.share, near.share),
        np.where(better, large.metres, near.metres),
    )


def _nearest_of_many(grid: _Grid, px: Floats, py: Floats, lat: Floats, most_m: float) -> _Best:
    """As `_nearest_all`, compiled."""
    from routing.travel_times.snapping_many import nearest_of_many

    kx, ky = metres_per_degree(lat)
    best = _Best.none(len(px), most_m)
    nearest_of_many(
        grid.rows,
        grid.columns,
        grid.cell_x,
        grid.cell_y,
        grid.starts,
        grid.number,
        grid.x,
        grid.y,
        grid.dx,
        grid.dy,
        grid.preferred,
        grid.sums,
        px,
        py,
        kx,
        ky,
        most_m,
        OFF_ISLAND_M,
        best.segment,
        best.share,
        best.metres,
    )
    return best


def _rings(first: int, last: int) -> NDArray[np.int64]:
    """(k, 2) steps in rows and columns to the cells of these rings around a cell, from the inside out."""
    across = np.arange(-last, last + 1)
    steps = np.stack(np.meshgrid(across, across, indexing="ij"), axis=-1).reshape(-1, 2)
    ring = np.abs(steps).max(axis=1)
    order = np.argsort(ring, kind="stable")
    return steps[order][ring[order] >= first]


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
        sums = np.zeros((rows + 1, columns + 1), dtype=np.int32)
        np.cumsum(np.diff(starts[:-1]).reshape(rows, columns), axis=0, out=sums[1:, 1:])
        np.cumsum(sums[1:, 1:], axis=1, out=sums[1:, 1:])
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
            sums=sums,
        )

    def find(self, points: Points, most_m: float = SNAP_MAX_M) -> Places:
        """The place on a street for each point: the nearest on the large network, or the nearest at all if that is far.

        points: (n, 2) lon and lat. most_m: farther than this is no place.
        """
        lat = np.ascontiguousarray(points[:, 1])
        px = (points[:, 0] - self._west + 180) % 360 - 180
        # A little west of the network is negative, not almost 360; east of the middle of a very wide one it is not.
        px = np.where(px < -90, px + 360, px)
        nearest = _nearest_all if len(points) < MANY else _nearest_of_many
        best = nearest(self._grid, px, lat - self._south, lat, most_m)
        found, share, metres = best.segment, best.share, best.metres
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
