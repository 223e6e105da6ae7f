"""Days with hundreds of candidates and wide windows, made from a seed: python -m tests.benchmarks.wide_windows --help.

Two families, after what is published about how the public ones were made, with none of their numbers:

- `spread` (as Cordeau, Laporte and Mercier 2001 describe theirs): half of the places lie around a few centres, half
  anywhere in a square of 200 by 200; visits take 1 to 25, windows open between 60 and 300 and are 180 to 360 wide in
  a day of 1,000, prizes are 1 to 25; 48 to 288 candidates.
- `long` (in the manner of Solomon's second class): 100 candidates in a square of 100 by 100, visits take 10, a day of
  1,000 in which fifty of them fit, windows from a quarter of the day to all of it.

All is in hundredths, as the public sets are read. `BEST` holds the best values that long runs have found.
"""

import argparse
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import mean

import numpy as np

from routing.planner import Day, DayPlan, DayProblem, Visit, check_day, solve_day
from routing.planner.day_search import PrizeSearch
from routing.planner.drop_reasons import alone
from routing.planner.engine import search
from routing.planner.precompile import precompile
from routing.planner.schedule import schedule
from routing.planner.timeline import Clock
from routing.stop_when import StopWhen
from routing.travel_times.protocol import OdMatrix

UNIT = 100
SIZES = (48, 72, 96, 144, 192, 216, 240, 288)


@dataclass(frozen=True, slots=True)
class Family:
    """How instances of one kind are made."""

    name: str
    sizes: tuple[int, ...]
    side: int
    horizon: int
    service: tuple[int, int]
    opens: tuple[int, int]
    window: tuple[int, int]
    centres: int


FAMILIES = (
    Family("spread", SIZES, 200, 1000, (1, 25), (60, 300), (180, 360), 6),
    Family("long", (100, 100, 100, 100), 100, 1000, (10, 10), (0, 700), (250, 1000), 8),
)


def instances() -> Iterator[tuple[str, DayProblem]]:
    """All instances with their names."""
    for family in FAMILIES:
        for number, size in enumerate(family.sizes):
            yield f"{family.name}{number + 1}-{size}", made(family, size, number)


def made(family: Family, size: int, seed: int) -> DayProblem:
    """One instance; the same for the same seed."""
    dice = random.Random(f"{family.name} {size} {seed}")
    half = family.side / 2
    centres = [(dice.uniform(-half, half), dice.uniform(-half, half)) for _ in range(family.centres)]
    at = [(dice.uniform(-half / 4, half / 4), dice.uniform(-half / 4, half / 4))]
    while len(at) < size + 1:
        x, y = dice.choice(centres)
        near = dice.random() < 0.5
        x, y = (dice.gauss(x, half / 8), dice.gauss(y, half / 8)) if near else (dice.uniform(-half, half) for _ in "xy")
        if max(abs(x), abs(y)) <= half:
            at.append((x, y))
    places = np.array(at)
    gaps = places[:, None, :] - places[None, :, :]
    travel = np.floor(np.hypot(gaps[..., 0], gaps[..., 1]) * UNIT).astype(np.int32)
    visits = []
    for number in range(size):
        wide = dice.randint(*family.window)
        opens = min(dice.randint(*family.opens), family.horizon - wide)
        visits.append(
            Visit(
                number,
                dice.randint(*family.service) * UNIT,
                ((opens * UNIT, (opens + wide) * UNIT),),
                dice.randint(1, 25),
                arrive_inside=True,
            )
        )
    return DayProblem(
        Day(0, family.horizon * UNIT),
        tuple(visits),
        OdMatrix(travel, travel, np.ones(travel.shape, dtype=bool)),
    )


BEST = {
    "spread1-48": 309,
    "spread2-72": 315,
    "spread3-96": 354,
    "spread4-144": 418,
    "spread5-192": 511,
    "spread6-216": 505,
    "spread7-240": 518,
    "spread8-288": 564,
    "long1-100": 908,
    "long2-100": 901,
    "long3-100": 909,
    "long4-100": 979,
}
"""The best prize that any run has found, by instance; no bound proves most of them."""


def searched(problem: DayProblem, seconds: float, seed: int) -> DayPlan:
    """The plan of the search alone, each of its cores given so many seconds of processor time; nothing is proven."""
    clock = Clock(problem)
    prizes = PrizeSearch(clock, [v for v in range(len(problem.visits)) if alone(clock, v) is None], seed)
    found = search(
        prizes.data,
        prizes.tuning,
        StopWhen.first_of(seconds=seconds),
        seed=seed + 1,
        on_better=lambda _: None,
        clock=time.thread_time,
    )
    plan = schedule(clock, [prizes.chosen[c] for c in found.best.routes[0]])
    assert plan is not None, "the search and the clock agree"
    return plan


def main() -> int:
    """The gaps of one run for each number of seconds, in percent of the best known."""
    parser = argparse.ArgumentParser(description="Days with wide windows, made from a seed.")
    parser.add_argument("--seconds", type=float, nargs="+", default=[1.0, 5.0, 30.0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", help="names of instances")
    parser.add_argument("--cpu", action="store_true", help="the search alone, in processor time, on a busy machine")
    options = parser.parse_args()
    precompile()
    for seconds in options.seconds:
        gaps = []
        for name, problem in instances():
            if options.only and name not in options.only:
                continue
            began = time.monotonic()
            plan = (
                searched(problem, seconds, options.seed)
                if options.cpu
                else solve_day(problem, seconds=seconds, seed=options.seed)
            )
            took = time.monotonic() - began
            if faults := check_day(problem, plan):
                raise AssertionError(f"{name}: {faults}")
            gaps.append(100 * (1 - plan.prize / BEST[name]))
            sys.stdout.write(
                f"{name:14} {seconds:5.1f} s {plan.prize:5} {gaps[-1]:6.2f} % {took:5.1f} s {plan.ended}\n"
            )
        sys.stdout.write(f"mean of {len(gaps)} at {seconds:g} s: {mean(gaps):.2f} %, worst {max(gaps):.2f} %\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
