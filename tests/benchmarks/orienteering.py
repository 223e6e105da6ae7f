"""Orienteering with time windows, one route or several: python -m tests.benchmarks.orienteering --help.

Instances of Righini and Salani (2009) and Montemanni and Gambardella (2009), after Solomon and Cordeau. Distances are
cut to one decimal (c, r, rc) or two (pr), so everything is a whole number of tenths or hundredths.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from routing.planner import Day, DayProblem, Shift, TeamProblem, Visit, check_day, check_team, solve_day, solve_team
from routing.planner.precompile import precompile
from routing.travel_times.protocol import OdMatrix
from tests.benchmarks.peers import orienteering_by_pyvrp
from tests.benchmarks.public_sets import BENCH, Answer, Benchmark, Stopwatch, first_numbers, instances, numbers, run


@dataclass(frozen=True, slots=True)
class Instance:
    """Row 0 is the depot; whole numbers throughout."""

    distances: np.ndarray
    service: list[int]
    profit: list[int]
    opens: list[int]
    closes: list[int]


def read(file: Path) -> Instance:
    """Read the format that FORMAT.txt beside the instances describes."""
    rows = numbers(file)[2:]
    unit = 100 if file.stem.lower().startswith("pr") else 10
    at = np.array([row[1:3] for row in rows])
    gaps = at[:, None, :] - at[None, :, :]
    distances = np.floor(np.hypot(gaps[..., 0], gaps[..., 1]) * unit + 1e-9).astype(np.int32)
    return Instance(
        distances,
        [round(row[3] * unit) for row in rows],
        [round(row[4]) for row in rows],
        [round(row[-2] * unit) for row in rows],
        [round(row[-1] * unit) for row in rows],
    )


def visits(instance: Instance) -> tuple[Visit, ...]:
    """Every point but the depot; its window is for the start of the visit."""
    return tuple(
        Visit(
            i, instance.service[i], ((instance.opens[i], instance.closes[i]),), instance.profit[i], arrive_inside=True
        )
        for i in range(1, len(instance.profit))
    )


def day_problem(instance: Instance) -> DayProblem:
    """One route as a day."""
    everywhere = np.ones(instance.distances.shape, dtype=bool)
    return DayProblem(
        Day(instance.opens[0], instance.closes[0]),
        visits(instance),
        OdMatrix(instance.distances, instance.distances, everywhere),
    )


def team_problem(instance: Instance, routes: int) -> TeamProblem:
    """Several routes as a team's day; the depot becomes the last row."""
    n = len(instance.profit) - 1
    turned = np.roll(np.roll(instance.distances, -1, axis=0), -1, axis=1)
    shifts = tuple(Shift(rep, 0, instance.opens[0], instance.closes[0], n, n) for rep in range(routes))
    return TeamProblem(shifts, visits(instance), OdMatrix(turned, turned, np.ones(turned.shape, dtype=bool)))


def solve(file: Path, routes: int, seconds: float, seed: int) -> Answer:
    """One instance with the planner; the checker recomputes the profit."""
    watch = Stopwatch(seconds)
    instance = read(file)
    if routes == 1:
        day = day_problem(instance)
        plan = solve_day(day, seconds=watch.left, seed=seed, on_better=watch.told)
        faults = check_day(day, plan)
        value = sum(instance.profit[v + 1] for v in plan.order)
    else:
        team = team_problem(instance, routes)
        found = solve_team(team, seconds=watch.left, seed=seed, on_better=watch.told)
        faults = check_team(team, found)
        value = sum(instance.profit[v + 1] for shift in found.shifts for v in shift.order)
    if faults:
        raise AssertionError(f"{file.stem}: {faults}")
    return Answer(float(value), watch.first_s)


def files(folder: Path) -> Iterator[Path]:
    """The instances in a folder and those under it: four numbers on the first line."""
    yield from instances(folder, lambda text: len(first_numbers(text)) == 4)


BENCHMARK = Benchmark(
    "orienteering", BENCH / "optw", files, solve, {"pyvrp": orienteering_by_pyvrp}, larger=True, routes=(1,)
)

if __name__ == "__main__":
    precompile()
    sys.exit(run(BENCHMARK))
