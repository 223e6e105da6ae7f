"""Who does jobs: workers give signs of life, and others can tell whether anybody works."""

import os
import socket
from contextlib import suppress
from datetime import datetime, timedelta

from gcrm.common.language import to_say
from gcrm.jobs.model import Job, JobState, Worker
from gcrm.platform.errors import Busy
from gcrm.workspace import Workspace

SILENT = timedelta(seconds=60)
"""Silence after which a worker on another machine counts as dead: as long as one write may hold up the others."""

FORGOTTEN = timedelta(days=1)
"""After this the note of a worker that was killed goes."""

NOBODY = to_say("No worker is running: start one with `gcrm worker`.")


def sign_of_life(workspace: Workspace, started_at: datetime) -> None:
    """Note that this process does jobs. A database that is busy is told the next time."""
    now = workspace.clock()
    with suppress(Busy), workspace.store.write() as tx:
        tx.workers.sign(Worker(socket.gethostname(), os.getpid(), started_at, now))
        tx.workers.forget_silent(now - FORGOTTEN)


def sign_off(workspace: Workspace) -> None:
    """Note that this process does no more jobs."""
    with suppress(Busy), workspace.store.write() as tx:
        tx.workers.remove(socket.gethostname(), os.getpid())


def living_workers(workspace: Workspace) -> list[Worker]:
    """Workers that are at work, on any machine."""
    with workspace.store.read() as tx:
        return [one for one in tx.workers.all() if lives(one, workspace.clock())]


def lives(one: Worker, now: datetime) -> bool:
    """Whether a worker is at work: on this machine the kernel knows, of others a sign of life must be fresh."""
    if one.host == socket.gethostname():
        try:
            os.kill(one.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
    return now - one.seen_at <= SILENT


def waits_for_a_worker(workspace: Workspace, job: Job) -> bool:
    """Whether a job can get no further because nobody works."""
    return job.state in {JobState.QUEUED, JobState.RUNNING} and not living_workers(workspace)
