"""A workspace of its own for each test, and kinds of job that a test can steer."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gcrm.jobs.kinds import KINDS, Kind
from gcrm.jobs.model import Job, JobState
from gcrm.platform.progress import Progress
from gcrm.platform.settings import Settings
from gcrm.workspace import Workspace


@pytest.fixture(params=["sqlite", "redis"])
def queue_settings(request: pytest.FixtureRequest, geopackage_file: Path) -> Settings:
    """Settings of a workspace, once with each kind of queue."""
    redis_url = str(request.getfixturevalue("redis_url")) if request.param == "redis" else ""
    return Settings(geopackage_file.parent, redis_url=redis_url)


@pytest.fixture
def workspace(geopackage_file: Path) -> Iterator[Workspace]:
    """A workspace with an empty database and the machine's own clock: signs of life are told by it."""
    workspace = Workspace(Settings(geopackage_file.parent))
    yield workspace
    workspace.close()


class Counting:
    """A job that counts, reporting each step; it can be held in the middle, and knows how often it began."""

    def __init__(self) -> None:
        self.began = 0
        self.at_half = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()

    def run(self, _workspace: Workspace, job: Job, progress: Progress) -> Any:
        self.began += 1
        for step in range(job.params["to"]):
            progress("Counting", step, job.params["to"])
            if step == job.params["to"] // 2:
                self.at_half.set()
                assert self.go_on.wait(20)
        return {"counted": job.params["to"]}


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    counting = Counting()
    monkeypatch.setitem(KINDS, "count", Kind(counting.run, frozenset({"to"})))
    return counting


def job_of(workspace: Workspace, job_id: int) -> Job:
    with workspace.store.read() as tx:
        return tx.jobs.get(job_id)


def wait_until_ended(workspace: Workspace, job_id: int, seconds: float = 240) -> Job:
    """The job when it is neither queued nor running any more."""
    return wait_until(workspace, job_id, lambda job: job.state not in {JobState.QUEUED, JobState.RUNNING}, seconds)


def wait_until(workspace: Workspace, job_id: int, holds: Callable[[Job], bool], seconds: float = 240) -> Job:
    """The job when something holds for it."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        job = job_of(workspace, job_id)
        if holds(job):
            return job
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds} s for {job_of(workspace, job_id)}")
