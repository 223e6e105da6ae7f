"""The audit log: entries are added and read; only time, and the erasure of a person, take anything out."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, or_, select

from gcrm.audit.model import Event, Noted
from gcrm.platform.actor import actor
from gcrm.platform.database.repository import Repository
from gcrm.platform.database.schema import audit_event, erasure, job, position_look, rep

LONGEST = 200

JOBS = {"backup": Event.BACKED_UP, "area import": Event.AREA_IMPORTED}


class Audit(Repository):
    """Entries, newest first. What other tables keep already (looks, erasures, jobs) is read there, not noted twice."""

    def note(
        self, event: Event, at: datetime, *, about: int | None = None, what: str = "", by: int | None = None
    ) -> None:
        """Note what happens in this transaction. by: who does it, where it is not who acts (see `platform.actor`)."""
        acting = actor()
        row = {
            "at": at,
            "event": event.value,
            "user_id": by if by is not None else acting.user_id,
            "about_id": about,
            "what": what.replace("\0", "")[:LONGEST],
            "address": acting.address[:64],
            "via": acting.via,
        }
        self._connection.execute(insert(audit_event).values(row))

    def entries(
        self, limit: int, *, since: datetime | None, until: datetime | None, user_id: int | None, event: Event | None
    ) -> list[Noted]:
        """Entries between two instants that are by or about a user, and of one kind, where these are named."""
        found = [
            *self._noted(limit, since, until, user_id, event),
            *self._looks(limit, since, until, user_id, event),
            *self._erasures(limit, since, until, user_id, event),
            *self._jobs(limit, since, until, user_id, event),
        ]
        return sorted(found, key=lambda one: (one.at, one.id), reverse=True)[:limit]

    def _noted(self, limit: int, since: Any, until: Any, user_id: int | None, event: Event | None) -> list[Noted]:
        wanted = _between(audit_event.c.at, since, until)
        if user_id is not None:
            wanted.append(or_(audit_event.c.user_id == user_id, audit_event.c.about_id == user_id))
        if event is not None:
            wanted.append(audit_event.c.event == event.value)
        rows = self._connection.execute(
            select(audit_event).where(*wanted).order_by(audit_event.c.at.desc(), audit_event.c.id.desc()).limit(limit)
        )
        known = set(Event)
        return [
            Noted(row.at, Event(row.event), row.user_id, row.about_id, row.what, row.address, row.via, row.id)
            for row in rows
            if row.event in known
        ]

    def _looks(self, limit: int, since: Any, until: Any, user_id: int | None, event: Event | None) -> list[Noted]:
        if event not in {None, Event.POSITIONS_SEEN}:
            return []
        wanted = _between(position_look.c.at, since, until)
        wanted += [] if user_id is None else [position_look.c.user_id == user_id]
        rows = self._connection.execute(
            select(position_look, rep.c.name.label("rep_name"))
            .join(rep, rep.c.id == position_look.c.rep_id)
            .where(*wanted)
            .order_by(position_look.c.at.desc())
            .limit(limit)
        )
        return [
            Noted(
                row.at, Event.POSITIONS_SEEN, row.user_id, None, f"{row.rep_name}: {row.points} ({row.why})"[:LONGEST]
            )
            for row in rows
        ]

    def _erasures(self, limit: int, since: Any, until: Any, user_id: int | None, event: Event | None) -> list[Noted]:
        if event not in {None, Event.ERASED}:
            return []
        wanted = _between(erasure.c.at, since, until)
        wanted += [] if user_id is None else [erasure.c.user_id == user_id]
        rows = self._connection.execute(select(erasure).where(*wanted).order_by(erasure.c.at.desc()).limit(limit))
        return [Noted(row.at, Event.ERASED, row.user_id, None, f"{row.kind} {row.subject_id}") for row in rows]

    def _jobs(self, limit: int, since: Any, until: Any, user_id: int | None, event: Event | None) -> list[Noted]:
        kinds = [kind for kind, known in JOBS.items() if event in {None, known}]
        if not kinds:
            return []
        wanted = [*_between(job.c.created_at, since, until), job.c.kind.in_(kinds)]
        wanted += [] if user_id is None else [job.c.user_id == user_id]
        columns = (job.c.id, job.c.kind, job.c.state, job.c.user_id, job.c.created_at)
        rows = self._connection.execute(select(*columns).where(*wanted).order_by(job.c.id.desc()).limit(limit))
        return [Noted(row.created_at, JOBS[row.kind], row.user_id, None, f"job {row.id}, {row.state}") for row in rows]


def _between(column: Any, since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [column.is_not(None)]
    wanted += [] if since is None else [column >= since]
    wanted += [] if until is None else [column < until]
    return wanted
