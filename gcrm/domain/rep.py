"""Reps: the people (or cars) that are sent out."""

from dataclasses import dataclass
from datetime import time

from routing.points import LonLat

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


@dataclass(frozen=True, slots=True)
class Shift:
    """Working hours of one weekday, wall-clock time in the rep's own zone."""

    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class Break:
    """One break a day: how long, and the span inside which it is taken whole."""

    minutes: int
    earliest: time
    latest: time


@dataclass(frozen=True, slots=True)
class Rep:
    """Somebody who visits accounts; `key` is the short name used on the command line.

    week has seven entries, Monday first, None on a day off. zone is an IANA name ("Europe/Vaduz").
    """

    key: str
    name: str
    home_address: str
    home: LonLat | None
    week: tuple[Shift | None, ...]
    zone: str
    lunch: Break | None = None
    id: int = 0
