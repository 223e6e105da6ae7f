"""When something happened, told by a phone whose clock may be wrong.

A phone says when it happened by its own clock, and with each request what its clock shows now. The difference to the
server's time of receipt is the clock's error; one that was measured before the visit counts where the clock was set in
between.
"""

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gcrm.common.language import say, say_n
from gcrm.platform.errors import InputRejected

TOLERATED_S = 120.0
"""A smaller error is the way to the server and the drift of a good clock."""

_SLACK = timedelta(seconds=60)
"""So much may an instant lie outside what is possible before it counts as impossible."""

_BEYOND = re.compile(r"[+-]\d{6}-\d\d-\d\dT")
"""How a browser writes a year that does not fit into four digits."""


@dataclass(frozen=True, slots=True)
class PhoneTimes:
    """What a phone says, as it says it; "" and None where it says nothing.

    at: when it happened. sent_at: its now, as it sends. clock_error_s: the error that it knew when it happened, in
    seconds to add. last_contact: the server's time at its last contact before that.
    """

    at: str = ""
    sent_at: str = ""
    clock_error_s: float | None = None
    last_contact: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """When it happened: `at` set right, in UTC; `said` as the phone said it.

    error_s: how far the phone's clock is behind, in seconds, negative where it is ahead; None where that is not known.
    sure: whether the instant is known, not only where it must lie.
    """

    at: datetime
    said: str = ""
    error_s: float | None = None
    sure: bool = True

    @property
    def words(self) -> str:
        """What to tell the person who holds the phone; "" where its clock is right."""
        if not self.sure:
            return say("The clock of this device cannot be right. The visit is kept at the time that it arrived here.")
        if self.error_s is None or abs(self.error_s) < TOLERATED_S:
            return ""
        by = spoken(abs(self.error_s))
        if self.error_s > 0:
            return say("The clock of this device is {time} slow. The visit is kept at the right time.", time=by)
        return say("The clock of this device is {time} fast. The visit is kept at the right time.", time=by)


def arrival(times: PhoneTimes, received_at: datetime) -> Arrival:
    """Set right what a phone says of the time.

    received_at: the server's now, aware. The answer is never later than it.
    Raises InputRejected for an `at` that is no instant at all.
    """
    if not times.at:
        return Arrival(received_at)
    said_at = _instant(times.at)
    sent_at = _instant_or_none(times.sent_at)
    unsure = Arrival(received_at, times.at, None, sure=False)
    if said_at is None:
        return unsure
    if sent_at is None:
        return _without_contact(said_at, times, received_at)
    error_s = (received_at - sent_at).total_seconds()
    known_s = times.clock_error_s
    if known_s is not None and not math.isfinite(known_s):
        known_s = None
    earliest = _instant_or_none(times.last_contact)
    if abs(error_s) < TOLERATED_S and abs(known_s or 0.0) < TOLERATED_S:
        plain = _as_utc(said_at)
        if plain is not None and plain <= received_at + _SLACK:
            return Arrival(min(plain, received_at), times.at, error_s)
    for correction_s in (known_s, error_s):
        right = _moved(said_at, correction_s, received_at)
        if right is not None and (earliest is None or right >= earliest - _SLACK):
            return Arrival(right, times.at, correction_s)
    return Arrival(received_at, times.at, error_s, sure=False)


def spoken(seconds: float) -> str:
    """A length of time in the largest unit that says enough: "3 days", "26 hours", "5 minutes"."""
    minutes = round(seconds / 60)
    if minutes < 90:
        return say_n("{n} minute", "{n} minutes", minutes)
    hours = round(minutes / 60)
    return say_n("{n} hour", "{n} hours", hours) if hours < 48 else say_n("{n} day", "{n} days", round(minutes / 1440))


def _without_contact(said_at: datetime, times: PhoneTimes, received_at: datetime) -> Arrival:
    """An instant without the phone's now beside it: believed where it can be, with nothing to hold it against."""
    plain = _as_utc(said_at)
    if plain is None or plain.year < 2000:
        return Arrival(received_at, times.at, None, sure=False)
    return Arrival(min(plain, received_at), times.at)


def _moved(said_at: datetime, correction_s: float | None, received_at: datetime) -> datetime | None:
    """The instant with a correction, where that can have been: not after it was received."""
    if correction_s is None:
        return None
    # From the receipt backwards: the phone's own instants may lie where no time zone can be taken off.
    before_s = (received_at - said_at).total_seconds() - correction_s
    if before_s < -_SLACK.total_seconds():
        return None
    try:
        return received_at - timedelta(seconds=max(before_s, 0.0))
    except OverflowError:
        return None


def _as_utc(instant: datetime) -> datetime | None:
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        return None


def _instant(text: str) -> datetime | None:
    """An aware instant; None for one beyond the calendar. Raises InputRejected for what is no instant."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as wrong:
        if _BEYOND.match(text):
            return None
        raise InputRejected(
            say("{value!r} is not a time.", value=text[:40]), say("Send it as 2026-11-24T09:30:00Z, or leave it out.")
        ) from wrong
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _instant_or_none(text: str) -> datetime | None:
    try:
        return _instant(text) if text else None
    except InputRejected:
        return None
