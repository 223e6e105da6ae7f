"""What `due` says of one account, for columns of them."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from gcrm.accounts.columns import PRIORITIES, AccountColumns
from gcrm.accounts.model import Kind
from gcrm.planning.due import CYCLE_DAYS, EARLY_MOST_DAYS, EARLY_SHARE, EARLY_WORTH, LATE_MOST, MINUTES, WEIGHT

_CYCLES = np.array([CYCLE_DAYS[one] for one in PRIORITIES])
_WEIGHTS = np.array([WEIGHT[one] for one in PRIORITIES])
_MINUTES = np.array([[MINUTES[kind][one] for one in PRIORITIES] for kind in (Kind.CUSTOMER, Kind.PROSPECT)])


def cycles(accounts: AccountColumns) -> NDArray[np.int64]:
    """Days between two visits to each, as `due.cycle_days`."""
    own = accounts.every_days
    return np.maximum(1, np.where(own != 0, own, _CYCLES[accounts.priorities]))


def days_left(accounts: AccountColumns, today: date) -> NDArray[np.int64]:
    """Days until the next visit to each is due, below 0 where it is overdue, as `due.days_to_due`."""
    since = (accounts.last_visits - np.datetime64(today, "D")).astype(np.int64)
    return np.where(np.isnat(accounts.last_visits), 0, since + cycles(accounts))


def is_overdue(accounts: AccountColumns, today: date, gone: frozenset[int] | set[int]) -> NDArray[np.bool_]:
    """Whose next visit should have been made already. gone: the accounts that are closed down, of which none is."""
    late: NDArray[np.bool_] = days_left(accounts, today) < 0
    return late & ~is_among(accounts, gone)


def is_among(accounts: AccountColumns, some: frozenset[int] | set[int]) -> NDArray[np.bool_]:
    """Which of the accounts are among some, by number."""
    return np.isin(accounts.ids, np.fromiter(some, dtype=np.int64, count=len(some)))


def prizes(accounts: AccountColumns, day: date) -> NDArray[np.int64]:
    """What a visit to each on that day is worth, 0 where it would be too soon, as `due.prize`."""
    left, cycle = days_left(accounts, day), cycles(accounts)
    early = np.minimum(EARLY_MOST_DAYS, (cycle * EARLY_SHARE).astype(np.int64))
    late = 1 + np.minimum(LATE_MOST, -left / cycle)
    soon = 1 - (1 - EARLY_WORTH) * left / np.maximum(early, 1)
    worth = np.maximum(1, np.rint(_WEIGHTS[accounts.priorities] * np.where(left <= 0, late, soon))).astype(np.int64)
    return np.where(left > early, 0, worth)


def minutes_of(accounts: AccountColumns) -> NDArray[np.int64]:
    """How long a visit to each takes, in minutes, as `due.visit_minutes`."""
    usual = _MINUTES[accounts.is_prospect.astype(np.int64), accounts.priorities]
    return np.maximum(1, np.where(accounts.minutes != 0, accounts.minutes, usual))
