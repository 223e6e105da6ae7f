"""Plan the rest of a day again when it did not go as planned: late, cancelled, a visit that cannot wait.

What is done or under way stays. What is still to come keeps its order and is no earlier than planned, as far as that
can be; only where it cannot does the solver choose anew. Every change is listed with its reason.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from gcrm.accounts.model import Account
from gcrm.common.wording import day_in_words, listed, minutes_in_words
from gcrm.people.working_week import working_day
from gcrm.planning.candidates import Candidate, LeftOut, choose
from gcrm.planning.changes import changes_between
from gcrm.planning.day_document import as_planned, day_document, with_remarks
from gcrm.planning.joined_day import joined_day
from gcrm.planning.pins import Pin, Pins
from gcrm.planning.plan_day import checked_seconds, kept, refuse_faults, solved
from gcrm.planning.plan_in_hand import planned_candidate
from gcrm.planning.plan_inputs import PlanInputs, plan_inputs
from gcrm.planning.preselect import preselect
from gcrm.planning.problem import state_day
from gcrm.planning.reasons import left_out
from gcrm.planning.rest_of_day import RestOfDay, give_way, keep_order, rest_of_day
from gcrm.platform.errors import InputRejected, NotReady
from gcrm.platform.progress import Progress, quiet
from gcrm.workspace import Workspace
from routing.planner.check import check_day
from routing.planner.plan import DayPlan
from routing.planner.problem import DayProblem
from routing.points import LonLat

LOYALTY = 10_000
"""Added to the prize of a visit that was planned: it gives way to time, never to a dearer one."""
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
) -> dict[str, Any]:
    """Plan the rest of the day again; it becomes the current plan unless `keep` is False.

    Returns the document of the whole day, as `plan_day`, with "replaces" (the number of the plan before), "at" and
    "changes": [{account, name, change, reason, before, now}].
    Raises NotReady where the day is not planned or is a day off, NotFound for an account that is not there,
    InputRejected for an account that is cancelled but not planned.
    """
    began = time.monotonic()
    checked_seconds(seconds)
    progress("Reading the plan")
    inputs = plan_inputs(workspace, rep_key, day)
    with workspace.store.read() as tx:
        before = tx.plans.current(inputs.rep.id, day)
        urgent = [tx.accounts.get(account_id) for account_id in news.urgent]
        stops = tx.accounts.by_ids([stop["account"] for stop in before["stops"]]) if before else []
    working = working_day(inputs.rep, day)
    if before is None or working.off:
        raise NotReady(
            working.off + "." if working.off else f"{inputs.rep.name} has no plan for {day_in_words(day)}.",
            f"Plan the day first: `gcrm plan day --rep {rep_key} --date {day}`.",
        )
    known = {account.id: account for account in (*inputs.accounts, *stops)}
    _refuse_unplanned(news, before, known)
    rest = rest_of_day(
        before, as_planned(working, before), news.at, news.late_s, news.cancelled, frozenset(inputs.seen.visited or {})
    )
    candidates, out = _candidates(rest, news, known, urgent, inputs)
    start = news.here or rest.here or rest.working.leaves_from
    times = workspace.travel_times
    progress("Computing travel times")
    problem = state_day(candidates, rest.working, times, start=start)
    problem, plan = few_changes(problem, rest, seconds=seconds, seed=seed, progress=progress)
    out += left_out(candidates, problem, plan, rest.working, times)
    plain = [replace(one, prize=one.prize % LOYALTY) for one in candidates]
    plan = replace(plan, prize=sum(plain[stop.visit].prize for stop in plan.stops), bound=None, proven=False)
    after = day_document(inputs.rep, rest.working, plain, problem, plan, out, times, start=start)
    after["dropped"] += as_before(before, after)
    document = joined_day(rest.done, legs_to(before, rest), after, rest.pause)
    document |= _told(before, document, news, urgent, rest)
    document = with_remarks(document, inputs.notes, workspace.clock(), time.monotonic() - began)
    if not keep:
        return document
    progress("Keeping the plan")
    return kept(workspace, inputs.rep.id, day, document)


def _refuse_unplanned(news: News, before: dict[str, Any], known: Mapping[int, Account]) -> None:
    planned = {stop["account"] for stop in before["stops"]}
    for account_id in news.cancelled - planned:
        name = known[account_id].name if account_id in known else f"Account {account_id}"
        raise InputRejected(f"{name} is not planned that day, so it cannot be cancelled.", "See the day's plan.")
    if news.late_s < 0:
        raise InputRejected(f"{news.late_s} s late cannot be.", "Give the minutes by which the day is late.")


def _candidates(
    rest: RestOfDay, news: News, known: Mapping[int, Account], urgent: Sequence[Account], inputs: PlanInputs
) -> tuple[list[Candidate], list[LeftOut]]:
    """What is to come, first and in order; then what is urgent; then what might fill the time that came free."""
    out = [
        LeftOut(known[account_id], "cancelled", "plan another day, or offer a time", "cancelled")
        for account_id in sorted(news.cancelled)
        if account_id in known
    ]
    candidates = []
    for stop in rest.coming:
        account = known.get(stop["account"])
        if account is not None and account.place is not None:
            planned = planned_candidate(account, stop, rest.working)
            candidates.append(replace(planned, prize=planned.prize + LOYALTY))
    inside = {one.account.id for one in candidates} | {stop["account"] for stop in rest.done}
    pins = Pins(tuple(Pin(account.id, said="urgent") for account in urgent))
    found, refused = choose([one for one in urgent if one.id not in inside], rest.working, inputs.seen, pins)
    candidates += [replace(one, prize=one.prize + LOYALTY) for one in found]
    out += [replace(one, reason=f"urgent, but {one.reason.removeprefix('urgent, but ')}") for one in refused]
    if news.fill:
        inside |= set(news.urgent) | news.cancelled
        others = [account for account in inputs.accounts if account.id not in inside]
        fillers, not_now = choose(others, rest.working, inputs.seen, inputs.pins)
        span_s = rest.working.end_s - rest.working.start_s
        chosen = preselect(fillers, news.here or rest.here or rest.working.leaves_from, span_s, FILLERS)
        candidates += [fillers[position] for position in chosen]
        out += not_now
    return candidates, out


def few_changes(
    problem: DayProblem, rest: RestOfDay, *, seconds: float, seed: int, progress: Progress
) -> tuple[DayProblem, DayPlan]:
    """The rest of the day with as few changes as can be, checked."""
    found = keep_order(problem, rest)
    if found is None:
        found = give_way(problem, rest)
        anew = solved(problem, seconds=seconds, seed=seed, progress=progress)
        # Another order is a change to everybody: only where it keeps more of what was planned or is urgent.
        if found is None or _kept_of(anew, problem) > _kept_of(found[1], problem):
            return problem, anew
    refuse_faults(check_day(*found))
    return found


def _kept_of(plan: DayPlan, problem: DayProblem) -> int:
    """How many visits of a plan were planned before, or are urgent."""
    return sum(problem.visits[visit].prize >= LOYALTY for visit in plan.order)


def legs_to(before: dict[str, Any], rest: RestOfDay) -> list[dict[str, Any]]:
    """The drives that are behind."""
    done = {stop["account"] for stop in rest.done}
    return [leg for stop, leg in zip(before["stops"], before["legs"], strict=False) if stop["account"] in done]


def as_before(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """Who was left out before, and is not told of anew."""
    told = {one["account"] for one in (*after["dropped"], *after["stops"])}
    return [one for one in before["dropped"] if one["account"] not in told]


def _told(
    before: dict[str, Any], document: dict[str, Any], news: News, urgent: Sequence[Account], rest: RestOfDay
) -> dict[str, Any]:
    """What changed, since when, and which plan it was."""
    causes = [f"the day is {minutes_in_words(news.late_s)} late"] if news.late_s else []
    planned = {stop["account"] for stop in document["stops"]}
    causes += (
        [f"makes room for {listed([one.name for one in urgent])}"] if urgent and planned & set(news.urgent) else []
    )
    changes = changes_between(
        before,
        document,
        added={stop["account"]: "fills time that came free" for stop in document["stops"]}
        | dict.fromkeys(news.urgent, "urgent"),
        removed=dict.fromkeys(news.cancelled, "cancelled"),
        moved=" and ".join(causes),
    )
    return {
        "replaces": before.get("id"),
        "at": rest.working.instant(rest.working.second(news.at)).isoformat(),
        "changes": [
            {
                "account": one.account,
                "name": one.name,
                "change": one.change,
                "reason": one.reason,
                "before": one.before,
                "now": one.now,
            }
            for one in changes
        ],
    }
