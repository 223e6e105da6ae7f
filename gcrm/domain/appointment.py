"""Appointments: visits that are promised, to the minute or for a day."""

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, slots=True)
class Appointment:
    """A visit that an account expects on `day`.

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
