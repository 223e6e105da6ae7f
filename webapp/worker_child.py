"""A job worker beside the web app: a child process that is started again when it dies."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0
"""Waits before a worker that died at once is started again: twice as long each time."""

SETTLED_S = 30.0
"""A worker that lived this long starts its row of waits anew when it dies."""

PATIENCE_S = 10.0
"""How long a worker that is asked to stop may take."""

log = logging.getLogger(__name__)


class WorkerChild:
    """Keeps one worker running until told to stop; told what it died of, whoever reads the log can act."""

    def __init__(
        self, command: Sequence[str], wait: Callable[[threading.Event, float], object] = threading.Event.wait
    ) -> None:
        """command: the worker's own; wait: how to wait for an event at most so many seconds."""
        self._command = list(command)
        self._wait = wait
        self._stopping = threading.Event()
        self._guard = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, name="worker child", daemon=True)

    @property
    def pid(self) -> int | None:
        """The process number of the worker that runs now."""
        with self._guard:
            return self._child.pid if self._child and self._child.poll() is None else None

    def start(self) -> None:
        """Start the worker, and look after it from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the worker and wait for it. The jobs that it was at go on with the next one."""
        self._stopping.set()
        with self._guard:
            child = self._child
            if child is not None:
                child.terminate()
        if child is not None:
            try:
                child.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self._thread.join()

    def _keep(self) -> None:
        wait_s = FIRST_WAIT_S
        while not self._stopping.is_set():
            began = time.monotonic()
            with self._guard:
                if self._stopping.is_set():
                    return
                child = self._child = subprocess.Popen(self._command)  # noqa: S603 - our own command
            status = child.wait()
            if self._stopping.is_set():
                return
            if time.monotonic() - began >= SETTLED_S:
                wait_s = FIRST_WAIT_S
            log.error("The job worker ended (%s). It is started again in %g s.", cause_of_death(status), wait_s)
            self._wait(self._stopping, wait_s)
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)


def cause_of_death(status: int) -> str:
    """What an exit status says, as "killed by SIGSEGV" or "status 1"."""
    if status >= 0:
        return f"status {status}"
    try:
        return f"killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"killed by signal {-status}"


@contextmanager
def job_worker() -> Iterator[WorkerChild]:
    """A job worker as a child as long as the block runs. It ends by itself where this process is killed."""
    child = WorkerChild([sys.executable, "-m", "gcrm.cli", "worker", "--parent", str(os.getpid())])
    child.start()
    try:
        yield child
    finally:
        child.stop()
