"""What happened with accounts."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, or_, select, update

from gcrm.accounts.change import ChangeKind
from gcrm.activities.model import Activity, ActivityKind, CheckIn, HandedIn, Outcome, Revision, Verdict
from gcrm.platform.database.repository import Repository, chunks, not_found, refuse_nul
from gcrm.platform.database.schema import (
    account,
    account_change,
    activity,
    activity_revision,
    change_set,
    handed_in,
    not_learned,
    refused_pin,
    rep,
)
from routing.points import LonLat

_NEWEST_FIRST = (activity.c.at.desc(), activity.c.id.desc())
_OLDEST_FIRST = (activity.c.at, activity.c.id)
_COUNTS = activity.c.withdrawn_at.is_(None)


class Activities(Repository):
    """Visits, calls and notes. Lists leave out what was withdrawn, unless they say so."""

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

    def add_many(self, new: Sequence[Activity]) -> None:
        """Add many that are no visits, under client_ids that are not known yet, to accounts that are there."""
        if new:
            self._connection.execute(insert(activity), [_row_of(one) for one in new])
            self._transaction.touch("activity")

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

    def by_client_id(self, client_id: str) -> Activity | None:
        """The one with a phone's number, withdrawn or not; None where it is not known."""
        found = self._found(activity.c.client_id == client_id) if client_id else []
        return found[0] if found else None

    def of_account(self, account_id: int, limit: int | None = 50, *, withdrawn: bool = False) -> list[Activity]:
        """The last ones of an account, newest first; with those that were withdrawn where they are asked for."""
        wanted = [activity.c.account_id == account_id] + ([] if withdrawn else [_COUNTS])
        return self._found(*wanted, order_by=_NEWEST_FIRST, limit=limit)

    def of_user(self, user_id: int, limit: int = 20) -> list[Activity]:
        """The last ones that a user told, newest first, those that were withdrawn too."""
        return self._found(activity.c.user_id == user_id, order_by=_NEWEST_FIRST, limit=limit)

    def of_rep_on(self, rep_id: int, start: datetime, end: datetime) -> list[Activity]:
        """What a rep did from `start` until before `end`, oldest first."""
        return self._found(activity.c.rep_id == rep_id, activity.c.at >= start, activity.c.at < end, _COUNTS)

    def after(
        self,
        activity_id: int,
        limit: int,
        *,
        territory_ids: Collection[int] | None = None,
        account_id: int | None = None,
        rep_id: int | None = None,
    ) -> list[Activity]:
        """The next ones by id, beyond one, those that were withdrawn too.

        territory_ids: of accounts of these, None for all. account_id, rep_id: of that one only.
        """
        wanted = [activity.c.id > activity_id]
        if territory_ids is not None:
            own = select(account.c.id).where(account.c.territory_id.in_(sorted(territory_ids)))
            wanted.append(activity.c.account_id.in_(own))
        if account_id is not None:
            wanted.append(activity.c.account_id == account_id)
        if rep_id is not None:
            wanted.append(activity.c.rep_id == rep_id)
        return self._found(*wanted, order_by=(activity.c.id,), limit=limit)

    def since(self, instant: datetime) -> list[Activity]:
        """What anybody did from then on, oldest first."""
        return self._found(activity.c.at >= instant, _COUNTS)

    def visit_days(self) -> list[tuple[int, int | None, datetime]]:
        """Account id, rep id and instant of every visit at which somebody was met."""
        rows = self._connection.execute(
            select(activity.c.account_id, activity.c.rep_id, activity.c.at).where(
                activity.c.kind == ActivityKind.VISIT.value,
                activity.c.outcome != Outcome.NOBODY_THERE.value,
                _COUNTS,
            )
        )
        return [(row.account_id, row.rep_id, row.at) for row in rows]

    def visits_since(self, instant: datetime) -> dict[int, int]:
        """Account id to the number of visits from then on; accounts that had none are not in it."""
        rows = self._connection.execute(
            select(activity.c.account_id, func.count())
            .where(
                activity.c.at >= instant,
                activity.c.kind == ActivityKind.VISIT.value,
                activity.c.outcome != Outcome.NOBODY_THERE.value,
                _COUNTS,
            )
            .group_by(activity.c.account_id)
        )
        return {row[0]: row[1] for row in rows}

    def state(self) -> tuple[int, int, int, int]:
        """Differs after any activity was added, corrected or withdrawn."""
        done = self._connection.execute(select(func.count(), func.max(activity.c.id)).select_from(activity)).one()
        revised = self._connection.execute(select(func.max(activity_revision.c.id))).scalar()
        withdrawn = self._connection.execute(select(func.count()).where(~_COUNTS)).scalar()
        return done[0], done[1] or 0, revised or 0, withdrawn or 0

    def last_visits(self) -> dict[int, datetime]:
        """Account id to the instant of its last visit; accounts that were never visited are not in it."""
        rows = self._connection.execute(
            select(activity.c.account_id, func.max(activity.c.at, type_=activity.c.at.type).label("at"))
            .where(
                activity.c.kind == ActivityKind.VISIT.value,
                activity.c.outcome != Outcome.NOBODY_THERE.value,
                _COUNTS,
            )
            .group_by(activity.c.account_id)
        )
        return {row.account_id: row.at for row in rows}

    def visits_of(self, account_ids: Sequence[int]) -> dict[int, tuple[int, datetime]]:
        """Account id to how many visits it had and the instant of the first; those without one are not in it."""
        found: dict[int, tuple[int, datetime]] = {}
        for some in chunks(account_ids):
            rows = self._connection.execute(
                select(
                    activity.c.account_id,
                    func.count().label("visits"),
                    func.min(activity.c.at, type_=activity.c.at.type).label("first"),
                )
                .where(activity.c.account_id.in_(some), activity.c.kind == ActivityKind.VISIT.value, _COUNTS)
                .group_by(activity.c.account_id)
            )
            found |= {row.account_id: (row.visits, row.first) for row in rows}
        return found

    def closed_down(self) -> set[int]:
        """The accounts of which the last entry that had an outcome says so: a visit, or what an import said."""
        later = activity.alias()
        rows = self._connection.execute(
            select(activity.c.account_id).where(
                activity.c.outcome == Outcome.CLOSED_DOWN.value,
                _COUNTS,
                ~exists().where(
                    later.c.account_id == activity.c.account_id,
                    later.c.outcome.not_in([Outcome.NONE.value, Outcome.NOBODY_THERE.value]),
                    later.c.withdrawn_at.is_(None),
                    or_(
                        later.c.at > activity.c.at,
                        and_(later.c.at == activity.c.at, later.c.id > activity.c.id),
                    ),
                ),
            )
        )
        return {row.account_id for row in rows}

    def calendar_day(self, done: Activity) -> date:
        """The day of an activity where its rep works."""
        zone = self._connection.execute(select(rep.c.zone).where(rep.c.id == done.rep_id)).scalar()
        return done.at.astimezone(ZoneInfo(zone or "UTC")).date()

    # What visits teach

    def visit_lengths(self, since: datetime, rep_id: int | None = None) -> list[tuple[int, str, float]]:
        """(account id, its segment, seconds from check-in to check-out) of visits from then on, oldest first."""
        wanted = [] if rep_id is None else [activity.c.rep_id == rep_id]
        rows = self._connection.execute(
            select(activity.c.account_id, account.c.segment, activity.c.at, activity.c.check_out_at)
            .join(account, account.c.id == activity.c.account_id)
            .where(
                activity.c.at >= since,
                activity.c.kind == ActivityKind.VISIT.value,
                activity.c.check_out_at.is_not(None),
                activity.c.outcome != Outcome.NOBODY_THERE.value,
                _COUNTS,
                *wanted,
            )
            .order_by(*_OLDEST_FIRST)
        )
        return [(row.account_id, row.segment, (row.check_out_at - row.at).total_seconds()) for row in rows]

    def doors(self, since: datetime, rep_id: int | None = None) -> list[tuple[int, datetime, str, bool]]:
        """(account id, instant, the rep's zone, whether nobody was there) of visits of which the outcome is known."""
        wanted = [] if rep_id is None else [activity.c.rep_id == rep_id]
        rows = self._connection.execute(
            select(activity.c.account_id, activity.c.at, rep.c.zone, activity.c.outcome)
            .join(rep, rep.c.id == activity.c.rep_id)
            .where(
                activity.c.at >= since,
                activity.c.kind == ActivityKind.VISIT.value,
                activity.c.outcome.not_in([Outcome.NONE.value, Outcome.CLOSED_DOWN.value]),
                _COUNTS,
                *wanted,
            )
            .order_by(*_OLDEST_FIRST)
        )
        nobody = Outcome.NOBODY_THERE.value
        return [(row.account_id, row.at, row.zone or "UTC", row.outcome == nobody) for row in rows]

    def not_learned(self) -> set[int]:
        """The accounts whose visits are not to teach anything."""
        return set(self._connection.execute(select(not_learned.c.account_id)).scalars())

    def learn(self, account_id: int, *, on: bool) -> None:
        """Let an account's visits teach, or not."""
        self._connection.execute(delete(not_learned).where(not_learned.c.account_id == account_id))
        if not on:
            self._connection.execute(insert(not_learned).values(account_id=account_id))

    def seen_since(self, since: datetime, accuracy_m: float) -> list[Activity]:
        """Visits with a check-in or check-out at a position at least so exact, oldest first."""
        exact = [
            and_(moment.is_not(None), rough <= accuracy_m)
            for moment, rough in (
                (activity.c.check_in_lon, activity.c.check_in_accuracy_m),
                (activity.c.check_out_lon, activity.c.check_out_accuracy_m),
            )
        ]
        return self._found(activity.c.at >= since, or_(*exact), _COUNTS)

    def refused_pins(self) -> dict[int, datetime]:
        """Account id to when a person looked at its check-ins and left the pin where it is."""
        rows = self._connection.execute(select(refused_pin.c.account_id, refused_pin.c.at))
        return {row.account_id: row.at for row in rows}

    def refuse_pin(self, account_id: int, at: datetime) -> None:
        """Note that the pin of an account is to stay, whatever check-ins up to then say."""
        self._connection.execute(delete(refused_pin).where(refused_pin.c.account_id == account_id))
        self._connection.execute(insert(refused_pin).values(account_id=account_id, at=at))

    # Corrections

    def add_revision(self, made: Revision) -> Revision:
        """Keep what was corrected; returned with its id."""
        row = {name: getattr(made, name) for name in ("activity_id", "at", "user_id", "before", "after")}
        return replace(made, id=self._insert(activity_revision, row))

    def revisions_of(self, activity_ids: Collection[int]) -> dict[int, list[Revision]]:
        """Activity id to its corrections, oldest first; those without any are not in it."""
        found: dict[int, list[Revision]] = {}
        for some in chunks(sorted(activity_ids)):
            rows = self._connection.execute(
                select(activity_revision)
                .where(activity_revision.c.activity_id.in_(some))
                .order_by(activity_revision.c.id)
            )
            for row in rows:
                one = Revision(row.activity_id, row.at, row.user_id, row.before, row.after, row.id)
                found.setdefault(row.activity_id, []).append(one)
        return found

    # What phones could not file

    def hand_in(self, new: HandedIn) -> HandedIn:
        """Keep one for the planners, once for each client_id; the one that is kept."""
        row = {name: getattr(new, name) for name in ("client_id", "user_id", "at", "document")}
        kept = self._handed_in(handed_in.c.client_id == new.client_id)
        return kept[0] if kept else replace(new, id=self._insert(handed_in, row))

    def handed_in(self, number: int) -> HandedIn:
        """One of them. Raises NotFound."""
        found = self._handed_in(handed_in.c.id == number)
        if not found:
            raise not_found("activity", number)
        return found[0]

    def unsettled(self) -> list[HandedIn]:
        """Those that no planner is done with, oldest first."""
        return self._handed_in(handed_in.c.settled_at.is_(None))

    def handed_in_as(self, client_id: str) -> HandedIn | None:
        """What was handed in under a phone's number; None where nothing was."""
        return next(iter(self._handed_in(handed_in.c.client_id == client_id)), None)

    def settle(self, done: HandedIn) -> None:
        """Note that a planner is done with one. Raises NotFound."""
        row = {name: getattr(done, name) for name in ("settled_at", "settled_by", "activity_id")}
        self._update(handed_in, done.id, row, "activity")

    def _handed_in(self, *wanted: ColumnElement[bool]) -> list[HandedIn]:
        rows = self._connection.execute(select(handed_in).where(*wanted).order_by(handed_in.c.id))
        return [
            HandedIn(
                row.client_id,
                row.user_id,
                row.at,
                row.document,
                row.settled_at,
                row.settled_by,
                row.activity_id,
                row.id,
            )
            for row in rows
        ]

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
        day = self.calendar_day(done)
        moved = self._connection.execute(
            update(account)
            .where(account.c.id == done.account_id, or_(account.c.last_visit.is_(None), account.c.last_visit < day))
            .values(last_visit=day)
        )
        if moved.rowcount:
            self._transaction.touch("account")

    def _give_last_visit_back(self, done: Activity) -> None:
        """Put the account's last visit back to what it was before one that was none."""
        day = self.calendar_day(done)
        own = self._found(activity.c.account_id == done.account_id, _COUNTS)
        made = [self.calendar_day(one) for one in own if one.is_visit]
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


def _row_of(one: Activity) -> dict[str, Any]:
    refuse_nul(one.note, one.next_step, one.client_id, one.said_at)
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
        "client_id": one.client_id,
        "said_at": one.said_at,
        "received_at": one.received_at,
        "clock_error_s": one.clock_error_s,
        "withdrawn_at": one.withdrawn_at,
        **_seen_row("check_in", one.check_in),
        **_seen_row("check_out", one.check_out),
    }


def _seen_row(name: str, seen: CheckIn | None) -> dict[str, Any]:
    place = seen.place if seen else None
    return {
        f"{name}_at": seen.at if seen else None,
        f"{name}_lon": place.lon if place else None,
        f"{name}_lat": place.lat if place else None,
        f"{name}_accuracy_m": seen.accuracy_m if seen else None,
        f"{name}_distance_m": seen.distance_m if seen else None,
        f"{name}_verdict": seen.verdict.value if seen else None,
        f"{name}_age_s": seen.age_s if seen else None,
        f"{name}_placed_m": seen.placed_m if seen else None,
    }


def _seen_of(name: str, row: Any) -> CheckIn | None:
    values = row._mapping  # noqa: SLF001 - how SQLAlchemy gives a row by the names of its columns
    if values[f"{name}_at"] is None:
        return None
    lon, lat = values[f"{name}_lon"], values[f"{name}_lat"]
    return CheckIn(
        values[f"{name}_at"],
        None if lon is None else LonLat(lon, lat),
        values[f"{name}_accuracy_m"],
        values[f"{name}_distance_m"],
        Verdict(values[f"{name}_verdict"]),
        values[f"{name}_age_s"] or 0.0,
        values[f"{name}_placed_m"] or 0.0,
    )


def _activity_of(row: Any) -> Activity:
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
        check_in=_seen_of("check_in", row),
        check_out=_seen_of("check_out", row),
        client_id=row.client_id,
        said_at=row.said_at,
        received_at=row.received_at,
        clock_error_s=row.clock_error_s,
        withdrawn_at=row.withdrawn_at,
        id=row.id,
    )
