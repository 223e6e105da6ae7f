"""Two machines answer and two work, each with a home of its own, on one PostGIS, one Redis and one shared folder."""

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from gcrm.accounts.model import Account
from gcrm.jobs.model import JobState
from gcrm.people.user import Role
from gcrm.people.users import add_user
from gcrm.platform.settings import Settings
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.fixtures.requires import missing
from tests.integration.jobs.conftest import job_of, wait_until, wait_until_ended
from webapp import assets

FAILSAFE_S = 240
"""Longer than anything takes on the slowest machine; no test waits that long unless it fails."""
PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
ROWS = 4_000


class Machine:
    """A program of ours on a machine of its own: a home that no other has."""

    def __init__(self, home: Path, environment: dict[str, str], *command: str) -> None:
        home.mkdir()
        clean = {key: value for key, value in os.environ.items() if not key.startswith("GCRM_")}
        with (home / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gcrm.cli", *command],
                env=clean | environment | {"GCRM_HOME": str(home), "GCRM_WEB_PROCESSES": "1"},
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )

    def dies(self) -> None:
        """The machine loses its power: all its processes at once, with no last word."""
        own = self.process.pid
        family = [own, *(pid for pid in _processes() if _parent_of(pid) == own)]
        for pid in family:
            os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def close(self) -> None:
        if self.process.poll() is None:
            self.dies()
        assert self.process.stdout is not None
        self.process.stdout.close()


def _processes() -> list[int]:
    return [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdecimal()]


def _parent_of(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Company:
    """The machines, what they share, and a look into it from outside."""

    def __init__(self, folder: Path, database_url: str, redis_url: str) -> None:
        self.folder = folder
        files = folder / "shared"
        self.environment = {
            "GCRM_DATABASE_URL": database_url,
            "GCRM_REDIS_URL": redis_url,
            "GCRM_FILES": str(files),
        }
        self.workspace = Workspace(Settings(folder / "outside", database_url, redis_url, files_dir=files))
        self.machines: dict[str, Machine] = {}
        self.address: dict[str, str] = {}

    def web(self, name: str) -> None:
        port = str(_free_port())
        machine = Machine(self.folder / name, self.environment, "serve", "--port", port, "--no-worker", "--json")
        self.machines[name] = machine
        assert machine.process.stdout is not None
        self.address[name] = json.loads(machine.process.stdout.readline())["address"]

    def worker(self, name: str) -> None:
        self.machines[name] = Machine(self.folder / name, self.environment, "worker", "--threads", "1", "--no-warm")


@pytest.fixture
def company(tmp_path: Path, postgis_url: str, redis_url: str) -> Iterator[Company]:
    if not assets.is_current():
        missing("the scripts of the pages are not installed (python -m webapp.assets)")
    if not Path("/proc/self/task").is_dir():
        missing("this system lists no processes under /proc")
    company = Company(tmp_path, postgis_url, redis_url)
    yield company
    for machine in company.machines.values():
        machine.close()
    company.workspace.close()


class Browser:
    """Somebody's browser, which a balancer sends now to this machine and now to that."""

    def __init__(self, company: Company) -> None:
        self.session, self.company = requests.Session(), company

    def ask(self, machine: str, method: str, path: str, **more: Any) -> requests.Response:
        address = self.company.address[machine]
        headers = {"Referer": f"{address}{path}", **more.pop("headers", {})}
        return self.session.request(method, address + path, timeout=FAILSAFE_S, headers=headers, **more)

    def token(self, machine: str, path: str) -> str:
        page = self.ask(machine, "GET", path)
        found = re.search(r'name="csrf[-_]token"[^>]*(?:value|content)="([^"]+)"', page.text)
        assert found, (page.status_code, page.text[:500])
        return found[1]

    def signs_in(self, machine: str, login: str) -> None:
        fields = {"login": login, "password": PASSWORD, "csrf_token": self.token(machine, "/log-in")}
        assert self.ask(machine, "POST", "/log-in", data=fields).ok

    def imports(self, machine: str, content: str) -> int:
        """Upload a file of accounts; the number of the job."""
        fields = {"csrf_token": self.token(machine, "/imports/")}
        sent = self.ask(machine, "POST", "/imports/", data=fields, files={"file": ("accounts.csv", content)})
        return int(sent.url.rsplit("/", 1)[1])


def _rows(count: int) -> str:
    lines = [f"{number},Shop {number},9.5,47.1" for number in range(count)]
    return "\n".join(["id,name,lon,lat", *lines, "x,,9.5,47.1"]) + "\n"


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + FAILSAFE_S
    while not holds():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.05)


def test_one_machine_of_each_kind_dies_and_nothing_is_lost(company: Company) -> None:
    add_user(company.workspace, "pia", "Pia", Role.PLANNER, password=PASSWORD)
    with company.workspace.store.write() as tx:
        adler = tx.accounts.add(Account("Adler", place=LonLat(9.52, 47.14)))
    for name in ("web a", "web b"):
        company.web(name)
    company.worker("worker a")
    browser = Browser(company)

    # Signed in on one machine is signed in on the other; a form of one is taken by the other.
    browser.signs_in("web a", "pia")
    assert browser.ask("web b", "GET", "/accounts/").url.endswith("/accounts/")

    # A file that was uploaded on one machine is imported by another, which loses its power in the middle of it.
    job = browser.imports("web a", _rows(ROWS))
    wait_until(company.workspace, job, lambda one: one.state is not JobState.QUEUED)
    company.machines["worker a"].dies()
    began = job_of(company.workspace, job)
    company.worker("worker b")

    # Meanwhile a phone checks in, the machine that it spoke to dies, and the phone sends it once more to the other.
    here = f"/check-in/{adler.id}"
    sent = {"client_id": secrets.token_hex(16), "at": datetime.now(UTC).isoformat(), "outcome": "order"}
    token = browser.token("web a", here)
    for machine in ("web a", "web b"):
        answer = browser.ask(machine, "POST", here, json=sent, headers={"X-CSRFToken": token})
        assert answer.status_code == 200, answer.text
        if machine == "web a":
            company.machines[machine].dies()

    ended = wait_until_ended(company.workspace, job, FAILSAFE_S)
    assert ended.state is JobState.DONE, ended
    assert began.state is JobState.DONE or ended.attempts == began.attempts + 1
    with company.workspace.store.read() as tx:
        assert sum(tx.accounts.counts().values()) == ROWS + 1
        assert len(tx.activities.of_account(adler.id)) == 1

    # The machine that is left gives out what the others have written.
    assert "Adler" in browser.ask("web b", "GET", here).text
    rejected = browser.ask("web b", "GET", f"/imports/{job}/rejects")
    assert rejected.status_code == 200
    assert "no name" in rejected.text.casefold() or "reason" in rejected.text
    assert not list((company.folder / "shared" / "uploads").iterdir()), "an upload is put away where it is imported"
