"""What the layers hold, as GeoJSON features: (lon, lat) in CRS84."""

from collections.abc import Sequence
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from gcrm.accounts.model import Account
from gcrm.accounts.queries import placed_after
from gcrm.people.queries import all_reps
from gcrm.planning.queries import routes_of_today
from gcrm.territories.queries import all_territories, region_sets, regions_of_set
from gcrm.transaction import Transaction
from webapp.access import me, visible_territories
from webapp.context import workspace

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees; west > east goes across the antimeridian."""
Feature = dict[str, Any]


def accounts(tx: Transaction, after: int, limit: int, bounds: Bounds | None) -> list[Feature]:
    """Accounts that have a place, of those that may be seen."""
    return [_account(one) for one in placed_after(tx, visible_territories(tx), after, limit, bounds)]


def regions(tx: Transaction, after: int, limit: int, bounds: Bounds | None) -> list[Feature]:
    """Regions of all sets."""
    found = [
        (one.id, one.geometry, {"set": one.set_name, "name": one.name, "population": one.population})
        for name in region_sets(tx)
        for one in regions_of_set(tx, name)
    ]
    return _some(found, after, limit, bounds)


def territories(tx: Transaction, after: int, limit: int, bounds: Bounds | None) -> list[Feature]:
    """Territories that are made of regions: their outlines, of those that may be seen."""
    seen = visible_territories(tx)
    reps = {one.id: one for one in all_reps(tx)}
    own = [one for one in all_territories(tx) if one.region_ids and (seen is None or one.id in seen)]
    own = [one for one in own if one.id > after]
    wanted = {number for one in own for number in one.region_ids}
    shapes = {
        one.id: one.geometry for name in region_sets(tx) for one in regions_of_set(tx, name) if one.id in wanted
    }  # fmt: skip
    found = [
        (
            one.id,
            shapely.union_all([shapes[number] for number in one.region_ids if number in shapes]),
            {"name": one.name, "rep": reps[one.rep_id].key if one.rep_id in reps else ""},
        )
        for one in own
    ]
    return _some(found, after, limit, bounds)


def routes(tx: Transaction, after: int, limit: int, bounds: Bounds | None) -> list[Feature]:
    """The streets of today's plans, a feature a rep, of the reps whose days may be seen."""
    sees_all = visible_territories(tx) is None
    reps = [one for one in all_reps(tx) if sees_all or one.id == me().rep_id]
    found = []
    for rep, plan in routes_of_today(tx, reps, workspace().clock()):
        lines = [shapely.LineString(leg.line) for leg in plan.legs if len(leg.line) > 1]
        if lines:
            said = {"rep": rep.key, "name": rep.name, "date": plan.day.isoformat(), "stops": len(plan.stops),
                    "travel_s": plan.travel_s, "distance_m": plan.distance_m}  # fmt: skip
            found.append((rep.id, shapely.MultiLineString(lines), said))
    return _some(found, after, limit, bounds)


def _account(one: Account) -> Feature:
    assert one.place is not None
    return {
        "type": "Feature",
        "id": one.id,
        "geometry": {"type": "Point", "coordinates": [one.place.lon, one.place.lat]},
        "properties": {
            "external_id": one.external_id,
            "name": one.name,
            "kind": one.kind.value,
            "priority": one.priority.value,
            "segment": one.segment,
            "address": one.address.text,
            "territory_id": one.territory_id,
            "last_visit": one.last_visit.isoformat() if one.last_visit else None,
            "level": one.placement.level.value,
        },
    }


def _some(
    found: Sequence[tuple[int, BaseGeometry, dict[str, Any]]], after: int, limit: int, bounds: Bounds | None
) -> list[Feature]:
    window = _window(bounds) if bounds else None
    kept = [
        one
        for one in sorted(found, key=lambda one: one[0])
        if one[0] > after and not one[1].is_empty and (window is None or window.intersects(one[1]))
    ]
    return [
        {"type": "Feature", "id": number, "geometry": shapely.geometry.mapping(shape), "properties": said}
        for number, shape, said in kept[:limit]
    ]


def _window(bounds: Bounds) -> BaseGeometry:
    west, south, east, north = bounds
    if west <= east:
        return shapely.box(west, south, east, north)
    return shapely.union_all([shapely.box(west, south, 180, north), shapely.box(-180, south, east, north)])
