"""What the three benchmarks of the planner share: options, the runs, and the table at the end."""

import argparse
import csv
import importlib.util
import json
import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
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
    """One run of one instance; gap_pct is how much worse than the best value known, in percent of it.

    value: None where not everyone could be visited who has to be; best: None where no value is known.
    wall_s: from before the file was opened till the checked answer was there.
    """

    instance: str
    routes: int
    seconds: float
    seed: int
    value: float | None
    best: float | None
    gap_pct: float | None
    first_answer_s: float
    wall_s: float


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


def numbers(file: Path) -> list[list[float]]:
    """The lines of an instance that hold nothing but numbers, blank ones left out, whatever ends them."""
    return [row for line in _text(file).splitlines() if (row := _as_numbers(line))]


def instances(folder: Path, is_one: Callable[[str], bool]) -> Iterator[Path]:
    """The files in a folder and those under it that are instances by their first lines, by name."""
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix.lower() not in {".csv", ".md", ".json"} and is_one(_text(file)[:2_000]):
            yield file


def first_numbers(text: str) -> list[float]:
    """The first line that is not blank, as numbers; none if it holds anything else."""
    return _as_numbers(next((line for line in text.splitlines() if line.strip()), ""))


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8-sig", errors="replace")


def _as_numbers(line: str) -> list[float]:
    try:
        return [float(word) for word in line.split()]
    except ValueError:
        return []


@cache
def best_known(folder: Path) -> Mapping[tuple[str, int], float]:
    """Values by instance and routes (0 where the file does not tell), from the best_known.csv beside the instances.

    It may stand in a folder above them. A row without a value says nothing.
    """
    if not (folder / "best_known.csv").is_file():
        return best_known(folder.parent) if folder != folder.parent else {}
    known: dict[tuple[str, int], float] = {}
    for row in csv.DictReader(_text(folder / "best_known.csv").splitlines()):
        cells = {name.strip().lower(): (cell or "").strip() for name, cell in row.items() if isinstance(name, str)}
        if value := _as_numbers(cells.get("value", "")):
            name = cells["instance"].upper().removesuffix(".TXT")
            known[name, int(cells.get("routes") or 0)] = value[0]
    return known


def best_of(file: Path, routes: int) -> float | None:
    """The best value known of an instance with so many routes, or with any where the table does not tell them apart."""
    known = best_known(file.parent.resolve())
    name = file.stem.upper()
    return known.get((name, routes), known.get((name, 0)))


def run(benchmark: Benchmark, arguments: Sequence[str] | None = None) -> int:
    """The benchmark as a command."""
    options = _options(benchmark, arguments)
    folder = options.instances
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
    runs = _worth_running([(file, k) for file in files for k in routes])
    for seconds in [float(s) for s in options.seconds.split(",") if s.strip()]:
        for file, k in runs:
            for seed in range(1, options.seeds + 1):
                for name, solve in engines.items():
                    row = _row(benchmark, solve, file, k, seconds, seed)
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


def _worth_running(runs: list[tuple[Path, int]]) -> list[tuple[Path, int]]:
    """Those that can be judged, and the others told of; all of them where no best value is known at all."""
    known = [(file, k) for file, k in runs if best_of(file, k) is not None]
    unknown = [f"{file.stem} with {k} routes" if k else file.stem for file, k in runs if (file, k) not in known]
    if unknown:
        said = "left out" if known else "run, but there is nothing to compare with"
        sys.stderr.write(f"No best value is known, so these are {said}: {', '.join(unknown)}\n")
    return known or runs


def _row(benchmark: Benchmark, solve: Solve, file: Path, routes: int, seconds: float, seed: int) -> Row:
    began = time.perf_counter()
    answer = solve(file, routes, seconds, seed)
    wall_s = round(time.perf_counter() - began, 3)
    best = best_of(file, routes)
    value = round(answer.value, 4) if math.isfinite(answer.value) else None
    gap = None
    if value is not None and best:
        gap = round(100 * (best - answer.value if benchmark.larger else answer.value - best) / best, 4)
    return Row(file.stem, routes, seconds, seed, value, best, gap, round(answer.first_answer_s, 4), wall_s)


def summary(rows: list[Row]) -> dict[str, object]:
    """The rows, and the mean and the worst gap for each number of seconds; unsolved: runs without a full answer."""
    gaps = {
        f"{seconds:g}": [row.gap_pct for row in rows if row.seconds == seconds and row.gap_pct is not None]
        for seconds in sorted({row.seconds for row in rows})
    }
    return {
        "rows": [asdict(row) for row in rows],
        "mean_gap_pct": {seconds: round(mean(found), 4) if found else None for seconds, found in gaps.items()},
        "worst_gap_pct": {seconds: max(found, default=None) for seconds, found in gaps.items()},
        "worst_first_answer_s": max((row.first_answer_s for row in rows), default=0.0),
        "unsolved": sum(row.value is None for row in rows),
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
