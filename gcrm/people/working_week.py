"""A rep's working hours and break, as they are typed and as they are said, and which of them hold on a day."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gcrm.common.public_holidays import public_holiday
from gcrm.common.wording import clock, day_in_words
from gcrm.common.zones import holidays_at
from gcrm.people.model import WEEKDAYS, Break, DayOff, Hotel, Rep, Shift
from gcrm.platform.errors import InputRejected
from routing.points import LonLat

HOURS_REMEDY = 'Write them as "08:30-17:00" (Monday to Friday) or "Mo-Fr 08:30-17:00,Sa 09:00-12:00".'
OFF_REMEDY = 'Write them as "2026-12-24" or "2026-12-24..2026-12-31:holidays".'
BREAK_REMEDY = 'Write it as "45@11:30-13:30": minutes, and the span inside which it is taken; "none" for no break.'

_TIME = r"(\d{1,2}:\d{2})"
_DAYS = r"[A-Za-z]{2,9}(?:\s*-\s*[A-Za-z]{2,9})?"
_PART = re.compile(rf"(?P<days>{_DAYS})?\s*(?:{_TIME}\s*-\s*{_TIME}|(?P<off>off))")
_BREAK = re.compile(rf"(\d{{1,3}})\s*@\s*{_TIME}\s*-\s*{_TIME}")


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """When a rep works on one day: seconds that pass from the day's first instant in the rep's zone.

    A day on which clocks change has 23 or 25 hours, so 17:00 is not always 17 hours after midnight; `instant` and
    `second` know. lunch_s: (length, earliest, latest), None without a break. off: why there is no work that day, ""
    where there is. max_driving_s: the most driving, None for no limit. begins, ends: where the
    nights before and after are spent, None for at home.
    """

    rep: Rep
    day: date
    start_s: int
    end_s: int
    lunch_s: tuple[int, int, int] | None
    off: str = ""
    max_driving_s: int | None = None
    begins: Hotel | None = None
    ends: Hotel | None = None

    @property
    def leaves_from(self) -> LonLat | None:
        """Where the day begins; None for anywhere."""
        return self.begins.place if self.begins else self.rep.home

    @property
    def returns_to(self) -> LonLat | None:
        """Where the day ends; None for anywhere."""
        return self.ends.place if self.ends else self.rep.home

    @property
    def zone(self) -> str:
        """The rep's own time zone."""
        return self.rep.zone

    def instant(self, second: float) -> datetime:
        """The instant of a second of this day, with the offset of the rep's zone."""
        return (self._midnight + timedelta(seconds=second)).astimezone(ZoneInfo(self.zone))

    def second(self, instant: datetime) -> int:
        """The second of this day at which an instant lies; negative before it began."""
        return int((instant.astimezone(UTC) - self._midnight).total_seconds())

    def wall(self, moment: time) -> int:
        """The second of this day at a time on the wall; of a time that does not exist that day, as if it did."""
        return _second(self.day, moment, self.zone)

    def clock(self, second: float) -> str:
        """The time on the wall at a second of this day: "08:30"."""
        return f"{self.instant(second):%H:%M}"

    @property
    def _midnight(self) -> datetime:
        return datetime.combine(self.day, time(), ZoneInfo(self.zone)).astimezone(UTC)


def working_day(rep: Rep, day: date, days_off: Container[date] = ()) -> WorkingDay:
    """The rep's hours on a day: none on a weekday without a shift, on a public holiday at home and on a day off."""
    shift = rep.week[day.weekday()] if len(rep.week) == 7 else None
    holiday = public_holiday(day, holidays_at(rep))
    if shift is None:
        known = any(rep.week)
        off = (
            f"{rep.name} does not work on {day_in_words(day)}"
            if known
            else f"{rep.name} has no working hours: set them with `gcrm reps change {rep.key} --hours 08:30-17:00`"
        )
        return WorkingDay(rep, day, 0, 0, None, off)
    own = next((off for off in rep.days_off if off.first <= day <= off.last), None)
    if own:
        why = f": {own.reason}" if own.reason else ""
        return WorkingDay(rep, day, 0, 0, None, f"{rep.name} is off on {day_in_words(day)}{why}")
    if day in days_off:
        return WorkingDay(rep, day, 0, 0, None, f"{rep.name} has a day off on {day_in_words(day)}")
    if holiday:
        return WorkingDay(rep, day, 0, 0, None, f"{rep.name} does not work on {day_in_words(day)}, which is {holiday}")
    start, end = _second(day, shift.starts, rep.zone), _second(day, shift.ends, rep.zone)
    driving = rep.max_driving_minutes * 60 if rep.max_driving_minutes is not None else None
    return WorkingDay(rep, day, start, end, _lunch(rep, day, start, end), max_driving_s=driving)


def read_week(text: str) -> tuple[Shift | None, ...]:
    """Working hours by weekday, Monday first. Raises InputRejected for what cannot be understood."""
    week: list[Shift | None] = [None] * 7
    position = 0
    text = text.strip()
    while position < len(text):
        part = _PART.match(text, position)
        if part is None:
            raise InputRejected(f'The working hours "{text[:80]}" cannot be read.', HOURS_REMEDY)
        shift = None if part["off"] else _shift(part[2], part[3])
        for weekday in _weekdays(part["days"]) if part["days"] else range(5):
            week[weekday] = shift
        rest = re.compile(r"\s*(?:[,;]\s*|$)").match(text, part.end())
        if rest is None:
            raise InputRejected(f'The working hours "{text[:80]}" cannot be read.', HOURS_REMEDY)
        position = rest.end()
    if not any(week):
        raise InputRejected(f'The working hours "{text[:80]}" leave no day to work.', HOURS_REMEDY)
    return tuple(week)


def read_break(text: str) -> Break | None:
    """A break, None for "none". Raises InputRejected for what cannot be understood or does not fit its span."""
    if text.strip().lower() in {"", "none", "off"}:
        return None
    found = _BREAK.fullmatch(text.strip())
    if found is None:
        raise InputRejected(f'The break "{text[:80]}" cannot be read.', BREAK_REMEDY)
    minutes, earliest, latest = int(found[1]), _time(found[2]), _time(found[3])
    if not minutes or _minutes(latest) - _minutes(earliest) < minutes:
        raise InputRejected(
            f"A break of {minutes} minutes does not fit between {clock(earliest)} and {clock(latest)}.", BREAK_REMEDY
        )
    return Break(minutes, earliest, latest)


def read_day_off(text: str) -> DayOff:
    """Days off: "2026-12-24" or "2026-12-24..2026-12-31", a reason behind a colon. Raises InputRejected."""
    span, _, reason = text.partition(":")
    first, _, last = (part.strip() for part in span.partition(".."))
    try:
        off = DayOff(date.fromisoformat(first), date.fromisoformat(last or first), reason.strip()[:200])
    except ValueError as wrong:
        raise InputRejected(f'The days off "{text[:80]}" cannot be read.', OFF_REMEDY) from wrong
    if off.last < off.first:
        raise InputRejected(f'The days off "{text[:80]}" end before they begin.', OFF_REMEDY)
    return off


def day_off_words(off: DayOff) -> str:
    """Days off as they are typed."""
    span = f"{off.first}..{off.last}" if off.last > off.first else f"{off.first}"
    return f"{span}:{off.reason}" if off.reason else span


def week_words(week: Sequence[Shift | None]) -> str:
    """Working hours as they are typed: "Mo-Fr 08:30-17:00,Sa 09:00-12:00"."""
    parts: list[str] = []
    first = 0
    for weekday in range(1, len(week) + 1):
        if weekday < len(week) and week[weekday] == week[first]:
            continue
        shift = week[first]
        if shift:
            days = WEEKDAYS[first] + (f"-{WEEKDAYS[weekday - 1]}" if weekday - 1 > first else "")
            parts.append(f"{days} {clock(shift.starts)}-{clock(shift.ends)}")
        first = weekday
    return ",".join(parts)


def break_words(lunch: Break | None) -> str:
    """A break as it is typed: "45@11:30-13:30", "none"."""
    return f"{lunch.minutes}@{clock(lunch.earliest)}-{clock(lunch.latest)}" if lunch else "none"


def _lunch(rep: Rep, day: date, start: int, end: int) -> tuple[int, int, int] | None:
    """The break as far as it lies inside the shift; none where it does not fit there (a half day)."""
    if rep.lunch is None:
        return None
    earliest = max(start, _second(day, rep.lunch.earliest, rep.zone))
    latest = min(end, _second(day, rep.lunch.latest, rep.zone))
    return (rep.lunch.minutes * 60, earliest, latest) if latest - earliest >= rep.lunch.minutes * 60 else None


def _second(day: date, moment: time, zone: str) -> int:
    here = ZoneInfo(zone)
    midnight = datetime.combine(day, time(), here).astimezone(UTC)
    return int((datetime.combine(day, moment, here).astimezone(UTC) - midnight).total_seconds())


def _shift(starts: str, ends: str) -> Shift:
    shift = Shift(_time(starts), _time(ends))
    if shift.starts >= shift.ends:
        raise InputRejected(f"The working hours {starts}-{ends} end before they begin.", HOURS_REMEDY)
    return shift


def _time(text: str) -> time:
    hour, minute = (int(part) for part in text.split(":"))
    if (hour, minute) == (24, 0):
        return time(23, 59)
    if hour > 23 or minute > 59:
        raise InputRejected(f"{text} is not a time of day.", "Write times as 08:30, from 00:00 to 24:00.")
    return time(hour, minute)


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _weekdays(text: str) -> list[int]:
    """The weekdays of "Mo", "Mo-Fr" or "Sat-Mon"."""
    names = [part.strip() for part in text.split("-")]
    numbers = [_weekday(name) for name in names]
    if len(numbers) == 1:
        return numbers
    return [(numbers[0] + step) % 7 for step in range((numbers[1] - numbers[0]) % 7 + 1)]


def _weekday(name: str) -> int:
    for number, short in enumerate(WEEKDAYS):
        full = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")[number]
        if full.startswith(name.lower()) and name.lower().startswith(short.lower()):
            return number
    raise InputRejected(f"{name!r} is not a weekday.", HOURS_REMEDY)
