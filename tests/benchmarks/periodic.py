"""Periodic routing: python -m tests.benchmarks.periodic --help.

Instances of Cordeau, Gendreau and Laporte (1997), doi.org/10.1002/(SICI)1097-0037(199709)30:2<105::AID-NET5>3.0.CO;2-G.
Distances are double precision; the planner works in ten-thousandths, rounded up, and the value is computed anew.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from routing.planner import Client, HorizonProblem, Pattern, Shift, check_horizon, solve_horizon
from routing.planner.precompile import precompile
from routing.travel_times.protocol import OdMatrix
from tests.benchmarks.public_sets import BENCH, Answer, Benchmark, Stopwatch, first_numbers, instances, numbers, run

UNIT = 10_000
NO_LIMIT = 10**9


@dataclass(frozen=True, slots=True)
class Instance:
    """Row n is the depot. limits: for each day the longest route and the largest load, 0 for none."""

    vehicles: int
    limits: list[tuple[float, float]]
    places: np.ndarray
    service: list[float]
    demand: list[int]
    patterns: list[tuple[tuple[int, ...], ...]]

    @property
    def distances(self) -> np.ndarray:
        """Euclidean, double precision."""
        gaps = self.places[:, None, :] - self.places[None, :, :]
        return np.hypot(gaps[..., 0], gaps[..., 1])


def read(file: Path) -> Instance:
    """Read Cordeau's format: a pattern is a number whose highest bit is the first day."""
    header, *rows = numbers(file)
    _, vehicles, n, days = (int(number) for number in header[:4])
    limits = [(row[0], row[1]) for row in rows[:days]]
    depot, *clients = rows[days : days + 1 + n]
    patterns = [
        tuple(
            tuple(day for day in range(days) if int(code) >> (days - 1 - day) & 1) for code in row[7 : 7 + int(row[6])]
        )
        for row in clients
    ]
    return Instance(
        vehicles,
        limits,
        np.array([row[1:3] for row in [*clients, depot]]),
        [row[3] for row in clients],
        [round(row[4]) for row in clients],
        patterns,
    )


def horizon_problem(instance: Instance, vehicles: int) -> HorizonProblem:
    """Everyone is required, and an hour of driving has the price that makes a second cost one."""
    n, days = len(instance.service), len(instance.limits)
    whole = np.ceil(instance.distances * UNIT - 1e-6).astype(np.int32)
    always = (((0, NO_LIMIT),),) * days
    clients = tuple(
        Client(
            i,
            round(instance.service[i] * UNIT),
            always,
            tuple(Pattern(days, 0) for days in instance.patterns[i]),
            required=True,
            demand=instance.demand[i],
            arrive_inside=True,
        )
        for i in range(n)
    )
    shifts = tuple(
        Shift(
            vehicle,
            day,
            0,
            round(longest * UNIT) or NO_LIMIT,
            n,
            n,
            capacity=round(load) or None,
        )
        for day, (longest, load) in enumerate(instance.limits)
        for vehicle in range(vehicles)
    )
    return HorizonProblem(days, shifts, clients, OdMatrix(whole, whole, whole >= 0), hour_price=3600)


def solve(file: Path, routes: int, seconds: float, seed: int) -> Answer:
    """One instance with the planner; infinite where not everyone is visited."""
    watch = Stopwatch(seconds)
    instance = read(file)
    problem = horizon_problem(instance, routes or instance.vehicles)
    plan = solve_horizon(problem, seconds=watch.left, seed=seed, on_better=watch.told)
    faults = check_horizon(problem, plan)
    if faults:
        raise AssertionError(f"{file.stem}: {faults}")
    distances, n = instance.distances, len(instance.service)
    value = sum(distances[a, b] for shift in plan.shifts for a, b in pairwise([n, *shift.order, n]))
    return Answer(float("inf") if plan.dropped else float(value), watch.first_s)


def files(folder: Path) -> Iterator[Path]:
    """The instances in a folder and those under it: the kind 1 and three numbers on the first line."""
    yield from instances(folder, lambda text: first_numbers(text)[:1] == [1] and len(first_numbers(text)) == 4)


BENCHMARK = Benchmark("periodic", BENCH / "pvrp", files, solve, {}, larger=False)

if __name__ == "__main__":
    precompile()
    sys.exit(run(BENCHMARK))
