"""Compiled: today's division made even by few hand-overs, the unit that helps most for each account that moves first.

The work that is over somewhere flows along the graph of neighbouring territories to where it is short: a territory that
passes on as much as it gets is even, so each step goes from one that is dearer to one that is cheaper, a territory's
price being the marginal cost of its load (Bertsekas 1979, the auction view of network flow). What does not move is not
counted, so a unit that has come from elsewhere goes on, or home, for nothing.
"""

import numpy as np
from numba import njit

from routing.districting.kernel.anneal import unevenness
from routing.districting.kernel.state import Data, Floats, State, Weights, cut_off, give

MOST_TOGETHER = 40
LOOKED_AT = 16
"""So many of the best single blocks are looked at with what they would cut off."""
RESTS = 40
"""So many steps a block is passed over that could not move."""
LEAST_PRICE = 0.2
"""Of a step that moves nothing anew, in moves."""


@njit(cache=True, nogil=True)
def _help(data: Data, state: State, load: Floats, own: int, j: int) -> float:
    """How much more even it is with a load gone from `own` to j."""
    found = 0.0
    for m in range(len(load)):
        slack = data.slack[m]
        found += (
            unevenness(state.sums[own, m], data.due[own], data.band[m], slack)
            - unevenness(state.sums[own, m] - load[m], data.due[own], data.band[m], slack)
            + unevenness(state.sums[j, m], data.due[j], data.band[m], slack)
            - unevenness(state.sums[j, m] + load[m], data.due[j], data.band[m], slack)
        )
    return float(found)


@njit(cache=True, nogil=True)
def _dearer(data: Data, weights: Weights, state: State, size: int, own: int, j: int) -> tuple[int, float]:
    """Units more that are moved, and how much longer drives and borders are, in typical drives."""
    clock = state.clock[0]
    moved, driving, border = 0, 0.0, 0.0
    for place in range(size):
        block = state.group[place]
        moved += data.stay[block, own] - data.stay[block, j]
        driving += data.visits[block] * (data.times[block, j] - data.times[block, own])
        for arc in range(data.touch_start[block], data.touch_start[block + 1]):
            other = data.touch_to[arc]
            if state.stamp[other] == clock:
                continue
            if state.assign[other] == own:
                border += data.touch_m[arc]
            elif state.assign[other] == j:
                border -= data.touch_m[arc]
    return moved, float(weights.driving * driving + weights.border * border)


@njit(cache=True, nogil=True)
def _joined(data: Data, state: State, size: int, j: int) -> bool:
    """Whether one of the group is to be apart from a block of territory j."""
    for place in range(size):
        block = state.group[place]
        for arc in range(data.apart_start[block], data.apart_start[block + 1]):
            if state.assign[data.apart_to[arc]] == j:
                return True
    return False


@njit(cache=True, nogil=True)
def few_moves(  # noqa: C901, PLR0912, PLR0915 - one loop, in compiled code
    data: Data, weights: Weights, state: State, steps: int, driving: float
) -> int:
    """Make a division more even, a group of blocks at a time, by the help for each move; returns the steps made.

    driving: what a typical drive more costs, in moves. Fewer steps than asked
    for: it is even, or nothing helps.
    """
    blocks, measures = len(state.assign), data.load.shape[1]
    top_block = np.empty(LOOKED_AT, np.int32)
    top_to = np.empty(LOOKED_AT, np.int32)
    top_worth = np.empty(LOOKED_AT)
    load = np.empty(measures)
    rest = np.zeros(blocks, np.int64)
    made, looked, woken_at = 0, 0, -1
    while made < steps:
        looked += 1
        resting = False
        count = 0
        for block in range(blocks):
            if rest[block] > looked:
                resting = True
                continue
            own = state.assign[block]
            before = -1
            for arc in range(data.start[block], data.start[block + 1]):
                j = state.assign[data.to[arc]]
                if j == own or j == before:  # noqa: PLR1714, SIM109 - compiled code has no tuples of two types
                    continue
                if not data.allowed[block, j] or state.tally[own] < 2:
                    continue
                before = j
                for m in range(measures):
                    load[m] = data.load[block, m]
                worth = _help(data, state, load, own, j)
                if worth <= 1e-12:
                    continue
                moved = data.stay[block, own] - data.stay[block, j]
                worth /= max(LEAST_PRICE, float(moved))
                if count == LOOKED_AT and worth <= top_worth[count - 1]:
                    continue
                place = count if count < LOOKED_AT else LOOKED_AT - 1
                while place > 0 and top_worth[place - 1] < worth:
                    top_worth[place] = top_worth[place - 1]
                    top_block[place] = top_block[place - 1]
                    top_to[place] = top_to[place - 1]
                    place -= 1
                top_worth[place] = worth
                top_block[place] = block
                top_to[place] = j
                if count < LOOKED_AT:
                    count += 1
        if count == 0:
            if not resting or woken_at == made:
                return made
            # What could not move before may be free to do so now.
            rest[:] = 0
            woken_at = made
            continue
        best, most = -1, 0.0
        for place in range(count):
            if best >= 0 and top_worth[place] <= most:
                break
            block, j = top_block[place], top_to[place]
            own = state.assign[block]
            size = cut_off(data, state, block, MOST_TOGETHER)
            worth = 0.0
            if 0 < size < state.tally[own] and not _joined(data, state, size, j):
                possible = True
                for m in range(measures):
                    load[m] = 0.0
                for each in range(size):
                    possible = possible and data.allowed[state.group[each], j]
                    for m in range(measures):
                        load[m] += data.load[state.group[each], m]
                if possible:
                    moved, dearer = _dearer(data, weights, state, size, own, j)
                    fits = weights.most_moves < 0 or moved <= 0 or state.moved[0] + moved <= weights.most_moves
                    if fits:
                        worth = _help(data, state, load, own, j)
                        worth /= max(LEAST_PRICE, moved + driving * dearer)
            if worth <= 1e-12:
                rest[block] = looked + RESTS
            elif worth > most:
                best, most = place, worth
        if best < 0:
            continue
        size = cut_off(data, state, top_block[best], MOST_TOGETHER)
        give(data, state, size, top_to[best])
        made += 1
    return made
