"""Labels of partial routes, extended and compared: the compiled part of the proof in `planner.day_bound`."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from routing.planner.kernel.data import INF, Floats, Ints

Masks = NDArray[np.uint64]

WORDS = 2
MOST_NODES = 64 * WORDS
"""A mask of visited nodes has so many bits."""

DONE, FULL, PAUSED = range(3)


class Side(NamedTuple):
    """A day read forwards, or backwards from its end: the same arithmetic serves for both.

    travel: (n + 2, n + 2), the last two rows are where this reading starts and ends. prize: what a visit counts. ends:
    earliest departures with the break to come and behind, then latest arrivals with it to come and behind. rest:
    length, earliest, latest.
    """

    travel: Floats
    service: Floats
    prize: Floats
    win_ptr: Ints
    win_open: Floats
    win_close: Floats
    ends: Floats
    rest: Floats
    drive_limit: float
    horizon: float


class Rest(NamedTuple):
    """The most that the rest of a route can bring, as the other reading of the day collects it.

    value: (n, 2, moments), for the last visit and the state of the break there, both as the other reading sees them,
    and the time by which it has to be over; with no moments nothing is known. grid: the first moment, and the seconds
    between two. multiplier: (n,) what each visit brings less there than here.
    """

    value: Floats
    grid: Floats
    multiplier: Floats


class Labels(NamedTuple):
    """Partial routes. tally: how many, the current bucket, the label with the best finished route so far.

    first: (n,) the last label of each node; before: the one before it there. queue: (buckets,) the next label to extend
    in each span of time; after: the one after it there. paid: multipliers of the visits. dead: dominated.
    """

    node: Ints
    state: Ints
    time: Floats
    drive: Floats
    profit: Floats
    paid: Floats
    mask: Masks
    parent: Ints
    before: Ints
    after: Ints
    dead: NDArray[np.bool_]
    first: Ints
    queue: Ints
    tally: Ints
    best: Floats


def make_labels(n: int, most: int, buckets: int = 4096) -> Labels:
    """Room for `most` labels over n nodes."""
    return Labels(
        node=np.zeros(most, np.int32),
        state=np.zeros(most, np.int32),
        time=np.zeros(most),
        drive=np.zeros(most),
        profit=np.zeros(most),
        paid=np.zeros(most),
        mask=np.zeros((most, WORDS), np.uint64),
        parent=np.zeros(most, np.int32),
        before=np.zeros(most, np.int32),
        after=np.zeros(most, np.int32),
        dead=np.zeros(most, np.bool_),
        first=np.full(n, -1, np.int32),
        queue=np.full(buckets, -1, np.int32),
        tally=np.zeros(3, np.int32),
        best=np.zeros(1),
    )


@njit(cache=True, nogil=True, error_model="numpy")
def _rested(side: Side, moment: float) -> float:
    if side.rest[0] <= 0.0:
        return INF
    ends = max(moment, side.rest[1]) + side.rest[0]
    return float(ends if ends <= side.rest[2] else INF)


@njit(cache=True, nogil=True, error_model="numpy")
def completion(rest: Rest, c: int, state: int, by: float) -> float:
    """The most that the other reading has collected when it leaves a visit in a state of the break by a moment."""
    k = (by - rest.grid[0]) / rest.grid[1]
    if k < 0.0:
        return -INF
    return float(rest.value[c, state, min(int(k), rest.value.shape[2] - 1)])


@njit(cache=True, nogil=True, error_model="numpy")
def _add(
    side: Side,
    labels: Labels,
    rest: Rest,
    parent: int,
    c: int,
    state: int,
    arrive: float,
    drive: float,
    profit: float,
    paid: float,
    mask0: np.uint64,
    mask1: np.uint64,
    target: float,
) -> bool:
    """Make a label for a visit if it can lead to more than `target` and none is better; False when there is no room."""
    start = INF
    for w in range(side.win_ptr[c], side.win_ptr[c + 1]):
        if arrive <= side.win_close[w]:
            start = max(arrive, side.win_open[w])
            break
    if start >= INF:
        return True
    time = start + side.service[c]
    limited = side.drive_limit < INF
    if rest.value.shape[2] > 0:
        # A route is put together from both readings, the break in one of them.
        most = completion(rest, c, 1 - state, side.horizon + side.service[c] - time)
        if profit - paid + most - (side.prize[c] - rest.multiplier[c]) <= target:
            return True
    other = labels.first[c]
    previous = -1
    while other >= 0:
        if labels.state[other] == state:
            known0, known1 = labels.mask[other, 0], labels.mask[other, 1]
            if (
                labels.time[other] <= time
                and labels.profit[other] >= profit
                and (known0 & mask0) == known0
                and (known1 & mask1) == known1
                and (not limited or labels.drive[other] <= drive)
            ):
                return True
            if (
                time <= labels.time[other]
                and profit >= labels.profit[other]
                and (known0 & mask0) == mask0
                and (known1 & mask1) == mask1
                and (not limited or drive <= labels.drive[other])
            ):
                labels.dead[other] = True
                if previous < 0:
                    labels.first[c] = labels.before[other]
                else:
                    labels.before[previous] = labels.before[other]
                other = labels.before[other]
                continue
        previous = other
        other = labels.before[other]
    new = labels.tally[0]
    if new >= len(labels.node):
        return False
    labels.tally[0] = new + 1
    labels.node[new], labels.state[new], labels.time[new], labels.drive[new] = c, state, time, drive
    labels.profit[new], labels.paid[new], labels.parent[new] = profit, paid, parent
    labels.dead[new] = False
    labels.mask[new, 0], labels.mask[new, 1] = mask0, mask1
    labels.before[new] = labels.first[c]
    labels.first[c] = new
    bucket = int(time / side.horizon * (len(labels.queue) - 1))
    bucket = max(0, min(len(labels.queue) - 1, bucket))
    bucket = max(bucket, labels.tally[1])
    labels.after[new] = labels.queue[bucket]
    labels.queue[bucket] = new
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def _extend(
    side: Side,
    labels: Labels,
    near: Masks,
    rest: Rest,
    parent: int,
    here: int,
    state: int,
    time: float,
    drive: float,
    profit: float,
    paid: float,
    mask0: np.uint64,
    mask1: np.uint64,
    target: float,
) -> bool:
    """All visits that can follow; False when there is no room."""
    n = len(side.prize)
    one = np.uint64(1)
    for c in range(n):
        word, bit = c >> 6, one << np.uint64(c & 63)
        if ((mask0 if word == 0 else mask1) & bit) != 0 or c == here:
            continue
        t = side.travel[here, c]
        if drive + t > side.drive_limit or time + t >= INF:
            continue
        new0, new1 = mask0 & near[c, 0], mask1 & near[c, 1]
        if word == 0:
            new0 |= bit
        else:
            new1 |= bit
        gain, multipliers = profit + side.prize[c], paid + rest.multiplier[c]
        if not _add(side, labels, rest, parent, c, state, time + t, drive + t, gain,
                    multipliers, new0, new1, target):  # fmt: skip
            return False
        if state == 0 and side.rest[0] > 0.0:
            arrive = min(_rested(side, time) + t, _rested(side, time + t))
            if arrive < INF and not _add(side, labels, rest, parent, c, 1, arrive,
                                         drive + t, gain, multipliers, new0, new1, target):  # fmt: skip
                return False
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def begin(
    side: Side,
    labels: Labels,
    near: Masks,
    rest: Rest,
    target: float,
    known: float,
) -> None:
    """Empty the labels and make those of the first visits. known: a finished route counts if it collects more."""
    labels.first[:] = -1
    labels.queue[:] = -1
    labels.tally[0], labels.tally[1], labels.tally[2] = 0, 0, -1
    labels.best[0] = known
    zero = np.uint64(0)
    for state in range(2):
        if side.ends[state] < INF:
            _extend(side, labels, near, rest, -1, len(side.prize), state,
                    side.ends[state], 0.0, 0.0, 0.0, zero, zero, target)  # fmt: skip


@njit(cache=True, nogil=True, error_model="numpy")
def run(
    side: Side,
    labels: Labels,
    near: Masks,
    rest: Rest,
    target: float,
    steps: int,
) -> int:
    """Extend labels in the order of time, a number of them at most; DONE, FULL or PAUSED."""
    end = len(side.prize) + 1
    while labels.tally[1] < len(labels.queue):
        current = labels.queue[labels.tally[1]]
        if current < 0:
            labels.tally[1] += 1
            continue
        if steps <= 0:
            return PAUSED
        labels.queue[labels.tally[1]] = labels.after[current]
        if labels.dead[current]:
            continue
        steps -= 1
        here, state, time = labels.node[current], labels.state[current], labels.time[current]
        profit, drive = labels.profit[current], labels.drive[current]
        if profit > labels.best[0]:
            t = side.travel[here, end]
            done = time + t <= side.ends[2 + state]
            if state == 0 and not done:
                done = min(_rested(side, time) + t, _rested(side, time + t)) <= side.ends[3]
            if done and drive + t <= side.drive_limit:
                labels.best[0] = profit
                labels.tally[2] = current
        if not _extend(side, labels, near, rest, current, here, state, time, drive, profit, labels.paid[current],
                       labels.mask[current, 0], labels.mask[current, 1], target):  # fmt: skip
            return FULL
    return DONE
