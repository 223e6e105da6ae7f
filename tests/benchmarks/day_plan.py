"""How quickly a real day is planned in Liechtenstein, and what it is worth against driving to the nearest due first.

`python -m tests.benchmarks.day_plan [--seconds S] [--candidates N,N] [--seeds K] [--router auto|osrm|streets]
[--json]`

Rows: candidates, seed, stops, value, driving share, seconds to the first and to the last better plan, the value of the
plain baseline, and the ratio of the two. The baseline drives to the nearest account that is due, open and still leaves
time to get home. Both are checked by the planner's checker.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from gcrm.accounts.model import Account, Priority
from gcrm.areas.import_area import import_area
from gcrm.imports.import_accounts import import_accounts
from gcrm.people.model import Rep
from gcrm.people.working_week import read_break, read_week, working_day
from gcrm.planning.candidates import choose
from gcrm.planning.problem import state_day
from gcrm.platform.settings import Settings
from gcrm.workspace import Workspace, open_workspace
from routing.planner.check import check_day
from routing.planner.plan import DayPlan
from routing.planner.problem import DayProblem
from routing.planner.schedule import nothing, schedule
from routing.planner.solve import solve_day
from routing.planner.timeline import Clock
from routing.points import LonLat
from routing.travel_times.protocol import TravelTimes
from tests.conftest import SHARED

DAY = date(2026, 11, 24)
HOME = LonLat(9.5215, 47.1410)


def main() -> None:
    """Read the options, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--candidates", default="40,250", help="how many accounts may be chosen from")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--router", default="auto", choices=["auto", "osrm", "streets"])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    sizes = [int(size) for size in options.candidates.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(Settings(home=Path(folder) / "home", router=options.router))
        accounts = liechtenstein(workspace)
        rows = [
            row(workspace.travel_times, accounts, size, seed, options.seconds)
            for size in sizes
            for seed in range(1, options.seeds + 1)
        ]
        router = workspace.travel_times.name
        workspace.close()
    document = {"router": router, "seconds": options.seconds, "rows": rows, **summary(rows)}
    sys.stdout.write(json.dumps(document) + "\n" if options.json else text(document))


def liechtenstein(workspace: Workspace) -> list[Account]:
    """The country's businesses on its streets."""
    import_area(workspace, SHARED / "data" / "osm" / "liechtenstein-2024-03-04.osm.pbf")
    import_accounts(workspace, SHARED / "data" / "crm" / "liechtenstein_businesses.csv")
    with workspace.store.read() as tx:
        return tx.accounts.all()


def row(travel_times: TravelTimes, accounts: list[Account], size: int, seed: int, seconds: float) -> dict[str, Any]:
    """One planned day and its baseline. Priorities and last visits are drawn with the seed."""
    problem = problem_of(travel_times, accounts, size, seed)
    answers: list[tuple[float, int]] = []
    began = time.monotonic()
    plan = solve_day(
        problem,
        seconds=seconds,
        seed=seed,
        on_better=lambda better: answers.append((time.monotonic() - began, better.prize)),
    )
    baseline = nearest_first(problem)
    for one in (plan, baseline):
        faults = check_day(problem, one)
        if faults:
            raise AssertionError("; ".join(faults))
    return {
        "candidates": len(problem.visits),
        "seed": seed,
        "stops": len(plan.stops),
        "value": plan.prize,
        "drive_share": round(plan.travel_s / max(1, plan.travel_s + plan.service_s), 3),
        "first_answer_s": round(answers[0][0], 3) if answers else None,
        "final_answer_s": round(answers[-1][0], 3) if answers else None,
        "first_value": answers[0][1] if answers else 0,
        "bound": plan.bound,
        "proven": plan.proven,
        "baseline_stops": len(baseline.stops),
        "baseline_value": baseline.prize,
        "ratio": round(plan.prize / max(1, baseline.prize), 3),
    }


def problem_of(travel_times: TravelTimes, accounts: list[Account], size: int, seed: int) -> DayProblem:
    """A rep's day among `size` accounts that could be visited."""
    dice = random.Random(seed)
    lived = [_lived(account, dice) for account in dice.sample(accounts, len(accounts))]
    week, lunch = read_week("08:30-17:00"), read_break("45@11:30-13:30")
    rep = Rep("bench", "Bench", "Vaduz", HOME, week, "Europe/Vaduz", lunch)
    working = working_day(rep, DAY)
    candidates, _ = choose(lived, working)
    return state_day(candidates[:size], working, travel_times)


def _lived(account: Account, dice: random.Random) -> Account:
    """An account with a priority and a past, and a visit of half an hour or more."""
    priority = dice.choices(list(Priority), weights=[1, 3, 6])[0]
    last = DAY - timedelta(days=dice.randint(20, 240)) if dice.random() < 0.8 else None
    return replace(account, priority=priority, last_visit=last, visit_minutes=dice.choice([20, 30, 40, 60]))


def nearest_first(problem: DayProblem) -> DayPlan:
    """The plain baseline: on to the nearest account that still fits before the day ends."""
    clock = Clock(problem)
    order: list[int] = []
    best = schedule(clock, order) or nothing(clock)
    while True:
        here = order[-1] + 1 if order else 0
        nearest = sorted(
            (visit for visit in range(len(problem.visits)) if visit not in set(order)),
            key=lambda visit: (not problem.matrix.reachable[here, visit + 1], problem.matrix.seconds[here, visit + 1]),
        )
        longer = ((visit, schedule(clock, [*order, visit])) for visit in nearest)
        found = next(((visit, plan) for visit, plan in longer if plan is not None), None)
        if found is None:
            return best
        order.append(found[0])
        best = found[1]


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Means over the rows."""
    return {
        "mean_ratio": round(statistics.mean(one["ratio"] for one in rows), 3),
        "mean_first_answer_s": round(statistics.mean(one["first_answer_s"] or 0 for one in rows), 3),
        "mean_final_answer_s": round(statistics.mean(one["final_answer_s"] or 0 for one in rows), 3),
        "proven": sum(one["proven"] for one in rows),
    }


def text(document: dict[str, Any]) -> str:
    """The rows as a table."""
    columns = ("candidates", "seed", "stops", "value", "drive_share", "first_answer_s", "final_answer_s", "proven")
    columns += ("baseline_stops", "baseline_value", "ratio")
    lines = [" ".join(f"{name:>15}" for name in columns)]
    lines += [" ".join(f"{one[name]!s:>15}" for name in columns) for one in document["rows"]]
    lines.append(
        f"{document['router']}: {document['mean_ratio']} times the value of the nearest due first, "
        f"first plan after {document['mean_first_answer_s']} s, last after {document['mean_final_answer_s']} s, "
        f"{document['proven']} of {len(document['rows'])} proven best"
    )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
