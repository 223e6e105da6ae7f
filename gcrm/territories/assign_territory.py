"""Give regions to a rep."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gcrm.accounts.ground import foresee
from gcrm.accounts.ownership import fill
from gcrm.common.language import say
from gcrm.people.model import Rep
from gcrm.platform.errors import Conflict, InputRejected, NotFound
from gcrm.territories.model import Region, Territory
from gcrm.territories.names import find_regions
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.transaction import Transaction


@dataclass(frozen=True, slots=True)
class AlsoOwned:
    """A region that other territories hold too, by their names."""

    region: str
    territories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TerritoryAssigned:
    """A territory as it is now, and what fell into it.

    regions: all its regions; added, taken: those that are new in it, and those that it took from others.
    also_owned: its regions that others hold too. accounts: how many are in it; unowned, doubly_owned: accounts of all.
    """

    id: int
    territory: str
    rep: str
    regions: tuple[str, ...]
    added: tuple[str, ...]
    taken: tuple[str, ...]
    also_owned: tuple[AlsoOwned, ...]
    accounts: int
    unowned: int
    doubly_owned: int


def assign_territory(
    workspace: Workspace,
    rep_key: str,
    set_name: str,
    region_names: Sequence[str],
    name: str | None = None,
    *,
    only: bool = False,
    take: bool = False,
) -> TerritoryAssigned:
    """Add regions of a set to a territory of a rep, and let the accounts fall anew.

    name: the territory; the rep's first one, or a new one called as the rep, where none is given. only: the territory
    loses the regions that are not named. take: other territories lose the named regions; without it a region may
    belong to several, which the answer says.
    Raises NotFound for an unknown rep, set or region (with names that are near), InputRejected for no regions,
    Conflict where the name belongs to another rep's territory.
    """
    # Where places lie takes seconds for many accounts: before the one writer's turn.
    with workspace.store.read() as tx:
        foreseen = foresee(tx, also=set_name)
    with workspace.store.write() as tx:
        rep = tx.reps.get(rep_key)
        chosen = find_regions(region_names, _of_set(tx, set_name))
        if not chosen:
            raise InputRejected(say("No region is named."), say('Name some, as "Vaduz,Triesen".'))
        territories = tx.territories.all()
        territory = territory_of(tx, territories, rep, name)
        wanted = {region.id for region in chosen}
        added = wanted - set(territory.region_ids)
        taken = _taken(tx, territories, territory, wanted) if take else set()
        kept = () if only else tuple(one for one in territory.region_ids if one not in wanted)
        territory = tx.territories.update(replace(territory, region_ids=(*kept, *sorted(wanted))))
        filled = fill(tx, foreseen=foreseen)
        regions = _regions(tx, territory)
        others = [one for one in tx.territories.all() if one.id != territory.id]
        accounts = tx.accounts.counts_by_territory().get(territory.id, 0)
    return TerritoryAssigned(
        id=territory.id,
        territory=territory.name,
        rep=rep.key,
        regions=tuple(region.name for region in regions),
        added=tuple(region.name for region in chosen if region.id in added),
        taken=tuple(region.name for region in chosen if region.id in taken),
        also_owned=tuple(_also_owned(regions, others)),
        accounts=accounts,
        unowned=len(filled.unowned),
        doubly_owned=len(filled.doubly_owned),
    )


def _of_set(tx: "Transaction", set_name: str) -> list[Region]:
    regions = tx.regions.of_set(set_name)
    if not regions:
        sets = ", ".join(tx.regions.sets())
        remedy = say("Import one: `gcrm regions import FILE --name-column NAME`.")
        if sets:
            remedy = say("The sets are {sets}.", sets=sets)
        raise NotFound(say("There are no regions called {set_name!r}.", set_name=set_name), remedy)
    return regions


def territory_of(tx: "Transaction", territories: Sequence[Territory], rep: Rep, name: str | None) -> Territory:
    """The territory to change, made if it is not there. Raises InputRejected and Conflict as assign_territory does."""
    if name is None:
        own = next((one for one in territories if one.rep_id == rep.id), None)
        return own or tx.territories.add(Territory(_free(rep.name, territories), rep.id))
    name = " ".join(name.split())
    if not name:
        raise InputRejected(say("The territory has no name."), say("Give one with --name, or leave it out."))
    same = next((one for one in territories if one.name == name), None)
    if same is None:
        return tx.territories.add(Territory(name, rep.id))
    if same.rep_id != rep.id:
        raise Conflict(
            say("The territory {name!r} belongs to another rep.", name=name), say("Give another name, or that rep.")
        )
    return same


def _free(wanted: str, territories: Sequence[Territory]) -> str:
    """The name, with a number behind it where another territory has it."""
    taken = {one.name for one in territories}
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted} {number}"
    return name


def _taken(tx: "Transaction", territories: Sequence[Territory], mine: Territory, wanted: set[int]) -> set[int]:
    """Take the wanted regions from all other territories; which ones were taken."""
    taken: set[int] = set()
    for other in territories:
        lost = wanted & set(other.region_ids)
        if other.id != mine.id and lost:
            taken |= lost
            tx.territories.update(replace(other, region_ids=tuple(one for one in other.region_ids if one not in lost)))
    return taken


def _regions(tx: "Transaction", territory: Territory) -> list[Region]:
    return [tx.regions.get(region_id) for region_id in territory.region_ids]


def _also_owned(regions: Sequence[Region], others: Sequence[Territory]) -> list[AlsoOwned]:
    shared = []
    for region in regions:
        owners = tuple(other.name for other in others if region.id in other.region_ids)
        if owners:
            shared.append(AlsoOwned(region.name, owners))
    return shared
