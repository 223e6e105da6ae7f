"""When an account is open on a day: at its own place, by its own clock, sun and holidays.

Beyond the syntax, and for the sake of whoever would stand before a locked door: where the hours say nothing of public
holidays, a public holiday counts as closed, unless the account never closes; hours that are unknown or cannot be read
are taken as `DEFAULT_HOURS`, which is said; and hours by appointment are no opening: nobody drops in then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import State

from gcrm.common.language import language, say
from gcrm.common.opening_hours.expression import evaluator, mentions_sun, never_closes, with_holidays
from gcrm.common.opening_hours.understand import Understood, understand
from gcrm.common.opening_hours.vocabulary import DAYS
from gcrm.common.public_holidays import parts_on_holiday, public_holiday, public_holidays
from gcrm.common.wording import day_of_year, weekday
from routing.points import LonLat

SOON = timedelta(days=8)
FAR = timedelta(days=400)
"""Farther ahead than the longest season nobody looks for the next opening."""
SUN_DEGREES = 0.1
"""Places this near to each other see the sun rise and set within half a minute."""

Window = tuple[int, int]
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class DayHours:
    """When an account is open on one day.

    windows: (start, end) in seconds since midnight of the planning day in the planning zone, in order, apart from each
    other. closed: why there are none ("closed on Mon", "closed: Weihnachten"), "" where there are some. known: False
    where the default stands in. said: what a person should know about how the hours were read. by_appointment: when
    somebody can be met who has an appointment, beside the windows.
    """

    windows: tuple[Window, ...]
    closed: str
    known: bool
    said: str
    by_appointment: tuple[Window, ...] = ()

    def and_then(self, tomorrow: "DayHours", length_s: int) -> "DayHours":
        """With the hours of the next day behind them, for a shift over midnight; length_s: of this day."""
        windows = _behind(self.windows, tomorrow.windows, length_s)
        closed = "" if windows else self.closed
        by_appointment = _behind(self.by_appointment, tomorrow.by_appointment, length_s)
        return replace(self, windows=windows, closed=closed, by_appointment=by_appointment)

    @property
    def only_by_appointment(self) -> bool:
        """Whether nobody may drop in that day, but can come with an appointment."""
        return bool(self.by_appointment) and not self.windows


@dataclass(frozen=True, slots=True)
class Where:
    """Where an account is: its zone, whose public holidays it keeps ("DE-BY"), its place for the sun, None unknown."""

    zone: str
    country: str = ""
    place: LonLat | None = None

    @property
    def sun(self) -> tuple[float, float] | None:
        """The place as closely as the sun asks."""
        if self.place is None:
            return None
        return (_rounded(self.place.lon), _rounded(self.place.lat))


def day_hours(opening_hours: str, day: date, where: Where, planning_zone: str = "") -> DayHours:
    """When an account is open on a day.

    planning_zone: in which `day` is meant and seconds are counted, that of the account if not given. Seconds are those
    that pass: on a day when clocks change, 17:00 is not 17 hours after midnight.
    """
    hours = understand(opening_hours, where.country)
    sun = where.sun if mentions_sun(hours.text) else None
    return _day_hours(hours, day, where.zone, where.country, sun, planning_zone or where.zone, language())


def open_now(opening_hours: str, at: datetime, where: Where) -> bool | None:
    """Whether it is open at an instant; None where nobody knows its hours."""
    hours = understand(opening_hours, where.country)
    if not hours.known:
        return None
    return any(opens <= at < closes for opens, closes in stretches(hours.text, at, at + timedelta(1), where))


def opening_words(opening_hours: str, at: datetime, where: Where) -> str:
    """What somebody at the door wants to know: "open until 12:00", "opens 13:30", "opens Mon 09:00", "opens 1 Apr".

    "" where no hours are given, "opening hours not understood" where they cannot be read.
    """
    hours = understand(opening_hours, where.country)
    if not hours.known:
        return say("opening hours not understood") if opening_hours.strip() else ""
    local = at.astimezone(ZoneInfo(where.zone))
    soon = stretches(hours.text, at, at + SOON, where)
    if soon and soon[0][0] <= at:
        closes = soon[0][1].astimezone(local.tzinfo)
        if closes >= at + SOON:
            return say("open round the clock")
        # Till two in the night needs no weekday, till noon tomorrow does.
        tonight = closes - timedelta(hours=5) <= datetime.combine(local.date(), time.max, local.tzinfo)
        if tonight:
            return say("open until {time}", time=f"{closes:%H:%M}")
        return say("open until {day} {time}", day=weekday(closes), time=f"{closes:%H:%M}")
    opens = _next_opening(hours.text, at, where)
    if opens:
        return say("opens {when}", when=_from_there(opens, local))
    appointments = stretches(hours.text, at, at + SOON, where, by_appointment=True)
    return say("by appointment") if appointments else say("closed")


def stretches(
    text: str, start: datetime, end: datetime, where: Where, *, by_appointment: bool = False
) -> list[Stretch]:
    """The open stretches that touch [start, end), as instants in UTC, in order and apart; cut at `end`, and at `start`.

    text: an expression that parses. by_appointment: the stretches of which it is not known whether anybody is there
    without an appointment, instead of the open ones.
    """
    here = ZoneInfo(where.zone)
    begins, ends = start.astimezone(here), end.astimezone(here)
    # The day before reaches over midnight.
    holidays = public_holidays(begins.date() - timedelta(1), ends.date(), where.country)
    sun = where.sun if mentions_sun(text) else None
    hours = evaluator(with_holidays(text, tuple(holidays)), where.zone, where.country, sun)
    wanted = State.UNKNOWN if by_appointment else State.OPEN
    found: list[Stretch] = []
    for opens, closes, state, _ in hours.intervals(begins, ends):
        if state != wanted:
            continue
        stretch = (max(_utc(opens, here), start), min(_utc(closes, here), end))
        if found and found[-1][1] >= stretch[0]:
            found[-1] = (found[-1][0], max(found[-1][1], stretch[1]))
        elif stretch[0] < stretch[1]:
            found.append(stretch)
    return found


def bounds(day: date, zone: str) -> Stretch:
    """The first instant of a day in a zone and that of the next day, in UTC."""
    here = ZoneInfo(zone)
    return (
        datetime.combine(day, time(), here).astimezone(UTC),
        datetime.combine(day + timedelta(days=1), time(), here).astimezone(UTC),
    )


@lru_cache(maxsize=200_000)
def _day_hours(
    hours: Understood,
    day: date,
    zone: str,
    country: str,
    sun: tuple[float, float] | None,
    planning_zone: str,
    _spoken: str,
) -> DayHours:
    where = Where(zone, country, LonLat(*sun) if sun else None)
    start, end = bounds(day, planning_zone)
    windows = _windows(stretches(hours.text, start, end, where), start)
    appointments = _windows(stretches(hours.text, start, end, where, by_appointment=True), start)
    closed = ""
    if not windows and appointments:
        closed = say("by appointment only")
    elif not windows:
        closed = _why_closed(hours, day, (start, end), where)
    known = hours.known or DAYS[day.weekday()] in hours.closed
    return DayHours(windows, closed, known, _doubts(hours, day, country, open_=bool(windows)), appointments)


def _behind(today: Sequence[Window], tomorrow: Sequence[Window], length_s: int) -> tuple[Window, ...]:
    """The windows of two days in a row, joined where one goes on over midnight."""
    later = [(start + length_s, end + length_s) for start, end in tomorrow]
    if today and later and today[-1][1] == later[0][0]:
        return (*today[:-1], (today[-1][0], later[0][1]), *later[1:])
    return (*today, *later)


def _windows(found: Sequence[Stretch], start: datetime) -> tuple[Window, ...]:
    windows = ((int((opens - start).total_seconds()), int((closes - start).total_seconds())) for opens, closes in found)
    return tuple(window for window in windows if window[0] < window[1])


def _doubts(hours: Understood, day: date, country: str, *, open_: bool) -> str:
    """How the text was read, where it was not plain, and a holiday that only a part of the country keeps."""
    said = [hours.said] if hours.said else []
    parts = () if not open_ or never_closes(hours.text) else parts_on_holiday(day, country)
    if parts:
        named = ", ".join(parts[:6])
        if len(parts) > 6:
            named = say("{parts} and others", parts=named)
        holiday = say(
            "a public holiday in parts of {country} ({parts}): set its holiday region to know",
            country=country,
            parts=named,
        )
        said.append(holiday)
    return "; ".join(said)


def _why_closed(hours: Understood, day: date, span: Stretch, where: Where) -> str:
    local = span[0].astimezone(ZoneInfo(where.zone))
    holiday = public_holiday(day, where.country)
    opens = _next_opening(hours.text, span[1], where)
    closed_on = holiday or say("{weekday} {date}", weekday=weekday(day), date=day_of_year(day))
    if opens:
        return say("closed on {day}, opens {when}", day=closed_on, when=_from_there(opens, local))
    if stretches(hours.text, span[1], span[1] + SOON, where, by_appointment=True):
        return say("closed on {day}, by appointment on other days", day=closed_on)
    return say("closed for good, by its opening hours")


def _next_opening(text: str, at: datetime, where: Where) -> datetime | None:
    """The first instant from `at` on at which it is open, in its own zone."""
    for within in (SOON, FAR):
        found = stretches(text, at, at + within, where)
        if found:
            return found[0][0].astimezone(ZoneInfo(where.zone))
    return None


def _from_there(moment: datetime, local: datetime) -> str:
    """A moment to come as said at `local`: "13:30" today, "Mon 09:00" within a week, else "1 Apr"."""
    days = (moment.date() - local.date()).days
    if days == 0:
        return f"{moment:%H:%M}"
    return f"{weekday(moment)} {moment:%H:%M}" if days < 7 else day_of_year(moment)


def _rounded(degrees: float) -> float:
    return round(round(degrees / SUN_DEGREES) * SUN_DEGREES, 1)


def _utc(moment: datetime, here: ZoneInfo) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=here)).astimezone(UTC)
