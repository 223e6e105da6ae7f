"""By when a case is to be answered and solved: hours by priority, counted in the company's working hours."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from gcrm.common.language import say
from gcrm.common.public_holidays import public_holiday, read_region
from gcrm.common.zones import checked_zone, country_of_zone
from gcrm.people.model import Shift
from gcrm.people.user import Role, User
from gcrm.people.working_week import read_week
from gcrm.platform.errors import InputRejected, NotAllowed
from gcrm.service.model import CasePriority
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

KEY = "service levels"
MOST_HOURS = 2_000
"""More working hours than a year has."""
LOOKS_AHEAD = 3_660
"""Days until working hours are given up on: nobody rests for ten years."""


@dataclass(frozen=True, slots=True)
class ServiceLevels:
    """Hours by priority for the first answer and for the solution, counted in working hours as they are typed.

    zone: that the hours are meant in, "" for that of the reps. holiday_region: the part of its country whose public
    holidays rest too.
    """

    hours: str = "Mo-Fr 08:00-17:00"
    zone: str = ""
    holiday_region: str = ""
    answer: tuple[tuple[CasePriority, float], ...] = (
        (CasePriority.LOW, 16.0),
        (CasePriority.NORMAL, 8.0),
        (CasePriority.HIGH, 4.0),
        (CasePriority.URGENT, 1.0),
    )
    solve: tuple[tuple[CasePriority, float], ...] = (
        (CasePriority.LOW, 80.0),
        (CasePriority.NORMAL, 40.0),
        (CasePriority.HIGH, 16.0),
        (CasePriority.URGENT, 4.0),
    )


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When the company works: hours by weekday in a zone, but on its public holidays ("DE", "DE-BY", "" for none)."""

    week: tuple[Shift | None, ...]
    zone: str
    holidays: str

    def after(self, start: datetime, seconds: float) -> datetime:
        """The instant at which so many working seconds have passed since `start`.

        Without any working hours all hours count, as nobody would ever be late else.
        """
        left = seconds
        for begins, ends in self._stretches(start):
            begun = max(begins, start)
            length = (ends - begun).total_seconds()
            if length <= 0:
                continue
            if left <= length:
                return begun + timedelta(seconds=left)
            left -= length
        return start + timedelta(seconds=seconds)

    def between(self, start: datetime, end: datetime) -> float:
        """The working seconds between two instants."""
        passed = 0.0
        for begins, ends in self._stretches(start):
            if begins >= end:
                break
            passed += max((min(ends, end) - max(begins, start)).total_seconds(), 0.0)
        return passed

    def _stretches(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Stretches of work in UTC, in order, from the day before `start` on: its night may still last."""
        first = start.astimezone(ZoneInfo(self.zone)).date() - timedelta(1)
        for number in range(LOOKS_AHEAD):
            day = first + timedelta(number)
            shift = self.week[day.weekday()] if len(self.week) == 7 else None
            if shift is None or public_holiday(day, self.holidays):
                continue
            pause = shift.pause
            moments = (shift.starts, *(pause or ()), shift.ends)
            instants: list[datetime] = []
            for moment in moments:
                at = self._instant(day, moment)
                if instants and at <= instants[-1]:
                    at = self._instant(day + timedelta(1), moment)
                instants.append(at)
            yield instants[0], instants[1]
            if pause:
                yield instants[2], instants[3]

    def _instant(self, day: date, moment: time) -> datetime:
        return datetime.combine(day, moment, ZoneInfo(self.zone)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Levels:
    """Service levels, read and ready to be asked."""

    office: OfficeHours
    answer_hours: Mapping[CasePriority, float]
    solve_hours: Mapping[CasePriority, float]

    def due(self, opened: datetime, priority: CasePriority, waited_s: float = 0) -> tuple[datetime, datetime]:
        """By when a case is to be answered first and solved. waited_s: working seconds that it waited for others."""
        answer = self.office.after(opened, self.answer_hours[priority] * 3600)
        return answer, self.office.after(opened, self.solve_hours[priority] * 3600 + waited_s)


def service_levels(tx: "Transaction") -> ServiceLevels:
    """The company's service levels, those of nobody's choice where none were set."""
    kept: Mapping[str, Any] = tx.settings.get(KEY) or {}
    usual = ServiceLevels()
    return ServiceLevels(
        str(kept.get("hours", usual.hours)),
        str(kept.get("zone", usual.zone)),
        str(kept.get("holiday_region", usual.holiday_region)),
        _by_priority(kept.get("answer"), usual.answer),
        _by_priority(kept.get("solve"), usual.solve),
    )


def levels(tx: "Transaction") -> Levels:
    """The service levels as they hold now."""
    said = service_levels(tx)
    zone = said.zone or _zone_of_reps(tx)
    country = country_of_zone(zone)
    where = f"{country}-{said.holiday_region}" if country and said.holiday_region else country
    return Levels(OfficeHours(read_week(said.hours), zone, where), dict(said.answer), dict(said.solve))


def set_service_levels(
    workspace: Workspace,
    user: User | None = None,
    *,
    hours: str | None = None,
    zone: str | None = None,
    holiday_region: str | None = None,
    answer: Mapping[CasePriority, float] | None = None,
    solve: Mapping[CasePriority, float] | None = None,
) -> ServiceLevels:
    """Set what is given; cases that are there keep their times until their priority changes.

    user: who asks, None for the command line. Raises NotAllowed, InputRejected for hours that cannot be.
    """
    if user is not None and user.role not in {Role.PLANNER, Role.ADMINISTRATOR}:
        raise NotAllowed(say("Your role does not change service levels."), say("Ask a planner."))
    with workspace.store.write() as tx:
        before = service_levels(tx)
        made = replace(
            before,
            hours=before.hours if hours is None else hours.strip(),
            zone=before.zone if zone is None else (checked_zone(zone) if zone.strip() else ""),
            answer=_checked(before.answer, answer or {}),
            solve=_checked(before.solve, solve or {}),
        )
        if not any(read_week(made.hours)):
            raise InputRejected(say("Working hours are missing."), say('Write them as "Mo-Fr 08:00-17:00".'))
        if holiday_region is not None:
            made = replace(
                made, holiday_region=read_region(holiday_region, country_of_zone(made.zone or _zone_of_reps(tx)))
            )
        late = [name for name, most in made.answer if most > dict(made.solve)[name]]
        if late:
            raise InputRejected(
                say("The first answer to {priority} cases is due after their solution.", priority=late[0].value),
                say("Give the solution at least as many hours."),
            )
        tx.settings.set(
            KEY,
            {
                "hours": made.hours,
                "zone": made.zone,
                "holiday_region": made.holiday_region,
                "answer": {name.value: most for name, most in made.answer},
                "solve": {name.value: most for name, most in made.solve},
            },
        )
    return made


def _checked(
    before: tuple[tuple[CasePriority, float], ...], given: Mapping[CasePriority, float]
) -> tuple[tuple[CasePriority, float], ...]:
    for priority, most in given.items():
        if not (math.isfinite(most) and 0 < most <= MOST_HOURS):
            raise InputRejected(
                say("{hours} hours for {priority} cases are not possible.", hours=most, priority=priority.value),
                say("Enter more than 0 and at most {most}.", most=MOST_HOURS),
            )
    return tuple((name, float(given.get(name, most))) for name, most in before)


def _by_priority(
    kept: Mapping[str, float] | None, usual: tuple[tuple[CasePriority, float], ...]
) -> tuple[tuple[CasePriority, float], ...]:
    return tuple((name, float((kept or {}).get(name.value, most))) for name, most in usual)


def _zone_of_reps(tx: "Transaction") -> str:
    zones = {rep.zone for rep in tx.reps.all()}
    return zones.pop() if len(zones) == 1 else "UTC"
