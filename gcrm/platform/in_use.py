"""Who has the workspace in use: programs that stay, and the one that wants to exchange its database.

The kernel takes a lock back the moment its process dies, so a kill leaves nothing to clean up.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from gcrm.common.language import say
from gcrm.platform.errors import Conflict

FILE = "in-use.lock"


@contextlib.contextmanager
def using(home: Path) -> Iterator[None]:
    """Say that this program works with the workspace as long as the block runs; any number of programs may.

    Raises Conflict while its database is being exchanged.
    """
    with _locked(home, fcntl.LOCK_SH) as held:
        if not held:
            raise Conflict(
                say("The database of this workspace is being restored or moved."),
                say("Wait until that is done, then try again."),
            )
        yield


@contextlib.contextmanager
def exchanging(home: Path) -> Iterator[None]:
    """Keep programs that stay out as long as the block runs. Raises Conflict while any has the workspace in use."""
    with _locked(home, fcntl.LOCK_EX) as held:
        if not held:
            raise Conflict(
                say("The workspace {home} is in use by `gcrm serve`, `gcrm demo` or `gcrm worker`.", home=home),
                say("Stop it first; what it wrote from now on would be lost."),
            )
        yield


@contextlib.contextmanager
def _locked(home: Path, how: int) -> Iterator[bool]:
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    # For writing, as a lock that lets nobody else in demands it.
    descriptor = os.open(home / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            # Not flock: that lock would live on in the children that a planner forks.
            fcntl.lockf(descriptor, how | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)
