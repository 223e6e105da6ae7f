"""Several vehicles with time windows, one day: python -m tests.benchmarks.vehicle_windows --help.

Instances of Solomon (1987) and Gehring and Homberger (1999). Distance is the objective, the fleet size is free; a
distance is its Euclidean value cut to one decimal, as in the DIMACS challenge (2022).
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from routing.planner import Client, HorizonProblem, Pattern, Shift, check_horizon, solve_horizon
from routing.planner.precompile import precompile
from routing.travel_times.protocol import OdMatrix
from tests.benchmarks.peers import vehicle_windows_by_pyvrp
from tests.benchmarks.public_sets import BENCH, Answer, Benchmark, Stopwatch, instances, numbers, run


@dataclass(frozen=True, slots=True)
class Instance:
    """Row 0 is the depot; times and distances in tenths."""

    vehicles: int
    capacity: int
    distances: np.ndarray
    demand: list[int]
    opens: list[int]
    closes: list[int]
    service: list[int]


def read(file: Path) -> Instance:
    """Read Solomon's format."""
    (vehicles, capacity, *_), *places = numbers(file)
    at = np.array([row[1:3] for row in places])
    gaps = at[:, None, :] - at[None, :, :]
    distances = np.floor(np.hypot(gaps[..., 0], gaps[..., 1]) * 10 + 1e-9).astype(np.int32)
    return Instance(
        int(vehicles),
        int(capacity),
        distances,
        [int(row[3]) for row in places],
        [round(10 * row[4]) for row in places],
        [round(10 * row[5]) for row in places],
        [round(10 * row[6]) for row in places],
    )


def horizon_problem(instance: Instance, vehicles: int) -> HorizonProblem:
    """Everyone is required; the depot becomes the last row."""
    n = len(instance.demand) - 1
    turned = np.roll(np.roll(instance.distances, -1, axis=0), -1, axis=1)
    clients = tuple(
        Client(
            i,
            instance.service[i],
            (((instance.opens[i], instance.closes[i]),),),
            (Pattern((0,), 0),),
            required=True,
            demand=instance.demand[i],
            arrive_inside=True,
        )
        for i in range(1, n + 1)
    )
    shifts = tuple(
        Shift(rep, 0, instance.opens[0], instance.closes[0], n, n, capacity=instance.capacity)
        for rep in range(vehicles)
    )
    return HorizonProblem(1, shifts, clients, OdMatrix(turned, turned, turned >= 0), hour_price=3600)


def solve(file: Path, routes: int, seconds: float, seed: int) -> Answer:
    """One instance with the planner; infinite where not everyone is visited."""
    watch = Stopwatch(seconds)
    instance = read(file)
    problem = horizon_problem(instance, routes or instance.vehicles)
    plan = solve_horizon(problem, seconds=watch.left, seed=seed, on_better=watch.told)
    faults = check_horizon(problem, plan)
    if faults:
        raise AssertionError(f"{file.stem}: {faults}")
    return Answer(float("inf") if plan.dropped else plan.travel_s / 10, watch.first_s)


def files(folder: Path) -> Iterator[Path]:
    """The instances in a folder and those under it: they name their vehicles and customers."""
    yield from instances(folder, lambda text: "VEHICLE" in text and "CUST NO" in text)


BENCHMARK = Benchmark(
    "vehicle_windows", BENCH / "vrptw", files, solve, {"pyvrp": vehicle_windows_by_pyvrp}, larger=False
)

if __name__ == "__main__":
    precompile()
    sys.exit(run(BENCHMARK))
