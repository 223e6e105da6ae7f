"""When an account is open, from opening hours in OpenStreetMap's syntax.

Source of the syntax: OSM wiki, Key:opening_hours/specification. Beyond it, and for the sake of whoever would stand
before a locked door: where the hours say nothing about public holidays, a public holiday counts as closed, unless the
account never closes; and hours that are unknown or cannot be read are taken as `DEFAULT_HOURS`, which is said.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import (  # type: ignore[attr-defined]  # its stub forgets the errors
    OpeningHours,
    ParserError,
    State,
    UnknownCountryError,
)

from gcrm.common.normalise_hours import normalised
from gcrm.common.public_holidays import public_holiday, public_holidays
from gcrm.common.wording import MONTHS, WEEKDAYS

DEFAULT_HOURS = "Mo-Fr 08:00-17:00; PH off"
"""What is assumed of an account whose hours nobody knows."""
DEFAULT_IN_WORDS = "Mon to Fri 08:00 to 17:00"

SOON = timedelta(days=8)
FAR = timedelta(days=400)
"""Farther ahead than the longest season nobody looks for the next opening."""

Window = tuple[int, int]
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours that have been understood, or the default in their place.

    text: the expression that counts. known: False where the default stands in. said: what a person should know about
    how the text was read, "" where it was read as it stands.
    """

    text: str
    known: bool
    said: str


@dataclass(frozen=True, slots=True)
class DayHours:
    """When an account is open on one day.

    windows: (start, end) in seconds since midnight of the planning day in the planning zone, in order, apart from each
    other. closed: why there are none ("closed on Mon", "closed: Weihnachten"), "" where there are some. known and said
    as in `Hours`.
    """

    windows: tuple[Window, ...]
    closed: str
    known: bool
    said: str


@lru_cache(maxsize=50_000)
def read_hours(text: str) -> Hours:
    """Understand opening hours, mending small slips ("Mon-Fri 8-12"), or take the default and say so."""
    text = " ".join(text.split())
    if not text:
        return Hours(DEFAULT_HOURS, known=False, said=f"no opening hours known, taken as {DEFAULT_IN_WORDS}")
    if _parses(text):
        return Hours(text, known=True, said="")
    mended = normalised(text)
    if mended != text and _parses(mended):
        return Hours(mended, known=True, said=f'opening hours "{text[:80]}" read as "{mended[:80]}"')
    return Hours(
        DEFAULT_HOURS,
        known=False,
        said=f'opening hours "{text[:80]}" could not be read, taken as {DEFAULT_IN_WORDS}',
    )


@lru_cache(maxsize=200_000)
def day_hours(opening_hours: str, day: date, zone: str, country: str, planning_zone: str = "") -> DayHours:
    """When an account is open on a day.

    zone: IANA name, where the account is; country: whose public holidays it keeps, "DE" or, with its part, "DE-BY".
    planning_zone: in which `day` is meant and seconds are counted, that of the account if not given. Seconds are those
    that pass: on a day when clocks change, 17:00 is not 17 hours after midnight.
    """
    hours = read_hours(opening_hours)
    start, end = bounds(day, planning_zone or zone)
    windows = tuple(
        (int((max(opens, start) - start).total_seconds()), int((min(closes, end) - start).total_seconds()))
        for opens, closes in stretches(hours.text, start, end, zone, country)
    )
    windows = tuple(window for window in windows if window[0] < window[1])
    closed = "" if windows else _why_closed(hours, day, (start, end), zone, country)
    return DayHours(windows, closed, hours.known, hours.said)


def open_windows(opening_hours: str, day: date, zone: str, country: str) -> tuple[Window, ...]:
    """The windows of `day_hours` alone, for an account in the planner's own zone."""
    return day_hours(opening_hours, day, zone, country).windows


def open_now(opening_hours: str, at: datetime, zone: str, country: str) -> bool | None:
    """Whether it is open at an instant; None where nobody knows its hours."""
    hours = read_hours(opening_hours)
    if not hours.known:
        return None
    return any(opens <= at < closes for opens, closes in stretches(hours.text, at, at + timedelta(1), zone, country))


def opening_words(opening_hours: str, at: datetime, zone: str, country: str) -> str:
    """What somebody at the door wants to know: "open till 12:00", "opens 13:30", "opens Mon 09:00", "opens 1 Apr".

    "" where no hours are given, "opening hours not understood" where they cannot be read.
    """
    hours = read_hours(opening_hours)
    if not hours.known:
        return "opening hours not understood" if opening_hours.strip() else ""
    local = at.astimezone(ZoneInfo(zone))
    soon = stretches(hours.text, at, at + SOON, zone, country)
    if soon and soon[0][0] <= at:
        closes = soon[0][1].astimezone(local.tzinfo)
        if closes >= at + SOON:
            return "open round the clock"
        # Till two in the night needs no weekday, till noon tomorrow does.
        tonight = closes - timedelta(hours=5) <= datetime.combine(local.date(), time.max, local.tzinfo)
        return f"open till {closes:%H:%M}" if tonight else f"open till {WEEKDAYS[closes.weekday()]} {closes:%H:%M}"
    opens = _next_opening(hours.text, at, zone, country)
    return f"opens {_from_there(opens, local)}" if opens else "closed"


def stretches(text: str, start: datetime, end: datetime, zone: str, country: str) -> list[Stretch]:
    """The open stretches that touch [start, end), as instants in UTC, in order and apart; cut at `end`, and at `start`.

    text: an expression that parses. Hours that it calls unknown ("by appointment") count as closed.
    """
    here = ZoneInfo(zone)
    expression = _expression(text, zone, country)
    found: list[Stretch] = []
    for opens, closes, state, _ in expression.intervals(start.astimezone(here), end.astimezone(here)):
        if state != State.OPEN:
            continue
        stretch = (max(_utc(opens, here), start), min(_utc(closes, here), end))
        if found and found[-1][1] >= stretch[0]:
            found[-1] = (found[-1][0], max(found[-1][1], stretch[1]))
        elif stretch[0] < stretch[1]:
            found.append(stretch)
    if found and _closes_on_holidays(text):
        first, last = start.astimezone(here).date(), end.astimezone(here).date()
        for day in public_holidays(first, last, country):
            found = _without(found, *bounds(day, zone))
    return found


def bounds(day: date, zone: str) -> Stretch:
    """The first instant of a day in a zone and that of the next day, in UTC."""
    here = ZoneInfo(zone)
    return (
        datetime.combine(day, time(), here).astimezone(UTC),
        datetime.combine(day + timedelta(days=1), time(), here).astimezone(UTC),
    )


def _why_closed(hours: Hours, day: date, span: Stretch, zone: str, country: str) -> str:
    local = span[0].astimezone(ZoneInfo(zone))
    holiday = public_holiday(day, country)
    opens = _next_opening(hours.text, span[1], zone, country)
    reason = f"closed on {holiday}" if holiday else f"closed on {WEEKDAYS[day.weekday()]} {day.day} {_month(day)}"
    return f"{reason}, opens {_from_there(opens, local)}" if opens else "closed for good, by its opening hours"


def _next_opening(text: str, at: datetime, zone: str, country: str) -> datetime | None:
    """The first instant from `at` on at which it is open, in its own zone."""
    for within in (SOON, FAR):
        found = stretches(text, at, at + within, zone, country)
        if found:
            return found[0][0].astimezone(ZoneInfo(zone))
    return None


def _from_there(moment: datetime, local: datetime) -> str:
    """A moment to come as said at `local`: "13:30" today, "Mon 09:00" within a week, else "1 Apr"."""
    days = (moment.date() - local.date()).days
    if days == 0:
        return f"{moment:%H:%M}"
    return f"{WEEKDAYS[moment.weekday()]} {moment:%H:%M}" if days < 7 else f"{moment.day} {_month(moment)}"


def _month(day: date) -> str:
    return MONTHS[day.month - 1]


def _parses(text: str) -> bool:
    try:
        _expression(text, "UTC", "")
    except ParserError:
        return False
    return True


@lru_cache(maxsize=50_000)
def _expression(text: str, zone: str, country: str) -> OpeningHours:
    here = ZoneInfo(zone)
    # It knows the holidays of whole countries only; those of their parts are taken out by `stretches`.
    country = country.partition("-")[0]
    try:
        return OpeningHours(text, timezone=here, country=country or None, auto_country=False, auto_timezone=False)
    except UnknownCountryError:
        return OpeningHours(text, timezone=here, auto_country=False, auto_timezone=False)


@lru_cache(maxsize=50_000)
def _closes_on_holidays(text: str) -> bool:
    """Whether public holidays close it: said so ("PH off"), or not said at all of something that does close."""
    if re.search(r"\bPH\b", text):
        return bool(re.search(r"\bPH\s+(?:off|closed)\b", text))
    return str(OpeningHours(text, auto_country=False, auto_timezone=False).normalize()) != "24/7"


def _without(found: list[Stretch], start: datetime, end: datetime) -> list[Stretch]:
    """The stretches without what lies in [start, end)."""
    kept: list[Stretch] = []
    for opens, closes in found:
        kept += [(opens, min(closes, start))] if opens < start else []
        kept += [(max(opens, end), closes)] if closes > end else []
    return kept


def _utc(moment: datetime, here: ZoneInfo) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=here)).astimezone(UTC)
