"""Compiled: the block of each territory from which all its others are reached with the least driving (1-median)."""

import numpy as np
from numba import njit

from routing.districting.kernel.state import Floats, Ints
from routing.districting.kernel.ways import pop, push

LOST_S = 100_000.0
"""What a block costs that is not reached within its territory."""


@njit(cache=True, nogil=True)
def _spent(
    start: Ints,
    to: Ints,
    seconds: Floats,
    visits: Floats,
    assign: Ints,
    centre: int,
    total: float,
    time: Floats,
    keys: Floats,
    items: Ints,
    touched: Ints,
    most: float,
) -> float:
    """Seconds from a block to all of its territory by ways within it, weighed by visits; more than `most` is not told.

    total: the visits of the territory. time is infinite everywhere before and after.
    """
    own = assign[centre]
    time[centre] = 0.0
    touched[0] = centre
    count = 1
    size = push(keys, items, 0, 0.0, centre)
    spent, left = 0.0, total
    while size > 0:
        now, place = keys[0], items[0]
        size = pop(keys, items, size)
        if now > time[place]:
            continue
        spent += visits[place] * now
        left -= visits[place]
        if spent + left * now > most:
            spent = most + 1.0
            left = 0.0
            break
        for arc in range(start[place], start[place + 1]):
            after = to[arc]
            if assign[after] != own:
                continue
            seen = now + seconds[arc]
            if seen < time[after]:
                if time[after] == np.inf:
                    touched[count] = after
                    count += 1
                time[after] = seen
                size = push(keys, items, size, seen, after)
    for place in range(count):
        time[touched[place]] = np.inf
    return spent + max(0.0, left) * LOST_S


@njit(cache=True, nogil=True)
def medians(
    start: Ints, to: Ints, seconds: Floats, visits: Floats, assign: Ints, at: Floats, centre: Ints, tries: int
) -> None:
    """Move every centre (k,) downhill from neighbour to neighbour until none is better, looking at `tries` at most.

    at: (b, 2) metres. A centre that is -1 or no longer of its territory begins at the block next to the middle; -1
    stays where a territory has no block.
    """
    blocks, territories = len(assign), len(centre)
    total, east, north = np.zeros(territories), np.zeros(territories), np.zeros(territories)
    for block in range(blocks):
        j = assign[block]
        weigh = visits[block] + 1e-9
        total[j] += weigh
        east[j] += weigh * at[block, 0]
        north[j] += weigh * at[block, 1]
    least = np.full(territories, np.inf)
    nearest = np.full(territories, -1, np.int32)
    for block in range(blocks):
        j = assign[block]
        off = (at[block, 0] - east[j] / total[j]) ** 2 + (at[block, 1] - north[j] / total[j]) ** 2
        if off < least[j]:
            least[j], nearest[j] = off, block
    time = np.full(blocks, np.inf)
    keys = np.empty(len(to) + 2)
    items = np.empty(len(to) + 2, dtype=np.int32)
    touched = np.empty(blocks, dtype=np.int32)
    seen = np.full(blocks, -1, np.int32)
    for j in range(territories):
        here = nearest[j]
        if here < 0:
            centre[j] = -1
            continue
        best = _spent(start, to, seconds, visits, assign, here, total[j], time, keys, items, touched, np.inf)
        if centre[j] >= 0 and assign[centre[j]] == j and centre[j] != here:
            other = _spent(start, to, seconds, visits, assign, centre[j], total[j], time, keys, items, touched, best)
            if other <= best:
                best, here = other, centre[j]
        seen[here] = j
        asked = 0
        better = True
        while better and asked < tries:
            better = False
            for arc in range(start[here], start[here + 1]):
                there = to[arc]
                if assign[there] != j or seen[there] == j:
                    continue
                seen[there] = j
                asked += 1
                found = _spent(start, to, seconds, visits, assign, there, total[j], time, keys, items, touched, best)
                if found < best:
                    best, here, better = found, there, True
                    break
        centre[j] = here
