"""The map of shares: who goes where, by region or by cells of homes, and the places that draw them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gcrm.common.language import say, to_say
from gcrm.platform.errors import NotFound
from gcrm.territories.model import Region
from gcrm.territories.polygons import area_km2
from gcrm.territories.queries import region_sets, regions_of_set
from gcrm.transaction import Transaction
from maps.classing import category
from maps.classing import measure as classed
from webapp.maps_api import choropleth

if TYPE_CHECKING:
    from gcrm.markets.rivals import Ground, Rivals, SiteShare

CELLS = "cells"
RESOLUTION = 8
"""Of H3: 0.7 km2 a cell; homes are gathered no finer than that for most areas."""
NAMED = 8
"""Places that have a colour of their own as the strongest of a region; the others share one."""
OTHERS = to_say("Another competitor")


def chosen_ground(tx: Transaction, asked: str) -> str:
    """The set of regions that shares are shown by, CELLS where none is asked for or there. Raises NotFound."""
    sets = region_sets(tx)
    if asked not in {"", CELLS, *sets}:
        raise NotFound(
            say("There are no regions called {asked}.", asked=repr(asked[:80])), say("Choose a set of the list.")
        )
    return asked or CELLS


def answer(tx: Transaction, found: "Rivals", ground: "Ground | None", by: str) -> dict[str, Any]:
    """Regions or cells with the share of one's own places, people, and who draws most; and the places themselves."""
    places = [_place(one) for one in found.sites]
    if ground is None or not len(ground.places):
        return {"measures": [], "regions": {"type": "FeatureCollection", "features": []}, "places": places}
    regions, at = _cells(ground) if by == CELLS else _regions(regions_of_set(tx, by), ground)
    inside = at >= 0
    ours = np.array([one.ours for one in found.sites], dtype=bool)
    served = ground.demand * ground.share.sum(axis=1)

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(at[inside], weights=values[inside], minlength=len(regions))

    people, within = total(ground.demand), total(served)
    drawn = total(ground.demand * ground.share[:, ours].sum(axis=1))
    by_site = np.column_stack([total(ground.demand * ground.share[:, column]) for column in range(len(places))])
    strongest = _strongest(found, by_site, within)
    known = bool(found.people)
    values: dict[int, dict[str, Any]] = {
        region.id: {
            "ours": round(100 * float(drawn[row] / within[row]), 1) if within[row] > 0 else None,
            "drawn": round(float(drawn[row])) if within[row] > 0 else None,
            "people": round(float(people[row])),
            "strongest": strongest[row],
        }
        for row, region in enumerate(regions)
    }
    listed = list(values.values())
    what = say("People") if known else say("Floor space of homes")
    unit = "" if known else "m²"
    measures = [
        classed(
            "ours",
            say("Share of your places"),
            [one["ours"] for one in listed],
            unit="%",
            missing=say("Reaches no place"),
        ),
        classed(
            "drawn",
            say("{what} drawn by yours", what=what),
            [one["drawn"] for one in listed],
            unit=unit,
            missing=say("Reaches none"),
        ),
        classed("people", what, [one["people"] for one in listed], unit=unit),
        category(
            "strongest",
            say("Strongest place"),
            strongest,
            missing=say("Reaches no place"),
            order=_order(found, strongest),
        ),
    ]
    areas = {one.id: area_km2(one.geometry) for one in regions}
    return {"measures": measures, "regions": choropleth.features_of(regions, values, areas), "places": places}


def _place(one: "SiteShare") -> dict[str, Any]:
    share = (
        f"{one.share:.0%} ({one.low:.0%} to {min(one.high, 1.0):.0%})" if one.reached else say("no road leads there")
    )
    return {"name": one.name, "lon": one.lon, "lat": one.lat, "kind": "yours" if one.ours else "rival", "words": share}


def _strongest(found: "Rivals", by_site: np.ndarray, within: np.ndarray) -> list[str | None]:
    """For each region who draws most of it; the weaker competitors under one name."""
    named = {one.name for one in found.sites if one.ours} | {one.name for one in found.sites[:NAMED]}
    names = [one.name if one.name in named else say(OTHERS) for one in found.sites]
    return [names[int(row.argmax())] if inside > 0 else None for row, inside in zip(by_site, within, strict=True)]


def _order(found: "Rivals", strongest: Sequence[str | None]) -> list[str]:
    there = set(strongest)
    mine = [one.name for one in found.sites if one.ours]
    rest = [one.name for one in found.sites if not one.ours]
    return [name for name in dict.fromkeys([*mine, *rest, say(OTHERS)]) if name in there]


def _cells(ground: "Ground") -> tuple[list[Region], np.ndarray]:
    """The H3 cells that people set out from, and which one each place is in."""
    import h3
    import shapely

    names = [h3.latlng_to_cell(lat, lon, RESOLUTION) for lon, lat in ground.places.tolist()]
    number = {name: row for row, name in enumerate(dict.fromkeys(names))}
    regions = [
        Region(
            CELLS,
            say("Cell {row}", row=row + 1),
            shapely.MultiPolygon([shapely.Polygon([(x, y) for y, x in h3.cell_to_boundary(name)])]),
            id=row + 1,
        )
        for name, row in number.items()
    ]
    return regions, np.array([number[name] for name in names], dtype=np.int64)


def _regions(regions: list[Region], ground: "Ground") -> tuple[list[Region], np.ndarray]:
    """The regions, and which one each place is in, -1 for none."""
    from gcrm.accounts.region_lookup import located

    place, region = located(ground.places, regions)
    at = np.full(len(ground.places), -1, dtype=np.int64)
    at[place[::-1]] = region[::-1]
    return regions, at
