"""What a calendar feed is made of."""

from dataclasses import dataclass
from datetime import date, datetime

from routing.points import LonLat


@dataclass(frozen=True, slots=True)
class Feed:
    """A secret address under which one user's visits can be read. key: the hash of what is secret in it.

    with_names: whether customers' names and addresses are in it, or only when the rep is out.
    """

    user_id: int
    key: str
    made_at: datetime
    with_names: bool = True
    read_at: datetime | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One visit as calendars know it. uid holds for good; sequence grows with each change; changed_at: the last one.

    start, end: instants of the rep's zone, or both days, the second one the day after the last. cancelled: it is off.
    """

    uid: str
    start: datetime | date
    end: datetime | date
    summary: str
    location: str = ""
    place: LonLat | None = None
    note: str = ""
    sequence: int = 0
    changed_at: datetime | None = None
    cancelled: bool = False

    @property
    def is_all_day(self) -> bool:
        """Whether it holds for days rather than for hours."""
        return not isinstance(self.start, datetime)
