"""The time, passed in, so that a test can say what day it is."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Answers the present instant in UTC."""


def system_clock() -> datetime:
    """The machine's own time, UTC, in whole milliseconds: a GeoPackage's instants have no more."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
