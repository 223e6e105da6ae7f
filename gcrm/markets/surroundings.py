"""What stands around a place, as numbers that a model can learn from."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from scipy.spatial import cKDTree

from gcrm.accounts.region_lookup import regions_of
from gcrm.areas.homes import Homes
from gcrm.common.language import say
from gcrm.markets.traits import Floats, Number
from gcrm.territories.model import Region
from gcrm.territories.polygons import area_km2
from routing.geodesy import metres_per_degree
from routing.points import Points

NEAR_M, AROUND_M, HOMES_M, SAME_KIND_M = 300.0, 1_500.0, 1_000.0, 1_000.0
SETS_MOST, NUMBERS_MOST = 3, 6
"""Sets of regions that are looked at, and numbers of each: more of them say the same again."""


class Surroundings:
    """Counts what is near places.

    businesses: (n, 2) with the kind of each; homes: where people live; sets: regions with what is known of them;
    bases: (m, 2), where reps set out from.
    """

    def __init__(
        self,
        businesses: Points,
        kinds: Sequence[str],
        homes: Homes | None,
        sets: Mapping[str, Sequence[Region]],
        bases: Points,
    ) -> None:
        anchor = next((each for each in (businesses, bases) if len(each)), np.zeros((1, 2)))
        self._scale = np.asarray(metres_per_degree(anchor[:, 1].mean()))
        self._businesses = cKDTree(businesses * self._scale) if len(businesses) else None
        self._kinds = np.asarray(kinds, dtype=object)
        self._homes = homes if homes is not None and len(homes) else None
        self._home_tree = (
            cKDTree(np.column_stack([self._homes.lon, self._homes.lat]) * self._scale) if self._homes else None
        )
        known = {name: some for name, some in sets.items() if any(_numbers(region) for region in some)}
        self._sets = dict(sorted(known.items(), key=lambda one: (-len(one[1]), one[0]))[:SETS_MOST])
        self._bases = cKDTree(bases * self._scale) if len(bases) else None

    def of(self, points: Points, kinds: Sequence[str]) -> tuple[Floats, tuple[Number, ...]]:
        """The numbers of places, log(1 + x), NaN where not known, and what each is. kinds: of the places themselves."""
        columns: list[tuple[Number, Floats]] = []
        metres = points * self._scale
        if self._businesses is not None:
            for reach, words in ((NEAR_M, say("businesses within 300 m")), (AROUND_M, say("businesses within 1.5 km"))):
                columns.append((Number(words), self._counts(metres, reach)))
            columns.append((Number(say("others of its kind within 1 km")), self._same_kind(metres, kinds)))
        if self._home_tree is not None and self._homes is not None:
            floor = self._homes.floor_m2
            near = self._home_tree.query_ball_point(metres, HOMES_M)
            columns.append(
                (
                    Number(say("m² of homes within 1 km")),
                    np.array([floor[rows].sum() for rows in near], dtype=np.float64),
                )
            )
        if self._bases is not None:
            away = np.asarray(self._bases.query(metres)[0], dtype=np.float64) / 1_000
            columns.append((Number(say("km from the nearest rep's home"), 1), away))
        for name, regions in self._sets.items():
            columns += _of_regions(points, name, regions)
        if not columns:
            return np.empty((len(points), 0)), ()
        numbers = np.column_stack([values for _, values in columns])
        return np.log1p(np.maximum(numbers, 0.0)), tuple(number for number, _ in columns)

    def _counts(self, metres: Points, reach: float) -> Floats:
        """How many others are that near: a business does not count itself."""
        assert self._businesses is not None
        found = self._businesses.query_ball_point(metres, reach, return_length=True)
        itself = self._businesses.query(metres)[0] < 1.0 if len(metres) else np.zeros(0, dtype=bool)
        return np.asarray(found - itself, dtype=np.float64)

    def _same_kind(self, metres: Points, kinds: Sequence[str]) -> Floats:
        assert self._businesses is not None
        found = np.full(len(metres), np.nan)
        wanted = np.asarray(kinds, dtype=object)
        for kind in set(kinds) - {""}:
            rows = np.flatnonzero(self._kinds == kind)
            if len(rows):
                tree = cKDTree(self._businesses.data[rows])
                mine = np.flatnonzero(wanted == kind)
                count = tree.query_ball_point(metres[mine], SAME_KIND_M, return_length=True)
                found[mine] = count - (tree.query(metres[mine])[0] < 1.0)
        return found


_PEOPLE = "\0people"
"""Beside the columns of its file, none of which is called so."""


def _of_its_region(key: str, set_name: str) -> str:
    if key == _PEOPLE:
        return say("people in its region ({set_name})", set_name=set_name)
    return say("{column} of its region ({set_name})", column=key, set_name=set_name)


def _numbers(region: Region) -> dict[str, float]:
    """What is known of a region in numbers that can be compared: its people, their density, its file's own columns."""
    found: dict[str, float] = {}
    if region.population is not None:
        found[_PEOPLE] = float(region.population)
    for key, value in region.properties.items():
        if isinstance(value, (int, float)) and not isinstance(value, bool) and np.isfinite(value) and value >= 0:
            found[key] = float(value)
    return found


def _of_regions(points: Points, set_name: str, regions: Sequence[Region]) -> list[tuple[Number, Floats]]:
    numbers = [_numbers(region) for region in regions]
    keys = list(dict.fromkeys(key for one in numbers for key in one if not _is_a_number_to_count_by(key)))
    at = [found[0] if found else -1 for found in regions_of(points, regions)]
    columns = []
    for key in keys[:NUMBERS_MOST]:
        values = np.array([one.get(key, np.nan) for one in numbers] + [np.nan])
        columns.append((Number(_of_its_region(key, set_name)), values[at]))
    people = np.array(
        [np.nan if one.population is None else one.population / max(area_km2(one.geometry), 1e-3) for one in regions]
        + [np.nan]
    )
    if np.isfinite(people).any():
        columns.append((Number(say("people per km² in its region ({set_name})", set_name=set_name)), people[at]))
    return columns


def _is_a_number_to_count_by(key: str) -> bool:
    """Whether a column numbers the regions rather than measuring them."""
    word = key.casefold()
    return word in {"id", "fid", "gid", "code", "fips", "geoid", "objectid", "admin_level", "lon", "lat"} or (
        word.endswith(("_id", "code", "_nr")) or word.startswith(("id_", "osm"))
    )


def inside(points: Points, shape: Any) -> Any:
    """Which points lie in a shape, (n,) bool."""
    if shape.is_empty or not len(points):
        return np.zeros(len(points), dtype=bool)
    shapely.prepare(shape)
    return np.asarray(shapely.intersects_xy(shape, points[:, 0], points[:, 1]), dtype=np.bool_)
