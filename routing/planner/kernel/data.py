"""What the compiled search reads and writes: two tuples of arrays.

Customers are nodes 0..n-1; the places where routes start and end follow. A slot is one route of one vehicle on one day,
and slots are sorted by day. All times and costs are float64; whole numbers stay exact far beyond any horizon.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

INF = float("inf")
"""No way, never, no limit: not a large number, but what no sum brings back. 1e15 with a detour that saved a second was
less than 1e15, and so a place that did not exist was taken.

Whether something is possible is told by what it is (a slot and a place, not -1), never by what it costs.
"""

DAY, START, END, MODE, CLASS = range(5)
"""Columns of slot_i: its day, the nodes where it starts and ends, the way of travel, its class."""

FROM, TO, CAPACITY, DRIVE_LIMIT, REST, REST_FROM, REST_TO = range(7)
"""Columns of slot_f: earliest departure, latest return, capacity, most driving; length and span of the break."""

DRIVE, LOAD = range(2)
"""Columns of State.sums."""

ABSENT, TOUCHED, MOVED, MARK = range(4)
"""Columns of Scratch.tally."""


class Data(NamedTuple):
    """A problem; never written after it was built.

    travel: (modes, m, m), INF where there is no way; it need not keep the triangle inequality. back: its transposes, so
        that both directions of an insertion read along a row.
    absence: (n,) the cost of leaving a customer out.
    win_ptr: (n * days + 1,) the start windows of customer c on day d begin at win_ptr[c * days + d], ascending.
    pat_ptr: (n + 1,) the patterns of each customer; pat_day_ptr: (patterns + 1,) the days of each; pat_cost: what
        choosing one costs beside travel (negative: a gain).
    near: (n, q) other customers, nearest first.
    slot_i: (slots, 5), slot_f: (slots, 7): see the names of their columns above; slots of one class and day are
        interchangeable.
    allowed: (n, classes) which customers a class of slots may serve.
    """

    travel: Floats
    back: Floats
    service: Floats
    demand: Floats
    absence: Floats
    win_ptr: Ints
    win_open: Floats
    win_close: Floats
    pat_ptr: Ints
    pat_day_ptr: Ints
    pat_day: Ints
    pat_cost: Floats
    near: Ints
    day_ptr: Ints
    slot_i: Ints
    slot_f: Floats
    allowed: NDArray[np.bool_]


class State(NamedTuple):
    """A solution with what is known of its times.

    route: (slots, width), the start node first and the end node after the last of `length` customers.
    leave0, leave1: earliest departures with the break to come and behind (slots without a break are always behind);
    by0, by1: latest arrivals. leg: the travel from each stop to the next.
    pattern: (n,) the chosen pattern or -1; slot_of: (n, days) the slot or -1.
    """

    route: Ints
    length: Ints
    leave0: Floats
    leave1: Floats
    by0: Floats
    by1: Floats
    leg: Floats
    sums: Floats
    pattern: Ints
    slot_of: Ints


class Scratch(NamedTuple):
    """Room to work in.

    absent: customers that are out, the first `tally[ABSENT]` of it; at: each one's place there or -1.
    touched: slots that differ from the accepted solution; moved: customers whose pattern or slots may differ.
    dirty: slots that differ from the best solution. stale: slots whose row of `table` is out of date.
    table: (slots, n) what each customer would add to each route; see recreate.
    """

    tally: Ints
    absent: Ints
    at: Ints
    touched: Ints
    is_touched: NDArray[np.bool_]
    moved: Ints
    is_moved: NDArray[np.bool_]
    dirty: NDArray[np.bool_]
    ruined: Ints
    stale: NDArray[np.bool_]
    table: Floats
    key: Floats
    order: Ints
    cost: Floats
    day_cost: Floats
    day_slot: Ints
    day_place: Ints
    day_known: Ints
    blink: Ints
    random: NDArray[np.uint64]


def empty_state(data: Data, width: int) -> State:
    """A solution without visits; its times are not filled in."""
    slots, n, days = len(data.slot_i), len(data.service), len(data.day_ptr) - 1
    shape = (slots, width)
    return State(
        route=np.zeros(shape, np.int32),
        length=np.zeros(slots, np.int32),
        leave0=np.zeros(shape),
        leave1=np.zeros(shape),
        by0=np.zeros(shape),
        by1=np.zeros(shape),
        leg=np.zeros(shape),
        sums=np.zeros((slots, 2)),
        pattern=np.full(n, -1, np.int32),
        slot_of=np.full((n, days), -1, np.int32),
    )


def scratch(data: Data, seed: int, *, tabled: bool) -> Scratch:
    """Room for one search, all customers out. tabled: with a table of insertions, for one day with prizes."""
    slots, n, days = len(data.slot_i), len(data.service), len(data.day_ptr) - 1
    return Scratch(
        tally=np.array([n, 0, 0, 0], np.int32),
        absent=np.arange(n, dtype=np.int32),
        at=np.arange(n, dtype=np.int32),
        touched=np.zeros(slots, np.int32),
        is_touched=np.zeros(slots, np.bool_),
        moved=np.zeros(n, np.int32),
        is_moved=np.zeros(n, np.bool_),
        dirty=np.ones(slots, np.bool_),
        ruined=np.zeros(slots, np.int32),
        stale=np.ones(slots, np.bool_),
        table=np.zeros((slots if days == 1 and tabled else 0, n)),
        key=np.zeros(n),
        order=np.zeros(n, np.int32),
        cost=np.zeros(n),
        day_cost=np.zeros(days),
        day_slot=np.zeros(days, np.int32),
        day_place=np.zeros(days, np.int32),
        day_known=np.zeros(days, np.int32),
        blink=np.zeros(1, np.int32),
        random=np.array([0x9E3779B97F4A7C15 ^ (seed * 0xD1342543DE82EF95 + 1) & 0xFFFFFFFFFFFFFFFF], np.uint64),
    )
