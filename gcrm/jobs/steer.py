"""What a person can say to a job that waits or runs."""

from gcrm.jobs.model import Job, JobState
from gcrm.workspace import Workspace


def cancel_job(workspace: Workspace, job_id: int) -> Job:
    """Ask a job to stop; it does so between two pieces of work and keeps nothing. Raises NotFound."""
    with workspace.store.write() as tx:
        return tx.jobs.request_cancel(job_id)


def take_best_so_far(workspace: Workspace, job_id: int) -> None:
    """Let a search for a plan end now and keep the best that it has found. Raises NotFound."""
    with workspace.store.write() as tx:
        if tx.jobs.get(job_id).state in {JobState.QUEUED, JobState.RUNNING}:
            tx.jobs.say_enough(job_id)
