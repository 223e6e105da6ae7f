"""Appointments: visits that are promised, around which days are planned."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from gcrm.accounts.model import Account
from gcrm.common.skills import lacking
from gcrm.common.wording import day_in_words
from gcrm.people.model import Rep
from gcrm.people.working_week import working_day
from gcrm.planning.appointment_rules import is_kept, possible_days
from gcrm.planning.model import Appointment
from gcrm.planning.pins import MOST_SPAN
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Promised:
    """An appointment with the names of the account and of the rep who comes ("" for whoever looks after it).

    warning: why it will be hard to keep, or that it was not, "" where nothing speaks against it.
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
    till: date | None = None,
    start: time | None = None,
    minutes: int | None = None,
    rep_key: str = "",
    note: str = "",
) -> Promised:
    """Promise a visit: to the minute with `start`, on any of the days up to `till`, else for any time of the day.

    rep_key: who comes, whoever looks after the account if not given.
    Raises NotFound for an unknown account or rep, InputRejected for minutes or days that cannot be.
    """
    if till is not None and (till < day or till - day > MOST_SPAN):
        raise InputRejected(
            f"A visit from {day_in_words(day)} to {day_in_words(till)} cannot be promised.",
            f"Give a last day that comes after the first, {MOST_SPAN.days} days at most.",
        )
    if till is not None and start is not None:
        raise InputRejected("A visit within several days has no time.", "Leave the time or the last day away.")
    if minutes is not None and not 0 < minutes <= 24 * 60:
        raise InputRejected(f"A visit of {minutes} minutes cannot be.", "Give 1 to 1440.")
    with workspace.store.write() as tx:
        account = tx.accounts.get(account_id)
        owners = {territory.id: territory.rep_id for territory in tx.territories.all()}
        owner = owners.get(account.territory_id or 0)
        rep = tx.reps.get(rep_key) if rep_key else (tx.reps.by_id(owner) if owner else None)
        chosen = rep.id if rep_key and rep else None
        added = tx.appointments.add(
            Appointment(
                account_id,
                day,
                start,
                minutes,
                chosen,
                note.strip()[:500],
                till=till if till and till > day else None,
            )
        )
    return Promised(added, account.name, rep.name if rep else "", _warning(added, account, rep))


def list_appointments(workspace: Workspace, first: date, days: int = 91) -> list[Promised]:
    """The appointments of some days, in order; one for several days is there if any of them is."""
    with workspace.store.read() as tx:
        found = tx.appointments.between(first, first + timedelta(days=days - 1))
        accounts = {one.id: one for one in tx.accounts.by_ids([one.account_id for one in found])}
        reps = {rep.id: rep.name for rep in tx.reps.all()}
    today = workspace.clock().date()
    return [
        Promised(
            one,
            accounts[one.account_id].name,
            reps.get(one.rep_id or 0, ""),
            "there was no visit" if one.last < today and not is_kept(one, accounts[one.account_id]) else "",
        )
        for one in found
    ]


def _warning(one: Appointment, account: Account, rep: Rep | None) -> str:
    """Why a promise will be hard to keep, "" where nothing speaks against it."""
    if rep is None:
        return "nobody looks after the account, so nobody will come: name a rep"
    missing = lacking(account, rep)
    if missing:
        return f"{rep.name} has no {missing}"
    if one.till is None:
        return working_day(rep, one.day).off
    if not possible_days(account, rep, one.day, one.till, one.minutes):
        return f"on none of these days does {rep.name} work while {account.name} is open"
    return ""


def remove_appointment(workspace: Workspace, appointment_id: int) -> Appointment:
    """Take a promise back. Raises NotFound."""
    with workspace.store.write() as tx:
        gone = tx.appointments.get(appointment_id)
        tx.appointments.delete(appointment_id)
    return gone
