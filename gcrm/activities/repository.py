"""What happened with accounts."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update

from gcrm.accounts.change import ChangeKind
from gcrm.activities.model import Activity, ActivityKind, CheckIn, Outcome, Verdict
from gcrm.platform.database.repository import Repository, not_found, refuse_nul
from gcrm.platform.database.schema import account, account_change, activity, change_set, rep
from routing.points import LonLat

_NEWEST_FIRST = (activity.c.at.desc(), activity.c.id.desc())
_OLDEST_FIRST = (activity.c.at, activity.c.id)


class Activities(Repository):
    """Visits, calls and notes."""

    def add(self, new: Activity) -> Activity:
        """Add one; returned with its id. A visit moves the account's last visit forward, by the rep's own calendar.

        With a client_id that is known already nothing is added, and the one that was kept is returned.
        Raises NotFound for an unknown account, InputRejected for a NUL letter.
        """
        if new.client_id:
            kept = self._found(activity.c.client_id == new.client_id)
            if kept:
                return kept[0]
        if self._connection.execute(select(account.c.id).where(account.c.id == new.account_id)).first() is None:
            raise not_found("account", new.account_id)
        row_id = self._insert(activity, _row_of(new))
        self._move_last_visit(new)
        self._transaction.touch("activity")
        return self.get(row_id)

    def update(self, changed: Activity) -> Activity:
        """Change one: all its columns. What turns out to be no visit gives the last one back. Raises NotFound."""
        before = self.get(changed.id)
        self._update(activity, changed.id, _row_of(changed), "activity")
        if before.is_visit and not changed.is_visit:
            self._give_last_visit_back(before)
        self._move_last_visit(changed)
        self._transaction.touch("activity")
        return self.get(changed.id)

    def get(self, activity_id: int) -> Activity:
        """One activity. Raises NotFound."""
        found = self._found(activity.c.id == activity_id)
        if not found:
            raise not_found("activity", activity_id)
        return found[0]

    def of_account(self, account_id: int, limit: int = 50) -> list[Activity]:
        """The last ones of an account, newest first."""
        return self._found(activity.c.account_id == account_id, order_by=_NEWEST_FIRST, limit=limit)

    def of_rep_on(self, rep_id: int, start: datetime, end: datetime) -> list[Activity]:
        """What a rep did from `start` until before `end`, oldest first."""
        return self._found(activity.c.rep_id == rep_id, activity.c.at >= start, activity.c.at < end)

    def since(self, instant: datetime) -> list[Activity]:
        """What anybody did from then on, oldest first."""
        return self._found(activity.c.at >= instant)

    def last_visits(self) -> dict[int, datetime]:
        """Account id to the instant of its last visit; accounts that were never visited are not in it."""
        rows = self._connection.execute(
            select(activity.c.account_id, func.max(activity.c.at, type_=activity.c.at.type).label("at"))
            .where(activity.c.kind == ActivityKind.VISIT.value, activity.c.outcome != Outcome.NOBODY_THERE.value)
            .group_by(activity.c.account_id)
        )
        return {row.account_id: row.at for row in rows}

    def closed_down(self) -> set[int]:
        """The accounts of which the last entry that had an outcome says so: a visit, or what an import said."""
        later = activity.alias()
        rows = self._connection.execute(
            select(activity.c.account_id).where(
                activity.c.outcome == Outcome.CLOSED_DOWN.value,
                ~exists().where(
                    later.c.account_id == activity.c.account_id,
                    later.c.outcome.not_in([Outcome.NONE.value, Outcome.NOBODY_THERE.value]),
                    or_(
                        later.c.at > activity.c.at,
                        and_(later.c.at == activity.c.at, later.c.id > activity.c.id),
                    ),
                ),
            )
        )
        return {row.account_id for row in rows}

    def _found(
        self,
        *wanted: ColumnElement[bool],
        order_by: Sequence[ColumnElement[Any]] = _OLDEST_FIRST,
        limit: int | None = None,
    ) -> list[Activity]:
        rows = self._connection.execute(select(activity).where(*wanted).order_by(*order_by).limit(limit))
        return [_activity_of(row) for row in rows]

    def _move_last_visit(self, done: Activity) -> None:
        if not done.is_visit:
            return
        day = self._calendar_day(done)
        moved = self._connection.execute(
            update(account)
            .where(account.c.id == done.account_id, or_(account.c.last_visit.is_(None), account.c.last_visit < day))
            .values(last_visit=day)
        )
        if moved.rowcount:
            self._transaction.touch("account")

    def _give_last_visit_back(self, done: Activity) -> None:
        """Put the account's last visit back to what it was before one that was none."""
        day = self._calendar_day(done)
        own = self._found(activity.c.account_id == done.account_id)
        made = [self._calendar_day(one) for one in own if one.is_visit]
        if day in made:
            return
        last = max([*made, *self._known_before(done.account_id, day)], default=None)
        changed = self._connection.execute(
            update(account).where(account.c.id == done.account_id, account.c.last_visit == day).values(last_visit=last)
        )
        if changed.rowcount:
            self._transaction.touch("account")

    def _known_before(self, account_id: int, day: date) -> list[date]:
        """The last visit that was known, from a file or by hand, before a visit of that day was recorded."""
        rows = self._connection.execute(
            select(account_change.c.before, account_change.c.after)
            .join(change_set, change_set.c.id == account_change.c.set_id)
            .where(account_change.c.account_id == account_id, change_set.c.kind == ChangeKind.VISIT.value)
            .order_by(account_change.c.id.desc())
        )
        for before, after in rows:
            if (after or {}).get("last_visit") == day.isoformat():
                known = (before or {}).get("last_visit")
                return [date.fromisoformat(known)] if known else []
        return []

    def _calendar_day(self, done: Activity) -> date:
        zone = self._connection.execute(select(rep.c.zone).where(rep.c.id == done.rep_id)).scalar()
        return done.at.astimezone(ZoneInfo(zone or "UTC")).date()


def _row_of(one: Activity) -> dict[str, Any]:
    refuse_nul(one.note, one.next_step, one.client_id)
    seen = one.check_in
    place = seen.place if seen else None
    return {
        "account_id": one.account_id,
        "kind": one.kind.value,
        "at": one.at,
        "rep_id": one.rep_id,
        "user_id": one.user_id,
        "outcome": one.outcome.value,
        "note": one.note,
        "next_step": one.next_step,
        "next_date": one.next_date,
        "check_in_at": seen.at if seen else None,
        "check_in_lon": place.lon if place else None,
        "check_in_lat": place.lat if place else None,
        "check_in_accuracy_m": seen.accuracy_m if seen else None,
        "check_in_distance_m": seen.distance_m if seen else None,
        "check_in_verdict": seen.verdict.value if seen else None,
        "client_id": one.client_id,
    }


def _activity_of(row: Any) -> Activity:
    check_in = None
    if row.check_in_at is not None:
        place = None if row.check_in_lon is None else LonLat(row.check_in_lon, row.check_in_lat)
        check_in = CheckIn(
            row.check_in_at, place, row.check_in_accuracy_m, row.check_in_distance_m, Verdict(row.check_in_verdict)
        )
    return Activity(
        account_id=row.account_id,
        kind=ActivityKind(row.kind),
        at=row.at,
        rep_id=row.rep_id,
        user_id=row.user_id,
        outcome=Outcome(row.outcome),
        note=row.note,
        next_step=row.next_step,
        next_date=row.next_date,
        check_in=check_in,
        client_id=row.client_id,
        id=row.id,
    )
