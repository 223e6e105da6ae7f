"""The queue between whoever starts a job and the workers. It carries nothing but the number of a job.

What it loses (a worker that dies with a number in its hands, a Redis that is emptied) is found again by
`gcrm.jobs.recovery`, because the store knows every job that is not finished.
"""

import contextlib
import json
import logging
import uuid
from collections.abc import Callable, Iterator

from huey import Huey, RedisHuey, SqliteHuey
from huey.consumer import Consumer
from huey.registry import Message
from huey.serializer import Serializer
from huey.storage import SqliteStorage
from redis import RedisError

from gcrm.common.language import say
from gcrm.platform.errors import NotReady
from gcrm.workspace import Workspace

LONGEST_LOOK_S = 0.5
"""Longest sleep between two looks into an empty SQLite queue: what a person waits at most for a job to begin."""

AWAY = (OSError, RedisError, SqliteStorage.operational_error)
"""What Huey lets through when the file or the server behind it cannot be used."""


class PlainSerializer(Serializer):  # type: ignore[misc]  # Huey has no types
    """Messages as JSON. Huey's own are pickles, which let whoever can write to the queue run code in the worker."""

    def _serialize(self, data: Message) -> bytes:
        return json.dumps(list(data)).encode()

    def _deserialize(self, data: bytes) -> Message:
        return Message(*json.loads(data))


class QuietConsumer(Consumer):  # type: ignore[misc]  # Huey has no types
    """Huey's consumer without its signal handlers: the worker has its own, and tests run it beside other threads."""

    def _set_signal_handlers(self) -> None:
        """Leave signals to `gcrm.jobs.worker`."""


def _nothing(job_id: int) -> None:
    raise RuntimeError(f"Job {job_id} reached a queue that only sends.")


class Queue:
    """The job queue of a workspace: a SQLite file in it, or Redis. Safe to share between threads."""

    def __init__(self, workspace: Workspace, run: Callable[[int], None] = _nothing) -> None:
        """Open the queue; `run` is called with the number of each job by the consumer. Raises NotReady."""
        # Results and errors are kept in the store, so Huey keeps none.
        kept = {"results": False, "serializer": PlainSerializer()}
        settings = workspace.settings
        self._redis = bool(settings.redis_url)
        with _reached():
            try:
                self._huey: Huey = (
                    RedisHuey(_name(workspace), url=settings.redis_url, **kept)
                    if self._redis
                    else SqliteHuey("gcrm", filename=str(settings.jobs_file), **kept)
                )
            except ValueError as error:
                fault = say("GCRM_REDIS_URL cannot be used: {why}.", why=error)
                raise NotReady(fault, say("Write it as redis://host:6379/0.")) from error

        # Huey calls a task by its module too, so the function must be of this one on either side.
        def job(job_id: int) -> None:
            run(job_id)

        self._task = self._huey.task(name="job")(job)
        logging.getLogger("huey").setLevel(logging.WARNING)

    def put(self, job_id: int) -> None:
        """Send the number of a job to the workers. Raises NotReady where the queue cannot be reached."""
        with _reached():
            self._task(job_id)

    def waiting(self) -> set[int]:
        """Numbers of jobs that are in the queue and not yet with a worker. Raises NotReady."""
        with _reached():
            return {int(task.args[0]) for task in self._huey.pending()}

    def consumer(self, threads: int) -> QuietConsumer:
        """What takes numbers out of the queue and calls `run`, in so many threads."""
        return QuietConsumer(self._huey, workers=threads, periodic=False, max_delay=LONGEST_LOOK_S, backoff=1.3)

    def close(self) -> None:
        """Let go of the file or the connections."""
        if self._redis:
            self._huey.storage.pool.disconnect()
        else:
            self._huey.storage.close()


@contextlib.contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except AWAY as error:
        raise NotReady(
            say("The job queue cannot be reached ({error}).", error=error),
            say("Start Redis, or unset GCRM_REDIS_URL to use SQLite."),
        ) from error


def _name(workspace: Workspace) -> str:
    """The queue's name on a Redis server, which other workspaces may use too: one made up a database, once."""
    with workspace.store.write() as tx:
        return tx.jobs.queue_name(f"gcrm{uuid.uuid4().hex}")
