"""From reps, accounts and weeks to the problem that the planner solves: numbers only, no names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from gcrm.domain.account import Account
from gcrm.domain.rep import Rep
from gcrm.visits.candidates import Candidate, LeftOut, Seen, choose
from gcrm.visits.cycles import call_patterns, day_number
from gcrm.visits.due import due_on
from gcrm.visits.pins import Pins
from gcrm.visits.words import day_in_words
from gcrm.visits.working_week import WorkingDay, working_day
from routing.planner.horizon import Client, HorizonProblem, Pattern, Shift
from routing.planner.problem import Break, Window
from routing.points import as_points
from routing.travel_times.protocol import TravelTimes

HOUR_PRICE = 30
"""The prize that an hour of driving has to bring: half a B account. Without a price, each account at the end of the
valley would be driven to on a day of its own as long as there are days."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days to plan for some reps. working[(rep number, day number)]: only days on which the rep works."""

    reps: tuple[Rep, ...]
    first: date
    days: int
    working: Mapping[tuple[int, int], WorkingDay]


@dataclass(frozen=True, slots=True)
class Wanted:
    """An account that could be visited in the span: the days on which it could, each with what that day's visit is.

    reps: numbers of the reps who may visit it.
    """

    account: Account
    on: Mapping[int, Candidate]
    patterns: tuple[Pattern, ...]
    reps: frozenset[int]


def span_of(reps: Sequence[Rep], first: date, days: int, pins: Mapping[str, Pins]) -> Span:
    """The working days of the reps. pins: by the rep's key."""
    working = {}
    for number, rep in enumerate(reps):
        for day in range(days):
            one = working_day(rep, day_number(first, day), pins[rep.key].days_off)
            if not one.off:
                working[number, day] = one
    return Span(tuple(reps), first, days, working)


def look_ahead(
    span: Span, owned: Sequence[Sequence[Account]], seen: Seen, pins: Mapping[str, Pins]
) -> tuple[list[Wanted], list[LeftOut]]:
    """Which accounts could be visited, on which days; and those that could on none, with the reason.

    owned: the accounts of each rep, in the order of the span's reps; an account of several may be visited by each.
    """
    owners: dict[int, set[int]] = {}
    accounts: dict[int, Account] = {}
    for number, own in enumerate(owned):
        for account in own:
            owners.setdefault(account.id, set()).add(number)
            accounts[account.id] = account
    on, why = _by_day(span, owned, seen, pins)
    wanted: list[Wanted] = []
    out: list[LeftOut] = []
    for key, account in sorted(accounts.items()):
        allowed = sorted(on.get(key, {}))
        patterns = _patterns(account, span, on.get(key, {}), allowed)
        if patterns:
            wanted.append(Wanted(account, on[key], patterns, frozenset(owners[key])))
        else:
            out.append(_not_possible(account, span, None if allowed else why.get(key)))
    return wanted, out


def state_horizon(span: Span, wanted: Sequence[Wanted], travel_times: TravelTimes) -> HorizonProblem:
    """The span as the planner sees it; client i is wanted[i], shift j is the j-th of `shifts_of`. Reps need a home."""
    homes = [rep.home for rep in span.reps if rep.home]
    assert len(homes) == len(span.reps), "reps without a home have been left out before"
    places = [place for one in wanted if (place := one.account.place)]
    matrix = travel_times.matrix(as_points([*places, *homes]))
    shifts = []
    for number, day in shifts_of(span):
        working = span.working[number, day]
        row = len(wanted) + number
        lunch = Break(*working.lunch_s) if working.lunch_s else None
        shifts.append(Shift(number, day, working.start_s, working.end_s, row, row, lunch, working.max_driving_s))
    clients = tuple(_client(one, span) for one in wanted)
    return HorizonProblem(span.days, tuple(shifts), clients, matrix, HOUR_PRICE)


def shifts_of(span: Span) -> list[tuple[int, int]]:
    """Rep number and day number of each shift, by day, then by rep."""
    return sorted(span.working, key=lambda key: (key[1], key[0]))


def _by_day(
    span: Span, owned: Sequence[Sequence[Account]], seen: Seen, pins: Mapping[str, Pins]
) -> tuple[dict[int, dict[int, Candidate]], dict[int, LeftOut]]:
    """For each account the days on which it is open to a visit, and for the others the reason of their first day."""
    on: dict[int, dict[int, Candidate]] = {}
    why: dict[int, LeftOut] = {}
    for (number, day), working in sorted(span.working.items(), key=lambda item: (item[0][1], item[0][0])):
        # Whether it is due is for the patterns to say.
        found, out = choose(owned[number], working, seen, pins[span.reps[number].key], worth=lambda *_: 1)
        for candidate in found:
            on.setdefault(candidate.account.id, {}).setdefault(day, candidate)
        for one in out:
            why.setdefault(one.account.id, one)
    return on, why


def _patterns(account: Account, span: Span, on: Mapping[int, Candidate], allowed: Sequence[int]) -> tuple[Pattern, ...]:
    pinned = [day for day in allowed if on[day].required]
    patterns = call_patterns(account, span.first, span.days, pinned or allowed)
    if not pinned or patterns:
        return patterns
    # Somebody wants the visit although it is not due.
    return tuple(Pattern((day,), 1) for day in pinned)


def _not_possible(account: Account, span: Span, why: LeftOut | None) -> LeftOut:
    """Why an account has no pattern: what keeps it out of each day, nobody works, or it is not due before the end."""
    if why is not None:
        several = "not on any of these days: " if why.code in {"closed", "outside hours"} and span.days > 1 else ""
        return replace(why, reason=several + why.reason)
    if not span.working:
        return LeftOut(account, "nobody works on these days", "choose days on which somebody works", "day off")
    due = due_on(account)
    assert due, "an account that was never visited is due"
    return LeftOut(account, f"not due before {day_in_words(due)}", "plan more weeks", "not due")


def _client(one: Wanted, span: Span) -> Client:
    closed: tuple[Window, ...] = ()
    windows = tuple(one.on[day].windows if day in one.on else closed for day in range(span.days))
    fixed = {candidate.fixed_start for candidate in one.on.values() if candidate.fixed_start is not None}
    some = next(iter(one.on.values()))
    # One moment for all its days: an appointment is a single pattern of its own day.
    return Client(
        one.account.id,
        some.service_s,
        windows,
        one.patterns,
        required=any(candidate.required for candidate in one.on.values()),
        fixed_start=min(fixed) if fixed else None,
        reps=one.reps if len(one.reps) < len(span.reps) else None,
    )
