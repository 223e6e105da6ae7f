"""What is within so many minutes by car of a place: accounts, sales, people, competitors, and whom to visit first."""

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gcrm.accounts.columns import AccountColumns
from gcrm.accounts.model import Account
from gcrm.common.language import say
from gcrm.common.today import today_in
from gcrm.common.zones import zone_at
from gcrm.markets.competitors import Competitors
from gcrm.markets.contents import Contents, contents_json, inside_json
from gcrm.markets.reach import NO_TIMES_OF_DAY, Reached, areas_within, plain
from gcrm.planning.due import prize
from gcrm.planning.due_of_many import is_among, prizes
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace
from routing.points import LonLat

BEST = 10
"""Prospects that are named for each area."""

Document = dict[str, Any]


def catchment(
    workspace: Workspace,
    place: LonLat | tuple[float, float],
    minutes: Sequence[float],
    today: date | None = None,
    who: Competitors | None = None,
) -> Document:
    """The areas reached by car from a place, and what is inside each, as a GeoJSON FeatureCollection.

    place: (lon, lat), EPSG:4326. today: the day that prospects are ranked for, the clock's (UTC) if not given. who: the
    competitors, those that were said last if not given.
    One feature for each of `minutes`, in their order, with properties minutes, area_km2, accounts, customers,
    prospects, sales (of a year; None without orders), people (None where no regions with a population are known there),
    households and income (None where not loaded), workplaces, competitors (None where nobody said who they are),
    points_of_interest, categories (number by category, the largest ones), best_prospects and cut (whether it ends at
    the edge of the data).
    Members of the collection: origin, on_road_m (metres from the place to the road that it is reached by), router,
    times_of_day, people_source (None or set_name, covers: the share of the widest area that its regions cover, and
    method), sales_source (None or currency and period), workplaces_source, not_known (sentences) and remark ("" unless
    there is something to say, as where no road is near: then every area is empty).
    Raises InputRejected for a place that is not on Earth and minutes that cannot be, NotReady without an area.
    """
    reached = areas_within(workspace, place, minutes)
    area = workspace.areas.current()
    router = area.travel_times(workspace.settings.router, workspace.settings.osrm_url)
    day = today or today_in(zone_at(reached.origin), workspace.clock())
    with workspace.store.read() as tx:
        contents = Contents(tx, area, reached.widest.area, reached.origin, day, who)
        features = features_of(tx, reached, contents, day)
    return {
        "type": "FeatureCollection",
        "features": features,
        "origin": {"lon": reached.origin.lon, "lat": reached.origin.lat},
        "on_road_m": round(reached.on_road_m, 1) if math.isfinite(reached.on_road_m) else None,
        "router": router.name,
        "times_of_day": say(NO_TIMES_OF_DAY),
        **contents_json(contents),
        "remark": reached.remark,
    }


def features_of(tx: Transaction, reached: Reached, contents: Contents, day: date) -> list[Document]:
    """A feature for each area around a place, in the order asked for."""
    accounts = contents.accounts
    best = _best(accounts, day, tx.activities.closed_down())
    inside = [contents.accounts_in(one.area) for one in reached.areas]
    firsts = [_first(best, is_in) for is_in in inside]
    named = {one.id: one for one in tx.accounts.by_ids(accounts.ids[np.unique(np.concatenate(firsts))].tolist())}
    # From the widest area to the smallest, which has the last word.
    smallest = np.zeros(len(accounts))
    for position in sorted(range(len(inside)), key=lambda position: -reached.areas[position].minutes):
        smallest[inside[position]] = reached.areas[position].minutes
    return [
        {
            "type": "Feature",
            "geometry": one.geometry,
            "properties": {
                "minutes": one.minutes,
                "area_km2": round(one.km2, 3),
                **inside_json(contents.inside(one.area, is_in)),
                "best_prospects": [
                    _prospect(named[int(accounts.ids[number])], plain(smallest[number]), day) for number in first
                ],
                "cut": one.is_cut,
            },
        }
        for one, is_in, first in zip(reached.areas, inside, firsts, strict=True)
    ]


def _best(accounts: AccountColumns, day: date, gone: set[int]) -> NDArray[np.intp]:
    """Positions of the prospects that a visit is not too soon for, those worth it most first, without those gone."""
    worth = prizes(accounts, day)
    chosen = np.flatnonzero(accounts.is_prospect & (worth > 0) & ~is_among(accounts, gone))
    return chosen[np.lexsort((accounts.ids[chosen], -worth[chosen]))]


def _first(best: NDArray[np.intp], is_in: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The first of the best that are inside."""
    return best[is_in[best]][:BEST]


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
