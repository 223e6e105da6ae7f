"""Fair work: measured, evened out where visits can change hands, and never for more than it is worth."""

from dataclasses import replace

import pytest

from routing.planner.check_horizon import check_horizon
from routing.planner.fair import evened_out, spread, work_of
from routing.planner.horizon import HorizonProblem
from routing.planner.problem import Break
from routing.planner.solve_horizon import solve_horizon
from tests.unit.routing.planner.test_nights import horizon


def two_reps(places_min: list[int], **more: object) -> HorizonProblem:
    """Two reps of whom one lives where all the visits are, and one half an hour away."""
    problem = horizon(places_min, [30], days=2, reps=2, hour_price=6)
    home, other = len(places_min), len(places_min) + 1
    return replace(
        problem,
        clients=tuple(replace(client, **more) for client in problem.clients),  # type: ignore[arg-type]
        shifts=tuple(
            replace(shift, start=home if shift.rep else other, end=home if shift.rep else other)
            for shift in problem.shifts
        ),
    )


def test_work_is_driving_and_visits_of_the_hours_without_the_break() -> None:
    problem = horizon([10], [30], days=1)
    lunch = Break(3600, 12 * 3600, 13 * 3600)
    problem = replace(problem, shifts=tuple(replace(shift, lunch=lunch) for shift in problem.shifts))
    (work,) = work_of(problem, solve_horizon(problem, steps=1))
    assert (work.work_s, work.hours_s, work.visits) == (80 * 60, 7 * 3600, 1)
    assert work.share == pytest.approx(80 / 420)
    assert spread((work,)) == spread(()) == 0


def test_visits_change_hands_where_one_does_most_of_the_work() -> None:
    problem = two_reps([1, 2, 3, 4, 5, 6, 7, 8])
    plan = solve_horizon(problem, steps=5_000)
    fair = evened_out(problem, plan, steps=20_000)
    assert check_horizon(problem, fair) == []
    assert spread(work_of(problem, plan)) > 0.4
    assert spread(work_of(problem, fair)) < 0.25
    assert fair.value <= plan.value
    assert sum(chosen is not None for chosen in fair.patterns) == 8


def test_nothing_is_given_up_where_visits_cannot_change_hands() -> None:
    problem = two_reps([1, 2, 3, 4, 5, 6, 7, 8], reps=frozenset({1}))
    plan = solve_horizon(problem, steps=5_000)
    fair = evened_out(problem, plan, steps=20_000)
    assert fair.value >= plan.value * 0.85


def test_what_is_required_is_visited_however_unfair_that_is() -> None:
    problem = two_reps([1, 2, 3, 4], reps=frozenset({1}), required=True)
    plan = solve_horizon(problem, steps=5_000)
    assert all(chosen is not None for chosen in evened_out(problem, plan, steps=20_000).patterns)


def test_a_plan_of_one_rep_is_fair_as_it_is() -> None:
    problem = horizon([10, 20], [30], days=2)
    plan = solve_horizon(problem, steps=5_000)
    assert evened_out(problem, plan, steps=20_000) is plan
