"""Small worlds for the tests: one street, random days with every feature on, and the answer by brute force."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, pairwise, permutations

import numpy as np
from hypothesis import strategies as st

from routing.planner import Break, Day, DayPlan, DayProblem, Visit, check_day
from routing.planner.schedule import schedule
from routing.planner.timeline import Clock
from routing.travel_times.protocol import OdMatrix
from tests.unit.routing.planner.tight import tight_day

HOUR = 3600


def street(*positions_min: int, end: int | None = None) -> OdMatrix:
    """Places along one street, given in minutes of driving from its beginning, home first; 1 km a minute."""
    at = np.array([*positions_min, *([] if end is None else [end])])
    gaps = np.abs(at[:, None] - at[None, :]).astype(np.int32)
    return OdMatrix(gaps * 60, gaps * 1000, np.ones(gaps.shape, dtype=bool))


def open_all_day(number: int, *, minutes: int = 30, prize: int = 1, **more: object) -> Visit:
    """A visit to a place that never closes."""
    return Visit(number, minutes * 60, ((0, 24 * HOUR),), prize, **more)  # type: ignore[arg-type]


@st.composite
def days(draw: st.DrawFn, *, most: int = 6, unit_s: int = 1) -> DayProblem:
    """A day on a small scale of time, so that every rule binds often; travel is asymmetric and not always possible.

    unit_s: what one step of that scale is; all times are whole steps.
    """
    if draw(st.booleans()):
        return slowed(tight_day(draw(st.integers(0, 10**9)), most), unit_s)
    n = draw(st.integers(0, most))
    size = n + 1 + draw(st.integers(0, 1))
    seconds = np.array(draw(st.lists(st.integers(1, 12), min_size=size * size, max_size=size * size)), dtype=np.int32)
    seconds = seconds.reshape(size, size)
    np.fill_diagonal(seconds, 0)
    cut = draw(st.lists(st.integers(0, 14), min_size=size * size, max_size=size * size) | st.none())
    if cut is not None:
        seconds[~np.array(cut, dtype=bool).reshape(size, size)] = 1000
    np.fill_diagonal(seconds, 0)
    for k in range(size):
        seconds = np.minimum(seconds, seconds[:, k : k + 1] + seconds[k : k + 1, :])
    reachable = seconds < 1000
    seconds = np.where(reachable, seconds, 0).astype(np.int32)
    start = draw(st.integers(-5, 5))
    end = start + draw(st.integers(0, 90))
    lunch = None
    if draw(st.booleans()):
        length, opens = draw(st.integers(0, 15)), start + draw(st.integers(-10, 60))
        lunch = Break(length, opens, opens + length + draw(st.integers(0, 30)))
    limit = draw(st.none() | st.integers(0, 60))
    problem = DayProblem(
        Day(start, end, lunch, limit),
        tuple(draw(visits(i)) for i in range(n)),
        OdMatrix(seconds, (seconds * 10).astype(np.int32), reachable),
    )
    return slowed(problem, unit_s)


def slowed(problem: DayProblem, unit_s: int) -> DayProblem:
    """The same day with every second as long as `unit_s` of them."""
    day, lunch, matrix = problem.day, problem.day.lunch, problem.matrix
    return DayProblem(
        Day(
            day.start_s * unit_s,
            day.end_s * unit_s,
            lunch and Break(lunch.duration_s * unit_s, lunch.earliest * unit_s, lunch.latest * unit_s),
            None if day.max_travel_s is None else day.max_travel_s * unit_s,
        ),
        tuple(
            replace(
                visit,
                service_s=visit.service_s * unit_s,
                windows=tuple((opens * unit_s, closes * unit_s) for opens, closes in visit.windows),
                fixed_start=None if visit.fixed_start is None else visit.fixed_start * unit_s,
            )
            for visit in problem.visits
        ),
        OdMatrix((matrix.seconds * unit_s).astype(np.int32), matrix.metres, matrix.reachable),
    )


@st.composite
def visits(draw: st.DrawFn, number: int) -> Visit:
    """A visit with any mix of windows, appointments and demands."""
    windows = draw(st.lists(st.tuples(st.integers(-5, 80), st.integers(0, 50)), max_size=3))
    return Visit(
        number,
        draw(st.integers(0, 12)),
        tuple((opens, opens + length) for opens, length in windows),
        draw(st.integers(0, 9)),
        required=draw(st.integers(0, 4)) == 0,
        fixed_start=draw(st.integers(0, 80)) if draw(st.integers(0, 5)) == 0 else None,
        arrive_inside=draw(st.booleans()),
    )


def worth(problem: DayProblem, plan: DayPlan) -> tuple[int, int, int]:
    """Required visits, prize and less travel, in this order."""
    return sum(problem.visits[v].required for v in plan.order), plan.prize, -plan.travel_s


def best_by_brute_force(problem: DayProblem) -> tuple[int, int, int] | None:
    """The worth of the best plan among all orders of all subsets; None if not even an empty day is possible."""
    clock = Clock(problem)
    found = [
        worth(problem, plan)
        for k in range(len(problem.visits) + 1)
        for chosen in combinations(range(len(problem.visits)), k)
        for order in permutations(chosen)
        if (plan := timed_by_trying(problem, clock, order)) is not None
    ]
    return max(found, default=None)


def timed_by_trying(problem: DayProblem, clock: Clock, order: Sequence[int]) -> DayPlan | None:
    """The plan of an order, accepted only if the checker finds nothing."""
    plan = schedule(clock, order)
    return plan if plan is not None and not check_day(problem, plan) else None


def drivable(problem: DayProblem, order: Sequence[int]) -> bool:
    """Whether an order can be driven, found by walking through the day with the break put into every place in turn.

    Shares nothing with the planner's arithmetic.
    """
    rows = [0, *(v + 1 for v in order), problem.end]
    pairs = list(pairwise(rows))
    if not all(problem.matrix.reachable[a, b] for a, b in pairs):
        return False
    drives = [int(problem.matrix.seconds[a, b]) for a, b in pairs]
    if problem.day.max_travel_s is not None and sum(drives) > problem.day.max_travel_s:
        return False
    lunch = problem.day.lunch if problem.day.lunch and problem.day.lunch.duration_s else None
    if lunch is None:
        return _walk(problem, order, drives, None, problem.day.start_s) is not None
    home = _walk(problem, order, drives, None, problem.day.start_s)
    if home is not None and home <= lunch.latest - lunch.duration_s:
        return True
    over = lunch.earliest + lunch.duration_s
    begin = (
        problem.day.start_s if problem.day.start_s > lunch.latest - lunch.duration_s else max(problem.day.start_s, over)
    )
    places = [(leg, first) for leg in range(len(drives)) for first in (True, False)]
    return _walk(problem, order, drives, None, begin) is not None or any(
        _walk(problem, order, drives, place, problem.day.start_s) is not None for place in places
    )


def _walk(
    problem: DayProblem, order: Sequence[int], drives: Sequence[int], pause: tuple[int, bool] | None, now: int
) -> int | None:
    """When home is reached, with the break before or after one drive; None if something does not fit."""
    lunch = problem.day.lunch
    for leg, drive in enumerate(drives):
        for before in (True, False):
            if pause == (leg, before) and lunch is not None:
                now = max(now, lunch.earliest) + lunch.duration_s
                if now > lunch.latest:
                    return None
            now += drive if before else 0
        if leg < len(order):
            visit = problem.visits[order[leg]]
            inside = 0 if visit.arrive_inside else visit.service_s
            spans = [(o, c - inside) for o, c in visit.windows]
            if visit.fixed_start is not None:
                spans = [(visit.fixed_start, visit.fixed_start)]
            starts = [max(now, opens) for opens, last in spans if max(now, opens) <= last]
            if not starts:
                return None
            now = min(starts) + visit.service_s
    return now if now <= problem.day.end_s else None
