"""Reps: the people (or cars) that are sent out."""

from dataclasses import dataclass, field
from datetime import date, datetime, time

from routing.points import LonLat

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


@dataclass(frozen=True, slots=True)
class Shift:
    """Working hours of one weekday, wall-clock time in the rep's own zone.

    ends: before `starts` where the shift ends on the next day. pause: from and to when the rep is off duty between two
    stretches of a split shift, None for one stretch.
    """

    starts: time
    ends: time
    pause: tuple[time, time] | None = None

    @property
    def past_midnight(self) -> bool:
        """Whether it ends on the day after it begins."""
        return self.ends <= self.starts

    @property
    def minutes(self) -> int:
        """How long it is, without the pause of a split shift."""
        off = _between(*self.pause) if self.pause else 0
        return _between(self.starts, self.ends) - off


def _between(first: time, last: time) -> int:
    """Minutes from one time of day to the next time that it is another."""
    return ((last.hour - first.hour) * 60 + last.minute - first.minute) % (24 * 60) or 24 * 60


@dataclass(frozen=True, slots=True)
class Break:
    """One break a day: how long, and the span inside which it is taken whole."""

    minutes: int
    earliest: time
    latest: time


@dataclass(frozen=True, slots=True)
class DayOff:
    """Days without work, from `first` to `last`, both included."""

    first: date
    last: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Nights:
    """Nights that a rep may sleep away.

    most: in a week, Monday to Sunday; in_a_row: without a night at home between; saves_minutes: the driving that each
    night has to save.
    """

    most: int
    in_a_row: int = 1
    saves_minutes: int = 60


@dataclass(frozen=True, slots=True)
class BusySpan:
    """From and to when a rep's other calendars say that there is no time, in UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Hotel:
    """A place to sleep away from home."""

    name: str
    place: LonLat


@dataclass(frozen=True, slots=True)
class Rep:
    """Somebody who visits accounts; `key` is the short name used on the command line.

    week has seven entries, Monday first, None on a day off. zone is an IANA name ("Europe/Vaduz").
    max_driving_minutes: the most driving in a day, home to home; None for no limit. nights: None sleeps at home;
    hotels: where else, the towns of the area where none is given. skills, languages (ISO 639-1): what the rep can do
    and speak. holiday_region: the part of the country whose public holidays the rep keeps too, as "BY" (ISO 3166-2
    without the country), "" for those of the whole country.
    parking_minutes: added to each drive, to park and to walk to the door. home_on_time: the share of days, 0 to 1, on
    which the rep is to be home before the hours end; None for as planned to the minute. parking_by_company,
    on_time_by_company: whether the two are those of the whole company, and change with them. busy: when other calendars
    of the rep leave no time, as they were read last; changed with those, not with the rep.
    """

    key: str
    name: str
    home_address: str
    home: LonLat | None
    week: tuple[Shift | None, ...]
    zone: str
    lunch: Break | None = None
    id: int = 0
    max_driving_minutes: int | None = None
    days_off: tuple[DayOff, ...] = ()
    nights: Nights | None = None
    hotels: tuple[Hotel, ...] = ()
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    holiday_region: str = ""
    parking_minutes: int = 0
    home_on_time: float | None = None
    parking_by_company: bool = False
    on_time_by_company: bool = False
    busy: tuple[BusySpan, ...] = field(default=(), compare=False)
