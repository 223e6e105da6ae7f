"""Visits that are promised."""

from dataclasses import replace
from datetime import date, time
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update

from gcrm.planning.model import Appointment
from gcrm.platform.database.repository import Repository, not_found, refuse_nul
from gcrm.platform.database.schema import account, appointment


class Appointments(Repository):
    """Appointments, sorted by day, start and id."""

    def add(self, new: Appointment) -> Appointment:
        """Add one; returned with its id. Raises NotFound for an unknown account."""
        refuse_nul(new.note)
        if self._connection.execute(select(account.c.id).where(account.c.id == new.account_id)).first() is None:
            raise not_found("account", new.account_id)
        added = replace(new, id=self._insert(appointment, _row_of(new)))
        self._transaction.touch("appointment")
        return added

    def get(self, appointment_id: int) -> Appointment:
        """One appointment. Raises NotFound."""
        found = self._found(appointment.c.id == appointment_id)
        if not found:
            raise not_found("appointment", appointment_id)
        return found[0]

    def between(self, first: date, last: date) -> list[Appointment]:
        """Those that could be kept on a day from `first` to `last`, both included."""
        return self._found(func.coalesce(appointment.c.till, appointment.c.day) >= first, appointment.c.day <= last)

    def of_account(self, account_id: int) -> list[Appointment]:
        """Those of one account, past and to come."""
        return self._found(appointment.c.account_id == account_id)

    def move(self, account_id: int, to_account_id: int) -> None:
        """Make the appointments of one account those of another, as when the two are one business."""
        self._connection.execute(
            update(appointment).where(appointment.c.account_id == account_id).values(account_id=to_account_id)
        )
        self._transaction.touch("appointment")

    def delete(self, appointment_id: int) -> None:
        """Take one away. Raises NotFound."""
        if not self._connection.execute(delete(appointment).where(appointment.c.id == appointment_id)).rowcount:
            raise not_found("appointment", appointment_id)
        self._transaction.touch("appointment")

    def _found(self, *wanted: ColumnElement[bool]) -> list[Appointment]:
        columns = appointment.c
        rows = self._connection.execute(
            select(appointment).where(*wanted).order_by(columns.day, columns.start, columns.id)
        )
        return [_appointment_of(row) for row in rows]


def _row_of(one: Appointment) -> dict[str, Any]:
    return {
        "account_id": one.account_id,
        "rep_id": one.rep_id,
        "day": one.day,
        "start": None if one.start is None else f"{one.start:%H:%M}",
        "minutes": one.minutes,
        "note": one.note,
        "till": one.till,
    }


def _appointment_of(row: Any) -> Appointment:
    return Appointment(
        account_id=row.account_id,
        day=row.day,
        start=None if row.start is None else time.fromisoformat(row.start),
        minutes=row.minutes,
        rep_id=row.rep_id,
        note=row.note,
        id=row.id,
        till=row.till,
    )
