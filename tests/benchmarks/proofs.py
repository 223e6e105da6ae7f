"""How many days are proven to be planned best, and how soon: `python -m tests.benchmarks.proofs --help`.

Two families. `days`: a rep's day in Liechtenstein, 40 of its businesses as candidates with priorities and pasts drawn
by a seed, with their real opening hours ("hours") and with doors open all day ("open"), on the streets, with a lunch
break. `public`: the one-route instances of Righini and Salani (2009) with tight windows (c1, r1, rc1), whose optima are
known.

Rows: day, candidates, stops, seconds (until the answer came), cpu_s (of all cores together, which tells on a busy
machine), proven, bound, prize, and for the public ones `best` and `equal`. A day that is not proven takes all the
seconds it is given.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from gcrm.platform.settings import Settings
from gcrm.workspace import open_workspace
from routing.planner.check import check_day
from routing.planner.precompile import precompile
from routing.planner.problem import DayProblem
from routing.planner.solve import solve_day
from tests.benchmarks import orienteering
from tests.benchmarks.day_plan import liechtenstein, problem_of
from tests.benchmarks.public_sets import BENCH, best_known

TIGHT = ("c1", "r1", "rc1")


def main() -> None:
    """Read the options, run, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.proofs")
    parser.add_argument("--sets", default="days,public")
    parser.add_argument("--candidates", type=int, default=40, help="of a real day")
    parser.add_argument("--days", type=int, default=8, help="how many real days: seeds 1, 2, ...")
    parser.add_argument("--seconds", type=float, default=5.0, help="for a real day")
    parser.add_argument("--public-seconds", type=float, default=10.0)
    parser.add_argument("--router", default="auto", choices=["auto", "osrm", "streets"])
    parser.add_argument("--only", default="", help="names of days, separated by commas")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    only = {name for name in options.only.split(",") if name}
    precompile()
    document: dict[str, Any] = {}
    if "days" in options.sets.split(","):
        days = real_days(options.candidates, options.days, options.router)
        document["days"] = [row(name, day, options.seconds, options.seed) for name, day in days if wanted(name, only)]
    if "public" in options.sets.split(","):
        known = best_known(BENCH / "optw")
        document["public"] = [
            judged(row(name, day, options.public_seconds, options.seed), known[name.upper(), 1])
            for name, day in public_days()
            if wanted(name, only)
        ]
    document["summary"] = {name: summary(rows) for name, rows in document.items()}
    sys.stdout.write(json.dumps(document) + "\n" if options.json else text(document))


def wanted(name: str, only: set[str]) -> bool:
    """Whether a day was asked for."""
    return not only or name in only


def real_days(candidates: int, days: int, router: str) -> Iterator[tuple[str, DayProblem]]:
    """A rep's days among real businesses: with their hours, and open all day."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(Settings(home=Path(folder) / "home", router=router))
        accounts = liechtenstein(workspace)
        problems = [problem_of(workspace.travel_times, accounts, candidates, seed) for seed in range(1, days + 1)]
        workspace.close()
    for seed, problem in enumerate(problems, start=1):
        yield f"hours-{seed}", problem
        yield f"open-{seed}", open_all_day(problem)


def open_all_day(problem: DayProblem) -> DayProblem:
    """The same day with no door closed from 8 to 17."""
    visits = tuple(replace(visit, windows=((8 * 3600, 17 * 3600),)) for visit in problem.visits)
    return DayProblem(problem.day, visits, problem.matrix)


def public_days() -> Iterator[tuple[str, DayProblem]]:
    """The instances with tight windows, as days."""
    for file in orienteering.files(BENCH / "optw"):
        if any(file.stem.startswith(family) and len(file.stem) == len(family) + 2 for family in TIGHT):
            yield file.stem, orienteering.day_problem(orienteering.read(file))


def row(name: str, problem: DayProblem, seconds: float, seed: int) -> dict[str, Any]:
    """One day, planned and checked."""
    began, busy = time.perf_counter(), time.process_time()
    plan = solve_day(problem, seconds=seconds, seed=seed)
    took, busy = time.perf_counter() - began, time.process_time() - busy
    faults = check_day(problem, plan)
    if faults:
        raise AssertionError("; ".join(faults))
    found = {
        "day": name,
        "candidates": len(problem.visits),
        "stops": len(plan.stops),
        "seconds": round(took, 2),
        "cpu_s": round(busy, 2),
        "proven": plan.proven,
        "bound": plan.bound,
        "prize": plan.prize,
    }
    sys.stderr.write(" ".join(map(str, found.values())) + "\n")
    return found


def judged(one: dict[str, Any], best: float) -> dict[str, Any]:
    """A row with the published optimum."""
    return {**one, "best": best, "equal": one["prize"] == best}


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """How many were proven, and how long a proof took."""
    proven = [one["seconds"] for one in rows if one["proven"]]
    return {
        "days": len(rows),
        "proven": len(proven),
        "median_s": statistics.median(proven) if proven else None,
        "worst_s": max(proven, default=None),
        **({"equal": sum(one["equal"] for one in rows)} if rows and "equal" in rows[0] else {}),
    }


def text(document: dict[str, Any]) -> str:
    """The summary as lines."""
    return "".join(f"{name}: {found}\n" for name, found in document["summary"].items())


if __name__ == "__main__":
    main()
