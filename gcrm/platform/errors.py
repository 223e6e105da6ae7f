"""Errors of the domain. Each is also the built-in that it is; the message gives the fault, the value and the remedy."""

from routing.errors import GcrmError

__all__ = [
    "Busy",
    "Cancelled",
    "CannotWrite",
    "Conflict",
    "GcrmError",
    "InputRejected",
    "NotAllowed",
    "NotFound",
    "NotReady",
    "TooOften",
]


class InputRejected(GcrmError, ValueError):
    """What was given cannot be used as it is."""


class NotFound(GcrmError, LookupError):
    """Nothing of that name or number exists."""


class NotAllowed(GcrmError, PermissionError):
    """This user may not do that."""


class TooOften(GcrmError, PermissionError):
    """Somebody tries again and again; after a while they may once more."""


class Conflict(GcrmError, RuntimeError):
    """Somebody else changed it first, or it exists already."""


class Busy(GcrmError, TimeoutError):
    """Others write into the database; the same again in a moment will do."""


class NotReady(GcrmError, RuntimeError):
    """A step that comes first has not been done: no area imported, no rep set up."""


class NoAnswer(NotReady):
    """A server that all needs does not answer now, as while it is started again."""


class CannotWrite(NotReady):
    """The disk is full, or may not be written."""


class Cancelled(GcrmError, RuntimeError):
    """The person who started a long action stopped it; nothing of it was kept."""
