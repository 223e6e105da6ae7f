"""Which regions the places of accounts touch, worked out beside the one writer's turn and looked up within it.

To find the regions of many thousands of places takes seconds, in which no check-in can be written. What is found
depends on the places and the shapes alone, not on who looks after a region, so it can be found beforehand; places and
sets that have changed meanwhile are found anew.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gcrm.accounts.region_lookup import touching
from gcrm.platform.memo import digest
from gcrm.territories.model import Region, Territory
from routing.points import LonLat

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

Touch = tuple[Region, bool]
"""A region that a place touches, and whether the place is strictly inside."""


@dataclass(frozen=True, slots=True)
class SetTouched:
    """Of the regions of one set: what they were (`key`), and by place the positions of those it touches, by name."""

    key: bytes
    touches: Mapping[LonLat, tuple[tuple[int, bool], ...]]


Foreseen = Mapping[str, SetTouched]
"""What was worked out beforehand, by set."""


class Ground:
    """The regions of some sets, and which of them places touch."""

    def __init__(
        self, sets: Mapping[str, Sequence[Region]], places: Collection[LonLat], foreseen: Foreseen | None = None
    ) -> None:
        self._sets = {name: sets[name] for name in sorted(sets)}
        self.touched: dict[str, SetTouched] = {}
        for name, regions in self._sets.items():
            key = _key(regions)
            before = (foreseen or {}).get(name)
            known = before.touches if before is not None and before.key == key else {}
            new = list(dict.fromkeys(place for place in places if place not in known))
            self.touched[name] = SetTouched(key, {**known, **_touches(new, regions)} if new else known)

    def regions_at(self, place: LonLat | None, among: Collection[int] | None = None) -> list[Region]:
        """The regions, of those with some ids or of all, that a place lies in, by set and name.

        A place that is inside none but on the border of some lies in the first of them, so that no border doubles an
        account.
        """
        if place is None:
            return []
        found = [
            (self._sets[name][position], is_inside)
            for name, touched in self.touched.items()
            for position, is_inside in touched.touches.get(place, ())
        ]
        some = [(region, is_inside) for region, is_inside in found if among is None or region.id in among]
        return [region for region, is_inside in some if is_inside] or [region for region, _ in some[:1]]


def owned_sets(
    tx: "Transaction", territories: Iterable[Territory], instead: Mapping[str, Sequence[Region]] | None = None
) -> dict[str, Sequence[Region]]:
    """The sets of which somebody looks after a region, with all their regions. instead: sets that are to be others."""
    owned = {region_id for territory in territories for region_id in territory.region_ids}
    if not owned:
        return {}
    sets = {name: tx.regions.of_set(name) for name in tx.regions.sets()} | dict(instead or {})
    return {name: regions for name, regions in sets.items() if any(region.id in owned for region in regions)}


def foresee(tx: "Transaction", also: str = "", instead: Mapping[str, Sequence[Region]] | None = None) -> Foreseen:
    """Find beforehand what `fill` will look up, in a transaction that reads.

    also: a set of which somebody will look after a region. instead: sets as they will be, in the order of their ids.
    """
    sets = owned_sets(tx, tx.territories.all(), instead)
    if also and also not in sets:
        sets[also] = tx.regions.of_set(also)
    places = [one.place for one in tx.accounts.sites() if one.place is not None and not one.territory_locked]
    return Ground(sets, places).touched


def _key(regions: Sequence[Region]) -> bytes:
    shapes = shapely.to_wkb(np.array([region.geometry for region in regions], dtype=object))
    return digest([*(region.name.encode() for region in regions), *shapes])


def _touches(places: Sequence[LonLat], regions: Sequence[Region]) -> dict[LonLat, tuple[tuple[int, bool], ...]]:
    order = sorted(range(len(regions)), key=lambda position: regions[position].name)
    points = np.asarray(places, dtype=np.float64).reshape(-1, 2)
    found: dict[LonLat, tuple[tuple[int, bool], ...]] = dict.fromkeys(places, ())
    if not regions:
        return found
    (at, rank), is_inside = touching(points, [regions[position].geometry for position in order])
    for place, number, inside in zip(at.tolist(), rank.tolist(), is_inside.tolist(), strict=True):
        found[places[place]] = (*found[places[place]], (order[number], inside))
    return found
