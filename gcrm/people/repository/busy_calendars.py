"""Other calendars of reps, around which days are planned."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from gcrm.common.language import say
from gcrm.people.busy import BusyCalendar
from gcrm.people.model import BusySpan
from gcrm.platform.database.repository import Repository, refuse_nul
from gcrm.platform.database.schema import busy_calendar
from gcrm.platform.errors import NotFound


class BusyCalendars(Repository):
    """Calendars, by their number."""

    def of_rep(self, rep_id: int) -> list[BusyCalendar]:
        """A rep's."""
        rows = self._connection.execute(
            select(busy_calendar).where(busy_calendar.c.rep_id == rep_id).order_by(busy_calendar.c.id)
        )
        return [
            BusyCalendar(
                row.rep_id,
                row.name,
                row.url,
                spans_of(row.spans),
                row.read_at,
                row.fault,
                row.id,
                row.login,
                row.sealed,
            )
            for row in rows
        ]

    def add(self, new: BusyCalendar) -> BusyCalendar:
        """Add one; returned with its id."""
        added = replace(new, id=self._insert(busy_calendar, _row_of(new)))
        self._transaction.touch("rep")
        return added

    def update(self, changed: BusyCalendar) -> None:
        """Change one. Raises NotFound."""
        self._update(busy_calendar, changed.id, _row_of(changed), "rep")
        self._transaction.touch("rep")

    def remove(self, rep_id: int, calendar_id: int) -> None:
        """Take a rep's away. Raises NotFound."""
        own = busy_calendar.c.id == calendar_id, busy_calendar.c.rep_id == rep_id
        if not self._connection.execute(delete(busy_calendar).where(*own)).rowcount:
            raise NotFound(
                say("You have no calendar {calendar_id}.", calendar_id=calendar_id),
                say("Look at the list on the page Me."),
            )
        self._transaction.touch("rep")


def spans_of(kept: Any) -> tuple[BusySpan, ...]:
    """Busy times from what a row keeps."""
    return tuple(BusySpan(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in kept or ())


def _row_of(one: BusyCalendar) -> dict[str, Any]:
    refuse_nul(one.name, one.url, one.fault, one.login)
    return {
        "rep_id": one.rep_id,
        "name": one.name,
        "url": one.url,
        "spans": [[span.start.isoformat(), span.end.isoformat()] for span in one.spans],
        "read_at": one.read_at,
        "fault": one.fault[:300],
        "login": one.login,
        "sealed": one.sealed,
    }
