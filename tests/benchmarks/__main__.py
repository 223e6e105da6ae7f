"""`make bench`: every benchmark on what stands beside the checkout, in half an hour. Figures are ratios in one run.

Each benchmark is a module of its own with more options (`python -m tests.benchmarks.travel_times --help`).
"""

import subprocess
import sys

from tests.conftest import SHARED

DATA, BENCH = SHARED / "data", SHARED / "bench"
LIECHTENSTEIN = DATA / "osm" / "liechtenstein-2024-03-04.osm.pbf"

RUNS: tuple[tuple[str, tuple[object, ...]], ...] = (
    ("travel_times", ()),
    ("day_plan", ()),
    ("weeks_ahead", ("--seconds", 5)),
    ("proofs", ()),
    (
        "geocoding",
        (
            *("--area", LIECHTENSTEIN, "--truth", DATA / "crm" / "liechtenstein_businesses.csv", "--noise", 1),
            *("--outside", DATA / "crm" / "openbrewerydb_breweries.csv"),
        ),
    ),
    ("suggestions", ("--area", LIECHTENSTEIN)),
    ("potential", ()),
    ("linkage", ("--file", DATA / "crm" / "chicago_sites_true_ids.csv", "--truth-column", "True Id")),
    ("imports", ("--area", LIECHTENSTEIN)),
    ("crm_exports", ("--json",)),
    ("database", ()),
    ("cube", ()),
    ("accounts_map", ()),
    ("map_drawing", ()),
    ("orienteering", ("--instances", BENCH / "optw", "--routes", 1, "--seconds", 1, "--seeds", 1)),
    ("periodic", ("--instances", BENCH / "pvrp", "--seconds", 2, "--seeds", 1)),
    ("vehicle_windows", ("--instances", BENCH / "vrptw" / "solomon", "--seconds", 2, "--seeds", 1)),
    ("vehicle_windows", ("--instances", BENCH / "vrptw" / "homberger_200", "--seconds", 2, "--seeds", 1)),
    ("districting", ("--instances", BENCH / "districting", "--seconds", 10)),
    ("territories", ("--points", 20_000, "--reps", 25, "--seconds", 25)),
    ("location", ("--instances", BENCH / "pmedian", "--seconds", 10)),
)


def main() -> int:
    """Run those named on the command line, all if none is. Answers 1 where one failed."""
    wanted = sys.argv[1:] or [name for name, _ in RUNS]
    if not SHARED.is_dir():
        sys.stderr.write(f"The benchmarks read real data from {SHARED.name}/ beside the checkout: it is not there.\n")
        return 1
    failed = False
    for name, options in RUNS:
        if name not in wanted:
            continue
        command = ["-m", f"tests.benchmarks.{name}", *map(str, options)]
        sys.stdout.write(f"\n== python {' '.join(command)}\n")
        sys.stdout.flush()
        failed |= subprocess.run([sys.executable, *command], check=False).returncode != 0
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
