"""A database server that goes away under a job and comes back: the job begins again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from gcrm.jobs.kinds import KINDS, Kind
from gcrm.jobs.model import Job, JobState
from gcrm.jobs.run import MOST_ATTEMPTS, run_job
from gcrm.jobs.start import start
from gcrm.platform.progress import Progress
from gcrm.platform.settings import Settings
from gcrm.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path, postgis_url: str) -> Iterator[Workspace]:
    workspace = Workspace(Settings(tmp_path, database_url=postgis_url))
    yield workspace
    workspace.close()


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch, postgis_url: str) -> list[int]:
    """A kind of job whose connection is ended by the server as many times as the first item says."""
    times = [1]

    def run(workspace: Workspace, job: Job, _: Progress) -> Any:
        with workspace.store.read() as tx:
            if job.attempts <= times[0]:
                with psycopg.connect(postgis_url, autocommit=True) as server:
                    server.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )
            return {"accounts": len(tx.accounts.all())}

    monkeypatch.setitem(KINDS, "cut", Kind(run))
    return times


@pytest.mark.usefixtures("cut")
def test_a_job_begins_again_after_the_database_was_away(workspace: Workspace) -> None:
    job = start(workspace, "cut", {})
    again = run_job(workspace, job.id)
    assert again is not None
    assert (again.state, again.attempts) == (JobState.QUEUED, 1)
    done = run_job(workspace, job.id)
    assert done is not None
    assert (done.state, done.attempts, done.result) == (JobState.DONE, 2, {"accounts": 0})


def test_a_job_under_which_it_goes_away_each_time_fails(workspace: Workspace, cut: list[int]) -> None:
    cut[0] = MOST_ATTEMPTS
    job = start(workspace, "cut", {})
    ended = [run_job(workspace, job.id) for _ in range(MOST_ATTEMPTS)]
    assert [one.state for one in ended if one] == [*[JobState.QUEUED] * (MOST_ATTEMPTS - 1), JobState.FAILED]
    assert ended[-1] is not None
    assert "does not answer" in ended[-1].error
