"""The layers that an extract is read into."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

ADDRESS_COLUMNS = (
    "street",
    "place",
    "house_number",
    "unit",
    "postcode",
    "city",
    "district",
    "country",
    "alt_names",
    "osm_id",
    "interpolation",
)


@dataclass(frozen=True, slots=True)
class Layers:
    """What an extract holds, each a frame in EPSG:4326; any of them may be empty.

    addresses: street, place, house_number, unit, postcode, city, district, country, alt_names, osm_id, interpolation
    ("" for a house that is mapped, else the kind of the interpolation way that says so); Point.
    streets: name, alt_names; LineString, one a way or a part of one that is in the extract.
    places: name, alt_names, kind, population; Point.
    boundaries: name, alt_names, admin_level, postal_code; Polygon or MultiPolygon.
    points_of_interest: category, kind, name, osm_id; Point.
    ways: kind, name; LineString. Streets and paths as the basemap draws them.
    water: kind, name; lines, Polygon, MultiPolygon. The sea is made of `coastlines` later.
    landuse: kind; buildings: kind, levels (as mapped); Polygon, MultiPolygon.
    borders: admin_level; LineString. coastlines: LineString, land on the left.
    box: west, south, east, north that the file itself says it was cut to, or None.
    """

    addresses: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    boundaries: gpd.GeoDataFrame
    points_of_interest: gpd.GeoDataFrame
    ways: gpd.GeoDataFrame
    water: gpd.GeoDataFrame
    landuse: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    borders: gpd.GeoDataFrame
    coastlines: gpd.GeoDataFrame
    box: tuple[float, float, float, float] | None = None


@dataclass
class Rows:
    """Rows of one layer while it is read: values, and the shape as well-known binary in hexadecimal."""

    columns: Sequence[str]
    values: list[tuple[Any, ...]] = field(default_factory=list)
    shapes: list[str] = field(default_factory=list)

    def add(self, shape: str, *values: Any) -> None:
        """One more row; values in the order of the columns."""
        self.shapes.append(shape)
        self.values.append(values)

    def extend(self, shapes: Iterable[str], *values: Any) -> None:
        """One more row for each shape, with the same values."""
        for shape in shapes:
            self.add(shape, *values)

    def frame(self, *, as_points: bool = False) -> gpd.GeoDataFrame:
        """The layer, EPSG:4326, without shapes that are empty or cannot be mended.

        as_points: lines and polygons become a point on them.
        """
        shapes = shapely.from_wkb(np.array(self.shapes, dtype=object), on_invalid="ignore")
        areas = shapely.get_dimensions(shapes) == 2
        broken = areas & ~shapely.is_valid(shapes)
        shapes[broken] = shapely.make_valid(shapes[broken], method="structure")
        if as_points:
            shapes = _points_on(shapes)
        kept = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        columns = list(zip(*self.values, strict=True)) or [()] * len(self.columns)
        frame = gpd.GeoDataFrame(
            {name: np.array(column, dtype=object) for name, column in zip(self.columns, columns, strict=True)},
            geometry=shapes,
            crs=4326,
        )
        return frame[kept].reset_index(drop=True)


def _points_on(shapes: Any) -> Any:
    """The centroid where it lies on the shape, as it does for most houses; else a point that does."""
    centroids = shapely.centroid(shapes)
    outside = ~shapely.intersects(shapes, centroids)
    centroids[outside] = shapely.point_on_surface(shapes[outside])
    return centroids
