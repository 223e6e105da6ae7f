"""The best relaxed routes by every moment of a day, on a grid of time: the compiled part of quick bounds.

A walk may visit a place again, but not at once after the place between (no a-b-a; Christofides, Mingozzi and Toth 1981,
doi.org/10.1007/BF01589353). Departures are rounded down to the grid, so that every route is a walk that is at least as
early: what the best walk brings is a bound on what any route brings.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numba import njit

from routing.planner.kernel.data import INF, Floats, Ints
from routing.planner.kernel.labels import Side, _rested

TOP, SECOND = range(2)

CHUNK = 16
"""After so many moments it is asked whether to stop."""


class Walks(NamedTuple):
    """What walks have collected by each moment of the grid.

    value: (2, n, 2, K) the most with the last visit to a node ended by a moment, with the break to come and behind; and
    the most of those that came to the node from elsewhere than the first. last: the node before, -1 for none. origin:
    (2, n, 2, K) the number of the entry that each came from, -1 for none. best: value of the best finished walk, and
    the number of its last entry. grid: the first moment and the seconds between two.
    """

    value: Floats
    last: Ints
    origin: Ints
    best: Floats
    end: Ints
    grid: Floats


def make_walks(side: Side, step: float) -> Walks:
    """Room for the walks of one day, every `step` seconds."""
    n = len(side.prize)
    first = min(side.ends[0], side.ends[1])
    moments = max(1, int((max(side.ends[2], side.ends[3]) - first) / step) + 1)
    shape = (2, n, 2, moments)
    return Walks(
        np.zeros(shape), np.zeros(shape, np.int32), np.zeros(shape, np.int32), np.zeros(1), np.zeros(1, np.int32),
        np.array([first, step]),
    )  # fmt: skip


@njit(cache=True, nogil=True, error_model="numpy")
def _insert(walks: Walks, c: int, state: int, k: int, value: float, last: int, origin: int) -> bool:
    """Keep a walk if it is the best, or the best from elsewhere; whether it is."""
    values, lasts, origins = walks.value, walks.last, walks.origin
    if value <= values[SECOND, c, state, k]:
        return False
    top = values[TOP, c, state, k]
    if value > top:
        if lasts[TOP, c, state, k] != last:
            values[SECOND, c, state, k] = top
            lasts[SECOND, c, state, k] = lasts[TOP, c, state, k]
            origins[SECOND, c, state, k] = origins[TOP, c, state, k]
        values[TOP, c, state, k], lasts[TOP, c, state, k], origins[TOP, c, state, k] = value, last, origin
        return True
    if lasts[TOP, c, state, k] == last:
        return False
    values[SECOND, c, state, k], lasts[SECOND, c, state, k], origins[SECOND, c, state, k] = value, last, origin
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def _push(side: Side, walks: Walks, price: float, here: int, state: int, time: float, top: float, second: float,
          avoid: int, origin: int) -> None:  # fmt: skip
    """On to every node: with the best walk, or with the second where the best has just come from there."""
    n, moments = len(side.prize), walks.value.shape[3]
    first, step = walks.grid
    stride = n * 2 * moments
    for c in range(n):
        if c == here:
            continue
        t = side.travel[here, c]
        value, number = top, origin
        if c == avoid:
            value, number = second, origin + stride
        if t >= INF or value <= -INF:
            continue
        value += side.prize[c] - price * t
        for after in range(state, 2):
            arrive = time + t
            if after != state:
                arrive = min(_rested(side, time) + t, _rested(side, time + t))
                if arrive >= INF:
                    continue
            for w in range(side.win_ptr[c], side.win_ptr[c + 1]):
                if arrive <= side.win_close[w]:
                    leave = max(arrive, side.win_open[w]) + side.service[c]
                    k = int((leave - first) / step)
                    if k < moments:
                        _insert(walks, c, after, k, value, here if here < n else -1, number)
                    break


@njit(cache=True, nogil=True, error_model="numpy")
def _keep(walks: Walks, c: int, state: int, k: int) -> bool:
    """Walks of the moment before are there at this one, too; whether any is new."""
    values, lasts = walks.value, walks.last
    if k > 0:
        for rank in range(2):
            if values[rank, c, state, k - 1] > -INF:
                _insert(walks, c, state, k, values[rank, c, state, k - 1], lasts[rank, c, state, k - 1],
                        walks.origin[rank, c, state, k - 1])  # fmt: skip
        return bool(
            values[TOP, c, state, k] != values[TOP, c, state, k - 1]
            or values[SECOND, c, state, k] != values[SECOND, c, state, k - 1]
            or lasts[TOP, c, state, k] != lasts[TOP, c, state, k - 1]
        )
    return bool(values[TOP, c, state, k] > -INF)


@njit(cache=True, nogil=True, error_model="numpy")
def _finish(side: Side, walks: Walks, price: float, c: int, state: int, time: float, number: int) -> None:
    """The end of the day after a visit, if it is the best and in time."""
    t = side.travel[c, len(side.prize) + 1]
    if t >= INF:
        return
    value = walks.value.reshape(-1)[number] - price * t
    if value <= walks.best[0]:
        return
    done = time + t <= side.ends[2 + state]
    if state == 0 and not done:
        done = min(_rested(side, time) + t, _rested(side, time + t)) <= side.ends[3]
    if done:
        walks.best[0], walks.end[0] = value, number


@njit(cache=True, nogil=True, error_model="numpy")
def _begin(side: Side, walks: Walks, price: float) -> None:
    """Forget all walks, and make those of the first visits."""
    walks.value[:] = -INF
    walks.last[:] = -2
    walks.best[0], walks.end[0] = 0.0, -1
    for state in range(2):
        if side.ends[state] < INF:
            _push(side, walks, price, len(side.prize), state, side.ends[state], 0.0, 0.0, -1, -1)


@njit(cache=True, nogil=True, error_model="numpy")
def _spread(side: Side, walks: Walks, price: float, begin: int, end: int) -> None:
    """Go on from all walks at some moments of the grid."""
    n, moments = len(side.prize), walks.value.shape[3]
    values = walks.value
    for k in range(begin, end):
        time = walks.grid[0] + k * walks.grid[1]
        for c in range(n):
            for state in range(2):
                if not _keep(walks, c, state, k):
                    continue
                number = (c * 2 + state) * moments + k
                _push(side, walks, price, c, state, time, values[TOP, c, state, k], values[SECOND, c, state, k],
                      walks.last[TOP, c, state, k], number)  # fmt: skip
                _finish(side, walks, price, c, state, time, number)


def spread(side: Side, walks: Walks, price: float, over: Callable[[], bool]) -> float | None:
    """Fill in all walks; what the best finished one brings (0 for staying at home), or None if it was over before.

    Every visit with the way to it takes at least one step of the grid. price: of a second of travel.
    """
    _begin(side, walks, price)
    moments = walks.value.shape[3]
    for begin in range(0, moments, CHUNK):
        if over():
            return None
        _spread(side, walks, price, begin, min(begin + CHUNK, moments))
    return float(walks.best[0])


def best_walk(walks: Walks) -> list[int]:
    """The nodes of the best finished walk, in the order of the reading."""
    _, nodes, _, moments = walks.value.shape
    origins = walks.origin.reshape(-1)
    number, found = int(walks.end[0]), []
    while number >= 0:
        found.append(number // (2 * moments) % nodes)
        number = int(origins[number])
    return found[::-1]
