"""A queue that cannot be reached."""

import logging

import pytest

from gcrm.jobs.model import JobState
from gcrm.jobs.queue import Queue
from gcrm.jobs.start import start
from gcrm.jobs.worker import run_worker
from gcrm.platform.errors import NotReady
from gcrm.platform.settings import Settings
from gcrm.workspace import Workspace
from tests.integration.jobs.conftest import Counting, job_of


def test_a_job_is_kept_while_redis_is_away(
    workspace: Workspace, counting: Counting, caplog: pytest.LogCaptureFixture
) -> None:
    away = Workspace(Settings(workspace.settings.home, redis_url="unix:///nowhere/socket?db=0"))
    with caplog.at_level(logging.WARNING):
        job = start(away, "count", {"to": 1})
    away.close()
    assert job_of(workspace, job.id).state is JobState.QUEUED
    assert "cannot be reached" in caplog.text
    assert counting.began == 0


def test_an_address_that_is_none_is_named(workspace: Workspace) -> None:
    wrong = Workspace(Settings(workspace.settings.home, redis_url="my redis"))
    with pytest.raises(NotReady, match="GCRM_REDIS_URL"):
        Queue(wrong)
    with pytest.raises(NotReady, match="GCRM_REDIS_URL"):
        run_worker(wrong)
    wrong.close()


def test_two_databases_on_one_redis_have_two_queues(
    workspace: Workspace, redis_url: str, tmp_path_factory: pytest.TempPathFactory, counting: Counting
) -> None:
    ours = Workspace(Settings(workspace.settings.home, redis_url=redis_url))
    theirs = Workspace(Settings(tmp_path_factory.mktemp("theirs"), redis_url=redis_url))
    job = start(ours, "count", {"to": 1})
    our_queue, their_queue = Queue(ours), Queue(theirs)
    assert our_queue.waiting() == {job.id}
    assert their_queue.waiting() == set()
    for opened in (our_queue, their_queue, ours, theirs):
        opened.close()
    assert counting.began == 0
