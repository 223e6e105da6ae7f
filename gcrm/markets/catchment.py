"""What is within so many minutes by car of a place: accounts, people, points of interest, and whom to visit first."""

import math
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from gcrm.accounts.columns import AccountColumns
from gcrm.accounts.model import Account
from gcrm.areas.area import Area
from gcrm.common.today import today_in
from gcrm.common.zones import zone_at
from gcrm.markets.population import PeopleSource, Population
from gcrm.planning.due import prize
from gcrm.planning.due_of_many import is_among, prizes
from gcrm.platform.errors import InputRejected
from gcrm.territories.polygons import area_km2
from gcrm.workspace import Workspace
from routing.points import LonLat, as_points
from routing.travel_times.protocol import SNAP_MAX_M, Isochrone

MINUTES_MOST = 120
"""Farther than this nobody drives for a visit, and the search would leave the imported area."""

AREAS_MOST = 12
CATEGORIES = 8
"""Categories of points of interest that are named; the rest are in the sum."""

EDGE_DEGREES = 0.004
"""Some 400 m: an area is drawn no farther from a street than this, so one nearer to the edge of the data touches it."""

BEST = 10
"""Prospects that are named for each area."""

Document = dict[str, Any]


def catchment(
    workspace: Workspace, place: LonLat | tuple[float, float], minutes: Sequence[float], today: date | None = None
) -> Document:
    """The areas reached by car from a place, and what is inside each, as a GeoJSON FeatureCollection.

    place: (lon, lat), EPSG:4326. today: the day that prospects are ranked for, the clock's (UTC) if not given.
    One feature for each of `minutes`, in their order, with properties minutes, area_km2, accounts, customers,
    prospects, people (None where no regions with a population are known there), points_of_interest, categories
    (number by category, the largest ones), best_prospects and cut (whether it ends at the edge of the data).
    Members of the collection: origin, on_road_m (metres from the place to the road that it is reached by), router,
    people_source (None or set_name, covers: the share of the widest area that its regions cover, and method), remark
    ("" unless there is something to say, as where no road is near: then every area is empty).
    Raises InputRejected for a place that is not on Earth and minutes that cannot be, NotReady without an area.
    """
    origin = _checked_place(place)
    wanted = _checked_minutes(minutes)
    area = workspace.areas.current()
    router = area.travel_times(workspace.settings.router, workspace.settings.osrm_url)
    snapped = router.snap(as_points([origin]))
    reached = router.isochrone(origin, wanted) if snapped.on_network[0] else tuple(_nothing(wanted))
    widest = max(reached, key=lambda one: one.minutes).area
    people, source = _population(workspace, origin, widest)
    day = today or today_in(zone_at(origin), workspace.clock())
    with workspace.store.read() as tx:
        accounts = tx.accounts.columns_within(widest)
        best = _best(accounts, day, tx.activities.closed_down())
        inside = [_inside(accounts, one.area) for one in reached]
        firsts = [_first(best, is_in) for is_in in inside]
        named = {one.id: one for one in tx.accounts.by_ids(accounts.ids[np.unique(np.concatenate(firsts))].tolist())}
    # From the widest area to the smallest, which has the last word.
    smallest = np.zeros(len(accounts))
    for position in sorted(range(len(reached)), key=lambda position: -reached[position].minutes):
        smallest[inside[position]] = reached[position].minutes
    interests = area.points_of_interest()
    near = interests.iloc[np.sort(interests.sindex.query(widest, predicate="intersects"))]
    features = [
        {
            "type": "Feature",
            "geometry": _geometry(one.area),
            "properties": {
                "minutes": one.minutes,
                "area_km2": round(area_km2(one.area), 3),
                **_counts(accounts, is_in),
                "people": people.inside(one.area) if source else None,
                **_interests(near, one.area),
                "best_prospects": [
                    _prospect(named[int(accounts.ids[number])], _plain(smallest[number]), day) for number in first
                ],
                "cut": _is_cut(one.area, area.boundary),
            },
        }
        for one, is_in, first in zip(reached, inside, firsts, strict=True)
    ]
    return {
        "type": "FeatureCollection",
        "features": features,
        "origin": {"lon": origin.lon, "lat": origin.lat},
        "on_road_m": round(float(snapped.distance_m[0]), 1) if math.isfinite(snapped.distance_m[0]) else None,
        "router": router.name,
        "people_source": _people_source(source) if source else None,
        "remark": _remark(reached, area) if snapped.on_network[0] else _far_from_roads(origin),
    }


def _checked_place(place: LonLat | tuple[float, float]) -> LonLat:
    try:
        lon, lat = as_points([place])[0]
    except ValueError as wrong:
        raise InputRejected(str(wrong)) from wrong
    return LonLat(float(lon), float(lat))


def _checked_minutes(minutes: Sequence[float]) -> list[float]:
    if not 1 <= len(minutes) <= AREAS_MOST:
        raise InputRejected(f"{len(minutes)} areas are asked for.", f"Give 1 to {AREAS_MOST} numbers of minutes.")
    for one in minutes:
        if not 0 < one <= MINUTES_MOST:
            raise InputRejected(f"{one:g} minutes is not possible.", f"Enter more than 0 and at most {MINUTES_MOST}.")
    return [_plain(one) for one in dict.fromkeys(minutes)]


def _plain(minutes: float) -> float:
    """A whole number of minutes is printed as one."""
    return int(minutes) if float(minutes).is_integer() else float(minutes)


def _nothing(minutes: Sequence[float]) -> list[Isochrone]:
    return [Isochrone(one, shapely.MultiPolygon()) for one in minutes]


def _far_from_roads(origin: LonLat) -> str:
    return (
        f"No road that a car may use is within {SNAP_MAX_M:,.0f} m of {origin.lon:g},{origin.lat:g}."
        " Choose a place nearer to one, inside the imported area."
    )


def _is_cut(area: BaseGeometry, known: BaseGeometry) -> bool:
    """Whether an area ends where the data does, and not where the minutes are up."""
    return not area.is_empty and bool(shapely.dwithin(area, known.boundary, EDGE_DEGREES))


def _remark(reached: Sequence[Isochrone], area: Area) -> str:
    """That areas end at the edge of the imported extract, "" where none does."""
    cut = sorted(one.minutes for one in reached if _is_cut(one.area, area.boundary))
    if not cut:
        return ""
    which = " and ".join([", ".join(f"{one:g}" for one in cut[:-1]), f"{cut[-1]:g}"] if cut[1:] else [f"{cut[0]:g}"])
    ends = "areas end" if cut[1:] else "area ends"
    return (
        f"The {ends} at the edge of the imported extract ({which} minutes): what is beyond it is not counted."
        " Import a larger extract to see the whole."
    )


def _population(workspace: Workspace, origin: LonLat, widest: BaseGeometry) -> tuple[Population, PeopleSource | None]:
    with workspace.store.read() as tx:
        sets = {name: tx.regions.of_set(name) for name in tx.regions.sets()} if not widest.is_empty else {}
    area = workspace.areas.current()
    people = Population(origin, sets, area.homes, area.boundary)
    return people, people.choose(widest)


def _people_source(source: PeopleSource) -> Document:
    """Where the numbers of people come from, and how they are spread inside each region."""
    return {"set_name": source.set_name, "covers": round(source.covers, 3), "method": source.method}


def _inside(accounts: AccountColumns, area: BaseGeometry) -> NDArray[np.bool_]:
    """Which accounts lie in the area, (n,) bool."""
    shapely.prepare(area)
    found = shapely.intersects_xy(area, accounts.places[:, 0], accounts.places[:, 1])
    return np.atleast_1d(np.asarray(found, dtype=np.bool_))


def _counts(accounts: AccountColumns, is_in: NDArray[np.bool_]) -> dict[str, int]:
    prospects = int((accounts.is_prospect & is_in).sum())
    return {"accounts": int(is_in.sum()), "customers": int(is_in.sum()) - prospects, "prospects": prospects}


def _best(accounts: AccountColumns, day: date, gone: set[int]) -> NDArray[np.intp]:
    """Positions of the prospects that a visit is not too soon for, those worth it most first, without those gone."""
    worth = prizes(accounts, day)
    chosen = np.flatnonzero(accounts.is_prospect & (worth > 0) & ~is_among(accounts, gone))
    return chosen[np.lexsort((accounts.ids[chosen], -worth[chosen]))]


def _first(best: NDArray[np.intp], is_in: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The first of the best that are inside."""
    return best[is_in[best]][:BEST]


def _interests(interests: Any, area: BaseGeometry) -> Document:
    points = interests.geometry.array
    inside = np.asarray(shapely.intersects(area, points), dtype=bool)
    counts = Counter(interests["category"].to_numpy()[inside].tolist())
    largest = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:CATEGORIES]
    return {"points_of_interest": int(inside.sum()), "categories": dict(largest)}


def _prospect(account: Account, minutes: float, day: date) -> Document:
    assert account.place is not None
    return {
        "account": account.id,
        "name": account.name,
        "priority": account.priority.value,
        "address": account.address.text,
        "lon": account.place.lon,
        "lat": account.place.lat,
        "minutes": minutes,
        "prize": prize(account, day),
    }


def _geometry(area: BaseGeometry) -> Document:
    if area.is_empty:
        return {"type": "MultiPolygon", "coordinates": []}
    document: Document = mapping(shapely.set_precision(area, 1e-6, mode="pointwise"))
    return document
