"""What the compiled search moves on: the arrays of a board, and those of one division."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Times = NDArray[np.float32]


class Data(NamedTuple):
    """A board of b blocks, k territories and m measures; see `board.Board`.

    band: (m,) the deviations that cost nothing, a little less than the tolerances, so that whole blocks find a place.
    times: (b, k) seconds from the centres. touch_start, touch_to, touch_m: blocks whose cells touch.
    """

    start: Ints
    to: Ints
    touch_start: Ints
    touch_to: Ints
    touch_m: Floats
    load: Floats
    due: Floats
    slack: Floats
    band: Floats
    visits: Floats
    times: Times
    allowed: Flags
    stay: Ints
    had: Ints
    apart_start: Ints
    apart_to: Ints


class Weights(NamedTuple):
    """What the search makes least, in units of the mean time to a centre.

    driving: of one visit's second; border: of one metre between territories; uneven: of a load beyond the slack;
    moved: of one unit that leaves its territory of today; joined: of a pair that should be apart;
    most_moves: so many units may leave, -1 for any.
    """

    driving: float
    border: float
    uneven: float
    moved: float
    joined: float
    most_moves: int


class State(NamedTuple):
    """One division: assign (b,), sums (k, m), tally (k,) blocks, moved (1,) units; and room to work in.

    stamp: (b,) and clock (1,): blocks with stamp == clock are marked. queue: (b,); group: (b,) what moves together.
    """

    assign: Ints
    sums: Floats
    tally: Ints
    moved: Ints
    stamp: Ints
    clock: Ints
    queue: Ints
    group: Ints


@njit(cache=True, nogil=True)
def new_state(data: Data, assign: Ints) -> State:
    """The state of a division, of which a copy is kept."""
    count, territories = len(assign), len(data.due)
    state = State(
        assign.copy(),
        np.zeros((territories, data.load.shape[1])),
        np.zeros(territories, np.int32),
        np.zeros(1, np.int32),
        np.zeros(count, np.int32),
        np.zeros(1, np.int32),
        np.zeros(count, np.int32),
        np.zeros(count, np.int32),
    )
    for block in range(count):
        j = assign[block]
        state.tally[j] += 1
        state.moved[0] += data.had[block] - data.stay[block, j]
        for m in range(data.load.shape[1]):
            state.sums[j, m] += data.load[block, m]
    return state


@njit(cache=True, nogil=True)
def cut_off(data: Data, state: State, block: int, most: int) -> int:  # noqa: C901, PLR0912 - one walk, in compiled code
    """What has to move with a block so that its territory stays as whole as it is: the size of state.group, 0 for no.

    The group begins with the block. Where the block alone holds its territory together, all parts but the largest go
    with it, if they are `most` blocks at most. Afterwards stamp == clock marks the group.
    """
    start, to, assign, stamp, queue, group = data.start, data.to, state.assign, state.stamp, state.queue, state.group
    own = assign[block]
    state.clock[0] += 2
    clock = state.clock[0] - 1
    stamp[block] = clock
    group[0] = block
    beside = 0
    for arc in range(start[block], start[block + 1]):
        if assign[to[arc]] == own:
            beside += 1
    size = 1
    if beside > 1:
        # Walk from each neighbour; usually the first walk soon meets all others, round the block.
        left = beside
        tail = 0
        largest_begin, largest_end = 0, 0
        for arc in range(start[block], start[block + 1]):
            first = to[arc]
            if assign[first] != own or stamp[first] == clock:
                continue
            begin, place = tail, tail
            stamp[first] = clock
            queue[tail] = first
            tail += 1
            left -= 1
            while place < tail:
                here = queue[place]
                place += 1
                for way in range(start[here], start[here + 1]):
                    there = to[way]
                    if assign[there] == own and stamp[there] != clock:
                        stamp[there] = clock
                        queue[tail] = there
                        tail += 1
                if begin == 0 and place & 7 == 0 and left > 0:
                    left = 0
                    for again in range(start[block], start[block + 1]):
                        if assign[to[again]] == own and stamp[to[again]] != clock:
                            left += 1
                    if left == 0:
                        break
            if begin == 0 and left == 0:
                largest_begin, largest_end = 0, tail
                break
            if tail - begin > largest_end - largest_begin:
                largest_begin, largest_end = begin, tail
        if tail - (largest_end - largest_begin) > most:
            return 0
        for place in range(tail):
            if place < largest_begin or place >= largest_end:
                group[size] = queue[place]
                size += 1
    clock += 1
    for place in range(size):
        stamp[group[place]] = clock
    return size


@njit(cache=True, nogil=True)
def give(data: Data, state: State, size: int, j: int) -> None:
    """Give the first `size` blocks of state.group to territory j."""
    for place in range(size):
        block = state.group[place]
        old = state.assign[block]
        state.assign[block] = j
        state.tally[old] -= 1
        state.tally[j] += 1
        state.moved[0] += data.stay[block, old] - data.stay[block, j]
        for m in range(data.load.shape[1]):
            state.sums[old, m] -= data.load[block, m]
            state.sums[j, m] += data.load[block, m]


@njit(cache=True, nogil=True)
def worst(data: Data, state: State) -> float:
    """The largest deviation relative to its tolerance: 1 or less is balanced."""
    found = 0.0
    for j in range(len(data.due)):
        for m in range(data.load.shape[1]):
            found = max(found, abs(state.sums[j, m] / data.due[j] - 1.0) / max(data.slack[m], 1e-9))
    return found
