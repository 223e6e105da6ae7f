"""Accounts fall to territories by where they are; locked ones stay where somebody put them."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gcrm.accounts.ground import Foreseen, Ground, owned_sets
from gcrm.accounts.model import Account, AccountSite
from gcrm.common.language import say, to_say
from gcrm.common.postcode_ranges import holds_any, read_postcodes
from gcrm.territories.model import Region, Territory

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

NO_TERRITORIES = to_say("There are no territories yet.")
_CODE_LIKE = re.compile(r"\b(?=[\w-]*\d)[\w-]{4,10}\b")
"""What may be the postcode of an address that came as one line."""
OUTSIDE = to_say("It lies in no region of a territory.")
GONE = to_say("It is locked, but the territory that it was locked to is gone.")


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


def fill(tx: "Transaction", account_ids: Collection[int] | None = None, foreseen: Foreseen | None = None) -> Filled:
    """Let accounts fall to the territory whose region they lie in, all or those given, within a write transaction.

    A territory may have postcodes too: accounts whose address has one of them fall to it, placed or not; a region goes
    before a postcode. Where regions of several territories overlap, an account stays with the one it has if that is
    among them, else it goes to the one with the smaller region there, then to the older one. Nothing is written for
    accounts that stay. foreseen: where the places lie, as `ground.foresee` found it beforehand, for many accounts.
    """
    if account_ids is not None and not account_ids:
        return Filled(0, 0, 0, {}, (), ())
    accounts = tx.accounts.sites(account_ids)
    territories = tx.territories.all()
    owners = _owners(territories)
    names = {territory.id: territory.name for territory in territories}
    free = [account.place for account in accounts if not account.territory_locked and account.place is not None]
    ground = Ground(owned_sets(tx, territories), free, foreseen)
    by_postcode = _Postcodes(territories)
    changes: dict[int, int | None] = {}
    counts = dict.fromkeys(names, 0)
    unowned: list[Unowned] = []
    doubly: list[DoublyOwned] = []
    elsewhere: list[AccountSite] = []
    for account in accounts:
        inside = [] if account.territory_locked else ground.regions_at(account.place, owners.keys())
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
            by_what = [region.name for region in inside] + ([say("its postcode")] if by_postcode.of(account) else [])
            doubly.append(_doubly(account, among, by_what, chosen, names))
    unowned += [Unowned(account.id, account.name, _why_outside(account, ground)) for account in elsewhere]
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
    owners = _owners(territories)
    by_postcode = _Postcodes(territories)
    free = [one.place for one in accounts if not one.territory_locked and one.place is not None]
    ground = Ground(owned_sets(tx, territories), free)
    return [
        _chosen(one, _all_claims(one, inside, owners, by_postcode))
        for one in sites
        for inside in [[] if one.territory_locked else ground.regions_at(one.place, owners.keys())]
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


def _owners(territories: Sequence[Territory]) -> dict[int, list[int]]:
    """Region id -> ids of its territories, oldest first."""
    owners: dict[int, list[int]] = {}
    for territory in sorted(territories, key=lambda one: one.id):
        for region_id in territory.region_ids:
            owners.setdefault(region_id, []).append(territory.id)
    return owners


def _claims(inside: Sequence[Region], owners: dict[int, list[int]]) -> list[int]:
    """Territories that own a region there, the one with the smallest region first, then the oldest."""
    claiming = dict.fromkeys(territory_id for region in inside for territory_id in owners[region.id])
    if len(claiming) < 2:
        return list(claiming)
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
        return say(GONE)
    if account.place is None:
        return f"{say('It has no place on the map.')} {account.reason}".strip()
    return say(NO_TERRITORIES)


def _why_outside(account: AccountSite, ground: Ground) -> str:
    """In no owned region: named where it lies in one that nobody looks after."""
    names = say(" and ").join(region.name for region in ground.regions_at(account.place))
    return say("It lies in {regions}, which nobody looks after.", regions=names) if names else say(OUTSIDE)


def _doubly(
    account: AccountSite, among: Sequence[int], inside: Sequence[str], chosen: int, names: dict[int, str]
) -> DoublyOwned:
    owners = tuple(names[territory_id] for territory_id in among)
    both = say(" and ")
    places = both.join(inside)
    told = {"places": places[:1].upper() + places[1:], "owners": both.join(owners), "chosen": names[chosen]}
    reason = (
        say("{places} belongs to {owners}; counted for {chosen}.", **told)
        if len(inside) == 1
        else say("{places} belong to {owners}; counted for {chosen}.", **told)
    )
    return DoublyOwned(account.id, account.name, owners, names[chosen], reason)
