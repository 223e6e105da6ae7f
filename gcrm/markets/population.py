"""How many people live inside an area, from regions whose population is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from gcrm.territories.model import Region
from routing.points import LonLat

COVERED = 0.02
"""A finer set may cover this much less of the area than the best does: edges of grids and coasts never agree."""


@dataclass(frozen=True, slots=True)
class PeopleSource:
    """Where numbers of people come from: the set of regions, and the share of the widest area that they cover."""

    set_name: str
    covers: float


@dataclass(frozen=True, slots=True)
class _Cells:
    """Regions with a known population on an equal-area plane: shapes, square metres, people."""

    shapes: NDArray[Any]
    area: NDArray[np.float64]
    people: NDArray[np.float64]


class Population:
    """Counts people by areal weighting: a region's people are taken to live evenly all over it.

    people(A) = sum over regions r of people(r) * area(r and A) / area(r). Areas are measured on an equal-area plane
    around the origin (Lambert azimuthal). Source: Goodchild and Lam (1980), Geo-Processing 1, 297-312.
    """

    def __init__(self, origin: LonLat, sets: Mapping[str, Sequence[Region]]) -> None:
        """Take the sets of regions to choose from; regions without a population are passed over."""
        plane = f"+proj=laea +lat_0={origin.lat} +lon_0={origin.lon} +ellps=WGS84 +units=m"
        self._to_plane = Transformer.from_crs("EPSG:4326", plane, always_xy=True)
        self._sets = {
            name: [region for region in regions if region.population is not None and not region.geometry.is_empty]
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
                shared = shapely.intersection(shapely.union_all(cells.shapes), area)
                candidates.append((float(np.median(cells.area)), float(shared.area / area.area), name, cells))
        most = max((covers for _, covers, _, _ in candidates), default=0.0)
        good = [one for one in candidates if one[1] > 0 and one[1] >= most - COVERED]
        if not good:
            return None
        _, covers, name, self._cells = min(good, key=lambda one: (one[0], one[2]))
        return PeopleSource(name, min(1.0, covers))

    def inside(self, area: BaseGeometry) -> int | None:
        """People inside the area, by the chosen set; None where there is no set to count with."""
        if self._cells is None:
            return None
        shared = shapely.area(shapely.intersection(self._cells.shapes, self._flat(area)))
        return round(float((self._cells.people * shared / self._cells.area).sum()))

    def _cells_near(self, regions: Sequence[Region], area: BaseGeometry) -> _Cells | None:
        """The regions of a set that touch the area, on the plane."""
        if not regions:
            return None
        near = shapely.STRtree([region.geometry for region in regions]).query(area, predicate="intersects")
        shapes = [self._flat(regions[position].geometry) for position in near]
        kept = [
            (shape, regions[position].population) for shape, position in zip(shapes, near, strict=True) if shape.area
        ]
        if not kept:
            return None
        return _Cells(
            np.array([shape for shape, _ in kept], dtype=object),
            np.array([shape.area for shape, _ in kept]),
            np.array([population for _, population in kept], dtype=np.float64),
        )

    def _flat(self, shape: BaseGeometry) -> BaseGeometry:
        moved = shapely.transform(shape, self._on_plane)
        return moved if moved.is_valid else shapely.make_valid(moved, method="structure", keep_collapsed=False)

    def _on_plane(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(self._to_plane.transform(points[:, 0], points[:, 1]))
