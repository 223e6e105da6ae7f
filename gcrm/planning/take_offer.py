"""Take a time that was offered to a customer: an appointment, and the day around it planned again at once."""

from contextlib import suppress
from datetime import date, time
from functools import partial

from gcrm.common.language import say
from gcrm.planning.appointments import Promised, add_appointment
from gcrm.planning.proposal import Override, ProposedDay, Wish
from gcrm.planning.simulate_change import simulate_change
from gcrm.platform.errors import Conflict
from gcrm.platform.progress import Progress, quiet
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace

TRIES = 3
"""How often a time is tried anew because the day was planned again meanwhile."""


def take_offer(
    workspace: Workspace, account_id: int, rep_key: str, day: date, start: time, *, progress: Progress = quiet
) -> tuple[Promised, ProposedDay | None]:
    """Add an appointment to the minute; a day that is planned already takes it in, with as few changes as can be.

    Both are kept in one, or neither. Where another person, tab or job has planned the day meanwhile, the time is tried
    on that plan: nothing of it is overwritten. Returns the appointment, and what `simulate_change` says of the day,
    None where it is not planned yet.
    Raises NotFound for the account or the rep, InputRejected where a visit is promised that day already, Conflict where
    the time does not fit any more, or the day is planned again and again; nothing is kept then.
    """
    for _ in range(TRIES):
        with workspace.store.read() as tx:
            rep = tx.reps.get(rep_key)
            current = tx.plans.current_ids(rep.id, [day]).get(day)
        tried = _tried(workspace, account_id, rep_key, day, start, progress) if current else None
        with suppress(_ReplannedMeanwhile):
            keep = partial(_keep, rep_id=rep.id, day=day, current=tried.replaces if tried else None, tried=tried)
            promised = add_appointment(workspace, account_id, day, start=start, rep_key=rep_key, beside=keep)
            return promised, tried
    raise Conflict(say("The day was replanned in the meantime."), say("Look for times again and take another."))


class _ReplannedMeanwhile(Exception):
    """Another plan of the day has come since the time was tried."""


def _tried(
    workspace: Workspace, account_id: int, rep_key: str, day: date, start: time, progress: Progress
) -> ProposedDay:
    said = say("appointment at {time}", time=f"{start:%H:%M}")
    tried = simulate_change(workspace, rep_key, day, Override(account_id, Wish.MOVE, start, said), progress=progress)
    if tried.refused:
        raise Conflict(
            say("{account} cannot be visited then: {refused}.", account=tried.name, refused=tried.refused),
            say("Look for times again and take another."),
        )
    return tried


def _keep(tx: Transaction, rep_id: int, day: date, current: int | None, tried: ProposedDay | None) -> None:
    """Make what was tried the plan of the day, where the day is still the one that it was tried on."""
    if tx.plans.current_ids(rep_id, [day]).get(day) != current:
        raise _ReplannedMeanwhile
    if tried and tried.plan:
        tx.plans.save(rep_id, tried.plan)
