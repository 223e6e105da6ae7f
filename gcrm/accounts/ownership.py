"""Accounts fall to territories by where they are; locked ones stay where somebody put them."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gcrm.accounts.model import Account, AccountSite
from gcrm.accounts.region_lookup import regions_of
from gcrm.common.postcode_ranges import holds_any, read_postcodes
from gcrm.territories.model import Region, Territory

if TYPE_CHECKING:
    from gcrm.store import Transaction

NO_TERRITORIES = "There are no territories yet."
_CODE_LIKE = re.compile(r"\b(?=[\w-]*\d)[\w-]{4,10}\b")
"""What may be the postcode of an address that came as one line."""
OUTSIDE = "It lies in no region of a territory."
GONE = "It is locked, but the territory that it was locked to is gone."


@dataclass(frozen=True, slots=True)
class Unowned:
    """An account in no territory, and why."""

    account: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class DoublyOwned:
    """An account where territories overlap: their names, and the one that it was given to."""

    account: int
    name: str
    territories: tuple[str, ...]
    counted_for: str
    reason: str


@dataclass(frozen=True, slots=True)
class Filled:
    """What fell where. assigned: accounts in a territory, locked ones among them; changed: those that moved.

    by_territory: accounts by the name of the territory. Accounts that are doubly owned are in `assigned` too.
    """

    assigned: int
    changed: int
    locked: int
    by_territory: dict[str, int]
    unowned: tuple[Unowned, ...]
    doubly_owned: tuple[DoublyOwned, ...]


def fill(tx: "Transaction", account_ids: Collection[int] | None = None) -> Filled:
    """Let accounts fall to the territory whose region they lie in, all or those given, within a write transaction.

    A territory may have postcodes too: accounts whose address has one of them fall to it, placed or not; a region goes
    before a postcode. Where regions of several territories overlap, an account stays with the one it has if that is
    among them, else it goes to the one with the smaller region there, then to the older one. Nothing is written for
    accounts that stay.
    """
    if account_ids is not None and not account_ids:
        return Filled(0, 0, 0, {}, (), ())
    accounts = tx.accounts.sites(account_ids)
    territories = tx.territories.all()
    regions, owners = _owned(tx, territories)
    names = {territory.id: territory.name for territory in territories}
    free = [account for account in accounts if not account.territory_locked and account.place is not None]
    places = np.asarray([account.place for account in free], dtype=np.float64).reshape(-1, 2)
    located = dict(zip((account.id for account in free), regions_of(places, regions), strict=True))
    by_postcode = _Postcodes(territories)
    changes: dict[int, int | None] = {}
    counts = dict.fromkeys(names, 0)
    unowned: list[Unowned] = []
    doubly: list[DoublyOwned] = []
    elsewhere: list[AccountSite] = []
    for account in accounts:
        inside = [regions[position] for position in located.get(account.id, ())]
        among = _all_claims(account, inside, owners, by_postcode)
        chosen = _chosen(account, among)
        if chosen != account.territory_id:
            changes[account.id] = chosen
        if chosen is not None:
            counts[chosen] = counts.get(chosen, 0) + 1
        elif account.place is not None and not account.territory_locked and territories:
            elsewhere.append(account)
        else:
            unowned.append(Unowned(account.id, account.name, _why_unowned(account)))
        if len(among) > 1 and chosen is not None:
            by_what = [region.name for region in inside] + (["its postcode"] if by_postcode.of(account) else [])
            doubly.append(_doubly(account, among, by_what, chosen, names))
    unowned += _outside(tx, elsewhere, {region.set_name for region in regions})
    if changes:
        tx.accounts.set_territories(changes)
    return Filled(
        assigned=sum(counts.values()),
        changed=len(changes),
        locked=sum(account.territory_locked for account in accounts),
        by_territory={names.get(territory_id, str(territory_id)): count for territory_id, count in counts.items()},
        unowned=tuple(sorted(unowned, key=lambda one: one.account)),
        doubly_owned=tuple(doubly),
    )


def owners_of(tx: "Transaction", accounts: Sequence[Account]) -> list[int | None]:
    """The territory that each account falls to, as `fill` would decide, without writing anything."""
    territories = tx.territories.all()
    if not territories or not accounts:
        return [one.territory_id if one.territory_locked else None for one in accounts]
    sites = [_site(one) for one in accounts]
    regions, owners = _owned(tx, territories)
    by_postcode = _Postcodes(territories)
    free = [number for number, one in enumerate(accounts) if not one.territory_locked and one.place is not None]
    places = np.asarray([accounts[number].place for number in free], dtype=np.float64).reshape(-1, 2)
    located = dict(zip(free, regions_of(places, regions), strict=True))
    return [
        _chosen(account, _all_claims(account, [regions[one] for one in located.get(number, ())], owners, by_postcode))
        for number, account in enumerate(sites)
    ]


def _site(one: Account) -> AccountSite:
    address = one.address
    return AccountSite(
        one.id,
        one.name,
        one.place,
        one.territory_id,
        one.territory_locked,
        address.postcode,
        address.line,
        one.placement.reason,
    )


class _Postcodes:
    """Which territories an account belongs to by the postcode of its address, the older first."""

    def __init__(self, territories: Sequence[Territory]) -> None:
        self._ranges = [
            (one.id, read_postcodes(", ".join(one.postcodes)))
            for one in sorted(territories, key=lambda one: one.id)
            if one.postcodes
        ]
        self._known: dict[str, tuple[int, ...]] = {}

    def of(self, account: AccountSite) -> tuple[int, ...]:
        if not self._ranges:
            return ()
        written = [account.postcode] if account.postcode.strip() else _CODE_LIKE.findall(account.address_line)
        return tuple(dict.fromkeys(one for code in written for one in self._of_code(code)))

    def _of_code(self, code: str) -> tuple[int, ...]:
        if code not in self._known:
            self._known[code] = tuple(one for one, ranges in self._ranges if holds_any(ranges, code))
        return self._known[code]


def _owned(tx: "Transaction", territories: Sequence[Territory]) -> tuple[list[Region], dict[int, list[int]]]:
    """Regions that belong to somebody, and region id -> ids of its territories, oldest first."""
    owners: dict[int, list[int]] = {}
    for territory in sorted(territories, key=lambda one: one.id):
        for region_id in territory.region_ids:
            owners.setdefault(region_id, []).append(territory.id)
    if not owners:
        return [], owners
    regions = [region for name in tx.regions.sets() for region in tx.regions.of_set(name) if region.id in owners]
    return regions, owners


def _claims(inside: Sequence[Region], owners: dict[int, list[int]]) -> list[int]:
    """Territories that own a region there, the one with the smallest region first, then the oldest."""
    smallest: dict[int, float] = {}
    for region in inside:
        for territory_id in owners[region.id]:
            # Square degrees will do: all of these regions hold the same place.
            size = float(region.geometry.area)
            smallest[territory_id] = min(size, smallest.get(territory_id, size))
    return sorted(smallest, key=lambda territory_id: (smallest[territory_id], territory_id))


def _all_claims(
    account: AccountSite, inside: Sequence[Region], owners: dict[int, list[int]], by_postcode: _Postcodes
) -> list[int]:
    """Territories that own a region there, then those that have the account's postcode."""
    among = _claims(inside, owners)
    codes = () if account.territory_locked else by_postcode.of(account)
    return [*among, *(territory_id for territory_id in codes if territory_id not in among)]


def _chosen(account: AccountSite, among: Sequence[int]) -> int | None:
    if account.territory_locked or account.territory_id in among:
        return account.territory_id
    return among[0] if among else None


def _why_unowned(account: AccountSite) -> str:
    if account.territory_locked:
        return GONE
    if account.place is None:
        return f"It has no place on the map. {account.reason}".strip()
    return NO_TERRITORIES


def _outside(tx: "Transaction", accounts: Sequence[AccountSite], set_names: Collection[str]) -> list[Unowned]:
    """Accounts in no owned region, with the region that nobody looks after where they lie in one."""
    if not accounts:
        return []
    regions = [region for name in sorted(set_names) for region in tx.regions.of_set(name)]
    places = np.asarray([account.place for account in accounts], dtype=np.float64).reshape(-1, 2)
    unowned = []
    for account, positions in zip(accounts, regions_of(places, regions), strict=True):
        names = " and ".join(regions[position].name for position in positions)
        reason = f"It lies in {names}, which nobody looks after." if names else OUTSIDE
        unowned.append(Unowned(account.id, account.name, reason))
    return unowned


def _doubly(
    account: AccountSite, among: Sequence[int], inside: Sequence[str], chosen: int, names: dict[int, str]
) -> DoublyOwned:
    owners = tuple(names[territory_id] for territory_id in among)
    places = " and ".join(inside)
    places = places[:1].upper() + places[1:]
    verb = "belongs" if len(inside) == 1 else "belong"
    reason = f"{places} {verb} to {' and '.join(owners)}; counted for {names[chosen]}."
    return DoublyOwned(account.id, account.name, owners, names[chosen], reason)
