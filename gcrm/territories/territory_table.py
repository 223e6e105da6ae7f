"""Who looks after what, a row a rep, and the accounts that nobody or more than one looks after."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from gcrm.accounts.model import Account, AccountWork, Kind
from gcrm.accounts.region_lookup import regions_of
from gcrm.people.model import Rep
from gcrm.people.working_week import break_minutes
from gcrm.planning.due import cycle_days, days_to_due, visit_minutes
from gcrm.territories.model import Region, Territory
from gcrm.workspace import Workspace
from routing.points import as_points


@dataclass(frozen=True, slots=True)
class TerritoryRow:
    """What one rep looks after. Work is the length of the visits that the call cycles ask for, without driving."""

    rep: Rep
    territories: tuple[Territory, ...]
    regions: int
    customers: int
    prospects: int
    overdue: int
    work_minutes_a_week: float
    hours_minutes_a_week: float

    @property
    def accounts(self) -> int:
        """Customers and prospects."""
        return self.customers + self.prospects

    @property
    def load(self) -> float | None:
        """Visits as a share of working hours; None for a rep without hours."""
        return self.work_minutes_a_week / self.hours_minutes_a_week if self.hours_minutes_a_week else None


@dataclass(frozen=True, slots=True)
class TerritoryTable:
    """A row a rep in the order of their keys; what is unowned or doubly owned; region id -> its reps.

    movable: region id -> key of the rep who has them now ("" for nobody) -> number of accounts in the region that would
    go along if it were given to somebody else: all but the locked ones.
    """

    rows: tuple[TerritoryRow, ...]
    unowned: tuple[Account, ...]
    doubly_owned: tuple[Account, ...]
    owners: dict[int, tuple[Rep, ...]]
    movable: dict[int, dict[str, int]]


def territory_table(workspace: Workspace, today: date) -> TerritoryTable:
    """The table as it stands on a day. Doubly owned is an account in a region of several reps, unless it is locked."""
    with workspace.store.read() as tx:
        reps = tx.reps.all()
        territories = tx.territories.all()
        accounts = tx.accounts.work()
        gone = tx.activities.closed_down()
        regions = [region for name in tx.regions.sets() for region in tx.regions.of_set(name)]
    owners = owners_of(reps, territories)
    by_rep = {rep.id: tuple(one for one in territories if one.rep_id == rep.id) for rep in reps}
    rep_of = {territory.id: territory.rep_id for territory in territories}
    key_of = {territory.id: rep.key for rep in reps for territory in by_rep[rep.id]}
    doubly: set[int] = set()
    movable: dict[int, dict[str, int]] = {}
    for account, inside in _located(accounts, regions):
        if len({rep.id for region in inside for rep in owners.get(region.id, ())}) > 1:
            doubly.add(account.id)
        for region in inside:
            held = movable.setdefault(region.id, {})
            key = key_of.get(account.territory_id or 0, "")
            held[key] = held.get(key, 0) + 1
    looked_after: dict[int, list[AccountWork]] = {rep.id: [] for rep in reps}
    unowned = []
    for account in accounts:
        rep_id = rep_of.get(account.territory_id or 0)
        if rep_id in looked_after:
            looked_after[rep_id].append(account)
        elif account.id not in doubly:
            unowned.append(account.id)
    with workspace.store.read() as tx:
        named = {one.id: one for one in tx.accounts.by_ids({*unowned, *doubly})}
    return TerritoryTable(
        tuple(_row(rep, by_rep[rep.id], looked_after[rep.id], today, gone) for rep in reps),
        tuple(named[one] for one in unowned if one in named),
        tuple(named[one] for one in sorted(doubly) if one in named),
        owners,
        movable,
    )


def owners_of(reps: Iterable[Rep], territories: Iterable[Territory]) -> dict[int, tuple[Rep, ...]]:
    """Region id -> the reps whose territories hold it, in the order of their keys; regions of nobody are not in it."""
    by_id = {rep.id: rep for rep in reps}
    found: dict[int, dict[int, Rep]] = {}
    for territory in territories:
        if territory.rep_id in by_id:
            for region_id in territory.region_ids:
                found.setdefault(region_id, {})[territory.rep_id] = by_id[territory.rep_id]
    return {region_id: tuple(sorted(several.values(), key=lambda rep: rep.key)) for region_id, several in found.items()}


def _located(accounts: Sequence[AccountWork], regions: Sequence[Region]) -> Iterator[tuple[AccountWork, list[Region]]]:
    """Each account that has a place and is not locked, with the regions that it lies in, of all sets."""
    free = [account for account in accounts if account.place is not None and not account.territory_locked]
    places = as_points([account.place for account in free if account.place is not None])
    for account, inside in zip(free, regions_of(places, regions), strict=True):
        yield account, [regions[position] for position in inside]


def _row(
    rep: Rep, territories: tuple[Territory, ...], accounts: list[AccountWork], today: date, gone: AbstractSet[int]
) -> TerritoryRow:
    customers = sum(account.kind is Kind.CUSTOMER for account in accounts)
    visited = [account for account in accounts if account.id not in gone]
    return TerritoryRow(
        rep,
        territories,
        len({region_id for territory in territories for region_id in territory.region_ids}),
        customers,
        len(accounts) - customers,
        sum(days_to_due(account, today) < 0 for account in visited),
        sum(visit_minutes(account) * 7 / cycle_days(account) for account in visited),
        _minutes_a_week(rep),
    )


def _minutes_a_week(rep: Rep) -> float:
    """Working minutes of a usual week, without the breaks."""
    return float(sum(shift.minutes - break_minutes(rep, shift) for shift in rep.week if shift is not None))
