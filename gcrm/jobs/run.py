"""Run one job: claim it, do the work, write down what came of it."""

import logging
import shutil
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gcrm.common.language import ENGLISH, say, speaking
from gcrm.jobs.fair import fair_order
from gcrm.jobs.hold import Hold, hold
from gcrm.jobs.kinds import LANGUAGE, checked
from gcrm.jobs.model import Job, JobState
from gcrm.jobs.reporter import PutBack, Reporter
from gcrm.planning.routing_words import fault_and_remedy
from gcrm.platform.documents import as_document
from gcrm.platform.errors import Cancelled, GcrmError, NoAnswer, NotFound
from gcrm.workspace import Workspace

MOST_ATTEMPTS = 3
"""A job that killed three workers would kill the fourth."""

STALE = timedelta(seconds=60)
"""Silence after which a worker on another machine counts as dead. Longer than any one write to the store takes."""

AWAY_S = 60.0
"""How long a job waits for a database that is started again."""

log = logging.getLogger(__name__)


def run_job(workspace: Workspace, job_id: int, stopping: threading.Event | None = None) -> Job | None:
    """Do the job if it waits, or if the worker that had it is dead; None where there is nothing to do.

    Never raises for what happens inside the job: that stands in the job that comes back. Two calls at once, in any
    process on any machine, do the work once.
    """
    with hold(running_folder(workspace), job_id) as held:
        if held is None:
            return None
        try:
            with workspace.store.read() as tx:
                seen = tx.jobs.get(job_id)
        except NotFound:
            return None
        if not is_to_run(seen, held, workspace.clock()):
            return None
        if seen.state is JobState.RUNNING and seen.attempts >= MOST_ATTEMPTS:
            held.note(seen.attempts)
            return _finish(workspace, _gave_up(seen))
        with workspace.store.write() as tx:
            job = tx.jobs.claim(job_id, workspace.clock(), _stale_before(seen))
        if job is None:
            return None
        held.note(job.attempts)
        if job.cancel_requested:
            return _finish(workspace, replace(job, state=JobState.CANCELLED))
        return _work(workspace, job, stopping or threading.Event())


def run_next(workspace: Workspace, job_id: int, stopping: threading.Event | None = None) -> Job | None:
    """Do the job whose turn it is, when the queue gives out a number; None where there is nothing to do.

    The number says that one more job waits; which one is done is fair to all who wait. A running one is taken over by
    its own number, as its worker died.
    """
    with workspace.store.read() as tx:
        jobs = tx.jobs.in_state(JobState.QUEUED, JobState.RUNNING)
        order = fair_order(jobs, tx.jobs.last_starts())
    if any(job.id == job_id and job.state is JobState.RUNNING for job in jobs):
        return run_job(workspace, job_id, stopping)
    for job in order:
        # Another thread may have taken it a moment ago.
        if stopping is not None and stopping.is_set():
            return None
        done = run_job(workspace, job.id, stopping)
        if done is not None:
            return done
    return None


def running_folder(workspace: Workspace) -> Path:
    """Where the locks of running jobs are."""
    return workspace.settings.home / "running"


def is_to_run(job: Job, held: Hold, now: datetime) -> bool:
    """Whether nobody is at the job: it waits, its worker died on this machine, or has long been silent elsewhere."""
    if job.state is JobState.QUEUED:
        return True
    if job.state is not JobState.RUNNING:
        return False
    died_here = held.left_by == job.attempts
    return died_here or is_silent(job, now)


def _stale_before(seen: Job) -> datetime:
    """The instant that lets a claim succeed only where nobody has given a sign of life since `seen` was read."""
    never = datetime.min.replace(tzinfo=UTC)
    return seen.heartbeat_at + timedelta(milliseconds=1) if seen.heartbeat_at else never


def is_silent(job: Job, now: datetime) -> bool:
    """Whether the last sign of life of a running job is older than `STALE`."""
    return job.heartbeat_at is None or now - job.heartbeat_at > STALE


def _work(workspace: Workspace, job: Job, stopping: threading.Event) -> Job | None:
    """Do the job in the language of whoever asked for it: what it says is kept."""
    with speaking(str(job.params.get(LANGUAGE, ENGLISH))):
        return _worked(workspace, job, stopping)


def _worked(workspace: Workspace, job: Job, stopping: threading.Event) -> Job | None:
    log.info("Job %d (%s) begins, attempt %d.", job.id, job.kind, job.attempts)
    reporter = Reporter(workspace, job, stopping)
    try:
        with reporter:
            result = as_document(checked(job.kind, job.params).run(workspace, job, reporter))
        ended = replace(job, state=JobState.DONE, result=result)
    except PutBack:
        log.info("Job %d goes back to the queue.", job.id)
        with workspace.store.write() as tx:
            return tx.jobs.put_back(job)
    except Cancelled:
        ended = replace(job, state=JobState.CANCELLED)
    except NoAnswer as error:
        if job.attempts < MOST_ATTEMPTS:
            return _begin_again(workspace, job)
        fault, remedy = fault_and_remedy(error)
        ended = replace(job, state=JobState.FAILED, error=fault, remedy=remedy)
    except GcrmError as error:
        fault, remedy = fault_and_remedy(error)
        ended = replace(job, state=JobState.FAILED, error=fault, remedy=remedy)
    except Exception:
        log.exception("Job %d (%s) failed with an error that nobody foresaw.", job.id, job.kind)
        ended = replace(job, state=JobState.FAILED, error=_unforeseen(reporter), remedy=_look(job))
    message, done, total = reporter.word
    return _finish(workspace, replace(ended, message=message, done=done, total=total))


def _begin_again(workspace: Workspace, job: Job) -> Job | None:
    """Let the job wait again once the database is back, which went away under it: it may be run twice, as any.

    Where that takes too long the error goes on, and whoever finds the job takes its worker for dead.
    """
    log.warning("The database went away under job %d, which will begin again.", job.id)
    until = time.monotonic() + AWAY_S
    while True:
        try:
            with workspace.store.write() as tx:
                return tx.jobs.put_back(job, counts=True)
        except NoAnswer:
            if time.monotonic() >= until:
                raise
            time.sleep(1)


def _finish(workspace: Workspace, ended: Job) -> Job | None:
    """Write how the job ended, unless another worker has it by now; then drop the file that was sent for it."""
    with workspace.store.write() as tx:
        kept = tx.jobs.end(replace(ended, finished_at=workspace.clock()))
    if kept is None:
        log.warning("Job %d was taken over by another worker; its end is written by that one.", ended.id)
        return None
    log.info("Job %d (%s) is %s.", kept.id, kept.kind, kept.state.value)
    _drop_upload(workspace, kept)
    return kept


def _drop_upload(workspace: Workspace, job: Job) -> None:
    """Remove a file that was uploaded for the job, with the folder made for it; files of the person's own stay."""
    file = Path(str(job.params.get("file") or ""))
    uploads = workspace.settings.files / "uploads"
    if file.parent.parent == uploads:
        shutil.rmtree(file.parent, ignore_errors=True)


def _gave_up(job: Job) -> Job:
    return replace(
        job,
        state=JobState.FAILED,
        error=_told_at(say("The worker died {attempts} times at this job", attempts=job.attempts), job.message),
        remedy=say(
            "The machine may be short of memory: close other programs or give a smaller file, then start it again."
        ),
    )


def _unforeseen(reporter: Reporter) -> str:
    return _told_at(say("An unexpected error occurred"), reporter.word[0])


def _look(job: Job) -> str:
    return say("Start it again; if it fails again, the log of the worker says more under job {job}.", job=job.id)


def _told_at(fault: str, message: str) -> str:
    return say("{fault}, at “{message}”.", fault=fault, message=message) if message else f"{fault}."
