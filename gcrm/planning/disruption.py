"""What days would be after news: late, cancelled, urgent, time that came free, a rep who is sick. Nothing is kept."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from gcrm.common.language import say
from gcrm.people.working_week import working_day
from gcrm.planning.proposal import ProposedDay
from gcrm.planning.replan import News, replan
from gcrm.planning.simulate_change import cost_between
from gcrm.platform.errors import InputRejected
from gcrm.platform.progress import Progress, quiet
from gcrm.workspace import Workspace

MOST_SICK_DAYS = 92

SICK = "sick"


def preview_disruption(
    workspace: Workspace, rep_key: str, day: date, news: News, *, seconds: float = 1.5, progress: Progress = quiet
) -> ProposedDay:
    """The rest of a day planned again, as `replan`, to be looked at; refused where an urgent visit does not fit.

    Raises as `replan`.
    """
    plan = replan(workspace, rep_key, day, news, keep=False, seconds=seconds, progress=progress)
    with workspace.store.read() as tx:
        before = tx.plans.current(tx.reps.get(rep_key).id, day)
    missed = [one for one in plan.omissions if one.account_id in news.urgent]
    return ProposedDay(
        rep_key=rep_key,
        day=day,
        replaces=plan.replaces,
        plan=plan,
        cost=cost_between(before or plan, plan, news.cancelled),
        changes=plan.changes or (),
        refused=missed[0].reason if missed else "",
    )


def preview_sick(
    workspace: Workspace, rep_key: str, last: date, at: datetime, first: date, progress: Progress = quiet
) -> list[ProposedDay]:
    """The days of a rep who is sick from `first` to `last`: what is done stays, all that is to come is taken out.

    Each day is a day off once it is kept; its plan is None where nothing was planned or is left to come.
    Raises NotFound for the rep, InputRejected for days that cannot be.
    """
    days = (last - first).days + 1
    if not 1 <= days <= MOST_SICK_DAYS:
        raise InputRejected(
            say("{days} days sick is not possible.", days=days),
            say("Enter a last day within {most} days.", most=MOST_SICK_DAYS),
        )
    with workspace.store.read() as tx:
        rep = tx.reps.get(rep_key)
        plans = {day: tx.plans.current(rep.id, day) for day in (first + timedelta(days=n) for n in range(days))}
    parts = []
    for day, plan in plans.items():
        coming = [stop for stop in plan.stops if stop.start > at] if plan else []
        part = ProposedDay(rep_key, day, plan.id if plan else None, None, day_off=SICK)
        if plan and coming and not working_day(rep, day).off:
            news = News(at, cancelled=frozenset(stop.account_id for stop in coming))
            told = preview_disruption(workspace, rep_key, day, news, progress=progress)
            changes = tuple(replace(one, reason=SICK) for one in told.changes if one.change == "removed")
            without = replace(told.plan, changes=changes) if told.plan else None
            part = replace(told, plan=without, changes=changes, day_off=SICK)
        parts.append(part)
    return parts
