"""What pages and other programs ask about jobs, in one snapshot."""

from gcrm.jobs.model import Job, JobState
from gcrm.transaction import Transaction

LATEST = 200
"""Jobs looked at in lists; older ones are found by their number."""
UNDER_WAY = (JobState.QUEUED, JobState.RUNNING)


def latest_jobs(tx: Transaction, kind: str = "") -> list[Job]:
    """The latest jobs without their results, newest first; of one kind where one is named."""
    return tx.jobs.latest(LATEST, kind=kind)


def latest_results(tx: Transaction, kind: str) -> list[Job]:
    """The latest jobs of a kind with their results, newest first."""
    return tx.jobs.latest(LATEST, kind=kind, with_results=True)


def jobs_under_way(tx: Transaction) -> list[Job]:
    """All jobs that wait or run."""
    return tx.jobs.in_state(*UNDER_WAY)


def one_job(tx: Transaction, job_id: int) -> Job:
    """One job with its result. Raises NotFound."""
    return tx.jobs.get(job_id)
