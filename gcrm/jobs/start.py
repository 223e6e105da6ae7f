"""Start a job: write it down, then tell the workers."""

import json
import logging

from gcrm.jobs.kinds import Params, checked
from gcrm.jobs.model import Job
from gcrm.jobs.queue import Queue
from gcrm.platform.errors import InputRejected, NotReady
from gcrm.workspace import Workspace

log = logging.getLogger(__name__)


def start(workspace: Workspace, kind: str, params: Params, user_id: int | None = None) -> Job:
    """Queue a job of that kind and return it as it stands in the store.

    Where the queue cannot be reached the job waits in the store, and a worker finds it there.
    Raises InputRejected for an unknown kind or parameters that the kind does not take.
    """
    checked(kind, params)
    try:
        json.dumps(params, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InputRejected(
            f"The job cannot be written down: {error}.", "Give text, numbers and lists only."
        ) from error
    with workspace.store.write() as tx:
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
