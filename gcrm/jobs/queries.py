"""What pages and other programs ask about jobs, in one snapshot."""

from gcrm.jobs.model import Job
from gcrm.store import Transaction

LATEST = 200
"""Jobs looked at in lists; older ones are found by their number."""


def latest_jobs(tx: Transaction, kind: str = "") -> list[Job]:
    """The latest jobs, newest first; of one kind where one is named."""
    return [job for job in tx.jobs.list(LATEST) if not kind or job.kind == kind]
