"""Vector tiles of an area, cut when they are asked for."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gcrm.areas.drawn import BANDS, Drawn, Grade, read_grade
from gcrm.areas.mvt import EXTENT, TileLayer, encode
from gcrm.areas.picture import DRAWN, Frame, band_of, street_picture

BUFFER = 128
"""How far a tile reaches over its edge, in its own units: eight pixels, so that wide streets show no seam."""
DEEPEST = 22
KEPT_BYTES = 48_000_000

SHORTEST_PX = 0.3
"""Lines shorter than this are left out of tiles that show a grade from farther away than it was made for."""

HAS_NAMES = {"streets", "water", "places"}


@dataclass(frozen=True, slots=True)
class _Indexed:
    """A layer of one grade, and where its shapes lie."""

    layer: Drawn
    tree: shapely.STRtree


class Tiles:
    """The tiles of one area. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """folder: where the basemap was written; it is read when the first tile of a grade is wanted."""
        self._folder = folder
        self._grades: dict[str, dict[str, _Indexed]] = {}
        self._cut: OrderedDict[tuple[int, int, int], bytes] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """The tile as a Mapbox vector tile, or None where it holds nothing; numbered from the north-west.

        Layers: streets (kind, name), places (kind, name), water (kind, name; areas and lines), landuse (kind),
        buildings, boundary (kind: the admin level). Raises NotReady if the basemap is gone.
        """
        if not (0 <= z <= DEEPEST and 0 <= x < 2**z and 0 <= y < 2**z):
            return None
        key = (z, x, y)
        with self._lock:
            if key in self._cut:
                self._cut.move_to_end(key)
                return self._cut[key] or None
        band, last = next(((band, last) for band, (_, last) in BANDS.items() if z <= last), ("near", z))
        grade = self._grade(band)
        parts = [part for name, indexed in grade.items() for part in _cut(name, indexed, z, x, y)]
        data = encode(parts if z == last or band == "near" else [_thinned(part) for part in parts])
        self._keep(key, data)
        return data or None

    def picture(self, frame: Frame) -> str:
        """The streets in a frame as an SVG document; see `street_picture`. Raises NotReady if the basemap is gone."""
        box = shapely.box(*frame.drawn_box)
        grade = self._grade(band_of(frame))
        near = {name: one.layer.of(np.sort(one.tree.query(box))) for name, one in grade.items() if name in DRAWN}
        return street_picture(near, frame)

    def _keep(self, key: tuple[int, int, int], data: bytes) -> None:
        with self._lock:
            if key in self._cut:
                return
            self._cut[key] = data
            self._size += len(data) + 200
            while self._size > KEPT_BYTES:
                _, dropped = self._cut.popitem(last=False)
                self._size -= len(dropped) + 200

    def _grade(self, band: str) -> dict[str, _Indexed]:
        """The grade, read once even if many threads want it."""
        with self._lock:
            if band not in self._grades:
                grade: Grade = read_grade(self._folder, band)
                self._grades[band] = {
                    name: _Indexed(layer, shapely.STRtree(layer.shapes)) for name, layer in grade.items()
                }
            return self._grades[band]


def _cut(name: str, indexed: _Indexed, z: int, x: int, y: int) -> list[TileLayer]:
    """What of a layer is in a tile: areas, then lines, then points."""
    margin = 0.0 if name == "places" else BUFFER / EXTENT
    scale = 2.0**z
    west, north = (x - margin) / scale, (y - margin) / scale
    east, south = (x + 1 + margin) / scale, (y + 1 + margin) / scale
    rows = np.sort(indexed.tree.query(shapely.box(west, north, east, south)))
    rows = rows[indexed.layer.from_zoom[rows] <= max(z, 0)]
    if not len(rows):
        return []
    layer = indexed.layer.of(rows)
    shapes = layer.shapes
    dimensions = shapely.get_dimensions(shapes)
    bounds = shapely.bounds(shapes)
    crosses = (bounds[:, 0] < west) | (bounds[:, 1] < north) | (bounds[:, 2] > east) | (bounds[:, 3] > south)
    shapes[crosses] = shapely.clip_by_rect(shapes[crosses], west, north, east, south)
    parts = []
    for dimension in (2, 1, 0):
        # What only touches the edge comes out of the clipping as nothing or as something of a lower dimension.
        kept = (dimensions == dimension) & ~shapely.is_empty(shapes) & (shapely.get_dimensions(shapes) == dimension)
        kept &= shapely.get_type_id(shapes) != shapely.GeometryType.GEOMETRYCOLLECTION
        if kept.any():
            placed = shapely.transform(shapes[kept], lambda at: (at * scale - (x, y)) * EXTENT)
            parts.append(TileLayer(name, placed, _properties(name, layer.of(kept))))
    return parts


def _thinned(layer: TileLayer) -> TileLayer:
    """Without lines too short to see, and with the corners cut that are not seen at this zoom."""
    pixel = EXTENT / 256
    lines = shapely.get_dimensions(layer.shapes) == 1
    bounds = shapely.bounds(layer.shapes)
    size = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
    seen = np.flatnonzero(~lines | (size >= SHORTEST_PX * pixel))
    properties = {key: [texts[row] for row in seen.tolist()] for key, texts in layer.properties.items()}
    return TileLayer(layer.name, shapely.simplify(layer.shapes[seen], pixel / 2), properties)


def _properties(name: str, layer: Drawn) -> dict[str, Any]:
    if name == "buildings":
        return {}
    return {"kind": layer.kind, "name": layer.name} if name in HAS_NAMES else {"kind": layer.kind}
