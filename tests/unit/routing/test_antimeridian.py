"""The same streets on the far side of the Earth: nothing may change but the longitudes."""

from pathlib import Path

import numpy as np
import pytest

from routing.points import LonLat
from routing.travel_times.streets import StreetTravelTimes
from tests.unit.routing.worlds import WGS84, World, grid

FIJI = (180.0, -16.5)
BESIDE = (170.0, -16.5)
SPOTS = [(-0.9, 0), (0.5, 0), (0, 0.3), (1, -0.5), (0, 3.5)]


def routers(folder: Path) -> tuple[World, StreetTravelTimes, World, StreetTravelTimes]:
    worlds = grid(FIJI, oneway="yes"), grid(BESIDE, oneway="yes")
    across, beside = (StreetTravelTimes(world.network(folder)) for world in worlds)
    return worlds[0], across, worlds[1], beside


def test_the_bounding_box_crosses_the_antimeridian(tmp_path: Path) -> None:
    west, south, east, north = grid(FIJI).network(tmp_path).bbox
    assert 179.9 < west <= 180
    assert -180 <= east < -179.9
    assert south < -16.5 < north


def test_times_and_distances_are_those_of_anywhere(tmp_path: Path) -> None:
    world, across, same_world, beside = routers(tmp_path)
    one, other = across.matrix(world.points(*SPOTS)), beside.matrix(same_world.points(*SPOTS))
    assert (one.reachable == other.reachable).all()
    assert np.abs(one.seconds - other.seconds).max() <= 1
    assert np.abs(one.metres - other.metres).max() <= 1


def test_a_point_is_placed_across_the_antimeridian(tmp_path: Path) -> None:
    world, across, *_ = routers(tmp_path)
    snapped = across.snap(world.points((-1.5, 0.5), (1.5, 0.5)))
    assert snapped.distance_m == pytest.approx([250, 250], abs=1)
    assert snapped.points[0, 0] > 179
    assert snapped.points[1, 0] < -179


def test_a_route_is_drawn_with_longitudes_that_exist(tmp_path: Path) -> None:
    world, across, *_ = routers(tmp_path)
    (leg,) = across.route(world.points((-0.9, 0), (0.9, 0)))
    lons = np.array(leg.line.coords)[:, 0]
    assert (np.abs(lons) <= 180).all()
    assert WGS84.geometry_length(leg.line) == pytest.approx(leg.metres, abs=1)


def test_an_area_is_cut_in_two_and_as_large_as_anywhere(tmp_path: Path) -> None:
    world, across, same_world, beside = routers(tmp_path)
    area = across.isochrone(LonLat(*world.lonlat((0.1, 0))), [5])[0].area
    whole = beside.isochrone(LonLat(*same_world.lonlat((0.1, 0))), [5])[0].area
    west, _, east, _ = area.bounds
    assert (west, east) == (-180, 180)
    assert area.is_valid
    assert abs(WGS84.geometry_area_perimeter(area)[0]) == pytest.approx(
        abs(WGS84.geometry_area_perimeter(whole)[0]), rel=0.03
    )
