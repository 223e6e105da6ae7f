"""The routes that the search has seen: each set of customers once for each kind of slot, in its cheapest order."""

import threading
from dataclasses import dataclass

import numpy as np

from routing.planner.kernel.data import CLASS, DAY, DRIVE, END, MODE, START, Data, State
from routing.planner.solution import Solution

MOST_SEEN = 30_000
"""So many routes are kept; of more, those from the best solutions."""

Key = tuple[int, int, tuple[int, ...]]
"""The kind of slot, a day or bits of days, the customers in ascending order."""


@dataclass(frozen=True, slots=True)
class Column:
    """A route that may be driven on one day by slots of one kind."""

    kind: int
    day: int
    route: tuple[int, ...]
    travel: float


@dataclass(slots=True)
class _Seen:
    """days: bits of the days on which it may be driven. cost: of the best solution that had it."""

    route: tuple[int, ...]
    travel: float
    days: int
    cost: float


class Pool:
    """What all cores have seen, for one problem. Safe to be used by several threads."""

    def __init__(self, data: Data) -> None:
        self._data, self._lock = data, threading.Lock()
        self._routes: dict[Key, _Seen] = {}
        self._alike = _days_alike(data)
        kinds, days = data.slot_i[:, CLASS].tolist(), data.slot_i[:, DAY].tolist()
        self._slots = list(zip(kinds, days, strict=True))
        self._staffed: dict[int, int] = {}
        for kind, day in self._slots:
            self._staffed[kind] = self._staffed.get(kind, 0) | 1 << day

    def __len__(self) -> int:
        return len(self._routes)

    def see(self, state: State, cost: float) -> None:
        """Remember the routes of a solution and what it costs."""
        driven = zip(self._slots, state.length.tolist(), state.sums[:, DRIVE].tolist(), strict=True)
        found = [
            (kind, day, tuple(state.route[slot, 1 : length + 1].tolist()), travel)
            for slot, ((kind, day), length, travel) in enumerate(driven)
            if length
        ]
        with self._lock:
            for kind, day, route, travel in found:
                self._remember(kind, day, route, travel, cost)
            if len(self._routes) > MOST_SEEN:
                best = sorted(self._routes.items(), key=lambda item: item[1].cost)
                self._routes = dict(best[: MOST_SEEN // 2])

    def _remember(self, kind: int, day: int, route: tuple[int, ...], travel: float, cost: float) -> None:
        days = self._staffed[kind]
        for customer in route:
            days &= self._alike[customer][day]
        key = (kind, days, tuple(sorted(route)))
        known = self._routes.get(key)
        if known is None:
            self._routes[key] = _Seen(route, travel, days, cost)
            return
        known.cost = min(known.cost, cost)
        if travel < known.travel:
            known.route, known.travel = route, travel

    def merge(self, other: "Pool") -> None:
        """Remember what another core has seen as well."""
        for key, seen in other._routes.items():  # noqa: SLF001 - the same class
            known = self._routes.get(key)
            if known is None:
                self._routes[key] = seen
                continue
            known.cost = min(known.cost, seen.cost)
            if (seen.travel, seen.route) < (known.travel, known.route):
                known.route, known.travel = seen.route, seen.travel

    def columns(self, best: Solution, most: int) -> list[Column]:
        """The routes of a solution and, from the best solutions seen, so many others as make about `most` columns."""
        with self._lock:
            seen = sorted(self._routes.items(), key=lambda item: item[1].cost)
        found: dict[Key, Column] = {}
        for slot, route in enumerate(best.routes):
            if route:
                kind, day = self._slots[slot]
                found[kind, day, tuple(sorted(route))] = Column(kind, day, route, _travel(self._data, slot, route))
        room = most + len(found)
        for (kind, _, customers), one in seen:
            for day in range(one.days.bit_length()):
                known = found.get((kind, day, customers))
                if one.days >> day & 1 and (known is None or one.travel < known.travel):
                    found[kind, day, customers] = Column(kind, day, one.route, one.travel)
            if len(found) >= room:
                break
        return list(found.values())


def _travel(data: Data, slot: int, route: tuple[int, ...]) -> float:
    stops = [data.slot_i[slot, START], *route, data.slot_i[slot, END]]
    return float(data.travel[data.slot_i[slot, MODE], stops[:-1], stops[1:]].sum())


def _days_alike(data: Data) -> list[list[int]]:
    """For each customer and day, bits of the days on which a visit of that day could be made as well.

    Those have the same windows and are in one of the customer's patterns.
    """
    n, days = len(data.service), len(data.day_ptr) - 1
    alike = []
    for c in range(n):
        wanted = set(data.pat_day[data.pat_day_ptr[data.pat_ptr[c]] : data.pat_day_ptr[data.pat_ptr[c + 1]]].tolist())
        groups: dict[bytes, int] = {}
        looks = []
        for day in range(days):
            first, last = data.win_ptr[c * days + day], data.win_ptr[c * days + day + 1]
            look = np.concatenate([data.win_open[first:last], data.win_close[first:last]]).tobytes()
            looks.append(look)
            if day in wanted:
                groups[look] = groups.get(look, 0) | 1 << day
        alike.append([groups.get(look, 0) for look in looks])
    return alike
