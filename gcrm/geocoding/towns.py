"""Which town, postcode and country each point of an area belongs to: from its tags, else boundaries, else near by."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from gcrm.common.text import fold, tokens
from gcrm.geocoding.words import words

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius, IUGG. Good for choosing the nearest; distances that are shown are taken on the ellipsoid."""

MUNICIPALITY_LEVELS = (8, 7, 9, 10, 6)
"""admin_level of municipalities, the usual one first. Source: OSM wiki, Tag:boundary=administrative."""
TOWN_KINDS = frozenset({"city", "town", "village", "municipality"})
NOT_TOWNS = frozenset(
    {
        "country",
        "state",
        "region",
        "county",
        "continent",
        "ocean",
        "sea",
        "archipelago",
        "island",
        "city_block",
        "plot",
        "islet",
    }
)
TOWN_WITHIN_M = 15_000.0
QUARTER_WITHIN_M = 1_500.0
POSTCODE_WITHIN_M = 400.0


def on_sphere(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points (n,) degrees as (n, 3) metres in space, so that nearness holds across the antimeridian."""
    lon, lat = np.radians(lon), np.radians(lat)
    return EARTH_RADIUS_M * np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def town_keys(name: str) -> set[str]:
    """The ways a town is written, folded: "Gamprin-Bendern" is also "bendern", "Lauf a.d. Pegnitz" also "lauf"."""
    from gcrm.common.text import keys

    found = set()
    for part in [name, *name.replace("/", ";").replace("(", ";").replace(")", ";").split(";")]:
        for way in keys(part):
            found.add(" ".join(way))
            for index, word in enumerate(way[1:], start=1):
                if word in words("town_links") and len(way[0]) > 2:
                    found.add(" ".join(way[:index]))
                    break
    if name.count("-") == 1:
        found.update(" ".join(tokens(part)) for part in name.split("-") if len(fold(part).strip()) > 3)
    return {key for key in found if len(key) > 1 and not key.isdecimal()}


@dataclass(frozen=True)
class Surroundings:
    """What can be known about a point from the polygons and places around it."""

    places: gpd.GeoDataFrame
    boundaries: gpd.GeoDataFrame

    def within(self, points: gpd.GeoSeries) -> pd.DataFrame:
        """Boundaries that each point lies in: columns point (position), name, alt_names, level, postal_code."""
        empty = pd.DataFrame({"point": [], "name": [], "alt_names": [], "level": [], "postal_code": []})
        if not len(self.boundaries) or not len(points):
            return empty.astype({"point": np.int64, "level": np.int64})
        point, polygon = shapely.STRtree(self.boundaries.geometry.to_numpy()).query(
            points.to_numpy(), predicate="within"
        )
        chosen = self.boundaries.iloc[polygon]
        return pd.DataFrame(
            {
                "point": point,
                "name": chosen["name"].to_numpy(),
                "alt_names": chosen["alt_names"].to_numpy(),
                "level": pd.to_numeric(chosen["admin_level"], errors="coerce").fillna(0).astype(np.int64).to_numpy(),
                "postal_code": chosen["postal_code"].to_numpy(),
            }
        )

    def nearest_place(self, points: gpd.GeoSeries, towns_only: bool, within_m: float) -> NDArray[np.int64]:
        """Position of the nearest place of each point, -1 where none is near enough."""
        kinds = self.places["kind"]
        usable = np.flatnonzero(kinds.isin(TOWN_KINDS) if towns_only else ~kinds.isin(NOT_TOWNS))
        found = np.full(len(points), -1, dtype=np.int64)
        if not len(usable) or not len(points):
            return found
        at = self.places.geometry.iloc[usable]
        tree = cKDTree(on_sphere(at.x.to_numpy(), at.y.to_numpy()))
        distance, position = tree.query(
            on_sphere(points.x.to_numpy(), points.y.to_numpy()), distance_upper_bound=within_m
        )
        near = np.isfinite(distance)
        found[near] = usable[position[near]]
        return found


def municipality(within: pd.DataFrame, points: int) -> NDArray[np.object_]:
    """The name of the municipality of each point, "" where no boundary tells."""
    rank = within["level"].map({level: order for order, level in enumerate(MUNICIPALITY_LEVELS)})
    known = within[rank.notna() & (within["name"] != "")].assign(rank=rank).sort_values("rank", kind="stable")
    first = known.drop_duplicates("point")
    names = np.full(points, "", dtype=object)
    names[first["point"].to_numpy(dtype=np.int64)] = first["name"].to_numpy()
    return names


def believable(city: pd.Series, streets: set[str]) -> pd.Series:
    """Which city tags can be one: with letters, and not a slip like a street's name or a number in the wrong field."""
    folded = city.map(fold)
    rare = folded.map(folded.value_counts()) <= 2
    return (
        (city != "")
        & folded.str.contains("[a-z]", regex=True)
        & ~(rare & (folded.isin(streets) | folded.str.contains(r"\d")))
    )


def fill_postcodes(frame: pd.DataFrame, within: pd.DataFrame) -> None:
    """Give addresses without a postcode that of their postal polygon, else of a near address in the same city.

    frame: columns postcode, city, lon, lat; changed in place, and a column `derived` (bool) added.
    """
    frame["derived"] = frame["postcode"] == ""
    postal = within[within["postal_code"] != ""].drop_duplicates("point").set_index("point")["postal_code"]
    lacking = np.flatnonzero(frame["derived"])
    codes = frame["postcode"].to_numpy(dtype=object).copy()
    codes[lacking] = [postal.get(position, "") for position in lacking]
    at = on_sphere(frame["lon"].to_numpy(), frame["lat"].to_numpy())
    for positions in frame.groupby("city").indices.values():
        known = positions[codes[positions] != ""]
        missing = positions[codes[positions] == ""]
        if len(known) and len(missing):
            distance, nearest = cKDTree(at[known]).query(at[missing], distance_upper_bound=POSTCODE_WITHIN_M)
            near = np.isfinite(distance)
            codes[missing[near]] = codes[known[nearest[near]]]
    frame["postcode"] = codes
