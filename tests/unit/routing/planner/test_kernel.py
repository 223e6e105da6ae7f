"""The compiled search says of every route what the planner's own arithmetic says, and can be stopped and trusted."""

import os
import threading
import time
from itertools import islice, permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from routing.planner import DayProblem
from routing.planner.day_search import day_data
from routing.planner.engine import Tuning, search
from routing.planner.kernel.anneal import anneal, prepare
from routing.planner.kernel.build import Customer, Slot, build, width
from routing.planner.kernel.data import empty_state, scratch
from routing.planner.kernel.recreate import best_between
from routing.planner.kernel.route import refresh
from routing.planner.kernel.stale_cache import discard_stale
from routing.planner.solution import Solution, load, nobody, unload
from routing.planner.timeline import Clock
from routing.stop_when import Ended, NoImprovement, Seconds, StopWhen
from tests.benchmarks import wide_windows
from tests.unit.routing.planner.rough import rough_days
from tests.unit.routing.planner.worlds import days

TUNING = Tuning(hot=10.0, cold=1.0, weight=1.0)


@settings(max_examples=150, deadline=None)
@given(days() | rough_days())
def test_a_compiled_route_is_possible_exactly_when_the_timeline_says_so(problem: DayProblem) -> None:
    n = len(problem.visits)
    if n == 0:
        return
    clock, data = Clock(problem), day_data(Clock(problem), range(n))
    for order in permutations(range(min(3, n))):
        state = empty_state(data, n + 4)
        load(data, state, Solution((order,), tuple(0 if c in order else -1 for c in range(n)), 0.0))
        assert bool(refresh(data, state, 0)) == clock.timeline(order).possible


@settings(max_examples=150, deadline=None)
@given(days() | rough_days())
def test_the_cheapest_place_is_the_one_that_trying_all_places_finds(problem: DayProblem) -> None:
    n = len(problem.visits)
    if n < 2:
        return
    clock, data = Clock(problem), day_data(Clock(problem), range(n))
    for order in permutations(range(min(2, n - 1))):
        line = clock.timeline(order)
        if not line.possible:
            continue
        state, work = empty_state(data, n + 4), scratch(data, 1, tabled=True)
        load(data, state, Solution((order,), tuple(0 if c in order else -1 for c in range(n)), 0.0))
        refresh(data, state, 0)
        work.blink[0] = -1
        cost, _, place = best_between(data, state, work, n - 1, 0, 1, 0.0)
        tried = clock.cheapest(line, n - 1)
        assert (place >= 0) == (tried is not None)
        if tried is not None:
            # Nobody drives from one end of a day without visits to the other, so that no detour starts from that.
            alone = clock.there_and_back(n - 1)
            assert cost == (tried[0] if order else alone)


def line_of(customers: int) -> np.ndarray:
    """Places a unit apart along a line, the depot last and at its beginning."""
    at = np.array([*range(1, customers + 1), 0], dtype=float)
    return np.abs(at[:, None] - at[None, :])[None]


def test_everyone_on_a_line_is_visited_on_the_way_there_and_back() -> None:
    data = build(line_of(8), [Customer(0.0, [[(0, 99)]], 1000.0) for _ in range(8)], [Slot(0, 8, 8, 0, 99)])
    found = search(data, TUNING, StopWhen.first_of(steps=20_000), seed=1, on_better=lambda _: None).best
    assert found.cost == 16.0
    assert sorted(found.routes[0]) == list(range(8))


def test_a_search_that_is_stopped_gives_the_best_so_far() -> None:
    data = build(line_of(40), [Customer(0.0, [[(0, 999)]], 1000.0) for _ in range(40)], [Slot(0, 40, 40, 0, 999)])
    told: list[Solution] = []
    stop = StopWhen.first_of(seconds=600, asked=lambda: bool(told))
    found = search(data, TUNING, stop, seed=1, on_better=told.append)
    assert found.best == told[-1]
    assert found.ended is Ended.ASKED


def test_a_search_without_time_still_answers() -> None:
    data = build(line_of(3), [Customer(0.0, [[(0, 99)]], 10.0) for _ in range(3)], [Slot(0, 3, 3, 0, 99)])
    found = search(data, TUNING, StopWhen.first_of(seconds=0.0), seed=1, on_better=lambda _: None)
    assert found.best.cost < nobody(data).cost
    assert found.ended is Ended.SECONDS


def test_what_goes_wrong_on_another_core_is_raised_here() -> None:
    data = build(line_of(3), [Customer(0.0, [[(0, 99)]], 10.0) for _ in range(3)], [Slot(0, 3, 3, 0, 99)])

    def broken(_stop: object) -> bool:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        search(data, TUNING, StopWhen.first_of(seconds=60), seed=1, on_better=lambda _: None, errands=(broken,))
    assert searching() == []


@pytest.mark.parametrize("bound", [{"seconds": 600.0}, {"steps": 1_000_000_000}])
def test_what_goes_wrong_in_who_is_told_ends_the_search(bound: dict[str, Any]) -> None:
    data = build(line_of(40), [Customer(0.0, [[(0, 999)]], 1000.0) for _ in range(40)], [Slot(0, 40, 40, 0, 999)])

    def broken(*_: object) -> bool:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        search(data, TUNING, StopWhen.first_of(**bound), seed=1, on_better=broken)
    assert searching() == []
    with pytest.raises(ZeroDivisionError):
        search(data, TUNING, StopWhen.first_of(**bound, asked=broken), seed=1, on_better=lambda _: None)
    assert searching() == []


def searching() -> list[str]:
    """The search threads that are running."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith(("search-", "stop CP-SAT"))]


def test_steps_and_a_seed_are_a_solution_whatever_the_machine_does_meanwhile() -> None:
    data = build(line_of(60), [Customer(5.0, [[(0, 150)]], 9.0) for _ in range(60)], [Slot(0, 60, 60, 0, 150)])
    stop = StopWhen.first_of(steps=3_000)
    alone = search(data, TUNING, stop, seed=4, on_better=lambda _: None)
    slow = search(data, TUNING, stop, seed=4, on_better=lambda _: time.sleep(0.01))
    assert alone == slow
    assert alone.ended is Ended.STEPS


def test_an_annealing_is_the_same_however_often_it_is_looked_at() -> None:
    data = build(line_of(60), [Customer(5.0, [[(0, 150)]], 9.0) for _ in range(60)], [Slot(0, 60, 60, 0, 150)])
    ends = []
    for chunks in ([300], [100, 100, 100], [1, 299]):
        tried, accepted, best = (empty_state(data, width(data)) for _ in range(3))
        work, costs, done = scratch(data, 3, tabled=True), np.zeros(2), 0
        costs[:] = prepare(data, tried, accepted, best, work, 1.0)
        for steps in chunks:
            anneal(data, tried, accepted, best, work, costs, steps, 10.0, 0.01, done, 1.0, 6.0, 10.0)
            done += steps
        ends.append((unload(accepted, costs[0]), unload(best, costs[1])))
    assert ends[0] == ends[1] == ends[2]


def test_more_steps_of_a_search_that_begins_again_and_again_are_never_worse() -> None:
    _, day = next(wide_windows.instances())
    visits = range(len(day.visits))
    tuning = Tuning(hot=6.0, cold=0.6, weight=1e-6, mean_out=6.0, tabled=True, exchanges=0, anneal_steps=150)
    costs = [
        search(
            day_data(Clock(day), visits), tuning, StopWhen.first_of(steps=steps), seed=2, on_better=lambda _: None
        ).best.cost
        for steps in (20, 50, 130, 300, 700, 1500)
    ]
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] < costs[0]


def test_annealings_are_as_long_whatever_bounds_the_search() -> None:
    tuning = Tuning(hot=1.0, cold=0.1, weight=1.0, anneal_steps=80)
    assert list(islice(tuning.annealings(), 10)) == [10, 20, 40, 80, 80, 160, 80, 80, 160, 320]


def test_a_search_that_finds_nothing_more_can_be_over() -> None:
    data = build(line_of(3), [Customer(0.0, [[(0, 99)]], 10.0) for _ in range(3)], [Slot(0, 3, 3, 0, 99)])
    stop = StopWhen((NoImprovement(5_000), Seconds(600)))
    assert search(data, TUNING, stop, seed=1, on_better=lambda _: None).ended is Ended.NO_IMPROVEMENT


def test_no_route_can_outgrow_its_row() -> None:
    data = build(line_of(9), [Customer(2.0, [[(0, 99)]], 10.0, demand=3.0) for _ in range(9)], [Slot(0, 9, 9, 0, 9)])
    assert width(data) == 3 + 4
    tight = build(line_of(9), [Customer(0.0, [[(0, 9)]], 1.0, demand=3) for _ in range(9)], [Slot(0, 9, 9, 0, 99, 6.0)])
    assert width(tight) == 2 + 4


def test_compiled_code_older_than_any_source_is_thrown_away(tmp_path: Path) -> None:
    cache = tmp_path / "__pycache__"
    cache.mkdir()
    source, old, new = tmp_path / "a.py", cache / "a.nbi", cache / "b.nbc"
    for file, age in ((old, 100), (source, 50), (new, 10)):
        file.touch()
        os.utime(file, (1_000_000 - age, 1_000_000 - age))
    assert discard_stale(tmp_path) == 1
    assert not old.exists()
    assert new.exists()
    assert discard_stale(tmp_path) == 0
