"""Take a time that was offered to a customer: an appointment, and the day around it planned again at once."""

from datetime import date, time

from gcrm.planning.appointments import Promised, add_appointment
from gcrm.planning.proposal import Override, ProposedDay, Wish
from gcrm.planning.simulate_change import simulate_change
from gcrm.platform.errors import Conflict
from gcrm.platform.progress import Progress, quiet
from gcrm.workspace import Workspace


def take_offer(
    workspace: Workspace, account_id: int, rep_key: str, day: date, start: time, *, progress: Progress = quiet
) -> tuple[Promised, ProposedDay | None]:
    """Add an appointment to the minute; a day that is planned already takes it in, with as few changes as can be.

    Returns the appointment, and what `simulate_change` says of the day, None where it is not planned yet.
    Raises NotFound for the account or the rep, InputRejected where a visit is promised that day already, Conflict where
    the time does not fit any more; nothing is kept then.
    """
    with workspace.store.read() as tx:
        rep = tx.reps.get(rep_key)
        planned = tx.plans.current(rep.id, day)
    tried = None
    if planned:
        said = f"appointment at {start:%H:%M}"
        tried = simulate_change(
            workspace, rep_key, day, Override(account_id, Wish.MOVE, start, said), progress=progress
        )
        if tried.refused:
            raise Conflict(
                f"{tried.name} cannot be visited then: {tried.refused}.", "Look for times again and take another."
            )
    promised = add_appointment(workspace, account_id, day, start=start, rep_key=rep_key)
    if tried and tried.plan:
        with workspace.store.write() as tx:
            tx.plans.save(rep.id, tried.plan)
    return promised, tried
