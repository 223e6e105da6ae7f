"""What accounts bought in the last year that has orders, to be added up over any ground."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from gcrm.common.language import say, to_say
from gcrm.sales.queries import revenue_by_account
from gcrm.transaction import Transaction

YEAR = timedelta(days=365)
NO_ORDERS = to_say("Sales are not known: no orders are imported (`gcrm orders import FILE`).")


@dataclass(frozen=True, slots=True)
class YearlySales:
    """Amounts in the currency that most accounts pay in, credit notes taken off.

    ids: account ids, ascending; amounts: what each bought, (n,). period: "the year to 2026-11-24". remark: what has to
    be known to read them, and why there are none where there are none.
    """

    ids: NDArray[np.int64]
    amounts: NDArray[np.float64]
    currency: str
    period: str
    remark: str

    @property
    def is_known(self) -> bool:
        """Whether there are any orders."""
        return bool(self.period)

    def of(self, accounts: NDArray[np.int64]) -> NDArray[np.float64]:
        """What each of some accounts bought, 0 where nothing."""
        if not len(self.ids):
            return np.zeros(len(accounts))
        at = np.minimum(np.searchsorted(self.ids, accounts), len(self.ids) - 1)
        return np.where(self.ids[at] == accounts, self.amounts[at], 0.0)


def year_of_sales(tx: Transaction, today: date) -> YearlySales:
    """The year to the last order, or to today where orders lie ahead."""
    nothing = np.empty(0, dtype=np.int64)
    days = tx.orders.days()
    if days is None:
        return YearlySales(nothing, np.empty(0), "", "", say(NO_ORDERS))
    until = min(days[1], today)
    found = {
        currency: each
        for currency, each in revenue_by_account(tx, until - YEAR + timedelta(days=1), until).items()
        if each
    }
    period = say("the year to {until}", until=until)
    if not found:
        return YearlySales(nothing, np.empty(0), "", period, say("Nothing was ordered in {period}.", period=period))
    chosen = max(found, key=lambda currency: (len(found[currency]), currency))
    others = sorted(currency or say("no currency") for currency in found if currency != chosen)
    remarks = []
    if others:
        remarks.append(
            say("Orders in {currencies} are left out: two currencies are not added up.", currencies=", ".join(others))
        )
    ids = np.array(sorted(found[chosen]), dtype=np.int64)
    amounts = np.array([float(found[chosen][one]) for one in ids.tolist()])
    return YearlySales(ids, amounts, chosen, period, " ".join(remarks))
