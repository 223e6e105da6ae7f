"""Compiled: who is nearest, once every centre has a head start that makes the loads even. All release the GIL."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Times = NDArray[np.float32]


@njit(cache=True, nogil=True)
def assign_nearest(times: Times, allowed: Flags, offset: Floats, assign: Ints) -> None:
    """Fill assign (b,) with the territory of the least time + offset among those allowed; times: (b, k)."""
    count, territories = times.shape
    for block in range(count):
        best, least = -1, np.inf
        for j in range(territories):
            if allowed[block, j]:
                seen = times[block, j] + offset[j]
                if seen < least or best < 0:
                    best, least = j, seen
        assign[block] = best


@njit(cache=True, nogil=True)
def balance_offsets(
    times: Times,
    allowed: Flags,
    load: Floats,
    due: Floats,
    offset: Floats,
    rounds: int,
    first_step: float,
    last_step: float,
    assign: Ints,
) -> float:
    """Move the offsets (k,) until every territory has its due of the load, as well as whole blocks can.

    times: (b, k) seconds; load: (b,) and due: (k,) both with the sum 1; steps in seconds. Fills offset and assign with
    the best seen; returns its largest relative deviation. The offsets are the multipliers of the transport problem
    that gives each territory its due with the least driving; the steps climb up its dual.
    """
    territories = len(due)
    best = np.inf
    found = offset.copy()
    sums = np.empty(territories)
    for turn in range(rounds):
        assign_nearest(times, allowed, offset, assign)
        sums[:] = 0.0
        for block in range(len(load)):
            sums[assign[block]] += load[block]
        worst = 0.0
        for j in range(territories):
            worst = max(worst, abs(sums[j] / due[j] - 1.0))
        if worst < best:
            best = worst
            found[:] = offset
        step = first_step * (last_step / first_step) ** (turn / max(1, rounds - 1))
        for j in range(territories):
            offset[j] += step * max(-1.0, min(1.0, sums[j] / due[j] - 1.0))
    offset[:] = found
    assign_nearest(times, allowed, offset, assign)
    return best
