"""Whose turn it is to write into a file, between processes.

SQLite lets waiting writers poll, with sleeps that grow to a tenth of a second: whoever has waited longest looks least
often, and a process whose threads write one after the other keeps all others out. Here the next one is known before the
one who writes has ended: a writer takes the place `NEXT` and looks every millisecond whether the place `NOW` is free,
which nobody else may take meanwhile. So processes take turns. It only orders them; that one writes at a time is still
SQLite's doing. The kernel takes both places back the moment their holder dies.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from gcrm.common.language import say
from gcrm.platform.errors import Busy

HAS_LOCKS = find_spec("fcntl") is not None
"""Else writers poll, as SQLite has them do."""
if HAS_LOCKS:
    import fcntl

NEXT, NOW = 0, 1
"""Bytes of the file that are locked."""

LOOK_S = 0.001
RARELY_S = 0.01
"""How often one looks; less often after a second, as somebody writes much then."""

HELD = {errno.EACCES, errno.EAGAIN}


@contextmanager
def turn(file: Path, wait_s: float) -> Iterator[None]:
    """Wait for one's turn, and keep it until the block ends.

    Without order where there can be none: on a disk that may not be written, on a network or a system without locks.
    Raises Busy after so many seconds. Not for two threads of one process: the locks are of processes.
    """
    descriptor = _opened(file)
    if descriptor is None:
        yield
        return
    try:
        until = time.monotonic() + wait_s
        if _taken(descriptor, NEXT, until) and _taken(descriptor, NOW, until):
            _let_go(descriptor, NEXT)
        yield
    finally:
        os.close(descriptor)


def _opened(file: Path) -> int | None:
    if not HAS_LOCKS:
        return None
    try:
        return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None


def _taken(descriptor: int, place: int, until: float) -> bool:
    """Whether the place is ours; False where there are no locks. Raises Busy."""
    began = time.monotonic()
    while True:
        try:
            # Not flock: that lock would live on in the children that a planner forks.
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except OSError as error:
            if error.errno not in HELD:
                return False
        else:
            return True
        now = time.monotonic()
        if now >= until:
            raise Busy(say("Others are writing into the database."), say("Try again in a moment."))
        time.sleep(LOOK_S if now - began < 1 else RARELY_S)


def _let_go(descriptor: int, place: int) -> None:
    fcntl.lockf(descriptor, fcntl.LOCK_UN, 1, place)
