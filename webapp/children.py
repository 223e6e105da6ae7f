"""The processes of `gcrm serve`: the web app's and a job worker, each started again by their parent when it dies.

The parent does nothing else, so that it outlives what kills a web app. It holds the socket, from which each process of
the web app takes callers: while one is started again, the others answer, or whoever calls waits a moment instead of
being refused. Nothing that two requests must share lives in a process.
"""

import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0
"""Waits before a process that died at once is started again: twice as long each time."""

SETTLED_S = 30.0
"""A process that lived this long is started again at once when it dies, and its row of waits begins anew."""

ARENAS = "2"
"""Heaps of the C library for each process. Left to itself it makes eight a core and gives little of them back: after
maps of 20,000 accounts two processes of the web app held 120 MB more."""

PATIENCE_S = 10.0
"""How long a process that is asked to stop may take."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Program:
    """What is kept running: its name in the log, its command, and the open files that it is handed."""

    name: str
    command: Sequence[str]
    files: tuple[int, ...] = ()

    def start(self) -> subprocess.Popen[bytes]:
        """Start it once, in a process group of its own: Ctrl+C reaches the parent alone, which stops its children."""
        return subprocess.Popen(  # noqa: S603 - our own command
            self.command, pass_fds=self.files, process_group=0, env={"MALLOC_ARENA_MAX": ARENAS, **os.environ}
        )


class KeptChild:
    """Keeps one process running until told to stop; told what it died of, whoever reads the log can act."""

    def __init__(
        self,
        program: Program,
        wait: Callable[[threading.Event, float], object] = threading.Event.wait,
        *,
        may_fail: bool = True,
    ) -> None:
        """Look after a program.

        wait: how to wait for an event at most so many seconds. may_fail: start it again from the beginning; else only
        once `settle` was called, and a first start that fails leaves its status in `failed`.
        """
        self.failed: int | None = None
        self._program = program
        self._wait = wait
        self._is_settled = may_fail
        self._stopping = threading.Event()
        self._guard = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, name=program.name, daemon=True)

    @property
    def pid(self) -> int | None:
        """The process number of the one that runs now."""
        with self._guard:
            return self._child.pid if self._child and self._child.poll() is None else None

    def start(self) -> None:
        """Start the process, and look after it from now on."""
        self._thread.start()

    def settle(self) -> None:
        """Start it again from now on when it dies."""
        self._is_settled = True

    def ask(self) -> None:
        """Ask the process to stop, and do not start it again. What it was at goes on with the next one."""
        self._stopping.set()
        with self._guard:
            if self._child is not None:
                self._child.terminate()

    def stop(self, patience_s: float = PATIENCE_S) -> None:
        """Ask the process to stop and wait for it; kill it where it does not."""
        self.ask()
        child = self._child
        if child is not None:
            try:
                child.wait(patience_s)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        if self._thread.ident is not None:
            self._thread.join()

    def kill(self) -> None:
        """End the process at once."""
        self._stopping.set()
        with self._guard:
            if self._child is not None:
                self._child.kill()

    def _keep(self) -> None:
        wait_s = FIRST_WAIT_S
        while not self._stopping.is_set():
            began = time.monotonic()
            with self._guard:
                if self._stopping.is_set():
                    return
                child = self._child = self._program.start()
            status = child.wait()
            if self._stopping.is_set():
                return
            if not self._is_settled:
                self.failed = status
                return
            cause = cause_of_death(status)
            if time.monotonic() - began >= SETTLED_S:
                wait_s = FIRST_WAIT_S
                log.error("The %s ended (%s). It is started again.", self._program.name, cause)
                continue
            log.error("The %s ended (%s). It is started again in %g s.", self._program.name, cause, wait_s)
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


def job_worker() -> KeptChild:
    """A job worker. It ends by itself where this process is killed."""
    command = [sys.executable, "-m", "gcrm.cli", "worker", "--parent", str(os.getpid())]
    return KeptChild(Program("job worker", command))


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class WebApp:
    """The web app on a socket, as children that say when they answer. They end where this process is killed."""

    def __init__(self, listener: socket.socket, processes: int = 1, **settings: object) -> None:
        """processes: how many children. settings: what `webapp.web_child` takes, as JSON can hold it."""
        self._ready, tells = os.pipe()
        life, self._lives = os.pipe()
        given = {"listener": listener.fileno(), "ready": tells, "life": life, **settings}
        command = [sys.executable, "-m", "webapp.web_child", json.dumps(given)]
        self._given = (tells, life)
        program = Program("web app", command, (listener.fileno(), tells, life))
        self.children = [KeptChild(program, may_fail=number > 0) for number in range(processes)]

    @property
    def failed(self) -> int | None:
        """What the first process ended with where it could not start; it has said why itself."""
        return self.children[0].failed

    def start(self, stopping: threading.Event) -> bool:
        """Start it, and wait until it answers; False where it cannot, or is told to stop before.

        The others follow the first, which may have a database to bring up to date.
        """
        first, *others = self.children
        first.start()
        while not stopping.is_set() and first.failed is None:
            if select.select([self._ready], [], [], 0.1)[0]:
                first.settle()
                for other in others:
                    other.start()
                return True
        return False

    def close(self) -> None:
        """Let go of what joins the two, once the child has ended."""
        for descriptor in (self._ready, self._lives, *self._given):
            os.close(descriptor)
