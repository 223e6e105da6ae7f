"""Fleets with time windows and periods, made from a seed: python -m tests.benchmarks.made_horizons --help.

Two families, after what is published about how the public ones were made, with none of their numbers:

- `fleet` (in the manner of Solomon 1987 and of Gehring and Homberger 1999): 200 clients anywhere, around centres, or
  half and half, in a square of 140 by 140 with the depot in its middle. Short days of small vehicles or long days of
  large ones; a quarter, half or all of the clients have windows, the others the whole day.
- `period` (as Cordeau, Gendreau and Laporte 1997 describe theirs): 72 to 288 clients around a few centres, over four or
  six days; some are visited once, others twice, three times or more often, on days that lie evenly.

Everyone is required. `BEST` holds the least costs that any run has found; no bound proves them.
"""

import argparse
import math
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import mean

import numpy as np
from numpy.typing import NDArray

from routing.planner import Client, HorizonProblem, Pattern, Shift, check_horizon, solve_horizon
from routing.planner.engine import search
from routing.planner.horizon_search import Planner, state
from routing.planner.precompile import precompile
from routing.stop_when import StopWhen
from routing.travel_times.protocol import OdMatrix

SIDE = 140.0


@dataclass(frozen=True, slots=True)
class Fleet:
    """How a fleet's day is made. clustered, windowed: shares of the clients; width: of a window, shares of the day."""

    clients: int
    day: int
    capacity: int
    service: int
    clustered: float
    windowed: float
    width: tuple[float, float]
    unit: int = 10


@dataclass(frozen=True, slots=True)
class Period:
    """How a period is made. spare: the share of the load that vehicles could carry more."""

    clients: int
    days: int
    vehicles: int
    spare: float
    centres: int
    longest: float | None
    unit: int = 10_000


FLEETS = {
    "fleet1": Fleet(200, 630, 200, 10, 0.0, 1.0, (0.04, 0.2)),
    "fleet2": Fleet(200, 1350, 200, 90, 1.0, 0.5, (0.04, 0.15)),
    "fleet3": Fleet(200, 630, 200, 10, 0.5, 0.75, (0.1, 0.3)),
    "fleet4": Fleet(200, 2500, 1000, 10, 0.0, 1.0, (0.05, 0.3)),
    "fleet5": Fleet(200, 3600, 700, 90, 1.0, 0.5, (0.1, 0.3)),
    "fleet6": Fleet(200, 2500, 1000, 10, 0.5, 0.25, (0.1, 0.4)),
}
PERIODS = {
    "period1-72": Period(72, 6, 2, 0.1, 4, 500.0),
    "period2-96": Period(96, 4, 4, 0.08, 5, None),
    "period3-144": Period(144, 6, 3, 0.1, 6, 500.0),
    "period4-192": Period(192, 4, 6, 0.08, 7, None),
    "period5-240": Period(240, 4, 6, 0.12, 8, 450.0),
    "period6-288": Period(288, 6, 6, 0.1, 9, 480.0),
}


def instances() -> Iterator[tuple[str, HorizonProblem]]:
    """All instances with their names."""
    for name, fleet in FLEETS.items():
        yield name, made_fleet(fleet, name)
    for name, period in PERIODS.items():
        yield name, made_period(period, name)


def _places(dice: random.Random, n: int, clustered: float, centres: int) -> NDArray[np.float64]:
    """So many places, a share of them around centres; the depot in the middle is the last row."""
    middles = [(dice.uniform(0.1, 0.9) * SIDE, dice.uniform(0.1, 0.9) * SIDE) for _ in range(centres)]
    at: list[tuple[float, float]] = []
    while len(at) < n:
        if dice.random() < clustered:
            x, y = dice.choice(middles)
            x, y = dice.gauss(x, SIDE / 22), dice.gauss(y, SIDE / 22)
        else:
            x, y = dice.uniform(0, SIDE), dice.uniform(0, SIDE)
        if min(x, y) >= 0 and max(x, y) <= SIDE:
            at.append((round(x), round(y)))
    return np.array([*at, (SIDE / 2, SIDE / 2)])


def _distances(places: NDArray[np.float64], unit: int) -> OdMatrix:
    gaps = places[:, None, :] - places[None, :, :]
    whole = np.ceil(np.hypot(gaps[..., 0], gaps[..., 1]) * unit - 1e-6).astype(np.int32)
    return OdMatrix(whole, whole, np.ones(whole.shape, dtype=bool))


def made_fleet(fleet: Fleet, seed: str) -> HorizonProblem:
    """One instance of the first family; the same for the same seed."""
    dice, n, unit = random.Random(seed), fleet.clients, fleet.unit
    matrix = _distances(_places(dice, n, fleet.clustered, 20), unit)
    day = fleet.day * unit
    clients = []
    for c in range(n):
        there = int(matrix.seconds[n, c])
        last = day - there - fleet.service * unit
        window = (0, last)
        if dice.random() < fleet.windowed:
            wide = round(dice.uniform(*fleet.width) * day)
            opens = max(0, dice.randint(there, last) - wide // 2)
            window = (opens, max(there, min(last, opens + wide)))
        clients.append(
            Client(
                c, fleet.service * unit, ((window,),), (Pattern((0,), 0),), required=True,
                demand=dice.randint(5, 35), arrive_inside=True,
            )
        )  # fmt: skip
    shifts = tuple(Shift(rep, 0, 0, day, n, n, capacity=fleet.capacity) for rep in range(n // 4))
    return HorizonProblem(1, shifts, tuple(clients), matrix, hour_price=3600)


def made_period(period: Period, seed: str) -> HorizonProblem:
    """One instance of the second family; the same for the same seed."""
    dice, n, days, unit = random.Random(seed), period.clients, period.days, period.unit
    matrix = _distances(_places(dice, n, 0.8, period.centres), unit)
    often = (1, 2, 3, 6) if days == 6 else (1, 2, 2, 4)
    always = (((0, 10**9),),) * days
    clients, load = [], 0
    for c in range(n):
        times = often[min(3, int(dice.random() * 4))] if dice.random() < 0.8 else 1
        patterns = [tuple(range(first, days, days // times)) for first in range(days // times)]
        demand = dice.randint(1, 25)
        load += demand * times
        clients.append(
            Client(
                c, dice.randint(1, 10) * unit if period.longest else 0, always,
                tuple(Pattern(one, 0) for one in patterns), required=True, demand=demand, arrive_inside=True,
            )
        )  # fmt: skip
    capacity = math.ceil((1 + period.spare) * load / (days * period.vehicles))
    back = 10**9 if period.longest is None else round(period.longest * unit)
    shifts = tuple(
        Shift(vehicle, day, 0, back, n, n, capacity=capacity)
        for day in range(days)
        for vehicle in range(period.vehicles)
    )
    return HorizonProblem(days, shifts, tuple(clients), matrix, hour_price=3600)


BEST = {
    "fleet1": 38_435,
    "fleet2": 27_942,
    "fleet3": 31_754,
    "fleet4": 29_957,
    "fleet5": 15_871,
    "fleet6": 16_751,
    "period1-72": 30_992_504,
    "period2-96": 26_877_957,
    "period3-144": 39_677_169,
    "period4-192": 41_605_953,
    "period5-240": 39_895_871,
    "period6-288": 74_972_739,
}
"""The least driving found so far, by instance, in its own unit: in runs of a few seconds, so not the best there is."""


def main() -> int:
    """How far each run is from the best known, in percent, for each number of seconds."""
    parser = argparse.ArgumentParser(description="Fleets and periods, made from a seed.")
    parser.add_argument("--seconds", type=float, nargs="+", default=[3.0, 10.0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", help="names of instances")
    parser.add_argument("--cpu", action="store_true", help="count the processor time of each core, on a busy machine")
    options = parser.parse_args()
    precompile()
    for seconds in options.seconds:
        gaps = []
        for name, problem in instances():
            if options.only and name not in options.only:
                continue
            began = time.monotonic()
            travel_s, left_out = solved(problem, seconds, options.seed, cpu=options.cpu)
            took = time.monotonic() - began
            gaps.append(100 * (travel_s / BEST[name] - 1))
            sys.stdout.write(
                f"{name:12} {seconds:5.1f} s {travel_s:10} {gaps[-1]:6.2f} % {took:5.1f} s out {left_out}\n"
            )
        sys.stdout.write(f"mean of {len(gaps)} at {seconds:g} s: {mean(gaps):.2f} %, worst {max(gaps):.2f} %\n")
    return 0


def solved(problem: HorizonProblem, seconds: float, seed: int, *, cpu: bool) -> tuple[int, int]:
    """The driving of a checked plan, and how many are left out. cpu: seconds are those that each core was given."""
    if cpu:
        stated = state(problem)
        rules = StopWhen.first_of(seconds=seconds)
        found = search(stated.data, stated.tuning, rules, seed=seed, on_better=lambda _: None, clock=time.thread_time)
        plan = Planner(problem, stated).plan(found.best)
    else:
        plan = solve_horizon(problem, seconds=seconds, seed=seed)
    if faults := check_horizon(problem, plan):
        raise AssertionError(faults)
    return plan.travel_s, len(plan.dropped)


if __name__ == "__main__":
    sys.exit(main())
