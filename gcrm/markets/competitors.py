"""Competitors: kinds of business of the extract that compete with us, and places of a list."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from gcrm.common.language import number, say, to_say
from gcrm.common.text import tokens
from gcrm.markets.businesses import Businesses, businesses_of
from gcrm.markets.reach import checked_place
from gcrm.markets.sites import SITES_MOST, Site, read_sites
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace
from routing.geodesy import metres_per_degree
from routing.points import LonLat, Points

if TYPE_CHECKING:
    from gcrm.areas.area import Area
    from gcrm.transaction import Transaction

KEY = "competitors"
SAME_M = 50.0
"""A business of the extract this near to a place of a list is that place."""
NOT_SAID = to_say(
    "Competitors are not known: say which kinds of business compete, or give a list (`gcrm competitors set`)."
)

_businesses: "WeakKeyDictionary[Any, Businesses]" = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Competitors:
    """Whom we compete with. kinds: of business in the extract ("supermarket"); sites: of a list."""

    kinds: tuple[str, ...] = ()
    sites: tuple[Site, ...] = ()

    @property
    def is_said(self) -> bool:
        """Whether anything is known of them."""
        return bool(self.kinds or self.sites)


@dataclass(frozen=True, slots=True)
class CompetitorPlaces:
    """Where they are. points: (n, 2), EPSG:4326. is_known: False where nobody said who they are; remark says so."""

    points: Points
    names: tuple[str, ...]
    is_known: bool
    remark: str = ""


def competitors_of(tx: "Transaction") -> Competitors:
    """Whom this company competes with, as was said last."""
    kept: Mapping[str, Any] = tx.settings.get(KEY) or {}
    sites = tuple(
        Site(str(name), LonLat(float(lon), float(lat)), float(size), None if not sales else float(sales[0]))
        for name, lon, lat, size, *sales in kept.get("sites", ())
    )
    return Competitors(tuple(kept.get("kinds", ())), sites)


def set_competitors(workspace: Workspace, kinds: Sequence[str] | None = None, file: Path | None = None) -> Competitors:
    """Say who they are; what is None stays as it was, an empty list of kinds takes those away.

    file: a list of name, lon, lat and, where known, size and sales. Raises InputRejected for a list that cannot be
    read or is too long.
    """
    listed = tuple(read_sites(file)) if file is not None else None
    for site in listed or ():
        checked_place(site.place)
    if listed is not None and len(listed) > SITES_MOST:
        raise InputRejected(
            say("The list has {count} places.", count=number(len(listed))),
            say("Give at most {sites_most}.", sites_most=SITES_MOST),
        )
    with workspace.store.write() as tx:
        before = competitors_of(tx)
        now = Competitors(
            before.kinds if kinds is None else tuple(dict.fromkeys(word for one in kinds if (word := _word(one)))),
            before.sites if listed is None else listed,
        )
        _keep(tx, now)
    return now


def forget_competitors(workspace: Workspace) -> None:
    """Forget kinds and list."""
    with workspace.store.write() as tx:
        tx.settings.set(KEY, None)


def places_of(area: "Area", who: Competitors) -> CompetitorPlaces:
    """Where they are: each place of the list, and each business of their kinds that stands at none of those."""
    if not who.is_said:
        return CompetitorPlaces(np.empty((0, 2)), (), is_known=False, remark=say(NOT_SAID))
    found = list(who.sites)
    for kind in who.kinds:
        found += sites_of_kind(area, kind, found)
    points = np.array([one.place for one in found], dtype=np.float64).reshape(-1, 2)
    empty = ""
    if not found:
        empty = say("The extract has no {kinds} with a name.", kinds=say(" or ").join(who.kinds))
    return CompetitorPlaces(points, tuple(one.name for one in found), is_known=True, remark=empty)


def sites_of_kind(area: "Area", kind: str, known: Sequence[Site]) -> list[Site]:
    """Businesses of a kind in the extract that stand at none of the places known already."""
    if not kind:
        return []
    there = extract_businesses(area)
    wanted = _word(kind)
    found = []
    for row in range(len(there)):
        if wanted in {_word(there.kinds[row]), _word(there.categories[row]), _word(there.word(row))}:
            place = LonLat(float(there.points[row][0]), float(there.points[row][1]))
            kx, ky = metres_per_degree(place.lat)
            near = (math.hypot((place.lon - s.place.lon) * kx, (place.lat - s.place.lat) * ky) for s in known)
            if min(near, default=math.inf) > SAME_M:
                found.append(Site(there.names[row], place))
    return found


def extract_businesses(area: "Area") -> Businesses:
    """The named businesses of an area, remembered for as long as it is in use."""
    known = _businesses.get(area)
    if known is None:
        known = _businesses[area] = businesses_of(area.points_of_interest())
    return known


def kinds_there(area: "Area") -> list[tuple[str, int]]:
    """Kinds of business in the extract and how many there are of each, the commonest first."""
    there = extract_businesses(area)
    words, counts = np.unique([_word(one) for one in there.kinds if one not in {"", "yes"}], return_counts=True)
    pairs = zip(words.tolist(), counts.tolist(), strict=True)
    return sorted(((str(word), int(count)) for word, count in pairs), key=lambda pair: (-pair[1], pair[0]))


def _keep(tx: "Transaction", who: Competitors) -> None:
    sites = [
        [one.name, one.place.lon, one.place.lat, one.size, *([] if one.sales is None else [one.sales])]
        for one in who.sites
    ]
    tx.settings.set(KEY, {"kinds": list(who.kinds), "sites": sites} if who.is_said else None)


def _word(text: str) -> str:
    return "_".join(tokens(text))
