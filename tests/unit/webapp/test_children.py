"""A worker that dies is started again, and told."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable

import pytest

from webapp.children import KeptChild, Program, cause_of_death


def _child(command: list[str], *wait: Callable[[threading.Event, float], object], may_fail: bool = True) -> KeptChild:
    return KeptChild(Program("job worker", command), *wait, may_fail=may_fail)


def test_a_worker_that_dies_is_started_again_with_longer_and_longer_waits(caplog: pytest.LogCaptureFixture) -> None:
    waits: list[float] = []
    enough = threading.Event()

    def wait(stopping: threading.Event, seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            enough.set()
            stopping.wait(60)

    dies = f"import os; os.kill(os.getpid(), {int(signal.SIGSEGV)})"
    child = _child([sys.executable, "-S", "-c", dies], wait)
    with caplog.at_level(logging.ERROR):
        child.start()
        assert enough.wait(60)
    child.stop()
    assert waits == [1, 2, 4]
    assert "killed by SIGSEGV" in caplog.text


def test_a_worker_that_is_killed_has_a_successor() -> None:
    again = threading.Event()

    def wait(_: threading.Event, __: float) -> None:
        again.set()

    child = _child([sys.executable, "-S", "-c", "import time; time.sleep(600)"], wait)
    child.start()
    first = _pid(child)
    os.kill(first, signal.SIGKILL)
    assert again.wait(60)
    second = _pid(child, other_than=first)
    child.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)


def _pid(child: KeptChild, other_than: int | None = None) -> int:
    while (pid := child.pid) in {None, other_than}:
        threading.Event().wait(0.01)
    assert pid is not None
    return pid


def test_a_worker_that_is_stopped_is_not_started_again() -> None:
    child = _child([sys.executable, "-S", "-c", "import time; time.sleep(600)"])
    child.start()
    _pid(child)
    child.stop()
    assert child.pid is None


@pytest.mark.parametrize(
    ("status", "said"), [(1, "status 1"), (0, "status 0"), (-9, "killed by SIGKILL"), (-11, "killed by SIGSEGV")]
)
def test_the_cause_is_told(status: int, said: str) -> None:
    assert cause_of_death(status) == said


def test_a_first_start_that_fails_is_not_tried_again() -> None:
    child = _child([sys.executable, "-S", "-c", "raise SystemExit(3)"], may_fail=False)
    child.start()
    while child.failed is None:
        threading.Event().wait(0.01)
    assert child.failed == 3
    child.stop()
