"""What goes wrong in a callback ends every search, is raised to the caller, and leaves no thread behind."""

import gc
import threading
import weakref
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from routing.planner import solve_day, solve_horizon, solve_team
from routing.planner.cpsat_day import CpsatDay
from routing.planner.day_search import day_data
from routing.planner.fair import evened_out
from routing.planner.horizon import HorizonPlan, TeamProblem
from routing.planner.horizon_bound import bounded
from routing.planner.nights import NightRule, sleep_away
from routing.planner.one_week import OneWeek
from routing.planner.ortools_day import improve
from routing.planner.timeline import Clock
from tests.unit.routing.planner.rough import rough_day, rough_horizon
from tests.unit.routing.planner.test_fair import two_reps
from tests.unit.routing.planner.worlds import open_all_day, street

DAY = rough_day(60, 2)
WEEKS = rough_horizon(40, 2, 10, 4)
LONG_S = 3600.0


@cache
def plan() -> HorizonPlan:
    return solve_horizon(WEEKS, steps=100)


@cache
def uneven() -> HorizonPlan:
    return solve_horizon(two_reps([1, 2, 3, 4, 5, 6, 7, 8]), steps=100)


class Broken(Exception):
    """What a callback of somebody else raises."""


def breaks_after(calls: int) -> Callable[..., bool]:
    """A callback that goes wrong after being asked so often."""
    left = iter(range(calls))

    def callback(*_: object) -> bool:
        if next(left, None) is None:
            raise Broken
        return False

    return callback


def team(**more: Any) -> Any:
    shifts = tuple(shift for shift in WEEKS.shifts if shift.day == 0)
    return solve_team(TeamProblem(shifts, DAY.visits[: len(WEEKS.clients)], WEEKS.matrix), **more)


RULES = {0: NightRule(len(WEEKS.clients), (0, 1), 2, 2, 60)}
SOLVERS: dict[str, Callable[..., Any]] = {
    "day": lambda **more: solve_day(DAY, **more),
    "team": team,
    "horizon": lambda **more: solve_horizon(WEEKS, **more),
    "week": lambda **more: OneWeek(0, frozenset(range(5))).planned_again(WEEKS, plan(), seed=1, **more),
    "nights": lambda **more: sleep_away(WEEKS, plan(), RULES, [0] * 5 + [1] * 5, **more),
    "fair": lambda **more: evened_out(two_reps([1, 2, 3, 4, 5, 6, 7, 8]), uneven(), **more),
    "bound": lambda **more: bounded(WEEKS, plan(), **more),
}


def others() -> list[str]:
    """The threads beside this one that search or watch."""
    return [one.name for one in threading.enumerate() if one.name.startswith(("search-", "stop CP-SAT"))]


@pytest.mark.parametrize("calls", [0, 1, 5])
@pytest.mark.parametrize("solver", SOLVERS)
def test_a_stop_that_goes_wrong_ends_the_search(solver: str, calls: int) -> None:
    with pytest.raises(Broken):
        SOLVERS[solver](seconds=LONG_S, stop=breaks_after(calls))
    assert others() == []


@pytest.mark.parametrize("bound", [{"seconds": LONG_S}, {"steps": 10**9}])
@pytest.mark.parametrize(("solver", "calls"), [("day", 0), ("day", 1), ("team", 0), ("horizon", 0)])
def test_an_onlooker_who_goes_wrong_ends_the_search(solver: str, bound: dict[str, Any], calls: int) -> None:
    with pytest.raises(Broken):
        SOLVERS[solver](**bound, on_better=breaks_after(calls))
    assert others() == []


def test_cp_sat_ends_where_its_stop_goes_wrong() -> None:
    clock = Clock(DAY)
    chosen = [visit for visit in range(len(DAY.visits)) if clock.windows[visit]]
    with pytest.raises(Broken):
        CpsatDay(clock, chosen, day_data(clock, chosen)).solve([], seconds=LONG_S, stop=breaks_after(0))
    assert others() == []


@pytest.mark.parametrize("calls", [0, 3])
def test_or_tools_ends_where_a_callback_goes_wrong(calls: int) -> None:
    visits = tuple(open_all_day(number, minutes=10, prize=1 + number % 7) for number in range(40))
    from routing.planner import Day, DayProblem

    clock = Clock(DayProblem(Day(0, 4 * 3600), visits, street(*(7 * n % 23 for n in range(41)))))
    for callbacks in (
        {"on_order": breaks_after(calls), "stop": lambda: False},
        {"on_order": lambda _: None, "stop": breaks_after(calls)},
    ):
        with pytest.raises(Broken):
            improve(clock, [0, 1], range(40), seconds=LONG_S, **callbacks)  # type: ignore[arg-type]


def test_a_search_lets_go_of_whom_it_told() -> None:
    class Listener:
        def heard(self, order: list[int]) -> None:
            self.order = order

    listener = Listener()
    gone = weakref.ref(listener)
    improve(Clock(DAY), [], range(20), seconds=0.05, on_order=listener.heard, stop=lambda: False)
    assert listener.order
    del listener
    gc.collect()
    assert gone() is None, "OR-Tools keeps its callbacks: what they know must not stay with them"
