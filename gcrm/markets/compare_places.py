"""Catchments of several places side by side, and the ground split among them by who is nearest on the road."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from gcrm.common.language import number, say
from gcrm.common.today import today_in
from gcrm.common.zones import zone_at
from gcrm.markets.catchment import features_of
from gcrm.markets.competitors import Competitors
from gcrm.markets.contents import Contents, contents_json, inside_json
from gcrm.markets.places import PLACES_MOST, NamedPlace
from gcrm.markets.reach import NO_TIMES_OF_DAY, Reached, areas_within, geojson
from gcrm.platform.errors import InputRejected
from gcrm.platform.memo import Memo, digest
from gcrm.territories.polygons import area_km2, polygons_of
from gcrm.workspace import Workspace
from routing.points import LonLat
from routing.travel_times.protocol import TravelTimes

Document = dict[str, Any]

_SPLIT: Memo[tuple[BaseGeometry, ...]] = Memo(most=16)


def compare_places(
    workspace: Workspace,
    places: Sequence[NamedPlace],
    minutes: Sequence[float],
    today: date | None = None,
    who: Competitors | None = None,
) -> Document:
    """What is within reach of each of several places, as a GeoJSON FeatureCollection.

    Features as of `catchment` for each place and number of minutes, each with `place` (its number, from 1) and `name`.
    Members: places (name, lon, lat, on_road_m, remark), split (for the most minutes a feature a place: the ground that
    it reaches before the others do, with what is inside; together they are all that any of them reaches), together
    (what is inside all of them, each thing once), shared (what lies within reach of more than one), and the sources as
    of `catchment`.
    Raises InputRejected for fewer than two places or too many, and as `catchment` does.
    """
    named = _checked(places)
    reached = [areas_within(workspace, one.place, minutes) for one in named]
    area = workspace.areas.current()
    router = area.travel_times(workspace.settings.router, workspace.settings.osrm_url)
    day = today or today_in(zone_at(named[0].place), workspace.clock())
    widest = [one.widest for one in reached]
    around = polygons_of(shapely.union_all([one.area for one in widest]))
    ground = _split(router, str(getattr(area, "folder", "")), [one.place for one in named], widest[0].minutes)
    shared = _in_several([one.area for one in widest])
    with workspace.store.read() as tx:
        contents = Contents(tx, area, around, named[0].place, day, who)
        features = [
            {**each, "properties": {"place": number, "name": one.name, **each["properties"]}}
            for number, (one, there) in enumerate(zip(named, reached, strict=True), start=1)
            for each in features_of(tx, there, contents, day)
        ]
        split = [
            {
                "type": "Feature",
                "geometry": geojson(part),
                "properties": {
                    "place": number,
                    "name": one.name,
                    "minutes": widest[0].minutes,
                    "area_km2": round(area_km2(part), 3),
                    **inside_json(contents.inside(part)),
                },
            }
            for number, (one, part) in enumerate(zip(named, ground, strict=True), start=1)
        ]
        together, in_several = inside_json(contents.inside(around)), inside_json(contents.inside(shared))
    return {
        "type": "FeatureCollection",
        "features": features,
        "places": [_place(one, there) for one, there in zip(named, reached, strict=True)],
        "split": split,
        "together": {"minutes": widest[0].minutes, "area_km2": round(area_km2(around), 3), **together},
        "shared": {"minutes": widest[0].minutes, "area_km2": round(area_km2(shared), 3), **in_several},
        "router": router.name,
        "times_of_day": say(NO_TIMES_OF_DAY),
        **contents_json(contents),
        "remark": " ".join(dict.fromkeys(one.remark for one in reached if one.remark)),
    }


def _checked(places: Sequence[NamedPlace]) -> list[NamedPlace]:
    """The places, those of one name told apart. Raises InputRejected."""
    if len(places) < 2:
        raise InputRejected(say("There is one place, and nothing to compare it with."), say("Give two or more places."))
    if len(places) > PLACES_MOST:
        raise InputRejected(
            say("There are {count} places.", count=len(places)),
            say("Compare at most {places_most}.", places_most=PLACES_MOST),
        )
    names = [one.name for one in places]
    return [
        replace(one, name=f"{one.name} ({number})") if names.count(one.name) > 1 else one
        for number, one in enumerate(places, start=1)
    ]


def _split(router: TravelTimes, version: str, places: Sequence[LonLat], minutes: float) -> tuple[BaseGeometry, ...]:
    """Who is nearest where; remembered by places and version of the extract."""
    if not version:
        return tuple(router.ground_of_each(places, minutes))
    key = digest([version.encode(), router.about.encode(), repr((list(places), minutes)).encode()])
    return _SPLIT.of(key, lambda: tuple(router.ground_of_each(places, minutes)))


def _in_several(areas: Sequence[BaseGeometry]) -> BaseGeometry:
    """The ground that lies in more than one of the areas."""
    found: BaseGeometry = shapely.MultiPolygon()
    seen: BaseGeometry = shapely.MultiPolygon()
    for each in areas:
        found = polygons_of(shapely.union(found, polygons_of(shapely.intersection(seen, each))))
        seen = polygons_of(shapely.union(seen, each))
    return found


def _place(one: NamedPlace, reached: Reached) -> Document:
    return {
        "name": one.name,
        "lon": one.place.lon,
        "lat": one.place.lat,
        "on_road_m": round(reached.on_road_m, 1) if math.isfinite(reached.on_road_m) else None,
        "remark": reached.remark,
    }


def finding_of(found: Document) -> str:
    """The one sentence that a manager should read."""
    split = [each["properties"] for each in found["split"]]
    shared, together = found["shared"], found["together"]
    measure = "people" if together["people"] else "accounts"
    if not together[measure]:
        return say("Nobody is known within {minutes:g} minutes of these places.", minutes=together["minutes"])
    first = max(split, key=lambda one: one[measure] or 0)
    share = (first[measure] or 0) / together[measure]
    twice = (shared[measure] or 0) / together[measure]
    values = {
        "name": first["name"],
        "share": share,
        "all": number(together[measure]),
        "minutes": together["minutes"],
        "twice": twice,
    }
    if measure == "people":
        return say(
            "{name} is the nearest to {share:.0%} of the {all} people within {minutes:g} minutes; {twice:.0%} are"
            " within reach of more than one.",
            **values,
        )
    return say(
        "{name} is the nearest to {share:.0%} of the {all} accounts within {minutes:g} minutes; {twice:.0%} are"
        " within reach of more than one.",
        **values,
    )
