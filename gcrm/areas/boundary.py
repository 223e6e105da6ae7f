"""The outline of an area: where its data is."""

from typing import Any

import numpy as np
import shapely

from gcrm.areas.layers import Layers

COVERS = 0.97
"""A community whose boundary holds this share of the streets and houses is what the extract is of."""
HULL_RATIO = 0.3
MARGIN_DEG = 0.001
SAMPLE = 20_000


def outline(layers: Layers) -> Any:
    """Polygon or MultiPolygon, EPSG:4326: the smallest community that holds nearly all, else a hull of the data."""
    at = np.concatenate(
        [
            shapely.get_coordinates(
                shapely.line_interpolate_point(layers.ways.geometry.to_numpy(), 0.5, normalized=True)
            ),
            shapely.get_coordinates(layers.addresses.geometry.to_numpy()),
        ]
    )
    points: Any = shapely.points(at[:: max(1, len(at) // SAMPLE)])
    around = layers.boundaries[layers.boundaries["admin_level"] != ""].geometry.to_numpy()
    order = np.argsort(shapely.area(around))
    for community in around[order]:
        shapely.prepare(community)
        if np.mean(shapely.intersects(community, points)) >= COVERS:
            return community
    hull = shapely.concave_hull(shapely.multipoints(points), ratio=HULL_RATIO)
    return shapely.buffer(hull, MARGIN_DEG, quad_segs=2)


def bounds(layers: Layers) -> tuple[float, float, float, float]:
    """West, south, east, north of the streets, houses and buildings that were read."""
    frames = [frame for frame in (layers.ways, layers.addresses, layers.buildings) if len(frame)]
    each = np.array([frame.total_bounds for frame in frames])
    west, south = each[:, :2].min(axis=0).round(7).tolist()
    east, north = each[:, 2:].max(axis=0).round(7).tolist()
    return west, south, east, north
