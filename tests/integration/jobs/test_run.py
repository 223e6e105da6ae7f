"""One job from claim to end, without a queue."""

import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gcrm.jobs.kinds import KINDS, Kind
from gcrm.jobs.model import Job, JobState
from gcrm.jobs.run import MOST_ATTEMPTS, STALE, run_job, running_folder
from gcrm.platform.errors import GcrmError, InputRejected
from gcrm.platform.progress import Progress
from gcrm.workspace import Workspace
from tests.integration.jobs.conftest import Counting, job_of


def queued(workspace: Workspace, to: int = 4, **changes: Any) -> Job:
    with workspace.store.write() as tx:
        return tx.jobs.add(replace(Job("count", {"to": to}, created_at=workspace.clock()), **changes))


def running(workspace: Workspace, silent: timedelta, attempts: int = 1) -> Job:
    """A job whose worker was last heard of so long ago."""
    beat = workspace.clock() - silent
    return queued(workspace, state=JobState.RUNNING, attempts=attempts, started_at=beat, heartbeat_at=beat)


def test_a_job_ends_with_the_document_of_its_use_case(workspace: Workspace, counting: Counting) -> None:
    done = run_job(workspace, queued(workspace).id)
    assert done is not None
    assert (done.state, done.result, done.attempts) == (JobState.DONE, {"counted": 4}, 1)
    assert (done.message, done.done, done.total) == ("Counting", 3, 4)
    assert done.started_at is not None
    assert done.finished_at is not None
    assert done.finished_at >= done.started_at
    assert job_of(workspace, done.id) == done
    assert counting.began == 1


def test_a_job_that_has_ended_is_not_run_again(workspace: Workspace, counting: Counting) -> None:
    job = queued(workspace)
    run_job(workspace, job.id)
    assert run_job(workspace, job.id) is None
    assert counting.began == 1


def test_a_number_that_no_job_has_is_passed_over(workspace: Workspace) -> None:
    assert run_job(workspace, 99) is None


def test_two_threads_run_a_job_once(workspace: Workspace, counting: Counting) -> None:
    counting.go_on.clear()
    job = queued(workspace)
    first = threading.Thread(target=run_job, args=(workspace, job.id))
    first.start()
    assert counting.at_half.wait(20)
    assert run_job(workspace, job.id) is None
    counting.go_on.set()
    first.join()
    assert counting.began == 1
    assert job_of(workspace, job.id).state is JobState.DONE


def test_a_fault_is_told_with_its_remedy(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_workspace: Workspace, _job: Job, _progress: Progress) -> None:
        raise InputRejected("The file is a picture.", "Save it as CSV.")

    monkeypatch.setitem(KINDS, "count", Kind(fail, frozenset({"to"})))
    failed = run_job(workspace, queued(workspace).id)
    assert failed is not None
    assert (failed.state, failed.error, failed.remedy) == (JobState.FAILED, "The file is a picture.", "Save it as CSV.")


def test_an_error_that_nobody_foresaw_is_logged_and_told_without_its_trace(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_workspace: Workspace, _job: Job, progress: Progress) -> None:
        progress("Dividing")
        raise ZeroDivisionError("secret of the machine")

    monkeypatch.setitem(KINDS, "count", Kind(fail, frozenset({"to"})))
    failed = run_job(workspace, queued(workspace).id)
    assert failed is not None
    assert failed.state is JobState.FAILED
    assert "Dividing" in failed.error
    assert "secret" not in failed.error + failed.remedy
    assert f"job {failed.id}" in failed.remedy
    assert "secret of the machine" in caplog.text


def test_a_job_is_cancelled_between_two_pieces_of_work(workspace: Workspace, counting: Counting) -> None:
    counting.go_on.clear()
    job = queued(workspace)
    worker = threading.Thread(target=run_job, args=(workspace, job.id))
    worker.start()
    assert counting.at_half.wait(20)
    with workspace.store.write() as tx:
        assert tx.jobs.request_cancel(job.id).state is JobState.RUNNING
    wait_for_a_beat(workspace, job.id)
    counting.go_on.set()
    worker.join()
    ended = job_of(workspace, job.id)
    assert (ended.state, ended.result) == (JobState.CANCELLED, None)
    assert ended.message == "Counting"


def test_a_job_that_waits_is_cancelled_at_once(workspace: Workspace, counting: Counting) -> None:
    job = queued(workspace)
    with workspace.store.write() as tx:
        assert tx.jobs.request_cancel(job.id).state is JobState.CANCELLED
    assert run_job(workspace, job.id) is None
    assert counting.began == 0


def test_progress_is_written_while_the_work_holds_the_database(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A use-case reports from inside its own write; the report must not wait for it."""

    def write(workspace: Workspace, _job: Job, progress: Progress) -> dict[str, int]:
        with workspace.store.write() as tx:
            for step in range(20):
                progress("Writing", step, 20)
                time.sleep(0.05)
            tx.settings.set("written", 1)
        return {"written": 1}

    monkeypatch.setitem(KINDS, "count", Kind(write, frozenset({"to"})))
    done = run_job(workspace, queued(workspace).id)
    assert done is not None
    assert done.state is JobState.DONE


def test_a_worker_that_stops_puts_its_job_back_and_the_attempt_does_not_count(
    workspace: Workspace, counting: Counting
) -> None:
    counting.go_on.clear()
    job = queued(workspace)
    stopping = threading.Event()
    worker = threading.Thread(target=run_job, args=(workspace, job.id, stopping))
    worker.start()
    assert counting.at_half.wait(20)
    stopping.set()
    counting.go_on.set()
    worker.join()
    back = job_of(workspace, job.id)
    assert (back.state, back.attempts) == (JobState.QUEUED, 0)
    again = run_job(workspace, job.id)
    assert again is not None
    assert (again.state, again.attempts) == (JobState.DONE, 1)


def test_a_job_of_a_living_worker_elsewhere_is_left_alone(workspace: Workspace, counting: Counting) -> None:
    job = running(workspace, silent=STALE / 2)
    assert run_job(workspace, job.id) is None
    assert counting.began == 0


def test_a_job_whose_worker_elsewhere_is_long_silent_is_taken_up(workspace: Workspace, counting: Counting) -> None:
    taken = run_job(workspace, running(workspace, silent=STALE * 2).id)
    assert taken is not None
    assert (taken.state, taken.attempts) == (JobState.DONE, 2)
    assert counting.began == 1


def test_a_job_whose_worker_died_on_this_machine_is_taken_up_at_once(workspace: Workspace, counting: Counting) -> None:
    job = running(workspace, silent=timedelta(seconds=1))
    left_behind(workspace, job)
    taken = run_job(workspace, job.id)
    assert taken is not None
    assert (taken.state, taken.attempts) == (JobState.DONE, 2)
    assert counting.began == 1
    assert not list(running_folder(workspace).iterdir())


def test_a_trace_of_an_earlier_attempt_here_does_not_take_a_job_from_a_worker_elsewhere(
    workspace: Workspace, counting: Counting
) -> None:
    job = running(workspace, silent=timedelta(seconds=1), attempts=2)
    left_behind(workspace, replace(job, attempts=1))
    assert run_job(workspace, job.id) is None
    assert counting.began == 0


def test_a_job_that_killed_three_workers_is_given_up(workspace: Workspace, counting: Counting) -> None:
    job = running(workspace, silent=STALE * 2, attempts=MOST_ATTEMPTS)
    ended = run_job(workspace, job.id)
    assert ended is not None
    assert ended.state is JobState.FAILED
    assert "died 3 times" in ended.error
    assert ended.remedy
    assert counting.began == 0


def test_a_worker_that_was_overtaken_does_not_write_over_the_end(workspace: Workspace, counting: Counting) -> None:
    counting.go_on.clear()
    job = queued(workspace)
    worker = threading.Thread(target=run_job, args=(workspace, job.id))
    worker.start()
    assert counting.at_half.wait(20)
    with workspace.store.write() as tx:
        mine = tx.jobs.get(job.id)
        other = replace(mine, attempts=mine.attempts + 1, state=JobState.DONE, result={"counted": "elsewhere"})
        tx.jobs.update(other)
    counting.go_on.set()
    worker.join()
    assert job_of(workspace, job.id).result == {"counted": "elsewhere"}


def test_an_upload_goes_when_its_job_is_done_and_a_file_of_the_persons_own_stays(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen = []

    def look(_workspace: Workspace, job: Job, _progress: Progress) -> dict[str, int]:
        seen.append(Path(job.params["file"]).read_text(encoding="utf-8"))
        return {}

    monkeypatch.setitem(KINDS, "look", Kind(look, frozenset({"file"})))
    upload = workspace.settings.home / "uploads" / "0a1b" / "accounts.csv"
    upload.parent.mkdir(parents=True)
    upload.write_text("sent", encoding="utf-8")
    own = tmp_path / "own.csv"
    own.write_text("own", encoding="utf-8")
    for file in (upload, own):
        with workspace.store.write() as tx:
            job = tx.jobs.add(Job("look", {"file": str(file)}))
        run_job(workspace, job.id)
    assert seen == ["sent", "own"]
    assert not upload.parent.exists()
    assert own.exists()


@pytest.mark.parametrize(
    ("kind", "params", "said"),
    [
        ("dance", {}, "dance"),
        ("plan day", {"rep": "north"}, "date"),
        ("plan day", {"rep": "north", "date": "tomorrow"}, "tomorrow"),
        ("accounts import", {"file": "a.csv", "colour": "red"}, "colour"),
    ],
)
def test_a_job_that_cannot_be_is_refused_before_it_is_written_down(
    workspace: Workspace, kind: str, params: dict[str, Any], said: str
) -> None:
    from gcrm.jobs.start import start

    with pytest.raises(GcrmError, match=said):
        start(workspace, kind, params)
    with workspace.store.read() as tx:
        assert tx.jobs.list() == []


def left_behind(workspace: Workspace, job: Job) -> None:
    """The lock file of a process that was killed at this attempt."""
    folder = running_folder(workspace)
    folder.mkdir(exist_ok=True)
    (folder / str(job.id)).write_text(str(job.attempts), encoding="ascii")


def wait_for_a_beat(workspace: Workspace, job_id: int) -> None:
    """Wait until the worker has written, and so has read what was wished."""
    before = job_of(workspace, job_id).heartbeat_at
    for _ in range(2):
        while job_of(workspace, job_id).heartbeat_at == before:
            time.sleep(0.02)
        before = job_of(workspace, job_id).heartbeat_at
