"""Appointments: visits that are promised, around which days are planned."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from gcrm.bootstrap import Workspace
from gcrm.domain.appointment import Appointment
from gcrm.errors import InputRejected
from gcrm.visits.working_week import working_day


@dataclass(frozen=True, slots=True)
class Promised:
    """An appointment with the names of the account and of the rep who comes ("" for whoever looks after it).

    warning: why it will be hard to keep, "" where nothing speaks against it.
    """

    appointment: Appointment
    account: str
    rep: str
    warning: str = ""


def add_appointment(
    workspace: Workspace,
    account_id: int,
    day: date,
    *,
    start: time | None = None,
    minutes: int | None = None,
    rep_key: str = "",
    note: str = "",
) -> Promised:
    """Promise a visit: to the minute with `start`, else for any time of the day.

    rep_key: who comes, whoever looks after the account if not given.
    Raises NotFound for an unknown account or rep, InputRejected for minutes that cannot be.
    """
    if minutes is not None and not 0 < minutes <= 24 * 60:
        raise InputRejected(f"A visit of {minutes} minutes cannot be.", "Give 1 to 1440.")
    with workspace.store.write() as tx:
        account = tx.accounts.get(account_id)
        owners = {territory.id: territory.rep_id for territory in tx.territories.all()}
        owner = owners.get(account.territory_id or 0)
        rep = tx.reps.get(rep_key) if rep_key else (tx.reps.by_id(owner) if owner else None)
        chosen = rep.id if rep_key and rep else None
        added = tx.appointments.add(Appointment(account_id, day, start, minutes, chosen, note.strip()[:500]))
    warning = "nobody looks after the account, so nobody will come: name a rep" if rep is None else ""
    if rep is not None:
        warning = working_day(rep, day).off
    return Promised(added, account.name, rep.name if rep else "", warning)


def list_appointments(workspace: Workspace, first: date, days: int = 91) -> list[Promised]:
    """The appointments of some days, in order."""
    with workspace.store.read() as tx:
        found = tx.appointments.between(first, first + timedelta(days=days - 1))
        names = {one.id: one.name for one in tx.accounts.by_ids([one.account_id for one in found])}
        reps = {rep.id: rep.name for rep in tx.reps.all()}
    return [Promised(one, names.get(one.account_id, ""), reps.get(one.rep_id or 0, "")) for one in found]


def remove_appointment(workspace: Workspace, appointment_id: int) -> Appointment:
    """Take a promise back. Raises NotFound."""
    with workspace.store.write() as tx:
        gone = tx.appointments.get(appointment_id)
        tx.appointments.delete(appointment_id)
    return gone
