from dataclasses import replace
from datetime import date

import pytest

from gcrm.accounts.model import Account, AccountPoint, Kind, Level, Placement, Priority
from gcrm.planning.due import days_to_due
from gcrm.store import Store
from routing.points import LonLat

SHOP = Account(
    "Shop",
    kind=Kind.PROSPECT,
    place=LonLat(180.0, -17.5),
    placement=Placement(Level.STREET, 0.5),
    priority=Priority.A,
    visit_every_days=14,
    last_visit=date(2026, 11, 1),
)


def test_points_are_the_placed_accounts_that_pass_the_filters(store: Store) -> None:
    with store.write() as tx:
        shop, *_ = tx.accounts.add_many(
            [SHOP, replace(SHOP, name="Nowhere", place=None), replace(SHOP, kind=Kind.CUSTOMER)]
        )
        (point,) = tx.accounts.points(kind=Kind.PROSPECT)
        assert point == AccountPoint(
            shop.id, LonLat(180.0, -17.5), Kind.PROSPECT, Priority.A, Level.STREET, date(2026, 11, 1), 14
        )
        assert len(tx.accounts.points()) == 2
        assert tx.accounts.points(text="nowhere") == []


@pytest.mark.parametrize("last_visit", [None, date(2026, 11, 1), date(2026, 11, 20)])
def test_a_point_is_due_when_its_account_is(store: Store, last_visit: date | None) -> None:
    account = replace(SHOP, last_visit=last_visit)
    with store.write() as tx:
        tx.accounts.add(account)
        (point,) = tx.accounts.points()
    assert days_to_due(point, date(2026, 11, 24)) == days_to_due(account, date(2026, 11, 24))
