"""Appointments: visits that are promised, to the minute, for a day, or within a span of days."""

from dataclasses import dataclass
from datetime import date, datetime, time


@dataclass(frozen=True, slots=True)
class Appointment:
    """A visit that an account expects on `day`, or on one of the days up to `till`.

    till: the last day, None for `day` alone; then there is no start.
    start: wall-clock time of the rep who comes, None for any time of the day. minutes: how long, None for the usual
    length. rep_id: who comes, None for whoever looks after the account.
    """

    account_id: int
    day: date
    start: time | None = None
    minutes: int | None = None
    rep_id: int | None = None
    note: str = ""
    id: int = 0
    till: date | None = None

    @property
    def last(self) -> date:
        """The last day on which the visit keeps the promise."""
        return self.till or self.day


@dataclass(frozen=True, slots=True)
class ToldNews:
    """What was told, by whom, when it arrived, and what became of it in `words`. applied: whether the plan changed."""

    client_id: str
    user_id: int
    rep_id: int
    day: date
    at: datetime
    applied: bool
    words: str
