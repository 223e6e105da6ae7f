"""The ground of each territory: every place belongs to the account that is nearest to it.

Cells of a Voronoi diagram, put together by territory, so that an account always lies in its own territory and one that
is added later falls to the territory that surrounds it.
"""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely import MultiPoint, MultiPolygon
from shapely.geometry.base import BaseGeometry

from gcrm.platform.memo import Memo, digest
from gcrm.territories.scenarios.model import NOBODY, Units
from routing.points import Points

MARGIN_DEGREES = 0.02
"""Beyond the outermost accounts, where the imported area ends before them."""
SHOWN_DEGREES = 0.0002
"""So far outlines for a map may be off, about 20 m."""


@dataclass(frozen=True, slots=True, eq=False)
class Tiles:
    """The ground divided among n places: spot (n,) the tile of each, cells (spots,) Polygons, ground: all of it."""

    spot: np.ndarray
    cells: np.ndarray
    ground: BaseGeometry


_TILES: Memo[Tiles] = Memo(2)
"""Dividing the ground among 20,000 places takes half a second, and each change by hand needs it."""


def outlines(places: Points, positions: np.ndarray, count: int, ground: BaseGeometry) -> list[MultiPolygon]:
    """The ground of each of `count` territories, EPSG:4326; empty for one without accounts.

    places: (n, 2); positions: (n,), -1 for accounts of nobody, whose ground is nobody's. ground: what to divide.
    Where accounts of several territories stand at one place, the ground there is that of most of them.
    """
    if not len(places):
        return [MultiPolygon() for _ in range(count)]
    tiles = tiles_of(places, ground)
    owner = _owners(tiles, positions, count)
    return [_outline(tiles, owner == position) for position in range(count)]


def grounds(units: Units, positions: np.ndarray, count: int, ground: BaseGeometry) -> list[MultiPolygon]:
    """The ground of each territory of a scenario; that of accounts of other reps is nobody's."""
    return outlines(_all_places(units), _whose(units, positions), count, ground)


def changed_grounds(
    units: Units, before: np.ndarray, after: np.ndarray, count: int, ground: BaseGeometry
) -> dict[int, MultiPolygon]:
    """As `grounds` after a change, of those territories alone whose ground is another one than before it."""
    if not units.count:
        return {}
    tiles = tiles_of(_all_places(units), ground)
    was, now = (_owners(tiles, _whose(units, positions), count) for positions in (before, after))
    other = was != now
    touched = sorted(({*was[other].tolist()} | {*now[other].tolist()}) - {NOBODY})
    return {position: _outline(tiles, now == position) for position in touched}


def tiles_of(places: Points, ground: BaseGeometry) -> Tiles:
    """The ground, and all round the places, divided among them; at least one place. Remembered by what is given."""
    key = digest([np.ascontiguousarray(places).tobytes(), shapely.to_wkb(ground)])
    return _TILES.of(key, lambda: _tiles(places, ground))


def divide_ground(units: Units, ground: BaseGeometry) -> None:
    """Have the ground divided among the accounts of a scenario before a change by hand needs it."""
    tiles_of(_all_places(units), ground)


def _tiles(places: Points, ground: BaseGeometry) -> Tiles:
    spots, which = np.unique(np.round(places, 7), axis=0, return_inverse=True)
    hull = MultiPoint(spots).convex_hull.buffer(MARGIN_DEGREES, join_style="mitre")
    ground = shapely.union(ground, hull) if not ground.is_empty else hull
    if len(spots) == 1:
        return Tiles(which.reshape(-1), np.array([ground], dtype=object), ground)
    narrow = float(np.cos(np.radians(np.clip(spots[:, 1].mean(), -85, 85))))
    scale = np.array([narrow, 1.0])
    frame = shapely.transform(shapely.box(*ground.bounds), lambda at: at * scale)
    drawn = shapely.voronoi_polygons(shapely.multipoints(spots * scale), extend_to=frame, ordered=True)
    cells = shapely.transform(np.array(drawn.geoms, dtype=object), lambda at: at / scale)
    shapely.prepare(ground)
    return Tiles(which.reshape(-1), cells, ground)


def _owners(tiles: Tiles, positions: np.ndarray, count: int) -> np.ndarray:
    return _most(tiles.spot, positions, len(tiles.cells), count)


def _outline(tiles: Tiles, mine: np.ndarray) -> MultiPolygon:
    if not mine.any():
        return MultiPolygon()
    cells = tiles.cells[mine]
    # Tiles share their borders to the last digit, so only those at the rim are left: ten times sooner than a union.
    area = shapely.coverage_union_all(cells)
    if not area.is_valid:
        area = shapely.union_all(cells)
    return _polygons(
        area if shapely.contains_properly(tiles.ground, area) else shapely.intersection(area, tiles.ground)
    )


def _all_places(units: Units) -> np.ndarray:
    return np.concatenate([units.places, units.others])


def _whose(units: Units, positions: np.ndarray) -> np.ndarray:
    return np.concatenate([positions, np.full(len(units.others), NOBODY)])


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
