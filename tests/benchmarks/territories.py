"""Many accounts into territories: python -m tests.benchmarks.territories --help.

Points are junctions of an extract drawn with the seed, all on streets that reach each other; each brings work (gamma
distributed, mean 2) and, with --measures 2, revenue (lognormal). Beside ours, in the same run
and by the same measures: k-means (Lloyd's, 100 rounds) and Ward's clusters of neighbours on the streets, which balance
nothing. Seconds begin once the streets are read.
"""

import argparse
import heapq
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from routing.districting import (
    Districting,
    DistrictingProblem,
    Measure,
    check_districting,
    judge_division,
    solve,
    units_on_streets,
)
from routing.districting.clusters import clustered
from routing.districting.plane import metres_on_plane
from routing.network.read import read_street_network
from routing.network.street_network import StreetNetwork
from tests.conftest import SHARED

AREA = SHARED / "data" / "osm" / "porto-metro-2015-06-06.osm.pbf"


def drawn(network: StreetNetwork, count: int, seed: int) -> np.ndarray:
    """(count, 2) junctions of the largest part of the streets, none twice if there are enough."""
    random = np.random.default_rng(seed)
    junctions = np.unique(network.tail[network.piece == 0])
    chosen = random.choice(junctions, count, replace=count > len(junctions))
    return np.column_stack([network.lon[chosen], network.lat[chosen]])


def stated(network: StreetNetwork, points: np.ndarray, reps: int, measures: int, tolerance: float, seed: int):  # noqa: ANN201
    """The problem that these points are."""
    random = np.random.default_rng(seed + 1)
    columns = [random.gamma(2.0, 1.0, len(points)), random.lognormal(0.0, 1.0, len(points))][:measures]
    graph = units_on_streets(network, points)
    return DistrictingProblem(
        points,
        np.column_stack(columns),
        graph.edges,
        graph.edge_s,
        reps,
        tuple(Measure(name, 1.0, tolerance) for name in ("work", "revenue")[:measures]),
        roads=graph.roads,
    )


def by_kmeans(problem: DistrictingProblem, seed: int) -> np.ndarray:
    """Clusters of the plane."""
    at = metres_on_plane(problem.places)
    return clustered(at, np.ones(len(at)), problem.k, 100, seed)


def by_ward(problem: DistrictingProblem, _: int) -> np.ndarray:
    """Ward's clusters (1963), doi.org/10.2307/2282967, of which only neighbours on the streets are joined."""
    at = metres_on_plane(problem.places)
    size, middle = dict.fromkeys(range(len(at)), 1), dict(enumerate(at))
    beside: dict[int, set[int]] = {unit: set() for unit in size}
    for one, other in problem.edges.tolist():
        beside[one].add(other)
        beside[other].add(one)

    def price(one: int, other: int) -> float:
        gap = middle[one] - middle[other]
        return float(size[one] * size[other] / (size[one] + size[other]) * (gap @ gap))

    waiting = [(price(one, other), one, other) for one, other in problem.edges.tolist()]
    heapq.heapify(waiting)
    root = list(range(2 * len(at)))
    new = len(at)
    while len(size) > problem.k and waiting:
        _price, one, other = heapq.heappop(waiting)
        if one not in size or other not in size or one == other:
            continue
        size[new] = size[one] + size[other]
        middle[new] = (size[one] * middle[one] + size[other] * middle[other]) / size[new]
        beside[new] = (beside.pop(one) | beside.pop(other)) - {one, other}
        for gone in (one, other):
            root[gone] = new
            del size[gone], middle[gone]
        for near in beside[new]:
            beside[near] -= {one, other}
            beside[near].add(new)
            heapq.heappush(waiting, (price(new, near), new, near))
        new += 1

    def top(one: int) -> int:
        while root[one] != one:
            root[one] = root[root[one]]
            one = root[one]
        return one

    _, part = np.unique([top(unit) for unit in range(len(at))], return_inverse=True)
    return np.minimum(part, problem.k - 1).astype(np.int32)


def row_of(name: str, answer: Districting, seconds: float) -> dict[str, object]:
    """The numbers of one answer."""
    return {
        "method": name,
        "deviation": round(answer.deviation, 5),
        "in_one_piece": answer.in_one_piece,
        "territories": answer.territories,
        "minutes_to_centre": round(answer.minutes, 3),
        "polsby_popper": round(float(np.nanmean(answer.polsby_popper)), 3),
        "seconds": round(seconds, 2),
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.territories")
    parser.add_argument("--area", type=Path, default=AREA)
    parser.add_argument("--points", type=int, default=20_000)
    parser.add_argument("--reps", type=int, default=25)
    parser.add_argument("--measures", type=int, choices=(1, 2), default=1)
    parser.add_argument("--tolerance", type=float, help="0.01, or 0.03 for two measures")
    parser.add_argument("--seconds", type=float, default=25.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    network = read_street_network(options.area)
    tolerance = options.tolerance or (0.01 if options.measures == 1 else 0.03)
    # The compiled search is loaded before anything is timed.
    solve(stated(network, drawn(network, 60, 1), 3, 1, 0.05, 1), seconds=0.3)
    points = drawn(network, options.points, options.seed)
    began = time.perf_counter()
    problem = stated(network, points, options.reps, options.measures, tolerance, options.seed)
    graph_s = time.perf_counter() - began
    answer = solve(problem, seconds=max(0.1, options.seconds - graph_s), seed=options.seed)
    rows = [row_of("gcrm", answer, time.perf_counter() - began)]
    faults = check_districting(problem, answer)
    if faults:
        raise AssertionError(f"The checker found: {faults}")
    rows[0] |= {"graph_s": round(graph_s, 2), "first_answer_s": round(graph_s + answer.first_answer_s, 2)}
    rows[0] |= {"bound": answer.bound, "gap": answer.gap, "reasons": [reason.text for reason in answer.reasons]}
    peers: dict[str, Callable[[DistrictingProblem, int], np.ndarray]] = {"k-means": by_kmeans, "ward": by_ward}
    for name, peer in {} if options.no_peers else peers.items():
        began = time.perf_counter()
        division = peer(problem, options.seed)
        spent = time.perf_counter() - began
        rows.append(row_of(name, judge_division(problem, division), spent))
    if options.json:
        sys.stdout.write(json.dumps({"benchmark": "territories", **rows[0], "rows": rows}) + "\n")
    else:
        for row in rows:
            sys.stdout.write(" ".join(f"{key} {value}" for key, value in row.items()) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
