"""A plan of several days, for one rep or several: the days, who is left out, and which visits will be missed."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from gcrm.accounts.model import Priority
from gcrm.planning.day_plan import NOTHING_KNOWN, DayPlan, Omission, OptimalityGap
from routing.points import LonLat
from routing.travel_times.mended import NOTHING_MENDED, Mended


@dataclass(frozen=True, slots=True)
class MissedVisit:
    """A visit that comes due in the days of a plan and is not made. due: the day that it is, or was, due."""

    account_id: int
    name: str
    priority: Priority
    due: date
    reason: str


@dataclass(frozen=True, slots=True)
class PlannedNight:
    """A night away from home. day: that of the evening; saved_s: the driving that it saves."""

    rep_key: str
    day: date
    place: LonLat
    name: str
    saved_s: int


@dataclass(frozen=True, slots=True)
class Workload:
    """What a rep does in the days of a plan. hours_s: working hours without breaks; share: work of these."""

    rep_key: str
    visits: int
    work_s: int
    hours_s: int
    share: float


@dataclass(frozen=True, slots=True)
class Evened:
    """What evening out the work of a team did: the spread between busiest and idlest before and after, and its price.

    value, visits, travel_s: by how much they changed.
    """

    spread_before: float
    spread: float
    value: float
    visits: int
    travel_s: int


@dataclass(frozen=True, slots=True)
class WeekPlan:
    """Days that were planned together. Each visit of a cycle that comes due is in `days` or in `missed`.

    visits: that are made; visits_due: made and missed. value: what the visits are worth less the price of driving.
    mended: what the router answered that was not sound.
    """

    rep_keys: tuple[str, ...]
    first: date
    last: date
    seed: int
    router: str
    days: tuple[DayPlan, ...]
    omissions: tuple[Omission, ...] = ()
    missed: tuple[MissedVisit, ...] = ()
    visits: int = 0
    visits_due: int = 0
    travel_s: int = 0
    service_s: int = 0
    distance_m: int = 0
    prize: int = 0
    value: float = 0.0
    quality: OptimalityGap = NOTHING_KNOWN
    first_answer_s: float = 0.0
    nights: tuple[PlannedNight, ...] = ()
    work: tuple[Workload, ...] = ()
    evened: Evened | None = None
    notes: tuple[str, ...] = ()
    planned_at: datetime | None = None
    seconds: float = 0.0
    mended: Mended = NOTHING_MENDED

    @property
    def coverage(self) -> float:
        """The share of the visits due that is made, 0 to 1; 1 where none is due."""
        return round(self.visits / self.visits_due, 4) if self.visits_due else 1.0

    @property
    def drive_share(self) -> float:
        """Driving as a share of driving and visits."""
        return round(self.travel_s / max(1, self.travel_s + self.service_s), 4)

    def with_remarks(self, notes: tuple[str, ...], planned_at: datetime, seconds: float) -> "WeekPlan":
        """The plan with what the reader should know beside it, and each day with when it was planned."""
        seconds = round(seconds, 3)
        days = tuple(one.with_remarks((), planned_at, seconds) for one in self.days)
        return replace(self, days=days, notes=notes, planned_at=planned_at, seconds=seconds)
