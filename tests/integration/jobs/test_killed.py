"""Workers that are killed in the middle of an import: nothing is lost and nothing is doubled."""

import csv
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gcrm.imports.import_accounts import import_accounts
from gcrm.jobs.model import Job, JobState
from gcrm.jobs.run import run_job, running_folder
from gcrm.jobs.start import start
from gcrm.platform.settings import Settings
from gcrm.workspace import Workspace
from tests.integration.jobs.conftest import job_of, wait_until, wait_until_ended

ROWS = 2_000
WORKER = [sys.executable, "-m", "gcrm.cli", "worker", "--no-warm"]
HELD = """
import sys, time
from gcrm.cli.main import main
from gcrm.imports import import_accounts as module

whole = module.import_accounts

def held(workspace, file, progress, **more):
    def told(message, done=0, total=0):
        progress(message, done, total)
        if message == "Writing":
            while True:  # until it is killed, or told that its worker stops
                progress(message, done, total)
                time.sleep(0.05)
    return whole(workspace, file, told, **more)

module.import_accounts = held
sys.argv = ["gcrm", *sys.argv[1:]]
main()
"""
"""A worker that stays in the middle of an import, however quick the machine is, until it is killed."""
HELD_WORKER = [sys.executable, "-c", HELD, "worker", "--no-warm"]


@pytest.fixture
def workspace(queue_settings: Settings) -> Iterator[Workspace]:
    workspace = Workspace(queue_settings)
    yield workspace
    workspace.close()


@pytest.fixture
def upload(workspace: Workspace) -> Path:
    """A file that was sent in the browser, with `ROWS` accounts."""
    file = workspace.settings.home / "uploads" / "one" / "accounts.csv"
    file.parent.mkdir(parents=True)
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["id", "name", "street", "city", "kind"])
        rows.writerows([number, f"Shop {number}", f"Road {number}", "Vaduz", "customer"] for number in range(ROWS))
    return file


@pytest.fixture
def worker(workspace: Workspace) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts worker processes, and ends those that a test has left."""
    environment = os.environ | {
        "GCRM_HOME": str(workspace.settings.home),
        "GCRM_REDIS_URL": workspace.settings.redis_url,
        "GCRM_DATABASE_URL": "",
    }
    begun: list[subprocess.Popen[bytes]] = []
    log = (workspace.settings.home / "log").open("wb")

    def begin(command: list[str] = WORKER) -> subprocess.Popen[bytes]:
        begun.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
        return begun[-1]

    yield begin
    for process in begun:
        process.kill()
        process.wait()
    log.close()


def is_under_way(job: Job) -> bool:
    return job.state is JobState.RUNNING and job.message == "Writing"


def assert_all_are_there_once(workspace: Workspace, ended: Job) -> None:
    with workspace.store.read() as tx:
        found = Counter(account.external_id for account in tx.accounts.all())
    assert found == Counter(str(number) for number in range(ROWS))
    assert ended.state is JobState.DONE
    assert ended.result is not None
    assert ended.result["read"] == ROWS
    assert ended.result["created"] + ended.result["unchanged"] == ROWS


def test_an_import_goes_on_after_its_worker_was_killed(
    workspace: Workspace, upload: Path, worker: Callable[..., subprocess.Popen[bytes]]
) -> None:
    first = worker(HELD_WORKER)
    job = start(workspace, "accounts import", {"file": str(upload)})
    wait_until(workspace, job.id, is_under_way)
    first.kill()
    first.wait()
    assert job_of(workspace, job.id).state is JobState.RUNNING
    assert upload.exists()
    second = worker()
    ended = wait_until_ended(workspace, job.id)
    assert ended.attempts == 2
    assert_all_are_there_once(workspace, ended)
    assert not upload.exists()
    second.send_signal(signal.SIGTERM)
    assert second.wait(20) == 0


@pytest.mark.parametrize("queue_settings", ["sqlite"], indirect=True)
def test_a_worker_ends_with_the_server_that_started_it_and_the_next_goes_on(
    workspace: Workspace, upload: Path, worker: Callable[..., subprocess.Popen[bytes]]
) -> None:
    """As `gcrm serve` does, which is killed before it can stop its worker."""
    server = f"import os, subprocess\nsubprocess.Popen([*{HELD_WORKER!r}, '--parent', str(os.getpid())]).wait()\n"
    first = worker([sys.executable, "-c", server])
    job = start(workspace, "accounts import", {"file": str(upload)})
    wait_until(workspace, job.id, is_under_way)
    first.kill()
    first.wait()
    worker()
    assert_all_are_there_once(workspace, wait_until_ended(workspace, job.id))


@pytest.mark.parametrize("queue_settings", ["sqlite"], indirect=True)
def test_an_import_that_was_written_before_its_worker_died_is_not_written_again(
    workspace: Workspace, upload: Path
) -> None:
    import_accounts(workspace, upload)
    with workspace.store.write() as tx:
        job = tx.jobs.add(
            Job("accounts import", {"file": str(upload)}, JobState.RUNNING, heartbeat_at=workspace.clock(), attempts=1)
        )
    running_folder(workspace).mkdir()
    (running_folder(workspace) / str(job.id)).write_text("1", encoding="ascii")
    ended = run_job(workspace, job.id)
    assert ended is not None
    assert ended.result is not None
    assert (ended.result["created"], ended.result["unchanged"]) == (0, ROWS)
    assert_all_are_there_once(workspace, ended)
