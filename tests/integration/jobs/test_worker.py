"""Jobs through the queue, on SQLite and on Redis."""

import contextlib
import logging
import threading
from collections.abc import Iterator

import pytest

from gcrm.jobs.model import Job, JobState
from gcrm.jobs.queue import Queue
from gcrm.jobs.recovery import find_lost
from gcrm.jobs.start import start
from gcrm.jobs.worker import run_worker
from gcrm.platform.settings import Settings
from gcrm.workspace import Workspace
from tests.integration.jobs.conftest import Counting, job_of, wait_until_ended


@pytest.fixture
def workspace(queue_settings: Settings) -> Iterator[Workspace]:
    workspace = Workspace(queue_settings)
    yield workspace
    workspace.close()


@contextlib.contextmanager
def working(workspace: Workspace) -> Iterator[None]:
    """A worker in a thread of its own."""
    stopping = threading.Event()
    thread = threading.Thread(target=run_worker, args=(workspace,), kwargs={"stopping": stopping, "warm": False})
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(20)
        assert not thread.is_alive()


def test_jobs_are_done_in_the_background(workspace: Workspace, counting: Counting) -> None:
    with working(workspace):
        jobs = [start(workspace, "count", {"to": number}, None) for number in range(1, 6)]
        ended = [wait_until_ended(workspace, job.id) for job in jobs]
    assert [job.result for job in ended] == [{"counted": number} for number in range(1, 6)]
    assert counting.began == 5


def test_a_job_waits_for_a_worker(workspace: Workspace, counting: Counting) -> None:
    job = start(workspace, "count", {"to": 2})
    assert job_of(workspace, job.id).state is JobState.QUEUED
    with working(workspace):
        assert wait_until_ended(workspace, job.id).state is JobState.DONE
    assert counting.began == 1


def test_two_workers_share_the_jobs_and_do_each_once(workspace: Workspace, counting: Counting) -> None:
    other = Workspace(workspace.settings)
    with working(workspace), working(other):
        jobs = [start(workspace, "count", {"to": 3}) for _ in range(12)]
        ended = [wait_until_ended(workspace, job.id) for job in jobs]
    other.close()
    assert {job.state for job in ended} == {JobState.DONE}
    assert counting.began == 12


def test_a_job_whose_number_was_lost_is_sent_again(workspace: Workspace, counting: Counting) -> None:
    with workspace.store.write() as tx:
        job = tx.jobs.add(Job("count", {"to": 2}))
    with working(workspace):
        assert wait_until_ended(workspace, job.id).state is JobState.DONE
    assert counting.began == 1


def test_a_job_that_waits_in_the_queue_is_not_sent_twice(workspace: Workspace, counting: Counting) -> None:
    job = start(workspace, "count", {"to": 2})
    queue = Queue(workspace)
    with contextlib.closing(queue):
        assert queue.waiting() == {job.id}
        assert find_lost(workspace, queue) == []
        assert queue.waiting() == {job.id}
    assert counting.began == 0


def test_a_message_is_plain_json(workspace: Workspace, counting: Counting) -> None:
    """A pickle would let whoever writes to the queue run code in the worker."""
    start(workspace, "count", {"to": 1})
    queue = Queue(workspace)
    with contextlib.closing(queue):
        (raw,) = queue._huey.storage.enqueued_items()
    assert bytes(raw).startswith(b"[")
    assert counting.began == 0


def test_a_message_that_is_none_is_thrown_away(workspace: Workspace, counting: Counting) -> None:
    queue = Queue(workspace)
    with contextlib.closing(queue):
        queue._huey.storage.enqueue(b"\x80\x05evil")
    logging.getLogger("huey").setLevel(logging.CRITICAL)
    job = start(workspace, "count", {"to": 1})
    with working(workspace):
        assert wait_until_ended(workspace, job.id).state is JobState.DONE
    assert counting.began == 1


def test_a_worker_that_is_told_to_stop_leaves_its_job_to_the_next(workspace: Workspace, counting: Counting) -> None:
    counting.go_on.clear()
    with working(workspace):
        job = start(workspace, "count", {"to": 8})
        assert counting.at_half.wait(20)
        counting.go_on.set()
    with working(workspace):
        ended = wait_until_ended(workspace, job.id)
    assert (ended.state, ended.result) == (JobState.DONE, {"counted": 8})
