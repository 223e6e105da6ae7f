"""Compiled shortest ways on undirected graphs: Dijkstra (1959) with a binary heap. All release the GIL."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

CORES = 2


@njit(cache=True, nogil=True)
def push(keys: Floats, items: Ints, size: int, key: float, item: int) -> int:
    """Add an item to a heap; returns the new size."""
    place = size
    while place > 0:
        parent = (place - 1) >> 1
        if keys[parent] <= key:
            break
        keys[place], items[place] = keys[parent], items[parent]
        place = parent
    keys[place], items[place] = key, item
    return size + 1


@njit(cache=True, nogil=True)
def pop(keys: Floats, items: Ints, size: int) -> int:
    """Take the first away; returns the size left."""
    size -= 1
    key, item = keys[size], items[size]
    place = 0
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        if child + 1 < size and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= key:
            break
        keys[place], items[place] = keys[child], items[child]
        place = child
    keys[place], items[place] = key, item
    return size


@njit(cache=True, nogil=True)
def spread(
    start: Ints, to: Ints, seconds: Floats, sources: Ints, head_start: Floats, time: Floats, owner: Ints
) -> None:
    """Reach every place from the source that is nearest: fills time and owner, both (p,); owner -1 where none is.

    sources: (s,) places; head_start: (s,) seconds that each begins with.
    """
    time[:] = np.inf
    owner[:] = -1
    keys = np.empty(len(to) + len(sources) + 1)
    items = np.empty(len(to) + len(sources) + 1, dtype=np.int32)
    size = 0
    for number in range(len(sources)):
        place = sources[number]
        if head_start[number] < time[place]:
            time[place] = head_start[number]
            owner[place] = number
            size = push(keys, items, size, head_start[number], place)
    while size > 0:
        now, place = keys[0], items[0]
        size = pop(keys, items, size)
        if now > time[place]:
            continue
        for arc in range(start[place], start[place + 1]):
            after = to[arc]
            total = now + seconds[arc]
            if total < time[after]:
                time[after] = total
                owner[after] = owner[place]
                size = push(keys, items, size, total, after)


@njit(cache=True, nogil=True)
def fill_seconds(start: Ints, to: Ints, seconds: Floats, sources: Ints, rows: Ints, found: Any) -> None:
    """Fill rows of found, (s, p) float32: seconds from each source to every place, infinite where not reached."""
    count = len(start) - 1
    time = np.empty(count)
    owner = np.empty(count, dtype=np.int32)
    one = np.empty(1, dtype=np.int32)
    for row in rows:
        if sources[row] < 0:
            found[row] = np.inf
            continue
        one[0] = sources[row]
        spread(start, to, seconds, one, np.zeros(1), time, owner)
        found[row] = time.astype(np.float32)


def seconds_from_many(start: Ints, to: Ints, seconds: Floats, sources: Ints) -> NDArray[np.float32]:
    """(s, p) seconds from each source to every place, infinite where not reached; a source -1 reaches nothing."""
    found = np.empty((len(sources), len(start) - 1), dtype=np.float32)
    rows = np.arange(len(sources), dtype=np.int32)
    with ThreadPoolExecutor(CORES) as pool:
        list(pool.map(lambda part: fill_seconds(start, to, seconds, sources, part, found), np.array_split(rows, CORES)))
    return found
