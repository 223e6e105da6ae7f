"""A rep's day, in a world that a hand can compute and in random ones with every feature on."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings

from routing.errors import ProblemInvalid
from routing.planner import Break, Code, Day, DayPlan, DayProblem, Visit, check_day, dropped_reasons, solve_day
from routing.planner.schedule import schedule
from routing.planner.timeline import Clock
from routing.stop_when import Ended
from routing.travel_times.protocol import OdMatrix
from tests.benchmarks import wide_windows
from tests.unit.routing.planner.rough import rough_days
from tests.unit.routing.planner.worlds import (
    HOUR,
    best_by_brute_force,
    days,
    drivable,
    open_all_day,
    street,
    worth,
)

STEPS = 4_000


def test_ada_drives_along_her_street_and_back() -> None:
    problem = DayProblem(Day(8 * HOUR, 12 * HOUR), tuple(open_all_day(i) for i in range(3)), street(0, 20, 10, 30))
    plan = solve_day(problem, steps=STEPS)
    assert sorted(plan.order) == [0, 1, 2]
    assert plan.travel_s == HOUR
    assert plan.distance_m == 60_000
    assert plan.service_s == 90 * 60
    assert plan.home_arrive == 10 * HOUR + 30 * 60
    assert plan.dropped == ()
    assert check_day(problem, plan) == []


def test_home_is_left_late_enough_not_to_wait_at_the_first_door() -> None:
    visit = Visit(1, 600, ((10 * HOUR, 11 * HOUR),), 1)
    plan = solve_day(DayProblem(Day(8 * HOUR, 12 * HOUR), (visit,), street(0, 30)), steps=STEPS)
    assert plan.depart == 9 * HOUR + 1800
    assert plan.stops[0].arrive == plan.stops[0].start == 10 * HOUR


def test_the_whole_visit_is_inside_a_window_unless_arriving_is_enough() -> None:
    day, matrix = Day(8 * HOUR, 12 * HOUR), street(0, 30)
    whole = Visit(1, HOUR, ((8 * HOUR, 9 * HOUR), (10 * HOUR, 11 * HOUR)), 1)
    arriving = Visit(1, HOUR, whole.windows, 1, arrive_inside=True)
    assert solve_day(DayProblem(day, (whole,), matrix), steps=STEPS).stops[0].start == 10 * HOUR
    assert solve_day(DayProblem(day, (arriving,), matrix), steps=STEPS).stops[0].start == 8 * HOUR + 1800


def test_an_appointment_is_kept_to_the_second_though_the_place_is_closed() -> None:
    visits = (open_all_day(1), Visit(2, 600, (), 0, fixed_start=9 * HOUR + 7, required=True))
    plan = solve_day(DayProblem(Day(8 * HOUR, 12 * HOUR), visits, street(0, 5, 10)), steps=STEPS)
    assert {stop.visit: stop.start for stop in plan.stops}[1] == 9 * HOUR + 7
    assert len(plan.stops) == 2


def test_the_break_is_taken_between_visits_inside_its_span() -> None:
    lunch = Break(45 * 60, 11 * HOUR, 13 * HOUR)
    visits = tuple(open_all_day(i, minutes=60) for i in range(6))
    problem = DayProblem(Day(8 * HOUR, 16 * HOUR, lunch), visits, street(*[0] * 7))
    plan = solve_day(problem, steps=STEPS)
    assert len(plan.stops) == 6
    assert plan.break_ == (11 * HOUR, 11 * HOUR + 45 * 60)


def test_who_is_home_in_time_for_lunch_takes_no_break_on_the_road() -> None:
    lunch = Break(45 * 60, 11 * HOUR, 13 * HOUR)
    problem = DayProblem(Day(8 * HOUR, 16 * HOUR, lunch), (open_all_day(1, minutes=180),), street(0, 30))
    plan = solve_day(problem, steps=STEPS)
    assert plan.break_ is None
    assert plan.home_arrive == 12 * HOUR


def test_a_required_visit_goes_before_any_prize() -> None:
    visits = (open_all_day(1, minutes=60, prize=1000), open_all_day(2, minutes=60, prize=0, required=True))
    plan = solve_day(DayProblem(Day(0, HOUR + 600), visits, street(0, 5, 5)), steps=STEPS)
    assert plan.order == (1,)


def test_the_day_may_end_somewhere_else() -> None:
    problem = DayProblem(Day(0, 3 * HOUR), (open_all_day(1), open_all_day(2)), street(0, 40, 20, end=60))
    plan = solve_day(problem, steps=STEPS)
    assert plan.order == (1, 0)
    assert plan.travel_s == HOUR
    assert plan.home_travel_s == 20 * 60


def test_what_cannot_be_visited_is_dropped_with_its_reason_and_the_rest_is_planned() -> None:
    matrix = street(0, 10, 10, 600, 10, 50, 10, 20, 10, 10)
    reachable = matrix.reachable.copy()
    reachable[1, :] = reachable[:, 1] = False
    reachable[2, 0] = False
    np.fill_diagonal(reachable, val=True)
    visits = (
        open_all_day(0),
        open_all_day(1),
        open_all_day(2),
        Visit(3, 600, (), 1),
        open_all_day(4, minutes=10),
        Visit(5, 3600, ((9 * HOUR, 9 * HOUR + 1800),), 1),
        Visit(6, 600, ((18 * HOUR, 19 * HOUR),), 1),
        open_all_day(7, minutes=200, prize=9),
        open_all_day(8, minutes=31, prize=1),
    )
    problem = DayProblem(
        Day(8 * HOUR, 12 * HOUR, max_travel_s=90 * 60), visits, OdMatrix(matrix.seconds, matrix.metres, reachable)
    )
    plan = solve_day(problem, steps=STEPS)
    assert plan.order == (7,)
    reasons = dropped_reasons(problem, plan)
    assert {visit: reason.code for visit, reason in reasons.items()} == {
        0: Code.OFF_NETWORK,
        1: Code.UNREACHABLE,
        2: Code.DRIVING_LIMIT,
        3: Code.CLOSED,
        4: Code.DRIVING_LIMIT,
        5: Code.WINDOW_TOO_SHORT,
        6: Code.OUTSIDE_HOURS,
        8: Code.LESS_VALUABLE,
    }
    assert reasons[4].short_min == 10
    assert reasons[5].short_min == 30
    assert reasons[8].short_min == 11
    assert reasons[8].detour_min == 0
    assert reasons[8].instead_of == (7,)


def test_two_appointments_at_the_same_minute_name_each_other() -> None:
    visits = tuple(Visit(i, 600, (), 1, required=True, fixed_start=9 * HOUR) for i in range(2))
    problem = DayProblem(Day(8 * HOUR, 12 * HOUR), visits, street(0, 10, 20))
    plan = solve_day(problem, steps=STEPS)
    assert len(plan.stops) == 1
    (reason,) = dropped_reasons(problem, plan).values()
    assert reason.code == Code.CLASH
    assert reason.instead_of == plan.order[:1]


@pytest.mark.parametrize("day", [Day(8 * HOUR, 8 * HOUR), Day(8 * HOUR, 8 * HOUR, Break(600, 0, 24 * HOUR), 0)])
def test_a_day_without_hours_or_candidates_is_an_empty_plan(day: Day) -> None:
    for visits in ((), (open_all_day(1),)):
        problem = DayProblem(day, visits, street(0, *[10] * len(visits)))
        plan = solve_day(problem, steps=STEPS)
        assert plan.stops == ()
        assert check_day(problem, plan) == []
        assert list(dropped_reasons(problem, plan)) == list(range(len(visits)))


def test_a_problem_that_contradicts_itself_names_every_fault_at_once() -> None:
    visits = (Visit(7, -1, ((5, 4),), -2), Visit(7, 0, (), 0))
    with pytest.raises(ProblemInvalid) as caught:
        DayProblem(Day(10, 0, Break(20, 0, 10), -1), visits, street(0))
    for words in ("ends", "driving limit", "break", "there twice", "length (-1 s)", "prize (-2)", "closes", "places"):
        assert words in str(caught.value)


def test_better_plans_are_told_as_they_are_found_and_stop_ends_the_search() -> None:
    visits = tuple(open_all_day(i, minutes=20, prize=i % 5 + 1) for i in range(40))
    positions = [(i * 37) % 90 for i in range(41)]
    told: list[DayPlan] = []
    problem = DayProblem(Day(8 * HOUR, 16 * HOUR), visits, street(*positions))
    plan = solve_day(problem, seconds=60, on_better=told.append, stop=lambda: bool(told))
    assert told
    assert [worth(problem, p) for p in told] == sorted(worth(problem, p) for p in told)
    assert plan == replace(told[-1], ended=Ended.ASKED)


@settings(max_examples=300, deadline=None)
@given(days() | rough_days())
def test_an_order_is_possible_exactly_when_walking_through_the_day_says_so(problem: DayProblem) -> None:
    clock = Clock(problem)
    for order in list(permutations(range(min(3, len(problem.visits))))):
        plan = schedule(clock, order)
        assert (plan is not None) == drivable(problem, order)
        if plan is not None:
            assert check_day(problem, plan) == []


@settings(max_examples=200, deadline=None)
@given(days() | rough_days())
def test_fits_says_what_the_whole_day_would_say(problem: DayProblem) -> None:
    clock = Clock(problem)
    for order in list(permutations(range(min(3, len(problem.visits))))):
        line = clock.timeline(order[1:])
        if line.possible and order:
            for position in range(len(order)):
                longer = [*order[1:][:position], order[0], *order[1:][position:]]
                assert clock.fits(line, position, order[0]) == clock.timeline(longer).possible


@settings(max_examples=40, deadline=None)
@given(days(most=5))
def test_small_days_are_planned_as_well_as_by_brute_force(problem: DayProblem) -> None:
    plan = solve_day(problem, steps=STEPS)
    assert check_day(problem, plan) == []
    best = best_by_brute_force(problem)
    assert worth(problem, plan) == (best or (0, 0, 0))
    reasons = dropped_reasons(problem, plan)
    assert set(reasons) == set(plan.dropped)
    assert Code.FITS not in {reason.code for reason in reasons.values()}


def test_a_day_with_wide_windows_is_never_worse_for_more_steps() -> None:
    _, problem = next(wide_windows.instances())
    prizes = [solve_day(problem, steps=steps).prize for steps in (60, 150, 400, 1_200)]
    assert prizes == sorted(prizes)
    assert prizes[-1] > prizes[0]


@settings(max_examples=60, deadline=None)
@given(rough_days(most=5))
def test_rough_travel_times_never_make_a_plan_that_breaks_a_rule(problem: DayProblem) -> None:
    plan = solve_day(problem, steps=400)
    assert check_day(problem, plan) == []
    assert set(dropped_reasons(problem, plan)) == set(plan.dropped)
    best = best_by_brute_force(problem)
    assert best is None or worth(problem, plan) <= best
