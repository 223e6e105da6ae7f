"""What every router must do, on the real streets of Liechtenstein and on small worlds; each test runs on both."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import shapely

from routing.errors import NoRoadNearby, NoRoute
from routing.network.street_network import StreetNetwork
from routing.network.turns import TURN_S, U_TURN_S
from routing.points import LonLat, as_points
from routing.travel_times import TravelTimes
from routing.travel_times.protocol import SNAP_MAX_M
from tests.integration.routing.conftest import near_streets
from tests.unit.routing.worlds import BLOCK_M, BLOCK_S, WGS84, World, grid

VADUZ, SCHAAN, BALZERS = (9.5215, 47.1410), (9.5095, 47.1650), (9.5025, 47.0665)
MOUNTAIN = (9.5870, 47.0740)
RouterOn = Callable[[Path, str], TravelTimes]
both = pytest.mark.parametrize("name", ["osrm", "streets"])


def test_a_point_is_placed_where_the_metres_say(router: TravelTimes) -> None:
    points = as_points([VADUZ, SCHAAN, BALZERS, MOUNTAIN])
    snapped = router.snap(points)
    assert snapped.on_network.tolist() == [True, True, True, False]
    assert snapped.distance_m[3] > SNAP_MAX_M
    _, _, metres = WGS84.inv(*points.T, *snapped.points.T)
    assert metres[:3] == pytest.approx(snapped.distance_m[:3], abs=0.5)


def test_a_matrix_is_whole_numbers_with_a_zero_diagonal(router: TravelTimes, network: StreetNetwork) -> None:
    matrix = router.matrix(near_streets(network, 30, seed=2))
    assert matrix.size == 30
    assert (matrix.seconds.dtype, matrix.metres.dtype) == (np.int32, np.int32)
    assert (np.diag(matrix.seconds) == 0).all()
    assert (np.diag(matrix.metres) == 0).all()
    assert matrix.reachable.all()
    off_diagonal = ~np.eye(30, dtype=bool)
    assert (matrix.metres[off_diagonal] <= matrix.seconds[off_diagonal] * 130 / 3.6 + 50).all()


def test_a_drive_is_never_shorter_than_the_straight_line(router: TravelTimes, network: StreetNetwork) -> None:
    points = near_streets(network, 40, seed=3)
    places = router.snap(points).points
    matrix = router.matrix(points)
    one, other = np.repeat(np.arange(40), 40), np.tile(np.arange(40), 40)
    _, _, metres = WGS84.inv(*places[one].T, *places[other].T)
    # OSRM measures on a sphere of mean radius: half a per cent off at most.
    assert (matrix.metres.ravel() >= metres * 0.994 - 1).all()


def test_a_point_off_the_network_is_masked_and_nothing_else_is(router: TravelTimes) -> None:
    alone = router.matrix(as_points([VADUZ, BALZERS]))
    matrix = router.matrix(as_points([VADUZ, MOUNTAIN, BALZERS]))
    assert matrix.reachable.tolist() == [[True, False, True], [False, False, False], [True, False, True]]
    assert not matrix.seconds[1].any()
    assert not matrix.seconds[:, 1].any()
    assert matrix.seconds[0, 2] == alone.seconds[0, 1]


def test_a_route_says_what_the_matrix_says(router: TravelTimes, network: StreetNetwork) -> None:
    points = near_streets(network, 12, seed=4)
    legs, matrix = router.route(points), router.matrix(points)
    assert len(legs) == 11
    for number, leg in enumerate(legs):
        assert leg.seconds == pytest.approx(matrix.seconds[number, number + 1], abs=1)
        assert leg.metres == pytest.approx(matrix.metres[number, number + 1], rel=0.006, abs=2)


def test_a_route_lies_on_the_streets_from_place_to_place(router: TravelTimes, network: StreetNetwork) -> None:
    points = near_streets(network, 12, seed=5)
    places = router.snap(points).points
    for number, leg in enumerate(router.route(points)):
        assert leg.line.is_valid
        assert leg.line.coords[0] == pytest.approx(places[number], abs=2e-5)
        assert leg.line.coords[-1] == pytest.approx(places[number + 1], abs=2e-5)
        assert WGS84.geometry_length(leg.line) == pytest.approx(leg.metres, rel=0.006, abs=3)
        along = shapely.get_coordinates(leg.line.interpolate(np.linspace(0, 1, 30), normalized=True))
        assert router.snap(along).distance_m.max() < 2


def test_the_same_place_twice_is_a_drive_of_nothing(router: TravelTimes) -> None:
    (leg,) = router.route(as_points([VADUZ, VADUZ]))
    assert (leg.seconds, leg.metres) == (0, 0)
    assert router.matrix(as_points([VADUZ, VADUZ])).seconds.tolist() == [[0, 0], [0, 0]]


def test_no_point_and_one_point_are_answered(router: TravelTimes) -> None:
    assert router.matrix(as_points([])).size == 0
    assert router.matrix(as_points([VADUZ])).seconds.tolist() == [[0]]
    assert router.matrix(as_points([VADUZ])).reachable.tolist() == [[True]]
    assert router.matrix(as_points([MOUNTAIN])).reachable.tolist() == [[False]]
    assert router.route(as_points([VADUZ])) == ()
    assert router.snap(as_points([])).on_network.shape == (0,)


def test_a_route_to_nowhere_names_the_point(router: TravelTimes) -> None:
    with pytest.raises(NoRoadNearby, match=r"9\.587000,47\.074000"):
        router.route(as_points([VADUZ, MOUNTAIN]))


def test_areas_are_nested_valid_and_hold_what_the_matrix_reaches(router: TravelTimes, network: StreetNetwork) -> None:
    minutes = (5, 10, 20)
    areas = router.isochrone(LonLat(*VADUZ), minutes)
    assert [each.minutes for each in areas] == list(minutes)
    assert all(each.area.is_valid for each in areas)
    assert areas[1].area.covers(areas[0].area)
    assert areas[2].area.covers(areas[1].area)
    points = np.concatenate([[VADUZ], near_streets(network, 250, seed=6)])
    seconds = router.matrix(points).seconds[0]
    for each in areas:
        inside = shapely.contains_xy(each.area, *points.T)
        reached = seconds <= each.minutes * 60
        assert (inside & ~reached).sum() <= 0.03 * inside.sum() + 1, "false in"
        assert (~inside & reached).sum() <= 0.03 * reached.sum() + 1, "false out"


def test_nothing_is_reached_from_off_the_network(router: TravelTimes) -> None:
    assert [each.area.is_empty for each in router.isochrone(LonLat(*MOUNTAIN), [5, 10])] == [True, True]
    assert router.isochrone(LonLat(*VADUZ), []) == ()


def test_threads_may_share_a_router(router: TravelTimes, network: StreetNetwork) -> None:
    points = near_streets(network, 40, seed=8)
    alone = router.matrix(points)
    with ThreadPoolExecutor(4) as pool:
        matrices = list(pool.map(router.matrix, [points] * 8))
        routes = list(pool.map(router.route, [points[:5]] * 8))
    assert all((each.seconds == alone.seconds).all() for each in matrices)
    assert len({tuple(leg.seconds for leg in legs) for legs in routes}) == 1


@both
def test_a_one_way_street_takes_as_long_as_a_hand_computes(name: str, router_on: RouterOn, tmp_path: Path) -> None:
    world = grid(oneway="yes")
    matrix = router_on(world.write(tmp_path), name).matrix(world.points((-0.5, 0), (0.5, 0)))
    assert matrix.seconds[0, 1] == pytest.approx(BLOCK_S, abs=1)
    assert matrix.metres[0, 1] == pytest.approx(BLOCK_M, rel=0.005)
    assert matrix.seconds[1, 0] == pytest.approx(5 * BLOCK_S + 4, abs=3)
    assert matrix.metres[1, 0] == pytest.approx(5 * BLOCK_M, rel=0.005)


@both
def test_an_island_is_reached_from_itself_alone(name: str, router_on: RouterOn, tmp_path: Path) -> None:
    world = grid(size=2)
    world.street((6, 0), (7, 0))
    world.street((6, 5), (7, 5))
    points = world.points((0.5, 0), (6.2, 0), (6.8, 0), (6.5, 5), (0.5, 1), (0, 9))
    router = router_on(world.write(tmp_path), name)
    matrix = router.matrix(points)
    world_of = np.array([0, 1, 1, 2, 0, 3])
    on_network = np.array([True] * 5 + [False])
    assert router.snap(points).on_network.tolist() == on_network.tolist()
    expected = (world_of[:, None] == world_of) & on_network[:, None] & on_network
    assert matrix.reachable.tolist() == expected.tolist()
    assert matrix.seconds[1, 2] == pytest.approx(0.6 * BLOCK_S, abs=1)
    with pytest.raises(NoRoute, match="island"):
        router.route(points[:2])


@both
def test_an_island_beside_the_mainland_is_passed_over(name: str, router_on: RouterOn, tmp_path: Path) -> None:
    world = grid(size=2)
    world.street((0.4, 0.4), (0.6, 0.4))
    router = router_on(world.write(tmp_path), name)
    points = world.points((0.5, 0.42), (-0.9, 0))
    assert router.snap(points).distance_m[0] == pytest.approx(0.42 * BLOCK_M, abs=1)
    assert router.matrix(points).seconds[0, 1] == pytest.approx(1.4 * BLOCK_S, abs=1)


@both
def test_a_dead_end_is_left_by_turning_round(name: str, router_on: RouterOn, tmp_path: Path) -> None:
    world = World()
    road = world.street((0, 0), (2, 0), oneway="yes")
    dead_end = world.street((2, 0), (3, 0))
    world.street((2, 0), (2, 1), (0, 0), oneway="yes")
    world.restrict("only_straight_on", road, (2, 0), dead_end)
    matrix = router_on(world.write(tmp_path), name).matrix(world.points((1.5, 0), (2, 0.5)))
    assert matrix.metres[0, 1] == pytest.approx(3 * BLOCK_M, rel=0.005)
    assert matrix.seconds[0, 1] == pytest.approx(3 * BLOCK_S + TURN_S + U_TURN_S + 2, abs=2)


@both
def test_a_cut_way_ends_where_the_extract_does(name: str, router_on: RouterOn, tmp_path: Path) -> None:
    world = grid()
    world.street((1, 0), (2, 0), (3, 0), (4, 0))
    matrix = router_on(world.write(tmp_path, missing=[(3, 0)]), name).matrix(world.points((0.1, 0), (1.9, 0)))
    assert matrix.seconds[0, 1] == pytest.approx(1.8 * BLOCK_S, abs=1)
