"""What the three benchmarks of the planner share: options, the runs, and the table at the end."""

import argparse
import csv
import importlib.util
import json
import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean

from tests.conftest import SHARED

BENCH = SHARED / "bench"


@dataclass(frozen=True, slots=True)
class Answer:
    """The value of a checked answer, and when the first was there, in seconds after the file was opened."""

    value: float
    first_answer_s: float


@dataclass(frozen=True, slots=True)
class Row:
    """One run of one instance; gap_pct is how much worse than the best value known, in percent of it."""

    instance: str
    routes: int
    seconds: float
    seed: int
    value: float
    best: float
    gap_pct: float
    first_answer_s: float


Solve = Callable[[Path, int, float, int], Answer]
"""(file, routes, seconds, seed) to a checked answer; everything from opening the file on counts."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One family of instances.

    files: every instance under a folder. routes: those asked for, or what the file says (None). larger: larger values
    are better.
    """

    name: str
    folder: Path
    files: Callable[[Path], Iterator[Path]]
    solve: Solve
    peers: dict[str, Solve]
    larger: bool
    routes: tuple[int, ...] = ()


def best_known(folder: Path) -> dict[tuple[str, int], float]:
    """Values by instance and routes (0 where the file does not tell), from the best_known.csv beside the instances."""
    for place in (folder, *folder.parents):
        if (place / "best_known.csv").is_file():
            with (place / "best_known.csv").open(encoding="utf-8", newline="") as lines:
                return {
                    (row["instance"].upper(), int(row.get("routes") or 0)): float(row["value"])
                    for row in csv.DictReader(lines)
                }
    return {}


def run(benchmark: Benchmark, arguments: Sequence[str] | None = None) -> int:
    """The benchmark as a command."""
    options = _options(benchmark, arguments)
    folder = options.instances
    known = best_known(folder)
    only = {name.upper() for name in options.only.split(",") if name}
    files = [f for f in benchmark.files(folder) if not only or f.stem.upper() in only]
    if not files:
        sys.stderr.write(f"There are no instances in {folder}. Name their folder with --instances.\n")
        return 1
    routes = [int(k) for k in options.routes.split(",") if k] or [0]
    engines: dict[str, Solve] = {"": benchmark.solve}
    if options.peer and importlib.util.find_spec(options.peer) is None:
        sys.stderr.write(
            f"{options.peer} is not installed here, so only the planner runs: pip install {options.peer}\n"
        )
    elif options.peer:
        engines[options.peer] = benchmark.peers[options.peer]
    rows: dict[str, list[Row]] = {name: [] for name in engines}
    for seconds in [float(s) for s in options.seconds.split(",")]:
        for file in files:
            for k in routes:
                best = known.get((file.stem.upper(), k))
                if best is None:
                    continue
                for seed in range(1, options.seeds + 1):
                    for name, solve in engines.items():
                        row = _row(benchmark, solve, file, k, seconds, seed, best)
                        rows[name].append(row)
                        sys.stderr.write(f"{name or 'planner'} {' '.join(map(str, asdict(row).values()))}\n")
    document = {"benchmark": benchmark.name, **summary(rows[""])}
    document["peers"] = {name: summary(found) for name, found in rows.items() if name}
    if options.json:
        sys.stdout.write(json.dumps(document) + "\n")
    else:
        _print_table(document)
    return 0


def _options(benchmark: Benchmark, arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"python -m tests.benchmarks.{benchmark.name}")
    parser.add_argument("--instances", type=Path, default=benchmark.folder)
    parser.add_argument("--routes", default=",".join(str(k) for k in benchmark.routes))
    parser.add_argument("--seconds", default="1,5")
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds: 1, 2, ...")
    parser.add_argument("--only", default="", help="names of instances, separated by commas")
    parser.add_argument("--peer", choices=sorted(benchmark.peers))
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


def _row(benchmark: Benchmark, solve: Solve, file: Path, routes: int, seconds: float, seed: int, best: float) -> Row:
    answer = solve(file, routes, seconds, seed)
    worse = best - answer.value if benchmark.larger else answer.value - best
    gap = 100 * worse / best
    return Row(file.stem, routes, seconds, seed, round(answer.value, 4), best, round(gap, 4), answer.first_answer_s)


def summary(rows: list[Row]) -> dict[str, object]:
    """The rows, and the mean and the worst gap for each number of seconds."""
    by_seconds = {seconds: [r.gap_pct for r in rows if r.seconds == seconds] for seconds in {r.seconds for r in rows}}
    return {
        "rows": [asdict(row) for row in rows],
        "mean_gap_pct": {f"{s:g}": round(mean(gaps), 4) for s, gaps in sorted(by_seconds.items())},
        "worst_gap_pct": {f"{s:g}": max(gaps) for s, gaps in sorted(by_seconds.items())},
        "worst_first_answer_s": max((row.first_answer_s for row in rows), default=0.0),
    }


def _print_table(document: dict[str, object]) -> None:
    peers = document["peers"]
    assert isinstance(peers, dict)
    for name, found in {"planner": document, **peers}.items():
        means, worst = found["mean_gap_pct"], found["worst_gap_pct"]
        sys.stdout.write(f"{name}: mean gap % by seconds {means}, worst {worst}\n")


class Stopwatch:
    """Counts from the opening of the file; notes the first answer."""

    def __init__(self, seconds: float) -> None:
        self.began = time.perf_counter()
        self.seconds = seconds
        self.first_s = math.inf

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return self.seconds - (time.perf_counter() - self.began)

    def told(self, _plan: object) -> None:
        """An answer is there."""
        self.first_s = min(self.first_s, time.perf_counter() - self.began)
