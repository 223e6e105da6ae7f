"""Compiled: what is wrong with a division that was laid out, mended as far as it goes with single blocks."""

import numpy as np
from numba import njit

from routing.districting.kernel.state import Data, Ints, State


@njit(cache=True, nogil=True)
def label_pieces(data: Data, assign: Ints, label: Ints, queue: Ints) -> int:
    """Number the pieces of all territories: fills label (b,); returns how many there are."""
    label[:] = -1
    found = 0
    for first in range(len(assign)):
        if label[first] >= 0:
            continue
        label[first] = found
        queue[0] = first
        place, tail = 0, 1
        while place < tail:
            here = queue[place]
            place += 1
            for arc in range(data.start[here], data.start[here + 1]):
                there = data.to[arc]
                if label[there] < 0 and assign[there] == assign[first]:
                    label[there] = found
                    queue[tail] = there
                    tail += 1
        found += 1
    return found


@njit(cache=True, nogil=True)
def join_pieces(data: Data, assign: Ints, most_moves: int) -> int:  # noqa: C901, PLR0912 - compiled code stays in one
    """Give all but the heaviest piece of every territory to the territories beside it, the smallest pieces first.

    A piece keeps the blocks that no territory beside it may have. most_moves: so many units may leave their territory
    of today by that, -1 for any. Returns how many blocks changed.
    """
    blocks, territories = len(assign), len(data.due)
    label, queue = np.empty(blocks, np.int32), np.empty(blocks, np.int32)
    changed_in_all = 0
    for _ in range(20):
        count = label_pieces(data, assign, label, queue)
        load, fixed, of = np.zeros(count), np.zeros(count), np.zeros(count, np.int32)
        for block in range(blocks):
            load[label[block]] += data.load[block, 0] + 1e-9
            of[label[block]] = assign[block]
            choices = 0
            for j in range(territories):
                choices += data.allowed[block, j]
            if choices == 1:
                fixed[label[block]] += 1
        main = np.full(territories, -1, np.int32)
        for piece in range(count):
            j = int(of[piece])
            if main[j] < 0 or (fixed[piece], load[piece]) > (fixed[main[j]], load[main[j]]):
                main[j] = int(piece)
        changed = 0
        moved = 0
        for block in range(blocks):
            moved += data.had[block] - data.stay[block, assign[block]]
        order = np.argsort(load)
        for piece in order:  # type: ignore[assignment]
            j = int(of[piece])
            if piece == main[j]:
                continue
            for block in range(blocks):
                if label[block] != piece:
                    continue
                best, least = -1, np.inf
                for arc in range(data.start[block], data.start[block + 1]):
                    other = assign[data.to[arc]]
                    if other == j or not data.allowed[block, other] or not _apart(data, assign, block, other):
                        continue
                    if data.times[block, other] < least:
                        best, least = other, data.times[block, other]
                if best < 0:
                    continue
                more = data.stay[block, j] - data.stay[block, best]
                if most_moves >= 0 and more > 0 and moved + more > most_moves:
                    continue
                moved += more
                assign[block] = best
                changed += 1
        changed_in_all += changed
        if changed == 0:
            break
    return changed_in_all


@njit(cache=True, nogil=True)
def _apart(data: Data, assign: Ints, block: int, j: int) -> bool:
    together = 0
    for arc in range(data.apart_start[block], data.apart_start[block + 1]):
        together += assign[data.apart_to[arc]] == j
    return together == 0


@njit(cache=True, nogil=True)
def fill_empty(data: Data, state: State) -> None:
    """Give every territory without a block the one that it reaches soonest and nobody needs to hang together."""
    for j in range(len(data.due)):
        if state.tally[j] > 0:
            continue
        best, least = -1, np.inf
        for block in range(len(state.assign)):
            own = state.assign[block]
            if state.tally[own] < 2 or not data.allowed[block, j] or data.times[block, j] >= least:
                continue
            if not _apart(data, state.assign, block, j):
                continue
            best, least = block, data.times[block, j]
        if best < 0:
            continue
        own = state.assign[best]
        state.assign[best] = j
        state.tally[own] -= 1
        state.tally[j] += 1
        state.moved[0] += data.stay[best, own] - data.stay[best, j]
        for m in range(data.load.shape[1]):
            state.sums[own, m] -= data.load[best, m]
            state.sums[j, m] += data.load[best, m]
