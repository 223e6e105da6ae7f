"""A quarter for a rep and a week for a team, on real streets, against OR-Tools alone and the nearest due first.

`python -m tests.benchmarks.weeks_ahead [--case NAME,NAME] [--seconds S] [--seeds K] [--json]`

Cases: `liechtenstein` and `lauf`, a quarter of one rep with 250 accounts; `porto`, a week of ten reps with 1,000
accounts. Accounts and their past are drawn with the seed, at junctions of the street network; travel times are those of
the street graph. Rows: due coverage, driving share, visits, value, seconds to the first and the last better plan, and
the same for two baselines. The plain one: each rep, each day, drives on to the nearest account that is due and open and
still leaves time to get home. OR-Tools alone: its routing library with the same problem and the same seconds
(by_ortools.py). All are checked by the planner's checker.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from gcrm.accounts.model import Account, Priority
from gcrm.people.model import Rep
from gcrm.people.working_week import read_break, read_week
from gcrm.planning.candidates import Seen
from gcrm.planning.cycles import day_number, visits_due
from gcrm.planning.demand import Wanted
from gcrm.planning.due import days_to_due, prize
from gcrm.planning.horizon_problem import Span, look_ahead, shifts_of, span_of, state_horizon
from gcrm.planning.pins import NO_PINS
from routing.network.read import read_street_network
from routing.planner.check import check_day
from routing.planner.check_horizon import check_horizon
from routing.planner.horizon import HorizonProblem
from routing.planner.plan import DayPlan
from routing.planner.precompile import precompile
from routing.planner.solve_horizon import solve_horizon
from routing.points import LonLat
from routing.travel_times.protocol import TravelTimes
from routing.travel_times.streets import StreetTravelTimes
from tests.benchmarks.by_ortools import solve_by_ortools
from tests.benchmarks.day_plan import nearest_first
from tests.conftest import SHARED

MONDAY = date(2026, 11, 23)
HOURS = ("Mo-Fr 08:00-12:00,13:30-18:00", "Mo-Fr 09:00-18:00", "Mo,Tu,Th,Fr 08:30-17:00", "Tu-Sa 10:00-19:00", "")


@dataclass(frozen=True, slots=True)
class Case:
    """One area with reps and accounts, planned for some weeks."""

    file: str
    zone: str
    reps: int
    accounts: int
    weeks: int


@dataclass(frozen=True, slots=True)
class Driven:
    """On which days each account is visited, and the seconds of travel and of visits."""

    visited: Mapping[int, Sequence[int]]
    travel_s: int
    service_s: int


PLAIN, ORTOOLS = "baseline_", "ortools_"

CASES = {
    "liechtenstein": Case("liechtenstein-2024-03-04.osm.pbf", "Europe/Vaduz", 1, 250, 13),
    "lauf": Case("lauf-2020-01-15.osm.pbf", "Europe/Berlin", 1, 250, 13),
    "porto": Case("porto-metro-2015-06-06.osm.pbf", "Europe/Lisbon", 10, 1_000, 1),
}


def main() -> None:
    """Read the options, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--case", default=",".join(CASES), help="which, by name")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    precompile()
    rows = []
    for name in options.case.split(","):
        network = read_street_network(SHARED / "data" / "osm" / CASES[name].file)
        times = StreetTravelTimes(network)
        # Only where the streets hang together: a cut extract has loose ends.
        main_piece = {int(junction) for junction in network.tail[network.piece == 0]}
        places = [LonLat(float(network.lon[one]), float(network.lat[one])) for one in sorted(main_piece)]
        rows += [row(name, times, places, seed, options.seconds) for seed in range(1, options.seeds + 1)]
    document = {"seconds": options.seconds, "rows": rows}
    sys.stdout.write(json.dumps(document) + "\n" if options.json else text(document))


def row(name: str, times: TravelTimes, places: Sequence[LonLat], seed: int, seconds: float) -> dict[str, Any]:
    """One case with one seed, planned and driven plainly."""
    case = CASES[name]
    reps, owned = world(case, places, seed)
    pins = {rep.key: NO_PINS for rep in reps}
    began = time.monotonic()
    span = span_of(reps, MONDAY, case.weeks * 7, pins)
    wanted, _ = look_ahead(span, owned, Seen(), pins)
    problem = state_horizon(span, wanted, times)
    stated_s = time.monotonic() - began
    answers: list[tuple[float, float]] = []
    began = time.monotonic()
    plan = solve_horizon(
        problem,
        seconds=seconds,
        seed=seed,
        on_better=lambda better: answers.append((time.monotonic() - began, better.value)),
    )
    faults = check_horizon(problem, plan)
    if faults:
        raise AssertionError("; ".join(faults[:5]))
    visited = {
        number: [] if chosen is None else list(problem.clients[number].patterns[chosen].days)
        for number, chosen in enumerate(plan.patterns)
    }
    plain = nearest_due_first(span, wanted, problem)
    shifts, ortools_first_s = solve_by_ortools(problem, seconds=seconds)
    ortools = driven(problem, shifts)
    return {
        "case": name,
        "seed": seed,
        "accounts": len(wanted),
        "stating_s": round(stated_s, 2),
        "first_answer_s": round(answers[0][0], 2),
        "final_answer_s": round(answers[-1][0], 2),
        **measured("", span, wanted, Driven(visited, plan.travel_s, plan.service_s)),
        **measured(PLAIN, span, wanted, plain),
        f"{ORTOOLS}first_answer_s": round(ortools_first_s, 2),
        **measured(ORTOOLS, span, wanted, ortools),
    }


def world(case: Case, places: Sequence[LonLat], seed: int) -> tuple[list[Rep], list[list[Account]]]:
    """Reps at home somewhere, and accounts that the rep who lives nearest looks after."""
    dice = random.Random(seed)
    week, lunch = read_week("08:30-17:00"), read_break("45@11:30-13:30")
    homes = dice.sample(places, case.reps)
    reps = [
        Rep(f"rep{number}", f"Rep {number}", "", home, week, case.zone, lunch, id=number + 1)
        for number, home in enumerate(homes)
    ]
    owned: list[list[Account]] = [[] for _ in reps]
    for number, place in enumerate(dice.sample(places, case.accounts)):
        account = Account(
            f"Account {number}",
            id=number + 1,
            place=place,
            opening_hours=dice.choice(HOURS),
            priority=dice.choices(list(Priority), weights=[1, 3, 6])[0],
            visit_minutes=dice.choice([20, 30, 40, 60]),
            last_visit=MONDAY - timedelta(days=dice.randint(5, 120)),
        )
        nearest = min(range(case.reps), key=lambda one: _square(homes[one], place))
        owned[nearest].append(account)
    return reps, owned


def _square(a: LonLat, b: LonLat) -> float:
    return ((a.lon - b.lon) * 0.75) ** 2 + (a.lat - b.lat) ** 2


def driven(problem: HorizonProblem, shifts: Sequence[DayPlan]) -> Driven:
    """What a plan for each shift comes to; its stops are numbered as the clients are."""
    visited: dict[int, list[int]] = {number: [] for number in range(len(problem.clients))}
    for shift, plan in zip(problem.shifts, shifts, strict=True):
        for stop in plan.stops:
            visited[stop.visit].append(shift.day)
    return Driven(
        {number: sorted(days) for number, days in visited.items()},
        sum(plan.travel_s for plan in shifts),
        sum(plan.service_s for plan in shifts),
    )


def nearest_due_first(span: Span, wanted: Sequence[Wanted], problem: HorizonProblem) -> Driven:
    """The plain baseline over the days."""
    accounts = [one.account for one in wanted]
    visited: dict[int, list[int]] = {number: [] for number in range(len(wanted))}
    travel_s = service_s = 0
    for shift, (rep, day) in enumerate(shifts_of(span)):
        today = day_number(span.first, day)
        due = [
            number
            for number, one in enumerate(wanted)
            if rep in one.reps and day in one.on and days_to_due(accounts[number], today) <= 0
        ]
        alone = problem.day_of(shift, tuple(due))
        plan = nearest_first(alone)
        faults = check_day(alone, plan)
        if faults:
            raise AssertionError("; ".join(faults))
        travel_s, service_s = travel_s + plan.travel_s, service_s + plan.service_s
        for place in plan.order:
            visited[due[place]].append(day)
            accounts[due[place]] = replace(accounts[due[place]], last_visit=today)
    return Driven(visited, travel_s, service_s)


def measured(prefix: str, span: Span, wanted: Sequence[Wanted], plan: Driven) -> dict[str, Any]:
    """Due coverage by number and by worth, visits and driving share."""
    visited, travel_s, service_s = plan.visited, plan.travel_s, plan.service_s
    made = sum(len(days) for days in visited.values())
    missed = [
        (number, due)
        for number, one in enumerate(wanted)
        for due in visits_due(one.account, span.first, span.days, visited[number])
    ]
    worth = sum(_worth(wanted[number].account, day, span) for number, days in visited.items() for day in days)
    lost = sum(_worth(wanted[number].account, due.day, span) for number, due in missed)
    return {
        f"{prefix}visits": made,
        f"{prefix}coverage": round(made / max(1, made + len(missed)), 4),
        f"{prefix}worth_coverage": round(worth / max(1, worth + lost), 4),
        f"{prefix}missed_a": sum(wanted[number].account.priority is Priority.A for number, _ in missed),
        f"{prefix}drive_share": round(travel_s / max(1, travel_s + service_s), 4),
        f"{prefix}driving_min_a_visit": round(travel_s / 60 / max(1, made), 2),
    }


def _worth(account: Account, day: int, span: Span) -> int:
    """A visit counts by its account's weight: as if it were due that day."""
    return prize(replace(account, last_visit=None), day_number(span.first, day))


def text(document: dict[str, Any]) -> str:
    """The rows as blocks of lines."""
    blocks = []
    for one in document["rows"]:
        ours = {name: value for name, value in one.items() if not name.startswith((PLAIN, ORTOOLS))}
        blocks.append(
            "\n".join(
                f"{name:>22} {value!s:>14} {one.get(ORTOOLS + name, '')!s:>14} {one.get(PLAIN + name, '')!s:>14}"
                for name, value in ours.items()
            )
        )
    head = f"{'':>22} {'planned':>14} {'OR-Tools alone':>14} {'nearest first':>14}\n"
    return head + "\n\n".join(blocks) + "\n"


if __name__ == "__main__":
    main()
