"""Regions that a hand can draw."""

from pathlib import Path
from typing import Any

import geopandas as gpd
from shapely import MultiPolygon, Polygon, box

from gcrm.territories.model import Region


def square(west: float, south: float, size: float = 1.0) -> MultiPolygon:
    return MultiPolygon([box(west, south, west + size, south + size)])


def region(name: str, area: MultiPolygon, row_id: int = 0, **more: Any) -> Region:
    return Region("squares", name, area, id=row_id, **more)


BOW_TIE = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
"""Crosses itself: two triangles of one square unit each."""


def write(file: Path, frame: gpd.GeoDataFrame, **options: Any) -> Path:
    import pyogrio

    pyogrio.write_dataframe(frame, file, **options)
    return file


def frame_of(names: list[Any], shapes: list[Any], crs: str | None = "EPSG:4326", **columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": names, **columns}, geometry=shapes, crs=crs)
