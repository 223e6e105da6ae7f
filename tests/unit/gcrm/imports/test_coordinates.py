"""Coordinates in the notations that people, phones, maps and databases write."""

import pytest

from gcrm.imports.coordinates import in_grid, read_cell, read_pair
from gcrm.imports.places import Box, choose
from routing.points import LonLat

VADUZ = LonLat(9.52104, 47.14024)
AREA = Box(9.47, 47.05, 9.64, 47.27)
CHICAGO = Box(-88.0, 41.6, -87.5, 42.1)


def place(text: str, box: Box | None = AREA) -> LonLat | None:
    return choose(repr(text), read_cell(text), box).place


@pytest.mark.parametrize(
    "text",
    [
        "47.14024, 9.52104",
        "(47.14024 9.52104)",
        "47,14024; 9,52104",
        "47,14024, 9,52104",
        "47,14024,9,52104",
        "47.14024/9.52104",
        "47.14024, 9.52104, 455",
        "47°08'24.9\"N 9°31'15.7\"E",
        "N 47° 08.414' E 009° 31.262'",
        "47° 08' 24,9\" N / 9° 31' 15,7\" O",
        "47.14024° N, 9.52104° E",
        "47 08.414, 9 31.262",
        "47 08 24.9 9 31 15.7",
        "47.14024N 9.52104E",
        "9.52104E 47.14024N",
        '{"lat": 47.14024, "lng": 9.52104}',
        '{"type": "Point", "coordinates": [9.52104, 47.14024]}',
        "POINT (9.52104 47.14024)",
        "POINT Z (9.52104 47.14024 455)",
        "POINT (47.14024 9.52104)",
        "SRID=4326;POINT(9.52104 47.14024)",
        "POLYGON ((9.521 47.14, 9.5211 47.14, 9.5211 47.1405, 9.521 47.1405, 9.521 47.14))",
        "9.52104, 47.14024",
        "geo:47.14024,9.52104",
        "https://www.openstreetmap.org/?mlat=47.14024&mlon=9.52104#map=15/47.1/9.5",
        "https://maps.example.com/maps/@47.14024,9.52104,17z",
        "2'757'946 / 1'223'126",
        "757946 223126",
        "Städtle 1, Vaduz (47.14024, 9.52104)",
    ],
)
def test_every_notation_is_one_place(text: str) -> None:
    assert place(text) == pytest.approx(VADUZ, abs=3e-4)


@pytest.mark.parametrize(
    ("text", "there"), [("32T 539500 5221200", (9.521, 47.143)), ("32TNT3950021200", (9.521, 47.143))]
)
def test_grids_with_their_zone_need_no_area(text: str, there: tuple[float, float]) -> None:
    assert place(text, None) == pytest.approx(there, abs=1e-3)


@pytest.mark.parametrize("text", ["see note", "Vaduz", "9490", "47.14", "1,2,3,4,5", "0.0, 0.0", "95, 190"])
def test_what_is_no_place_is_said(text: str) -> None:
    chosen = choose(repr(text), read_cell(text), AREA)
    assert chosen.place is None or chosen.outside
    assert text in chosen.remark


@pytest.mark.parametrize(
    ("lon", "lat", "said"),
    [
        ("9.52104", "47.14024", ""),
        ("9,52104", "47,14024", ""),
        ("47.14024", "9.52104", "other way round"),
        ("952104", "4714024", "decimal point"),
        ("2757946", "1223126", "LV95"),
        ("9°31'15.7\"E", "47°08'24.9\"N", ""),
    ],
)
def test_two_cells_are_held_against_the_area(lon: str, lat: str, said: str) -> None:
    chosen = choose(f"{lat}, {lon}", read_pair(lon, lat), AREA)
    assert chosen.place == pytest.approx(VADUZ, abs=3e-4)
    assert said in chosen.remark
    assert bool(chosen.remark) == bool(said)


def test_a_lost_minus_comes_back_where_only_that_lies_in_the_area() -> None:
    chosen = choose("41.88, 87.63", read_cell("41.88, 87.63"), CHICAGO)
    assert (chosen.place, "minus" in chosen.remark) == (LonLat(-87.63, 41.88), True)


def test_a_place_far_away_is_told_from_one_nearby() -> None:
    assert choose("x", read_cell("47.30, 9.60"), AREA).remark == ""
    assert choose("x", read_cell("52.52, 13.40"), AREA).outside


def test_a_reference_system_that_the_file_names_counts() -> None:
    (reading,) = in_grid("2757946", "1223126", "EPSG:2056")
    assert reading.place == pytest.approx(VADUZ, abs=3e-4)


@pytest.mark.parametrize(
    ("lon", "lat", "place"),
    [
        ("6.1e-05", "51.4779", (0.000061, 51.4779)),
        ("9.52", "-1.5E-6", (9.52, -0.0000015)),
        ("0.0", "6.1e-05", (0, 0.000061)),
    ],
)
def test_degrees_with_an_exponent_are_degrees(lon: str, lat: str, place: tuple[float, float]) -> None:
    assert read_pair(lon, lat)[0].place == LonLat(*place)
