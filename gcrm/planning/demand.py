"""What is wanted of an account over some days: each promised visit by itself, and its call cycle around them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from gcrm.accounts.model import Account
from gcrm.common.language import say
from gcrm.people.model import Rep
from gcrm.people.working_week import working_day
from gcrm.planning.candidates import Candidate, LeftOut
from gcrm.planning.cycles import call_patterns, day_number
from gcrm.planning.due import prize
from gcrm.planning.pins import Pin, Pins
from routing.planner.horizon import Pattern


@dataclass(frozen=True, slots=True)
class Chance:
    """One day on which one rep could visit an account. promise: the pin that promises it, None for none."""

    day: int
    rep: int
    candidate: Candidate
    promise: Pin | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Visits to an account that belong together: the days on which they could be, each with what that day's visit is.

    reps: numbers of the reps who may make them. promised: whether this is one promised visit. An account has one of
    these for each of its promises, and one for its call cycle before, between and after them.
    """

    account: Account
    on: Mapping[int, Candidate]
    patterns: tuple[Pattern, ...]
    reps: frozenset[int]
    promised: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen of the days of a span.

    chances: by account; why: by account, why it could not be visited on the first day on which it could not; refused:
    by promise, why it could not be kept on the last day on which it could not.
    """

    chances: dict[int, list[Chance]]
    why: dict[int, LeftOut]
    refused: dict[Pin, LeftOut]


def promise_of(pin: Pin | None) -> Pin | None:
    """The pin where it promises a visit on a day, or on one of several, the same for whichever rep comes."""
    return replace(pin, possible=()) if pin and pin.day else None


def impossible(
    first: date,
    days: int,
    reps: Sequence[Rep],
    pins: Mapping[str, Pins],
    accounts: Mapping[int, Account],
    looked: Looked,
) -> dict[int, list[LeftOut]]:
    """The promises of a span that no day of it can keep, by account; not those that a day after it can."""
    kept = {chance.promise for chances in looked.chances.values() for chance in chances}
    last = day_number(first, days - 1)
    found: dict[Pin, LeftOut] = {}
    for rep in reps:
        own = pins[rep.key]
        for pin in own.pins:
            promise = promise_of(pin)
            if promise is None or promise.day is None or promise in kept or pin.account_id not in accounts:
                continue
            begins, ends = max(promise.day, first), promise.till or promise.day
            if begins <= min(ends, last) and not own.can_wait(pin, last):
                account = accounts[pin.account_id]
                found[promise] = looked.refused.get(promise) or _nobody_works(account, pin, rep, begins, own)
    by_account: dict[int, list[LeftOut]] = {}
    for promise, one in found.items():
        by_account.setdefault(promise.account_id, []).append(one)
    return by_account


def _nobody_works(account: Account, pin: Pin, rep: Rep, day: date, pins: Pins) -> LeftOut:
    off = working_day(rep, day, pins.days_off).off
    return LeftOut(
        account,
        say("{pin}, but {reason}", pin=pin.said, reason=off),
        say("choose a day on which the rep works"),
        "day off",
    )


def wanted_of(account: Account, first: date, days: int, chances: Sequence[Chance]) -> list[Wanted]:
    """What is wanted of one account; nothing where no visit is due.

    first: the day that is number 0; days: how many there are.
    """
    promises: dict[Pin, list[Chance]] = {}
    for chance in chances:
        if chance.promise is not None:
            promises.setdefault(chance.promise, []).append(chance)
    free = [chance for chance in chances if chance.promise is None]
    found: list[Wanted] = []
    begins, last = 0, account
    for kept in sorted(promises.values(), key=lambda own: min(chance.day for chance in own)):
        on = _by_day(kept)
        opens, closes = min(on), max(on)
        found += _cycle(last, first, opens, [one for one in free if begins <= one.day < opens])
        patterns = tuple(Pattern((day,), max(1, prize(last, day_number(first, day)))) for day in sorted(on))
        found.append(Wanted(account, on, patterns, _reps(kept), promised=True))
        # Whenever it is made, the next is not due sooner than after its last day.
        begins, last = closes + 1, replace(account, last_visit=day_number(first, closes))
    return found + _cycle(last, first, days, [one for one in free if one.day >= begins])


def _cycle(account: Account, first: date, days: int, chances: Sequence[Chance]) -> list[Wanted]:
    """The visits that come due on the days before `days`."""
    on = _by_day(chances)
    patterns = call_patterns(account, first, days, sorted(on))
    pinned = [day for day in sorted(on) if on[day].required]
    if pinned:
        # Somebody wants the visit although it is not due.
        patterns = call_patterns(account, first, days, pinned) or tuple(Pattern((day,), 1) for day in pinned)
    return [Wanted(account, on, patterns, _reps(chances))] if patterns else []


def _by_day(chances: Iterable[Chance]) -> dict[int, Candidate]:
    """The visit of each day; who is wanted by a person comes before who is merely due."""
    on: dict[int, Candidate] = {}
    for chance in sorted(chances, key=lambda one: (one.day, not one.candidate.required)):
        on.setdefault(chance.day, chance.candidate)
    return on


def _reps(chances: Iterable[Chance]) -> frozenset[int]:
    return frozenset(chance.rep for chance in chances)
