"""How many people live inside an area, and households, workplaces, income: from regions of which that is known."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from gcrm.areas.homes import Homes, Rows
from gcrm.common.language import to_say
from gcrm.platform.memo import Memo, digest
from gcrm.territories.model import Region
from routing.points import LonLat

NOBODY: Rows = np.empty(0, dtype=np.intp)
NEARLY_WHOLE = 0.9
COVERED = 0.02
"""A finer set may cover this much less of the area than the best does: edges of grids and coasts never agree."""


_FLAT: Memo[BaseGeometry] = Memo(most=20_000)
"""Regions on their planes: the same ones are asked for at every place."""
_UNITED: Memo[BaseGeometry] = Memo(most=32)
_KNOWN: Memo[float] = Memo(most=20_000)


def people_of(region: Region) -> float | None:
    """How many people live in a region, None where that is not known."""
    return region.population


@dataclass(frozen=True, slots=True)
class PeopleSource:
    """Where numbers of people come from: the set of regions, and the share of the widest area that they cover.

    method: "buildings" where people are spread over homes, "area-weighted" where evenly over the land, or both.
    """

    set_name: str
    covers: float
    method: str = to_say("area-weighted")


@dataclass(frozen=True, slots=True)
class _Cells:
    """Regions with a known population on an equal-area plane: shapes, square metres, people.

    homes: for each the rows of the homes in it, none where no homes are known there; known: the share of each region
    that the area's data covers.
    """

    shapes: NDArray[Any]
    area: NDArray[np.float64]
    people: NDArray[np.float64]
    homes: tuple[Rows, ...]
    known: NDArray[np.float64]


class Population:
    """Counts people by dasymetric mapping: a region's people are spread over its homes, by their floor area.

    people(A) = sum over regions r of people(r) * floor(homes in r and A) / floor(homes in r). Where no homes are mapped
    in a region they are taken to live evenly all over it: people(r) * area(r and A) / area(r), measured on an
    equal-area plane around the origin (Lambert azimuthal). Sources: Wright (1936), Geographical Review 26, 103-110;
    Goodchild and Lam (1980), Geo-Processing 1, 297-312.
    """

    def __init__(
        self,
        origin: LonLat,
        sets: Mapping[str, Sequence[Region]],
        homes: Homes | None = None,
        covered: BaseGeometry | None = None,
        number_of: Callable[[Region], float | None] = people_of,
    ) -> None:
        """Take the sets of regions to choose from; regions without a population are passed over.

        homes: where people can live; covered: where the data of homes is, EPSG:4326, everywhere if not given.
        number_of: what is counted instead of people, spread as they are.
        """
        self._homes = homes if homes is not None and len(homes) else None
        self._covered = covered
        self._number_of = number_of
        # Whole degrees, so that what is worked out about regions serves all places near by.
        self._plane = f"+proj=laea +lat_0={origin.lat:.0f} +lon_0={origin.lon:.0f} +ellps=WGS84 +units=m"
        self._to_plane = Transformer.from_crs("EPSG:4326", self._plane, always_xy=True)
        self._sets = {
            name: [region for region in regions if number_of(region) is not None and not region.geometry.is_empty]
            for name, regions in sets.items()
        }
        self._cells: _Cells | None = None

    def choose(self, widest: BaseGeometry) -> PeopleSource | None:
        """Choose the set to count with: of those that cover most of the area the one with the smallest regions.

        None, and then `inside` is None as well, where no region with a known population touches the area.
        """
        area = self._flat(widest)
        candidates: list[tuple[float, float, str, _Cells]] = []
        for name, regions in self._sets.items():
            cells = self._cells_near(regions, widest)
            if cells is not None and area.area:
                united = _UNITED.of(digest(shapely.to_wkb(cells.shapes)), partial(shapely.union_all, cells.shapes))
                shared = shapely.intersection(united, area)
                candidates.append((float(np.median(cells.area)), float(shared.area / area.area), name, cells))
        most = max((covers for _, covers, _, _ in candidates), default=0.0)
        good = [one for one in candidates if one[1] > 0 and one[1] >= most - COVERED]
        if not good:
            return None
        _, covers, name, self._cells = min(good, key=lambda one: (one[0], one[2]))
        return PeopleSource(name, min(1.0, covers), self._method())

    def _method(self) -> str:
        cells = self._cells
        housed = sum(1 for rows in cells.homes if len(rows)) if cells else 0
        if not cells or not housed:
            return to_say("area-weighted")
        if housed == len(cells.homes):
            return to_say("buildings")
        return to_say("buildings, and area-weighted where none are mapped")

    def inside(self, area: BaseGeometry) -> int | None:
        """People inside the area, by the chosen set; None where there is no set to count with."""
        amount = self.amount(area)
        return None if amount is None else round(amount)

    def amount(self, area: BaseGeometry) -> float | None:
        """As `inside`, not rounded."""
        cells = self._cells
        if cells is None:
            return None
        bare = np.array([not len(rows) for rows in cells.homes], dtype=bool)
        share = np.zeros(len(cells.people))
        if bare.any():
            shared = shapely.area(shapely.intersection(cells.shapes[bare], self._flat(area)))
            share[bare] = shared / cells.area[bare]
        if self._homes is not None and not bare.all():
            floor_m2 = self._homes.floor_m2
            is_in = np.zeros(len(floor_m2))
            is_in[self._homes.inside(area)] = 1.0
            for number in np.flatnonzero(~bare):
                rows = cells.homes[number]
                share[number] = (floor_m2[rows] * is_in[rows]).sum() / floor_m2[rows].sum() * cells.known[number]
        return float((cells.people * share).sum())

    def _cells_near(self, regions: Sequence[Region], area: BaseGeometry) -> _Cells | None:
        """The regions of a set that touch the area, on the plane."""
        if not regions:
            return None
        near = shapely.STRtree([region.geometry for region in regions]).query(area, predicate="intersects")
        shapes = [self._flat_region(regions[position].geometry) for position in near]
        kept = [(shape, regions[position]) for shape, position in zip(shapes, near, strict=True) if shape.area]
        if not kept:
            return None
        return _Cells(
            np.array([shape for shape, _ in kept], dtype=object),
            np.array([shape.area for shape, _ in kept]),
            np.array([self._number_of(region) for _, region in kept], dtype=np.float64),
            tuple(self._homes_in(region) for _, region in kept),
            np.array([self._known(region, shape) for shape, region in kept]),
        )

    def _homes_in(self, region: Region) -> Rows:
        return self._homes.in_region(region.id, region.geometry) if self._homes is not None else NOBODY

    def _known(self, region: Region, on_plane: BaseGeometry) -> float:
        """The share of a region that the data of homes covers; 1 where it is all but whole.

        Borders drawn by two hands never agree, and mountains beyond the last house are no loss.
        """
        if self._homes is None or self._covered is None:
            return 1.0
        known, covered = region.geometry, self._covered

        def share() -> float:
            if covered.covers(known):
                return 1.0
            found = self._flat(shapely.intersection(known, covered)).area / on_plane.area
            return float(found) if found < NEARLY_WHOLE else 1.0

        return _KNOWN.of(digest([self._plane.encode(), shapely.to_wkb(known), shapely.to_wkb(covered)]), share)

    def _flat_region(self, shape: BaseGeometry) -> BaseGeometry:
        """A region on the plane, remembered."""
        return _FLAT.of(digest([self._plane.encode(), shapely.to_wkb(shape)]), lambda: self._flat(shape))

    def _flat(self, shape: BaseGeometry) -> BaseGeometry:
        moved = shapely.transform(shape, self._on_plane)
        return moved if moved.is_valid else shapely.make_valid(moved, method="structure", keep_collapsed=False)

    def _on_plane(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(self._to_plane.transform(points[:, 0], points[:, 1]))
