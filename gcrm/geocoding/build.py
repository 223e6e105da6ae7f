"""The address index of an area, built from the layers of its extract."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from gcrm.common.language import say
from gcrm.common.text import fold, joined, keys, tokens
from gcrm.geocoding.countries import country_names
from gcrm.geocoding.repository import write_address_index
from gcrm.geocoding.towns import (
    QUARTER_WITHIN_M,
    TOWN_KINDS,
    TOWN_WITHIN_M,
    Surroundings,
    believable,
    fill_postcodes,
    municipality,
    on_sphere,
    town_keys,
)
from gcrm.platform.errors import InputRejected
from gcrm.platform.progress import Progress, quiet
from routing.geodesy import distance_m, distances_m

SOURCE = "OpenStreetMap, ODbL"
SHARE_OF_STREET = 0.1
"""A boundary or quarter counts for a street when this share of its houses lies in it; a few over the border do not."""

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
NEIGHBOURS = 8
"""So many addresses near by tell in which towns one may be that does not say its own."""
NEXT_TOWNS = 3
_NUMBER_SEPARATOR = re.compile(r"[;,]")


def build_index(
    addresses: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    boundaries: gpd.GeoDataFrame,
    out: Path,
    progress: Progress = quiet,
) -> dict[str, int]:
    """Build the index of an area and write it to `out`.

    addresses: columns street, place, house_number, unit, postcode, city, district, country, alt_names, osm_id,
    interpolation ("" for a house that is mapped by itself), Point.
    streets: name, alt_names, LineString. places: name, alt_names, kind, population, Point.
    boundaries: name, alt_names, admin_level, postal_code, polygon. All EPSG:4326, any of them may be empty.
    Returns counts: streets, houses, towns, places. Raises InputRejected if a frame has no CRS or another one.
    """
    frames = {"addresses": addresses, "streets": streets, "places": places, "boundaries": boundaries}
    for name, frame in frames.items():
        if len(frame) and (frame.crs is None or frame.crs.to_epsg() != 4326):
            raise InputRejected(
                say("The {name} are in {crs}.", name=name, crs=frame.crs or say("no known CRS")),
                say("Give them in EPSG:4326."),
            )
    around = Surroundings(
        _texts(places, ("name", "alt_names", "kind", "population")),
        _texts(boundaries, ("name", "alt_names", "admin_level", "postal_code")),
    )
    progress(say("Placing addresses in towns"))
    houses = _houses(_texts(addresses, ADDRESS_COLUMNS), around)
    progress(say("Placing streets in towns"))
    ways = _ways(_texts(streets, ("name", "alt_names")), houses, around)
    progress(say("Writing the address index"))
    tables = _Tables(houses, ways, around).as_rows()
    write_address_index(out, tables)
    counts = {name: len(list(tables[name])) for name in ("street", "house", "town", "place")}
    progress(say("Address index done"), counts["house"], counts["house"])
    return {f"{name}s": count for name, count in counts.items()}


def _texts(frame: gpd.GeoDataFrame, columns: Sequence[str]) -> gpd.GeoDataFrame:
    """The frame with exactly these text columns, nothing missing, and only rows that have a shape."""
    kept = {
        column: frame[column].astype(object).where(frame[column].notna(), "").map(lambda value: str(value).strip())
        if column in frame.columns
        else pd.Series("", index=frame.index, dtype=object)
        for column in columns
    }
    if not len(frame):
        return gpd.GeoDataFrame({column: pd.Series([], dtype=object) for column in columns}, geometry=[], crs=4326)
    clean = gpd.GeoDataFrame(kept, geometry=frame.geometry.to_numpy(), crs=4326)
    return clean[~(clean.geometry.is_empty | clean.geometry.isna())].reset_index(drop=True)


def _towns_of(frame: pd.DataFrame, points: gpd.GeoSeries, around: Surroundings, within: pd.DataFrame) -> None:
    """Fill `city` where it is "" (column `city_derived` says so): municipality, else the nearest town."""
    frame["city_derived"] = frame["city"] == ""
    lacking = frame["city_derived"].to_numpy()
    city = frame["city"].to_numpy(dtype=object).copy()
    city[lacking] = municipality(within, len(frame))[lacking]
    still = np.flatnonzero(city == "")
    nearest = around.nearest_place(points.iloc[still], towns_only=True, within_m=TOWN_WITHIN_M)
    names = around.places["name"].to_numpy()
    city[still] = [names[position] if position >= 0 else "" for position in nearest]
    frame["city"] = city
    frame["city_guessed"] = False
    frame.loc[still, "city_guessed"] = True


def _may_be_in(frame: pd.DataFrame, houses: pd.DataFrame, around: Surroundings) -> list[set[str]]:
    """For each row whose town was guessed from a place near by, the other towns that it may be in.

    They are those of the addresses near by that say theirs, and the next places. A town in which a street of the same
    name is known to be is left out: there that one is meant.
    """
    others: list[set[str]] = [set() for _ in range(len(frame))]
    rows = np.flatnonzero(frame["city_guessed"].to_numpy())
    if not len(rows):
        return others
    at = on_sphere(frame["lon"].to_numpy()[rows], frame["lat"].to_numpy()[rows])
    known = houses[~houses["city_guessed"] & (houses["city"] != "")]
    towns = around.places[around.places["kind"].isin(TOWN_KINDS)]
    sources = (
        (known["city"].to_numpy(), known["lon"].to_numpy(), known["lat"].to_numpy(), NEIGHBOURS),
        (towns["name"].to_numpy(), towns.geometry.x.to_numpy(), towns.geometry.y.to_numpy(), NEXT_TOWNS),
    )
    taken = {(joined(tokens(street)), city) for street, city in zip(known["street"], known["city"], strict=True)}
    streets = [joined(tokens(street)) for street in frame["street"].to_numpy()[rows]]
    for names, lon, lat, count in sources:
        if len(names):
            _, nearest = cKDTree(on_sphere(lon, lat)).query(at, k=count, distance_upper_bound=TOWN_WITHIN_M)
            for row, street, positions in zip(rows, streets, nearest.reshape(len(rows), -1), strict=True):
                found = {names[position] for position in positions if position < len(names)}
                others[row] |= {name for name in found if (street, name) not in taken}
    return others


def _houses(addresses: gpd.GeoDataFrame, around: Surroundings) -> pd.DataFrame:
    """One row a house number: the columns of an address, and number, derived, city_derived, aliases, lon, lat."""
    addresses["street"] = addresses["street"].where(addresses["street"] != "", addresses["place"])
    usable = (addresses["street"] != "") & addresses["house_number"].str.contains(r"\d", regex=True)
    addresses = addresses[usable].reset_index(drop=True)
    # A polygon's or a line's address stands at a point inside it.
    points = gpd.GeoSeries(
        addresses.geometry.where(addresses.geometry.geom_type == "Point", addresses.representative_point())
    )
    frame = pd.DataFrame(addresses.drop(columns="geometry"))
    frame["lon"], frame["lat"] = points.x.to_numpy(), points.y.to_numpy()
    street_names = set(frame["street"].map(fold))
    frame["city"] = frame["city"].where(believable(frame["city"], street_names), "")
    frame["postcode"] = frame["postcode"].map(lambda code: re.split(r"[;,]", code)[0].strip())
    within = around.within(points)
    _towns_of(frame, points, around, within)
    fill_postcodes(frame, within)
    aliases = zip(_aliases(frame, points, around, within), _may_be_in(frame, frame, around), strict=True)
    frame["aliases"] = pd.Series([one | other for one, other in aliases], dtype=object)
    frame["number"] = frame["house_number"].map(
        lambda number: [part.strip() for part in _NUMBER_SEPARATOR.split(number)]
    )
    frame = frame.explode("number", ignore_index=True)
    return frame[frame["number"].astype(str).str.contains(r"\d", regex=True)].reset_index(drop=True)


def _ways(streets: gpd.GeoDataFrame, houses: pd.DataFrame, around: Surroundings) -> pd.DataFrame:
    """One row a named way: street, alt_names, city, aliases, shape."""
    streets = streets[streets["name"] != ""].reset_index(drop=True)
    middle = gpd.GeoSeries(
        [
            shape.interpolate(0.5, normalized=True) if shape.geom_type == "LineString" else shape.representative_point()
            for shape in streets.geometry
        ],
        crs=4326,
    )
    frame = pd.DataFrame({"street": streets["name"], "alt_names": streets["alt_names"], "city": "", "district": ""})
    within = around.within(middle)
    _towns_of(frame, middle, around, within)
    frame["lon"], frame["lat"] = middle.x.to_numpy(), middle.y.to_numpy()
    aliases = zip(_aliases(frame, middle, around, within), _may_be_in(frame, houses, around), strict=True)
    frame["aliases"] = pd.Series([one | other for one, other in aliases], dtype=object)
    frame["shape"] = streets.geometry.to_numpy()
    return frame


def _aliases(frame: pd.DataFrame, points: gpd.GeoSeries, around: Surroundings, within: pd.DataFrame) -> list[set[str]]:
    """For each row the other names of where it is: municipality and quarter boundaries, district, place near by."""
    aliases: list[set[str]] = [{row} - {""} for row in frame["district"]]
    for point, name, alt_names, level in zip(
        within["point"], within["name"], within["alt_names"], within["level"], strict=True
    ):
        if level >= 8 and name:
            aliases[point].update({name, *alt_names.split(";")} - {""})
    # A quarter or village near by counts only if it belongs to the same town: the place's own nearest house tells.
    if len(around.places) and len(points):
        nearest = around.nearest_place(points, towns_only=False, within_m=QUARTER_WITHIN_M)
        place_names = around.places["name"].to_numpy()
        at = around.places.geometry
        house_of_place = _nearest_rows(points, gpd.GeoSeries(at))
        cities = frame["city"].to_numpy()
        for row in np.flatnonzero(nearest >= 0):
            place = nearest[row]
            if cities[house_of_place[place]] == cities[row]:
                aliases[row].add(place_names[place])
    return aliases


def _nearest_rows(points: gpd.GeoSeries, wanted: gpd.GeoSeries) -> np.ndarray[Any, np.dtype[np.int64]]:
    tree = cKDTree(on_sphere(points.x.to_numpy(), points.y.to_numpy()))
    return np.asarray(tree.query(on_sphere(wanted.x.to_numpy(), wanted.y.to_numpy()))[1], dtype=np.int64)


class _Tables:
    """The rows of the index: streets grouped by name and city, their houses, towns and places."""

    def __init__(self, houses: pd.DataFrame, ways: pd.DataFrame, around: Surroundings) -> None:
        self.houses, self.ways, self.around = houses, ways, around
        self.town_ids: dict[str, int] = {}
        self.other_names = self._other_names()
        self.twins = self._twins()

    def _other_names(self) -> dict[str, set[str]]:
        """From a folded town name to its names in other languages."""
        names: dict[str, set[str]] = defaultdict(set)
        for frame in (self.around.places, self.around.boundaries):
            for name, alt_names in zip(frame["name"], frame["alt_names"], strict=True):
                if name:
                    names[fold(name)].update(alt for alt in alt_names.split(";") if alt)
        return names

    def _twins(self) -> dict[str, set[str]]:
        """From a town as addresses name it to the same town as it is mapped: Lauf a.d.Pegnitz, Lauf an der Pegnitz.

        They share a way of writing, and lie near its houses.
        """
        towns = self.around.places[self.around.places["kind"].isin(TOWN_KINDS)]
        named = [(name, town_keys(name), point) for name, point in zip(towns["name"], towns.geometry, strict=True)]
        twins: dict[str, set[str]] = defaultdict(set)
        for city, houses in self.houses.groupby("city"):
            lon, lat = houses["lon"].median(), houses["lat"].median()
            for name, ways, point in named:
                alike = name != city and not ways.isdisjoint(town_keys(str(city)))
                if alike and distance_m((lon, lat), (point.x, point.y)) <= TOWN_WITHIN_M:
                    twins[str(city)].add(name)
        return twins

    def _towns(self, names: Iterable[str]) -> list[int]:
        """Ids of all the ways these towns are written."""
        written: set[str] = set()
        for name in names:
            for each in (name, *self.twins.get(name, ())):
                for known in (each, *self.other_names.get(fold(each), ())):
                    written |= town_keys(known)
        return [self.town_ids.setdefault(key, len(self.town_ids)) for key in sorted(written)]

    def as_rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Table name to rows, columns as in gcrm.geocoding.repository.TABLES."""
        countries = Counter(code.upper() for code in self.houses.get("country", ()) if code)
        main_country = countries.most_common(1)[0][0] if countries else self._country_of_boundary()
        street_rows: list[tuple[Any, ...]] = []
        key_rows: list[tuple[int, str]] = []
        town_rows: list[tuple[int, int]] = []
        house_rows: list[tuple[Any, ...]] = []
        grouped = self._grouped()
        alt_of_name = self._alternative_names()
        for street, (name, city, house_positions, way_positions) in enumerate(grouped):
            houses, ways = self.houses.iloc[house_positions], self.ways.iloc[way_positions]
            lon, lat, extent_m = _where(houses, ways)
            country = _commonest(houses["country"].str.upper()) if len(houses) else ""
            postcode = _commonest(houses["postcode"]) if len(houses) else ""
            street_rows.append((street, name, city, country or main_country, postcode, lon, lat, extent_m, SOURCE))
            # An address by blocks stands for a quarter, which has names in other languages as a place.
            names = {name, *alt_of_name.get(fold(name), ()), *self.other_names.get(fold(name), ())}
            names.update(alt for alts in houses["alt_names"] for alt in alts.split(";") if alt)
            written = {" ".join(way) for each in names for way in keys(each)}
            key_rows.extend((street, key) for key in sorted(written))
            town_rows.extend((street, town) for town in self._towns(_names_of_street(city, houses, ways)))
            house_rows.extend(
                (
                    *(street, row.number, row.unit, row.postcode, int(bool(row.derived))),
                    *(row.lon, row.lat, row.osm_id, int(bool(row.interpolation))),
                )
                for row in houses.itertuples()
            )
        place_rows, place_towns = self._places()
        return {
            "meta": [("source", SOURCE), ("country", main_country), ("countries", ";".join(sorted(countries)))],
            "region": self._regions(),
            "street": street_rows,
            "street_key": key_rows,
            "street_town": town_rows,
            "house": [(identity, *row) for identity, row in enumerate(house_rows)],
            "place": place_rows,
            "place_town": place_towns,
            "town": [(identity, key) for key, identity in self.town_ids.items()],
            "postcode": self._postcodes(),
        }

    def _postcodes(self) -> list[tuple[str, str, float, float]]:
        """Each postcode with its commonest city and the house in its middle; without houses, a point in its polygon."""
        rows = []
        for code, houses in self.houses.groupby("postcode"):
            if code:
                at = houses[["lon", "lat"]].to_numpy(dtype=float)
                middle = at[np.argmin(((at - np.median(at, axis=0)) ** 2).sum(axis=1))]
                rows.append((str(code), _commonest(houses["city"]), float(middle[0]), float(middle[1])))
        seen = {row[0] for row in rows}
        boundaries = self.around.boundaries
        for code, point in zip(boundaries["postal_code"], boundaries.representative_point(), strict=True):
            if code and code not in seen:
                seen.add(code)
                rows.append((code, "", point.x, point.y))
        return rows

    def _grouped(self) -> list[tuple[str, str, list[int], list[int]]]:
        """Streets as (name, city, positions of houses, positions of ways); one entry a folded name and city."""
        members: dict[tuple[str, str], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        shown: dict[tuple[str, str], Counter[tuple[str, str]]] = defaultdict(Counter)
        for slot, frame in enumerate((self.houses, self.ways)):
            for position, (name, city) in enumerate(zip(frame["street"], frame["city"], strict=True)):
                group = (joined(tokens(name)), joined(tokens(city)))
                if group[0]:
                    members[group][slot].append(position)
                    shown[group][(name, city)] += 1
        return [(*shown[group].most_common(1)[0][0], *positions) for group, positions in members.items()]

    def _alternative_names(self) -> dict[str, set[str]]:
        alternatives: dict[str, set[str]] = defaultdict(set)
        for name, alt_names in zip(self.ways["street"], self.ways["alt_names"], strict=True):
            alternatives[fold(name)].update(alt for alt in alt_names.split(";") if alt)
        return alternatives

    def _places(self) -> tuple[list[tuple[Any, ...]], list[tuple[int, int]]]:
        """Places, and municipalities that have no place of their own."""
        rows: list[tuple[Any, ...]] = []
        towns: list[tuple[int, int]] = []
        places, boundaries = self.around.places, self.around.boundaries
        seen = {fold(name) for name, kind in zip(places["name"], places["kind"], strict=True) if kind in TOWN_KINDS}
        entries = [
            (row.name_, row.kind, row.geometry, row.population)
            for row in places.rename(columns={"name": "name_"}).itertuples()
            if row.name_ and row.kind not in {"country", "city_block", "plot"}
        ]
        entries += [
            (row.name_, "municipality", row.geometry.representative_point(), "")
            for row in boundaries.rename(columns={"name": "name_"}).itertuples()
            if row.name_ and row.admin_level in {"7", "8", "9", "10"} and fold(str(row.name_)) not in seen
        ]
        for identity, (name, kind, point, population) in enumerate(entries):
            people = int(float(population)) if re.fullmatch(r"\d+(\.\d+)?", str(population)) else 0
            rows.append((identity, name, kind, point.x, point.y, people, ""))
            towns.extend((identity, town) for town in self._towns([name]))
        return rows, towns

    def _regions(self) -> list[tuple[str, str]]:
        """Names of countries in many languages with their code, and of the area's states and counties with none."""
        words = dict(country_names())
        boundaries = self.around.boundaries
        for name, alt_names, level in zip(
            boundaries["name"], boundaries["alt_names"], boundaries["admin_level"], strict=True
        ):
            if level in {"3", "4", "5", "6"} and name:
                for each in (name, *alt_names.split(";")):
                    for way in keys(each):
                        words.setdefault(joined(way), "")
        return sorted((key, code) for key, code in words.items() if key)

    def _country_of_boundary(self) -> str:
        """The country whose boundary is in the extract, for extracts whose addresses do not say it."""
        boundaries = self.around.boundaries
        for name, alt_names, level in zip(
            boundaries["name"], boundaries["alt_names"], boundaries["admin_level"], strict=True
        ):
            if level == "2":
                for each in (name, *alt_names.split(";")):
                    code = country_names().get(joined(tokens(each)), "")
                    if code:
                        return code
        return ""


def _commonest(values: pd.Series) -> str:
    counted = Counter(value for value in values if value)
    return str(counted.most_common(1)[0][0]) if counted else ""


def _names_of_street(city: str, houses: pd.DataFrame, ways: pd.DataFrame) -> set[str]:
    """The towns and quarters a street may be said to be in."""
    counted: Counter[str] = Counter()
    for frame in (houses, ways):
        for aliases in frame["aliases"]:
            counted.update(aliases)
    enough = SHARE_OF_STREET * (len(houses) + len(ways))
    return {city, *(name for name, count in counted.items() if count >= enough)} - {""}


def _where(houses: pd.DataFrame, ways: pd.DataFrame) -> tuple[float, float, float]:
    """A point on the street near its middle, and the distance to its farthest part, metres on the ellipsoid."""
    if len(ways):
        lines = shapely.union_all(ways["shape"].to_numpy())
        middle = shapely.shortest_line(lines, lines.centroid).coords[0]
        around = shapely.get_coordinates(lines)
    else:
        around = houses[["lon", "lat"]].to_numpy(dtype=float)
        middle = tuple(around[np.argmin(((around - np.median(around, axis=0)) ** 2).sum(axis=1))])
    extent_m = float(np.max(distances_m((middle[0], middle[1]), around)))
    return float(middle[0]), float(middle[1]), extent_m
