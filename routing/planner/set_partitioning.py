"""Routes that the search has seen, put together anew: the best choice among them, by linear and integer programming.

Ruin and recreate changes a few neighbouring routes at a time; what one core found for Monday and the other for Thursday
only meets here. Routes with the same customers are one, with the cheapest order; where days look alike to a route's
customers, it may be driven on any of them.

Symbols: x[r] drives route r, which is of one kind of slot and one day; y[p] visits a customer on the days of its
pattern p; out[c] leaves customer c out. Minimise
    sum of weight * travel[r] * x[r] + sum of pat_cost[p] * y[p] + sum of absence[c] * out[c]
such that
    a customer has one pattern or is out: sum of y[p] over patterns p of c + out[c] = 1;
    on every day d it is in one route, or need not be: sum of x[r] over routes r of day d with c
        + sum of y[p] over patterns p of c without d + out[c] = 1;
    no more routes of a kind are driven on a day than there are slots of it.

All but the last are rows of a set partitioning. The relaxation is solved first: a route whose reduced cost is more than
the best solution lies above it cannot be in anything better, so that CP-SAT is asked about the others only, from the
best solution on. Source of the idea: Rochat and Taillard (1995), doi.org/10.1007/BF02430370.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from ortools.sat.python import cp_model
from scipy.optimize import linprog
from scipy.sparse import csr_array

from routing.cpsat import solve_until
from routing.planner.kernel.data import CLASS, DAY, Data, Floats
from routing.planner.pool import Column
from routing.planner.solution import Solution

LARGEST = 1e12
"""Costs are scaled to whole numbers below this before CP-SAT adds them up."""

RELAXED_S = 1.5
"""The relaxation may take so long: it cannot be stopped, and whoever stops a search does not want to wait."""

RELAXED_STEPS = 20_000
"""Steps of the simplex method, where a plan may not depend on the machine."""

MOST_ROUTES = 3000
"""CP-SAT is asked about so many routes, those of the least reduced cost."""


class Partitioning:
    """The model over some columns, for one problem. Variables: routes, then patterns, then absences."""

    def __init__(self, data: Data, columns: Sequence[Column], weight: float) -> None:
        self.data, self.columns = data, columns
        self.n, self.patterns = len(data.service), len(data.pat_cost)
        self.cost = np.concatenate([[weight * column.travel for column in columns], data.pat_cost, data.absence])
        self.partitions = self._partitions()
        slots = Counter(zip(data.slot_i[:, CLASS].tolist(), data.slot_i[:, DAY].tolist(), strict=True))
        driven: dict[tuple[int, int], list[int]] = {}
        for r, column in enumerate(columns):
            driven.setdefault((column.kind, column.day), []).append(r)
        self.fleets = [(routes, slots[where]) for where, routes in driven.items()]

    def _partitions(self) -> list[list[int]]:
        """The variables of each row of the set partitioning."""
        data, first, out = self.data, len(self.columns), len(self.columns) + self.patterns
        visiting: list[dict[int, list[int]]] = [{} for _ in range(self.n)]
        for r, column in enumerate(self.columns):
            for c in column.route:
                visiting[c].setdefault(column.day, []).append(r)
        rows = []
        for c in range(self.n):
            patterns = range(int(data.pat_ptr[c]), int(data.pat_ptr[c + 1]))
            days = {p: set(data.pat_day[data.pat_day_ptr[p] : data.pat_day_ptr[p + 1]].tolist()) for p in patterns}
            rows.append([*(first + p for p in patterns), out + c])
            for day in sorted(set(visiting[c]).union(*days.values())):
                others = [first + p for p in patterns if day not in days[p]]
                rows.append([*visiting[c].get(day, ()), *others, out + c])
        return rows

    def reduced(self, limits: dict[str, float]) -> tuple[float, Floats] | None:
        """The least cost of the relaxation and the reduced cost of every variable; None if the limits held before."""
        answer = linprog(
            self.cost,
            A_eq=_matrix(self.partitions, len(self.cost)),
            b_eq=np.ones(len(self.partitions)),
            A_ub=_matrix([routes for routes, _ in self.fleets], len(self.cost)),
            b_ub=np.array([slots for _, slots in self.fleets], float),
            method="highs-ds",
            options=limits,
        )
        return (float(answer.fun), np.maximum(answer.lower.marginals, 0.0)) if answer.status == 0 else None

    def solve(
        self, best: Solution, *, seconds: float | None = None, work: float | None = None, stop: Callable[[], bool]
    ) -> Solution | None:
        """A better solution than `best`, whose routes are among the columns; None if none was found in time.

        seconds: what it may take; or work: CP-SAT's own measure of it, which is the same on any machine.
        """
        until = time.monotonic() + (seconds or 0.0)
        relaxed = self.reduced(
            {"maxiter": RELAXED_STEPS} if seconds is None else {"time_limit": max(0.01, min(seconds / 2, RELAXED_S))}
        )
        if relaxed is None or stop() or best.cost - relaxed[0] < 1e-6:
            return None
        floor, reduced = relaxed
        hint = self._hint(best)
        worth = np.flatnonzero(reduced <= best.cost - floor)
        worth = worth[np.argsort(reduced[worth], kind="stable")]
        others = worth[worth >= len(self.columns)]
        kept = {*worth[worth < len(self.columns)][:MOST_ROUTES].tolist(), *others.tolist(), *hint}
        found = self._choose(kept, hint, None if seconds is None else until - time.monotonic(), work, stop)
        return found if found is not None and found.cost < best.cost - 1e-6 else None

    def _hint(self, best: Solution) -> set[int]:
        """The variables that are 1 in a solution."""
        numbers = {(one.kind, one.day, frozenset(one.route)): r for r, one in enumerate(self.columns)}
        rows = self.data.slot_i
        ones = {
            numbers[int(rows[slot, CLASS]), int(rows[slot, DAY]), frozenset(route)]
            for slot, route in enumerate(best.routes)
            if route
        }
        first, out = len(self.columns), len(self.columns) + self.patterns
        return ones | {first + p if p >= 0 else out + c for c, p in enumerate(best.patterns)}

    def _choose(
        self, kept: set[int], hint: set[int], seconds: float | None, work: float | None, stop: Callable[[], bool]
    ) -> Solution | None:
        model = cp_model.CpModel()
        chosen = {v: model.new_bool_var("") for v in sorted(kept)}
        for row in self.partitions:
            model.add_exactly_one(chosen[v] for v in row if v in chosen)
        for routes, slots in self.fleets:
            here = [chosen[r] for r in routes if r in chosen]
            if len(here) > slots:
                model.add(sum(here) <= slots)
        scale = LARGEST / max(1.0, float(np.abs(self.cost).sum()))
        whole = np.rint(self.cost * min(scale, 1e4)).astype(np.int64)
        model.minimize(cp_model.LinearExpr.weighted_sum(list(chosen.values()), [int(whole[v]) for v in chosen]))
        for v, variable in chosen.items():
            model.add_hint(variable, v in hint)
        solver = cp_model.CpSolver()
        if seconds is not None:
            solver.parameters.max_time_in_seconds = max(0.01, seconds)
        if work is not None:
            solver.parameters.max_deterministic_time = work
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = 2
        if solve_until(solver, model, stop) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return None
        ones = {v for v, variable in chosen.items() if solver.boolean_value(variable)}
        return self._solution(ones)

    def _solution(self, ones: set[int]) -> Solution:
        data, first, out = self.data, len(self.columns), len(self.columns) + self.patterns
        free: dict[tuple[int, int], list[int]] = {}
        for slot in reversed(range(len(data.slot_i))):
            free.setdefault((int(data.slot_i[slot, CLASS]), int(data.slot_i[slot, DAY])), []).append(slot)
        routes: list[tuple[int, ...]] = [()] * len(data.slot_i)
        for r in sorted(v for v in ones if v < first):
            column = self.columns[r]
            routes[free[column.kind, column.day].pop()] = column.route
        owner = np.repeat(np.arange(self.n), np.diff(data.pat_ptr))
        patterns = [-1] * self.n
        for p in (v - first for v in ones if first <= v < out):
            patterns[owner[p]] = p
        return Solution(tuple(routes), tuple(patterns), float(self.cost[list(ones)].sum()))


def _matrix(rows: Sequence[Sequence[int]], width: int) -> csr_array:
    ends = np.cumsum([0, *(len(row) for row in rows)])
    columns = np.fromiter((v for row in rows for v in row), np.int64, int(ends[-1]))
    return csr_array((np.ones(len(columns)), columns, ends), shape=(len(rows), width))
