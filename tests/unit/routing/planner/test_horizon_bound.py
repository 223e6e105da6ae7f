"""Bounds of weeks and teams hold, on small ones that brute force can judge."""

from hypothesis import given, settings

from routing.planner import Client, HorizonProblem, Pattern, Shift, solve_horizon
from routing.planner.horizon_bound import bounded
from tests.unit.routing.planner import small_weeks
from tests.unit.routing.planner.small_weeks import horizons
from tests.unit.routing.planner.worlds import HOUR, street


@settings(max_examples=60, deadline=None)
@given(horizons(most=4, shifts_most=3, patterns_most=2))
def test_no_small_week_is_worth_more_than_its_bound(problem: HorizonProblem) -> None:
    plan = solve_horizon(problem, steps=2_000)
    for seconds in (0.0, 60.0):
        judged = bounded(problem, plan, seconds=seconds)
        best = small_weeks.best_by_brute_force(problem)
        mine = small_weeks.worth(problem, plan)
        assert judged.bound is not None
        assert judged.bound >= judged.value - 1e-5
        if mine[0] == best[0]:
            assert judged.bound >= best[1] - 1e-5
        if judged.proven:
            assert mine[:2] == best[:2]


def test_an_easy_week_is_proven() -> None:
    clients = tuple(Client(c, 1800, (((0, 24 * HOUR),),) * 2, (Pattern((0, 1), 5),)) for c in range(3))
    shifts = tuple(Shift(1, day, 8 * HOUR, 17 * HOUR, 3, 3) for day in range(2))
    problem = HorizonProblem(2, shifts, clients, street(5, 10, 15, 0))
    judged = bounded(problem, solve_horizon(problem, steps=4_000))
    assert (judged.prize, judged.bound, judged.proven) == (15, 15.0, True)


def test_a_full_week_is_bounded_near_what_fits() -> None:
    clients = tuple(Client(c, 1800, (((0, 24 * HOUR),),) * 2, (Pattern((0,), 5), Pattern((1,), 4))) for c in range(30))
    shifts = tuple(Shift(1, day, 8 * HOUR, 12 * HOUR, 30, 30) for day in range(2))
    problem = HorizonProblem(2, shifts, clients, street(*range(1, 31), 0), hour_price=10)
    plan = solve_horizon(problem, steps=4_000)
    judged = bounded(problem, plan)
    assert judged.bound is not None
    assert plan.value <= judged.bound <= 1.1 * plan.value < 0.6 * sum(5 for _ in clients)
