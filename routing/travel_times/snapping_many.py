"""The compiled twin of `snapping._nearest_all`: an isochrone places a hundred thousand spots on streets.

It answers the same to the bit. Few points do not come here, so that a plan on OSRM's times needs no compiler.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@njit(cache=True, nogil=True)
def _held(sums: Ints, rows: int, columns: int, row: int, column: int, reach: int) -> Any:
    """How many entries lie in the square of cells that reaches so many rows and columns around one."""
    top, bottom = min(max(row - reach, 0), rows), min(max(row + reach + 1, 0), rows)
    left, right = min(max(column - reach, 0), columns), min(max(column + reach + 1, 0), columns)
    return sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]


@njit(cache=True, nogil=True)
def nearest_of_many(
    rows: int,
    columns: int,
    cell_x: float,
    cell_y: float,
    starts: Ints,
    number: Ints,
    x: Floats,
    y: Floats,
    dx: Floats,
    dy: Floats,
    preferred: NDArray[np.bool_],
    sums: Ints,
    px: Floats,
    py: Floats,
    kx: Floats,
    ky: Floats,
    most_m: float,
    off_island_m: float,
    found: Ints,
    shares: Floats,
    metres: Floats,
) -> None:
    """Fill found (the segment or -1), shares along it and metres to it, (n,) each.

    The grid's parts are those of `snapping._Grid`. px, py: degrees from its corner; kx, ky: metres a degree, (n,) each.
    """
    for point in range(len(px)):
        near, near_share, near_m = -1, 0.0, most_m
        large, large_share, large_m = -1, 0.0, most_m
        home_column, home_row = int(np.floor(px[point] / cell_x)), int(np.floor(py[point] / cell_y))
        step_m = min(cell_x * kx[point], cell_y * ky[point])
        ring, before = 0, 0
        while (ring - 1) * step_m <= min(large_m, near_m + off_island_m):
            within = _held(sums, rows, columns, home_row, home_column, ring)
            if within > before:
                before = within
                for row in range(max(home_row - ring, 0), min(home_row + ring, rows - 1) + 1):
                    whole = ring == 0 or row == home_row - ring or row == home_row + ring
                    for column in range(home_column - ring, home_column + ring + 1, 1 if whole else 2 * ring):
                        if column < 0 or column >= columns:
                            continue
                        cell = row * columns + column
                        for place in range(starts[cell], starts[cell + 1]):
                            along_x, along_y = dx[place] * kx[point], dy[place] * ky[point]
                            qx, qy = (px[point] - x[place]) * kx[point], (py[point] - y[place]) * ky[point]
                            square = along_x * along_x + along_y * along_y
                            share = 0.0 if square == 0 else min(1.0, max(0.0, (qx * along_x + qy * along_y) / square))
                            away = np.sqrt((qx - share * along_x) ** 2 + (qy - share * along_y) ** 2)
                            if away < near_m:
                                near, near_share, near_m = number[place], share, away
                            if preferred[place] and away < large_m:
                                large, large_share, large_m = number[place], share, away
            ring += 1
        if large >= 0 and large_m <= near_m + off_island_m:
            found[point], shares[point], metres[point] = large, large_share, large_m
        else:
            found[point], shares[point], metres[point] = near, near_share, near_m
