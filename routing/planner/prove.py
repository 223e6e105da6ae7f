"""How good a day can be at most, and whether a plan is that good.

Routes are relaxed: a visit may be made twice, unless it is remembered (ng-routes; Baldacci, Mingozzi and Roberti 2011,
doi.org/10.1287/opre.1110.0975). The best relaxed route is a bound. Where it visits somebody twice, the stops between
learn to remember (decremental state space relaxation; Righini and Salani 2009, doi.org/10.1016/j.cor.2008.01.003), and
it is sought again, reading the day forwards and backwards in turn: what one reading found tells the next how much any
partial route can still bring. The search ends when no relaxed route brings more than the plan at hand.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from routing.planner.kernel.data import INF, Data, Floats, Ints
from routing.planner.kernel.labels import DONE, FULL, MOST_NODES, WORDS, Labels, Masks, Side, begin, make_labels, run

MOST_LABELS = 1_500_000
CHUNK = 200


@dataclass(frozen=True, slots=True)
class Proof:
    """bound: no route brings more. route: one that brings `bound`, found on the way; None if none better was."""

    bound: float
    route: tuple[int, ...] | None
    complete: bool


def prove(data: Data, known: Callable[[], float], *, seconds: float, stop: Callable[[], bool]) -> Proof:
    """Bound the prizes of one route from above; `known` says what is known to be reachable by now.

    data: one slot on one day. The proof is complete if the bound is reached by `known` or by the route returned.
    """
    n = len(data.service)
    total = float(data.absence.sum())
    if n == 0 or total <= known():
        return Proof(max(known(), total), None, complete=True)
    if n > MOST_NODES:
        return Proof(total, None, complete=False)
    until = time.monotonic() + seconds
    sides = forwards(data), backwards(data)
    memory = np.zeros((n, n), dtype=bool)
    np.fill_diagonal(memory, val=True)
    labels = make_labels(n, MOST_LABELS)
    stairs: tuple[Ints, Floats, Floats] = (np.zeros(1, np.int32), np.zeros(1), np.zeros(1))
    bound = total
    turn = 0
    while True:
        side, target = sides[turn % 2], known()
        if bound <= target:
            return Proof(bound, None, complete=True)
        finished = _label(side, labels, _as_masks(memory), stairs, target, until, stop)
        if not finished:
            return Proof(bound, None, complete=False)
        bound = min(bound, max(target, float(labels.best[0])))
        if labels.tally[2] < 0:
            return Proof(bound, None, complete=True)
        route = _route(labels, int(labels.tally[2]))
        if len(set(route)) == len(route):
            return Proof(bound, tuple(route if turn % 2 == 0 else reversed(route)), complete=True)
        _remember(memory, route)
        stairs = _stairs(labels, n)
        turn += 1


def _label(
    side: Side,
    labels: Labels,
    near: Masks,
    stairs: tuple[Ints, Floats, Floats],
    target: float,
    until: float,
    stop: Callable[[], bool],
) -> bool:
    begin(side, labels, near, *stairs, target)
    while True:
        status = run(side, labels, near, *stairs, target, CHUNK)
        if status == DONE:
            return True
        if status == FULL or time.monotonic() > until or stop():
            return False


def forwards(data: Data) -> Side:
    """The day as it is driven."""
    n = len(data.service)
    start, end = int(data.slot_i[0, 1]), int(data.slot_i[0, 2])
    leave, back, _, limit, rest, rest_from, rest_to = data.slot_f[0].tolist()
    rows = [*range(n), start, end]
    leave0, leave1, by0 = INF, leave, -INF
    if rest > 0:
        by0 = min(back, rest_to - rest)
        if leave + rest <= rest_to:
            leave0, leave1 = leave, max(leave, rest_from + rest)
    return Side(
        np.ascontiguousarray(data.travel[0][np.ix_(rows, rows)]),
        data.service.copy(),
        data.absence.copy(),
        data.win_ptr.copy(),
        data.win_open.copy(),
        data.win_close.copy(),
        np.array([leave0, leave1, by0, back]),
        np.array([rest, rest_from, rest_to]),
        limit,
        max(back, 1.0),
    )


def backwards(data: Data) -> Side:
    """The day read from its end: a moment t becomes horizon - t, the way from a to b the way from b to a.

    A break to come, read backwards, is one that was not yet met from the end; so the two states of each end change
    their places.
    """
    one = forwards(data)
    n, horizon = len(one.service), one.horizon
    opens, closes = [], []
    for c in range(n):
        for w in range(one.win_ptr[c + 1] - 1, one.win_ptr[c] - 1, -1):
            opens.append(horizon - one.win_close[w] - one.service[c])
            closes.append(horizon - one.win_open[w] - one.service[c])
    leave0, leave1, by0, by1 = one.ends.tolist()
    turned = one.travel.T.copy()
    rows = [*range(n), n + 1, n]
    return one._replace(
        travel=np.ascontiguousarray(turned[np.ix_(rows, rows)]),
        win_open=np.array(opens, np.float64),
        win_close=np.array(closes, np.float64),
        ends=np.array(
            [
                horizon - by1,
                INF if by0 <= -INF else horizon - by0,
                horizon - leave1,
                -INF if leave0 >= INF else horizon - leave0,
            ]
        ),
        rest=np.array([one.rest[0], horizon - one.rest[2], horizon - one.rest[1]]),
    )


def _as_masks(memory: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> Masks:
    n = len(memory)
    masks = np.zeros((n, WORDS), np.uint64)
    for c in range(n):
        for other in np.flatnonzero(memory[c]).tolist():
            masks[c, other >> 6] |= np.uint64(1) << np.uint64(other & 63)
    return masks


def _route(labels: Labels, last: int) -> list[int]:
    route = []
    while last >= 0:
        route.append(int(labels.node[last]))
        last = int(labels.parent[last])
    return route[::-1]


def _remember(memory: np.ndarray[tuple[int, int], np.dtype[np.bool_]], route: list[int]) -> None:
    """Let the stops between two visits to one place remember it."""
    last: dict[int, int] = {}
    for place, c in enumerate(route):
        if c in last:
            for between in route[last[c] + 1 : place]:
                memory[between, c] = True
        last[c] = place


def _stairs(labels: Labels, n: int) -> tuple[Ints, Floats, Floats]:
    """For each node and state, the most profit that labels have collected by each time."""
    count = int(labels.tally[0])
    alive = ~labels.dead[:count]
    key = (2 * labels.node[:count] + labels.state[:count])[alive]
    when, profit = labels.time[:count][alive], labels.profit[:count][alive]
    order = np.lexsort((-profit, when, key))
    key, when, profit = key[order], when[order], profit[order]
    pointer = np.searchsorted(key, np.arange(2 * n + 1)).astype(np.int32)
    for low, high in zip(pointer[:-1].tolist(), pointer[1:].tolist(), strict=True):
        np.maximum.accumulate(profit[low:high], out=profit[low:high])
    return pointer, when, profit
