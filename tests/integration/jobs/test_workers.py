"""Whether anybody works, and whose job is next, on SQLite and on Redis."""

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from gcrm.jobs.model import Worker
from gcrm.jobs.start import start
from gcrm.jobs.worker import run_worker
from gcrm.jobs.workers import lives, living_workers, waits_for_a_worker
from gcrm.people.user import Role, User
from gcrm.platform.settings import Settings
from gcrm.workspace import Workspace
from tests.integration.jobs.conftest import Counting, job_of, wait_until_ended


@pytest.fixture
def workspace(queue_settings: Settings) -> Iterator[Workspace]:
    workspace = Workspace(queue_settings)
    yield workspace
    workspace.close()


def _worker(workspace: Workspace, stopping: threading.Event) -> threading.Thread:
    arguments = {"stopping": stopping, "warm": False, "threads": 1}
    thread = threading.Thread(target=run_worker, args=(workspace,), kwargs=arguments)
    thread.start()
    return thread


def _user(workspace: Workspace, login: str) -> int:
    with workspace.store.write() as tx:
        return tx.users.add(User(login, login, Role.PLANNER, "x")).id


def test_a_worker_is_known_as_long_as_it_works(workspace: Workspace, counting: Counting) -> None:
    job = start(workspace, "count", {"to": 2})
    assert living_workers(workspace) == []
    assert waits_for_a_worker(workspace, job)
    counting.go_on.clear()
    stopping = threading.Event()
    thread = _worker(workspace, stopping)
    assert counting.at_half.wait(60)
    (found,) = living_workers(workspace)
    assert found.host == socket.gethostname()
    assert not waits_for_a_worker(workspace, job_of(workspace, job.id))
    counting.go_on.set()
    wait_until_ended(workspace, job.id)
    stopping.set()
    thread.join(60)
    assert living_workers(workspace) == []
    assert not waits_for_a_worker(workspace, job_of(workspace, job.id))


def test_a_worker_that_was_killed_is_dead_at_once_here_and_after_silence_elsewhere(workspace: Workspace) -> None:
    now = workspace.clock()
    # No process has this number: Linux gives none above 2^22.
    assert not lives(Worker(socket.gethostname(), 2**22 + 1, now, now), now)
    elsewhere = Worker("another machine", 1, now, now)
    assert lives(elsewhere, now + timedelta(seconds=59))
    assert not lives(elsewhere, now + timedelta(seconds=61))


def test_one_persons_many_jobs_do_not_hold_up_anothers(workspace: Workspace, counting: Counting) -> None:
    ada, bo = _user(workspace, "ada"), _user(workspace, "bo")
    counting.go_on.clear()
    stopping = threading.Event()
    thread = _worker(workspace, stopping)
    first = start(workspace, "count", {"to": 2}, ada)
    assert counting.at_half.wait(60)
    many = [start(workspace, "count", {"to": 2}, ada) for _ in range(6)]
    one = start(workspace, "count", {"to": 2}, bo)
    counting.go_on.set()
    for job in [first, *many, one]:
        wait_until_ended(workspace, job.id)
    stopping.set()
    thread.join(60)
    begun = sorted([*many, one], key=lambda job: job_of(workspace, job.id).started_at or workspace.clock())
    assert begun[0].id == one.id
    assert [job.id for job in begun[1:]] == [job.id for job in many]
