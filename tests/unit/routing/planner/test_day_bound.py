"""Bounds are valid, and proofs are right, on days that brute force can judge."""

import numpy as np
from hypothesis import given, settings

from routing.planner import Day, DayProblem, Visit, solve_day
from routing.planner.cpsat_day import CpsatDay
from routing.planner.day_bound import bound_day
from routing.planner.day_search import day_data
from routing.planner.drop_reasons import alone
from routing.planner.schedule import schedule
from routing.planner.solve import most_that_fits
from routing.planner.timeline import Clock
from routing.travel_times.protocol import OdMatrix
from tests.unit.routing.planner.worlds import HOUR, best_by_brute_force, days


def never() -> bool:
    return False


@settings(max_examples=60, deadline=None)
@given(days(most=5))
def test_the_proof_finds_the_same_prize_as_brute_force(problem: DayProblem) -> None:
    clock = Clock(problem)
    candidates = [v for v in range(len(problem.visits)) if alone(clock, v) is None]
    if not candidates:
        return
    data = day_data(clock, candidates)
    best = best_by_brute_force(problem)
    assert best is not None
    required = 1 + sum(problem.visits[v].prize for v in candidates)
    value = best[0] * required + best[1]
    for known in (0, value - 1, value):
        proof = bound_day(data, lambda known=known: float(known), seconds=3600, stop=never)
        assert proof.complete
        assert proof.bound == max(known, value)
        if value > known:
            assert proof.route is not None
            assert sum(data.absence[c] for c in proof.route) == value
            assert schedule(clock, [candidates[c] for c in proof.route]) is not None
        else:
            assert proof.route is None


@settings(max_examples=40, deadline=None)
@given(days(most=5))
def test_the_bound_of_the_stated_model_is_never_below_the_best_day(problem: DayProblem) -> None:
    clock = Clock(problem)
    candidates = [v for v in range(len(problem.visits)) if alone(clock, v) is None]
    best = best_by_brute_force(problem)
    if not candidates or best is None:
        return
    data = day_data(clock, candidates)
    value = best[0] * (1 + sum(problem.visits[v].prize for v in candidates)) + best[1]
    found = CpsatDay(clock, candidates, data).solve([], seconds=3600, stop=never)
    assert found.bound >= value
    assert found.order is not None
    if problem.day.lunch is None:
        assert found.bound == value
        assert schedule(clock, [candidates[c] for c in found.order]) is not None


@settings(max_examples=100, deadline=None)
@given(days(most=5))
def test_no_day_collects_more_than_what_fits_into_its_hours(problem: DayProblem) -> None:
    clock = Clock(problem)
    candidates = [v for v in range(len(problem.visits)) if alone(clock, v) is None]
    best = best_by_brute_force(problem)
    if best is not None:
        assert best[1] <= most_that_fits(clock, candidates) <= sum(problem.visits[v].prize for v in candidates)


def test_a_day_with_hundreds_of_candidates_is_bounded_by_its_hours() -> None:
    problem = city(300, seed=2)
    plan = solve_day(problem, steps=2_000)
    assert plan.bound is not None
    assert plan.prize <= plan.bound < 0.3 * sum(visit.prize for visit in problem.visits)


def test_a_proof_that_is_stopped_still_bounds() -> None:
    problem = city(60, seed=3)
    data = day_data(Clock(problem), range(60))
    proof = bound_day(data, lambda: 0.0, seconds=60, stop=lambda: True)
    assert not proof.complete
    assert proof.bound >= solve_day(problem, steps=2_000).prize


def test_a_rep_s_day_with_lunch_is_proven_in_a_moment() -> None:
    problem = city(24, seed=1)
    plan = solve_day(problem, seconds=600)
    assert plan.proven
    assert plan.bound == plan.prize
    assert 6 <= len(plan.stops) <= 14


def city(visits: int, *, seed: int) -> DayProblem:
    """A day like those of real reps: a lunch break, opening hours with a gap at noon, half an hour a visit."""
    from routing.planner import Break

    random = np.random.default_rng(seed)
    at = random.uniform(0, 25, (visits + 1, 2))
    gaps = at[:, None, :] - at[None, :, :]
    seconds = (np.hypot(gaps[..., 0], gaps[..., 1]) * 100).astype(np.int32)
    whole_day, parted = ((8 * HOUR, 18 * HOUR),), ((9 * HOUR, 12 * HOUR), (13 * HOUR, 17 * HOUR))
    return DayProblem(
        Day(8 * HOUR, 17 * HOUR, Break(2700, 11 * HOUR + 1800, 13 * HOUR + 1800)),
        tuple(
            Visit(i, int(random.integers(20, 60)) * 60, parted if i % 3 else whole_day, int(random.integers(5, 100)))
            for i in range(visits)
        ),
        OdMatrix(seconds, seconds, np.ones(seconds.shape, dtype=bool)),
    )
