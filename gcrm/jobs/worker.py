"""The worker: takes jobs out of the queue and does them, and looks after those that got lost."""

import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import FrameType

from gcrm.jobs.queue import Queue
from gcrm.jobs.recovery import find_lost
from gcrm.jobs.run import run_next
from gcrm.jobs.workers import sign_of_life, sign_off
from gcrm.platform.errors import GcrmError, NotReady
from gcrm.privacy.retain import retain_if_due
from gcrm.territories.scenarios.due import apply_due
from gcrm.workspace import Workspace

THREADS = 2
"""Jobs at a time: a plan of seconds need not wait for an import of minutes."""

LOOK_S = 5.0
"""Time between two looks for jobs that got lost."""

PATIENCE_S = 8.0
"""How long a worker that is asked to stop waits for its jobs to come to a place where they can."""

log = logging.getLogger(__name__)


def run_worker(
    workspace: Workspace,
    *,
    threads: int = THREADS,
    stopping: threading.Event | None = None,
    parent: int | None = None,
    warm: bool = True,
) -> None:
    """Work until told to stop: by SIGTERM or Ctrl+C, by `stopping`, or when the process `parent` has ended.

    warm: make the planner ready at once, in a thread beside, rather than at the first plan.
    Jobs under way go back to the queue then; a job that cannot stop in time is begun again by the next worker.
    Raises NotReady where the queue cannot be opened.
    """
    stopping = stopping or threading.Event()
    queue = Queue(workspace, lambda job_id: _run(workspace, job_id, stopping))
    consumer = queue.consumer(threads)
    with _stopped_by_signals(stopping):
        if warm:
            threading.Thread(target=_warm, name="warming", daemon=True).start()
        started_at = workspace.clock()
        _look(workspace, queue, started_at)
        consumer.start()
        telling = threading.Thread(target=_tell_others, args=(workspace, stopping), name="telling", daemon=True)
        telling.start()
        log.info("The worker is ready: %d jobs at a time.", threads)
        try:
            while _waited(stopping, parent):
                _look(workspace, queue, started_at)
        finally:
            stopping.set()
            consumer.stop()
            for _, thread in consumer.worker_threads:
                thread.join(PATIENCE_S)
            telling.join(PATIENCE_S)
            queue.close()
            sign_off(workspace)
            log.info("The worker has stopped.")


def _tell_others(workspace: Workspace, stopping: threading.Event) -> None:
    """Tell other programs of changes, beside the jobs: an address that does not answer holds up none of them."""
    from gcrm.exchange.tell import tell

    while not stopping.wait(LOOK_S):
        try:
            tell(workspace)
        except GcrmError as error:
            log.warning("%s", error)
        except Exception:
            log.exception("Other programs could not be told of changes.")


def _run(workspace: Workspace, job_id: int, stopping: threading.Event) -> None:
    try:
        run_next(workspace, job_id, stopping)
    except Exception:
        # The store could not be written. The job stays as it was, and `find_lost` brings it back.
        log.exception("Job %d could not be taken up or ended.", job_id)


def _look(workspace: Workspace, queue: Queue, started_at: datetime) -> None:
    try:
        sign_of_life(workspace, started_at)
        find_lost(workspace, queue)
        apply_due(workspace)
        retain_if_due(workspace)
    except NotReady as error:
        log.warning("%s", error)
    except Exception:
        log.exception("The list of jobs could not be read.")


def _waited(stopping: threading.Event, parent: int | None) -> bool:
    """Wait for the next look; False where it is time to stop."""
    for _ in range(int(LOOK_S)):
        if stopping.wait(1.0):
            return False
        # An orphan is given to another parent: `gcrm serve` was killed and could not stop its worker.
        if parent is not None and os.getppid() != parent:
            log.info("The process that started this worker has ended.")
            return False
    return True


def _warm() -> None:
    try:
        from routing.planner import precompile

        precompile()
        from routing.districting.precompile import precompile as precompile_districting

        precompile_districting()
    except Exception:
        # The first plan will meet the same fault, and has a person to tell it to.
        log.exception("The planner could not be made ready.")


@contextmanager
def _stopped_by_signals(stopping: threading.Event) -> Iterator[None]:
    """Let SIGTERM and Ctrl+C set `stopping`. Only the main thread may do so; elsewhere nothing is changed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
