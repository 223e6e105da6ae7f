"""Small weeks with every feature on, and the best plan of each by brute force."""

from collections.abc import Iterator
from functools import cache
from itertools import permutations, product

import numpy as np
from hypothesis import strategies as st

from routing.planner import Break, Client, HorizonPlan, HorizonProblem, Pattern, Shift
from routing.travel_times.protocol import OdMatrix
from tests.unit.routing.planner.tight import tight_week
from tests.unit.routing.planner.worlds import drivable

Worth = tuple[int, float, int]
"""Required clients, prizes less what the driving costs, and less travel, in this order.

Where driving has a price, travel counts in that price alone: 10 for 17 seconds may be worth just what 9 for 13 is.
"""


@st.composite
def horizons(draw: st.DrawFn, *, most: int = 7, shifts_most: int = 4, patterns_most: int = 3) -> HorizonProblem:
    """Small weeks with every feature on, on a small scale of time."""
    if draw(st.booleans()):
        return tight_week(draw(st.integers(0, 10**9)), most)
    n, places, days = draw(st.integers(0, most)), draw(st.integers(1, 2)), draw(st.integers(1, 3))
    size = n + places
    numbers = draw(st.lists(st.integers(1, 12), min_size=size * size, max_size=size * size))
    seconds = np.array(numbers, dtype=np.int32).reshape(size, size)
    seconds[seconds == 12] = 1000
    np.fill_diagonal(seconds, 0)
    for k in range(size):
        seconds = np.minimum(seconds, seconds[:, k : k + 1] + seconds[k : k + 1, :])
    reachable = seconds < 1000
    matrix = OdMatrix(np.where(reachable, seconds, 0).astype(np.int32), np.zeros((size, size), np.int32), reachable)
    place = st.integers(n, size - 1)
    shifts = []
    for _ in range(draw(st.integers(0, shifts_most))):
        start, length = draw(st.integers(-5, 5)), draw(st.integers(0, 80))
        lunch = None
        if draw(st.booleans()):
            rest, opens = draw(st.integers(0, 15)), start + draw(st.integers(-10, 50))
            lunch = Break(rest, opens, opens + rest + draw(st.integers(0, 30)))
        limit, capacity = draw(st.none() | st.integers(0, 60)), draw(st.none() | st.integers(0, 9))
        day, rep = draw(st.integers(0, days - 1)), draw(st.integers(1, 2))
        shifts.append(Shift(rep, day, start, start + length, draw(place), draw(place), lunch, limit, capacity))
    window = st.tuples(st.integers(-5, 60), st.integers(0, 50)).map(lambda w: (w[0], w[0] + w[1]))
    day_sets = st.sets(st.integers(0, days - 1), min_size=1).map(lambda s: tuple(sorted(s)))
    clients = tuple(
        Client(
            number,
            draw(st.integers(0, 12)),
            tuple(tuple(draw(st.lists(window, max_size=2))) for _ in range(days)),
            tuple(draw(st.lists(st.builds(Pattern, day_sets, st.integers(0, 9)), max_size=patterns_most))),
            required=draw(st.integers(0, 4)) == 0,
            fixed_start=draw(st.integers(0, 60)) if draw(st.integers(0, 6)) == 0 else None,
            arrive_inside=draw(st.booleans()),
            demand=draw(st.integers(0, 4)),
            reps=draw(st.none() | st.frozensets(st.integers(1, 2))),
        )
        for number in range(n)
    )
    return HorizonProblem(days, tuple(shifts), clients, matrix, draw(st.integers(0, 3000)))


def worth(problem: HorizonProblem, plan: HorizonPlan) -> Worth:
    """What a larger value of is better."""
    chosen = [client for client, pattern in enumerate(plan.patterns) if pattern is not None]
    return _worth(problem, chosen, plan.prize, plan.travel_s)


def best_by_brute_force(problem: HorizonProblem) -> Worth:
    """The worth of the best plan among all patterns, all reps for each visit, and all orders.

    Whether an order can be driven is found by walking through the day; nothing of the planner's arithmetic is used.
    """

    @cache
    def shortest(shift: int, clients: frozenset[int]) -> int | None:
        """The least travel of a shift with these clients; None if it cannot have them."""
        one = problem.shifts[shift]
        if not clients:
            return 0
        if one.capacity is not None and sum(problem.clients[c].demand for c in clients) > one.capacity:
            return None
        possible = [order for order in permutations(sorted(clients)) if _drivable(problem, shift, order)]
        return min((_travel(problem, shift, order) for order in possible), default=None)

    best = (0, 0.0, 0)
    for patterns in product(*([None, *range(len(client.patterns))] for client in problem.clients)):
        chosen = [(client, pattern) for client, pattern in enumerate(patterns) if pattern is not None]
        prize = sum(problem.clients[client].patterns[pattern].prize for client, pattern in chosen)
        if _worth(problem, [client for client, _ in chosen], prize, 0) <= best:
            continue
        for shared in _assignments(problem, chosen):
            driven = [shortest(shift, frozenset(clients)) for shift, clients in shared.items()]
            if all(one is not None for one in driven):
                travel_s = sum(one for one in driven if one is not None)
                best = max(best, _worth(problem, [client for client, _ in chosen], prize, travel_s))
    return best


def _worth(problem: HorizonProblem, chosen: list[int], prize: int, travel_s: int) -> Worth:
    required = sum(problem.clients[client].required for client in chosen)
    return required, round(prize - problem.hour_price * travel_s / 3600, 6), 0 if problem.hour_price else -travel_s


def _assignments(problem: HorizonProblem, chosen: list[tuple[int, int]]) -> Iterator[dict[int, list[int]]]:
    """Every way to give each visit of the chosen patterns to a shift of its day whose rep may make it."""
    visits = [(client, day) for client, pattern in chosen for day in problem.clients[client].patterns[pattern].days]
    may = [
        [
            number
            for number, shift in enumerate(problem.shifts)
            if shift.day == day and (problem.clients[client].reps is None or shift.rep in problem.clients[client].reps)
        ]
        for client, day in visits
    ]
    for shifts in product(*may):
        shared: dict[int, list[int]] = {}
        for (client, _), shift in zip(visits, shifts, strict=True):
            shared.setdefault(shift, []).append(client)
        yield shared


def _drivable(problem: HorizonProblem, shift: int, order: tuple[int, ...]) -> bool:
    return drivable(problem.day_of(shift, order), range(len(order)))


def _travel(problem: HorizonProblem, shift: int, order: tuple[int, ...]) -> int:
    rows = [problem.shifts[shift].start, *order, problem.shifts[shift].end]
    return int(problem.matrix.seconds[rows[:-1], rows[1:]].sum())
