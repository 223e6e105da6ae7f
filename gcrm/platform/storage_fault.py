"""A disk that is full or may not be written, said in a sentence, whichever library met it."""

import errno
import os
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from gcrm.common.language import say
from gcrm.platform.errors import CannotWrite

FULL_BELOW_BYTES = 1_000_000
"""With less than this free, a database cannot even begin to write."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_CLOSED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_SAID = re.compile(r"disk is full|readonly database|unable to open database|disk I/O error")


def cannot_write(where: Path, number: int | None = None) -> CannotWrite:
    """What to say of a file or folder that could not be written. number: the errno, where the system gave one."""
    folder = next((one for one in (where, *where.parents) if one.exists()), Path("/"))
    if number in _FULL or _free_bytes(folder) < FULL_BELOW_BYTES:
        return CannotWrite(
            say("The disk that holds {folder} is full, so nothing new can be kept.", folder=folder),
            say("Make room on it, then try again. What was kept before is safe and can be read."),
        )
    return CannotWrite(
        say("{where} may not be written, so nothing new can be kept.", where=where),
        say("Check that it belongs to the user who runs GCRM, and that its disk is not mounted read-only."),
    )


def storage_fault(error: BaseException, where: Path) -> CannotWrite | None:
    """The same for an exception, wherever in the chain of its causes the disk is; None where it is not the disk's."""
    for one in _chain(error):
        if isinstance(one, CannotWrite):
            return one
        if isinstance(one, OSError) and one.errno in _FULL | _CLOSED:
            named = Path(os.fsdecode(one.filename)) if isinstance(one.filename, (str, bytes)) else where
            return cannot_write(named if named.is_absolute() else where, one.errno)
        if isinstance(one, sqlite3.OperationalError) and _SAID.search(str(one)):
            return cannot_write(where)
    return None


def is_of_storage(said: str) -> bool:
    """Whether SQLite's words are about the disk."""
    return _SAID.search(said) is not None


def _free_bytes(folder: Path) -> int:
    room = os.statvfs(folder)
    return room.f_bavail * room.f_frsize


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    here: BaseException | None = error
    while here is not None and here not in seen:
        yield here
        seen.append(here)
        here = here.__cause__ or here.__context__
