"""From lists of customers and slots to the arrays of the search."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from routing.planner.kernel.data import INF, Data, Floats


@dataclass(frozen=True, slots=True)
class Customer:
    """A node to visit; windows are for the start of the visit, one list a day."""

    service: float
    windows: Sequence[Sequence[tuple[float, float]]]
    absence: float
    patterns: Sequence[Sequence[int]] = ((0,),)
    pattern_costs: Sequence[float] = (0.0,)
    demand: float = 0.0
    classes: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """One route of one vehicle on one day; start and end are nodes, rest is length, earliest, latest."""

    day: int
    start: int
    end: int
    leave_from: float
    back_by: float
    capacity: float = INF
    drive_limit: float = INF
    rest: tuple[float, float, float] = (0.0, 0.0, 0.0)
    mode: int = 0
    kind: int = 0


def build(travel: Floats, customers: Sequence[Customer], slots: Sequence[Slot], days: int = 1) -> Data:
    """The arrays for travel (modes, m, m), INF where there is no way, customers being its first rows; slots by day."""
    n = len(customers)
    win_ptr, opens, closes = [0], [], []
    pat_ptr, pat_day_ptr, pat_day, pat_cost = [0], [0], [], []
    for customer in customers:
        for windows in customer.windows:
            opens += [w[0] for w in windows]
            closes += [w[1] for w in windows]
            win_ptr.append(len(opens))
        for pattern, cost in zip(customer.patterns, customer.pattern_costs, strict=True):
            pat_day += list(pattern)
            pat_day_ptr.append(len(pat_day))
            pat_cost.append(cost)
        pat_ptr.append(len(pat_cost))
    kinds = 1 + max((slot.kind for slot in slots), default=0)
    allowed = np.ones((n, kinds), np.bool_)
    for c, customer in enumerate(customers):
        if customer.classes is not None:
            allowed[c] = [kind in customer.classes for kind in range(kinds)]
    slot_i = np.array([(s.day, s.start, s.end, s.mode, s.kind) for s in slots], np.int32).reshape(-1, 5)
    slot_f = np.array([(s.leave_from, s.back_by, s.capacity, s.drive_limit, *s.rest) for s in slots], np.float64)
    return Data(
        travel=np.ascontiguousarray(travel),
        back=np.ascontiguousarray(travel.transpose(0, 2, 1)),
        service=np.array([c.service for c in customers], np.float64),
        demand=np.array([c.demand for c in customers], np.float64),
        absence=np.array([c.absence for c in customers], np.float64),
        win_ptr=np.array(win_ptr, np.int32),
        win_open=np.array(opens, np.float64),
        win_close=np.array(closes, np.float64),
        pat_ptr=np.array(pat_ptr, np.int32),
        pat_day_ptr=np.array(pat_day_ptr, np.int32),
        pat_day=np.array(pat_day, np.int32),
        pat_cost=np.array(pat_cost, np.float64),
        near=_nearest(travel[0], n),
        day_ptr=np.searchsorted(slot_i[:, 0], np.arange(days + 1)).astype(np.int32),
        slot_i=slot_i,
        slot_f=slot_f.reshape(-1, 7),
        allowed=allowed,
    )


def _nearest(travel: Floats, n: int, most: int = 400) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    """The other customers of each, nearest first, there and back; never more than `most`."""
    both = travel[:n, :n] + travel[:n, :n].T
    np.fill_diagonal(both, np.inf)
    order = np.argsort(both, axis=1, kind="stable").astype(np.int32)
    return np.ascontiguousarray(order[:, : min(most, max(0, n - 1))])


def width(data: Data) -> int:
    """How long a row of stops has to be: no route can hold more, with its two ends and room to spare."""
    n = len(data.service)
    if n == 0:
        return 4
    least = data.service + data.travel[:, :, :n].min(axis=0).min(
        axis=0, where=~np.eye(len(data.travel[0]), n, dtype=bool), initial=INF
    )
    span = float((data.slot_f[:, 1] - data.slot_f[:, 0]).max(initial=0.0))
    by_time = int(np.searchsorted(np.cumsum(np.sort(least)), span, side="right"))
    by_load = int(np.searchsorted(np.cumsum(np.sort(data.demand)), data.slot_f[:, 2].max(initial=0.0), side="right"))
    return min(n, by_time, by_load) + 4
