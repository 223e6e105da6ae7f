"""Times along one route, and the cheapest place for a customer in it.

The same arithmetic as `planner.timeline`, compiled: earliest departures and latest arrivals, each with the break still
to come and behind, make an insertion a matter of constant time.
"""

import numpy as np
from numpy.typing import NDArray

from routing.planner.kernel.compiled import compiled
from routing.planner.kernel.data import (
    CAPACITY,
    CLASS,
    DAY,
    DRIVE,
    DRIVE_LIMIT,
    FROM,
    INF,
    LOAD,
    MODE,
    REST,
    REST_FROM,
    REST_TO,
    TO,
    Data,
    Floats,
    Ints,
    Scratch,
    State,
)


@compiled
def _random(random: NDArray[np.uint64]) -> float:
    """A number from 0 up to 1 (xorshift64*; Vigna 2016, doi.org/10.1145/2845077)."""
    x = random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    random[0] = x
    return float((x * np.uint64(0x2545F4914F6CDD1D)) >> np.uint64(11)) / 9007199254740992.0


@compiled
def rnd(work: Scratch) -> float:
    """A number from 0 up to 1."""
    return float(_random(work.random))


@compiled
def below(work: Scratch, n: int) -> int:
    """A whole number from 0 up to n."""
    return int(min(int(_random(work.random) * n), n - 1))


@compiled
def _start(win_open: Floats, win_close: Floats, first: int, last: int, arrive: float) -> float:
    """The earliest start for an arrival; INF after the last window."""
    for w in range(first, last + 1):
        if arrive <= win_close[w]:
            return float(max(arrive, win_open[w]))
    return INF


@compiled
def _arrival(win_open: Floats, win_close: Floats, first: int, last: int, start_by: float) -> float:
    """The latest arrival that lets the visit start by a moment; -INF if there is none."""
    for w in range(last, first - 1, -1):
        if win_open[w] <= start_by:
            return float(min(win_close[w], start_by))
    return -INF


@compiled
def _rested(slot_f: Floats, slot: int, moment: float) -> float:
    """The end of a break begun at a moment or as soon after as may be; INF if it is too late for it."""
    ends = max(moment, slot_f[slot, REST_FROM]) + slot_f[slot, REST]
    return ends if ends <= slot_f[slot, REST_TO] else INF


@compiled
def _rest_by(slot_f: Floats, slot: int, ends_by: float) -> float:
    """The latest moment to want a break that must be over by `ends_by`; -INF if there is none."""
    begins = min(ends_by, slot_f[slot, REST_TO]) - slot_f[slot, REST]
    return begins if begins >= slot_f[slot, REST_FROM] else -INF


@compiled
def refresh(data: Data, state: State, s: int) -> bool:
    """Fill in the times, the driving and the load of a route; whether it keeps every rule."""
    return bool(_refresh(
        data.travel, data.service, data.demand, data.win_ptr, data.win_open, data.win_close, data.slot_i, data.slot_f,
        state.route, state.length, state.leave0, state.leave1, state.by0, state.by1, state.leg, state.sums,
        len(data.day_ptr) - 1, s,
    ))  # fmt: skip


@compiled
def _refresh(
    travel: Floats,
    service: Floats,
    demand: Floats,
    win_ptr: Ints,
    win_open: Floats,
    win_close: Floats,
    slot_i: Ints,
    slot_f: Floats,
    route: Ints,
    length: Ints,
    leave0: Floats,
    leave1: Floats,
    by0: Floats,
    by1: Floats,
    leg: Floats,
    sums: Floats,
    days: int,
    s: int,
) -> bool:
    day, mode, k = slot_i[s, DAY], slot_i[s, MODE], length[s]
    rest = slot_f[s, REST] > 0.0
    start, end = slot_f[s, FROM], slot_f[s, TO]
    leave0[s, 0], leave1[s, 0] = INF, start
    if rest and start + slot_f[s, REST] <= slot_f[s, REST_TO]:
        leave0[s, 0], leave1[s, 0] = start, max(start, slot_f[s, REST_FROM] + slot_f[s, REST])
    drive, load = 0.0, 0.0
    for p in range(1, k + 1):
        c = route[s, p]
        t = travel[mode, route[s, p - 1], c]
        leg[s, p - 1] = t
        drive += t
        load += demand[c]
        first, last = win_ptr[c * days + day], win_ptr[c * days + day + 1] - 1
        a1 = leave1[s, p - 1] + t
        if rest:
            a0 = leave0[s, p - 1] + t
            a1 = min(a1, _rested(slot_f, s, leave0[s, p - 1]) + t, _rested(slot_f, s, a0))
            leave0[s, p] = _start(win_open, win_close, first, last, a0) + service[c]
        leave1[s, p] = _start(win_open, win_close, first, last, a1) + service[c]
    # Nobody leaves home for a day without visits, and there may be no way from where it starts to where it ends.
    leg[s, k] = travel[mode, route[s, k], route[s, k + 1]] if k > 0 else 0.0
    drive += leg[s, k]
    by1[s, k + 1] = end
    by0[s, k + 1] = min(end, slot_f[s, REST_TO] - slot_f[s, REST]) if rest else -INF
    for p in range(k, 0, -1):
        c = route[s, p]
        t = leg[s, p]
        first, last = win_ptr[c * days + day], win_ptr[c * days + day + 1] - 1
        b1 = by1[s, p + 1]
        by1[s, p] = _arrival(win_open, win_close, first, last, b1 - t - service[c])
        if rest:
            b0 = max(by0[s, p + 1] - t, _rest_by(slot_f, s, b1 - t), _rest_by(slot_f, s, b1) - t)
            by0[s, p] = _arrival(win_open, win_close, first, last, b0 - service[c])
    sums[s, DRIVE], sums[s, LOAD] = drive, load
    if drive > slot_f[s, DRIVE_LIMIT] or load > slot_f[s, CAPACITY]:
        return False
    if k == 0:
        return True
    t = leg[s, 0]
    a1 = leave1[s, 0] + t
    if rest:
        a0 = leave0[s, 0] + t
        a1 = min(a1, _rested(slot_f, s, leave0[s, 0]) + t, _rested(slot_f, s, a0))
        if a0 <= by0[s, 1]:
            return True
    return bool(a1 <= by1[s, 1])


@compiled
def scan(  # noqa: C901, PLR0912, PLR0915 - one loop, where every call costs more than what it does
    travel: Floats,
    back: Floats,
    service: Floats,
    demand: Floats,
    win_ptr: Ints,
    win_open: Floats,
    win_close: Floats,
    slot_i: Ints,
    slot_f: Floats,
    allowed: NDArray[np.bool_],
    route: Ints,
    length: Ints,
    leave0: Floats,
    leave1: Floats,
    by0: Floats,
    by1: Floats,
    leg: Floats,
    sums: Floats,
    blink: Ints,
    random: NDArray[np.uint64],
    days: int,
    first_slot: int,
    last_slot: int,
    c: int,
    by_time: float,
) -> tuple[float, int, int]:
    """The cheapest place for customer c in a range of slots: what it adds, the slot, and the stop before it.

    Slot and place are -1 where it fits nowhere. by_time: 0 measures the added travel, 1 the time by which what follows
    is put off; between, a mixture. Every hundredth place is overlooked on purpose ("blinks"; none if blink[0] < 0),
    which keeps the search from repeating itself. Takes arrays one by one: tuples of them cost more than the scan does.
    """
    best, best_slot, best_place = INF, -1, -1
    empty = -1
    for s in range(first_slot, last_slot):
        kind = slot_i[s, CLASS]
        k = length[s]
        if k == 0:
            if kind == empty:
                continue
            empty = kind
        if k + 3 > route.shape[1] or not allowed[c, kind] or sums[s, LOAD] + demand[c] > slot_f[s, CAPACITY]:
            continue
        key = c * days + slot_i[s, DAY]
        first, last = win_ptr[key], win_ptr[key + 1] - 1
        if last < first:
            continue
        opens, closes, busy = win_open[first], win_close[last], service[c]
        mode = slot_i[s, MODE]
        rest = slot_f[s, REST] > 0.0
        spare = slot_f[s, DRIVE_LIMIT] - sums[s, DRIVE]
        for p in range(k + 1):
            i, j = route[s, p], route[s, p + 1]
            if leave1[s, p] > closes and leave0[s, p] > closes:
                break
            there, onward = back[mode, c, i], travel[mode, c, j]
            direct = leg[s, p]
            detour = there + onward - direct
            if detour > spare or (by_time == 0.0 and detour >= best):
                continue
            a1 = leave1[s, p] + there
            a0 = leave0[s, p] + there if rest else INF
            if a1 > closes and a0 > closes:
                continue
            if opens + busy + onward > by1[s, p + 1]:
                continue
            n0 = INF
            if rest:
                a1 = min(a1, _rested(slot_f, s, leave0[s, p]) + there, _rested(slot_f, s, a0))
                l0 = _start(win_open, win_close, first, last, a0) + busy
                l1 = _start(win_open, win_close, first, last, a1) + busy
                n0 = l0 + onward
                n1 = min(l1 + onward, _rested(slot_f, s, l0) + onward, _rested(slot_f, s, n0))
                if n0 > by0[s, p + 1] and n1 > by1[s, p + 1]:
                    continue
            else:
                n1 = _start(win_open, win_close, first, last, a1) + busy + onward
                if n1 > by1[s, p + 1]:
                    continue
            value = detour
            if by_time > 0.0:
                before = min(leave0[s, p], leave1[s, p]) if rest else leave1[s, p]
                value += by_time * (min(n0, n1) - before - direct - detour)
                if value >= best:
                    continue
            if blink[0] >= 0:
                blink[0] -= 1
                if blink[0] < 0:
                    blink[0] = int(200.0 * _random(random))
                    continue
            best, best_slot, best_place = value, s, p
    return best, best_slot, best_place
