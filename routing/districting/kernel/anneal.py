"""The compiled search: border blocks change territories, by simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983).

A block that holds its territory together takes along what it would cut off: on streets most borders run through trees.
"""

import numpy as np
from numba import njit

from routing.districting.kernel.state import Data, Floats, Ints, State, Weights, cut_off, give, worst

MOST_TOGETHER = 40
"""So many blocks move at once at most."""

FEW = 500
"""Among so many blocks any may come back, among more one nearby."""


@njit(cache=True, nogil=True)
def unevenness(sums: float, due: float, band: float, slack: float) -> float:
    """What a territory's load costs: the square of what is beyond the band, in tolerances."""
    beyond = abs(sums / due - 1.0) - band
    return beyond * beyond / max(slack, 1e-6) if beyond > 0 else 0.0


@njit(cache=True, nogil=True)
def price(data: Data, weights: Weights, state: State, size: int, j: int) -> float:
    """How much dearer it is to have the group in territory j; infinite where that is not allowed."""
    old = state.assign[state.group[0]]
    clock = state.clock[0]
    driving, border, moved, joined = 0.0, 0.0, 0, 0
    measures = data.load.shape[1]
    for place in range(size):
        block = state.group[place]
        if not data.allowed[block, j]:
            return np.inf
        driving += data.visits[block] * (data.times[block, j] - data.times[block, old])
        moved += data.stay[block, old] - data.stay[block, j]
        for arc in range(data.touch_start[block], data.touch_start[block + 1]):
            other = data.touch_to[arc]
            if state.stamp[other] == clock:
                continue
            if state.assign[other] == old:
                border += data.touch_m[arc]
            elif state.assign[other] == j:
                border -= data.touch_m[arc]
        for arc in range(data.apart_start[block], data.apart_start[block + 1]):
            other = data.apart_to[arc]
            if state.stamp[other] != clock:
                joined += state.assign[other] == j
                joined -= state.assign[other] == old
    if weights.most_moves >= 0 and moved > 0 and state.moved[0] + moved > weights.most_moves:
        return np.inf
    found = weights.driving * driving + weights.border * border + weights.moved * moved
    found += weights.joined * joined
    for m in range(measures):
        load = 0.0
        for place in range(size):
            load += data.load[state.group[place], m]
        band, slack = data.band[m], data.slack[m]
        found += weights.uneven * (
            unevenness(state.sums[old, m] - load, data.due[old], band, slack)
            - unevenness(state.sums[old, m], data.due[old], band, slack)
            + unevenness(state.sums[j, m] + load, data.due[j], band, slack)
            - unevenness(state.sums[j, m], data.due[j], band, slack)
        )
    return float(found)


@njit(cache=True, nogil=True)
def cost_of(data: Data, weights: Weights, state: State) -> float:
    """What a whole division costs, as `price` has it."""
    driving, border, joined = 0.0, 0.0, 0
    for block in range(len(state.assign)):
        j = state.assign[block]
        driving += data.visits[block] * data.times[block, j]
        for arc in range(data.touch_start[block], data.touch_start[block + 1]):
            if state.assign[data.touch_to[arc]] != j:
                border += data.touch_m[arc] / 2
        for arc in range(data.apart_start[block], data.apart_start[block + 1]):
            joined += state.assign[data.apart_to[arc]] == j
    found = weights.driving * driving + weights.border * border + weights.moved * state.moved[0]
    found += weights.joined * joined / 2
    for j in range(len(data.due)):
        for m in range(data.load.shape[1]):
            found += weights.uneven * unevenness(state.sums[j, m], data.due[j], data.band[m], data.slack[m])
    return float(found)


@njit(cache=True, nogil=True)
def _partner(data: Data, state: State, block: int, own: int, j: int) -> int:
    """A block of territory j beside territory `own`, to come back for one that leaves it; -1 for none at hand."""
    blocks = len(state.assign)
    here = block
    for _ in range(6):
        if blocks <= FEW:
            here = np.random.randint(blocks)  # noqa: NPY002
        else:
            degree = data.start[here + 1] - data.start[here]
            turn = np.random.randint(degree)  # noqa: NPY002
            here = data.to[data.start[here] + turn]
        if state.assign[here] != j or not data.allowed[here, own]:
            continue
        for arc in range(data.start[here], data.start[here + 1]):
            if state.assign[data.to[arc]] == own:
                return here
    return -1


@njit(cache=True, nogil=True)
def _come_back(
    data: Data, weights: Weights, state: State, block: int, own: int, j: int, size: int, dearer: float, most: float
) -> float:
    """After a group has gone from `own` to j, send another the other way; what both cost, at most `most`.

    Where that is not possible, or dearer, everything is as before, and the answer is infinite.
    """
    gone = state.group[:size].copy()
    found = np.inf
    partner = _partner(data, state, block, own, j)
    if partner >= 0:
        back = cut_off(data, state, partner, MOST_TOGETHER)
        if 0 < back < state.tally[j]:
            found = dearer + price(data, weights, state, back, own)
            if found <= most:
                give(data, state, back, own)
                return float(found)
    state.group[:size] = gone
    give(data, state, size, own)
    return np.inf


@njit(cache=True, nogil=True)
def anneal(  # noqa: C901, PLR0912 - one loop, in compiled code
    data: Data, weights: Weights, state: State, steps: int, heat: float, swaps: float, seed: int, best: Ints
) -> Floats:
    """Change territories for so many steps, at a temperature (0 for only what is better).

    swaps: share of the changes refused that are tried once more with another block coming back.

    Fills best (b,) with the best division seen that is balanced, or the most balanced. Returns its cost, and its
    largest deviation relative to the tolerance.
    """
    np.random.seed(seed)  # noqa: NPY002 - compiled code has a generator of its own in each thread
    blocks = len(state.assign)
    cost = cost_of(data, weights, state)
    best[:] = state.assign
    found = np.array([cost, worst(data, state)])
    since = 0
    for _ in range(steps):
        block = np.random.randint(blocks)  # noqa: NPY002
        own = state.assign[block]
        degree = data.start[block + 1] - data.start[block]
        if degree == 0:
            continue
        # One of the neighbours, and if it is of the same territory none: so inner blocks are left at once.
        turn = np.random.randint(degree)  # noqa: NPY002
        j = state.assign[data.to[data.start[block] + turn]]
        if j == own:
            continue
        if not data.allowed[block, j]:
            continue
        size = cut_off(data, state, block, MOST_TOGETHER)
        if size == 0 or size >= state.tally[own]:
            continue
        dearer = price(data, weights, state, size, j)
        chance = np.random.random()  # noqa: NPY002
        most = -heat * np.log(max(chance, 1e-12))
        swap = np.random.random()  # noqa: NPY002
        if dearer < np.inf and dearer > most and swap < swaps:
            give(data, state, size, j)
            dearer = _come_back(data, weights, state, block, own, j, size, dearer, most)
            if dearer == np.inf:
                continue
        elif dearer > most:
            continue
        else:
            give(data, state, size, j)
        cost += dearer
        since += 1
        # Where only what is better is taken, the last is the best.
        if heat > 0 and (since >= 16 or dearer < 0):
            since = 0
            if found[1] > 1.0 or cost < found[0] - 1e-9:
                off = worst(data, state)
                if (off <= 1.0 and (found[1] > 1.0 or cost < found[0])) or (off > 1.0 and off < found[1]):
                    best[:] = state.assign
                    found[0], found[1] = cost, off
    if heat <= 0:
        best[:] = state.assign
        found[0], found[1] = cost, worst(data, state)
    return found
