"""Nights away: kept where they save enough, counted, and checked by code that did not choose them."""

from dataclasses import replace

import pytest

from routing.planner.check_horizon import check_horizon
from routing.planner.check_nights import check_nights, saved_by
from routing.planner.horizon import Client, HorizonPlan, HorizonProblem, Pattern, Shift
from routing.planner.nights import Away, Night, NightRule, sleep_away
from routing.planner.solve_horizon import solve_horizon
from tests.unit.routing.planner.worlds import HOUR, street

FAR_MIN = 120
DAY = ((0, 24 * HOUR),)


def horizon(
    places_min: list[int],
    beds_min: list[int],
    *,
    days: int = 5,
    reps: int = 1,
    visit_min: int = 60,
    patterns: tuple[Pattern, ...] | None = None,
    hour_price: int = 30,
    **more: object,
) -> HorizonProblem:
    """Clients along one street and reps who live at its beginning, eight hours a day; the beds are the last rows."""
    n = len(places_min)
    shifts = tuple(Shift(rep, day, 8 * HOUR, 16 * HOUR, n, n) for day in range(days) for rep in range(reps))
    any_day = patterns or tuple(Pattern((day,), 60) for day in range(days))
    clients = tuple(Client(i, visit_min * 60, (DAY,) * days, any_day, **more) for i in range(n))  # type: ignore[arg-type]
    return HorizonProblem(days, shifts, clients, street(*places_min, 0, *beds_min), hour_price)


def rule(problem: HorizonProblem, most: int = 2, in_a_row: int = 2, saves_min: int = 60) -> NightRule:
    home = len(problem.clients)
    return NightRule(home, tuple(range(home + 1, problem.matrix.size)), most, in_a_row, saves_min * 60)


def away(problem: HorizonProblem, rules: dict[int, NightRule], weeks: list[int] | None = None) -> Away:
    plan = solve_horizon(problem, steps=5_000)
    found = sleep_away(problem, plan, rules, weeks or [0] * problem.days, steps=40_000)
    assert check_horizon(found.problem, found.plan) == []
    assert check_nights(found.problem, found.plan, found.nights, rules, weeks or [0] * problem.days) == []
    assert found.plan.value >= plan.value
    return found


def test_a_night_near_far_visits_saves_the_way_there_and_back() -> None:
    problem = horizon([FAR_MIN + n for n in range(8)], [FAR_MIN + 3])
    found = away(problem, {0: rule(problem, most=1, in_a_row=1)})
    (night,) = found.nights
    assert night.saved_s >= 220 * 60
    assert len(found.plan.dropped) == 0
    assert found.plan.travel_s < 2 * FAR_MIN * 60 * 2


def test_nobody_sleeps_away_where_it_does_not_save_enough() -> None:
    near = horizon([20 + n for n in range(12)], [25])
    assert away(near, {0: rule(near)}).nights == ()
    far = horizon([FAR_MIN + n for n in range(8)], [FAR_MIN + 3])
    assert away(far, {0: rule(far, saves_min=300)}).nights == ()


def test_a_bed_in_the_wrong_place_is_not_slept_in() -> None:
    problem = horizon([FAR_MIN + n for n in range(8)], [3])
    assert away(problem, {0: rule(problem)}).nights == ()


def test_only_reps_with_a_rule_sleep_away() -> None:
    problem = horizon([FAR_MIN + n for n in range(12)], [FAR_MIN + 3], reps=2)
    found = away(problem, {1: rule(problem)})
    assert {night.rep for night in found.nights} <= {1}


@pytest.mark.parametrize(("most", "in_a_row"), [(1, 1), (2, 1), (2, 2), (4, 4), (4, 1)])
def test_no_more_nights_than_may_be_in_a_week_and_in_a_row(most: int, in_a_row: int) -> None:
    problem = horizon([FAR_MIN + n for n in range(24)], [FAR_MIN + 3, FAR_MIN + 12], days=10)
    weeks = [0] * 5 + [1] * 5
    nights = away(problem, {0: rule(problem, most, in_a_row)}, weeks).nights
    assert nights
    for week in (0, 1):
        days = [night.day for night in nights if weeks[night.day] == week]
        assert len(days) <= most
        assert not any(set(range(day, day + in_a_row + 1)) <= set(days) for day in days)


def test_visits_keep_their_cycles_when_a_week_is_planned_again() -> None:
    cycles = tuple(Pattern((day, day + 5), 120) for day in range(5))
    problem = horizon([FAR_MIN + n for n in range(6)], [FAR_MIN + 3], days=10, patterns=cycles)
    found = away(problem, {0: rule(problem)}, [0] * 5 + [1] * 5)
    assert all(chosen is not None for chosen in found.plan.patterns)


def test_who_lives_too_far_for_a_day_is_visited_from_a_bed() -> None:
    problem = horizon([260, 262, 5], [230], visit_min=150, hour_price=5)
    found = away(problem, {0: rule(problem)})
    assert found.plan.dropped == ()
    assert len(found.nights) >= 1


def test_a_bed_without_a_road_and_a_week_without_visits_are_no_matter() -> None:
    problem = horizon([FAR_MIN + n for n in range(8)], [FAR_MIN])
    reachable = problem.matrix.reachable.copy()
    reachable[-1, :-1] = reachable[:-1, -1] = False
    cut = replace(problem, matrix=replace(problem.matrix, reachable=reachable))
    assert away(cut, {0: rule(cut)}).nights == ()
    nobody = horizon([], [10])
    assert away(nobody, {0: rule(nobody)}).nights == ()


def slept() -> tuple[HorizonProblem, HorizonPlan, Night, NightRule]:
    problem = horizon([FAR_MIN + n for n in range(8)], [FAR_MIN + 3])
    own = rule(problem, most=1, in_a_row=1)
    found = away(problem, {0: own})
    return found.problem, found.plan, found.nights[0], own


def test_the_check_finds_nights_that_do_not_fit_together() -> None:
    problem, plan, night, own = slept()
    weeks = [0] * 5

    def faults(nights: list[Night], changed: NightRule = own, shifts: tuple[Shift, ...] = problem.shifts) -> str:
        return "; ".join(check_nights(replace(problem, shifts=shifts), plan, nights, {0: changed}, weeks))

    assert faults([night]) == ""
    assert "not where the night" in faults([])
    assert "not where the night" in faults([replace(night, day=(night.day + 2) % 4)])
    assert "saves" in faults([replace(night, saved_s=night.saved_s + 1)])
    assert "are needed" in faults([night], replace(own, saves_s=night.saved_s + 1))
    assert "which is no bed" in faults([night], replace(own, beds=()))
    assert "at most 0" in faults([night], replace(own, most=0))
    assert "in a row" in faults([night], replace(own, in_a_row=0))
    assert "may not" in "; ".join(check_nights(problem, plan, [night], {}, weeks))
    home = tuple(replace(s, start=own.home, end=own.home) for s in problem.shifts)
    assert "not where the night" in faults([night], own, home)


def test_what_a_night_saves_is_the_way_home_and_out_again() -> None:
    problem, plan, night, own = slept()
    evening, morning = (
        next(s for s in plan.shifts if s.order and s is plan.shifts[d]) for d in (night.day, night.day + 1)
    )
    last, first = evening.order[-1], morning.order[0]
    seconds = problem.matrix.seconds
    driven = int(seconds[last, own.home] + seconds[own.home, first])
    assert night.saved_s == driven - int(seconds[last, night.bed] + seconds[night.bed, first])
    assert saved_by(problem, plan, 0, 99, own.home, night.bed) == 0
