"""Which side of the coastline is sea."""

import geopandas as gpd
import pytest
import shapely

from gcrm.areas.coast import sea_polygons

BOX = (0.0, 0.0, 1.0, 1.0)


def coast(*lines: list[tuple[float, float]]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[shapely.LineString(line) for line in lines], crs=4326)


def test_the_sea_is_on_the_right_of_the_coastline() -> None:
    (sea,) = sea_polygons(coast([(-0.5, 0.4), (1.5, 0.4)]), BOX)
    assert sea.equals(shapely.box(0, 0, 1, 0.4)), "eastward: land to the north"
    (sea,) = sea_polygons(coast([(1.5, 0.4), (-0.5, 0.4)]), BOX)
    assert sea.equals(shapely.box(0, 0.4, 1, 1))


def test_an_island_is_no_sea() -> None:
    island = [(0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6), (0.4, 0.4)]
    (sea,) = sea_polygons(coast(island), BOX)
    assert sea.area == pytest.approx(1 - 0.04)


def test_a_coastline_that_the_extract_cut_short_is_led_on_to_the_edge() -> None:
    (sea,) = sea_polygons(coast([(0.05, 0.5), (0.5, 0.5)], [(0.5, 0.5), (0.98, 0.5)]), BOX)
    assert sea.equals(shapely.box(0, 0, 1, 0.5))


def test_a_coastline_that_ends_far_inside_makes_no_sea() -> None:
    assert len(sea_polygons(coast([(0.3, 0.5), (0.6, 0.5)]), BOX)) == 0


def test_without_a_coastline_there_is_no_sea() -> None:
    assert len(sea_polygons(coast(), BOX)) == 0
    assert len(sea_polygons(coast([(5, 5), (6, 6)]), BOX)) == 0
