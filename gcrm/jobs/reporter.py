"""How a running job says where it is, shows that it is alive, and learns that it is to stop."""

import logging
import threading
from types import TracebackType
from typing import Any, Self

from gcrm.common.language import say
from gcrm.jobs.model import Job
from gcrm.planning.routing_words import said_again
from gcrm.platform.errors import Cancelled
from gcrm.workspace import Workspace

BEAT_S = 0.5
"""Time between two beats. Each writes one row; a bar on a page that moves twice a second looks alive."""

log = logging.getLogger(__name__)


class PutBack(Cancelled):
    """The worker is stopping, or another has taken the job over: it is done again elsewhere, from its beginning."""


class Reporter:
    """The `Watched` progress of one job. A thread of its own writes the latest word to the store.

    The thread is there because a use-case reports from inside its own write transaction, where a second one would wait
    for itself for ever, and because long pieces of work say nothing for minutes and are alive all the same.
    """

    def __init__(self, workspace: Workspace, job: Job, stopping: threading.Event) -> None:
        """`job` as claimed: its attempt tells this run from one that took it over."""
        self._workspace = workspace
        self._job = job
        self._stopping = stopping
        self._word = ("", 0, 0)
        self._found: dict[str, Any] | None = None
        self._kept: dict[str, Any] | None = None
        self._cancelled = threading.Event()
        self._enough = threading.Event()
        self._lost = threading.Event()
        self._ended = threading.Event()
        self._to_tell = threading.Event()
        self._thread = threading.Thread(target=self._beat_until_ended, name=f"job-{job.id}", daemon=True)

    def __call__(self, message: str, done: int = 0, total: int = 0) -> None:
        """Say where the work is. Raises Cancelled where a person stopped it, PutBack where the worker is stopping."""
        self._word = (said_again(message), done, total)
        if self._cancelled.is_set():
            raise Cancelled(say("The job was stopped."), say("Start it again when you are ready."))
        if self._lost.is_set() or self._stopping.is_set():
            raise PutBack("The worker stopped.", "The job begins again with the next worker.")

    @property
    def word(self) -> tuple[str, int, int]:
        """The last message, how much is done, and of how much."""
        return self._word

    @property
    def enough(self) -> bool:
        """Whether a person takes the best so far instead of waiting for better."""
        return self._enough.is_set()

    def show(self, found: dict[str, Any]) -> None:
        """Keep the best so far with the job, for whoever waits for it; the first at once, later ones with the beat."""
        is_first = self._found is None
        self._found = found
        if is_first:
            self._to_tell.set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._to_tell.set()
        self._thread.join()

    def _beat_until_ended(self) -> None:
        while not self._ended.is_set():
            self._to_tell.wait(BEAT_S)
            if self._ended.is_set():
                return
            self._to_tell.clear()
            try:
                self._beat()
            except Exception:
                # A database that is locked for long or away for a moment: the next beat may do better.
                log.warning("The beat of job %d could not be written.", self._job.id, exc_info=True)

    def _beat(self) -> None:
        message, done, total = self._word
        job, found = self._job, self._found
        fresh = None if found is self._kept else found
        with self._workspace.store.write() as tx:
            if tx.jobs.take_enough(job.id):
                self._enough.set()
            now = self._workspace.clock()
            wanted = tx.jobs.beat(job.id, now, message, done, total, attempt=job.attempts, found=fresh)
        self._kept = found
        if wanted is None:
            self._lost.set()
        elif wanted:
            self._cancelled.set()
