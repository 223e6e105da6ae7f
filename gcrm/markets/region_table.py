"""A set of regions with what is in each: the table beside the choropleth, and its colours."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from gcrm.accounts.model import AccountPoint, Kind
from gcrm.accounts.region_lookup import regions_of
from gcrm.common.today import desk_today
from gcrm.planning.due import days_to_due
from gcrm.platform.errors import NotFound
from gcrm.territories.model import Region
from gcrm.territories.polygons import area_km2
from gcrm.workspace import Workspace

RECENT = timedelta(days=60)
"""How far back visits are counted: two cycles of an A account, so that none is called neglected by chance."""


@dataclass(frozen=True, slots=True)
class RegionRow:
    """One region and what is in it.

    penetration: customers among customers and prospects, 0 to 1, None where there are neither. overdue: accounts whose
    visit is late, without those that are closed down. visits: those made in the last 60 days. population: None where
    it is not known. reps: the names of those who look after it. area_km2: on the ellipsoid.
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


@dataclass(frozen=True, slots=True)
class RegionTable:
    """A row a region, by name; outside: accounts with a place that lie in none of them."""

    set_name: str
    rows: tuple[RegionRow, ...]
    outside: int


def region_table(workspace: Workspace, set_name: str, today: date | None = None) -> RegionTable:
    """What is in each region of a set. An account on a border counts once, one where regions overlap in each.

    today: the day that "overdue" is meant for, in the reader's own zone; that of the reps if not given.
    Raises NotFound for a set that is not there.
    """
    now = workspace.clock()
    with workspace.store.read() as tx:
        regions = sorted(tx.regions.of_set(set_name), key=lambda region: region.name.casefold())
        if not regions:
            sets = ", ".join(tx.regions.sets()) or "none"
            raise NotFound(f"There are no regions called {set_name!r}.", f"The sets are {sets}.")
        accounts = tx.accounts.points()
        recent = tx.activities.since(now - RECENT)
        gone = tx.activities.closed_down()
        reps = tx.reps.all()
        names = {rep.id: rep.name for rep in reps}
        territories = tx.territories.all()
    visits = Counter(one.account_id for one in recent if one.is_visit)
    places = np.asarray([account.place for account in accounts], dtype=np.float64).reshape(-1, 2)
    located = regions_of(places, regions)
    day = today or desk_today(reps, now)
    overdue = {account.id for account in accounts if days_to_due(account, day) < 0 and account.id not in gone}
    inside: dict[int, list[AccountPoint]] = defaultdict(list)
    for account, positions in zip(accounts, located, strict=True):
        for position in positions:
            inside[position].append(account)
    owners: dict[int, set[str]] = defaultdict(set)
    for territory in territories:
        for region_id in territory.region_ids:
            owners[region_id].add(names.get(territory.rep_id, ""))
    rows = [
        _row(region, inside[position], visits, overdue, tuple(sorted(owners[region.id] - {""})))
        for position, region in enumerate(regions)
    ]
    return RegionTable(set_name, tuple(rows), sum(not positions for positions in located))


def _row(
    region: Region, accounts: list[AccountPoint], visits: Counter[int], overdue: set[int], reps: tuple[str, ...]
) -> RegionRow:
    customers = sum(account.kind is Kind.CUSTOMER for account in accounts)
    return RegionRow(
        id=region.id,
        name=region.name,
        customers=customers,
        prospects=len(accounts) - customers,
        penetration=customers / len(accounts) if accounts else None,
        overdue=sum(account.id in overdue for account in accounts),
        visits=sum(visits[account.id] for account in accounts),
        population=region.population,
        reps=reps,
        area_km2=area_km2(region.geometry),
    )
