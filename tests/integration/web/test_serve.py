"""`gcrm serve` with real processes: what dies comes back, and what is stopped leaves nothing behind."""

import csv
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gcrm.jobs.model import JobState
from gcrm.jobs.start import start
from gcrm.platform.settings import Settings
from gcrm.workspace import Workspace
from tests.fixtures.requires import missing
from tests.integration.jobs.conftest import wait_until, wait_until_ended
from webapp import assets

FAILSAFE_S = 240
"""Longer than anything takes on the slowest machine; no test waits that long unless it fails."""
ROWS = 5_000


class Served:
    """A running `gcrm serve`, its children as the kernel lists them, and what it says."""

    def __init__(self, home: Path, processes: int) -> None:
        self.home, self.port = home, _free_port()
        self.log = home / "serve.log"
        environment = {key: value for key, value in os.environ.items() if not key.startswith("GCRM_")}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gcrm.cli", "serve", "--port", str(self.port), "--json"],
                env=environment | {"GCRM_HOME": str(home), "GCRM_WEB_PROCESSES": str(processes)},
                stdout=subprocess.PIPE,
                stderr=log,
            )

    def said(self) -> dict[str, str]:
        """The one document on its standard output, once it is there."""
        assert self.process.stdout is not None
        found: dict[str, str] = json.loads(self.process.stdout.readline() or b"{}")
        return found

    def child(self, command: str) -> int | None:
        """The process number of the first child with that in its command line."""
        return next(iter(self.children(command)), None)

    def children(self, command: str) -> list[int]:
        """The process numbers of the children with that in their command line."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [
            int(pid)
            for thread in listed.parent.parent.glob("*/children")
            for pid in thread.read_text().split()
            if command in _command_of(int(pid))
        ]

    def alive(self) -> int:
        """What the app answers; waits for it as a browser does."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=FAILSAFE_S)
        connection.request("GET", "/health/alive")
        status = connection.getresponse().status
        connection.close()
        return status


def _command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + FAILSAFE_S
    while not holds():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.05)


def _is_gone(pid: int) -> bool:
    return not _command_of(pid)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@pytest.fixture
def processes() -> int:
    """How many answer for the web app."""
    return 1


@pytest.fixture
def served(geopackage_file: Path, processes: int) -> Iterator[Served]:
    if not assets.is_current():
        missing("the scripts of the pages are not installed (python -m webapp.assets)")
    if not Path("/proc/self/task").is_dir():
        missing("this system lists no processes under /proc")
    served = Served(geopackage_file.parent, processes)
    yield served
    served.process.kill()
    served.process.wait()
    assert served.process.stdout is not None
    served.process.stdout.close()


def test_a_web_app_and_a_worker_that_are_killed_come_back_and_the_job_goes_on(served: Served) -> None:
    assert served.said() == {"address": f"http://127.0.0.1:{served.port}"}
    assert served.alive() == 200
    web = served.child("webapp.web_child")
    assert web is not None
    os.kill(web, signal.SIGKILL)
    # Nobody is refused meanwhile: the parent holds the socket.
    assert served.alive() == 200
    second = served.child("webapp.web_child")
    assert second not in {None, web}
    assert "The web app ended (killed by SIGKILL)" in served.log.read_text()

    file = served.home / "uploads" / "one" / "accounts.csv"
    file.parent.mkdir(parents=True)
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["id", "name"])
        rows.writerows([number, f"Shop {number}"] for number in range(ROWS))
    workspace = Workspace(Settings(served.home))
    job = start(workspace, "accounts import", {"file": str(file)})
    wait_until(workspace, job.id, lambda job: job.state is not JobState.QUEUED)
    _until(lambda: served.child("gcrm.cli worker") is not None)
    worker = served.child("gcrm.cli worker")
    assert worker is not None
    os.kill(worker, signal.SIGKILL)
    ended = wait_until_ended(workspace, job.id)
    _until(lambda: served.child("gcrm.cli worker") not in {None, worker})
    assert ended.state is JobState.DONE, ended
    with workspace.store.read() as tx:
        assert sum(tx.accounts.counts().values()) == ROWS
    workspace.close()
    assert "The job worker ended (killed by SIGKILL)" in served.log.read_text()

    children = [served.child("webapp.web_child"), served.child("gcrm.cli worker")]
    served.process.terminate()
    assert served.process.wait(FAILSAFE_S) == 0
    assert all(pid is not None and _is_gone(pid) for pid in children)
    assert _is_free(served.port)


@pytest.mark.parametrize("processes", [2])
def test_each_of_two_processes_answers_while_the_other_cannot(served: Served) -> None:
    served.said()
    _until(lambda: len(served.children("webapp.web_child")) == 2)
    one, other = served.children("webapp.web_child")
    for sleeper in (one, other):
        os.kill(sleeper, signal.SIGSTOP)
        assert [served.alive() for _ in range(5)] == [200] * 5
        os.kill(sleeper, signal.SIGCONT)
    os.kill(one, signal.SIGKILL)
    assert served.alive() == 200
    _until(lambda: len({*served.children("webapp.web_child")} - {one}) == 2)
    children = served.children("webapp.web_child")
    served.process.terminate()
    assert served.process.wait(FAILSAFE_S) == 0
    assert all(_is_gone(pid) for pid in children)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_server_that_ends_leaves_no_process_and_no_port_behind(served: Served, number: signal.Signals) -> None:
    served.said()
    _until(lambda: served.child("gcrm.cli worker") is not None)
    children = [served.child("webapp.web_child"), served.child("gcrm.cli worker")]
    served.process.send_signal(number)
    assert served.process.wait(FAILSAFE_S) == (0 if number is signal.SIGINT else -number)
    _until(lambda: all(pid is not None and _is_gone(pid) for pid in children))
    assert _is_free(served.port)


def test_a_port_that_is_taken_is_said_and_nothing_is_started(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GCRM_")}
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = subprocess.run(
            [sys.executable, "-m", "gcrm.cli", "serve", "--json", "--port", str(other.getsockname()[1])],
            env=environment | {"GCRM_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "cannot be listened on" in json.loads(done.stdout)["error"]
