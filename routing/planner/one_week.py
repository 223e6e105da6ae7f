"""One rep's days of a horizon planned anew, while all the others stay as they are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from routing.planner.check_horizon import check_horizon
from routing.planner.horizon import Client, HorizonPlan, HorizonProblem, Pattern
from routing.planner.plan import DayPlan
from routing.planner.schedule import nothing, schedule
from routing.planner.solve_horizon import solve_horizon
from routing.planner.timeline import Clock
from routing.travel_times.protocol import OdMatrix

ALWAYS = ((-(1 << 30), 1 << 30),)
"""Open at any time."""
LEFT_OUT_TRIED = 60
"""So many clients who are left out may come in, those worth most."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """A client of the small problem: its number in the horizon, and for each of its patterns the one meant there.

    absent: the pattern in the horizon for no visit on these days; None if the client is then left out altogether.
    """

    client: int
    patterns: tuple[int, ...]
    absent: int | None


@dataclass(frozen=True, slots=True)
class OneWeek:
    """Some days of one rep, usually a week."""

    rep: int
    days: frozenset[int]

    def shifts(self, problem: HorizonProblem) -> dict[int, int]:
        """The number of the rep's shift on each of the days."""
        return {s.day: number for number, s in enumerate(problem.shifts) if s.rep == self.rep and s.day in self.days}

    def may_visit(self, problem: HorizonProblem, client: int) -> bool:
        """Whether the rep may visit a client, and some pattern lies in these days alone."""
        one = problem.clients[client]
        worked = self.shifts(problem).keys()
        return (one.reps is None or self.rep in one.reps) and any(worked >= set(p.days) for p in one.patterns)

    def planned_again(
        self,
        problem: HorizonProblem,
        plan: HorizonPlan,
        *,
        seconds: float | None,
        steps: int | None = None,
        seed: int,
        stop: Callable[[], bool] | None = None,
    ) -> HorizonPlan | None:
        """The plan with these days planned for the shifts of `problem`; None where no plan comes out that holds.

        seconds, steps: as in solve_horizon.

        plan: for the same clients; its shifts on these days may start or end elsewhere.
        """
        numbers = self.shifts(problem)
        choices, clients = self._stated(problem, plan, numbers)
        if not choices:
            return None
        first = min(self.days)
        away = [number for number in numbers.values() if len(set(_ends(problem, number))) > 1]
        # A day that ends elsewhere than it starts is driven even without visits, which a visit to its start stands for.
        starts = [
            Client(-1 - number, 0, (ALWAYS,) * (max(self.days) - first + 1), patterns, required=True)
            for number in away
            for patterns in [(Pattern((problem.shifts[number].day - first,), 0),)]
        ]
        rows = [*(choice.client for choice in choices), *(problem.shifts[number].start for number in away)]
        ends = sorted({row for number in numbers.values() for row in _ends(problem, number)})
        place = {row: len(rows) + at for at, row in enumerate(ends)}
        grid = np.ix_([*rows, *ends], [*rows, *ends])
        matrix = OdMatrix(problem.matrix.seconds[grid], problem.matrix.metres[grid], problem.matrix.reachable[grid])
        shifts = tuple(
            replace(problem.shifts[number], day=day - first, start=place[start], end=place[end])
            for day, number in sorted(numbers.items())
            for start, end in [_ends(problem, number)]
        )
        small = HorizonProblem(max(self.days) - first + 1, shifts, (*clients, *starts), matrix, problem.hour_price)
        found = solve_horizon(small, seconds=seconds, steps=steps, seed=seed, stop=stop)
        routes = {
            number: [choices[visit].client for visit in day.order if visit < len(choices)]
            for (_, number), day in zip(sorted(numbers.items()), found.shifts, strict=True)
        }
        patterns = list(plan.patterns)
        for choice, chosen in zip(choices, found.patterns[: len(choices)], strict=True):
            patterns[choice.client] = choice.absent if chosen is None else choice.patterns[chosen]
        for number in away:
            _share_out(problem, number, routes, patterns)
        return _timed(problem, plan, routes, patterns)

    def _stated(
        self, problem: HorizonProblem, plan: HorizonPlan, numbers: Mapping[int, int]
    ) -> tuple[list[_Choice], list[Client]]:
        """Who is visited on these days by this rep, and who is left out and could be."""
        ours = {client for number in numbers.values() for client in plan.shifts[number].order}
        visited = {(client, s.day) for s, day in zip(problem.shifts, plan.shifts, strict=True) for client in day.order}
        by_us = {(client, day) for day, number in numbers.items() for client in plan.shifts[number].order}
        # Who is visited on the same days by somebody else as well stays as it is.
        shared = {client for client, day in visited - by_us if day in self.days}
        out = [client for client in plan.dropped if self.may_visit(problem, client)]
        out.sort(key=lambda c: (not problem.clients[c].required, -max(p.prize for p in problem.clients[c].patterns)))
        choices, clients = [], []
        for number in [*sorted(ours - shared), *out[:LEFT_OUT_TRIED]]:
            stated = self._client(problem, plan, number, frozenset(numbers))
            if stated:
                choices.append(stated[0])
                clients.append(stated[1])
        return choices, clients

    def _client(
        self, problem: HorizonProblem, plan: HorizonPlan, number: int, worked: frozenset[int]
    ) -> tuple[_Choice, Client] | None:
        """A client whose visits on other days stay; its patterns are those that have just these others."""
        client, chosen = problem.clients[number], plan.patterns[number]
        others = set() if chosen is None else set(client.patterns[chosen].days) - self.days
        alike = {
            at: set(pattern.days) & self.days
            for at, pattern in enumerate(client.patterns)
            if set(pattern.days) - self.days == others
        }
        absent = next((at for at, here in alike.items() if not here), None)
        # Somebody with other visits cannot be left out, unless there is a pattern for those alone.
        bound = bool(others) and absent is None
        least = client.patterns[absent].prize if absent is not None else 0
        kept = {
            at: here
            for at, here in alike.items()
            if here and here <= worked and (bound or client.patterns[at].prize >= least)
        }
        if not kept:
            return None
        first = min(self.days)
        patterns = tuple(
            Pattern(tuple(sorted(day - first for day in here)), client.patterns[at].prize - least)
            for at, here in kept.items()
        )
        windows = client.windows[first : max(self.days) + 1]
        stated = replace(
            client, windows=windows, patterns=patterns, required=client.required or bound, reps=None, id=number
        )
        return _Choice(number, tuple(kept), absent), stated


def _share_out(problem: HorizonProblem, number: int, routes: dict[int, list[int]], patterns: list[int | None]) -> None:
    """Give a shift that begins or ends away and has no visits some of its neighbour's, where that drives least."""
    shift = problem.shifts[number]
    for other, own in list(routes.items()):
        beside = problem.shifts[other]
        after, before = beside.day == shift.day - 1, beside.day == shift.day + 1
        meets = (after and beside.end == shift.start) or (before and beside.start == shift.end)
        if routes[number] or not meets or len(own) < 2:
            continue
        splits = [(own[:at], own[at:]) if after else (own[at:], own[:at]) for at in range(1, len(own))]
        possible = [
            (stay, moved, changed)
            for stay, moved in splits
            if (changed := _moved(problem, moved, beside.day, shift.day, patterns)) is not None
            if _times(problem, other, stay) and _times(problem, number, moved)
        ]
        if possible:
            stay, moved, changed = min(
                possible, key=lambda one: _driving(problem, other, one[0]) + _driving(problem, number, one[1])
            )
            routes[other], routes[number] = stay, moved
            for client, pattern in changed.items():
                patterns[client] = pattern


def _moved(
    problem: HorizonProblem, clients: Sequence[int], day: int, to: int, patterns: Sequence[int | None]
) -> dict[int, int] | None:
    """The patterns with which clients are visited on another day; None where one of them cannot be."""
    found: dict[int, int] = {}
    for client in clients:
        own, chosen = problem.clients[client].patterns, patterns[client]
        days = set(own[chosen].days) - {day} | {to} if chosen is not None else set()
        at = next((at for at, pattern in enumerate(own) if set(pattern.days) == days), None)
        if at is None:
            return None
        found[client] = at
    return found


def _times(problem: HorizonProblem, number: int, route: Sequence[int]) -> DayPlan | None:
    """A shift with its times, its stops numbered as in the horizon; None where it cannot be driven."""
    clock = Clock(problem.day_of(number, tuple(route)))
    day = schedule(clock, range(len(route))) if route else nothing(clock)
    if day is None:
        return None
    return replace(day, stops=tuple(replace(stop, visit=route[stop.visit]) for stop in day.stops), dropped=())


def _driving(problem: HorizonProblem, number: int, route: Sequence[int]) -> int:
    day = _times(problem, number, route)
    assert day is not None, "only what can be driven is compared"
    return day.travel_s


def _timed(
    problem: HorizonProblem, plan: HorizonPlan, routes: Mapping[int, Sequence[int]], patterns: Sequence[int | None]
) -> HorizonPlan | None:
    """The plan with other routes in some shifts; None where one of them cannot be driven or breaks a rule."""
    shifts = list(plan.shifts)
    for number, route in routes.items():
        day = _times(problem, number, route)
        if day is None:
            return None
        shifts[number] = day
    prize = sum(problem.clients[c].patterns[at].prize for c, at in enumerate(patterns) if at is not None)
    travel_s = sum(day.travel_s for day in shifts)
    merged = replace(
        plan,
        shifts=tuple(shifts),
        patterns=tuple(patterns),
        dropped=tuple(c for c, at in enumerate(patterns) if at is None),
        travel_s=travel_s,
        service_s=sum(day.service_s for day in shifts),
        distance_m=sum(day.distance_m for day in shifts),
        prize=prize,
        value=prize - problem.hour_price * travel_s / 3600,
        # What was proven holds for other shifts.
        bound=None,
        proven=False,
    )
    return None if check_horizon(problem, merged) else merged


def _ends(problem: HorizonProblem, number: int) -> tuple[int, int]:
    return problem.shifts[number].start, problem.shifts[number].end
