"""Who looks after what, a row a rep, and the accounts that nobody or more than one looks after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from gcrm.accounts.columns import AccountColumns
from gcrm.accounts.model import Account
from gcrm.accounts.region_lookup import located
from gcrm.people.model import Rep
from gcrm.people.working_week import minutes_a_week
from gcrm.planning.due_of_many import cycles, is_among, is_overdue, minutes_of
from gcrm.territories.model import Region, Territory
from gcrm.transaction import Transaction


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


FIRST = 1_000
"""Accounts at fault that are named: a page lists fewer, a map marks no more."""


@dataclass(frozen=True, slots=True)
class AtFault:
    """Accounts that nobody, or more than one, looks after: how many, and the first of them by number."""

    total: int
    first: tuple[Account, ...]

    def __len__(self) -> int:
        """How many there are in all."""
        return self.total


@dataclass(frozen=True, slots=True)
class TerritoryTable:
    """A row a rep in the order of their keys; what is unowned or doubly owned; region id -> its reps.

    movable: region id -> key of the rep who has them now ("" for nobody) -> number of accounts in the region that would
    go along if it were given to somebody else: all but the locked ones.
    """

    rows: tuple[TerritoryRow, ...]
    unowned: AtFault
    doubly_owned: AtFault
    owners: dict[int, tuple[Rep, ...]]
    movable: dict[int, dict[str, int]]


def territory_table(tx: Transaction, today: date) -> TerritoryTable:
    """The table as it stands on a day. Doubly owned is an account in a region of several reps, unless it is locked."""
    reps = tx.reps.all()
    territories = tx.territories.all()
    regions = [region for name in tx.regions.sets() for region in tx.regions.of_set(name)]
    accounts = tx.accounts.columns()
    owners = owners_of(reps, territories)
    by_rep = {rep.id: tuple(one for one in territories if one.rep_id == rep.id) for rep in reps}
    holders = _holders(accounts, reps, territories)
    free = np.flatnonzero(accounts.is_placed & ~accounts.is_locked)
    place, region = located(accounts.places[free], regions)
    account = free[place]
    is_doubly = _claims_differ(account, region, [owners.get(one.id, ()) for one in regions], len(accounts))
    unowned = accounts.ids[(holders < 0) & ~is_doubly].tolist()
    doubly = accounts.ids[is_doubly].tolist()
    named = {one.id: one for one in tx.accounts.by_ids({*unowned[:FIRST], *doubly[:FIRST]})}
    overdue = is_overdue(accounts, today, tx.activities.closed_down())
    work = np.where(is_among(accounts, tx.activities.closed_down()), 0.0, minutes_of(accounts) * 7 / cycles(accounts))
    return TerritoryTable(
        tuple(_row(rep, by_rep[rep.id], accounts, holders == number, overdue, work) for number, rep in enumerate(reps)),
        AtFault(len(unowned), tuple(named[one] for one in unowned[:FIRST])),
        AtFault(len(doubly), tuple(named[one] for one in doubly[:FIRST])),
        owners,
        _movable(account, region, holders, regions, reps),
    )


def _holders(accounts: AccountColumns, reps: Sequence[Rep], territories: Iterable[Territory]) -> NDArray[np.int64]:
    """Position in `reps` of who looks after each account, -1 for nobody."""
    position = {rep.id: number for number, rep in enumerate(reps)}
    of_territory = {one.id: position[one.rep_id] for one in territories if one.rep_id in position}
    return np.array([of_territory.get(one, -1) for one in accounts.territories.tolist()], dtype=np.int64)


def _claims_differ(
    account: NDArray[np.int64], region: NDArray[np.int64], owners: Sequence[Sequence[Rep]], accounts: int
) -> NDArray[np.bool_]:
    """Which accounts lie in regions of more than one rep. account, region: pairs (m,) of who lies where."""
    claims = [
        np.unique(account[np.isin(region, [number for number, reps in enumerate(owners) if one in reps])])
        for one in {rep for reps in owners for rep in reps}
    ]
    counts = np.bincount(np.concatenate(claims), minlength=accounts) if claims else np.zeros(accounts)
    several: NDArray[np.bool_] = counts > 1
    return several


def _movable(
    account: NDArray[np.int64],
    region: NDArray[np.int64],
    holders: NDArray[np.int64],
    regions: Sequence[Region],
    reps: Sequence[Rep],
) -> dict[int, dict[str, int]]:
    pairs, counts = np.unique(np.stack([region, holders[account]]), axis=1, return_counts=True)
    found: dict[int, dict[str, int]] = {}
    for (where, holder), count in zip(pairs.T.tolist(), counts.tolist(), strict=True):
        found.setdefault(regions[where].id, {})[reps[holder].key if holder >= 0 else ""] = count
    return found


def owners_of(reps: Iterable[Rep], territories: Iterable[Territory]) -> dict[int, tuple[Rep, ...]]:
    """Region id -> the reps whose territories hold it, in the order of their keys; regions of nobody are not in it."""
    by_id = {rep.id: rep for rep in reps}
    found: dict[int, dict[int, Rep]] = {}
    for territory in territories:
        if territory.rep_id in by_id:
            for region_id in territory.region_ids:
                found.setdefault(region_id, {})[territory.rep_id] = by_id[territory.rep_id]
    return {region_id: tuple(sorted(several.values(), key=lambda rep: rep.key)) for region_id, several in found.items()}


def _row(
    rep: Rep,
    territories: tuple[Territory, ...],
    accounts: AccountColumns,
    own: NDArray[np.bool_],
    overdue: NDArray[np.bool_],
    work: NDArray[np.float64],
) -> TerritoryRow:
    return TerritoryRow(
        rep,
        territories,
        len({region_id for territory in territories for region_id in territory.region_ids}),
        int((own & ~accounts.is_prospect).sum()),
        int((own & accounts.is_prospect).sum()),
        int((own & overdue).sum()),
        float(work[own].sum()),
        minutes_a_week(rep),
    )
