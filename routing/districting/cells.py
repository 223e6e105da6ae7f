"""The ground of every unit: its Voronoi cell on the plane, and how long the borders between cells are.

Units at one place share a cell: the first of them has its area, and all of them have its borders in equal parts.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import Voronoi

from routing.districting.problem import Floats, Ints

LEAST_M = 50.0
"""Around places on a line, or at one place, so that their ground has an area."""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The plane around n units, cut off a little outside their convex hull.

    area_m2: (n,); outside_m: (n,) how much of the cell's border is the border of the whole.
    pairs: (b, 2) units whose cells touch, each pair once; border_m: (b,) over what length.
    """

    area_m2: Floats
    outside_m: Floats
    pairs: Ints
    border_m: Floats

    def roundness(self, assignment: Ints, territories: int) -> Floats:
        """(k,) Polsby-Popper of the territories' ground: 4 pi area / perimeter^2; NaN for one without ground.

        Source: Polsby and Popper (1991), Yale Law & Policy Review 9, 301-353.
        """
        area = np.bincount(assignment, self.area_m2, minlength=territories)
        around = np.bincount(assignment, self.outside_m, minlength=territories)
        one, other = assignment[self.pairs[:, 0]], assignment[self.pairs[:, 1]]
        cut = one != other
        around += np.bincount(one[cut], self.border_m[cut], minlength=territories)
        around += np.bincount(other[cut], self.border_m[cut], minlength=territories)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(around > 0, 4 * np.pi * area / around**2, np.nan)


def cells_of(at: Floats) -> Cells:
    """The cells of n places, (n, 2) metres on a plane."""
    if not len(at):
        return Cells(np.zeros(0), np.zeros(0), np.zeros((0, 2), dtype=np.int32), np.zeros(0))
    spots, first, which = np.unique(np.round(at, 2), axis=0, return_index=True, return_inverse=True)
    which = which.reshape(-1)
    area, outside, pairs, border = _cells_of_spots(spots)
    area_m2, outside_m = np.zeros(len(at)), np.zeros(len(at))
    area_m2[first], outside_m[first] = area, outside
    crowd = np.bincount(which)
    if (crowd == 1).all():
        return Cells(area_m2, outside_m, first[pairs].astype(np.int32), border)
    order = np.argsort(which, kind="stable")
    begin = np.concatenate([[0], np.cumsum(crowd)])
    all_pairs, all_border = [], []
    # Each unit of the larger crowd with one of the smaller, so that together they have the border once.
    for (one, other), metres in zip(pairs.tolist(), border.tolist(), strict=True):
        here, there = order[begin[one] : begin[one + 1]], order[begin[other] : begin[other + 1]]
        longer = max(len(here), len(there))
        all_pairs.append(np.column_stack([np.resize(here, longer), np.resize(there, longer)]))
        all_border.append(np.full(longer, metres / longer))
    joined = np.concatenate(all_pairs) if all_pairs else np.zeros((0, 2))
    return Cells(area_m2, outside_m, joined.astype(np.int32), np.concatenate(all_border) if all_border else np.zeros(0))


def _cells_of_spots(spots: Floats) -> tuple[Floats, Floats, Ints, Floats]:
    """Area, outside border, touching pairs and their border of n different places."""
    hull = shapely.MultiPoint(spots).convex_hull
    margin = max(LEAST_M, float(np.sqrt(hull.area / len(spots))) / 2)
    ground = hull.buffer(margin)
    if len(spots) == 1:
        return np.array([ground.area]), np.array([ground.length]), np.zeros((0, 2), dtype=np.int32), np.zeros(0)
    far = 50 * (float(np.ptp(spots, axis=0).max()) + margin)
    middle = spots.mean(axis=0)
    angles = np.linspace(0, 2 * np.pi, 8, endpoint=False) + 0.1
    fence = middle + far * np.column_stack([np.cos(angles), np.sin(angles)])
    diagram = Voronoi(np.concatenate([spots, fence]))
    polygons = [diagram.vertices[diagram.regions[diagram.point_region[i]]] for i in range(len(spots))]
    sizes = np.array([len(polygon) + 1 for polygon in polygons])
    corners = np.concatenate([np.concatenate([polygon, polygon[:1]]) for polygon in polygons])
    rings = shapely.linearrings(corners, indices=np.repeat(np.arange(len(polygons)), sizes))
    shapes = shapely.polygons(rings)
    shapes = _cut(ground, shapes)
    ridges = np.array(diagram.ridge_points)
    ends = np.array([pair if len(pair) == 2 else (-1, -1) for pair in diagram.ridge_vertices])
    inner = (ridges < len(spots)).all(axis=1) & (ends >= 0).all(axis=1)
    ridges, ends = ridges[inner], ends[inner]
    lines = shapely.linestrings(np.stack([diagram.vertices[ends[:, 0]], diagram.vertices[ends[:, 1]]], axis=1))
    border = shapely.length(_cut(ground, lines))
    around = shapely.length(shapes)
    inside = np.bincount(ridges.ravel(), np.repeat(border, 2), minlength=len(spots))
    touching = border > 0
    pairs: NDArray[np.int32] = ridges[touching].astype(np.int32)
    return shapely.area(shapes), np.maximum(0.0, around - inside), pairs, border[touching]


def _cut(ground: shapely.Geometry, cells: Any) -> NDArray[np.object_]:
    """The shapes as far as they lie on the ground."""
    shapes: NDArray[np.object_] = np.array(cells, dtype=object)
    shapely.prepare(ground)
    beyond = ~shapely.contains_properly(ground, shapes)
    shapes[beyond] = shapely.intersection(ground, shapes[beyond])
    return shapes
