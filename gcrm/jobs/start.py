"""Start a job: write it down, then tell the workers."""

import json
import logging

from gcrm.common.language import ENGLISH, language, say
from gcrm.jobs.kinds import LANGUAGE, Params, checked
from gcrm.jobs.model import Job, JobState
from gcrm.jobs.queue import Queue
from gcrm.people.user import Role
from gcrm.platform.errors import InputRejected, NotReady, TooOften
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace

WAITING_MOST = {Role.REP: 5}
WAITING_MOST_OTHERS = 100
"""Jobs that one person may have waiting; those under way do not count."""
LOOKED_AT = 500
"""The latest jobs, among which those that wait are counted."""

log = logging.getLogger(__name__)


def start(workspace: Workspace, kind: str, params: Params, user_id: int | None = None) -> Job:
    """Queue a job of that kind and return it as it stands in the store.

    The job speaks the language that is spoken here. Where the queue cannot be reached it waits in the store, and a
    worker finds it there.
    Raises InputRejected for an unknown kind or parameters that the kind does not take, TooOften where this user has as
    many waiting as one person may.
    """
    checked(kind, params)
    try:
        json.dumps(params, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InputRejected(
            say("The job cannot be written down: {error}.", error=error), say("Give text, numbers and lists only.")
        ) from error
    if language() != ENGLISH:
        params = {**params, LANGUAGE: language()}
    with workspace.store.write() as tx:
        if user_id is not None:
            _refuse_a_crowd(tx, user_id)
        job = tx.jobs.add(Job(kind, params, user_id=user_id, created_at=workspace.clock()))
    try:
        queue = Queue(workspace)
        try:
            queue.put(job.id)
        finally:
            queue.close()
    except NotReady as error:
        log.warning("Job %d waits for a worker to find it: %s", job.id, error)
    return job


def _refuse_a_crowd(tx: Transaction, user_id: int) -> None:
    role = tx.users.get(user_id).role
    most = WAITING_MOST.get(role, WAITING_MOST_OTHERS)
    waiting = sum(job.user_id == user_id and job.state is JobState.QUEUED for job in tx.jobs.list(LOOKED_AT))
    if waiting >= most:
        raise TooOften(
            say("You have {waiting} jobs waiting already.", waiting=waiting),
            say("Wait until one of them has begun, or stop one you do not need."),
        )
