"""The document of a week or a quarter: its days, who is left out, and which visits will be missed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from gcrm.accounts.model import Account
from gcrm.common.wording import day_in_words, days_in_words
from gcrm.planning.candidates import Candidate, LeftOut, account_words
from gcrm.planning.cycles import Due, day_number, visits_due
from gcrm.planning.day_document import Document, day_document, dropped_document
from gcrm.planning.demand import Wanted
from gcrm.planning.due import prize
from gcrm.planning.horizon_problem import Span, shifts_of
from gcrm.planning.optimality_gap import optimality_gap
from routing.planner.horizon import HorizonPlan, HorizonProblem
from routing.planner.missed_reasons import Missed, why_missed
from routing.planner.plan import DayPlan
from routing.travel_times.protocol import TravelTimes

DAYS_SHOWN = 7
"""So many days of a plan that is still being searched for are drawn for whoever looks on."""


def horizon_document(
    span: Span,
    wanted: Sequence[Wanted],
    problem: HorizonProblem,
    plan: HorizonPlan,
    left_out: Sequence[LeftOut],
    travel_times: TravelTimes,
) -> Document:
    """A span that was solved. left_out: who was not even in the problem."""
    days = [
        _day(span, shift, wanted, problem, number, plan, travel_times) for number, shift in enumerate(shifts_of(span))
    ]
    visited = _visited(wanted, problem, plan)
    accounts = {one.account.id: one.account for one in wanted}
    missed = [one for key, account in accounts.items() for one in _missed(account, span, visited[key])]
    dropped = _dropped(wanted, problem, plan, visited)
    made = sum(map(len, visited.values()))
    due = made + len(missed)
    return {
        "reps": [rep.key for rep in span.reps],
        "from": span.first.isoformat(),
        "till": day_number(span.first, span.days - 1).isoformat(),
        "seed": plan.seed,
        "router": travel_times.name,
        "days": days,
        "dropped": [dropped_document(one) for one in (*dropped, *left_out)],
        "missed": sorted(missed, key=lambda one: (one["due"], one["priority"], one["account"])),
        "visits": made,
        "visits_due": due,
        "coverage": round(made / due, 4) if due else 1.0,
        "travel_s": plan.travel_s,
        "service_s": plan.service_s,
        "distance_m": plan.distance_m,
        "drive_share": round(plan.travel_s / max(1, plan.travel_s + plan.service_s), 4),
        "prize": plan.prize,
        "value": round(plan.value, 2),
        **optimality_gap(plan.value, plan.bound, proven=plan.proven),
        "first_answer_s": round(plan.first_s, 3),
    }


def first_days(
    span: Span,
    wanted: Sequence[Wanted],
    problem: HorizonProblem,
    plan: HorizonPlan,
    travel_times: TravelTimes,
    days: int = DAYS_SHOWN,
) -> Document:
    """The first days of a plan that is still being searched for, with the sums of all days."""
    return {
        "days": [
            _day(span, shift, wanted, problem, number, plan, travel_times)
            for number, shift in enumerate(shifts_of(span))
            if shift[1] < days
        ],
        "visits": sum(map(len, _visited(wanted, problem, plan).values())),
        "travel_s": plan.travel_s,
        "service_s": plan.service_s,
        "distance_m": plan.distance_m,
        "seed": plan.seed,
    }


def _day(
    span: Span,
    shift: tuple[int, int],
    wanted: Sequence[Wanted],
    problem: HorizonProblem,
    number: int,
    plan: HorizonPlan,
    travel_times: TravelTimes,
) -> Document:
    """One rep's day of the span, as a day that was planned alone; its visits are numbered anew."""
    rep, day = shift
    own: DayPlan = plan.shifts[number]
    clients = own.order
    visited = _visited(wanted, problem, plan)
    candidates = [_visit(wanted[client], visited[wanted[client].account.id], day, span) for client in clients]
    alone = replace(
        own,
        stops=tuple(replace(stop, visit=place) for place, stop in enumerate(own.stops)),
        prize=sum(candidate.prize for candidate in candidates),
        seed=plan.seed,
        first_s=plan.first_s,
        bound=None,
        proven=False,
    )
    working = span.working[rep, day]
    return day_document(span.reps[rep], working, candidates, problem.day_of(number, clients), alone, [], travel_times)


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


def _missed(account: Account, span: Span, visited: Sequence[int]) -> list[Document]:
    return [
        {
            "account": account.id,
            "name": account.name,
            "priority": account.priority.value,
            "due": day_number(span.first, due.day - due.overdue_days).isoformat(),
            "reason": _why_missed(span, due, visited),
        }
        for due in visits_due(account, span.first, span.days, visited)
    ]


def _why_missed(span: Span, due: Due, visited: Sequence[int]) -> str:
    late = f"{days_in_words(due.overdue_days)} overdue and " if due.overdue_days else ""
    before = [day for day in visited if day <= due.day]
    if not before:
        after = min(visited, default=span.days)
        return f"{late}not visited before {day_in_words(day_number(span.first, after))}"
    last = day_in_words(day_number(span.first, before[-1]))
    return f"{late}due again after {last}, and others are worth more for their time"


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
            why = "there is no time beside what is promised to others" if full else said.reason
            broken.append(replace(said, reason=f"{pinned.said}, but {why}"))
        elif not visited[one.account.id]:
            found.setdefault(one.account.id, said)
    return [*broken, *found.values()]


def _said(one: Wanted, reason: Missed, wanted: int, problem: HorizonProblem) -> LeftOut:
    what = account_words(one.account)
    match reason:
        case Missed.OFF_NETWORK:
            said = ("no road leads there", "move it to where its entrance is")
        case Missed.NO_REP:
            said = ("nobody of these reps looks after it", "plan with the rep who does")
        case Missed.NEVER_POSSIBLE:
            said = _never(one, problem)
        case Missed.NO_PATTERN:
            said = ("its days do not suit its call cycle", "let it be visited more or less often")
        case _:
            full = (
                f"the {len(problem.shifts)} days are full of visits that are worth more for their time than this {what}"
            )
            said = (f"{full} ({wanted} accounts are due)", "plan more days, or give it a higher priority")
    return LeftOut(one.account, said[0], said[1], reason.value)


def _never(one: Wanted, problem: HorizonProblem) -> tuple[str, str]:
    homes = [shift.start for shift in problem.shifts if shift.rep in one.reps]
    if not problem.matrix.reachable[homes][:, : len(problem.clients)].any():
        return "no road leads from the home of the rep", "move the home to a road of the area"
    return "too far, or open too briefly, for any of these days", "fits in longer days"


def planned_elsewhere(days: Sequence[Document], one: Document) -> list[Document]:
    """Who is not visited on a day because another day of the same plan is theirs, as a day's `dropped` says it."""
    here = {stop["account"] for stop in one["stops"]}
    told: dict[int, Document] = {}
    for other in days:
        for stop in other["stops"]:
            if stop["account"] not in here and stop["account"] not in told and other["rep"] == one["rep"]:
                day = day_in_words(date.fromisoformat(other["date"]))
                told[stop["account"]] = {
                    "account": stop["account"],
                    "name": stop["name"],
                    "reason": f"planned on {day}",
                    "remedy": "",
                    "code": "other day",
                }
    return list(told.values())
