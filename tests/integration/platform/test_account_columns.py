"""Accounts as columns say the same as accounts one by one, on each database."""

import random
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from shapely import box

from gcrm.accounts.columns import LEVELS, PRIORITIES
from gcrm.accounts.model import Account, Kind, Level, Placement, Priority
from gcrm.planning import due, due_of_many
from gcrm.store import Store
from routing.points import LonLat

TODAY = date(2026, 11, 24)
SHOP = Account(
    "Shop",
    kind=Kind.PROSPECT,
    place=LonLat(180.0, -17.5),
    placement=Placement(Level.STREET, 0.5),
    priority=Priority.A,
    visit_every_days=14,
    last_visit=date(2026, 11, 1),
)


def shops(count: int, seed: int = 1) -> list[Account]:
    """Accounts of every kind: with and without a place, a cycle, a visit."""
    dice = random.Random(seed)
    return [
        replace(
            SHOP,
            name=f"Shop {number}",
            kind=dice.choice(list(Kind)),
            place=dice.choice([None, LonLat(dice.uniform(-180, 180), dice.uniform(-90, 90))]),
            placement=Placement(dice.choice(list(Level)), 0.5),
            priority=dice.choice(list(Priority)),
            visit_every_days=dice.choice([None, 1, 3, 7, 30, 365]),
            visit_minutes=dice.choice([None, 5, 90]),
            last_visit=dice.choice([None, TODAY - timedelta(days=dice.randint(-20, 900))]),
        )
        for number in range(count)
    ]


def test_columns_say_what_the_accounts_say(store: Store) -> None:
    with store.write() as tx:
        tx.accounts.add_many(shops(300))
    with store.read() as tx:
        accounts, columns = tx.accounts.all(), tx.accounts.columns()
    assert columns.ids.tolist() == [one.id for one in accounts]
    assert columns.is_placed.tolist() == [one.place is not None for one in accounts]
    placed = [one for one in accounts if one.place]
    assert columns.where(columns.is_placed).places.tolist() == [list(one.place) for one in placed if one.place]
    assert columns.is_prospect.tolist() == [one.kind is Kind.PROSPECT for one in accounts]
    assert [PRIORITIES[one] for one in columns.priorities] == [one.priority for one in accounts]
    assert [LEVELS[one] for one in columns.levels] == [one.placement.level for one in accounts]
    assert columns.last_visits.tolist() == [one.last_visit for one in accounts]


@pytest.mark.parametrize("day", [TODAY, TODAY + timedelta(days=13), TODAY - timedelta(days=400)])
def test_many_are_due_and_worth_what_each_is(store: Store, day: date) -> None:
    with store.write() as tx:
        tx.accounts.add_many(shops(500, seed=2))
    with store.read() as tx:
        accounts, columns = tx.accounts.all(), tx.accounts.columns()
    assert due_of_many.days_left(columns, day).tolist() == [due.days_to_due(one, day) for one in accounts]
    assert due_of_many.prizes(columns, day).tolist() == [due.prize(one, day) for one in accounts]
    assert due_of_many.minutes_of(columns).tolist() == [due.visit_minutes(one) for one in accounts]
    gone = {accounts[0].id, accounts[7].id}
    late = [due.days_to_due(one, day) < 0 and one.id not in gone for one in accounts]
    assert due_of_many.is_overdue(columns, day, gone).tolist() == late


def test_columns_are_of_the_accounts_that_pass_the_filters(store: Store) -> None:
    with store.write() as tx:
        shop, *_ = tx.accounts.add_many(
            [SHOP, replace(SHOP, name="Nowhere", place=None), replace(SHOP, kind=Kind.CUSTOMER)]
        )
        assert tx.accounts.columns(kind=Kind.PROSPECT, text="shop").ids.tolist() == [shop.id]
        assert tx.accounts.columns(text="nowhere").is_placed.tolist() == [False]
        assert len(tx.accounts.columns(text="nobody")) == 0
        assert tx.accounts.columns_by_ids({shop.id, 10_000}).ids.tolist() == [shop.id]


def test_columns_in_a_polygon_are_those_of_the_accounts_in_it(store: Store) -> None:
    around = box(-90, -40, 100, 50)
    with store.write() as tx:
        tx.accounts.add_many(shops(300, seed=3))
        assert tx.accounts.columns_within(around).ids.tolist() == [one.id for one in tx.accounts.within(around)]
        assert len(tx.accounts.columns_within(box(-180, 89.9, -179.9, 90))) == len(
            tx.accounts.within(box(-180, 89.9, -179.9, 90))
        )
        assert np.isnan(tx.accounts.columns_within(around).places).sum() == 0
