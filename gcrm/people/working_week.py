"""A rep's working hours and break, as they are typed and as they are said, and which of them hold on a day."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gcrm.common.language import say, to_say
from gcrm.common.opening_hours.spans import joined
from gcrm.common.opening_hours.table import clock_of
from gcrm.common.public_holidays import public_holiday
from gcrm.common.wording import clock, day_in_words
from gcrm.common.zones import holidays_at
from gcrm.people.model import WEEKDAYS, Break, DayOff, Hotel, Rep, Shift
from gcrm.platform.errors import InputRejected
from routing.points import LonLat

HOURS_REMEDY = to_say(
    'Write them as "08:30-17:00" (Monday to Friday), "Mo-Fr 08:30-17:00,Sa 09:00-12:00", '
    '"Mo-Th 08:00-12:00,13:00-17:00" (two stretches a day) or "Mo-Fr 22:00-06:00" (over midnight).'
)
LONGEST_NIGHT_MIN = 12 * 60
"""A shift over midnight that is longer than this was meant otherwise ("17:00-08:30")."""
BREAK_OWED_FROM_MIN = 6 * 60
"""A break is owed by who works longer than this. Source: directive 2003/88/EC, article 4."""
OFF_REMEDY = to_say('Write them as "2026-12-24" or "2026-12-24..2026-12-31:holidays".')
BREAK_REMEDY = to_say(
    'Write it as "45@11:30-13:30": minutes, and the span inside which it is taken; "none" for no break.'
)

_TIME = r"(\d{1,2}:\d{2})"
_DAYS = r"[A-Za-z]{2,9}(?:\s*-\s*[A-Za-z]{2,9})?"
_PART = re.compile(rf"(?P<days>{_DAYS})?\s*(?:{_TIME}\s*-\s*{_TIME}|(?P<off>off))")
_BREAK = re.compile(rf"(\d{{1,3}})\s*@\s*{_TIME}\s*-\s*{_TIME}")


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """When a rep works on one day: seconds that pass from the day's first instant in the rep's zone.

    A day on which clocks change has 23 or 25 hours, so 17:00 is not always 17 hours after midnight; `instant` and
    `second` know. end_s: past the day's last second where the shift ends on the next day. lunch_s: (length, earliest,
    latest), None without a break; the pause of a split shift is one that has no choice. rest_s: that pause. off: why
    there is no work that day, "" where there is. max_driving_s: the most driving, None for no limit. begins, ends:
    where the nights before and after are spent, None for at home. busy_s: stretches of the working hours in which other
    calendars leave no time for a visit.
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
    rest_s: tuple[int, int] | None = None
    busy_s: tuple[tuple[int, int], ...] = ()

    @property
    def stretches(self) -> tuple[tuple[int, int], ...]:
        """The seconds from and to which the rep works: one stretch, or the two of a split shift."""
        if self.rest_s is None or not self.start_s < self.rest_s[0] < self.rest_s[1] < self.end_s:
            return ((self.start_s, self.end_s),)
        return ((self.start_s, self.rest_s[0]), (self.rest_s[1], self.end_s))

    @property
    def hours_words(self) -> str:
        """The working hours on the wall: "08:00-12:00, 13:00-17:00"."""
        return ", ".join(f"{self.clock(start)}-{self.clock(end)}" for start, end in self.stretches)

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

    def in_shift(self, moment: time) -> int:
        """As `wall`, of the next day where the shift goes past midnight and the time comes before it begins."""
        second = self.wall(moment)
        if second < self.start_s and self.end_s > _second(self.day + timedelta(1), time(), self.zone, since=self.day):
            return _second(self.day + timedelta(1), moment, self.zone, since=self.day)
        return second

    def clock(self, second: float) -> str:
        """The time on the wall at a second of this day: "08:30"."""
        return f"{self.instant(second):%H:%M}"

    def moment(self, second: float) -> str:
        """The time at a second, with its date where a night has passed midnight: "Wed 25 Nov 2026, 00:30"."""
        at = self.instant(second)
        return f"{at:%H:%M}" if at.date() == self.day else f"{day_in_words(at.date())}, {at:%H:%M}"

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
            say("{rep} does not work on {day}", rep=rep.name, day=day_in_words(day))
            if known
            else say(
                "{rep} has no working hours: set them with `{command}`",
                rep=rep.name,
                command=f"gcrm reps change {rep.key} --hours 08:30-17:00",
            )
        )
        return WorkingDay(rep, day, 0, 0, None, off)
    own = next((off for off in rep.days_off if off.first <= day <= off.last), None)
    if own:
        off = say("{rep} is off on {day}", rep=rep.name, day=day_in_words(day))
        return WorkingDay(rep, day, 0, 0, None, f"{off}: {own.reason}" if own.reason else off)
    if day in days_off:
        return WorkingDay(
            rep, day, 0, 0, None, say("{rep} has a day off on {day}", rep=rep.name, day=day_in_words(day))
        )
    if holiday:
        told = {"rep": rep.name, "day": day_in_words(day), "holiday": holiday}
        return WorkingDay(rep, day, 0, 0, None, say("{rep} does not work on {day}, which is {holiday}", **told))
    start = _second(day, shift.starts, rep.zone)
    end = _after(day, shift.ends, start, rep.zone)
    driving = rep.max_driving_minutes * 60 if rep.max_driving_minutes is not None else None
    rest = None
    if shift.pause:
        begins = _after(day, shift.pause[0], start, rep.zone)
        rest = (begins, _after(day, shift.pause[1], begins, rep.zone))
    lunch = _rest(rep, rest) if rest else _lunch(rep, shift, day, start, end)
    return _around(WorkingDay(rep, day, start, end, lunch, max_driving_s=driving, rest_s=rest))


def _around(whole: WorkingDay) -> WorkingDay:
    """The day without what other calendars take of it: less at its ends, and stretches without a visit between."""
    spans = [(whole.second(one.start), whole.second(one.end)) for one in whole.rep.busy]
    taken = joined(sorted(one for one in spans if one[0] < whole.end_s and one[1] > whole.start_s))
    if not taken:
        return whole
    start_s = taken[0][1] if taken[0][0] <= whole.start_s else whole.start_s
    end_s = taken[-1][0] if taken[-1][1] >= whole.end_s else whole.end_s
    if start_s >= end_s:
        said = say("{rep} is busy all of {day}, says another calendar", rep=whole.rep.name, day=day_in_words(whole.day))
        return WorkingDay(whole.rep, whole.day, 0, 0, None, said)
    lunch = whole.lunch_s
    if lunch is not None:
        # What is left of the day may hold no break, or give it less choice.
        earliest, latest = max(lunch[1], start_s), min(lunch[2], end_s)
        lunch = (lunch[0], earliest, latest) if latest - earliest >= lunch[0] else None
    busy = tuple(one for one in taken if start_s < one[0] and one[1] < end_s)
    return replace(whole, start_s=start_s, end_s=end_s, lunch_s=lunch, busy_s=busy)


def break_minutes(rep: Rep, shift: Shift) -> int:
    """The minutes of the break that a rep owes in a shift, 0 for none; the pause of a split shift stands for it."""
    if rep.lunch is None or shift.pause or shift.minutes <= BREAK_OWED_FROM_MIN:
        return 0
    return rep.lunch.minutes


def minutes_a_week(rep: Rep) -> float:
    """Working minutes of a usual week, without the breaks."""
    return float(sum(shift.minutes - break_minutes(rep, shift) for shift in rep.week if shift is not None))


def read_week(text: str) -> tuple[Shift | None, ...]:
    """Working hours by weekday, Monday first.

    Times without days hold for the days named before them, or from Monday to Friday, which days named later replace.
    What is named twice for a day adds up to two stretches; where they overlap, it is refused, unless the later part
    names fewer days. Raises InputRejected for what cannot be understood.
    """
    week = _Week()
    position = 0
    text = text.strip()
    while position < len(text):
        part = _PART.match(text, position)
        if part is None:
            return _in_words(text)
        span = None if part["off"] else (_time(part[2]), _time(part[3]))
        week.add(_weekdays(part["days"]) if part["days"] else None, span)
        rest = re.compile(r"\s*(?:[,;]\s*|$)").match(text, part.end())
        if rest is None:
            return _in_words(text)
        position = rest.end()
    return week.shifts(text)


def _in_words(text: str) -> tuple[Shift | None, ...]:
    """Working hours as opening hours are written: "Mon-Fri 9-5", "Mo, We, Fr 08:00-16:00"."""
    from gcrm.common.opening_hours.understand import understand

    found = understand(text)
    if not found.known or len(found.tables) != 1 or found.tables[0].season or "||" in found.text:
        raise InputRejected(say('The working hours "{value}" cannot be read.', value=text[:80]), say(HOURS_REMEDY))
    week = _Week()
    for day, content in found.tables[0].days.items():
        if day not in WEEKDAYS or content.by_appointment:
            raise InputRejected(say('The working hours "{value}" cannot be read.', value=text[:80]), say(HOURS_REMEDY))
        for start, end in content.spans:
            week.add([WEEKDAYS.index(day)], (_time(clock_of(start)), _time(clock_of(end))))
    return week.shifts(text)


class _Week:
    """Collects the stretches of each weekday."""

    def __init__(self) -> None:
        self.spans: list[list[tuple[time, time]]] = [[] for _ in WEEKDAYS]
        self.named = [7] * 7
        self.last: list[int] | None = None

    def add(self, days: list[int] | None, span: tuple[time, time] | None) -> None:
        """One part: its days, None where none are named, and its stretch, None for off."""
        base = days is None and self.last is None
        chosen = list(range(5)) if base else (days or self.last or [])
        for day in chosen:
            if span is None:
                self.spans[day] = []
            elif base:
                self.spans[day].append(span)
                continue
            elif self._replaces(day, chosen, span):
                self.spans[day] = [span]
            else:
                self.spans[day].append(span)
            self.named[day] = min(self.named[day], len(chosen))
        if days is not None:
            self.last = chosen

    def _replaces(self, day: int, chosen: list[int], span: tuple[time, time]) -> bool:
        """Whether a part takes the place of what was said of a day, rather than adding to it."""
        if self.named[day] == 7 and self.last is None:
            # Only said of all working days so far.
            return True
        overlaps = [one for one in self.spans[day] if _minutes(one[0]) < _end(span) and _minutes(span[0]) < _end(one)]
        if not overlaps:
            return False
        if len(chosen) < self.named[day]:
            return True
        raise InputRejected(
            say(
                "{weekday} has two working hours that overlap: {first}-{last} and {next_first}-{next_last}.",
                weekday=WEEKDAYS[day],
                first=clock(overlaps[0][0]),
                last=clock(overlaps[0][1]),
                next_first=clock(span[0]),
                next_last=clock(span[1]),
            ),
            say("Name each day once, or give two stretches apart from each other."),
        )

    def shifts(self, text: str) -> tuple[Shift | None, ...]:
        """The week. Raises InputRejected where no day is left, or one has more than two stretches."""
        if not any(self.spans):
            raise InputRejected(
                say('The working hours "{value}" leave no day to work.', value=text[:80]), say(HOURS_REMEDY)
            )
        return tuple(_shift(WEEKDAYS[day], spans) for day, spans in enumerate(self.spans))


def read_break(text: str) -> Break | None:
    """A break, None for "none". Raises InputRejected for what cannot be understood or does not fit its span."""
    if text.strip().lower() in {"", "none", "off"}:
        return None
    found = _BREAK.fullmatch(text.strip())
    if found is None:
        raise InputRejected(say('The break "{value}" cannot be read.', value=text[:80]), say(BREAK_REMEDY))
    minutes, earliest, latest = int(found[1]), _time(found[2]), _time(found[3])
    # A span that ends before it begins reaches over midnight, as night shifts do; a long one is a slip of the pen.
    across, span = latest <= earliest, (_minutes(latest) - _minutes(earliest)) % (24 * 60)
    if not minutes or span < minutes or (across and span > LONGEST_NIGHT_MIN):
        raise InputRejected(
            say(
                "A break of {minutes} minutes does not fit between {first} and {last}.",
                minutes=minutes,
                first=clock(earliest),
                last=clock(latest),
            ),
            say(BREAK_REMEDY),
        )
    return Break(minutes, earliest, latest)


def read_day_off(text: str) -> DayOff:
    """Days off: "2026-12-24" or "2026-12-24..2026-12-31", a reason behind a colon. Raises InputRejected."""
    span, _, reason = text.partition(":")
    first, _, last = (part.strip() for part in span.partition(".."))
    try:
        off = DayOff(date.fromisoformat(first), date.fromisoformat(last or first), reason.strip()[:200])
    except ValueError as wrong:
        raise InputRejected(say('The days off "{value}" cannot be read.', value=text[:80]), say(OFF_REMEDY)) from wrong
    if off.last < off.first:
        raise InputRejected(say('The days off "{value}" end before they begin.', value=text[:80]), say(OFF_REMEDY))
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
            parts.append(f"{days} {_shift_words(shift)}")
        first = weekday
    return ",".join(parts)


def break_words(lunch: Break | None) -> str:
    """A break as it is typed: "45@11:30-13:30", "none"."""
    return f"{lunch.minutes}@{clock(lunch.earliest)}-{clock(lunch.latest)}" if lunch else "none"


def _shift_words(shift: Shift) -> str:
    if shift.pause is None:
        return f"{clock(shift.starts)}-{clock(shift.ends)}"
    return f"{clock(shift.starts)}-{clock(shift.pause[0])},{clock(shift.pause[1])}-{clock(shift.ends)}"


def _rest(rep: Rep, rest: tuple[int, int]) -> tuple[int, int, int]:
    """The pause of a split shift as a break: the whole of it, or the rep's break around it where that is longer."""
    length = max(rest[1] - rest[0], rep.lunch.minutes * 60 if rep.lunch else 0)
    return length, rest[1] - length, rest[0] + length


def _lunch(rep: Rep, shift: Shift, day: date, start: int, end: int) -> tuple[int, int, int] | None:
    """The break as far as it lies inside the shift; none on a day that is too short to owe one."""
    if rep.lunch is None or not break_minutes(rep, shift):
        return None
    # The break of a night is meant in the night, before or after midnight, or across it.
    for of in (day, day + timedelta(1)) if shift.past_midnight else (day,):
        across = rep.lunch.latest <= rep.lunch.earliest
        earliest = max(start, _second(of, rep.lunch.earliest, rep.zone, since=day))
        latest = min(end, _second(of + timedelta(across), rep.lunch.latest, rep.zone, since=day))
        if latest - earliest >= rep.lunch.minutes * 60:
            return rep.lunch.minutes * 60, earliest, latest
    return None


def _after(day: date, moment: time, start: int, zone: str) -> int:
    """The second of the day, or of the next as counted from it, at a time that comes after the start of a shift."""
    second = _second(day, moment, zone)
    return second if second > start else _second(day + timedelta(1), moment, zone, since=day)


def _second(day: date, moment: time, zone: str, *, since: date | None = None) -> int:
    """The seconds that pass from the first instant of `since`, of `day` itself if not given, to a time of a day."""
    here = ZoneInfo(zone)
    midnight = datetime.combine(since or day, time(), here).astimezone(UTC)
    return int((datetime.combine(day, moment, here).astimezone(UTC) - midnight).total_seconds())


def _shift(day: str, spans: list[tuple[time, time]]) -> Shift | None:
    """The shift of a weekday with these stretches. Raises InputRejected for more than two, or a night too long."""
    if not spans:
        return None
    if len(spans) > 2:
        raise InputRejected(
            say("{day} has {number} stretches of work.", day=day, number=len(spans)),
            say("Give two at most; a pause is --break."),
        )
    first, *others = sorted(spans, key=lambda span: _minutes(span[0]))
    last = others[0] if others else first
    shift = Shift(first[0], last[1], (first[1], last[0]) if others else None)
    night_min = _end((first[0], last[1])) - _minutes(first[0])
    if first[0] == first[1] or (shift.past_midnight and night_min > LONGEST_NIGHT_MIN):
        raise InputRejected(
            say("The working hours {first}-{last} end before they begin.", first=clock(first[0]), last=clock(last[1])),
            say(HOURS_REMEDY),
        )
    return shift


def _end(span: tuple[time, time]) -> int:
    """The minute at which a stretch ends, past 24:00 on the next day."""
    return _minutes(span[1]) + (24 * 60 if span[1] <= span[0] else 0)


def _time(text: str) -> time:
    hour, minute = (int(part) for part in text.split(":"))
    if (hour, minute) == (24, 0):
        return time(23, 59)
    if hour > 23 or minute > 59:
        raise InputRejected(
            say("{value} is not a time of day.", value=text), say("Write times as 08:30, from 00:00 to 24:00.")
        )
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
    raise InputRejected(say("{name!r} is not a weekday.", name=name), say(HOURS_REMEDY))
