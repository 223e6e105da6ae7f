"""Try to move a visit from one planned day to another, of the same rep."""

from datetime import date, time

from gcrm.common.language import say
from gcrm.common.wording import day_in_words
from gcrm.planning.coming_visits import coming_visits, too_near
from gcrm.planning.proposal import Override, ProposedDay, Wish
from gcrm.planning.simulate_change import simulate_change
from gcrm.platform.errors import InputRejected
from gcrm.platform.progress import Progress, quiet
from gcrm.workspace import Workspace


def move_to_day(
    workspace: Workspace,
    rep_key: str,
    day: date,
    to: date,
    account_id: int,
    start: time | None = None,
    *,
    progress: Progress = quiet,
) -> tuple[ProposedDay, ProposedDay]:
    """What two days would be with a visit taken out of `day` and put into `to`, at `start` or where it costs least.

    Returns what `simulate_change` says of either day, the day it leaves first; where the second is refused, nothing is
    to be kept. A day that is not planned yet is taken as one without visits. The planner leaves the visit on its new
    day. Raises as `simulate_change`, and InputRejected for a move to the same day or to one on which it is planned
    already.
    """
    if day == to:
        raise InputRejected(
            say("The visit is already on that day."), say("Choose another day, or another time of the day.")
        )
    with workspace.store.read() as tx:
        planned = tx.plans.current(tx.reps.get(rep_key).id, to)
        account = tx.accounts.get(account_id)
    if planned and account_id in planned.account_ids:
        raise InputRejected(
            say("{account} is planned for {day} too.", account=account.name, day=day_in_words(to)),
            say("Take it out of one of the days."),
        )
    leaves = Override(account_id, Wish.OUT, said=say("moved to {day}", day=day_in_words(to)))
    arrives = Override(account_id, Wish.MOVE, start, said=say("moved from {day}", day=day_in_words(day)))
    return (
        simulate_change(workspace, rep_key, day, leaves, progress=progress),
        simulate_change(workspace, rep_key, to, arrives, on_empty_day=True, progress=progress),
    )


def bring_to_day(
    workspace: Workspace, rep_key: str, day: date, override: Override, *, progress: Progress = quiet
) -> tuple[ProposedDay, ...]:
    """What a visit would cost on a day that somebody wants it on: moved there, where another coming day has it.

    Returns what `simulate_change` says of the day, or what `move_to_day` says of the two. Raises as they do.
    """
    if override.what in {Wish.PIN, Wish.MOVE} and override.place is None:
        with workspace.store.read() as tx:
            rep = tx.reps.get(rep_key)
            current = tx.plans.current(rep.id, day)
            account = tx.accounts.get(override.account_id)
            coming = coming_visits(tx, workspace.clock(), of=[rep], planned_anew=(day, day))
        other = too_near(account, day, [one for one in coming.get(account.id, ()) if not one.rep])
        if other and current and account.id not in current.account_ids:
            return move_to_day(workspace, rep_key, other.day, day, account.id, override.start, progress=progress)
    return (simulate_change(workspace, rep_key, day, override, progress=progress),)
