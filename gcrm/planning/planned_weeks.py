"""From the solver's answer to the planned weeks: their days, who is left out, and which visits will be missed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gcrm.accounts.model import Account
from gcrm.common.language import say
from gcrm.common.wording import day_in_words, days_in_words
from gcrm.planning.candidates import Candidate, LeftOut, account_words
from gcrm.planning.coming_visits import Coming
from gcrm.planning.cycles import Due, day_number, visits_due
from gcrm.planning.day_plan import DayPlan, Omission, OmissionCode
from gcrm.planning.demand import Wanted
from gcrm.planning.due import prize
from gcrm.planning.horizon_problem import Span, shifts_of
from gcrm.planning.optimality_gap import optimality_gap
from gcrm.planning.planned_day import omissions_of, planned_day
from gcrm.planning.week_plan import MissedVisit, WeekPlan
from gcrm.planning.week_remedies import with_tried_week_remedies
from routing.planner.horizon import HorizonPlan, HorizonProblem
from routing.planner.missed_reasons import Missed, why_missed
from routing.planner.plan import DayPlan as SolvedDay
from routing.travel_times.protocol import TravelTimes

DAYS_SHOWN = 7
"""So many days of a plan that is still being searched for are drawn for whoever looks on."""


def planned_weeks(
    span: Span,
    wanted: Sequence[Wanted],
    problem: HorizonProblem,
    plan: HorizonPlan,
    left_out: Sequence[LeftOut],
    travel_times: TravelTimes,
    *,
    looked_after: Sequence[Account],
    coming: Coming,
) -> WeekPlan:
    """A span that was solved. left_out: who was not even in the problem.

    looked_after: every account whose visits count, also one that nobody can visit; coming: what other plans visit.
    """
    days = tuple(
        _day(span, shift, wanted, problem, number, plan, travel_times) for number, shift in enumerate(shifts_of(span))
    )
    visited = _visited(wanted, problem, plan)
    reasons = {one.account.id: one.reason for one in left_out}
    missed = [
        one
        for account in looked_after
        for one in _missed(account, span, _made(account, span, visited, coming), reasons.get(account.id, ""))
    ]
    dropped = with_tried_week_remedies(
        _dropped(wanted, problem, plan, visited),
        _visits_of(span, wanted, plan.dropped),
        [
            (rep, span.working[rep, day], _candidates(span, day, wanted, visited, plan.shifts[number].order))
            for number, (rep, day) in enumerate(shifts_of(span))
        ],
        span.first.toordinal(),
        travel_times,
    )
    made = sum(map(len, visited.values()))
    due = made + len(missed)
    return WeekPlan(
        rep_keys=tuple(rep.key for rep in span.reps),
        first=span.first,
        last=day_number(span.first, span.days - 1),
        seed=plan.seed,
        router=travel_times.name,
        days=days,
        omissions=omissions_of((*dropped, *left_out)),
        missed=tuple(sorted(missed, key=lambda one: (one.due, one.priority.value, one.account_id))),
        visits=made,
        visits_due=due,
        travel_s=plan.travel_s,
        service_s=plan.service_s,
        distance_m=plan.distance_m,
        prize=plan.prize,
        value=round(plan.value, 2),
        quality=optimality_gap(plan.value, plan.bound, proven=plan.proven, ended=plan.ended.value),
        first_answer_s=round(plan.first_s, 3),
        mended=problem.matrix.mended,
    )


def first_days(
    span: Span,
    wanted: Sequence[Wanted],
    problem: HorizonProblem,
    plan: HorizonPlan,
    travel_times: TravelTimes,
    days: int = DAYS_SHOWN,
) -> WeekPlan:
    """The first days of a plan that is still being searched for, with the sums of all days."""
    return WeekPlan(
        rep_keys=tuple(rep.key for rep in span.reps),
        first=span.first,
        last=day_number(span.first, span.days - 1),
        seed=plan.seed,
        router=travel_times.name,
        days=tuple(
            _day(span, shift, wanted, problem, number, plan, travel_times)
            for number, shift in enumerate(shifts_of(span))
            if shift[1] < days
        ),
        visits=sum(map(len, _visited(wanted, problem, plan).values())),
        travel_s=plan.travel_s,
        service_s=plan.service_s,
        distance_m=plan.distance_m,
    )


def _day(
    span: Span,
    shift: tuple[int, int],
    wanted: Sequence[Wanted],
    problem: HorizonProblem,
    number: int,
    plan: HorizonPlan,
    travel_times: TravelTimes,
) -> DayPlan:
    """One rep's day of the span, as a day that was planned alone; its visits are numbered anew."""
    rep, day = shift
    own: SolvedDay = plan.shifts[number]
    clients = own.order
    visited = _visited(wanted, problem, plan)
    candidates = _candidates(span, day, wanted, visited, clients)
    alone = replace(
        own,
        stops=tuple(replace(stop, visit=place) for place, stop in enumerate(own.stops)),
        prize=sum(candidate.prize for candidate in candidates),
        seed=plan.seed,
        first_s=plan.first_s,
        bound=None,
        proven=False,
        ended=plan.ended,
    )
    working = span.working[rep, day]
    return planned_day(span.reps[rep], working, candidates, problem.day_of(number, clients), alone, [], travel_times)


def _candidates(
    span: Span, day: int, wanted: Sequence[Wanted], visited: Mapping[int, Sequence[int]], clients: Sequence[int]
) -> list[Candidate]:
    """The visits of one rep's day, in order."""
    return [_visit(wanted[client], visited[wanted[client].account.id], day, span) for client in clients]


def _visits_of(
    span: Span, wanted: Sequence[Wanted], clients: Sequence[int]
) -> dict[int, dict[tuple[int, int], Candidate]]:
    """The visits that accounts would be on the days on which they are open, by account, then by rep and day.

    What is promised has its days, and no remedy.
    """
    found: dict[int, dict[tuple[int, int], Candidate]] = {}
    for client in clients:
        one = wanted[client]
        if not one.promised:
            days = {(rep, day): one.on[day] for rep, day in span.working if day in one.on and rep in one.reps}
            found.setdefault(one.account.id, {}).update(days)
    return found


def _visit(one: Wanted, visited: Sequence[int], day: int, span: Span) -> Candidate:
    """One visit of a cycle, as it will look on its day: after the visit before it."""
    before = [other for other in visited if other < day]
    account = one.account
    if before:
        account = replace(account, last_visit=day_number(span.first, before[-1]))
    worth = max(prize(account, day_number(span.first, day)), one.on[day].prize)
    return replace(one.on[day], account=account, prize=worth)


def _visited(wanted: Sequence[Wanted], problem: HorizonProblem, plan: HorizonPlan) -> dict[int, list[int]]:
    """The numbers of the days on which each account is visited, ascending; by the account's id."""
    days: dict[int, list[int]] = {one.account.id: [] for one in wanted}
    for one, client, chosen in zip(wanted, problem.clients, plan.patterns, strict=True):
        days[one.account.id] += () if chosen is None else client.patterns[chosen].days
    return {key: sorted(found) for key, found in days.items()}


def _made(account: Account, span: Span, visited: Mapping[int, Sequence[int]], coming: Coming) -> list[int]:
    """The days of the span on which an account is visited, by this plan or another."""
    others = [(one.day - span.first).days for one in coming.get(account.id, ())]
    return sorted({*visited.get(account.id, ()), *(day for day in others if 0 <= day < span.days)})


def _missed(account: Account, span: Span, visited: Sequence[int], impossible: str) -> list[MissedVisit]:
    """The visits that come due and are not made. impossible: why none can be made at all, "" where that is not so."""
    return [
        MissedVisit(
            account.id,
            account.name,
            account.priority,
            day_number(span.first, due.day - due.overdue_days),
            _why_missed(span, due, visited, impossible),
        )
        for due in visits_due(account, span.first, span.days, visited)
    ]


def _why_missed(span: Span, due: Due, visited: Sequence[int], impossible: str) -> str:
    why = _why_not(span, due, visited, impossible)
    if not due.overdue_days:
        return why
    return say("{days} overdue and {reason}", days=days_in_words(due.overdue_days), reason=why)


def _why_not(span: Span, due: Due, visited: Sequence[int], impossible: str) -> str:
    if impossible and not visited:
        return impossible
    before = [day for day in visited if day <= due.day]
    if not before:
        after = min(visited, default=span.days)
        return say("not visited before {day}", day=day_in_words(day_number(span.first, after)))
    last = day_in_words(day_number(span.first, before[-1]))
    return say("due again after {day}, and other visits are worth more for their time", day=last)


def _dropped(
    wanted: Sequence[Wanted], problem: HorizonProblem, plan: HorizonPlan, visited: Mapping[int, Sequence[int]]
) -> list[LeftOut]:
    """Accounts that are not visited at all, and promises that are not kept."""
    reasons = why_missed(problem, plan)
    due = len(visited)
    found: dict[int, LeftOut] = {}
    broken: list[LeftOut] = []
    for client in plan.dropped:
        one = wanted[client]
        said = _said(one, reasons[client], due, problem)
        if one.promised:
            pinned = next(iter(one.on.values()))
            full = reasons[client] is Missed.LESS_VALUABLE and pinned.required
            why = say("there is no time beside what is promised to others") if full else said.reason
            broken.append(replace(said, reason=say("{pin}, but {reason}", pin=pinned.said, reason=why)))
        elif not visited[one.account.id]:
            found.setdefault(one.account.id, said)
    return [*broken, *found.values()]


def _said(one: Wanted, reason: Missed, wanted: int, problem: HorizonProblem) -> LeftOut:
    what = account_words(one.account)
    match reason:
        case Missed.OFF_NETWORK:
            said = (say("no road leads there"), say("move it to where its entrance is"))
        case Missed.NO_REP:
            said = (say("none of these reps looks after it"), say("plan with the rep who does"))
        case Missed.NEVER_POSSIBLE:
            said = _never(one, problem)
        case Missed.NO_PATTERN:
            said = (say("its days do not suit its call cycle"), "")
        case _:
            full = say(
                "the {days} days are full of visits that are worth more for their time than this {account} "
                "({wanted} accounts are due)",
                days=len(problem.shifts),
                account=what,
                wanted=wanted,
            )
            said = (full, "")
    return LeftOut(one.account, said[0], said[1], reason.value)


def _never(one: Wanted, problem: HorizonProblem) -> tuple[str, str]:
    homes = [shift.start for shift in problem.shifts if shift.rep in one.reps]
    if not problem.matrix.reachable[homes][:, : len(problem.clients)].any():
        return say("no road leads from the home of the rep"), say("move the home to a road of the area")
    return say("too far, or open too briefly, for any of these days"), ""


def on_other_days(days: Sequence[DayPlan], one: DayPlan) -> list[Omission]:
    """Who is not visited on a day because another day of the same plan is theirs."""
    told: dict[int, Omission] = {}
    for other in days:
        for stop in other.stops if other.rep_key == one.rep_key else ():
            if stop.account_id not in one.account_ids:
                reason = say("planned on {day}", day=day_in_words(other.day))
                omission = Omission(stop.account_id, stop.name, reason, code=OmissionCode.OTHER_DAY)
                told.setdefault(stop.account_id, omission)
    return list(told.values())
