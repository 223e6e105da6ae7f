"""From reps, accounts and weeks to the problem that the planner solves: numbers only, no names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from gcrm.accounts.model import Account
from gcrm.common.language import say
from gcrm.common.skills import lacking
from gcrm.common.wording import day_in_words
from gcrm.people.model import Rep
from gcrm.people.working_week import WorkingDay, working_day
from gcrm.planning.candidates import Candidate, LeftOut, Seen, choose
from gcrm.planning.cycles import day_number
from gcrm.planning.demand import Chance, Looked, Wanted, impossible, promise_of, wanted_of
from gcrm.planning.due import due_on
from gcrm.planning.pins import Pins
from gcrm.planning.problem import anywhere, with_parking
from routing.planner.horizon import Client, HorizonProblem, Shift
from routing.planner.problem import Break, Window
from routing.points import LonLat, as_points
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
    span: Span,
    owned: Sequence[Sequence[Account]],
    seen: Seen,
    pins: Mapping[str, Pins],
    guests: Sequence[frozenset[int]] = (),
) -> tuple[list[Wanted], list[LeftOut]]:
    """Which accounts could be visited, on which days; those that could on none, and promises that cannot be kept.

    owned: the accounts of each rep, in the order of the span's reps; an account of several may be visited by each.
    guests: of these, those that the rep visits only where that is promised.
    """
    accounts = {account.id: account for own in owned for account in own}
    only = guests or (frozenset(),) * len(owned)
    looked = _looked_at(span, owned, seen, pins, only)
    broken = impossible(span.first, span.days, span.reps, pins, accounts, looked)
    wanted: list[Wanted] = []
    out: list[LeftOut] = []
    for key, account in sorted(accounts.items()):
        possible = looked.chances.get(key, [])
        parts = wanted_of(account, span.first, span.days, possible)
        wanted += parts
        out += broken.get(key, [])
        reps = [rep for number, rep in enumerate(span.reps) if account in owned[number] and key not in only[number]]
        if not parts and key not in broken and reps:
            out.append(_not_possible(account, span, reps, None if possible else looked.why.get(key)))
    return wanted, out


def state_horizon(
    span: Span, wanted: Sequence[Wanted], travel_times: TravelTimes, beds: Sequence[LonLat] = ()
) -> HorizonProblem:
    """The span as the planner sees it; client i is wanted[i], shift j is the j-th of `shifts_of`.

    The days of a rep without a home begin and end at any stop. beds: places to sleep away, from row `first_bed` on.
    """
    homes = {number: rep.home for number, rep in enumerate(span.reps) if rep.home}
    places = [place for one in wanted if (place := one.account.place)]
    matrix = travel_times.matrix(as_points([*places, *homes.values(), *beds]))
    rows = {number: len(places) + row for row, number in enumerate(homes)}
    if len(homes) < len(span.reps):
        # One row for all who have no home: it is nowhere, and no way leads to it.
        matrix = anywhere(matrix, before=0, after=1)
    shifts = []
    for number, day in shifts_of(span):
        working = span.working[number, day]
        row = rows.get(number, matrix.size - 1)
        lunch = Break(*working.lunch_s) if working.lunch_s else None
        shifts.append(Shift(number, day, working.start_s, working.end_s, row, row, lunch, working.max_driving_s))
    clients = tuple(_client(number, one, span) for number, one in enumerate(wanted))
    # All reps of a plan share one table of travel times: it is that of who takes longest to park.
    parking = max((rep.parking_minutes for rep in span.reps), default=0)
    matrix = with_parking(matrix, range(len(places)), parking)
    return HorizonProblem(span.days, tuple(shifts), clients, matrix, HOUR_PRICE)


def first_bed(span: Span, wanted: Sequence[Wanted]) -> int:
    """The row of the matrix of the first place to sleep away; the others follow."""
    return len(wanted) + sum(rep.home is not None for rep in span.reps)


def row_of_home(span: Span, wanted: Sequence[Wanted], number: int) -> int:
    """The row of the matrix of a rep's home."""
    return len(wanted) + sum(rep.home is not None for rep in span.reps[:number])


def shifts_of(span: Span) -> list[tuple[int, int]]:
    """Rep number and day number of each shift, by day, then by rep."""
    return sorted(span.working, key=lambda key: (key[1], key[0]))


def _looked_at(
    span: Span,
    owned: Sequence[Sequence[Account]],
    seen: Seen,
    pins: Mapping[str, Pins],
    guests: Sequence[frozenset[int]],
) -> Looked:
    """For each account the days on which it is open to a visit, and why it is not on others."""
    found = Looked({}, {}, {})
    for (number, day), working in sorted(span.working.items(), key=lambda item: (item[0][1], item[0][0])):
        own = pins[span.reps[number].key]
        # Whether it is due is for the patterns to say.
        candidates, out = choose(owned[number], working, seen, own, worth=lambda *_: 1)
        for candidate in candidates:
            key = candidate.account.id
            promise = promise_of(own.on(key, working.day))
            if promise or key not in guests[number]:
                found.chances.setdefault(key, []).append(Chance(day, number, candidate, promise))
        for one in out:
            found.why.setdefault(one.account.id, one)
            if promise := promise_of(own.on(one.account.id, working.day)):
                found.refused[promise] = one
    return found


def _not_possible(account: Account, span: Span, reps: Sequence[Rep], why: LeftOut | None) -> LeftOut:
    """Why an account has no pattern: what keeps it out of each day, nobody works, or it is not due before the end."""
    if why is not None and why.code == "not able" and len(reps) > 1:
        return replace(why, reason=say("none of these reps has {skills}", skills=lacking(account, reps[0])))
    if why is not None:
        if why.code in {"closed", "outside hours"} and span.days > 1:
            said = say("not on any of these days: {reason}", reason=why.reason)
            return replace(why, reason=said, remedy="", as_candidate=None)
        return why
    if not span.working:
        return LeftOut(account, say("no rep works on these days"), say("choose days when a rep works"), "day off")
    due = due_on(account)
    assert due, "an account that was never visited is due"
    return LeftOut(account, say("not due before {day}", day=day_in_words(due)), code="not due")


def _client(number: int, one: Wanted, span: Span) -> Client:
    closed: tuple[Window, ...] = ()
    fixed = {candidate.fixed_start for candidate in one.on.values()}
    some = next(iter(one.on.values()))
    return Client(
        number,
        some.service_s,
        tuple(_windows(one.on[day]) if day in one.on else closed for day in range(span.days)),
        one.patterns,
        required=any(candidate.required for candidate in one.on.values()),
        # Where the second of the day is another on a day on which clocks change, the windows say it.
        fixed_start=next(iter(fixed)) if len(fixed) == 1 else None,
        reps=one.reps if len(one.reps) < len(span.reps) else None,
    )


def _windows(candidate: Candidate) -> tuple[Window, ...]:
    begins = candidate.fixed_start
    return candidate.windows if begins is None else ((begins, begins + candidate.service_s),)
