"""How good a horizon can be at most: clients and shifts bargain over what a visit is worth on each day.

Every visit of client c on day d has a price rate[c, d] >= 0 that the client pays and the shift earns (Lagrangian
relaxation of "who is visited on the days of the pattern is in a route of that day"). The bound is
    sum over clients of max(0, prize of the best pattern - rates of its days)
    + sum over shifts of max over routes of (rates of the visits - hour_price * hours of travel),
and holds for any rates. A client who is visited in every plan that counts (required) has no 0 to choose. Routes are
relaxed twice: to what fits into the hours of the shift, each visit with half of its shortest drives (a knapsack with a
part of the last visit; takes no time), then to walks on a grid of time (`kernel.walks`). Rates are moved towards days
on which a client wants more visits than the shifts make (Held and Karp 1971, doi.org/10.1007/BF01584070).
"""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from routing.planner.horizon import HorizonPlan, HorizonProblem
from routing.planner.horizon_search import Stated, state
from routing.planner.kernel.data import CLASS, DAY, INF, Data, Floats
from routing.planner.kernel.labels import Side
from routing.planner.kernel.walks import best_walk, make_walks, spread
from routing.planner.labelling_input import forwards

QUICK_ROUNDS = 300
PATIENCE, SLOWER, LEAST_RATE = 8, 0.7, 0.002
MOMENTS = 384
"""Of the grid of time of one shift, about."""


def bounded(
    problem: HorizonProblem,
    plan: HorizonPlan,
    *,
    seconds: float | None = 2.0,
    calls: int | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> HorizonPlan:
    """The plan with a value that no plan exceeds among those that leave out no more required clients.

    It is proven to be the best if it reaches that, and nobody who is required and could be visited is left out. A bound
    is there at once, and gets better with time, for as long as `seconds`, `calls` and `stop` allow.

    calls: so often it is asked whether to stop, which is the same on any machine; None for no such bound.
    """
    stated = state(problem)
    until, asked = INF if seconds is None else time.monotonic() + seconds, itertools.count()

    def over() -> bool:
        return stop() or time.monotonic() > until or (calls is not None and next(asked) >= calls)

    bound = _Bargain(problem, stated, plan, over).bound()
    whole = not _left_out(problem, stated, plan)
    return replace(plan, bound=round(bound, 6), proven=whole and plan.value >= bound - 1e-6)


def _left_out(problem: HorizonProblem, stated: Stated, plan: HorizonPlan) -> bool:
    """Whether a required client who has days to be visited on is left out."""
    return any(
        client.required and bool(kept) and plan.patterns[c] is None
        for c, (client, kept) in enumerate(zip(problem.clients, stated.patterns, strict=True))
    )


@dataclass(frozen=True, slots=True)
class _Shift:
    """Shifts that are all alike on one day.

    nodes: who could be visited. takes: seconds of a visit with half of its shortest drives; driven: these drives alone.
    step: seconds between two moments of the grid; 0 if visits are too short for one.
    """

    day: int
    alike: int
    nodes: NDArray[np.int64]
    side: Side
    takes: Floats
    driven: Floats
    hours: float
    step: float


class _Bargain:
    """The rates, and what they have led to so far."""

    def __init__(self, problem: HorizonProblem, stated: Stated, plan: HorizonPlan, over: Callable[[], bool]) -> None:
        self.data, self.value = stated.data, plan.value
        self.price = problem.hour_price / 3600
        self._over = over
        data = self.data
        self.whole = 0
        prizes = [
            client.patterns[number].prize
            for client, kept in zip(problem.clients, stated.patterns, strict=True)
            for number in kept
        ]
        if not self.price:
            self.whole = int(np.gcd.reduce(prizes)) if prizes else 1
        self.prizes = np.array(prizes, np.float64)
        self.owner = np.repeat(np.arange(len(data.service)), np.diff(data.pat_ptr))
        self.day_owner = np.repeat(self.owner, np.diff(data.pat_day_ptr))
        full = not _left_out(problem, stated, plan)
        self.forced = np.array([full and client.required for client in problem.clients], bool)
        self.shifts = _shifts(data)
        self.lowest = float(np.maximum(0.0, self._most(self.prizes)).sum())

    def _most(self, gains: Floats) -> Floats:
        """The largest gain of each client; -inf for those without patterns."""
        some = np.diff(self.data.pat_ptr) > 0
        most = np.full(len(some), -np.inf)
        if some.any():
            most[some] = np.maximum.reduceat(gains, self.data.pat_ptr[:-1][some])
        return most

    def bound(self) -> float:
        """The least bound that is found in the time given."""
        if not len(self.prizes):
            return 0.0
        shape = len(self.data.service), len(self.data.day_ptr) - 1
        rates = self._descend(self._first_rates(shape), self._knapsacks, QUICK_ROUNDS)
        self._descend(rates, self._walks, QUICK_ROUNDS)
        return self.whole * float(np.floor(self.lowest / self.whole + 1e-6)) if self.whole else self.lowest

    def _first_rates(self, shape: tuple[int, int]) -> Floats:
        """Half the prize of each client's best pattern, shared among its days."""
        rates = np.zeros(shape)
        shared = np.repeat(self.prizes / np.diff(self.data.pat_day_ptr), np.diff(self.data.pat_day_ptr))
        order = np.argsort(shared, kind="stable")
        rates[self.day_owner[order], self.data.pat_day[order]] = 0.5 * shared[order]
        return rates

    def _descend(self, rates: Floats, routes: Callable[[Floats, Floats], float], rounds: int) -> Floats:
        """Move the rates as long as it pays; the best ones."""
        best, lowest, length, stalled = rates, np.inf, 1.0, 0
        for _ in range(rounds):
            if self._over() or length < LEAST_RATE:
                break
            wanted = np.zeros_like(rates)
            total = self._clients(rates, wanted) + routes(rates, wanted)
            self.lowest = min(self.lowest, total)
            if total < lowest - 1e-9:
                best, lowest, stalled = rates, total, 0
            else:
                stalled += 1
                if stalled >= PATIENCE:
                    length, stalled = SLOWER * length, 0
            wanted[(rates <= 0) & (wanted < 0)] = 0.0
            square = float((wanted**2).sum())
            if square == 0.0:
                break
            rates = np.maximum(0.0, rates + length * max(total - self.value, 1e-3) / square * wanted)
        return best

    def _clients(self, rates: Floats, wanted: Floats) -> float:
        """What clients gain with their best patterns; the days of these are added to `wanted`."""
        data, n = self.data, len(self.data.service)
        asked = np.bincount(
            np.repeat(np.arange(len(self.prizes)), np.diff(data.pat_day_ptr)),
            rates[self.day_owner, data.pat_day],
            len(self.prizes),
        )
        gains = self.prizes - asked
        most = self._most(gains)
        most = np.where(self.forced & np.isfinite(most), most, np.maximum(most, 0.0))
        # Equal patterns share the client: days that are alike stay alike.
        chosen = (gains >= most[self.owner] - 1e-7) & ((most[self.owner] > 0) | self.forced[self.owner])
        share = chosen / np.maximum(np.bincount(self.owner, chosen, n), 1)[self.owner]
        places = self.day_owner * wanted.shape[1] + data.pat_day
        shares = np.repeat(share, np.diff(data.pat_day_ptr))
        wanted += np.bincount(places, shares, wanted.size).reshape(wanted.shape)
        return float(most.sum())

    def _knapsacks(self, rates: Floats, wanted: Floats) -> float:
        return sum(self._knapsack(shift, rates, wanted) for shift in self.shifts)

    def _knapsack(self, shift: _Shift, rates: Floats, wanted: Floats) -> float:
        """What fits into the hours of a shift, times the shifts that are alike; it is taken from `wanted`."""
        gains = rates[shift.nodes, shift.day] - self.price * shift.driven
        order = np.argsort(-gains / shift.takes, kind="stable")
        order = order[gains[order] > 0]
        before = np.cumsum(shift.takes[order]) - shift.takes[order]
        part = np.clip((shift.hours - before) / shift.takes[order], 0.0, 1.0)
        wanted[shift.nodes[order], shift.day] -= shift.alike * part
        return shift.alike * float(gains[order] @ part)

    def _walks(self, rates: Floats, wanted: Floats) -> float:
        """What walks earn in each shift, or what fits into its hours where that is less or the time is over."""
        total = 0.0
        for shift in self.shifts:
            fits = np.zeros_like(wanted)
            most = self._knapsack(shift, rates, fits)
            if shift.step and not self._over():
                side = shift.side._replace(prize=rates[shift.nodes, shift.day])
                walks = make_walks(side, shift.step)
                found = spread(side, walks, self.price, self._over)
                if found is not None and shift.alike * found <= most:
                    most = shift.alike * found
                    times = np.bincount(best_walk(walks), minlength=len(shift.nodes))
                    fits[shift.nodes, shift.day] = -shift.alike * times
            total += most
            wanted += fits
        return total


def _shifts(data: Data) -> list[_Shift]:
    """The shifts, those that are alike counted as one."""
    days = len(data.day_ptr) - 1
    groups: dict[tuple[bytes, bytes], list[int]] = {}
    for slot in range(len(data.slot_i)):
        groups.setdefault((data.slot_i[slot].tobytes(), data.slot_f[slot].tobytes()), []).append(slot)
    found = []
    wants = np.zeros((len(data.service), days), bool)
    owner = np.repeat(np.arange(len(data.service)), np.diff(data.pat_ptr))
    wants[np.repeat(owner, np.diff(data.pat_day_ptr)), data.pat_day] = True
    for slots in groups.values():
        day, kind = int(data.slot_i[slots[0], DAY]), int(data.slot_i[slots[0], CLASS])
        nodes = np.flatnonzero(wants[:, day] & data.allowed[:, kind])
        # Where no way leads to or from, nobody is visited, whatever it brings.
        nodes = nodes[np.isfinite(_shortest(forwards(data, slots[0], nodes.tolist())))]
        if len(nodes):
            found.append(_shift(forwards(data, slots[0], nodes.tolist()), day, len(slots), nodes))
    return found


def _shortest(side: Side) -> Floats:
    """Half of the shortest drives of each visit, there and away; INF where there is none."""
    n = len(side.service)
    legs = side.travel.copy()
    np.fill_diagonal(legs, INF)
    legs[n + 1, :], legs[:, n] = INF, INF
    shortest: Floats = (legs[:, :n].min(axis=0) + legs[:n, :].min(axis=1)) / 2
    return shortest


def _shift(side: Side, day: int, alike: int, nodes: NDArray[np.int64]) -> _Shift:
    n = len(nodes)
    # A visit that only those could follow who cannot be reached themselves counts nothing for its drives.
    driven = _shortest(side)
    driven = np.where(np.isfinite(driven), driven, 0.0)
    takes = side.service + driven
    span = float(side.ends[3] - min(side.ends[0], side.ends[1]))
    reached = side.travel[:-1, :n] + side.service
    np.fill_diagonal(reached, INF)
    step = float(np.floor(min(max(1.0, span / MOMENTS), reached.min())))
    return _Shift(
        day,
        alike,
        nodes,
        side,
        np.maximum(takes, 1e-9),
        driven,
        _hours(side, span),
        step if step >= span / 4096 else 0.0,
    )


def _hours(side: Side, span: float) -> float:
    """What is left of a day beside the break, or of the part before or after it."""
    length, earliest, latest = side.rest.tolist()
    if length <= 0 or side.ends[0] >= INF:
        return max(0.0, span)
    start, end = float(side.ends[0]), float(side.ends[3])
    return float(max(0.0, span - length, min(end, latest - length) - start, end - max(start, earliest + length)))
