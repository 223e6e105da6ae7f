"""Every solver on rough towns for a while, each plan checked: run by test_bounds.py with NUMBA_BOUNDSCHECK=1."""

import sys

from routing.planner import check_day, check_horizon, solve_day, solve_horizon
from routing.planner.check_nights import check_nights
from routing.planner.fair import evened_out
from routing.planner.horizon_bound import bounded
from routing.planner.nights import NightRule, sleep_away
from routing.planner.one_week import OneWeek
from tests.unit.routing.planner.rough import rough_day, rough_horizon


def faults(seeds: int) -> list[str]:
    """What the checkers find."""
    return [f"seed {seed}, {name}: {wrong}" for seed in range(seeds) for name, wrong in _plans(seed) if wrong]


def _plans(seed: int) -> list[tuple[str, list[str]]]:
    """What the checker says of a plan of each kind.

    A day that begins elsewhere than it ends, with visits that must be made, is what planning the rest of a day states.
    """
    day = rough_day(12 + seed % 40, seed)
    found = [("day", check_day(day, solve_day(day, steps=600, seed=seed)))]
    team = rough_horizon(25, 3, 1, seed)
    found.append(("team", check_horizon(team, solve_horizon(team, steps=600, seed=seed))))
    weeks = rough_horizon(30, 2, 10, seed)
    plan = bounded(weeks, solve_horizon(weeks, steps=600, seed=seed), seconds=None, calls=30)
    found.append(("horizon", check_horizon(weeks, plan)))
    anew = OneWeek(0, frozenset(range(5))).planned_again(weeks, plan, seconds=None, steps=300, seed=seed)
    found.append(("week", [] if anew is None else check_horizon(weeks, anew)))
    fair = evened_out(weeks, plan, steps=600, seed=seed)
    found.append(("fair", check_horizon(weeks, fair)))
    home = len(weeks.clients)
    rules = {0: NightRule(home, (0, 1, weeks.matrix.size - 1), 2, 2, 60)}
    numbers = [number // 5 for number in range(weeks.days)]
    away = sleep_away(weeks, plan, rules, numbers, steps=2_000, seed=seed)
    found.append(("nights", check_horizon(away.problem, away.plan)))
    if all(shift.start == shift.end == home for shift in weeks.shifts if shift.rep == 0):
        found.append(("beds", check_nights(away.problem, away.plan, away.nights, rules, numbers)))
    return found


if __name__ == "__main__":
    sys.exit("\n".join(faults(int(sys.argv[1]))) or 0)
