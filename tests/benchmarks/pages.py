"""How long each page takes with many accounts: alone, and with many reps at once.

    python -m tests.benchmarks.pages [--area EXTRACT] [--accounts N] [--reps N] [--repeat N] [--at-once N] [--seconds S]
                                     [--workspace FOLDER] [--only TEXT] [--pause S] [--json]

A workspace is made with that many invented accounts at the extract's own addresses, eleven reps who work every day and
have today planned, the first of them a whole week, a hundred jobs with results, and a log-in for each of thirty reps, a
manager, a planner and an administrator; `--workspace` keeps it for the next run. `gcrm serve` answers on loopback.
`rows`: each page's median and 95th percentile, in ms to the last byte and to the first, the server's processor time for
it, which others on the machine do not lengthen, its bytes as sent and unpacked, and `ratio`, the median against that of
`/health/alive`, which only says that the server lives. `at_once`: the same for a rep's day, its route, a check-in page
and a check-in while that many reps ask, each with `--pause` seconds between two requests.
"""

import argparse
import csv
import json
import os
import random
import re
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import requests
from werkzeug.security import generate_password_hash

from gcrm.areas.import_area import import_area
from gcrm.imports.import_accounts import import_accounts
from gcrm.jobs.model import Job, JobState
from gcrm.people.reps import add_rep
from gcrm.people.user import Role, User
from gcrm.planning.day_json import write_day
from gcrm.planning.plan_day import plan_day
from gcrm.platform.settings import Settings
from gcrm.territories.assign_territory import assign_territory
from gcrm.territories.import_regions import import_regions
from gcrm.workspace import Workspace, open_workspace
from tests.benchmarks.imports import HEADINGS, addresses_of, rows
from tests.conftest import SHARED

PASSWORD = "correct horse battery"  # noqa: S105 - of people who do not exist
TIMEOUT_S = 300
"""A page that takes longer than this is not waited for."""
LIECHTENSTEIN = SHARED / "data" / "osm" / "liechtenstein-2024-03-04.osm.pbf"
MUNICIPALITIES = SHARED / "data" / "areas" / "li_municipalities.geojson"
VISITED = "Last visit"
HOURS = "Opening hours"
JOBS = 100
DAYS = 7


def fill(workspace: Workspace, extract: Path, count: int, seed: int = 1) -> None:
    """Make the company: accounts, regions, a rep for each municipality with today planned, and people who log in."""
    import_area(workspace, extract, name="bench")
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "accounts.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow([*HEADINGS, HOURS, VISITED])
            today = datetime.now(UTC).date()
            writer.writerows(
                [*row, "Mo-Su 07:00-21:00", str(today - timedelta(dice.randint(5, 300))) if dice.random() < 0.8 else ""]
                for row in rows(addresses_of(extract), count, seed)
            )
        import_accounts(workspace, file)
    import_regions(workspace, MUNICIPALITIES, "name", set_name="municipalities", population_column="population")
    with workspace.store.read() as tx:
        regions = [region.name for region in tx.regions.of_set("municipalities")]
        places = [account.place for account in tx.accounts.page(limit=200)[0] if account.place]
    for number, name in enumerate(regions):
        home = places[number % len(places)]
        add_rep(workspace, f"r{number}", f"Rep of {name}", home_at=(home.lon, home.lat), hours="Mo-Su 07:00-22:00")
        assign_territory(workspace, f"r{number}", "municipalities", [name])
        for ahead in range(DAYS if number == 0 else 1):
            planned = plan_day(workspace, f"r{number}", today + timedelta(ahead), seconds=0)
    hashed = generate_password_hash(PASSWORD)
    with workspace.store.write() as tx:
        reps = tx.reps.all()
        for number in range(30):
            tx.users.add(User(f"u{number}", f"User {number}", Role.REP, hashed, reps[number % len(reps)].id))
        for role in (Role.MANAGER, Role.PLANNER, Role.ADMINISTRATOR):
            tx.users.add(User(role.value, role.value, role, hashed, None))
        done = Job("plan day", {"rep": "r0"}, JobState.DONE, created_at=datetime.now(UTC), result=write_day(planned))
        for _ in range(JOBS):
            tx.jobs.add(done)


@contextmanager
def served(home: Path, database_url: str = "") -> Iterator[tuple[str, int]]:
    """The address of `gcrm serve` on that workspace and its process, until the block ends."""
    environment = os.environ | {"GCRM_HOME": str(home), "GCRM_DATABASE_URL": database_url}
    process = subprocess.Popen(
        [sys.executable, "-m", "gcrm.cli", "serve", "--port", str(_free_port()), "--no-worker", "--json"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["address"], process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def signed_in(address: str, login: str) -> requests.Session:
    """A browser in which that person is signed in."""
    browser = requests.Session()
    page = browser.get(f"{address}/log-in", timeout=TIMEOUT_S)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token, "the log-in page has no form"
    fields = {"login": login, "password": PASSWORD, "csrf_token": token.group(1)}
    answer = browser.post(f"{address}/log-in", data=fields, timeout=TIMEOUT_S, headers={"Referer": f"{address}/log-in"})
    assert answer.ok, f"{login} cannot sign in: {answer.status_code}"
    return browser


def pages(workspace: Workspace) -> list[tuple[str, str, str]]:
    """What is asked for: a name, who asks, and the path."""
    today = datetime.now(UTC).date().isoformat()
    with workspace.store.read() as tx:
        account = tx.accounts.page(limit=1, territory_id=tx.territories.of_rep(tx.reps.get("r0").id)[0].id)[0][0].id
        place = next(each.place for each in tx.accounts.page(limit=200)[0] if each.place)
    return [
        ("alive", "u0", "/health/alive"),
        ("my day", "u0", "/day/"),
        ("a day, as a planner", "planner", f"/day/r0/{today}"),
        ("week", "u0", "/week/"),
        ("route of a day", "u0", f"/map/day/r0/{today}"),
        ("check-in page", "u0", f"/check-in/{account}"),
        ("account", "u0", f"/accounts/{account}"),
        ("accounts", "planner", "/accounts/"),
        ("accounts, searched", "planner", "/accounts/?text=gar"),
        ("points of the map", "planner", "/map/points"),
        ("team", "manager", "/team/"),
        ("routes of the team", "manager", f"/map/team/{today}"),
        ("regions", "manager", "/regions/"),
        ("regions on the map", "manager", "/map/regions?set=municipalities"),
        ("territories", "planner", "/territories/"),
        ("territories on the map", "planner", "/map/territories?set=municipalities"),
        ("catchment", "planner", "/catchment/"),
        ("catchment on the map", "planner", f"/map/catchment?lon={place.lon}&lat={place.lat}&minutes=10,20,30"),
        ("reps", "planner", "/reps/"),
        ("places to fix", "planner", "/places/"),
        ("duplicates", "planner", "/duplicates/"),
        ("changes", "planner", "/changes/"),
        ("imports", "planner", "/imports/"),
        ("jobs", "administrator", "/jobs/"),
        ("users", "administrator", "/users/"),
        ("health", "administrator", "/health/"),
        ("me", "u0", "/me/"),
    ]


def measured(ask: Callable[[], requests.Response], repeat: int, process: int) -> dict[str, Any]:
    """Asked that many times after once for warming up: times in ms, processor time of the server, bytes."""
    answer = ask()
    took, first = [], []
    before = _processor_s(process)
    for _ in range(repeat):
        began = time.perf_counter()
        answer = ask()
        took.append((time.perf_counter() - began) * 1000)
        first.append(answer.elapsed.total_seconds() * 1000)
    spent_ms = (_processor_s(process) - before) * 1000 / repeat
    sent = int(answer.headers.get("Content-Length", len(answer.content)))
    times = _quantiles(took) | {"first_p95_ms": _quantiles(first)["p95_ms"], "processor_ms": round(spent_ms, 1)}
    return {"status": answer.status_code, **times, "sent": sent, "bytes": len(answer.content)}


def _processor_s(process: int) -> float:
    """Seconds of processor time that a process and its children have used, by the kernel's clock of 10 ms."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    # Of every thread: it is a thread each that starts and keeps a process of the web app.
    tasks = Path(f"/proc/{process}/task").iterdir()
    children = [child for task in tasks for child in (task / "children").read_text().split()]
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(_processor_s(int(child)) for child in children)


def _quantiles(took: Sequence[float]) -> dict[str, float]:
    ordered = sorted(took)
    return {
        "p50_ms": round(ordered[len(ordered) // 2], 1),
        "p95_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 1),
    }


def at_once(address: str, workspace: Workspace, people: int, seconds: float, pause_s: float) -> dict[str, Any]:
    """Many reps at once, each in turn opening the day, its route and an account's check-in page, and checking in."""
    today = datetime.now(UTC).date().isoformat()
    with workspace.store.read() as tx:
        users = {user.login: user.rep_id for user in tx.users.all() if user.rep_id}
        keys = {rep.id: rep.key for rep in tx.reps.all()}
        own = {
            rep: [each.id for each in tx.accounts.page(limit=50, territory_id=tx.territories.of_rep(rep)[0].id)[0]]
            for rep in keys
        }
    browsers = {f"u{number}": signed_in(address, f"u{number}") for number in range(people)}
    took: dict[str, list[float]] = {}
    failed: list[str] = []
    ends = time.perf_counter() + seconds

    def asked(name: str, ask: Callable[[], requests.Response]) -> requests.Response:
        began = time.perf_counter()
        answer = ask()
        took.setdefault(name, []).append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            failed.append(f"{name}: {answer.status_code} {answer.text[:100]}")
        time.sleep(pause_s)
        return answer

    def work(login: str) -> None:
        dice, browser, rep = random.Random(login), browsers[login], users[login]
        time.sleep(pause_s * dice.random())
        while time.perf_counter() < ends:
            here = f"{address}/check-in/{dice.choice(own[rep])}"
            route = f"{address}/map/day/{keys[rep]}/{today}"
            asked("my day", lambda: browser.get(f"{address}/day/", timeout=TIMEOUT_S))
            asked("route of a day", lambda: browser.get(route, timeout=TIMEOUT_S))  # noqa: B023 - asked at once
            page = asked("check-in page", lambda: browser.get(here, timeout=TIMEOUT_S))  # noqa: B023
            token = re.search(r'name="csrf-token" content="([^"]+)"', page.text)
            sent = {"client_id": secrets.token_hex(16), "at": datetime.now(UTC).isoformat(), "outcome": "order"}
            headers = {"Referer": here, "X-CSRFToken": token.group(1) if token else ""}
            asked("check-in", lambda: browser.post(here, json=sent, headers=headers, timeout=TIMEOUT_S))  # noqa: B023

    threads = [threading.Thread(target=work, args=(login,)) for login in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "people": people,
        "rows": [{"page": name, "asked": len(each), **_quantiles(each)} for name, each in took.items() if each],
        "failed": failed,
    }


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """All of it."""
    home = Path(arguments.workspace or tempfile.mkdtemp(prefix="gcrm-pages-"))
    workspace = open_workspace(Settings(home))
    with workspace.store.read() as tx:
        empty = not tx.users.all()
    if empty:
        fill(workspace, arguments.area, arguments.accounts)
    found: list[dict[str, Any]] = []
    with served(home) as (address, process):
        browsers: dict[str, requests.Session] = {}
        for name, login, path in pages(workspace):
            if arguments.only and arguments.only not in name and name != "alive":
                continue
            browser = browsers.get(login) or browsers.setdefault(login, signed_in(address, login))
            asked = partial(browser.get, f"{address}{path}", timeout=TIMEOUT_S)
            found.append({"page": name, **measured(asked, arguments.repeat, process)})
        for row in found:
            row["ratio"] = round(row["p50_ms"] / max(found[0]["p50_ms"], 0.1), 1)
        people = arguments.at_once
        crowd = at_once(address, workspace, people, arguments.seconds, arguments.pause) if people else None
    return {"accounts": arguments.accounts, "rows": found, "at_once": crowd}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--area", type=Path, default=LIECHTENSTEIN)
    parser.add_argument("--accounts", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--at-once", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=0.0)
    parser.add_argument("--workspace", help="a folder to make the company in, or that holds it from an earlier run")
    parser.add_argument("--only", help="only the pages whose name holds this")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    answer = run(arguments)
    if arguments.json:
        sys.stdout.write(json.dumps(answer, indent=1) + "\n")
        return
    for row in answer["rows"]:
        sys.stdout.write(
            f"{row['page']:24} {row['status']} {row['p50_ms']:8.1f} {row['p95_ms']:8.1f} ms"
            f" first {row['first_p95_ms']:7.1f} processor {row['processor_ms']:7.1f} {row['ratio']:6.1f} x"
            f" {row['sent']:10,} sent {row['bytes']:10,} bytes\n"
        )
    if answer["at_once"]:
        sys.stdout.write(f"{answer['at_once']['people']} at once, {len(answer['at_once']['failed'])} failed\n")
        for what, times in Counter(answer["at_once"]["failed"]).items():
            sys.stdout.write(f"  {times} x {what}\n")
        for row in answer["at_once"]["rows"]:
            sys.stdout.write(f"{row['page']:24} {row['asked']:5} {row['p50_ms']:8.1f} {row['p95_ms']:8.1f} ms\n")


if __name__ == "__main__":
    main()
