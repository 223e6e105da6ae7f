"""Events as iCalendar (RFC 5545): each TZID with its VTIMEZONE, or some calendars make every event anew for ever."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from routing.points import LonLat

PRODUCT = "-//GCRM//Geographic CRM//EN"


class Event(Protocol):
    """What stands in a calendar: instants carry their zone; of whole days, the end is the day after the last."""

    @property
    def uid(self) -> str: ...  # noqa: D102 - as the names say
    @property
    def start(self) -> datetime | date: ...  # noqa: D102
    @property
    def end(self) -> datetime | date: ...  # noqa: D102
    @property
    def summary(self) -> str: ...  # noqa: D102
    @property
    def location(self) -> str: ...  # noqa: D102
    @property
    def place(self) -> LonLat | None: ...  # noqa: D102
    @property
    def note(self) -> str: ...  # noqa: D102
    @property
    def sequence(self) -> int: ...  # noqa: D102
    @property
    def changed_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def cancelled(self) -> bool: ...  # noqa: D102


def as_ical(
    name: str, zone: str, events: Iterable[Event], *, year: int, method: str = "PUBLISH", organizer: str = ""
) -> bytes:
    """A calendar. zone: that of its instants; year: around which its time zone's changes are told.

    method: PUBLISH for a feed or a file, REQUEST or CANCEL for an invitation, whose organizer is an e-mail address.
    """
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("x-wr-timezone", zone)
        calendar.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
    for one in events:
        event = icalendar.Event()
        event.add("uid", one.uid)
        stamp = (one.changed_at or one.start) if isinstance(one.start, datetime) else one.changed_at
        event.add("dtstamp", (stamp or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0))
        if one.changed_at is not None:
            event.add("last-modified", one.changed_at.astimezone(UTC).replace(microsecond=0))
        event.add("sequence", one.sequence)
        event.add("dtstart", _whole(one.start))
        event.add("dtend", _whole(one.end))
        event.add("summary", _plain(one.summary))
        if one.location:
            event.add("location", _plain(one.location))
        if one.note:
            event.add("description", _plain(one.note))
        if one.place is not None:
            event.add("geo", (one.place.lat, one.place.lon))
        if organizer:
            event.add("organizer", f"mailto:{organizer}")
        event.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
        event.add("transp", "OPAQUE" if isinstance(one.start, datetime) and not one.cancelled else "TRANSPARENT")
        calendar.add_component(event)
    calendar.add_missing_timezones(first_date=date(year - 1, 1, 1), last_date=date(year + 2, 12, 31))
    return bytes(calendar.to_ical())


def _whole(moment: datetime | date) -> datetime | date:
    """Without what is below a second, which iCalendar cannot say."""
    return moment.replace(microsecond=0) if isinstance(moment, datetime) else moment


def _plain(text: str) -> str:
    """Without letters that no line of a calendar may hold."""
    return "".join(letter for letter in text if letter in "\n\t" or (ord(letter) >= 32 and ord(letter) != 127))
