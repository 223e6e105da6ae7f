"""A rep's day as a person reads it: what was planned, what has been done of it, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gcrm.activities.model import Activity, ActivityKind, Outcome
from gcrm.activities.queries import activities_of_rep
from gcrm.people.model import Rep
from gcrm.planning.day_plan import DayPlan
from gcrm.planning.day_plan import Stop as PlannedStop
from gcrm.transaction import Transaction
from routing.points import LonLat

LATE = timedelta(minutes=10)
"""A rep who is this much behind the plan is late; less is a red light."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One planned visit and how it stands. state: "done", "here" (checked in, no outcome yet), "next" or "later"."""

    number: int
    planned: PlannedStop
    state: str
    visit: Activity | None

    @property
    def leave_before(self) -> datetime:
        """When to leave for it: arrival less the drive."""
        return self.planned.arrive - timedelta(seconds=self.planned.travel_s)


@dataclass(frozen=True, slots=True)
class Day:
    """A planned day with what has been done of it."""

    plan: DayPlan
    stops: tuple[Stop, ...]
    extra: tuple[Activity, ...]
    late_s: float

    @property
    def done(self) -> int:
        """How many planned visits have been made."""
        return sum(stop.state == "done" for stop in self.stops)

    @property
    def next_stop(self) -> Stop | None:
        """The visit to make now, or None at the end of the day."""
        return next((stop for stop in self.stops if stop.state in {"here", "next"}), None)

    def break_before(self, stop: Stop, what: str) -> bool:
        """Whether the break is taken right before a stop's "drive", or after it at the door, before the "visit"."""
        return self._break_at == (stop.number, what)

    @property
    def break_last(self) -> bool:
        """Whether the break is taken after the last visit."""
        return self.plan.break_ is not None and self._break_at is None

    @property
    def break_place(self) -> LonLat | None:
        """Where the break is taken: a stop, or the home; None without a break or a place."""
        stops = self.plan.stops
        if self.plan.break_ is None:
            return None
        if self._break_at is None:
            return stops[-1].place if stops else self.plan.home
        number, what = self._break_at
        if what == "visit":
            return stops[number - 1].place
        return stops[number - 2].place if number > 1 else self.plan.home

    @property
    def _break_at(self) -> tuple[int, str] | None:
        """The stop before which the break is taken, and whether before its drive or its visit."""
        pause = self.plan.break_
        if not pause:
            return None
        for stop in self.stops:
            if pause.end <= stop.planned.start:
                arrived = stop.planned.arrive <= pause.start
                return stop.number, "visit" if arrived else "drive"
        return None

    @property
    def drive_share(self) -> float | None:
        """Driving as a share of driving and visits; None for a day without either."""
        worked = self.plan.travel_s + self.plan.service_s
        return self.plan.travel_s / worked if worked else None


def bounds_of(day: date, zone: str) -> tuple[datetime, datetime]:
    """The first instant of a day in a zone and that of the next day; 23 or 25 hours apart when clocks change."""
    here = ZoneInfo(zone)
    return datetime.combine(day, time(), here), datetime.combine(day + timedelta(days=1), time(), here)


def visits_of(tx: Transaction, rep: Rep, day: date, plan: DayPlan | None = None) -> list[Activity]:
    """The visits that a rep made on a day of the rep's own zone, first to last.

    With a plan that was made on a day before, also those since then to an account of the plan: they need not be made
    again.
    """
    start, end = bounds_of(day, rep.zone)
    since = min(start, plan.planned_at) if plan and plan.planned_at else start
    planned = plan.account_ids if plan else frozenset()
    made = activities_of_rep(tx, rep.id, since, end)
    visits = (one for one in made if one.kind is ActivityKind.VISIT and (one.at >= start or one.account_id in planned))
    return sorted(visits, key=lambda one: one.at)


def follow(plan: DayPlan, visits: Sequence[Activity], now: datetime) -> Day:
    """Lay the visits that were made over the plan. A visit to an account that was not planned is extra."""
    made = {visit.account_id: visit for visit in visits}
    stops: list[Stop] = []
    found_next = False
    for number, planned in enumerate(plan.stops, 1):
        visit = made.get(planned.account_id)
        if visit and visit.outcome is Outcome.NONE and now - visit.at < timedelta(hours=12):
            state = "here"
        elif visit:
            state = "done"
        else:
            state = "later" if found_next else "next"
        found_next = found_next or state in {"here", "next"}
        stops.append(Stop(number, planned, state, visit))
    extra = tuple(visit for visit in visits if visit.account_id not in plan.account_ids)
    return Day(plan, tuple(stops), extra, _late_s(stops, now))


def _late_s(stops: Sequence[Stop], now: datetime) -> float:
    """Seconds behind the plan: the next visit's planned start against now, 0 on time, early or when all is done."""
    upcoming = next((stop for stop in stops if stop.state == "next"), None)
    if upcoming is None:
        return 0.0
    behind = (now - upcoming.planned.start).total_seconds()
    return behind if LATE.total_seconds() < behind < timedelta(hours=14).total_seconds() else 0.0
