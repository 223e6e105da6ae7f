"""What pages, scenarios and the cube ask about orders, in one snapshot."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gcrm.sales.model import OrderLine, YearOfSales
from gcrm.transaction import Transaction

SHOWN = 10
"""Lines that the page of an account shows."""


@dataclass(frozen=True, slots=True)
class OrdersOfAccount:
    """What an account buys: its last lines, newest first, how many there are, and the sums by year and currency."""

    last: tuple[OrderLine, ...]
    lines: int
    years: tuple[YearOfSales, ...]


def revenue_by_account(
    tx: Transaction, since: date | None = None, until: date | None = None
) -> dict[str, dict[int, Decimal]]:
    """Currency to account id to revenue, credit notes taken off.

    since, until: the first and the last day that count, None for no bound. The currency is "" where no file said it.
    Accounts without a line in those days are not in it; currencies are neither added up nor converted.
    """
    return tx.orders.revenue_by_account(since, until)


def orders_of_account(tx: Transaction, account_id: int, limit: int = SHOWN) -> OrdersOfAccount:
    """The last lines of an account and the sums of all of them."""
    years = tuple(tx.orders.years_of_account(account_id))
    last = tuple(tx.orders.of_account(account_id, limit)) if years else ()
    return OrdersOfAccount(last, sum(one.lines for one in years), years)
