"""The root of every error that GCRM raises on purpose, and those of this room.

The root stands here because this is the lowest room: `routing` imports nothing of ours, all others may import it.
"""


class GcrmError(Exception):
    """What went wrong, with which value, and what to do next.

    `fault` names the fault and the value; `remedy` is one sentence that says what to do. Both are written for the
    person who reads them, on a terminal or on a page.
    """

    def __init__(self, fault: str, remedy: str = "") -> None:
        super().__init__(fault if not remedy else f"{fault} {remedy}")
        self.fault = fault
        self.remedy = remedy


class NoRoadNearby(GcrmError, ValueError):
    """A point lies farther from any road than can be driven from."""


class NoRoute(GcrmError, LookupError):
    """Two points have no drivable connection."""


class NetworkUnreadable(GcrmError, ValueError):
    """A street network file is missing, damaged or empty."""


class RouterUnavailable(GcrmError, RuntimeError):
    """The router asked for is not installed, or was not prepared for this area."""


class PlaceUnknown(GcrmError, LookupError):
    """No area of that name is known to OpenStreetMap."""


class DownloadFailed(GcrmError, ConnectionError):
    """A public server could not be reached, or did not give what it was asked for."""


class ProblemInvalid(GcrmError, ValueError):
    """A planning problem contradicts itself. Everything found is in the message, not only the first."""
