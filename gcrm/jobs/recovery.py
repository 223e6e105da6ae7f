"""Find jobs that nobody is at, and send their numbers again."""

import logging

from gcrm.jobs.hold import hold
from gcrm.jobs.model import Job, JobState
from gcrm.jobs.queue import Queue
from gcrm.jobs.run import is_to_run, running_folder
from gcrm.workspace import Workspace

log = logging.getLogger(__name__)


def find_lost(workspace: Workspace, queue: Queue) -> list[int]:
    """Send the number of every job that waits without a message, or whose worker died; returns those numbers.

    Sending one too many does no harm: a job is claimed once. Raises NotReady where the queue cannot be reached.
    """
    with workspace.store.read() as tx:
        open_jobs = tx.jobs.in_state(JobState.QUEUED, JobState.RUNNING)[::-1]
    if not open_jobs:
        return []
    waiting = queue.waiting()
    lost = []
    for job in open_jobs:
        if job.id in waiting:
            continue
        if job.state is JobState.RUNNING and not _is_abandoned(workspace, job):
            continue
        queue.put(job.id)
        lost.append(job.id)
    if lost:
        log.info("Sent again: jobs %s.", ", ".join(map(str, lost)))
    return lost


def _is_abandoned(workspace: Workspace, job: Job) -> bool:
    with hold(running_folder(workspace), job.id) as held:
        return held is not None and is_to_run(job, held, workspace.clock())
