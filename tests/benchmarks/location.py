"""Placing p centres: python -m tests.benchmarks.location --help.

Instances of the OR-Library (Beasley 1985), doi.org/10.1016/0377-2217(85)90183-9: the first line has nodes, edges and p,
the others edges with their lengths (a later one of the same ends holds); every node is a customer and a site, distances
are shortest paths. `optimal.txt` beside them names the optima.
"""

import argparse
import json
import re
import sys
import time
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from routing.districting.location import medians
from tests.benchmarks.public_sets import BENCH, instances, numbers


def read(file: Path) -> tuple[np.ndarray, int]:
    """The distances (n, n) between all nodes, and p."""
    (nodes, _, p), *edges = numbers(file)
    lengths = {(min(int(a), int(b)) - 1, max(int(a), int(b)) - 1): length for a, b, length in edges}
    ends = np.array(list(lengths))
    graph = csr_array((list(lengths.values()), (ends[:, 0], ends[:, 1])), shape=(int(nodes), int(nodes)))
    return shortest_path(graph, method="D", directed=False), int(p)


def optima(folder: Path) -> dict[str, float]:
    """Best values by instance from optimal.txt or pmedopt.txt, where there is one."""
    found = {}
    for name in ("optimal.txt", "pmedopt.txt"):
        if (folder / name).is_file():
            for line in (folder / name).read_text(encoding="utf-8").splitlines():
                if match := re.match(r"\s*(\w+)\s+([\d.]+)\s*$", line):
                    found[match[1].lower()] = float(match[2])
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.location")
    parser.add_argument("--instances", type=Path, default=BENCH / "pmedian")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="names of instances, separated by commas")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    only = {name.lower() for name in options.only.split(",") if name}
    files = [
        file
        for file in instances(options.instances, lambda text: bool(re.match(r"\s*\d+\s+\d+\s+\d+\s*\n", text)))
        if not only or file.stem.lower() in only
    ]
    files.sort(key=lambda file: (len(file.stem), file.stem))
    if not files:
        sys.stderr.write(f"There are no instances in {options.instances}. Name their folder with --instances.\n")
        return 1
    # The compiled search is loaded before anything is timed.
    medians(np.array([[0.0, 2.0, 4.0], [2.0, 0.0, 2.0], [4.0, 2.0, 0.0]]), 2, steps=20)
    rows = []
    for file in files:
        began = time.perf_counter()
        distance, p = read(file)
        answer = medians(distance, p, whole=True, seconds=options.seconds, seed=options.seed)
        value = float(distance[answer.sites].min(axis=0).sum())
        if len(set(answer.sites.tolist())) != p or abs(value - answer.value) > 1e-6:
            raise AssertionError(f"{file.stem}: {len(answer.sites)} sites with {value}, not {p} with {answer.value}")
        row = {
            "instance": file.stem,
            "value": value,
            "best": optima(file.parent).get(file.stem.lower()),
            "bound": answer.bound,
            "seconds": round(time.perf_counter() - began, 3),
            "proven": answer.bound >= value - 1e-9,
            "first_answer_s": round(answer.first_answer_s, 3),
        }
        rows.append(row)
        sys.stderr.write(" ".join(f"{name} {value}" for name, value in row.items()) + "\n")
    if options.json:
        sys.stdout.write(json.dumps({"benchmark": "location", "rows": rows}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
