"""A whole company at work, of which any process is killed at random: used by `tests.benchmarks.kills --shape`.

Phones check in over HTTP and send again until they are answered, now and then once more after that, as after an answer
that was lost. Somebody uploads files of accounts, one after the other, and somebody has days planned. Meanwhile a
process is killed (SIGKILL): one that answers, the parent that keeps it, a worker, what a worker has forked, Redis, a
process of PostgreSQL. What a machine's own supervisor does is done here: a program that has ended is started again.
"""

import json
import os
import random
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import requests

from gcrm.accounts.model import Account
from gcrm.areas.import_area import import_area
from gcrm.jobs.model import Job, JobState
from gcrm.jobs.start import start
from gcrm.people.reps import add_rep
from gcrm.people.user import Role
from gcrm.people.users import add_user
from gcrm.platform.database.geopackage_copy import faults_of
from gcrm.platform.errors import Busy, NotReady
from gcrm.platform.settings import Settings
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace, open_workspace
from routing.points import LonLat
from tests.unit.routing.worlds import grid

T = TypeVar("T")
PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
FAILSAFE_S = 300
"""Longer than anything takes; who waits longer fails."""
PHONES = 3
SHOPS = 12
ROWS = 600
PLANNED = date(2027, 1, 4)
DAYS = 5
WHOLE = 0.8
"""How often a kill waits until what died before is there again."""
ENDED = {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


@dataclass
class Told:
    """What was told and answered, by whoever is at work."""

    check_ins: set[str] = field(default_factory=set)
    sent_again: int = 0
    files: set[int] = field(default_factory=set)
    gave_up: int = 0
    plans: set[int] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)


class Program:
    """One program of a machine, with a home of its own; it is started again when it ends."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], folder: Path) -> None:
        self.name, self._command, self._environment = name, command, environment
        self._log = (folder / f"{name.replace(' ', '-')}.log").open("ab")
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            self._command, env=self._environment, stdout=self._log, stderr=self._log, start_new_session=True
        )

    def family(self) -> Iterator[tuple[str, int]]:
        """What it is and its number, for the program and all that it has started."""
        yield self.name, self.process.pid
        known = [self.process.pid]
        while known:
            for child in _children(known.pop()):
                known.append(child)
                line = _line(child)
                kind = "web process" if "webapp.web_child" in line else "worker" if " worker" in line else "forked"
                yield kind, child

    def close(self) -> None:
        for _, pid in list(self.family()):
            _kill(pid)
        self.process.wait()
        self._log.close()


def _children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(one) for task in tasks for one in (task / "children").read_text().split()]
    except OSError:
        return []


def _line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _kill(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Company:
    """The programs of one machine, or of many, and who works with them."""

    def __init__(self, folder: Path, shape: str, database_url: str = "") -> None:
        """folder: short, as a socket is made in it. database_url: of an empty PostGIS database, for many machines."""
        self.folder, self.shape, self.told = folder, shape, Told()
        self._stop, self._closing = threading.Event(), threading.Event()
        files = folder / "files"
        redis_url = f"unix://{folder}/socket?db=0" if shape == "many" else ""
        self.settings = Settings(
            folder / ("outside" if shape == "many" else "files"), database_url, redis_url, router="streets",
            files_dir=files,
        )  # fmt: skip
        self.workspace: Workspace = open_workspace(self.settings)
        self._fill()
        clean = {key: value for key, value in os.environ.items() if not key.startswith("GCRM_")}
        clean |= {"GCRM_FILES": str(files), "GCRM_ROUTER": "streets"}
        if shape == "many":
            clean |= {"GCRM_DATABASE_URL": database_url, "GCRM_REDIS_URL": redis_url, "GCRM_WEB_PROCESSES": "1"}
        self.programs: list[Program] = []
        self.addresses: list[str] = []
        if shape == "many":
            self._run("redis", "", clean)
        for name in ("web a", "web b") if shape == "many" else ("web",):
            self._run(name, "serve", clean)
        for name in ("worker a", "worker b") if shape == "many" else ():
            self._run(name, "worker", clean)
        self._supervisor = threading.Thread(target=self._supervise)
        self._supervisor.start()

    def _run(self, name: str, command: str, environment: dict[str, str]) -> None:
        home = self.folder / name.replace(" ", "-") if self.shape == "many" else self.settings.home
        home.mkdir(exist_ok=True)
        words = [sys.executable, "-m", "gcrm.cli", command]
        if command == "serve":
            port = _free_port()
            self.addresses.append(f"http://127.0.0.1:{port}")
            words += ["--port", str(port), *(["--no-worker"] if self.shape == "many" else [])]
        elif command == "worker":
            words += ["--no-warm"]
        else:
            keeps = ["--save", "", "--appendonly", "yes", "--dir", str(home)]
            words = ["redis-server", "--port", "0", "--unixsocket", str(self.folder / "socket"), *keeps]
        self.programs.append(Program(name, words, environment | {"GCRM_HOME": str(home)}, self.folder))

    def _fill(self) -> None:
        world = grid(size=3)
        import_area(self.workspace, world.write(self.folder), name="grid")
        add_user(self.workspace, "pia", "Pia", Role.PLANNER, password=PASSWORD)
        spots = [world.lonlat((n % 6 - 2.5, n // 6 - 1)) for n in range(SHOPS)]
        shops = [Account(f"Shop {n}", place=LonLat(*spot), visit_every_days=7) for n, spot in enumerate(spots)]
        with self.workspace.store.write() as tx:
            self.shops = [one.id for one in tx.accounts.add_many(shops)]
        add_rep(self.workspace, "ada", "Ada", home_at=world.centre, hours="Mo-Su 08:00-17:00")

    def _supervise(self) -> None:
        while not self._closing.wait(0.2):
            for program in self.programs:
                if program.process.poll() is not None:
                    # A port or a lock may be taken by children that are still ending: then once more.
                    program.start()

    def work(self, kills: int, seed: int, say: Callable[[str], None], *, database_too: bool = True) -> Counter[str]:
        """Work, and kill so many processes meanwhile; how many of what were killed. All that was begun is ended then.

        database_too: also Redis and processes of PostgreSQL.
        """
        work: list[tuple[Any, ...]] = [(self._phone, f"{seed} {number}") for number in range(PHONES)]
        work += [(self._import_files,), (self._plan_days,)]
        workers = [threading.Thread(target=self._watched, args=each) for each in work]
        for worker in workers:
            worker.start()
        killed: Counter[str] = Counter()
        dice = random.Random(seed)
        try:
            for number in range(kills):
                self._until_more_is_told()
                # Now and then what died last is not back yet.
                if dice.random() < WHOLE:
                    self._until_whole()
                time.sleep(dice.uniform(0, 2))
                kind, pid = self._victim(dice, database_too=database_too)
                if _kill(pid):
                    killed[kind] += 1
                done = f"{len(self.told.check_ins)} check-ins, {len(self.told.files)} files"
                say(f"{number + 1} of {kills}: killed {kind}; {done}, {len(self.told.plans)} plans so far")
            self._until_more_is_told()
        finally:
            self._stop.set()
            for worker in workers:
                worker.join()
        return killed

    def _until_whole(self) -> None:
        """Wait until all that died is there again."""
        whole = {program.name for program in self.programs} | {"web process"}
        whole |= {"worker"} if self.shape == "one" else set()
        until = time.monotonic() + FAILSAFE_S
        while whole - {kind for program in self.programs for kind, _ in program.family()}:
            assert time.monotonic() < until, "it does not come back"
            time.sleep(0.1)

    def _victim(self, dice: random.Random, *, database_too: bool) -> tuple[str, int]:
        running: dict[str, list[int]] = {}
        for program in self.programs:
            for kind, pid in program.family():
                if database_too or kind != "redis":
                    running.setdefault(kind, []).append(pid)
        if self.shape == "many" and database_too:
            running["postgres"] = self._backends()
        kind = dice.choice(sorted(kind for kind, pids in running.items() if pids))
        return kind, dice.choice(sorted(running[kind]))

    def _backends(self) -> list[int]:
        """The processes of PostgreSQL that answer for this database; one that is killed takes all others along."""
        asks = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        try:
            with psycopg.connect(self.settings.database_url) as connection:
                return [int(pid) for (pid,) in connection.execute(asks)]
        except psycopg.OperationalError:
            return []

    def _until_more_is_told(self) -> None:
        before, until = len(self.told.check_ins), time.monotonic() + FAILSAFE_S
        while len(self.told.check_ins) <= before:
            assert time.monotonic() < until, "nobody is answered any more"
            time.sleep(0.02)

    def _look(self, of: Callable[[Transaction], T]) -> T:
        """What is found in the database, which may be starting again."""
        until = time.monotonic() + FAILSAFE_S
        while True:
            try:
                with self.workspace.store.read() as tx:
                    return of(tx)
            except (Busy, NotReady):
                assert time.monotonic() < until, "the database does not come back"
                time.sleep(0.2)

    def _watched(self, work: Callable[..., None], *told: str) -> None:
        """Do somebody's work; who cannot go on is told of at the end."""
        try:
            work(*told)
        except Exception as error:  # noqa: BLE001 - told
            self.told.refused.append(f"{work.__name__} ended: {error!r}")

    def _phone(self, seed: str) -> None:
        dice, browser = random.Random(seed), Browser(self)
        while not self._stop.is_set():
            here = f"/check-in/{dice.choice(self.shops)}"
            sent = {"client_id": secrets.token_hex(16), "at": datetime.now(UTC).isoformat(), "outcome": "order"}
            for again in range(2 if dice.random() < 0.3 else 1):
                browser.ask("POST", here, here, json=sent)
                self.told.sent_again += again
            self.told.check_ins.add(sent["client_id"])

    def _import_files(self) -> None:
        browser, number = Browser(self), 0
        while not self._stop.is_set():
            number += 1
            rows = [f"{number}-{n},File {number} row {n},9.5,47.1" for n in range(ROWS)]
            content = "\n".join(["id,name,lon,lat", *rows])
            ended = None
            while ended is None or ended.state is not JobState.DONE:
                answer = browser.ask("POST", "/imports/", "/imports/", files={"file": ("accounts.csv", content)})
                ended = self._ended(int(answer.url.rsplit("/", 1)[1]))
                if ended.state is JobState.FAILED and "died" in ended.error:
                    # Three workers were killed at it: the person is told, and sends it again.
                    self.told.gave_up += 1
                elif ended.state is not JobState.DONE:
                    self.told.refused.append(f"import: {ended.state.value} {ended.error}")
                    break
            self.told.files.add(number)

    def _plan_days(self) -> None:
        turn = 0
        while not self._stop.is_set():
            turn += 1
            day = PLANNED + timedelta(turn % DAYS)
            try:
                job = start(self.workspace, "plan day", {"rep": "ada", "date": day.isoformat(), "seconds": 1})
            except (Busy, NotReady):
                time.sleep(0.2)
                continue
            ended = self._ended(job.id)
            if ended.state is JobState.DONE:
                self.told.plans.add(job.id)
            elif "died" in ended.error:
                self.told.gave_up += 1
            else:
                self.told.refused.append(f"plan: {ended.state.value} {ended.error}")

    def _ended(self, job_id: int) -> Job:
        until = time.monotonic() + FAILSAFE_S
        while True:
            job = self._look(lambda tx: tx.jobs.get(job_id))
            if job.state in ENDED:
                return job
            assert time.monotonic() < until, f"job {job_id} does not end"
            time.sleep(0.2)

    def faults(self) -> list[str]:
        """What was lost, doubled, or half applied, in sentences."""
        for job in self._look(lambda tx: tx.jobs.in_state(JobState.QUEUED, JobState.RUNNING)):
            self._ended(job.id)
        accounts = self._look(lambda tx: tx.accounts.all())
        visits = self._look(lambda tx: {one: tx.activities.of_account(one, 100_000) for one in self.shops})
        imports = self._look(lambda tx: [one for one in tx.changes.latest(limit=100_000) if one.kind == "import"])
        last_day = PLANNED + timedelta(DAYS)
        current = self._look(lambda tx: tx.plans.between(tx.reps.get("ada").id, PLANNED, last_day))
        planned = self._look(lambda tx: {day: len(tx.plans.visits_between(day, day)) for day in current})
        jobs = self._look(lambda tx: [tx.jobs.get(one) for one in self.told.plans])
        told = Counter(visit.client_id for each in visits.values() for visit in each)
        found = [f"check-in {one} is lost" for one in self.told.check_ins - told.keys()]
        found += [f"check-in {one} is there {count} times" for one, count in told.items() if count > 1]
        found += [f"check-in {one} was told by nobody" for one in told.keys() - self.told.check_ins]
        last = {account.id: account.last_visit for account in accounts}
        for shop, each in visits.items():
            newest, said = max((visit.at.date() for visit in each), default=None), last[shop]
            # Days of visits are told in the account's own zone.
            if newest is not None and (said is None or abs((said - newest).days) > 1):
                found.append(f"shop {shop} was last visited on {said}, its visits say {newest}")
        names = Counter(account.name for account in accounts)
        found += [f"{name} is there {count} times" for name, count in names.items() if count > 1]
        rows = Counter(int(name.split()[1]) for name in names if name.startswith("File "))
        found += [f"of file {number} {count} rows are there" for number, count in rows.items() if count != ROWS]
        found += [f"file {number} is lost" for number in self.told.files - rows.keys()]
        if len(imports) < len(rows):
            found.append(f"{len(imports)} imports are in the list of changes, and rows of {len(rows)}")
        found += [
            f"the plan of {day} has {len(plan.stops)} stops and {planned[day]} visits"
            for day, plan in current.items()
            if len(plan.stops) != planned[day]
        ]
        days = {date.fromisoformat(job.params["date"]) for job in jobs}
        found += [f"the plan of {day} is lost" for day in days - current.keys()]
        if self.shape == "one":
            found += [str(fault) for fault in faults_of(self.settings.database_file)]
        return found + self.told.refused

    def close(self) -> None:
        """End all programs."""
        self._stop.set()
        self._closing.set()
        self._supervisor.join()
        for program in reversed(self.programs):
            program.close()
        self.workspace.close()


class Browser:
    """Somebody who is signed in, and asks until there is an answer, now this machine, now that."""

    def __init__(self, company: Company) -> None:
        self._company, self._session, self._token = company, requests.Session(), ""

    def ask(self, method: str, path: str, page: str, **more: Any) -> requests.Response:
        """The first answer that is none of "later". page: where the form stands."""
        until, turn = time.monotonic() + FAILSAFE_S, 0
        while True:
            assert time.monotonic() < until, f"{path} is not answered"
            turn += 1
            address = self._company.addresses[turn % len(self._company.addresses)]
            try:
                self._token = self._token or self._signed_in(address, page)
                headers = {"Referer": f"{address}{page}", "X-CSRFToken": self._token}
                answer = self._session.request(method, address + path, headers=headers, timeout=30, **more)
            except (requests.RequestException, LookupError):
                time.sleep(0.1)
                continue
            if answer.ok and "/log-in" not in answer.url:
                return answer
            if answer.status_code not in {429, 500, 502, 503}:
                self._company.told.refused.append(f"{path}: {answer.status_code} {answer.text[:200]}")
                self._token = ""
            time.sleep(0.1)

    def _signed_in(self, address: str, page: str) -> str:
        """The token of the page's forms. Raises LookupError where a page has none."""
        if not self._session.cookies:
            fields = {"login": "pia", "password": PASSWORD, "csrf_token": self._found(address, "/log-in")}
            headers = {"Referer": f"{address}/log-in"}
            self._session.post(f"{address}/log-in", data=fields, headers=headers, timeout=30)
        return self._found(address, page)

    def _found(self, address: str, page: str) -> str:
        text = self._session.get(address + page, timeout=30).text
        found = re.search(r'name="csrf[-_]token"[^>]*(?:value|content)="([^"]+)"', text)
        if found is None:
            self._session.cookies.clear()
            raise LookupError(page)
        return found[1]


def run_company_kills(
    shape: str, kills: int, seed: int, say: Callable[[str], None], *, database_url: str = "", database_too: bool = True
) -> dict[str, Any]:
    """Kill so many processes of a company at work; what came of it.

    database_url: an empty PostGIS database, for the shape "many".
    """
    folder = Path(tempfile.mkdtemp(prefix="gcrm-kills-"))
    try:
        company = Company(folder, shape, database_url)
        try:
            killed = company.work(kills, seed, say, database_too=database_too)
            faults = company.faults()
        finally:
            company.close()
        told = company.told
        return {
            "shape": shape,
            "kills": dict(killed),
            "check_ins": len(told.check_ins),
            "sent_again": told.sent_again,
            "files": len(told.files),
            "plans": len(told.plans),
            "jobs_given_up": told.gave_up,
            "faults": faults,
        }
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def as_json(found: dict[str, Any]) -> str:
    """For people and programs."""
    return json.dumps(found, indent=1)
