"""What is wanted of an account over some days: each promised visit by itself, and its call cycle around them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from gcrm.domain.account import Account
from gcrm.visits.candidates import Candidate
from gcrm.visits.cycles import call_patterns, day_number
from gcrm.visits.due import prize
from gcrm.visits.pins import Pin
from routing.planner.horizon import Pattern


@dataclass(frozen=True, slots=True)
class Chance:
    """One day on which one rep could visit an account. promise: the pin that promises just this day, None for none."""

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
        begins, last = closes + 1, replace(account, last_visit=day_number(first, opens))
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
