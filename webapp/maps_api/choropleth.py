"""Regions with their measures, as `map-regions.js` colours them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry import mapping

from gcrm.common.language import say, to_say
from gcrm.territories.model import Region
from maps.bivariate import AMOUNTS, COUNTS, bivariate
from maps.classing import AS_EVER, Scheme, category
from maps.classing import measure as classed

if TYPE_CHECKING:
    from gcrm.markets.coverage import Coverage, CoverageRow
    from gcrm.markets.neglected import PotentialAgainstVisits
    from gcrm.markets.potential import Potential, PotentialRow

Json = dict[str, Any]

MOST_POINTS = 60_000
"""More corners than this slow a browser down; then the common borders are drawn coarser, together."""

COARSE_DEGREES = 0.0004
"""About 30 m: less than a pixel at the zooms at which so many regions are seen at once."""


STATISTICS = {"households": to_say("Households"), "income": to_say("Income"), "workplaces": to_say("Workplaces")}


JOINED = "joined:"
"""Before the name of what a table has given, so that none is taken for a measure of ours."""


def digits_of(values: Iterable[float | None]) -> int:
    """How many digits after the point values are shown with: none for whole or large ones, two for small ones."""
    known = [abs(value) for value in values if value is not None]
    most = max(known, default=0.0)
    if most >= 1_000 or all(value == round(value) for value in known):
        return 0
    return 1 if most >= 100 else 2


def joined_digits(rows: Sequence[Any], joined: Sequence[str]) -> dict[str, int]:
    """For each joined statistic the digits that it is shown with."""
    return {name: digits_of(row.statistics.get(name) for row in rows) for name in joined}


def measures_of(
    rows: Sequence[Any],
    reps: Sequence[str],
    scheme: Scheme = AS_EVER,
    currency: str = "",
    joined: Sequence[str] = (),
) -> list[Json]:
    """Every measure of the region table, classed. reps: the names of all, so that each keeps its colour.

    currency: of the sales, "" where no orders say it. joined: names of statistics besides the three that we know.
    """
    measure = partial(classed, scheme=scheme)
    sold = [measure("sales", say("Sales in a year"), [row.sales for row in rows], unit=currency)]
    loaded = [
        measure(key, say(label), [row.statistics.get(key) for row in rows], missing=say("Not known"))
        for key, label in STATISTICS.items()
        if any(key in row.statistics for row in rows)
    ]
    return [
        measure("customers", say("Customers"), [row.customers for row in rows]),
        measure("prospects", say("Prospects"), [row.prospects for row in rows]),
        measure(
            "penetration",
            say("Penetration"),
            [None if row.penetration is None else 100 * row.penetration for row in rows],
            unit="%",
            missing=say("No accounts"),
        ),
        measure("overdue", say("Overdue visits"), [row.overdue for row in rows]),
        measure("visits", say("Visits in 60 days"), [row.visits for row in rows]),
        *(sold if any(row.sales is not None for row in rows) else []),
        measure("population", say("People"), [row.population for row in rows], missing=say("Not known")),
        *loaded,
        *(
            measure(
                JOINED + name,
                name,
                [row.statistics.get(name) for row in rows],
                digits=digits,
                missing=say("Not known"),
            )
            for name, digits in joined_digits(rows, joined).items()
        ),
        reps_measure([tuple(row.reps) for row in rows], reps),
    ]


def potential_measures(found: "Potential", scheme: Scheme = AS_EVER) -> list[Json]:
    """Every measure of the potential of regions, classed: what is to be won first."""
    measure = partial(classed, scheme=scheme)
    unit = found.currency if found.measure == "revenue" else ""
    label = say("Potential a year") if found.measure == "revenue" else say("Customers to be won")
    counts = [
        measure("unknown", say("Businesses not known"), [_unknown(row) for row in found.rows]),
        measure("businesses", say("Businesses that may buy"), [row.businesses for row in found.rows]),
        measure("known", say("Known"), [row.known for row in found.rows]),
        measure("customers", say("Customers"), [row.customers for row in found.rows]),
    ]
    if not found.measure:
        return counts
    to_win = measure("value", label, [row.value for row in found.rows], unit=unit, missing=say("Not enough history"))
    return [to_win, *counts]


def potential_values(row: "PotentialRow") -> Json:
    """One region's values, rounded as they are classed."""
    return {
        "value": None if row.value is None else round(row.value),
        "unknown": _unknown(row),
        "businesses": row.businesses,
        "known": row.known,
        "customers": row.customers,
    }


def _unknown(row: "PotentialRow") -> int:
    return row.businesses - row.known - row.refused


COMPARED = (
    ("people", to_say("People"), to_say("Not known")),
    ("customers", to_say("Customers"), to_say("No data")),
    ("prospects", to_say("Prospects"), to_say("No data")),
    ("sales", to_say("Sales"), to_say("No orders")),
    ("competitors", to_say("Competitors"), to_say("Not known")),
)
"""What the ground of several places is coloured by, beside who is nearest."""


def split_of(found: Json) -> Json:
    """The ground split among places, as regions with measures; `found` is an answer of `compare_places`."""
    parts = [(one["properties"], one["geometry"]) for one in found["split"]]
    names = [one["name"] for one, _ in parts]
    measures = [
        classed(key, say(label), [one[key] for one, _ in parts], missing=say(missing))
        for key, label, missing in COMPARED
        if any(one[key] is not None for one, _ in parts)
    ]
    features = []
    for one, geometry in parts:
        if not geometry["coordinates"]:
            continue
        inside = shapely.geometry.shape(geometry).representative_point()
        keys = [key for key, _, _ in COMPARED]
        values = {key: None if one[key] is None else round(one[key]) for key in keys} | {"nearest": one["name"]}
        features.append(
            {
                "type": "Feature",
                "geometry": geometry,
                "properties": {
                    "id": one["place"],
                    "name": one["name"],
                    "at": [round(inside.x, 6), round(inside.y, 6)],
                    "area_km2": one["area_km2"],
                    "values": values,
                },
            }
        )
    nearest = category("nearest", say("Nearest place"), names, order=names)
    return {"measures": [nearest, *measures], "regions": {"type": "FeatureCollection", "features": features}}


def coverage_measures(found: "Coverage") -> list[Json]:
    """What no rep's home reaches, classed."""
    values = [coverage_values(row) for row in found.rows]
    return [
        classed("accounts", say("Accounts out of reach"), [one["accounts"] for one in values]),
        classed(
            "share",
            say("Accounts out of reach"),
            [one["share"] for one in values],
            unit="%",
            missing=say("No accounts"),
        ),
        classed("people", say("People out of reach"), [one["people"] for one in values], missing=say("Not known")),
        classed("potential", say("Potential out of reach"), [one["potential"] for one in values], unit=found.currency),
    ]


def coverage_values(row: "CoverageRow") -> Json:
    """One region's values, rounded as they are classed."""
    share = row.accounts.share
    return {
        "accounts": None if row.accounts.beyond is None else round(row.accounts.beyond),
        "share": None if share is None else round(100 * share),
        "people": None if row.people.beyond is None else round(row.people.beyond),
        "potential": None if row.potential.beyond is None else round(row.potential.beyond),
    }


def reps_measure(owners: Sequence[tuple[str, ...]], reps: Sequence[str]) -> Json:
    """Who looks after each region."""
    words = [owner_words(names) for names in owners]
    return category("rep", say("Looked after by"), words, missing=say("Nobody"), order=reps)


def owner_words(names: Sequence[str]) -> str | None:
    """The owners of a region as one text, None for nobody."""
    return " and ".join(sorted(names)) or None


def values_of(row: Any, joined: Mapping[str, int] | None = None) -> Json:
    """One region's values, rounded as they are classed. joined: as `joined_digits` has it."""
    joined = joined or {}
    return {
        "customers": row.customers,
        "prospects": row.prospects,
        "penetration": None if row.penetration is None else round(100 * row.penetration),
        "overdue": row.overdue,
        "visits": row.visits,
        "population": row.population,
        "rep": owner_words(tuple(row.reps)),
        "sales": None if row.sales is None else round(row.sales),
        **{key: round(row.statistics[key]) for key in STATISTICS if key in row.statistics},
        **{
            JOINED + name: round(row.statistics[name], digits)
            for name, digits in joined.items()
            if name in row.statistics
        },
    }


def against_visits(found: "PotentialAgainstVisits") -> tuple[Json, dict[int, str | None]]:
    """Potential against visits in one measure, and which of its classes each region is in, by its id."""
    label = {
        "revenue": say("Potential a year"),
        "customers": say("Customers to be won"),
        "businesses": say("Businesses not known"),
    }
    shown, named = bivariate(
        "potential_visits",
        say("{label} against visits", label=label[found.measure]),
        [row.potential for row in found.rows],
        [row.visits for row in found.rows],
        (("potential", AMOUNTS), ("visits", COUNTS)),
        missing=say("Not enough history"),
    )
    return shown, dict(zip([row.id for row in found.rows], named, strict=True))


def light_shapes(shapes: Sequence[Any]) -> list[Any]:
    """The shapes, their common borders drawn coarser together where they have more corners than a browser likes."""
    if sum(int(shapely.get_num_coordinates(shape)) for shape in shapes) <= MOST_POINTS:
        return list(shapes)
    return [
        coarse if not coarse.is_empty else shape
        for shape, coarse in zip(shapes, shapely.coverage_simplify(shapes, COARSE_DEGREES), strict=True)
    ]


def features_of(regions: Iterable[Region], values: dict[int, Json], areas_km2: dict[int, float]) -> Json:
    """The regions as a GeoJSON FeatureCollection, EPSG:4326. `at` is a place inside for the label."""
    listed = [region for region in regions if not region.geometry.is_empty]
    shapes = light_shapes([region.geometry for region in listed])
    features = []
    for region, shape in zip(listed, shapes, strict=True):
        inside = shape.representative_point()
        features.append(
            {
                "type": "Feature",
                "geometry": mapping(shapely.set_precision(shape, 1e-6, mode="pointwise")),
                "properties": {
                    "id": region.id,
                    "name": region.name,
                    "at": [round(inside.x, 6), round(inside.y, 6)],
                    "area_km2": areas_km2.get(region.id, 0.0),
                    "values": values.get(region.id, {}),
                },
            }
        )
    return {"type": "FeatureCollection", "features": features}
