"""Call cycles over weeks: on which days an account could be visited, and what each choice of days is worth.

A visit is worth its weight on the day that it is due, more where it is overdue already, less for each day that it is
put off or comes early. So over several days what is overdue and valuable goes first, and nothing is gained by waiting.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gcrm.accounts.model import Account
from gcrm.planning.due import EARLY_WORTH, LATE_MOST, WEIGHT, cycle_days, days_to_due, early_days
from routing.planner.horizon import Pattern

PUT_OFF_WORTH = 0.2
"""What is left of a visit's worth when it is put off by a whole cycle and more."""
SHIFTS = (0, 1, -1)
"""Later visits of a cycle are tried on the day nearest to due, and so many days after and before it."""


@dataclass(frozen=True, slots=True)
class Due:
    """A visit that is due inside a horizon: on which day of it (0 for already due), and how late it is by then."""

    day: int
    overdue_days: int


def call_patterns(account: Account, first: date, days: int, allowed: Sequence[int]) -> tuple[Pattern, ...]:
    """The choices of days for an account over a horizon.

    first: the day that is number 0; days: length of the horizon; allowed: numbers of the days on which it can be
    visited, ascending. One pattern for each first visit and each way to follow it up, and the same without its last
    visit. Empty where no visit is wanted before the horizon ends.
    """
    due = days_to_due(account, first)
    found: dict[tuple[int, ...], int] = {}
    # No more visits than come due: early ones would squeeze one in that belongs to the time after.
    most = max(1, visits_wanted(account, first, days))
    # Of who is closed for longer than a cycle, or whose rep is away, the cycle begins when it can.
    soonest = next((day for day in allowed if _worth(account, day, due) > 0), 0)
    latest = max(due, 0, soonest) + cycle_days(account)
    for start in allowed:
        worth = _worth(account, start, due)
        if worth <= 0 or start > latest:
            continue
        for shift in SHIFTS:
            visits, worths = [start], [worth]
            while len(visits) < most and (after := _next(account, visits[-1], allowed, days, shift)) is not None:
                visits.append(after[0])
                worths.append(after[1])
            for length in {len(visits), max(1, len(visits) - 1)}:
                found[tuple(visits[:length])] = max(1, round(sum(worths[:length])))
    return tuple(Pattern(chosen, prize) for chosen, prize in sorted(found.items()))


def visits_due(account: Account, first: date, days: int, planned: Sequence[int]) -> list[Due]:
    """The visits that are due in a horizon and are not among those planned: those that will be missed.

    planned: numbers of the days on which it is visited, ascending. A visit that is put off, but made before the horizon
    ends, is not missed.
    """
    missed: list[Due] = []
    due = days_to_due(account, first)
    for visit in planned:
        due = max(due, 0)
        # Between two visits a whole cycle may have been left out.
        while due + cycle_days(account) <= visit:
            missed.append(Due(due, 0))
            due += cycle_days(account)
        # A visit that came early stands for the one that was due; it does not bring the next one forward.
        due = max(due, visit) + cycle_days(account)
    while due < days:
        missed.append(Due(max(due, 0), max(-due, 0)))
        due = max(due, 0) + cycle_days(account)
    return missed


def visits_wanted(account: Account, first: date, days: int) -> int:
    """How many visits are due in a horizon if each is made on the day that it is due."""
    return len(visits_due(account, first, days, ()))


def day_number(first: date, number: int) -> date:
    """The day of a number."""
    return first + timedelta(days=number)


def _next(account: Account, visit: int, allowed: Sequence[int], days: int, shift: int) -> tuple[int, float] | None:
    """The visit that follows one: the allowed day nearest to due, and what it is worth; None if none is in reach."""
    due = visit + cycle_days(account)
    if due >= days:
        return None
    earliest = due - early_days(account)
    choices = [day for day in allowed if max(visit + 1, earliest) <= day <= due + max(3, early_days(account))]
    if not choices:
        return None
    best = min(choices, key=lambda day: (abs(day - due - shift), day))
    return best, _worth(account, best, due)


def _worth(account: Account, day: int, due: int) -> float:
    """What a visit on a day is worth that is due on another, both numbered from the start of the horizon."""
    weight = WEIGHT[account.priority]
    if day < due:
        early = early_days(account)
        return 0.0 if due - day > early else weight * (1 - (1 - EARLY_WORTH) * (due - day) / early)
    urgent = weight * (1 + min(LATE_MOST, max(0, -due) / cycle_days(account)))
    return urgent * max(PUT_OFF_WORTH, 1 - (day - max(due, 0)) / cycle_days(account))
