"""What the geocoder answers."""

from dataclasses import dataclass

from gcrm.accounts.model import Level, Placement
from routing.points import LonLat

ACCEPTED = 0.6
"""From this confidence on an answer is used without a person looking at it. Chosen by tests/benchmarks/geocoding.py."""
SHOWN = 0.3
"""Below this an answer is not even worth offering."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place that an address may mean.

    confidence is 0 to 1. label is the address found; matched is what of the text led there, ignored what was not used.
    source names the data and its licence. equal counts the answers that fit just as well, this one among them: from 2
    on, nobody but a person can choose, and confidence is below ACCEPTED.
    """

    lon: float
    lat: float
    level: Level
    confidence: float
    label: str
    matched: str
    ignored: str
    source: str
    equal: int = 1

    @property
    def place(self) -> LonLat:
        """Where it is."""
        return LonLat(self.lon, self.lat)


@dataclass(frozen=True, slots=True)
class Located:
    """What became of one address: the best candidate where one is good enough to be used, and how to say it."""

    candidate: Candidate | None
    reason: str = ""
    others: tuple[Candidate, ...] = ()

    def placement(self) -> Placement:
        """As it is kept with an account; placed_at is for the caller to set."""
        if self.candidate is None:
            return Placement(reason=self.reason)
        found = self.candidate
        return Placement(found.level, found.confidence, found.label, found.ignored, found.source, self.reason)
