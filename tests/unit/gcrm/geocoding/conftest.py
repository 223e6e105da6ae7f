"""A made-up country of two towns and a hamlet whose houses are numbered by the place."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely import LineString, Point, box

from gcrm.geocoding import Geocoder, build_index

NORTH, SOUTH = (9.50, 47.20), (9.50, 47.10)
HOUSES = [
    # street, number, town, step east in degrees
    *(("Landstrasse", str(number), "Nordheim", number * 0.0002) for number in range(1, 31)),
    *(("Landstrasse", str(number), "Südheim", number * 0.0002) for number in range(1, 31)),
    *(("Alte Landstrasse", str(number), "Nordheim", number * 0.0002 + 0.02) for number in range(1, 11)),
    *(("Mühleweg", number, "Nordheim", step) for number, step in (("12", 0.03), ("12a", 0.0303), ("14-18", 0.0306))),
    ("Rue de l'Église", "7", "Südheim", 0.03),
    ("Hämeentie", "16 A", "Südheim", 0.032),
    ("Hämeentie", "18", "Südheim", 0.0325),
    ("Straße des 17. Juni", "5", "Südheim", 0.034),
    ("Straße des 18. Juni", "5", "Südheim", 0.038),
    ("Tower Road", "12", "Südheim", 0.04),
    ("Rosenweg", "3", "Südheim", 0.042),
    ("Rosenweg", "3", "Nordheim", 0.042),
]


def frame(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> gpd.GeoDataFrame:
    full = [{**dict.fromkeys(columns, ""), **row} for row in rows]
    return gpd.GeoDataFrame(full, columns=[*columns, "geometry"], geometry="geometry", crs=4326)


@pytest.fixture(scope="session")
def geocoder(tmp_path_factory: pytest.TempPathFactory) -> Geocoder:
    """A geocoder of the made-up country."""
    centre = {"Nordheim": NORTH, "Südheim": SOUTH}
    code = {"Nordheim": "9001", "Südheim": "9002"}
    columns = (
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
    )
    addresses = [
        {
            "street": street,
            "house_number": number,
            "city": town,
            "postcode": code[town],
            "country": "LI",
            "geometry": Point(centre[town][0] + step, centre[town][1]),
        }
        for street, number, town, step in HOUSES
    ]
    addresses.append({"place": "Egg", "house_number": "4", "city": "Nordheim", "geometry": Point(9.55, 47.21)})
    streets = [
        {"name": "Landstrasse", "geometry": LineString([(9.50, 47.2), (9.51, 47.2)])},
        {"name": "Leere Gasse", "geometry": LineString([(9.52, 47.2), (9.53, 47.2)])},
        {
            "name": "Rue de l'Église",
            "alt_names": "Church Street",
            "geometry": LineString([(9.53, 47.1), (9.532, 47.1)]),
        },
    ]
    places = [
        {"name": "Nordheim", "kind": "town", "population": "5000", "geometry": Point(*NORTH)},
        {"name": "Südheim", "alt_names": "Southham", "kind": "town", "population": "900", "geometry": Point(*SOUTH)},
    ]
    boundaries = [
        {"name": "Nordheim", "admin_level": "8", "geometry": box(9.4, 47.15, 9.6, 47.3)},
        {"name": "Südheim", "admin_level": "8", "geometry": box(9.4, 47.0, 9.6, 47.15)},
    ]
    index = tmp_path_factory.mktemp("geocoder") / "addresses.sqlite"
    build_index(
        frame(addresses, columns),
        frame(streets, ("name", "alt_names")),
        frame(places, ("name", "alt_names", "kind", "population")),
        frame(boundaries, ("name", "alt_names", "admin_level", "postal_code")),
        Path(index),
    )
    return Geocoder(index)
