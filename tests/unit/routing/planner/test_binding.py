"""Small days and weeks with every feature on: solver, checker, reasons and brute force agree, and each rule binds."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from routing.planner import (
    Day,
    DayProblem,
    HorizonProblem,
    Missed,
    check_horizon,
    solve_horizon,
    why_missed,
)
from routing.travel_times.protocol import OdMatrix
from tests.unit.routing.planner import small_weeks, worlds
from tests.unit.routing.planner.small_weeks import horizons
from tests.unit.routing.planner.tight import tight_day, tight_week

WEEKS = horizons(most=4, shifts_most=3, patterns_most=2)
SAMPLE = 200
"""So many small problems, always the same, are solved by brute force with a rule and without it."""
SHARE = 0.04
"""Of them, at least so many have another best plan without the rule."""


@settings(max_examples=60, deadline=None)
@given(WEEKS)
def test_small_weeks_are_planned_as_well_as_by_brute_force(problem: HorizonProblem) -> None:
    plan = solve_horizon(problem, steps=4_000)
    assert check_horizon(problem, plan) == []
    assert small_weeks.worth(problem, plan) == small_weeks.best_by_brute_force(problem)


@settings(max_examples=60, deadline=None)
@given(WEEKS)
def test_every_reason_for_a_client_left_out_of_a_week_is_true(problem: HorizonProblem) -> None:
    plan = solve_horizon(problem, steps=1_000)
    for client, reason in why_missed(problem, plan).items():
        one, reachable = problem.clients[client], problem.matrix.reachable
        reps = {shift.rep for shift in problem.shifts if one.reps is None or shift.rep in one.reps}
        alone = small_weeks.best_by_brute_force(only(problem, client, required=True))[0] == 1
        assert alone == (reason is Missed.LESS_VALUABLE)
        if reason is Missed.OFF_NETWORK:
            assert reachable[client].sum() + reachable[:, client].sum() == 2
        if reason is Missed.NO_REP:
            assert not reps
        if reason in {Missed.NEVER_POSSIBLE, Missed.NO_PATTERN}:
            days_alone = {
                day
                for day in range(problem.days)
                if small_weeks.best_by_brute_force(only(problem, client, required=True, day=day))[0] == 1
            }
            assert bool(days_alone) == (reason is Missed.NO_PATTERN)


def only(problem: HorizonProblem, client: int, *, required: bool, day: int | None = None) -> HorizonProblem:
    """The week in which nobody else has a pattern; day: with a visit on that day alone."""
    from routing.planner import Pattern

    one = problem.clients[client]
    patterns = one.patterns if day is None else (Pattern((day,), 1),)
    clients = tuple(
        replace(other, patterns=patterns if number == client else (), required=required and number == client)
        for number, other in enumerate(problem.clients)
    )
    return replace(problem, clients=clients)


def without(problem: Any, **of_each: Any) -> Any:
    """The day with some fields of every visit, or the week with some of every client, changed."""
    if isinstance(problem, DayProblem):
        return replace(problem, visits=tuple(replace(visit, **of_each) for visit in problem.visits))
    return replace(problem, clients=tuple(replace(client, **of_each) for client in problem.clients))


def everywhere(matrix: OdMatrix) -> OdMatrix:
    """The same with a way between any two places; where there was none it takes a moment."""
    return OdMatrix(matrix.seconds, matrix.metres, np.ones_like(matrix.reachable))


def back_home(problem: DayProblem) -> DayProblem:
    """The day that ends where it began."""
    n = len(problem.visits) + 1
    matrix = problem.matrix
    return replace(problem, matrix=OdMatrix(matrix.seconds[:n, :n], matrix.metres[:n, :n], matrix.reachable[:n, :n]))


OPEN = ((-100, 1000),)
RULES_OF_A_DAY: dict[str, Callable[[DayProblem], DayProblem]] = {
    "windows": lambda one: without(one, windows=OPEN),
    "several windows": lambda one: replace(
        one, visits=tuple(replace(visit, windows=visit.windows[:1]) for visit in one.visits)
    ),
    "whole visit inside": lambda one: without(one, arrive_inside=True),
    "arrival inside": lambda one: without(one, arrive_inside=False),
    "appointment": lambda one: without(one, fixed_start=None),
    "required": lambda one: without(one, required=False),
    "break": lambda one: replace(one, day=replace(one.day, lunch=None)),
    "driving limit": lambda one: replace(one, day=replace(one.day, max_travel_s=None)),
    "length of the day": lambda one: replace(one, day=Day(-1000, 1000, one.day.lunch, one.day.max_travel_s)),
    "end elsewhere": back_home,
    "no way": lambda one: replace(one, matrix=everywhere(one.matrix)),
}


@pytest.fixture(scope="module")
def small_days() -> list[tuple[DayProblem, object]]:
    return [(one, worlds.best_by_brute_force(one)) for one in (tight_day(seed, 4) for seed in range(SAMPLE))]


@pytest.mark.parametrize("rule", RULES_OF_A_DAY)
def test_each_rule_of_a_day_decides_a_good_share_of_the_small_days(
    rule: str, small_days: list[tuple[DayProblem, object]]
) -> None:
    binding = [worlds.best_by_brute_force(RULES_OF_A_DAY[rule](one)) != best for one, best in small_days]
    assert sum(binding) >= SHARE * len(binding), f"{sum(binding)} of {len(binding)}"


RULES_OF_A_WEEK: dict[str, Callable[[HorizonProblem], HorizonProblem]] = {
    "windows": lambda one: without(one, windows=(OPEN,) * one.days),
    "whole visit inside": lambda one: without(one, arrive_inside=True),
    "arrival inside": lambda one: without(one, arrive_inside=False),
    "appointment": lambda one: without(one, fixed_start=None),
    "required": lambda one: without(one, required=False),
    "reps who may": lambda one: without(one, reps=None),
    "price of an hour": lambda one: replace(one, hour_price=0),
    "capacity": lambda one: replace(one, shifts=tuple(replace(shift, capacity=None) for shift in one.shifts)),
    "break": lambda one: replace(one, shifts=tuple(replace(shift, lunch=None) for shift in one.shifts)),
    "driving limit": lambda one: replace(one, shifts=tuple(replace(shift, max_travel_s=None) for shift in one.shifts)),
    "length of the day": lambda one: replace(
        one, shifts=tuple(replace(shift, start_s=-1000, end_s=1000) for shift in one.shifts)
    ),
    "end elsewhere": lambda one: replace(one, shifts=tuple(replace(shift, end=shift.start) for shift in one.shifts)),
    "no way": lambda one: replace(one, matrix=everywhere(one.matrix)),
    "whole patterns": lambda one: replace(
        one,
        clients=tuple(
            replace(client, patterns=tuple(replace(p, days=p.days[:1]) for p in client.patterns))
            for client in one.clients
        ),
    ),
}


@pytest.fixture(scope="module")
def few_weeks() -> list[tuple[HorizonProblem, object]]:
    return [(one, small_weeks.best_by_brute_force(one)) for one in (tight_week(seed, 4) for seed in range(SAMPLE))]


@pytest.mark.parametrize("rule", RULES_OF_A_WEEK)
def test_each_rule_of_a_week_decides_a_good_share_of_the_small_weeks(
    rule: str, few_weeks: list[tuple[HorizonProblem, object]]
) -> None:
    binding = [small_weeks.best_by_brute_force(RULES_OF_A_WEEK[rule](one)) != best for one, best in few_weeks]
    assert sum(binding) >= SHARE * len(binding), f"{sum(binding)} of {len(binding)}"
