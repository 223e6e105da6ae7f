"""Where people can live: the buildings of an extract with their floor area, as far as they are homes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from routing.geodesy import metres_per_degree

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

NOT_HOMES = frozenset(
    {"garage", "garages", "carport", "parking", "shed", "hut", "roof", "barn", "stable", "cowshed", "sty", "greenhouse"}
    | {"farm_auxiliary", "industrial", "warehouse", "manufacture", "hangar", "storage_tank", "silo", "service", "kiosk"}
    | {"church", "chapel", "cathedral", "mosque", "temple", "synagogue", "shrine", "monastery", "religious", "castle"}
    | {"school", "kindergarten", "university", "college", "hospital", "clinic", "public", "civic", "government"}
    | {"retail", "supermarket", "commercial", "office", "hotel", "sports_hall", "sports_centre", "stadium", "pavilion"}
    | {"train_station", "transportation", "bridge", "ruins", "bunker", "transformer_tower", "water_tower", "tent"}
    | {"fire_station", "toilets", "grandstand", "riding_hall", "container", "digester", "gatehouse", "power"}
)
"""Values of `building` in which nobody lives, or few. Source: OSM wiki, Key:building."""
SURELY_HOMES = frozenset(
    {"house", "detached", "semidetached_house", "semi", "terrace", "apartments", "residential", "bungalow", "farm"}
    | {"cabin", "dormitory", "villa", "houseboat", "static_caravan", "duplex", "ger", "stilt_house", "tree_house"}
)
WORK = frozenset(
    {"industrial", "commercial", "retail", "garages", "farmyard", "education", "institutional", "cemetery"}
)
"""Land on which a building that does not say what it is, is no home."""
LEAST_M2 = 30.0
"""A building that does not say what it is, and is smaller than this, is a shed."""
LEVELS = 2.0
"""Storeys of a building that does not tell."""
MOST_LEVELS = 60.0
MOST_KEPT = 5_000
"""Regions whose homes are remembered."""


@dataclass(eq=False)
class Homes:
    """Homes as points. Safe to share between threads.

    lon, lat: (n,) degrees; floor_m2: (n,) what they have to live on.
    """

    lon: Floats
    lat: Floats
    floor_m2: Floats
    _in_region: dict[tuple[int, int], Rows] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.lon)

    def inside(self, shape: BaseGeometry) -> Rows:
        """The homes in a shape, EPSG:4326, as rows in order."""
        west, south, east, north = shape.bounds if not shape.is_empty else (1.0, 1.0, 0.0, 0.0)
        near = np.flatnonzero((self.lon >= west) & (self.lon <= east) & (self.lat >= south) & (self.lat <= north))
        shapely.prepare(shape)
        return np.asarray(near[shapely.intersects_xy(shape, self.lon[near], self.lat[near])], dtype=np.intp)

    def in_region(self, region_id: int, shape: BaseGeometry) -> Rows:
        """The homes in a region, remembered for as long as its shape stays the same."""
        key = region_id, hash(shapely.to_wkb(shape))
        found = self._in_region.get(key)
        if found is None:
            found = self.inside(shape)
            if len(self._in_region) >= MOST_KEPT:
                self._in_region.clear()
            self._in_region[key] = found
        return found

    def save(self, file: Path) -> None:
        """Write them to a file (.npz)."""
        np.savez_compressed(file, lon=self.lon, lat=self.lat, floor_m2=self.floor_m2.astype(np.float32))

    @classmethod
    def load(cls, file: Path) -> "Homes":
        """Read them; none where the area was imported before they were kept."""
        if not file.is_file():
            return cls(np.empty(0), np.empty(0), np.empty(0))
        with np.load(file) as kept:
            return cls(kept["lon"], kept["lat"], kept["floor_m2"].astype(np.float64))


def homes_of(buildings: gpd.GeoDataFrame, landuse: gpd.GeoDataFrame) -> Homes:
    """The homes among the buildings of an extract.

    buildings: columns kind (the value of `building`) and levels (as mapped, "" where not); landuse: kind. A home counts
    its ground area times its storeys: people are spread over floors, so that a tower holds more than a villa. Buildings
    that do not say what they are count unless they are small, or stand where people work.
    """
    shapes = buildings.geometry.to_numpy()
    kinds = _texts(buildings, "kind")
    centres = shapely.centroid(shapes)
    lon, lat = shapely.get_x(centres), shapely.get_y(centres)
    kx, ky = metres_per_degree(lat)
    ground_m2 = shapely.area(shapes) * kx * ky
    sure = np.isin(kinds, list(SURELY_HOMES))
    at_work = np.zeros(len(kinds), dtype=bool)
    fields = landuse.geometry.to_numpy()[np.isin(_texts(landuse, "kind"), list(WORK))]
    if len(fields) and len(kinds):
        at_work[np.unique(shapely.STRtree(fields).query(centres, predicate="intersects")[0])] = True
    home = sure | (~np.isin(kinds, list(NOT_HOMES)) & (ground_m2 >= LEAST_M2) & ~at_work)
    floor_m2 = ground_m2 * np.array([_levels(text) for text in _texts(buildings, "levels")], dtype=np.float64)
    return Homes(lon[home], lat[home], floor_m2[home])


def _texts(frame: gpd.GeoDataFrame, column: str) -> NDArray[np.str_]:
    values: Sequence[object] = frame[column].tolist() if column in frame.columns else [""] * len(frame)
    return np.array([str(value) for value in values], dtype=np.str_)


def _levels(text: str) -> float:
    try:
        levels = float(text.split(";", maxsplit=1)[0].replace(",", "."))
    except ValueError:
        return LEVELS
    return min(levels, MOST_LEVELS) if levels >= 1 else LEVELS if levels != 0 else 1.0
