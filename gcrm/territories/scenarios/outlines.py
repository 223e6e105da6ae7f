"""The ground of each territory: every place belongs to the account that is nearest to it.

Cells of a Voronoi diagram, put together by territory, so that an account always lies in its own territory and one that
is added later falls to the territory that surrounds it.
"""

import json
from typing import Any

import numpy as np
import shapely
from shapely import MultiPoint, MultiPolygon
from shapely.geometry.base import BaseGeometry

from gcrm.territories.scenarios.model import NOBODY, Units
from routing.points import Points

MARGIN_DEGREES = 0.02
"""Beyond the outermost accounts, where the imported area ends before them."""
SHOWN_DEGREES = 0.0002
"""So far outlines for a map may be off, about 20 m."""


def outlines(places: Points, positions: np.ndarray, count: int, ground: BaseGeometry) -> list[MultiPolygon]:
    """The ground of each of `count` territories, EPSG:4326; empty for one without accounts.

    places: (n, 2); positions: (n,), -1 for accounts of nobody, whose ground is nobody's. ground: what to divide.
    Where accounts of several territories stand at one place, the ground there is that of most of them.
    """
    empty = [MultiPolygon() for _ in range(count)]
    if not len(places):
        return empty
    spots, which = np.unique(np.round(places, 7), axis=0, return_inverse=True)
    owner = _most(which.reshape(-1), positions, len(spots), count)
    hull = MultiPoint(spots).convex_hull.buffer(MARGIN_DEGREES, join_style="mitre")
    ground = shapely.union(ground, hull) if not ground.is_empty else hull
    if len(spots) == 1:
        cells = np.array([ground], dtype=object)
    else:
        narrow = float(np.cos(np.radians(np.clip(spots[:, 1].mean(), -85, 85))))
        scale = np.array([narrow, 1.0])
        frame = shapely.transform(shapely.box(*ground.bounds), lambda at: at * scale)
        drawn = shapely.voronoi_polygons(shapely.multipoints(spots * scale), extend_to=frame, ordered=True)
        cells = shapely.transform(np.array(drawn.geoms, dtype=object), lambda at: at / scale)
    found = []
    for position in range(count):
        mine = cells[owner == position]
        area = shapely.union_all(mine) if len(mine) else MultiPolygon()
        found.append(_polygons(shapely.intersection(area, ground)))
    return found


def grounds(units: Units, positions: np.ndarray, count: int, ground: BaseGeometry) -> list[MultiPolygon]:
    """The ground of each territory of a scenario; that of accounts of other reps is nobody's."""
    places = np.concatenate([units.places, units.others])
    whose = np.concatenate([positions, np.full(len(units.others), NOBODY)])
    return outlines(places, whose, count, ground)


def for_map(outline: MultiPolygon) -> dict[str, Any] | None:
    """The outline as GeoJSON, simplified, with five decimals; None for nothing."""
    if outline.is_empty:
        return None
    drawn = shapely.set_precision(shapely.simplify(outline, SHOWN_DEGREES), 1e-5)
    answer: dict[str, Any] = json.loads(shapely.to_geojson(drawn))
    return None if drawn.is_empty else answer


def _most(which: np.ndarray, positions: np.ndarray, spots: int, count: int) -> np.ndarray:
    votes = np.zeros((spots, count + 1), dtype=np.int64)
    np.add.at(votes, (which, np.where(positions >= 0, positions, count)), 1)
    # Nobody's account gives way to somebody's.
    chosen = votes[:, :count].argmax(axis=1) if count else np.zeros(spots, dtype=np.int64)
    return np.where(votes[:, :count].sum(axis=1) > 0, chosen, -1) if count else np.full(spots, -1)


def _polygons(shape: BaseGeometry) -> MultiPolygon:
    return MultiPolygon(
        [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and not part.is_empty]
    )
