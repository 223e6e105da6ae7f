"""Counties into districts with the fewest neighbours parted: python -m tests.benchmarks.districting --help.

Instances are JSON: `areas` (`id`, `population`, `lon`, `lat`), `neighbours` (pairs of ids), `districts`,
`population_min`, `population_max` and, where it is known, `optimal_cut_neighbour_pairs`. The formulation and the optima
are those of Validi and Buchanan (2022), doi.org/10.1287/ijoc.2021.1141. Every answer is checked.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np

from routing.districting.cut_problem import CutProblem, check_cuts
from routing.districting.plane import metres_on_plane
from routing.districting.solve_cuts import fewest_cuts
from tests.benchmarks.public_sets import BENCH


def read(file: Path) -> tuple[CutProblem, int | None]:
    """An instance, and the best value known."""
    document = json.loads(file.read_text(encoding="utf-8"))
    areas = document["areas"]
    number = {area["id"]: row for row, area in enumerate(areas)}
    problem = CutProblem(
        np.array([area["population"] for area in areas], dtype=np.int64),
        np.array([(number[a], number[b]) for a, b in document["neighbours"]], dtype=np.int32).reshape(-1, 2),
        document["districts"],
        document["population_min"],
        document["population_max"],
        metres_on_plane(np.array([(area["lon"], area["lat"]) for area in areas], dtype=np.float64).reshape(-1, 2)),
    )
    return problem, document.get("optimal_cut_neighbour_pairs")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.districting")
    parser.add_argument("--instances", type=Path, default=BENCH / "districting")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="names of instances, separated by commas")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    only = {name.upper() for name in options.only.split(",") if name}
    files = [file for file in sorted(options.instances.rglob("*.json")) if not only or file.stem.upper() in only]
    if not files:
        sys.stderr.write(f"There are no instances in {options.instances}. Name their folder with --instances.\n")
        return 1
    # The compiled search is loaded before anything is timed.
    tiny = CutProblem(np.ones(4, dtype=np.int64), np.array([(0, 1), (1, 2), (2, 3)]), 2, 2, 2, np.eye(4, 2))
    fewest_cuts(tiny, seconds=1)
    rows = []
    for file in files:
        began = time.perf_counter()
        problem, best = read(file)
        answer = fewest_cuts(problem, seconds=options.seconds, seed=options.seed)
        faults = check_cuts(problem, answer)
        if faults:
            raise AssertionError(f"{file.stem}: {faults}")
        row = {
            "instance": file.stem,
            "value": answer.value,
            "best": best,
            "bound": answer.bound,
            "seconds": round(time.perf_counter() - began, 3),
            "proven": answer.is_proven,
            "first_answer_s": round(answer.first_answer_s, 3),
        }
        rows.append(row)
        sys.stderr.write(" ".join(f"{name} {value}" for name, value in row.items()) + "\n")
    if options.json:
        sys.stdout.write(json.dumps({"benchmark": "districting", "rows": rows}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
