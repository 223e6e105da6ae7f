"""Visits that are promised."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update

from gcrm.planning.model import Appointment
from gcrm.platform.database.repository import Repository, chunks, not_found, refuse_nul
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

    def of_accounts(self, account_ids: Sequence[int]) -> list[Appointment]:
        """Those of any of the accounts, past and to come."""
        return [one for some in chunks(account_ids) for one in self._found(appointment.c.account_id.in_(some))]

    def move(self, account_id: int, to_account_id: int) -> list[int]:
        """Make the appointments of one account those of another, as when the two are one business; their ids."""
        ids = [one.id for one in self.of_account(account_id)]
        self.give(ids, to_account_id)
        return ids

    def give(self, ids: Sequence[int], account_id: int) -> None:
        """Make these appointments those of an account; one that is not there any more is passed over."""
        for some in chunks(ids):
            self._connection.execute(
                update(appointment).where(appointment.c.id.in_(some)).values(account_id=account_id)
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
