"""Many reps at once for minutes: how long they wait, what fails, and whether a check-in is lost.

    python -m tests.benchmarks.reps_at_once [--reps 50] [--minutes 5] [--database geopackage|postgis] [--pace S]
                                            [--accounts N] [--workspace FOLDER] [--json]

`gcrm serve` answers on loopback for the company of `tests.benchmarks.pages`; locust (`uv pip install --group bench`)
plays the reps. Each opens the day, the map data of its route and the page of a check-in, and checks in, once in
`--pace` seconds (10): 50 reps ask 20 times a second. The first seconds, in which all sign in, do not count. Printed are
p50 and p95 of each, in ms, what was not answered well, and, from the database afterwards, the check-ins that were
answered but are not there, or are there twice. `--database postgis` starts a private PostgreSQL.
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from werkzeug.security import generate_password_hash

from gcrm.people.user import Role, User
from gcrm.platform.settings import Settings
from gcrm.workspace import Workspace, open_workspace
from tests.benchmarks import pages
from tests.fixtures.servers import postgres_server

AIMS_MS = {"my day": 300, "check-in": 200, "map data": 200}
"""The 95th percentile that each must stay below on two cores."""
A_SECOND = 5
"""So many reps begin a second."""


def measured(home: Path, database_url: str, given: argparse.Namespace) -> dict[str, Any]:
    """Let the reps work, and count."""
    workspace = open_workspace(Settings(home, database_url=database_url))
    with workspace.store.read() as tx:
        is_empty = not tx.users.all()
    if is_empty:
        pages.fill(workspace, pages.LIECHTENSTEIN, given.accounts)
    if database_url:
        # As its own background task does on a server that lives longer than this one.
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("ANALYZE")
    with tempfile.TemporaryDirectory() as folder:
        about, told = Path(folder) / "reps.json", Path(folder) / "told"
        about.write_text(json.dumps(_reps(workspace, given.reps)), encoding="utf-8")
        told.touch()
        with pages.served(home, database_url) as (address, _):
            rows = _locust(address, about, told, given)
        lines = told.read_text(encoding="utf-8").splitlines()
    answered = [line for line in lines if not line.startswith("failed")]
    with workspace.store.read() as tx:
        accounts = [account.id for account in tx.accounts.all()]
        there = Counter(
            one.client_id for account in accounts for one in tx.activities.of_account(account, 100_000) if one.client_id
        )
    workspace.close()
    return {
        "database": given.database,
        "reps": given.reps,
        "minutes": given.minutes,
        "rows": rows,
        "failed": dict(Counter(line for line in lines if line.startswith("failed"))),
        "check_ins": len(answered),
        "lost": sum(one not in there for one in answered),
        "doubled": sum(count > 1 for count in there.values()),
    }


def _reps(workspace: Workspace, count: int) -> dict[str, Any]:
    """A log-in for each, whose days are those of the company's reps; what each asks for."""
    today = datetime.now(UTC).date().isoformat()
    with workspace.store.write() as tx:
        known = {user.login: user for user in tx.users.all()}
        reps = tx.reps.all()
        hashed = generate_password_hash(pages.PASSWORD)
        for number in range(count):
            if f"u{number}" not in known:
                tx.users.add(User(f"u{number}", f"User {number}", Role.REP, hashed, reps[number % len(reps)].id))
    with workspace.store.read() as tx:
        keys = {rep.id: rep.key for rep in tx.reps.all()}
        own = {
            rep: [each.id for each in tx.accounts.page(limit=50, territory_id=tx.territories.of_rep(rep)[0].id)[0]]
            for rep in keys
        }
        users = {user.login: user.rep_id for user in tx.users.all() if user.rep_id}
    return {
        "password": pages.PASSWORD,
        "reps": [
            {"login": login, "map": f"/map/day/{keys[users[login]]}/{today}", "accounts": own[users[login]]}
            for login in (f"u{number}" for number in range(count))
        ],
    }


def _locust(address: str, about: Path, told: Path, given: argparse.Namespace) -> list[dict[str, Any]]:
    """A row for each thing that was asked for."""
    seconds = int(given.minutes * 60) + given.reps // A_SECOND
    words = [
        *(sys.executable, "-m", "locust", "-f", str(Path(__file__).with_name("rep_user.py")), "--host", address),
        *("--headless", "-u", str(given.reps), "-r", str(A_SECOND), "-t", f"{seconds}s", "--stop-timeout", "60"),
        *("--reset-stats", "--json", "--only-summary", "--loglevel", "WARNING", "--exit-code-on-error", "0"),
    ]
    environment = os.environ | {
        "GCRM_BENCH_REPS": str(about), "GCRM_BENCH_TOLD": str(told), "GCRM_BENCH_PACE": str(given.pace),
    }  # fmt: skip
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if done.returncode or "[" not in done.stdout:
        raise SystemExit(f"locust failed:\n{done.stderr}")
    rows = []
    for row in json.loads(done.stdout[done.stdout.index("[") :]):
        times = sorted((float(ms), int(count)) for ms, count in row["response_times"].items())
        rows.append(
            {
                "what": row["name"],
                "method": row["method"],
                "asked": row["num_requests"],
                "failed": row["num_failures"],
                "p50_ms": _quantile(times, 0.5),
                "p95_ms": _quantile(times, 0.95),
                "aim_ms": AIMS_MS.get(row["name"]),
            }
        )
    return rows


def _quantile(times: list[tuple[float, int]], share: float) -> float:
    """times: milliseconds and how often, ascending."""
    wanted, seen = share * sum(count for _, count in times), 0
    for ms, count in times:
        seen += count
        if seen >= wanted:
            return ms
    return 0.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reps", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--database", choices=("geopackage", "postgis"), default="geopackage")
    parser.add_argument("--pace", type=float, default=10, help="seconds from one visit of a rep to the next")
    parser.add_argument("--accounts", type=int, default=20_000)
    parser.add_argument("--workspace", help="a folder to make the company in, or that holds it (geopackage only)")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if importlib.util.find_spec("locust") is None:
        raise SystemExit("locust is not installed. Run `uv pip install --group bench`.")
    with (
        tempfile.TemporaryDirectory(prefix="gcrm-reps-") as folder,
        postgres_server(keeps=True) if given.database == "postgis" else nullcontext("") as url,
    ):
        home = Path(given.workspace if given.workspace and not url else folder)
        found = measured(home, url % "newest" if url else "", given)
    if given.json:
        sys.stdout.write(json.dumps(found, indent=1) + "\n")
    else:
        for row in found["rows"]:
            aim = f"  aim {row['aim_ms']} ms at p95" if row["aim_ms"] else ""
            sys.stdout.write(
                f"{row['method']:5} {row['what']:14} {row['asked']:7,} asked {row['failed']:5,} failed"
                f"  p50 {row['p50_ms']:6.0f}  p95 {row['p95_ms']:6.0f} ms{aim}\n"
            )
        for line, count in found["failed"].items():
            sys.stdout.write(f"{count} x {line}\n")
        sys.stdout.write(f"{found['check_ins']:,} check-ins: {found['lost']} lost, {found['doubled']} doubled\n")
    sys.exit(bool(found["lost"] or found["doubled"]))


if __name__ == "__main__":
    main()
