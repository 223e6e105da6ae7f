"""In which order a column writes day and month: told from its cells, and asked where every one of them fits both."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gcrm.accounts.cells import DATE, clean_date

DAY_FIRST, MONTH_FIRST = "day", "month"
MONTH_FIRST_COUNTRIES = frozenset({"US", "PH", "FM", "MH", "PW", "PR", "GU"})
"""Where 3/4/2026 is the fourth of March. Source: Unicode CLDR, short date formats."""
SAMPLES = 3


@dataclass(frozen=True, slots=True)
class DateOrder:
    """How a column of dates is read.

    unsure: some of its cells that fit both readings, where nothing in the column or in the calendar tells; empty where
    the order is clear. one_way, other_way: how many cells fit only the order that is taken, and only the other.
    """

    day_first: bool
    unsure: tuple[str, ...] = ()
    one_way: int = 0
    other_way: int = 0


DAYS_FIRST = DateOrder(day_first=True)


def order_of(cells: Iterable[str], latest: date, country: str, said: str = "") -> DateOrder:
    """Find the order of a column.

    latest: a day after which none of its days may be, so that one in the future tells the order too. country: ISO code,
    for the reading that is shown while a person is asked. said: DAY_FIRST or MONTH_FIRST where a person has told.
    """
    day_first, month_first = 0, 0
    both: dict[str, None] = {}
    for cell in cells:
        written = cell.strip()
        if not DATE.fullmatch(written) or "." in written[:3]:
            # 24.11.2026 is written with the day first wherever it is written with dots.
            continue
        readings = [clean_date(written, day_first=first) for first in (True, False)]
        possible = [day is not None and day <= latest for day in readings]
        if possible == [True, True] and readings[0] != readings[1]:
            both.setdefault(written)
        elif possible == [True, False]:
            day_first += 1
        elif possible == [False, True]:
            month_first += 1
    if said:
        first = said == DAY_FIRST
    elif day_first != month_first:
        first = day_first > month_first
    else:
        first = country not in MONTH_FIRST_COUNTRIES
    # Where some cells speak for one order and as many for the other, the rest may be either.
    unsure = tuple(both)[:SAMPLES] if both and not said and day_first == month_first else ()
    return DateOrder(first, unsure, *((day_first, month_first) if first else (month_first, day_first)))
