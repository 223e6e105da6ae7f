"""What the basemap draws, generalised for the zooms that it is drawn at, and kept in one file.

Places are in the unit square of the web's map projection: x from 0 at 180° west to 1 at 180° east, y from 0 at 85.05°
north to 1 at 85.05° south; a pixel at zoom z is 1 / (256 * 2**z) of it. Nothing is measured in it but pixels.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from gcrm.areas.drawn import BANDS, Drawn, Grade, Shapes, unit_square
from gcrm.areas.layers import Layers
from gcrm.common.language import say
from gcrm.platform.progress import Progress, quiet

STREETS_FROM = {
    **dict.fromkeys(("motorway", "motorway_link"), 5),
    **dict.fromkeys(("primary", "primary_link", "trunk", "trunk_link"), 6),
    **dict.fromkeys(("secondary", "secondary_link"), 8),
    **dict.fromkeys(("tertiary", "tertiary_link"), 10),
    **dict.fromkeys(("residential", "unclassified", "road"), 12),
}
"""First zoom by class of street; all others are drawn from PATHS_FROM."""
PATHS_FROM = 14
PLACES_FROM = {"city": 4, "town": 7, "village": 10, "suburb": 12, "quarter": 13, "neighbourhood": 14, "hamlet": 13} | {
    "isolated_dwelling": 15,
    "locality": 15,
}
WATERCOURSES_FROM = {"river": 8, "canal": 10, "stream": 13, "ditch": 15}
BUILDINGS_FROM = 14
SMALLEST_AREA_PX = 3.0
"""An area is drawn from the zoom at which the root of its surface is this long."""


def generalise(layers: Layers, sea: Shapes, progress: Progress = quiet) -> dict[str, Grade]:
    """What is drawn at each grade of detail. sea: polygons, EPSG:4326."""
    progress(say("Drawing the basemap"))
    full = _full(layers, sea)
    grades: dict[str, Grade] = {}
    for done, (band, (_, last)) in enumerate(BANDS.items()):
        progress(say("Drawing the basemap"), done, len(BANDS))
        grades[band] = full if band == "near" else {name: _coarser(layer, last) for name, layer in full.items()}
    return grades


def _full(layers: Layers, sea: Shapes) -> dict[str, Drawn]:
    streets = _drawn(layers.ways)
    water = _joined([_drawn(layers.water), _of_kind(unit_square(sea), "sea")])
    landuse = _drawn(layers.landuse)
    buildings = _drawn(layers.buildings)
    places = _drawn(layers.places)
    boundary = _of_kind(*_borders(layers))
    large_first = np.argsort(-shapely.area(landuse.shapes), kind="stable")
    known = np.isin(places.kind, list(PLACES_FROM))
    return {
        "landuse": _from_zoom(landuse.of(large_first), {}),
        "water": _from_zoom(water, WATERCOURSES_FROM),
        "buildings": _from_zoom(buildings, {}, at_least=BUILDINGS_FROM),
        "streets": _from_zoom(streets, STREETS_FROM, otherwise=PATHS_FROM),
        "boundary": _from_zoom(boundary, {"2": 3, "3": 5, "4": 5, "5": 7, "6": 7, "7": 9, "8": 10}, otherwise=12),
        "places": _from_zoom(places.of(known), PLACES_FROM),
    }


def _drawn(frame: gpd.GeoDataFrame) -> Drawn:
    """Single parts of the frame's shapes, the outer ring of each polygon turned the same way."""
    parts, row = shapely.get_parts(unit_square(frame.geometry.to_numpy()), return_index=True)
    return Drawn(parts, _texts(frame, "kind")[row], _texts(frame, "name")[row], np.zeros(len(parts), dtype=np.int8))


def _texts(frame: gpd.GeoDataFrame, column: str) -> NDArray[np.object_]:
    if column in frame.columns:
        texts: NDArray[np.object_] = frame[column].to_numpy(dtype=object)
        return texts
    return np.full(len(frame), "", dtype=object)


def _of_kind(shapes: Shapes, kind: str | NDArray[np.object_]) -> Drawn:
    nothing = np.full(len(shapes), "", dtype=object)
    kinds = np.full(len(shapes), kind, dtype=object) if isinstance(kind, str) else kind
    return Drawn(shapes, kinds, nothing, np.zeros(len(shapes), dtype=np.int8))


def _joined(layers: Sequence[Drawn]) -> Drawn:
    return Drawn(
        np.concatenate([layer.shapes for layer in layers]),
        np.concatenate([layer.kind for layer in layers]),
        np.concatenate([layer.name for layer in layers]),
        np.concatenate([layer.from_zoom for layer in layers]),
    )


def _borders(layers: Layers) -> tuple[Shapes, NDArray[np.object_]]:
    """Lines between communities, each once and with the level of the largest it bounds."""
    lines = [
        (str(level), shape) for level, shape in zip(layers.borders["admin_level"], layers.borders.geometry, strict=True)
    ] + [
        (str(level), shape.boundary)
        for level, shape in zip(layers.boundaries["admin_level"], layers.boundaries.geometry, strict=True)
    ]
    levels = sorted({level for level, _ in lines if level.isdecimal()}, key=int)
    shapes: list[Any] = []
    kinds: list[str] = []
    drawn: Any = shapely.MultiLineString()
    for level in levels:
        here = shapely.union_all([shape for each, shape in lines if each == level])
        new = shapely.line_merge(shapely.difference(here, drawn))
        drawn = shapely.union(drawn, here)
        parts = [part for part in shapely.get_parts(new) if part.geom_type == "LineString"]
        shapes.extend(parts)
        kinds.extend([level] * len(parts))
    return unit_square(np.array(shapes, dtype=object)), np.array(kinds, dtype=object)


def _from_zoom(layer: Drawn, by_kind: Mapping[str, int], *, otherwise: int = 0, at_least: int = 0) -> Drawn:
    """With the first zoom of each: by its kind if it is a line or a point, by its size if it is an area."""
    zooms = np.array([by_kind.get(kind, otherwise) for kind in layer.kind], dtype=np.float64)
    areas = shapely.get_dimensions(layer.shapes) == 2
    size = np.sqrt(shapely.area(layer.shapes[areas]))
    zooms[areas] = np.ceil(np.log2(SMALLEST_AREA_PX / 256 / np.maximum(size, 1e-9)))
    # The smallest are still drawn in the nearest tiles.
    zooms = np.clip(zooms, at_least, BANDS["near"][1])
    return Drawn(layer.shapes, layer.kind, layer.name, zooms.astype(np.int8))


def _coarser(layer: Drawn, zoom: int) -> Drawn:
    """What is seen of a layer up to `zoom`: lines of a kind joined, corners of less than half a pixel cut."""
    layer = layer.of(layer.from_zoom <= zoom)
    lines = shapely.get_dimensions(layer.shapes) == 1
    pieces = [_merged(layer.of(lines)), layer.of(~lines)]
    joined = _joined([piece for piece in pieces if len(piece.shapes)] or pieces[:1])
    coarse = shapely.simplify(joined.shapes, 0.5 / 256 / 2**zoom)
    joined = Drawn(coarse, joined.kind, joined.name, joined.from_zoom)
    return joined.of(~shapely.is_empty(coarse))


def _merged(lines: Drawn) -> Drawn:
    """Lines of the same kind run on where they meet; only water keeps its names, those of streets are for near."""
    names = [
        name if kind in WATERCOURSES_FROM else "" for kind, name in zip(lines.kind, lines.name, strict=True)
    ]  # fmt: skip
    groups: dict[tuple[str, str, int], list[int]] = {}
    for row, group in enumerate(zip(lines.kind, names, lines.from_zoom.tolist(), strict=True)):
        groups.setdefault(group, []).append(row)
    merged = [
        (part, *group)
        for group, rows in groups.items()
        for part in shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines.shapes[rows])))
    ]
    shapes, kinds, kept_names, zooms = zip(*merged, strict=True) if merged else ((), (), (), ())
    return Drawn(
        np.array(shapes, dtype=object),
        np.array(kinds, dtype=object),
        np.array(kept_names, dtype=object),
        np.array(zooms, dtype=np.int8),
    )


def write_grades(folder: Path, grades: Mapping[str, Grade]) -> None:
    """Keep the grades, one file each, so that low zooms need not read what only near ones show."""
    for band, grade in grades.items():
        arrays: dict[str, NDArray[Any]] = {}
        for name, layer in grade.items():
            texts, kinds = _numbered(layer.kind)
            names, name_of = _numbered(layer.name)
            binary = shapely.to_wkb(layer.shapes)
            arrays |= {
                f"{name}/wkb": np.frombuffer(b"".join(binary), dtype=np.uint8),
                f"{name}/ends": np.cumsum([len(each) for each in binary], dtype=np.int64),
                f"{name}/kinds": texts,
                f"{name}/kind": kinds,
                f"{name}/names": names,
                f"{name}/name": name_of,
                f"{name}/from_zoom": layer.from_zoom,
            }
        np.savez(folder / f"{band}.npz", allow_pickle=False, **arrays)


def _numbered(texts: NDArray[np.object_]) -> tuple[NDArray[np.str_], NDArray[np.int32]]:
    """The distinct texts, and for each entry which of them it is."""
    distinct = {text: position for position, text in enumerate(dict.fromkeys(["", *texts]))}
    return np.array(list(distinct), dtype=np.str_), np.array([distinct[text] for text in texts], dtype=np.int32)
