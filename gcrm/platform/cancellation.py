"""The wish to stop a search, heard from within it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil

from gcrm.platform.errors import Cancelled
from gcrm.platform.progress import Progress, Watched

ASK_EVERY_S = 0.25


@contextmanager
def until_stopped(
    progress: Progress, message: Callable[[], str], seconds: float | None
) -> Iterator[Callable[[], bool]]:
    """A question that a search may ask as often as it likes: whether to stop; now and then it tells of progress.

    message: what is told; seconds: the time of the search, None where that is not known.
    Raises Cancelled at the end if `progress` did meanwhile.
    """
    cancelled: list[Cancelled] = []
    onlooker = progress if isinstance(progress, Watched) else None
    began = asked_at = time.monotonic()

    def stop() -> bool:
        # Called from within the search, through which an exception must not pass.
        nonlocal asked_at
        if not cancelled and time.monotonic() - asked_at >= ASK_EVERY_S:
            asked_at = time.monotonic()
            try:
                # Some of the time is always left, so that only a terminal hears of every quarter of a second.
                whole = 0 if seconds is None else ceil(seconds) + 1
                progress(message(), min(int(asked_at - began) + 1, max(0, whole - 1)), whole)
            except Cancelled as stopped:
                cancelled.append(stopped)
        # Who looks on may take the best so far; other callers wait for the end or give all up.
        return bool(cancelled) or (onlooker is not None and onlooker.enough)

    yield stop
    if cancelled:
        raise cancelled[0]
