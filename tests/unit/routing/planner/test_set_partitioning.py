"""Routes seen by the search are put together as brute force would, and may be driven wherever the pool says."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.planner import HorizonProblem
from routing.planner.engine import search
from routing.planner.horizon_search import Planner, state
from routing.planner.kernel.anneal import prepare
from routing.planner.kernel.build import Customer, Slot, build, width
from routing.planner.kernel.data import CLASS, DAY, Data, empty_state, scratch
from routing.planner.kernel.route import refresh
from routing.planner.pool import Column, Pool
from routing.planner.set_partitioning import Partitioning
from routing.planner.solution import Solution, clear, load, nobody
from routing.stop_when import StopWhen
from tests.unit.routing.planner.test_horizon import horizons

DAYS = 2


@st.composite
def choices(draw: st.DrawFn) -> tuple[Data, list[Column]]:
    """A few customers with patterns, slots of two kinds on two days, and some routes with any cost of travel."""
    n = draw(st.integers(1, 4))
    patterns = st.lists(st.sampled_from([(0,), (1,), (0, 1)]), unique=True, max_size=3)
    customers = []
    for _ in range(n):
        kept = draw(patterns)
        costs = [float(draw(st.integers(-3, 9))) for _ in kept]
        customers.append(
            Customer(0.0, [[(0, 99)]] * DAYS, float(draw(st.integers(0, 60))), patterns=kept, pattern_costs=costs)
        )
    slots = [Slot(day, n, n, 0, 99, kind=kind) for day in range(DAYS) for kind in (0, 0, 1)]
    places = st.lists(st.integers(0, n - 1), min_size=1, unique=True).map(tuple)
    columns = {}
    for _ in range(draw(st.integers(1, 8))):
        one = Column(draw(st.integers(0, 1)), draw(st.integers(0, 1)), draw(places), float(draw(st.integers(0, 30))))
        columns[one.kind, one.day, frozenset(one.route)] = one
    return build(np.zeros((1, n + 1, n + 1)), customers, slots, DAYS), list(columns.values())


def visits_cost(data: Data, c: int, days: set[int]) -> float:
    """The cheapest way to be visited on exactly these days; infinite if no pattern allows it."""
    costs = [
        float(data.pat_cost[p])
        for p in range(data.pat_ptr[c], data.pat_ptr[c + 1])
        if set(data.pat_day[data.pat_day_ptr[p] : data.pat_day_ptr[p + 1]].tolist()) == days
    ]
    return min(costs, default=float(data.absence[c]) if not days else float("inf"))


def brute_force(data: Data, columns: list[Column]) -> float:
    """The least cost over every subset of the columns."""
    slots = list(zip(data.slot_i[:, CLASS].tolist(), data.slot_i[:, DAY].tolist(), strict=True))
    best = float("inf")
    for bits in product((False, True), repeat=len(columns)):
        driven = [column for column, bit in zip(columns, bits, strict=True) if bit]
        where = [(column.kind, column.day) for column in driven]
        if any(where.count(one) > slots.count(one) for one in where):
            continue
        cost = sum(column.travel for column in driven)
        for c in range(len(data.service)):
            days = [column.day for column in driven if c in column.route]
            cost += visits_cost(data, c, set(days)) if len(days) == len(set(days)) else float("inf")
        best = min(best, cost)
    return best


@settings(max_examples=150, deadline=None)
@given(choices())
def test_the_best_choice_of_routes_is_the_one_that_trying_all_finds(world: tuple[Data, list[Column]]) -> None:
    data, columns = world
    start = nobody(data)
    found = Partitioning(data, columns, 1.0).solve(start, seconds=30, stop=lambda: False)
    least = brute_force(data, columns)
    assert least == (start.cost if found is None else found.cost)
    if found is not None:
        driven = {(column.kind, column.day, column.route) for column in columns}
        slots = zip(data.slot_i[:, CLASS].tolist(), data.slot_i[:, DAY].tolist(), found.routes, strict=True)
        assert {(kind, day, route) for kind, day, route in slots if route} <= driven


@settings(max_examples=40, deadline=None)
@given(horizons())
def test_a_route_that_was_seen_may_be_driven_on_each_of_its_days(problem: HorizonProblem) -> None:
    stated = state(problem)
    data = stated.data
    if not problem.clients or not problem.shifts:
        return
    seen: list[Solution] = []
    best = search(data, stated.tuning, StopWhen.first_of(steps=2_000), seed=1, on_better=seen.append).best
    pool, tried, one, other = Pool(data), *(empty_state(data, width(data)) for _ in range(3))
    for solution in seen:
        clear(tried)
        load(data, tried, solution)
        pool.see(tried, prepare(data, tried, one, other, scratch(data, 1, tabled=False), stated.tuning.weight))
    columns = pool.columns(best, 1000)
    place = {(int(data.slot_i[s, CLASS]), int(data.slot_i[s, DAY])): s for s in range(len(data.slot_i))}
    for column in columns:
        routes = [()] * len(data.slot_i)
        slot = place[column.kind, column.day]
        routes[slot] = column.route
        clear(tried)
        load(data, tried, Solution(tuple(routes), (-1,) * len(problem.clients), 0.0))
        assert refresh(data, tried, slot)
    found = Partitioning(data, columns, stated.tuning.weight).solve(best, seconds=30, stop=lambda: False)
    if found is not None:
        assert found.cost < best.cost
        assert Planner(problem, stated).plan(found).dropped == tuple(c for c, p in enumerate(found.patterns) if p < 0)


def test_two_solutions_give_their_better_days_to_a_third() -> None:
    line = np.abs(np.array([1.0, 2, 9, 8, 0])[:, None] - np.array([1.0, 2, 9, 8, 0])[None, :])[None]
    customers = [Customer(0.0, [[(0, 99)]] * DAYS, 1000.0, patterns=((0,), (1,)), pattern_costs=(0, 0)) for _ in "abcd"]
    data = build(line, customers, [Slot(day, 4, 4, 0, 99) for day in range(DAYS)], DAYS)
    pool, tried, one, other = Pool(data), *(empty_state(data, width(data)) for _ in range(3))
    work = scratch(data, 1, tabled=False)
    near_and_one_far = Solution(((0, 1), (2,)), (0, 3, 5, -1), 0.0)
    far_on_the_wrong_day = Solution(((3, 2), (1,)), (-1, 3, 4, 6), 0.0)
    for solution in (near_and_one_far, far_on_the_wrong_day):
        clear(tried)
        load(data, tried, solution)
        pool.see(tried, prepare(data, tried, one, other, work, 1.0))
    found = Partitioning(data, pool.columns(nobody(data), 100), 1.0).solve(nobody(data), seconds=30, stop=lambda: False)
    assert found is not None
    assert found.cost == 4 + 18
    assert {frozenset(route) for route in found.routes} == {frozenset({0, 1}), frozenset({2, 3})}
