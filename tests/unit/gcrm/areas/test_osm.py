"""What is read out of an OpenStreetMap file."""

from pathlib import Path

import pytest

from gcrm.areas.osm import read_osm
from gcrm.platform.errors import Cancelled
from tests.unit.gcrm.areas.osm_xml import OsmXml, village


def test_named_streets_come_with_their_other_names(tmp_path: Path) -> None:
    tags = {"highway": "residential", "name": "Mannerheimintie", "name:sv": "Mannerheimvägen", "old_name": "Heikinkatu"}
    file = village().way(103, [1, 4], tags).write(tmp_path / "a.osm")
    streets = read_osm(file).streets.set_index("name")
    assert set(streets.index) == {"Long Street", "Cross Street", "Mannerheimintie"}
    assert streets.loc["Mannerheimintie", "alt_names"] == "Mannerheimvägen;Heikinkatu"
    assert streets.crs.to_epsg() == 4326


def test_a_way_cut_by_the_extract_keeps_the_parts_that_are_there(tmp_path: Path) -> None:
    file = (
        village()
        .way(103, [900, 1, 2, 901, 3, 4, 902], {"highway": "tertiary", "name": "Cut"})
        .write(tmp_path / "a.osm")
    )
    layers = read_osm(file)
    lines = layers.streets[layers.streets["name"] == "Cut"].geometry
    assert [list(line.coords) for line in lines] == [
        [(9.500, 47.100), (9.502, 47.100)],
        [(9.504, 47.100), (9.502, 47.101)],
    ]


def test_a_way_with_no_node_in_the_extract_is_no_street(tmp_path: Path) -> None:
    file = village().way(103, [900, 901], {"highway": "tertiary", "name": "Gone"}).write(tmp_path / "a.osm")
    assert set(read_osm(file).streets["name"]) == {"Long Street", "Cross Street"}


def test_a_building_cut_by_the_extract_keeps_its_address(tmp_path: Path) -> None:
    tags = {"building": "yes", "addr:street": "Long Street", "addr:housenumber": "7"}
    file = village().way(103, [1, 2, 4, 900, 1], tags).write(tmp_path / "a.osm")
    layers = read_osm(file)
    assert list(layers.addresses["house_number"]) == ["7"]
    assert len(layers.buildings) == 1


def test_an_address_by_place_with_a_unit_is_kept_whole(tmp_path: Path) -> None:
    tags = {"addr:place": "Hof Gapont", "addr:housenumber": "3", "addr:unit": "B", "addr:postcode": "9490"}
    tags |= {"addr:city": "Vaduz", "addr:country": "LI"}
    row = read_osm(village().node(9, (9.501, 47.1001), tags).write(tmp_path / "a.osm")).addresses.iloc[0]
    expected = {"street": "", "place": "Hof Gapont", "house_number": "3", "unit": "B", "postcode": "9490"}
    expected |= {"city": "Vaduz", "country": "LI", "osm_id": "n9", "district": "", "alt_names": ""}
    assert {key: row[key] for key in expected} == expected
    assert (row.geometry.x, row.geometry.y) == (9.501, 47.1001)


def test_a_building_with_a_yard_has_its_address_on_the_building(tmp_path: Path) -> None:
    tags = {"type": "multipolygon", "building": "yes", "addr:street": "Long Street", "addr:housenumber": "1"}
    file = (
        village()
        .square(200, (9.5005, 47.1001), 0.0003)
        .square(201, (9.5006, 47.1002), 0.0001)
        .relation(300, [(200, "outer"), (201, "inner")], tags)
        .write(tmp_path / "a.osm")
    )
    layers = read_osm(file)
    (building,) = layers.buildings.geometry
    assert building.area == pytest.approx(0.0003**2 - 0.0001**2)
    (address,) = layers.addresses.itertuples()
    assert address.osm_id == "r300"
    assert building.intersects(address.geometry)


def test_an_outline_that_crosses_itself_does_not_lose_the_address(tmp_path: Path) -> None:
    tags = {"building": "yes", "addr:street": "Long Street", "addr:housenumber": "13"}
    bow_tie = OsmXml().node(1, (9.5, 47.1)).node(2, (9.501, 47.101)).node(3, (9.501, 47.1)).node(4, (9.5, 47.101))
    file = bow_tie.way(101, [1, 2, 3, 4, 1], tags).write(tmp_path / "a.osm")
    assert list(read_osm(file).addresses["house_number"]) == ["13"]


def test_houses_along_an_interpolation_way_are_filled_in_between(tmp_path: Path) -> None:
    file = (
        village()
        .node(11, (9.500, 47.1001), {"addr:housenumber": "2", "addr:street": "Long Street", "addr:city": "Vaduz"})
        .node(12, (9.504, 47.1001), {"addr:housenumber": "10", "addr:street": "Long Street", "addr:city": "Vaduz"})
        .node(13, (9.501, 47.1002), {"addr:housenumber": "4", "addr:street": "Long Street"})
        .way(103, [11, 12], {"addr:interpolation": "even"})
        .write(tmp_path / "a.osm")
    )
    addresses = read_osm(file).addresses.set_index("house_number")
    assert sorted(addresses.index, key=int) == ["2", "4", "6", "8", "10"]
    assert addresses.loc["4", "osm_id"] == "n13", "a house that is mapped is not made up"
    assert addresses.loc["6", "street"] == "Long Street"
    assert addresses.loc["6", "city"] == "Vaduz"
    assert addresses.loc["6"].geometry.x == pytest.approx(9.502)


def test_shops_and_offices_are_points_of_interest_and_benches_are_not(tmp_path: Path) -> None:
    file = (
        village()
        .node(11, (9.501, 47.1), {"shop": "bakery", "amenity": "cafe", "name": "Brot & Co"})
        .node(12, (9.502, 47.1), {"amenity": "bench"})
        .node(13, (9.503, 47.1), {"shop": "vacant"})
        .square(200, (9.5005, 47.1001), 0.0002, {"building": "yes", "office": "lawyer", "name": "Recht"})
        .write(tmp_path / "a.osm")
    )
    found = read_osm(file).points_of_interest
    assert {(row.category, row.kind, row.name_) for row in found.rename(columns={"name": "name_"}).itertuples()} == {
        ("shop", "bakery", "Brot & Co"),
        ("office", "lawyer", "Recht"),
    }
    assert set(found.geom_type) == {"Point"}


def test_a_community_keeps_its_level_names_and_border(tmp_path: Path) -> None:
    tags = {"type": "boundary", "boundary": "administrative", "admin_level": "8", "name": "Vaduz", "name:de": "Vaduz"}
    file = (
        village()
        .square(200, (9.49, 47.09), 0.02, {"boundary": "administrative", "admin_level": "8"})
        .relation(300, [(200, "outer")], tags)
        .write(tmp_path / "a.osm")
    )
    layers = read_osm(file)
    assert [
        (row.name_, row.admin_level) for row in layers.boundaries.rename(columns={"name": "name_"}).itertuples()
    ] == [("Vaduz", "8")]
    assert list(layers.borders["admin_level"]) == ["8"]


def test_a_postal_boundary_gives_its_code(tmp_path: Path) -> None:
    tags = {"type": "boundary", "boundary": "postal_code", "postal_code": "9490"}
    file = village().square(200, (9.49, 47.09), 0.02).relation(300, [(200, "outer")], tags).write(tmp_path / "a.osm")
    assert list(read_osm(file).boundaries["postal_code"]) == ["9490"]


def test_a_place_mapped_as_point_and_as_area_stands_once_at_its_point(tmp_path: Path) -> None:
    file = (
        village()
        .node(11, (9.5, 47.1), {"place": "village", "name": "Triesen", "population": "5 230"})
        .square(200, (9.49, 47.09), 0.01, {"place": "village", "name": "Triesen"})
        .square(201, (9.51, 47.09), 0.01, {"place": "suburb", "name": "Mühleholz"})
        .write(tmp_path / "a.osm")
    )
    places = read_osm(file).places.set_index("name")
    assert sorted(places.index) == ["Mühleholz", "Triesen"]
    assert places.loc["Triesen"].geometry.x == 9.5
    assert places.loc["Triesen", "population"] == "5 230"


def test_water_and_landuse_are_told_apart_by_kind(tmp_path: Path) -> None:
    file = (
        village()
        .square(200, (9.49, 47.09), 0.001, {"natural": "water", "water": "pond", "name": "Weiher"})
        .square(201, (9.48, 47.09), 0.001, {"landuse": "forest"})
        .square(202, (9.47, 47.09), 0.001, {"landuse": "industrial"})
        .way(103, [1, 4], {"waterway": "stream", "name": "Bach"})
        .way(104, [1, 5], {"waterway": "stream", "tunnel": "culvert"})
        .write(tmp_path / "a.osm")
    )
    layers = read_osm(file)
    assert sorted(zip(layers.water["kind"], layers.water["name"], strict=True)) == [
        ("pond", "Weiher"),
        ("stream", "Bach"),
    ]
    assert sorted(layers.landuse["kind"]) == ["forest", "industrial"]


def test_a_pedestrian_square_is_not_drawn_as_a_street_but_keeps_its_name(tmp_path: Path) -> None:
    tags = {"highway": "pedestrian", "area": "yes", "name": "Rathausplatz"}
    layers = read_osm(village().square(200, (9.49, 47.09), 0.001, tags).write(tmp_path / "a.osm"))
    assert "Rathausplatz" in set(layers.streets["name"])
    assert "pedestrian" not in set(layers.ways["kind"])


def test_reading_stops_when_the_person_stops_it(tmp_path: Path) -> None:
    def stop(message: str, done: int = 0, total: int = 0) -> None:  # noqa: ARG001 - a Progress
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        read_osm(village().write(tmp_path / "a.osm"), stop)
