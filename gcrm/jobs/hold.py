"""The right to run one job on this machine, which the kernel takes back the moment the process dies.

A heartbeat in the store says whether a worker elsewhere is alive, but it needs patience: a minute of silence may be a
long write. On the same machine a lock on a file says it at once, and says it truly.
"""

import contextlib
import fcntl
import os
import threading
from collections.abc import Iterator
from pathlib import Path

_HELD: set[Path] = set()
"""Locks of this process. The kernel's locks are between processes, and one is lost when its file is opened and closed
again by the process that holds it; so threads ask here first."""

_GUARD = threading.Lock()


class Hold:
    """A lock that is held. left_by is the attempt at which a process of this machine died, 0 where none did."""

    def __init__(self, descriptor: int) -> None:
        """Read what the last holder left."""
        self._descriptor = descriptor
        left = os.pread(descriptor, 20, 0).decode("ascii", "replace")
        self.left_by = int(left) if left.isdecimal() else 0
        self.may_go = not self.left_by

    def note(self, attempt: int) -> None:
        """Write down which attempt begins, for whoever finds the file after a crash; what stood there is dealt with."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, str(attempt).encode(), 0)
        self.may_go = True


@contextlib.contextmanager
def hold(folder: Path, job_id: int) -> Iterator[Hold | None]:
    """Hold the job while the block runs; None where another thread or process of this machine holds it.

    The file goes when the block has ended well, so one that is there and not locked means a process that was killed.
    """
    file = folder / str(job_id)
    with _GUARD:
        descriptor = None if file in _HELD else _lock(file)
        if descriptor is not None:
            _HELD.add(file)
    if descriptor is None:
        yield None
        return
    held = Hold(descriptor)
    ended_well = False
    try:
        yield held
        ended_well = True
    finally:
        with _GUARD:
            if ended_well and held.may_go:
                file.unlink(missing_ok=True)
            os.close(descriptor)
            _HELD.discard(file)


def _lock(file: Path) -> int | None:
    """The descriptor of the locked file, or None where another process has it."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        # Not flock: that lock would live on in the children that a planner forks.
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
