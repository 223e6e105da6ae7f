"""Appointments: visits that are promised, around which days are planned."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from gcrm.accounts.model import Account
from gcrm.common.language import say
from gcrm.common.today import desk_today, latest_today, rep_today
from gcrm.common.wording import day_in_words
from gcrm.people.model import Rep
from gcrm.planning.appointment_checks import Beside, against
from gcrm.planning.appointment_rules import REMEMBERED, is_kept
from gcrm.planning.model import Appointment
from gcrm.planning.pins import MOST_SPAN
from gcrm.platform.errors import InputRejected, NotReady
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace
from routing.travel_times.protocol import TravelTimes


@dataclass(frozen=True, slots=True)
class Promised:
    """An appointment with the names of the account and of the rep who comes ("" for whoever looks after it).

    warnings: what stands against keeping it, or that it was not kept, one clause each. kept: it is past, and was.
    """

    appointment: Appointment
    account: str
    rep: str
    warnings: tuple[str, ...] = ()
    kept: bool = False

    @property
    def warning(self) -> str:
        """The warnings as one text, "" where nothing stands against it."""
        return "; ".join(self.warnings)


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
    beside: Callable[[Transaction], None] = lambda _: None,
    then: Callable[[Transaction, Appointment], None] = lambda _tx, _one: None,
) -> Promised:
    """Add an appointment: to the minute with `start`, on any of the days up to `till`, else for any time of the day.

    rep_key: who comes, whoever looks after the account if not given. beside: what is written with it, or not at all,
    before it; `then`: after it. What stands against it is in the warnings: it is
    kept all the same, for a promise is a person's to make.
    Raises NotFound for an unknown account or rep, InputRejected for minutes or days that cannot be.
    """
    if till is not None and (till < day or till - day > MOST_SPAN):
        raise InputRejected(
            say("A visit from {day} to {last} cannot be promised.", day=day_in_words(day), last=day_in_words(till)),
            say("Give a last day that comes after the first, {days} days at most.", days=MOST_SPAN.days),
        )
    if till is not None and start is not None:
        raise InputRejected(
            say("A visit within several days has no time."), say("Leave the time or the last day away.")
        )
    if minutes is not None and not 0 < minutes <= 24 * 60:
        raise InputRejected(
            say("A visit of {minutes} minutes is not possible.", minutes=minutes), say("Enter 1 to 1440.")
        )
    with workspace.store.write() as tx:
        beside(tx)
        account = tx.accounts.get(account_id)
        owners = _owners(tx)
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
        then(tx, added)
        others = _beside(tx, added, rep, owners) if rep else ()
    now = workspace.clock()
    today = rep_today(rep, now) if rep else latest_today(now)
    warnings = against(added, account, rep, today, others, _roads(workspace))
    return Promised(added, account.name, rep.name if rep else "", warnings)


def list_appointments(workspace: Workspace, first: date, days: int | None = None) -> list[Promised]:
    """The appointments from a day on, in order; one for several days is there if any of them is.

    days: how many are looked at; None for all to come, however far ahead.
    """
    last = date.max if days is None else first + timedelta(days=days - 1)
    with workspace.store.read() as tx:
        return _told(workspace, tx, tx.appointments.between(first, last))


def appointments_of(workspace: Workspace, account_id: int) -> list[Promised]:
    """The appointments of one account that are to come or were not kept lately, in order, however far ahead."""
    with workspace.store.read() as tx:
        told = _told(workspace, tx, tx.appointments.of_account(account_id))
    now = workspace.clock()
    since = latest_today(now) - REMEMBERED
    # What was kept is history; what was not waits to be taken back or made up for.
    return [one for one in told if one.appointment.last >= since and not one.kept]


def promised_by(workspace: Workspace, rep_key: str, first: date, last: date) -> list[Promised]:
    """What a rep has promised for some days: by name, or as whoever looks after the account. Raises NotFound."""
    with workspace.store.read() as tx:
        rep = tx.reps.get(rep_key)
        owners = _owners(tx)
        found = tx.appointments.between(first, last)
        accounts = {one.id: one for one in tx.accounts.by_ids([one.account_id for one in found])}
        own = [one for one in found if _comes(one, accounts[one.account_id], owners) == rep.id]
        return _told(workspace, tx, own)


def _told(workspace: Workspace, tx: Transaction, found: Sequence[Appointment]) -> list[Promised]:
    """Appointments with who comes and what stands against them, but for the way, which takes its time to look up."""
    accounts = {one.id: one for one in tx.accounts.by_ids([one.account_id for one in found])}
    reps = {rep.id: rep for rep in tx.reps.all()}
    owners = _owners(tx)
    now = workspace.clock()
    told = []
    for one in found:
        account = accounts[one.account_id]
        rep = reps.get(_comes(one, account, owners) or 0)
        today = rep_today(rep, now) if rep else desk_today(reps.values(), now)
        past = one.last < today
        kept = past and is_kept(one, account)
        if past:
            warnings: tuple[str, ...] = () if kept else (say("there was no visit"),)
        else:
            warnings = against(one, account, rep, today, _beside(tx, one, rep, owners) if rep else ())
        told.append(Promised(one, account.name, rep.name if rep and one.rep_id else "", warnings, kept))
    return told


def _owners(tx: Transaction) -> dict[int, int | None]:
    """The rep of each territory."""
    return {territory.id: territory.rep_id for territory in tx.territories.all()}


def _comes(one: Appointment, account: Account, owners: Mapping[int, int | None]) -> int | None:
    """Who comes: the rep who is named, else whoever looks after the account."""
    return one.rep_id or owners.get(account.territory_id or 0)


def _beside(tx: Transaction, one: Appointment, rep: Rep, owners: Mapping[int, int | None]) -> tuple[Beside, ...]:
    """The rep's other appointments of the day that have a time."""
    others = [
        other for other in tx.appointments.between(one.day, one.day) if other.start is not None and other.id != one.id
    ]
    accounts = {account.id: account for account in tx.accounts.by_ids([other.account_id for other in others])}
    return tuple(
        Beside(accounts[other.account_id], other)
        for other in others
        if other.account_id in accounts and _comes(other, accounts[other.account_id], owners) == rep.id
    )


def _roads(workspace: Workspace) -> TravelTimes | None:
    """The travel times, None where no area is imported."""
    try:
        return workspace.travel_times
    except NotReady:
        return None


def remove_appointment(workspace: Workspace, appointment_id: int) -> Appointment:
    """Take a promise back. Raises NotFound."""
    with workspace.store.write() as tx:
        gone = tx.appointments.get(appointment_id)
        tx.appointments.delete(appointment_id)
    return gone
