"""Whose job is it: a person sees the own ones, an administrator all."""

from gcrm.common.language import say
from gcrm.jobs.model import Job
from gcrm.jobs.queries import one_job
from gcrm.people.user import Role
from gcrm.platform.errors import NotFound
from gcrm.transaction import Transaction
from webapp.access import me


def may_see(job: Job) -> bool:
    """Whether the signed-in user may see a job."""
    return me().role is Role.ADMINISTRATOR or job.user_id == me().id


def job_to_see(tx: Transaction, job_id: int) -> Job:
    """The job, if the signed-in user may see it. Raises NotFound, also for a job of somebody else."""
    hidden = NotFound(say("There is no job {job_id} of yours.", job_id=job_id), say("See the list of jobs."))
    try:
        job = one_job(tx, job_id)
    except NotFound as unknown:
        raise hidden from unknown
    if not may_see(job):
        raise hidden
    return job
