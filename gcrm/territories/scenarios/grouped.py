"""Accounts given out in groups: by region, postcode or cell, each whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gcrm.accounts.model import Account
from gcrm.accounts.region_lookup import regions_of
from gcrm.common.language import say
from gcrm.platform.errors import InputRejected
from gcrm.territories.model import Region
from gcrm.territories.scenarios.model import Level, Units

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

CELL_RESOLUTION = 7
"""H3 cells of about 5 km2: a quarter of a town, a village."""


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Which of g groups each of n accounts belongs to. names: (g,); regions: theirs, where they are regions."""

    of_unit: np.ndarray
    names: tuple[str, ...]
    regions: tuple[Region, ...] = ()
    outside: int = 0

    @property
    def count(self) -> int:
        """How many groups."""
        return len(self.names)


def group(tx: "Transaction", level: str, accounts: Sequence[Account], units: Units) -> Groups:
    """The groups of a level. An account that belongs to none is a group of its own.

    Raises InputRejected for a level that is not there, with those that are.
    """
    if level == Level.ACCOUNTS:
        return Groups(np.arange(units.count), tuple(one.name for one in accounts))
    if level == Level.CELLS:
        return _named([_cell(one) for one in accounts])
    if level == Level.POSTCODES:
        return _named([" ".join(one.address.postcode.split()).upper() for one in accounts])
    sets = tx.regions.sets()
    if level not in sets:
        known = ", ".join([*(one.value for one in Level), *sets])
        raise InputRejected(
            say("There is no level called {level!r}.", level=level[:80]), say("Choose one of {known}.", known=known)
        )
    regions = tx.regions.of_set(level)
    inside = regions_of(units.places, regions)
    return _named([regions[found[0]].name if len(found) else "" for found in inside], regions, inside)


def _cell(account: Account) -> str:
    import h3

    assert account.place is not None
    return str(h3.latlng_to_cell(account.place.lat, account.place.lon, CELL_RESOLUTION))


def _named(
    names: Sequence[str], regions: Sequence[Region] = (), inside: Sequence[Sequence[int]] | None = None
) -> Groups:
    """Groups of those with the same name, or of the same region; those without one stand alone."""
    keys: list[object] = []
    for number, name in enumerate(names):
        found = inside[number][0] if inside is not None and len(inside[number]) else None
        keys.append(("region", int(found)) if found is not None else name or ("alone", number))
    known: dict[object, int] = {}
    of_unit = np.array([known.setdefault(key, len(known)) for key in keys], dtype=np.int64)
    first = {group: number for number, group in reversed(list(enumerate(of_unit.tolist())))}
    chosen = tuple(names[first[one]] or "" for one in range(len(known)))
    held = tuple(regions[key[1]] for key in known if isinstance(key, tuple) and key[0] == "region")
    outside = sum(isinstance(key, tuple) and key[0] == "alone" for key in known)
    return Groups(of_unit, chosen, held, outside)


def summed(groups: Groups, values: np.ndarray) -> np.ndarray:
    """(g, ...) the values of each group's accounts added up."""
    total = np.zeros((groups.count, *values.shape[1:]))
    np.add.at(total, groups.of_unit, values)
    return total


def neighbours(groups: Groups, edges: np.ndarray, edge_s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which groups lie beside each other on the roads, each pair once, with the least seconds."""
    pairs = np.sort(groups.of_unit[edges], axis=1) if len(edges) else np.zeros((0, 2), dtype=np.int64)
    apart = pairs[:, 0] != pairs[:, 1]
    pairs, seconds = pairs[apart], edge_s[apart]
    order = np.lexsort((seconds, pairs[:, 1], pairs[:, 0]))
    pairs, seconds = pairs[order], seconds[order]
    first = np.ones(len(pairs), dtype=bool)
    first[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    return pairs[first].astype(np.int32), seconds[first]


def middles(groups: Groups, places: np.ndarray) -> np.ndarray:
    """(g,) for each group the number of the account that lies nearest to the middle of the group's accounts."""
    counts = np.maximum(np.bincount(groups.of_unit, minlength=groups.count), 1)
    mean = summed(groups, places) / counts[:, None]
    away = ((places - mean[groups.of_unit]) ** 2).sum(axis=1)
    order = np.lexsort((away, groups.of_unit))
    first = np.searchsorted(groups.of_unit[order], np.arange(groups.count))
    return np.asarray(order[first])
