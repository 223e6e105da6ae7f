"""Plan the rest of a day again when it did not go as planned: late, cancelled, a visit that cannot wait.

What is done or under way stays. What is still to come keeps its order and is no earlier than planned, as far as that
can be; only where it cannot does the solver choose anew. Every change is listed with its reason.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from gcrm.accounts.model import Account
from gcrm.common.language import say, to_say
from gcrm.common.wording import day_in_words, listed, minutes_in_words
from gcrm.people.working_week import working_day
from gcrm.planning.candidates import Candidate, LeftOut, choose
from gcrm.planning.changes import changes_between
from gcrm.planning.day_plan import Change, DayPlan
from gcrm.planning.few_changes import replanned
from gcrm.planning.pins import Pin, Pins
from gcrm.planning.plan_in_hand import planned_candidate
from gcrm.planning.plan_inputs import PlanInputs, plan_inputs
from gcrm.planning.planned_day import as_planned
from gcrm.planning.preselect import preselect
from gcrm.planning.rest_of_day import RestOfDay, rest_of_day
from gcrm.planning.search import checked_seconds
from gcrm.platform.errors import Conflict, InputRejected, NotReady
from gcrm.platform.progress import Progress, quiet
from gcrm.workspace import Workspace
from routing.points import LonLat

NOT_POSSIBLE = to_say("not possible")
"""What becomes of an urgent visit that is not in the plan."""
FILLERS = 60
"""So many other accounts are looked at for time that came free."""


@dataclass(frozen=True, slots=True)
class News:
    """What happened. at: now; late_s: how much later than planned the visit under way ends.

    cancelled: accounts that cannot be visited any more; urgent: accounts that must be; here: where the rep is, the last
    stop if not given; fill: whether time that came free goes to other accounts.
    """

    at: datetime
    late_s: int = 0
    cancelled: frozenset[int] = frozenset()
    urgent: tuple[int, ...] = ()
    here: LonLat | None = None
    fill: bool = False


def replan(
    workspace: Workspace,
    rep_key: str,
    day: date,
    news: News,
    *,
    keep: bool = True,
    seconds: float = 2.0,
    seed: int = 1,
    progress: Progress = quiet,
) -> DayPlan:
    """Plan the rest of the day again; it becomes the current plan unless `keep` is False.

    Returns the plan of the whole day, with what it `replaces`, and its `changes`.
    Raises NotReady where the day is not planned or is a day off, NotFound for an account that is not there,
    InputRejected for an account that is cancelled but not planned, Conflict where the day was planned again meanwhile.
    """
    began = time.monotonic()
    checked_seconds(seconds)
    progress(say("Reading the plan"))
    inputs = plan_inputs(workspace, rep_key, day)
    with workspace.store.read() as tx:
        before = tx.plans.current(inputs.rep.id, day)
        urgent = [tx.accounts.get(account_id) for account_id in news.urgent]
        stops = tx.accounts.by_ids([stop.account_id for stop in before.stops]) if before else []
    working = working_day(inputs.rep, day)
    if before is None or working.off:
        raise NotReady(
            working.off + "."
            if working.off
            else say("{rep} has no plan for {day}.", rep=inputs.rep.name, day=day_in_words(day)),
            say("Plan the day first: `gcrm plan day --rep {rep_key} --date {day}`.", rep_key=rep_key, day=day),
        )
    known = {account.id: account for account in (*inputs.accounts, *stops)}
    _refuse_unplanned(news, before, known)
    rest = rest_of_day(
        before, as_planned(working, before), news.at, news.late_s, news.cancelled, frozenset(inputs.seen.visited or {})
    )
    coming = _coming(rest, known, inputs.pins)
    others, out = _others(rest, news, known, urgent, inputs)
    plan = replanned(
        inputs.rep,
        before,
        rest,
        [*coming, *others],
        len(coming),
        out,
        workspace.travel_times,
        here=news.here,
        seconds=seconds,
        seed=seed,
        progress=progress,
    )
    plan = _told(before, plan, news, urgent, rest)
    impossible = [f"{one.name}: {one.reason}" for one in plan.changes or () if one.change == NOT_POSSIBLE]
    plan = plan.with_remarks((*impossible, *inputs.notes), workspace.clock(), time.monotonic() - began)
    if not keep:
        return plan
    progress(say("Keeping the plan"))
    with workspace.store.write() as tx:
        if tx.plans.current_ids(inputs.rep.id, [day]).get(day) != before.id:
            raise Conflict(
                say("{day} was replanned in the meantime, so this was not kept.", day=day_in_words(day)),
                say("Look at the new plan, and tell it again."),
            )
        return tx.plans.save(inputs.rep.id, plan)


def _refuse_unplanned(news: News, before: DayPlan, known: Mapping[int, Account]) -> None:
    for account_id in news.cancelled - before.account_ids:
        name = known[account_id].name if account_id in known else say("Account {id}", id=account_id)
        raise InputRejected(
            say("{name} is not planned that day, so it cannot be cancelled.", name=name), say("See the day's plan.")
        )
    if news.late_s < 0:
        raise InputRejected(
            say("{seconds} s late is not possible.", seconds=news.late_s),
            say("Enter how many minutes late the day is."),
        )


def _coming(rest: RestOfDay, known: Mapping[int, Account], pins: Pins) -> list[Candidate]:
    """What is still to come, in order; what is promised or pinned gives way last."""
    return [
        replace(
            planned_candidate(account, stop, rest.working), required=pins.on(account.id, rest.working.day) is not None
        )
        for stop in rest.coming
        if (account := known.get(stop.account_id)) is not None and account.place is not None
    ]


def _others(
    rest: RestOfDay, news: News, known: Mapping[int, Account], urgent: Sequence[Account], inputs: PlanInputs
) -> tuple[list[Candidate], list[LeftOut]]:
    """What is urgent, then what might fill the time that came free; and who may not be visited at all."""
    out = [
        LeftOut(known[account_id], say("cancelled"), say("plan another day, or offer a time"), "cancelled")
        for account_id in sorted(news.cancelled)
        if account_id in known
    ]
    inside = {stop.account_id for stop in (*rest.done, *rest.coming)}
    pins = Pins(tuple(Pin(account.id, said=say("urgent")) for account in urgent))
    found, refused = choose([one for one in urgent if one.id not in inside], rest.working, inputs.seen, pins)
    out += [replace(one, reason=_urgent_but(one.reason)) for one in refused]
    if news.fill:
        inside |= set(news.urgent) | news.cancelled
        others = [account for account in inputs.accounts if account.id not in inside]
        fillers, not_now = choose(others, rest.working, inputs.seen, inputs.pins)
        span_s = rest.working.end_s - rest.working.start_s
        chosen = preselect(fillers, news.here or rest.here or rest.working.leaves_from, span_s, FILLERS)
        found += [fillers[position] for position in chosen]
        out += not_now
    return found, out


def _told(before: DayPlan, plan: DayPlan, news: News, urgent: Sequence[Account], rest: RestOfDay) -> DayPlan:
    """The plan with what changed, since when, and which plan it was."""
    causes = [say("the day is {minutes} late", minutes=minutes_in_words(news.late_s))] if news.late_s else []
    causes += (
        [say("makes room for {accounts}", accounts=listed([one.name for one in urgent]))]
        if urgent and plan.account_ids & set(news.urgent)
        else []
    )
    changes = changes_between(
        before,
        plan,
        added=dict.fromkeys((stop.account_id for stop in plan.stops), say("fills free time"))
        | dict.fromkeys(news.urgent, say("urgent")),
        removed=dict.fromkeys(news.cancelled, say("cancelled")),
        moved=listed(causes),
    )
    reasons = {one.account_id: one.reason for one in plan.omissions}
    impossible = tuple(
        Change(one.id, one.name, NOT_POSSIBLE, _urgent_but(reasons.get(one.id, say("it does not fit"))), None, None)
        for one in urgent
        if one.id not in plan.account_ids
    )
    at = rest.working.instant(rest.working.second(news.at))
    return replace(plan, replaces=before.id, at=at, changes=(*changes, *impossible))


def _urgent_but(reason: str) -> str:
    urgent = say("{pin}, but {reason}", pin=say("urgent"), reason="")
    return urgent + reason.removeprefix(urgent)
