"""What a job has found so far, for whoever waits for it."""

import threading
from typing import Any

import pytest

from gcrm.jobs.kinds import KINDS, Kind
from gcrm.jobs.model import Job, JobState
from gcrm.jobs.run import run_job
from gcrm.platform.progress import Progress, Watched
from gcrm.workspace import Workspace
from tests.integration.jobs.conftest import job_of


class Searching:
    """A job that finds one plan, then a better one, each time somebody lets it go on."""

    def __init__(self) -> None:
        self.go_on = threading.Semaphore(0)
        self.found = threading.Event()

    def run(self, _workspace: Workspace, _job: Job, progress: Progress) -> Any:
        assert isinstance(progress, Watched)
        for number in (1, 2):
            progress.show({"number": number})
            self.found.set()
            while not self.go_on.acquire(timeout=0.02):
                progress("Searching")
                if progress.enough:
                    return {"taken": number}
        return {"taken": 2}


@pytest.fixture
def searching(monkeypatch: pytest.MonkeyPatch) -> Searching:
    searching = Searching()
    monkeypatch.setitem(KINDS, "search", Kind(searching.run))
    return searching


@pytest.fixture
def job(workspace: Workspace) -> Job:
    with workspace.store.write() as tx:
        return tx.jobs.add(Job("search", {}, created_at=workspace.clock()))


def shown(workspace: Workspace, job: Job, number: int) -> Job:
    """The job once it shows that plan."""
    for _ in range(400):
        now = job_of(workspace, job.id)
        if now.state is not JobState.QUEUED and now.result == {"number": number}:
            return now
        threading.Event().wait(0.02)
    raise AssertionError(f"plan {number} was never shown")


@pytest.fixture
def worker(workspace: Workspace, searching: Searching, job: Job) -> threading.Thread:
    thread = threading.Thread(target=run_job, args=(workspace, job.id))
    thread.start()
    assert searching.found.wait(20)
    return thread


def test_each_better_plan_is_with_the_running_job_and_the_last_is_its_result(
    workspace: Workspace, searching: Searching, job: Job, worker: threading.Thread
) -> None:
    assert shown(workspace, job, 1).state is JobState.RUNNING
    searching.go_on.release()
    shown(workspace, job, 2)
    searching.go_on.release()
    worker.join(20)
    assert job_of(workspace, job.id).result == {"taken": 2}


def test_a_search_that_is_stopped_leaves_nothing_of_what_it_showed(
    workspace: Workspace, job: Job, worker: threading.Thread
) -> None:
    shown(workspace, job, 1)
    with workspace.store.write() as tx:
        tx.jobs.request_cancel(job.id)
    worker.join(20)
    ended = job_of(workspace, job.id)
    assert (ended.state, ended.result) == (JobState.CANCELLED, None)


def test_the_best_so_far_is_taken_at_any_time(workspace: Workspace, job: Job, worker: threading.Thread) -> None:
    shown(workspace, job, 1)
    with workspace.store.write() as tx:
        tx.jobs.say_enough(job.id)
    worker.join(20)
    assert job_of(workspace, job.id).result == {"taken": 1}


def test_a_job_that_begins_again_shows_nothing_of_the_attempt_before(
    workspace: Workspace, job: Job, searching: Searching
) -> None:
    stopping = threading.Event()
    worker = threading.Thread(target=run_job, args=(workspace, job.id, stopping))
    worker.start()
    shown(workspace, job, 1)
    stopping.set()
    worker.join(20)
    again = job_of(workspace, job.id)
    assert (again.state, again.result) == (JobState.QUEUED, None)
    assert searching.found.is_set()
