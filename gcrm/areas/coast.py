"""The sea, which OpenStreetMap knows only by its coastline: land on the left, water on the right.

Source: OSM wiki, Tag:natural=coastline.
"""

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

LOOSE_END_SHARE = 0.15
"""A coastline that ends inside the extract nearer to its edge than this share of it is led on to the edge."""
SIDE_STEP_DEG = 1e-6

Shapes = NDArray[np.object_]
Box = tuple[float, float, float, float]


def sea_polygons(coastlines: gpd.GeoDataFrame, box: Box) -> Shapes:
    """The parts of the box (west, south, east, north) that are sea; none where no coastline crosses it. EPSG:4326."""
    frame = shapely.box(*box)
    merged = shapely.line_merge(shapely.union_all(coastlines.geometry.to_numpy())) if len(coastlines) else None
    inside = shapely.get_parts(shapely.intersection(merged, frame)) if merged is not None else np.array([])
    lines = [line for line in inside if line.geom_type == "LineString" and line.length > 0]
    if not lines:
        return np.array([], dtype=object)
    reach = LOOSE_END_SHARE * min(box[2] - box[0], box[3] - box[1])
    whole = [_led_to(frame.exterior, line, reach) for line in lines]
    faces = shapely.get_parts(shapely.polygonize([*shapely.get_parts(shapely.union_all([frame.exterior, *whole]))]))
    right, left = _sides(lines)
    votes = _counts(faces, right) - _counts(faces, left)
    sea: Shapes = faces[votes > 0]
    return sea


def _led_to(edge: Any, line: Any, reach: float) -> Any:
    """The line with its loose ends led to the nearest point of the edge, if that is near."""
    if line.is_ring:
        return line
    corners = list(line.coords)
    for position, end in ((0, corners[0]), (len(corners), corners[-1])):
        to = shapely.shortest_line(edge, shapely.Point(end))
        if 0 < to.length <= reach:
            corners.insert(position if position == 0 else len(corners), to.coords[0])
    return shapely.LineString(corners)


def _sides(lines: list[Any]) -> tuple[Shapes, Shapes]:
    """Points just right and just left of the middle of every segment."""
    right, left = [], []
    for line in lines:
        at = shapely.get_coordinates(line)
        step = np.diff(at, axis=0)
        length = np.hypot(step[:, 0], step[:, 1])
        middle, step, length = (values[length > 0] for values in ((at[:-1] + at[1:]) / 2, step, length))
        across = np.column_stack([step[:, 1], -step[:, 0]]) / length[:, None] * SIDE_STEP_DEG
        right.append(middle + across)
        left.append(middle - across)
    return _points(right), _points(left)


def _points(at: list[NDArray[np.float64]]) -> Shapes:
    points: Any = shapely.points(np.concatenate(at))
    return np.asarray(points, dtype=object)


def _counts(faces: Shapes, points: Shapes) -> NDArray[np.int64]:
    hits = shapely.STRtree(points).query(faces, predicate="contains")
    return np.bincount(hits[0], minlength=len(faces))
