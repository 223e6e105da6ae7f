"""Call cycles: when the next visit to an account is due, what it is worth on a day, and how long it takes."""

from datetime import date, timedelta
from typing import Protocol

from gcrm.accounts.model import Account, Kind, Priority

CYCLE_DAYS = {Priority.A: 30, Priority.B: 60, Priority.C: 90}
"""Days between two visits where the account names none of its own."""

WEIGHT = {Priority.A: 100, Priority.B: 60, Priority.C: 35}
"""What a visit is worth on the day that it is due."""

LATE_MOST = 2.0
"""A visit is worth at most this much more for being late: one cycle late doubles it, two and more treble it."""

EARLY_SHARE = 0.25
EARLY_MOST_DAYS = 14
"""A visit may be made early by a quarter of its cycle, two weeks at most; before that the last one is too fresh."""

EARLY_WORTH = 0.3
"""What is left of a visit's worth at the earliest day; it rises to the full worth on the day that it is due."""

MINUTES = {
    Kind.CUSTOMER: {Priority.A: 45, Priority.B: 30, Priority.C: 20},
    Kind.PROSPECT: {Priority.A: 40, Priority.B: 30, Priority.C: 20},
}
"""Length of a visit where the account names none of its own."""


class Visited(Protocol):
    """What decides when the next visit is due: an account, or as much of one as a map draws."""

    @property
    def priority(self) -> Priority:
        """How much it matters."""

    @property
    def visit_every_days(self) -> int | None:
        """Its own call cycle, None for that of its priority."""

    @property
    def last_visit(self) -> date | None:
        """None where it was never visited."""


def cycle_days(account: Visited) -> int:
    """Days between two visits to this account, at least 1."""
    return max(1, account.visit_every_days or CYCLE_DAYS[account.priority])


def due_on(account: Visited) -> date | None:
    """The day that the next visit is due, None for an account that was never visited: any day will do."""
    return account.last_visit + timedelta(days=cycle_days(account)) if account.last_visit else None


def days_to_due(account: Visited, today: date) -> int:
    """Days until the next visit is due; negative where it is overdue. Never visited counts as due today."""
    due = due_on(account)
    return (due - today).days if due else 0


def early_days(account: Visited) -> int:
    """How many days before it is due a visit may be made."""
    return min(EARLY_MOST_DAYS, int(cycle_days(account) * EARLY_SHARE))


def is_wanted(account: Account, day: date) -> bool:
    """Whether a visit on that day would not be too soon after the last."""
    return days_to_due(account, day) <= early_days(account)


def prize(account: Visited, day: date) -> int:
    """What a visit on that day is worth, from 1; 0 where it would be too soon.

    The weight of the priority, times 1 on the day that it is due, growing with each cycle that it is late (see
    `LATE_MOST`), and falling towards `EARLY_WORTH` before it is due. So a C account a cycle late (70) comes before a B
    account that is due today (60), and an A account that is due comes before both.
    """
    left = days_to_due(account, day)
    if left > early_days(account):
        return 0
    if left <= 0:
        factor = 1 + min(LATE_MOST, -left / cycle_days(account))
    else:
        factor = 1 - (1 - EARLY_WORTH) * left / early_days(account)
    return max(1, round(WEIGHT[account.priority] * factor))


def visit_minutes(account: Account) -> int:
    """How long a visit takes, in minutes, at least 1."""
    return max(1, account.visit_minutes or MINUTES[account.kind][account.priority])
