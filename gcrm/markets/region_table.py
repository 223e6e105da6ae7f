"""A set of regions with what is in each: the table beside the choropleth, and its colours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from gcrm.accounts.region_lookup import located
from gcrm.common.language import say
from gcrm.common.today import desk_today
from gcrm.markets.year_of_sales import year_of_sales
from gcrm.planning.due_of_many import is_overdue
from gcrm.platform.errors import NotFound
from gcrm.territories.polygons import area_km2
from gcrm.territories.statistics import KINDS, PEOPLE, kind_of, statistic
from gcrm.territories.territory_table import owners_of
from gcrm.transaction import Transaction

RECENT = timedelta(days=60)
"""How far back visits are counted: two cycles of an A account, so that none is called neglected by chance."""


@dataclass(frozen=True, slots=True)
class RegionRow:
    """One region and what is in it.

    penetration: customers among customers and prospects, 0 to 1, None where there are neither. overdue: accounts whose
    visit is late, without those that are closed down. visits: those made in the last 60 days. population: None where
    it is not known. reps: the names of those who look after it. area_km2: on the ellipsoid. sales: what the accounts
    there bought in a year, None where no orders are known. statistics: households, income, workplaces, and what tables
    have given besides, by their names, where known.
    """

    id: int
    name: str
    customers: int
    prospects: int
    penetration: float | None
    overdue: int
    visits: int
    population: int | None
    reps: tuple[str, ...]
    area_km2: float
    sales: float | None = None
    statistics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RegionTable:
    """A row a region, by name; outside: accounts with a place that lie in none of them.

    currency and period: of the sales, "" where none are known. joined: the names of statistics besides households,
    income and workplaces that some region has.
    """

    set_name: str
    rows: tuple[RegionRow, ...]
    outside: int
    currency: str = ""
    period: str = ""
    joined: tuple[str, ...] = ()


def region_table(tx: Transaction, set_name: str, now: datetime, today: date | None = None) -> RegionTable:
    """What is in each region of a set. An account on a border counts once, one where regions overlap in each.

    today: the day that "overdue" is meant for, in the reader's own zone; that of the reps if not given.
    Raises NotFound for a set that is not there.
    """
    regions = sorted(tx.regions.of_set(set_name), key=lambda region: region.name.casefold())
    if not regions:
        sets = ", ".join(tx.regions.sets()) or say("none")
        raise NotFound(
            say("There are no regions called {set_name!r}.", set_name=set_name), say("The sets are {sets}.", sets=sets)
        )
    everybody = tx.accounts.columns()
    accounts = everybody.where(everybody.is_placed)
    reps = tx.reps.all()
    owners = owners_of(reps, tx.territories.all())
    overdue = is_overdue(accounts, today or desk_today(reps, now), tx.activities.closed_down())
    made = tx.activities.visits_since(now - RECENT)
    visits = np.array([made.get(one, 0) for one in accounts.ids.tolist()], dtype=np.int64)
    sold = year_of_sales(tx, today or desk_today(reps, now))
    account, region = located(accounts.places, regions)
    bought = np.bincount(region, weights=sold.of(accounts.ids)[account], minlength=len(regions)).tolist()
    customers, prospects, late, recent = (
        _in_each(counts[account], region, len(regions))
        for counts in (~accounts.is_prospect, accounts.is_prospect, overdue, visits)
    )
    given = [one for one in tx.statistics_joins.columns_of(set_name) if one != PEOPLE and not kind_of(one)]
    names = (*KINDS, *(one for one in given if one not in KINDS))
    rows = [
        RegionRow(
            id=one.id,
            name=one.name,
            customers=customers[number],
            prospects=prospects[number],
            penetration=_share(customers[number], prospects[number]),
            overdue=late[number],
            visits=recent[number],
            population=one.population,
            reps=tuple(sorted({rep.name for rep in owners.get(one.id, ())} - {""})),
            area_km2=area_km2(one.geometry),
            sales=round(float(bought[number]), 2) if sold.is_known else None,
            statistics={name: value for name in names if (value := statistic(one, name)) is not None},
        )
        for number, one in enumerate(regions)
    ]
    joined = tuple(one for one in names[len(KINDS) :] if any(one in row.statistics for row in rows))
    outside = len(accounts) - len(np.unique(account))
    return RegionTable(set_name, tuple(rows), outside, sold.currency, sold.period, joined)


def _in_each(counts: NDArray[np.int64] | NDArray[np.bool_], region: NDArray[np.int64], regions: int) -> list[int]:
    """The sums of `counts` by region, one for each of so many regions."""
    sums = np.bincount(region, weights=counts, minlength=regions)
    return [int(one) for one in sums.tolist()]


def _share(customers: int, prospects: int) -> float | None:
    return customers / (customers + prospects) if customers + prospects else None
