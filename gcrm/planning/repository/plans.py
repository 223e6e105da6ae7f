"""Planned days. Every plan is kept; the newest of a rep's day is the current one."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Select, Text, cast, delete, func, insert, select, type_coerce, update

from gcrm.common.wording import listed
from gcrm.planning.day_json import read_day, write_day
from gcrm.planning.day_plan import DayPlan
from gcrm.platform.database.repository import Repository, chunks, not_found
from gcrm.platform.database.schema import plan, plan_stop
from gcrm.platform.memo import Memo, digest

_DOCUMENT = type_coerce(plan.c.document, Text).label("document")
_READ: Memo[DayPlan] = Memo(most=200, heaviest=20_000_000)
"""Plans that were read: a plan names everybody who is left out, and the pages of a day ask for it again and again."""


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """Who is where on which day, by the current plan of that day. ends_at: when the rep's day ends."""

    rep_id: int
    day: date
    account_id: int
    start_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class PlannedLoad:
    """How long a rep drives and visits on a day, by the current plan."""

    rep_id: int
    day: date
    plan_id: int
    travel_s: float
    service_s: float


class Plans(Repository):
    """Plans, each with a row for each of its stops, so that questions about many days need not read them whole."""

    def save(self, rep_id: int, made: DayPlan) -> DayPlan:
        """Keep a plan and make it the current one of that rep's day; returned with the number it is kept under."""
        document = write_day(replace(made, id=None))
        row = {"rep_id": rep_id, "day": made.day, "document": document, "ends_at": made.home_arrive}
        plan_id = self._insert(plan, row)
        stops = [
            {"plan_id": plan_id, "position": position, "account_id": stop.account_id, "start_at": stop.start}
            for position, stop in enumerate(made.stops)
        ]
        if stops:
            self._connection.execute(insert(plan_stop), stops)
        return replace(made, id=plan_id)

    def drop(self, plan_id: int) -> None:
        """Take a plan away, so that the one before it is the current one again. Raises NotFound."""
        self._connection.execute(delete(plan_stop).where(plan_stop.c.plan_id == plan_id))
        if not self._connection.execute(delete(plan).where(plan.c.id == plan_id)).rowcount:
            raise not_found("plan", plan_id)

    def get(self, plan_id: int) -> DayPlan:
        """One plan, current or not. Raises NotFound."""
        row = self._connection.execute(select(plan.c.id, _DOCUMENT).where(plan.c.id == plan_id)).first()
        if row is None:
            raise not_found("plan", plan_id)
        return _plan_of(row)

    def current(self, rep_id: int, day: date) -> DayPlan | None:
        """The newest plan of a rep's day, None where there is none."""
        row = self._connection.execute(
            select(plan.c.id, _DOCUMENT)
            .where(plan.c.rep_id == rep_id, plan.c.day == day)
            .order_by(plan.c.id.desc())
            .limit(1)
        ).first()
        return None if row is None else _plan_of(row)

    def current_ids(self, rep_id: int, days: Iterable[date]) -> dict[date, int]:
        """The numbers of the current plans of some days of a rep; days without a plan are left out."""
        found: dict[date, int] = {}
        for some in chunks(sorted(set(days))):
            rows = self._connection.execute(
                select(plan.c.day, func.max(plan.c.id).label("id"))
                .where(plan.c.rep_id == rep_id, plan.c.day.in_(some))
                .group_by(plan.c.day)
            )
            found |= {row.day: row.id for row in rows}
        return found

    def planned_days(self, days: Iterable[date], rep_id: int | None = None) -> set[date]:
        """Those of some days that have a plan, of one rep or of anybody."""
        whose = [] if rep_id is None else [plan.c.rep_id == rep_id]
        rows = self._connection.execute(select(plan.c.day).distinct().where(plan.c.day.in_(sorted(days)), *whose))
        return set(rows.scalars())

    def between(self, rep_id: int, first: date, last: date) -> dict[date, DayPlan]:
        """The current plans of a rep's days from `first` to `last`, both included, by day."""
        newest = _newest(first, last).where(plan.c.rep_id == rep_id)
        rows = self._connection.execute(select(plan.c.id, plan.c.day, _DOCUMENT).where(plan.c.id.in_(newest)))
        return {row.day: _plan_of(row) for row in sorted(rows, key=lambda row: row.day)}

    def visited_accounts(self, rep_id: int, day: date) -> set[int]:
        """The accounts that any plan of a rep's day went to, the current one and those before it."""
        rows = self._connection.execute(
            select(plan_stop.c.account_id)
            .join(plan, plan.c.id == plan_stop.c.plan_id)
            .where(plan.c.rep_id == rep_id, plan.c.day == day)
        )
        return {row.account_id for row in rows}

    def of_day(self, day: date) -> dict[int, DayPlan]:
        """Rep id to the newest plan, of all reps that have one for the day."""
        rows = self._connection.execute(
            select(plan.c.id, plan.c.rep_id, _DOCUMENT).where(plan.c.id.in_(_newest(day, day))).order_by(plan.c.rep_id)
        )
        return {row.rep_id: _plan_of(row) for row in rows}

    def visits_between(self, first: date, last: date) -> list[PlannedVisit]:
        """Whom the current plans of all reps visit on the days from `first` to `last`, by day, rep and order."""
        rows = self._connection.execute(
            select(plan.c.rep_id, plan.c.day, plan.c.ends_at, plan_stop.c.account_id, plan_stop.c.start_at)
            .join(plan_stop, plan_stop.c.plan_id == plan.c.id)
            .where(plan.c.id.in_(_newest(first, last)))
            .order_by(plan.c.day, plan.c.rep_id, plan_stop.c.position)
        )
        return [
            PlannedVisit(row.rep_id, row.day, row.account_id, row.start_at, row.ends_at or row.start_at) for row in rows
        ]

    def loads_between(self, first: date, last: date) -> list[PlannedLoad]:
        """Driving and visiting of all days from `first` to `last` that have stops, without reading the plans whole."""

        def seconds(name: str) -> Any:
            if self._connection.dialect.name == "sqlite":
                return func.json_extract(_DOCUMENT, f"$.{name}")
            return cast(_DOCUMENT, JSON)[name].as_float()

        has_stops = plan.c.id.in_(select(plan_stop.c.plan_id))
        rows = self._connection.execute(
            select(plan.c.rep_id, plan.c.day, plan.c.id, seconds("travel_s"), seconds("service_s"))
            .where(plan.c.id.in_(_newest(first, last)), has_stops)
            .order_by(plan.c.day, plan.c.rep_id)
        )
        return [PlannedLoad(row[0], row[1], row[2], float(row[3] or 0), float(row[4] or 0)) for row in rows]

    def move(self, account_id: int, to_account_id: int, since: date) -> list[list[int]]:
        """Make the planned visits to one account those to another, as when the two are one business.

        since: the first day whose plans say so in their text too; those before are history. A plan that goes to both
        keeps its stops, which name what was two, and says that they are one. Answers number of plan and position of
        each, for `give`.
        """
        rows = self._connection.execute(
            select(plan_stop.c.plan_id, plan_stop.c.position)
            .where(plan_stop.c.account_id == account_id)
            .order_by(plan_stop.c.plan_id, plan_stop.c.position)
        ).all()
        moved = [[row.plan_id, row.position] for row in rows]
        self.give(moved, to_account_id, account_id, since)
        return moved

    def give(self, moved: Iterable[Sequence[int]], account_id: int, from_account_id: int, since: date) -> None:
        """Make those visits the account's which are the other's still."""
        positions: dict[int, list[int]] = {}
        for plan_id, position in moved:
            positions.setdefault(plan_id, []).append(position)
        for plan_id, some in positions.items():
            theirs = (
                plan_stop.c.plan_id == plan_id,
                plan_stop.c.position.in_(some),
                plan_stop.c.account_id == from_account_id,
            )
            changed = self._connection.execute(update(plan_stop).where(*theirs).values(account_id=account_id)).rowcount
            row = self._connection.execute(select(plan.c.day, plan.c.document).where(plan.c.id == plan_id)).first()
            if changed and row is not None and row.day >= since:
                document = _given(row.document, some, account_id, from_account_id)
                self._connection.execute(update(plan).where(plan.c.id == plan_id).values(document=document))


def _given(document: dict[str, Any], positions: Sequence[int], account_id: int, from_account_id: int) -> dict[str, Any]:
    """A plan whose stops at some positions are the account's; where it goes there already, one that says so instead.

    Asked again, as when the merge is undone, it says so no more.
    """
    stops = document.get("stops", [])
    if not any(stop.get("account") == account_id for stop in stops):
        given = [{**stop, "account": account_id} if at in positions else stop for at, stop in enumerate(stops)]
        return {**document, "stops": given}
    named = [str(stop.get("name")) for stop in stops if stop.get("account") in {account_id, from_account_id}]
    said = f"{listed(named)} are one account now, and this plan visits it twice: plan the day again."
    before = document.get("notes", [])
    notes = [note for note in before if note != said]
    return {**document, "notes": notes if len(notes) < len(before) else [*notes, said]}


def _newest(first: date, last: date) -> Select[Any]:
    """The numbers of the current plans of all reps on some days."""
    return select(func.max(plan.c.id)).where(plan.c.day.between(first, last)).group_by(plan.c.rep_id, plan.c.day)


def _plan_of(row: Any) -> DayPlan:
    text: str = row.document
    letters = text.encode()
    read = _READ.of(digest([letters]), lambda: read_day(json.loads(text)), len(letters))
    return replace(read, id=row.id)
