"""Which buildings are homes, and how much of people each may hold."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from shapely import MultiPolygon, box

from gcrm.areas.homes import Homes, homes_of
from gcrm.areas.osm import read_osm
from gcrm.markets.population import Population
from gcrm.territories.model import Region
from routing.points import LonLat
from tests.unit.gcrm.areas.osm_xml import village

SIDE = 0.0001
"""Degrees: at 47 north a square of 7.6 by 11.1 m, 84 square metres."""


def buildings(*rows: tuple[str, str, float]) -> gpd.GeoDataFrame:
    """Squares one after the other to the east: kind, levels, and how many SIDEs wide."""
    shapes = [
        box(9.5 + n * 0.001, 47.1, 9.5 + n * 0.001 + wide * SIDE, 47.1 + SIDE) for n, (_, _, wide) in enumerate(rows)
    ]
    kinds, levels = [kind for kind, _, _ in rows], [level for _, level, _ in rows]
    return gpd.GeoDataFrame({"kind": kinds, "levels": levels}, geometry=shapes, crs=4326)


NO_LAND = gpd.GeoDataFrame({"kind": []}, geometry=[], crs=4326)


def test_a_home_counts_its_floors() -> None:
    homes = homes_of(buildings(("house", "", 1), ("apartments", "8", 1), ("yes", "2;3", 1), ("house", "0", 1)), NO_LAND)
    assert homes.floor_m2 / homes.floor_m2[0] == pytest.approx([1, 4, 1, 0.5], rel=0.01)
    assert homes.floor_m2[0] == pytest.approx(2 * 84.3, rel=0.01)


def test_works_churches_garages_and_sheds_are_no_homes() -> None:
    assert (
        len(homes_of(buildings(("industrial", "", 9), ("church", "", 9), ("garage", "", 1), ("yes", "", 0.2)), NO_LAND))
        == 0
    )


def test_a_building_that_does_not_say_what_it_is_is_no_home_among_works() -> None:
    works = gpd.GeoDataFrame({"kind": ["industrial"]}, geometry=[box(9.4, 47.0, 9.6, 47.2)], crs=4326)
    homes = homes_of(buildings(("yes", "", 2), ("house", "", 1)), works)
    assert homes.lon == pytest.approx([9.501 + SIDE / 2])


def test_homes_are_kept_and_found_again(tmp_path: Path) -> None:
    file = (
        village()
        .square(200, (9.5025, 47.1001), 0.0002, {"building": "house", "building:levels": "3"})
        .write(tmp_path / "a.osm")
    )
    layers = read_osm(file)
    homes_of(layers.buildings, layers.landuse).save(tmp_path / "homes.npz")
    kept = Homes.load(tmp_path / "homes.npz")
    assert kept.floor_m2 == pytest.approx([3 * 15.2 * 22.2], rel=0.01)
    assert kept.inside(box(9.5, 47.0, 9.51, 47.2)).tolist() == [0]
    assert kept.inside(box(9.6, 47.0, 9.7, 47.2)).tolist() == []
    assert len(Homes.load(tmp_path / "none.npz")) == 0


def test_a_region_without_buildings_is_shared_out_by_area_beside_one_with_them() -> None:
    west, east = (MultiPolygon([box(at, 47.0, at + 0.1, 47.1)]) for at in (9.4, 9.5))
    homes = Homes(np.array([9.41, 9.49]), np.array([47.05, 47.05]), np.array([100.0, 300.0]))
    sets = {"two": [Region("two", "West", west, 1_000, id=1), Region("two", "East", east, 1_000, id=2)]}
    people = Population(LonLat(9.5, 47.05), sets, homes)
    source = people.choose(box(9.4, 47.0, 9.6, 47.1))
    assert source is not None
    assert source.method == "buildings, and area-weighted where none are mapped"
    assert people.inside(box(9.45, 47.0, 9.55, 47.1)) == pytest.approx(750 + 500, abs=2)


def test_of_a_region_that_the_extract_cuts_only_the_part_that_is_known_is_shared_out() -> None:
    region = Region("one", "Wide", MultiPolygon([box(9.4, 47.0, 9.6, 47.1)]), 1_000, id=1)
    homes = Homes(np.array([9.41, 9.49]), np.array([47.05, 47.05]), np.array([100.0, 100.0]))
    people = Population(LonLat(9.5, 47.05), {"one": [region]}, homes, box(9.4, 47.0, 9.5, 47.1))
    people.choose(box(9.4, 47.0, 9.6, 47.1))
    assert people.inside(box(9.4, 47.0, 9.6, 47.1)) == pytest.approx(500, abs=2)
