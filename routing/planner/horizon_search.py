"""A horizon handed to the compiled search, and its answers handed back as plans."""

from dataclasses import dataclass, replace

import numpy as np

from routing.planner.engine import Tuning
from routing.planner.horizon import Client, HorizonPlan, HorizonProblem
from routing.planner.kernel.build import Customer, Slot, build
from routing.planner.kernel.data import INF, Data, Floats
from routing.planner.plan import DayPlan
from routing.planner.schedule import nothing, schedule
from routing.planner.solution import Solution
from routing.planner.timeline import Clock

MOST_COUNTED = 80
"""Horizons of so many visits, about a week of one rep, are over after a number of steps."""

STEPS_A_VISIT = 1000


@dataclass(frozen=True, slots=True)
class Stated:
    """A horizon as arrays; slots: the shift behind each slot, patterns: for each client the patterns that were kept."""

    data: Data
    tuning: Tuning
    slots: tuple[int, ...]
    patterns: tuple[tuple[int, ...], ...]


def state(problem: HorizonProblem) -> Stated:
    """The arrays for a horizon.

    Patterns with a day on which the client is closed are left out, and of those with the same days all but the best.
    """
    matrix = problem.matrix
    travel = np.where(matrix.reachable, matrix.seconds, INF).astype(np.float64)[None]
    starts = [_starts(client) for client in problem.clients]
    staffed = {(shift.day, shift.rep) for shift in problem.shifts}
    days = {day for day, _ in staffed}
    kept = tuple(
        tuple(
            number
            for number in _best_of_each(client)
            if all(starts[c][d] and d in days for d in client.patterns[number].days)
        )
        for c, client in enumerate(problem.clients)
    )
    order = sorted(range(len(problem.shifts)), key=lambda i: (problem.shifts[i].day, _alike(problem, i), i))
    kinds = {alike: kind for kind, alike in enumerate(dict.fromkeys(_alike(problem, i) for i in order))}
    reps_of = {kinds[_alike(problem, i)]: problem.shifts[i].rep for i in order}
    scale = _Scale(problem, travel[0])
    customers = [
        Customer(
            service=float(client.service_s),
            windows=starts[c],
            absence=scale.absence(c, kept[c]) / scale.weight,
            patterns=[client.patterns[number].days for number in kept[c]],
            # In seconds of travel, since a pattern is chosen by what it costs and what its visits add.
            pattern_costs=[(scale.best(c) - client.patterns[number].prize) / scale.weight for number in kept[c]],
            demand=float(client.demand),
            classes=None
            if client.reps is None
            else frozenset(kind for kind, rep in reps_of.items() if rep in client.reps),
        )
        for c, client in enumerate(problem.clients)
    ]
    slots = [_slot(problem, i, kinds[_alike(problem, i)]) for i in order]
    return Stated(build(travel, customers, slots, problem.days), scale.tuning(), tuple(order), kept)


def _best_of_each(client: Client) -> list[int]:
    """The numbers of the patterns, of several with the same days that with the largest prize."""
    best: dict[tuple[int, ...], int] = {}
    for number, pattern in enumerate(client.patterns):
        known = best.get(pattern.days)
        if known is None or pattern.prize > client.patterns[known].prize:
            best[pattern.days] = number
    return sorted(best.values())


def _starts(client: Client) -> list[list[tuple[float, float]]]:
    """The start windows of every day; a horizon where all days are alike is computed once."""
    known: dict[int, list[tuple[float, float]]] = {}
    return [
        known.setdefault(id(windows), [(float(a), float(b)) for a, b in client.on(day).start_windows])
        if id(windows) not in known
        else known[id(windows)]
        for day, windows in enumerate(client.windows)
    ]


def _alike(problem: HorizonProblem, number: int) -> str:
    """What two shifts of one day have in common if they are interchangeable."""
    shift = problem.shifts[number]
    free = all(client.reps is None for client in problem.clients)
    return repr(replace(shift, day=0, rep=0 if free else shift.rep))


def _slot(problem: HorizonProblem, number: int, kind: int) -> Slot:
    shift = problem.shifts[number]
    lunch = shift.lunch
    return Slot(
        shift.day,
        shift.start,
        shift.end,
        float(shift.start_s),
        float(shift.end_s),
        INF if shift.capacity is None else float(shift.capacity),
        INF if shift.max_travel_s is None else float(shift.max_travel_s),
        (0.0, 0.0, 0.0)
        if lunch is None or not lunch.duration_s
        else (float(lunch.duration_s), float(lunch.earliest), float(lunch.latest)),
        kind=kind,
    )


class _Scale:
    """The sizes of prizes and travel in one problem, and the temperatures that follow from them."""

    def __init__(self, problem: HorizonProblem, travel: Floats) -> None:
        self.problem = problem
        n = len(problem.clients)
        near = (
            np.sort(np.where(travel[:n, :n] < INF, travel[:n, :n], np.nan), axis=1)[:, 1:6]
            if n > 1
            else np.ones((1, 1))
        )
        self.leg = max(1.0, float(np.nanmean(near))) if np.isfinite(near).any() else 1.0
        homes = sorted({shift.start for shift in problem.shifts})
        self.trip = np.array(
            [
                max(
                    (float(travel[h, c] + travel[c, h]) for h in homes if travel[h, c] + travel[c, h] < INF),
                    default=0.0,
                )
                for c in range(n)
            ]
        )
        prizes = [self.best(c) for c in range(n) if not problem.clients[c].required]
        self.prize = float(np.mean(prizes)) if prizes else 0.0
        self.total = sum(self.best(c) for c in range(n))
        span = max((shift.end_s - shift.start_s for shift in problem.shifts), default=1) * max(1, len(problem.shifts))
        self.weight: float = problem.hour_price / 3600 or (0.3 / max(1, span) if prizes else 1.0)

    def best(self, c: int) -> float:
        """The largest prize that a client can bring."""
        return float(max((p.prize for p in self.problem.clients[c].patterns), default=0))

    def absence(self, c: int, kept: tuple[int, ...]) -> float:
        """What it costs to leave a client out; for a required one, more than any way to it can cost."""
        client = self.problem.clients[c]
        if not client.required:
            return self.best(c)
        visits = max((len(client.patterns[number].days) for number in kept), default=1)
        return (
            float(self.best(c))
            + 2.0 * visits * self.weight * (float(self.trip[c]) + 4.0 * self.leg)
            + (self.total if self.prize else 0.0)
        )

    def tuning(self) -> Tuning:
        """Temperatures in seconds of travel: of prizes where clients compete for time, of legs where all are seen."""
        leg, prize, one_day = self.leg, self.prize / self.weight, self.problem.days == 1
        if prize == 0.0:
            return Tuning(
                hot=(6.0 if one_day else 10.0) * leg,
                cold=0.05 * leg,
                weight=1.0,
                longest=10.0 if one_day else 6.0,
                exchanges=4,
                recombine=True,
            )
        return Tuning(
            hot=max(prize, 0.5 * leg),
            cold=max(0.05 * prize, 0.01 * leg) if one_day else 0.02 * leg + 0.005 * prize,
            weight=1.0,
            mean_out=6.0 if len(self.problem.shifts) == 1 else 10.0,
            tabled=one_day,
            recombine=True,
        )


def enough_steps(problem: HorizonProblem) -> int | None:
    """The steps after which a small horizon gets no better; None for larger ones, which use their time."""
    visits = sum(max((len(p.days) for p in client.patterns), default=0) for client in problem.clients)
    return STEPS_A_VISIT * visits if problem.days > 1 and 0 < visits <= MOST_COUNTED else None


class Planner:
    """Turns solutions of the search into plans; a route that was seen is not computed again."""

    def __init__(self, problem: HorizonProblem, stated: Stated) -> None:
        self.problem, self.stated = problem, stated
        self.seen: dict[tuple[int, tuple[int, ...]], DayPlan] = {}

    def plan(self, solution: Solution) -> HorizonPlan:
        """The plan with its times. Raises AssertionError where search and clock disagree."""
        problem = self.problem
        shifts: list[DayPlan | None] = [None] * len(problem.shifts)
        for slot, route in enumerate(solution.routes):
            number = self.stated.slots[slot]
            shifts[number] = self._shift(number, route)
        days = tuple(day for day in shifts if day is not None)
        patterns = []
        for c, chosen in enumerate(solution.patterns):
            kept = self.stated.patterns[c]
            patterns.append(kept[chosen - int(self.stated.data.pat_ptr[c])] if chosen >= 0 else None)
        prize = sum(problem.clients[c].patterns[p].prize for c, p in enumerate(patterns) if p is not None)
        travel_s = sum(day.travel_s for day in days)
        return HorizonPlan(
            shifts=days,
            patterns=tuple(patterns),
            dropped=tuple(c for c, p in enumerate(patterns) if p is None),
            travel_s=travel_s,
            service_s=sum(day.service_s for day in days),
            distance_m=sum(day.distance_m for day in days),
            prize=prize,
            value=prize - problem.hour_price * travel_s / 3600,
        )

    def _shift(self, number: int, route: tuple[int, ...]) -> DayPlan:
        known = self.seen.get((number, route))
        if known is not None:
            return known
        clock = Clock(self.problem.day_of(number, route))
        day = schedule(clock, range(len(route))) if route else nothing(clock)
        assert day is not None, f"The search found a route for shift {number} that cannot be driven: {route}"
        stops = tuple(replace(stop, visit=route[stop.visit]) for stop in day.stops)
        self.seen[number, route] = plan = replace(day, stops=stops, dropped=())
        return plan
