"""Hand-overs from an unbalanced start: python -m tests.benchmarks.hand_overs --help.

Points and work as in `territories`. Three starts, of one kind each: "drift", territories that were balanced until work
grew in one part of the country and shrank in another (a smooth field, seeded); "leaver", balanced territories of one
rep more, whose accounts went to whoever is nearest; "kmeans", clusters that never were balanced. For each: the accounts
that change hands where balance is found anew (numbers of territories as today's), and the fewest that the frontier
finds within 5 %.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from routing.districting import DistrictingProblem, Measure, check_districting, frontier, judge_division, solve
from routing.districting.least_moves import least_moves
from routing.districting.plane import metres_on_plane
from routing.network.read import read_street_network
from tests.benchmarks.territories import AREA, by_kmeans, drawn, stated

WITHIN = 0.05


def drift(problem: DistrictingProblem, seconds: float, seed: int) -> tuple[DistrictingProblem, np.ndarray]:
    """Balanced territories, then work that has grown here and shrunk there, by half at most."""
    current = solve(problem, seconds=seconds, seed=seed).assignment
    at = metres_on_plane(problem.places)
    across = (at - at.min(axis=0)) / np.maximum(np.ptp(at, axis=0), 1.0)
    turn = np.random.default_rng(seed).uniform(0, 2 * np.pi, 2)
    field = np.sin(2 * np.pi * across[:, 0] + turn[0]) * np.cos(2 * np.pi * across[:, 1] + turn[1])
    return replace(problem, weights=problem.weights * (1 + 0.5 * field)[:, None]), current


def leaver(problem: DistrictingProblem, seconds: float, seed: int) -> tuple[DistrictingProblem, np.ndarray]:
    """Balanced territories of one rep more, whose accounts went to the nearest of the others."""
    more = replace(problem, k=problem.k + 1)
    answer = solve(more, seconds=seconds, seed=seed)
    gone = int(np.random.default_rng(seed).integers(more.k))
    current = answer.assignment.copy()
    assert problem.roads is not None
    away = problem.roads.from_units(answer.centres)
    away[gone] = np.inf
    current[current == gone] = away[:, current == gone].argmin(axis=0)
    current[current == problem.k] = gone
    return problem, current.astype(np.int32)


def kmeans(problem: DistrictingProblem, _: float, seed: int) -> tuple[DistrictingProblem, np.ndarray]:
    """Clusters of the plane, each with a territory's name."""
    return problem, by_kmeans(problem, seed).astype(np.int32)


STARTS: dict[str, Callable[[DistrictingProblem, float, int], tuple[DistrictingProblem, np.ndarray]]] = {
    "drift": drift,
    "leaver": leaver,
    "kmeans": kmeans,
}


def row_of(name: str, problem: DistrictingProblem, seconds: float, seed: int) -> dict[str, object]:
    """One start: what it was, what a fresh proposal moves, and what the frontier moves."""
    problem, current = STARTS[name](problem, seconds, seed)
    before = judge_division(problem, current)
    fresh = solve(replace(problem, current=current), seconds=seconds, seed=seed)
    few = replace(problem, current=current, measures=(Measure("work", 1.0, 0.01),))
    began = time.perf_counter()
    points = frontier(few, seconds=seconds, seed=seed)
    spent = time.perf_counter() - began
    for point in points:
        faults = check_districting(replace(few, max_moves=point.moved), point.answer)
        if faults:
            raise AssertionError(f"The checker found: {faults}")
    within = [point for point in points if point.deviation <= WITHIN]
    best = min(within, key=lambda point: point.moved) if within else None
    return {
        "start": name,
        "deviation_before": round(before.deviation, 4),
        "in_one_piece_before": before.in_one_piece,
        "fresh_moved": fresh.moved,
        "fresh_deviation": round(fresh.deviation, 4),
        "least_possible": least_moves(replace(problem, current=current), WITHIN),
        "moved": best.moved if best else None,
        "deviation": round(best.deviation, 4) if best else None,
        "of_fresh": round(best.moved / max(fresh.moved, 1), 3) if best else None,
        "in_one_piece": best.answer.in_one_piece if best else None,
        "minutes": [round(before.minutes, 2), round(fresh.minutes, 2), round(best.answer.minutes, 2) if best else None],
        "points": [[point.moved, round(point.deviation, 4)] for point in points],
        "seconds": round(spent, 2),
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.hand_overs")
    parser.add_argument("--area", type=Path, default=AREA)
    parser.add_argument("--points", type=int, default=20_000)
    parser.add_argument("--reps", type=int, default=25)
    parser.add_argument("--start", choices=STARTS, action="append")
    parser.add_argument("--seconds", type=float, default=25.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    network = read_street_network(options.area)
    # The compiled search is loaded before anything is timed.
    solve(stated(network, drawn(network, 60, 1), 3, 1, 0.05, 1), seconds=0.3)
    points = drawn(network, options.points, options.seed)
    problem = stated(network, points, options.reps, 1, 0.01, options.seed)
    for name in options.start or STARTS:
        row = row_of(name, problem, options.seconds, options.seed)
        text = json.dumps(row) if options.json else " ".join(f"{key} {value}" for key, value in row.items())
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
