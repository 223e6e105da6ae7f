"""A team's day and a rep's weeks: patterns and routes decided together."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from routing.errors import ProblemInvalid
from routing.planner import (
    Client,
    HorizonPlan,
    HorizonProblem,
    Missed,
    Pattern,
    Shift,
    TeamProblem,
    check_horizon,
    check_team,
    solve_horizon,
    solve_team,
    why_missed,
)
from routing.travel_times.protocol import OdMatrix
from tests.unit.routing.planner.rough import rough_weeks
from tests.unit.routing.planner.small_weeks import horizons
from tests.unit.routing.planner.worlds import HOUR, open_all_day, street

STEPS = 4_000
ALWAYS = ((0, 24 * HOUR),)


def client(number: int, *patterns: tuple[int, ...], days: int = 2, prize: int = 1, **more: object) -> Client:
    """Half an hour at a place that never closes."""
    return Client(number, 1800, (ALWAYS,) * days, tuple(Pattern(p, prize) for p in patterns), **more)  # type: ignore[arg-type]


def test_clients_of_one_side_of_town_are_visited_on_one_day() -> None:
    clients = tuple(client(i, (0,), (1,)) for i in range(4))
    shifts = tuple(Shift(1, day, 8 * HOUR, 10 * HOUR, 4, 4) for day in range(2))
    problem = HorizonProblem(2, shifts, clients, street(0, 1, 59, 60, 30), hour_price=1)
    plan = solve_horizon(problem, steps=STEPS)
    assert check_horizon(problem, plan) == []
    assert {frozenset(day.order) for day in plan.shifts} == {frozenset({0, 1}), frozenset({2, 3})}
    assert plan.travel_s == 2 * HOUR
    assert plan.dropped == ()


def test_the_days_of_a_pattern_come_together_or_not_at_all() -> None:
    clients = (client(0, (0, 1), prize=5), client(1, (0,), prize=4), client(2, (1,), prize=4))
    shifts = tuple(Shift(1, day, 0, 1800, 3, 3) for day in range(2))
    problem = HorizonProblem(2, shifts, clients, street(0, 0, 0, 0))
    plan = solve_horizon(problem, steps=STEPS)
    assert plan.prize == 8
    assert plan.patterns == (None, 0, 0)
    assert why_missed(problem, plan) == {0: Missed.LESS_VALUABLE}


def test_a_detour_that_saves_a_second_makes_no_room_on_a_day_without_any() -> None:
    """Whole seconds: 601 from home to client 0, but 600 by way of client 1, who needs two days and gets only one."""
    seconds = np.array([[0, 300, 601], [300, 0, 300], [601, 300, 0]], np.int32)
    matrix = OdMatrix(seconds, seconds * 10, np.ones((3, 3), dtype=bool))
    clients = (client(0, (0,), prize=100), client(1, (0, 1), prize=100))
    shifts = (Shift(1, 0, 8 * HOUR, 17 * HOUR, 2, 2), Shift(1, 1, 8 * HOUR, 8 * HOUR + 1200, 2, 2))
    problem = HorizonProblem(2, shifts, clients, matrix, hour_price=30)
    for seed in range(1, 9):
        plan = solve_horizon(problem, steps=STEPS, seed=seed)
        assert check_horizon(problem, plan) == []
        assert plan.patterns == (0, None)


def test_a_way_that_is_not_there_is_never_made_up_for_by_others() -> None:
    """Nothing leads from where the shift starts straight to where it ends, but by way of the client it does."""
    seconds = np.full((3, 3), 60, np.int32)
    reachable = np.ones((3, 3), dtype=bool)
    reachable[1, 2] = False
    matrix = OdMatrix(np.where(reachable, seconds, 0).astype(np.int32), seconds, reachable)
    shift = Shift(1, 0, 0, HOUR, 1, 2, max_travel_s=120)
    problem = HorizonProblem(1, (shift,), (client(0, (0,), days=1),), matrix)
    plan = solve_horizon(problem, steps=STEPS)
    assert check_horizon(problem, plan) == []
    assert plan.patterns == (0,)


def test_a_required_client_comes_before_any_prize() -> None:
    clients = (client(0, (0,), prize=100), client(1, (0,), prize=0, required=True))
    problem = HorizonProblem(2, (Shift(1, 0, 0, 1800, 2, 2),), clients, street(0, 0, 0))
    assert solve_horizon(problem, steps=STEPS).patterns == (None, 0)


def test_only_reps_who_may_visit_do() -> None:
    visits = tuple(open_all_day(i) for i in range(4))
    reps = (frozenset({2}), frozenset({1}), None, frozenset({3}))
    shifts = (Shift(1, 0, 8 * HOUR, 12 * HOUR, 4, 4), Shift(2, 0, 8 * HOUR, 12 * HOUR, 5, 5))
    problem = TeamProblem(shifts, visits, street(0, 10, 10, 0, 0, 10), reps, hour_price=1)
    plan = solve_team(problem, steps=STEPS)
    assert check_team(problem, plan) == []
    assert 1 in plan.shifts[0].order
    assert 0 in plan.shifts[1].order
    assert why_missed(problem.as_horizon(), plan) == {3: Missed.NO_REP}


def test_capacity_is_kept() -> None:
    clients = tuple(client(i, (0,), demand=2) for i in range(3))
    problem = HorizonProblem(2, (Shift(1, 0, 0, 24 * HOUR, 3, 3, capacity=5),), clients, street(0, 0, 0, 0))
    plan = solve_horizon(problem, steps=STEPS)
    assert plan.prize == 2


def test_what_can_never_be_visited_is_told_apart() -> None:
    matrix = street(0, 600, 0, 0, 0)
    reachable = matrix.reachable.copy()
    reachable[0, 1:] = reachable[1:, 0] = False
    clients = (client(0, (0,)), client(1, (0,)), Client(2, 60, (ALWAYS, ()), (Pattern((0, 1), 1),)), client(3, (0,)))
    problem = HorizonProblem(
        2, (Shift(1, 0, 0, 7200, 4, 4),), clients, OdMatrix(matrix.seconds, matrix.metres, reachable)
    )
    plan = solve_horizon(problem, steps=STEPS)
    assert plan.patterns == (None, None, None, 0)
    assert why_missed(problem, plan) == {0: Missed.OFF_NETWORK, 1: Missed.NEVER_POSSIBLE, 2: Missed.NO_PATTERN}


@pytest.mark.parametrize("clients", [(), (client(0, (0,)),)])
@pytest.mark.parametrize("shifts", [(), (Shift(1, 0, 0, 0, 0, 0),)])
def test_nothing_to_do_is_an_empty_plan(clients: tuple[Client, ...], shifts: tuple[Shift, ...]) -> None:
    problem = HorizonProblem(2, shifts, clients, street(10, 0))
    plan = solve_horizon(problem, steps=STEPS)
    assert check_horizon(problem, plan) == []
    assert len(plan.shifts) == len(shifts)


def test_a_horizon_that_contradicts_itself_names_every_fault() -> None:
    clients = (client(1, (1, 0)), Client(1, -1, (), (Pattern((9,), -1),)))
    shifts = (Shift(1, 5, 1, 0, 99, 0),)
    with pytest.raises(ProblemInvalid) as caught:
        HorizonProblem(2, shifts, clients, street(0), hour_price=-1)
    for words in (
        "there twice",
        "ascending",
        "windows for 0 of 2",
        "day 5",
        "row 99",
        "2 clients",
        "price",
        "negative",
    ):
        assert words in str(caught.value)


@settings(max_examples=40, deadline=None)
@given(horizons() | rough_weeks())
def test_any_week_comes_back_checked_and_explained(problem: HorizonProblem) -> None:
    told: list[HorizonPlan] = []
    plan = solve_horizon(problem, steps=500, on_better=told.append)
    assert check_horizon(problem, plan) == []
    assert replace(told[-1], ended=plan.ended) == plan
    assert set(why_missed(problem, plan)) == set(plan.dropped)


def test_a_small_week_is_over_before_its_time_and_comes_out_the_same_again() -> None:
    clients = tuple(client(i, (0,), (1,), prize=5) for i in range(9))
    shifts = tuple(Shift(1, day, 8 * HOUR, 11 * HOUR, 9, 9) for day in range(2))
    problem = HorizonProblem(2, shifts, clients, street(*(7 * i % 23 for i in range(9)), 11), hour_price=4)
    once, again = (solve_horizon(problem, seconds=600, seed=3) for _ in range(2))
    assert [day.order for day in once.shifts] == [day.order for day in again.shifts]
    assert once.patterns == again.patterns


def test_a_client_without_patterns_or_with_more_windows_than_another_is_no_stumbling_block() -> None:
    parted = ((0, 3 * HOUR), (4 * HOUR, 8 * HOUR))
    clients = (
        Client(0, 1800, (ALWAYS,), ()),
        Client(1, 1800, ((),), (Pattern((0,), 9),)),
        Client(2, 1800, (parted,), (Pattern((0,), 5),)),
        Client(3, 1800, (ALWAYS,), (Pattern((0,), 5),)),
    )
    problem = HorizonProblem(1, (Shift(1, 0, 0, 8 * HOUR, 4, 4),), clients, street(10, 10, 10, 20, 0))
    plan = solve_horizon(problem, steps=STEPS)
    assert plan.patterns == (None, None, 0, 0)
    assert set(why_missed(problem, plan).values()) == {Missed.NO_PATTERN, Missed.NEVER_POSSIBLE}
