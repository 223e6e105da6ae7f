from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from routing.errors import NoRoadNearby, NoRoute
from routing.network.turns import TURN_S, U_TURN_S
from routing.points import LonLat
from routing.travel_times import snapping
from routing.travel_times.streets import StreetTravelTimes
from tests.unit.routing.worlds import BLOCK_M, BLOCK_S, WGS84, Spot, World, grid

RIGHT_S, LEFT_S = 2.1, 7.3
"""A right angle at a junction: 7.5 / (1 + e^0.94) to the right; 7.5 / (1 + e^-0.94) + 2 / (1 + e^-3.25) to the left."""


def seconds(world: World, folder: Path, *spots: Spot) -> np.ndarray:
    matrix = StreetTravelTimes(world.network(folder)).matrix(world.points(*spots))
    assert matrix.reachable.all()
    return matrix.seconds


def test_a_block_takes_its_metres_at_the_speed_driven(tmp_path: Path) -> None:
    world = grid()
    matrix = StreetTravelTimes(world.network(tmp_path)).matrix(world.points((-0.5, 0), (0.5, 0)))
    assert matrix.seconds.tolist() == [[0, BLOCK_S], [BLOCK_S, 0]]
    assert matrix.metres.tolist() == [[0, BLOCK_M], [BLOCK_M, 0]]


def test_opposite_corners_are_four_blocks_apart(tmp_path: Path) -> None:
    times = seconds(grid(), tmp_path, (-1, -1), (1, 1))
    assert times[0, 1] == pytest.approx(4 * BLOCK_S, abs=1)


def test_a_turn_to_the_right_costs_less_than_one_across_the_oncoming_lane(tmp_path: Path) -> None:
    times = seconds(grid(), tmp_path, (-0.5, 0), (0, 0.5), (0, -0.5))
    assert times[0, 1] == pytest.approx(BLOCK_S + LEFT_S, abs=1)
    assert times[0, 2] == pytest.approx(BLOCK_S + RIGHT_S, abs=1)


def test_a_one_way_street_is_driven_one_way(tmp_path: Path) -> None:
    times = seconds(grid(oneway="yes"), tmp_path, (-0.5, 0), (0.5, 0))
    assert times[0, 1] == BLOCK_S
    # Back: to the end of the row, round by the outer streets, and in again from the west: six blocks in all.
    assert times[1, 0] == pytest.approx(5 * BLOCK_S + 2 * RIGHT_S, abs=2)


def test_a_way_drawn_against_its_direction_is_driven_against_it(tmp_path: Path) -> None:
    times = seconds(grid(oneway="-1"), tmp_path, (-0.5, 0), (0.5, 0))
    assert times[1, 0] == BLOCK_S
    assert times[0, 1] > 4 * BLOCK_S


def test_a_point_behind_on_a_one_way_street_is_reached_round_the_block(tmp_path: Path) -> None:
    times = seconds(grid(oneway="yes"), tmp_path, (0.2, 0), (0.6, 0))
    assert times[0, 1] == 0.4 * BLOCK_S
    assert times[1, 0] == pytest.approx(3.6 * BLOCK_S + 3 * RIGHT_S, abs=1)


def test_both_directions_are_tried_from_the_middle_of_a_street(tmp_path: Path) -> None:
    times = seconds(grid(), tmp_path, (0.5, 1), (1, 0.5), (-0.5, 1))
    assert times[0, 1] == BLOCK_S
    assert times[0, 2] == BLOCK_S
    assert times[1, 0] == BLOCK_S


def test_two_points_on_one_street_need_not_leave_it(tmp_path: Path) -> None:
    times = seconds(grid(), tmp_path, (0.2, 1), (0.7, 1))
    assert times.tolist() == [[0, BLOCK_S / 2], [BLOCK_S / 2, 0]]


def test_a_dead_end_is_left_by_turning_round(tmp_path: Path) -> None:
    world = World()
    road = world.street((0, 0), (2, 0), oneway="yes")
    dead_end = world.street((2, 0), (3, 0))
    world.street((2, 0), (2, 1), (0, 0), oneway="yes")
    world.restrict("only_straight_on", road, (2, 0), dead_end)
    times = seconds(world, tmp_path, (1.5, 0), (2, 0.5))
    assert times[0, 1] == pytest.approx(3 * BLOCK_S + TURN_S + U_TURN_S + RIGHT_S, abs=1)


def test_nobody_turns_round_in_the_middle_of_a_street(tmp_path: Path) -> None:
    world = World()
    world.street((0, 0), (1, 0))
    world.street((1, 0), (2, 0), maxspeed="90")
    world.street((2, 0), (3, 0), oneway="yes")
    world.street((3, 0), (3, 1), (2, 0), oneway="yes")
    router = StreetTravelTimes(world.network(tmp_path))
    (leg,) = router.route(world.points((2.5, 0), (2.2, 0)))
    assert leg.metres == pytest.approx((0.5 + 1 + np.sqrt(2) + 0.2) * BLOCK_M, abs=3)


def test_an_island_is_passed_over_for_the_mainland_close_by(tmp_path: Path) -> None:
    world = grid(size=2)
    world.street((0.4, 0.4), (0.6, 0.4))
    snapped = StreetTravelTimes(world.network(tmp_path)).snap(world.points((0.5, 0.42)))
    assert snapped.on_network.all()
    assert snapped.distance_m[0] == pytest.approx(0.42 * BLOCK_M, abs=1)
    assert snapped.points[0] == pytest.approx(world.points((0.5, 0))[0], abs=1e-5)


def test_an_island_far_from_the_mainland_is_its_own_world(tmp_path: Path) -> None:
    world = grid()
    world.street((4, 0), (5, 0))
    router = StreetTravelTimes(world.network(tmp_path))
    points = world.points((0.5, 0), (4.2, 0), (4.8, 0))
    matrix = router.matrix(points)
    assert router.snap(points).on_network.all()
    assert matrix.reachable.tolist() == [[True, False, False], [False, True, True], [False, True, True]]
    assert matrix.seconds[1, 2] == 0.6 * BLOCK_S
    assert matrix.seconds[0, 1] == matrix.metres[0, 1] == 0
    with pytest.raises(NoRoute, match="island"):
        router.route(points[:2])


def test_a_point_far_from_any_road_is_off_the_network(tmp_path: Path) -> None:
    world = grid()
    router = StreetTravelTimes(world.network(tmp_path))
    points = world.points((0.5, 0), (0, 3.5), (1, 0.5))
    snapped, matrix = router.snap(points), router.matrix(points)
    assert snapped.on_network.tolist() == [True, False, True]
    assert snapped.distance_m[1] == pytest.approx(2.5 * BLOCK_M, rel=0.01)
    assert matrix.reachable.tolist() == [[True, False, True], [False, False, False], [True, False, True]]
    with pytest.raises(NoRoadNearby, match=r"1000 m.*longitude first"):
        router.route(points)


def test_a_private_street_is_driven_to_a_door_but_not_through(tmp_path: Path) -> None:
    world = grid(access="private")
    times = seconds(world, tmp_path, (-1, -0.1), (1, -0.1), (0.3, 0))
    assert times[0, 1] == pytest.approx(3.8 * BLOCK_S, abs=8)
    assert times[0, 2] == pytest.approx(1.4 * BLOCK_S, abs=8)


def test_a_drive_to_a_private_yard_ends_on_the_street_outside(tmp_path: Path) -> None:
    world = grid()
    world.street((0.5, 0), (0.5, 0.4), highway="service", access="private")
    router = StreetTravelTimes(world.network(tmp_path))
    snapped = router.snap(world.points((0.5, 0.3)))
    assert snapped.distance_m[0] == pytest.approx(0.3 * BLOCK_M, abs=1)


def test_a_private_street_that_is_the_only_way_is_driven(tmp_path: Path) -> None:
    world = World()
    world.street((0, 0), (1, 0))
    world.street((1, 0), (2, 0), access="destination")
    world.street((2, 0), (3, 0))
    assert seconds(world, tmp_path, (0.5, 0), (2.5, 0))[0, 1] == 2 * BLOCK_S


def test_a_forbidden_turn_is_not_taken(tmp_path: Path) -> None:
    world = World()
    west = world.street((-1, 0), (0, 0))
    world.street((0, 0), (1, 0), (1, 1), (0, 1))
    north = world.street((0, 0), (0, 1))
    free = seconds(world, tmp_path, (-0.5, 0), (0, 0.5))[0, 1]
    world.restrict("no_left_turn", west, (0, 0), north)
    assert free == pytest.approx(BLOCK_S + LEFT_S, abs=1)
    assert seconds(world, tmp_path, (-0.5, 0), (0, 0.5))[0, 1] == pytest.approx(4 * BLOCK_S, abs=1)


def test_only_the_turn_that_is_commanded_is_taken(tmp_path: Path) -> None:
    world = World()
    west = world.street((-1, 0), (0, 0))
    east = world.street((0, 0), (1, 0), (1, 1), (0, 1))
    world.street((0, 0), (0, 1))
    world.restrict("only_straight_on", west, (0, 0), east)
    assert seconds(world, tmp_path, (-0.5, 0), (0, 0.5))[0, 1] == pytest.approx(4 * BLOCK_S, abs=1)


def test_a_bollard_stops_a_car_and_a_signal_delays_it(tmp_path: Path) -> None:
    world = grid()
    world.node((0, 1), highway="traffic_signals")
    assert seconds(world, tmp_path, (-0.5, 1), (0.5, 1))[0, 1] == BLOCK_S + 2
    world.node((0, 1), barrier="bollard")
    assert seconds(world, tmp_path, (-0.5, 1), (0.5, 1))[0, 1] == pytest.approx(5 * BLOCK_S + 2 * LEFT_S, abs=1)


def test_a_route_follows_the_streets_and_is_as_long_as_the_matrix_says(tmp_path: Path) -> None:
    world = grid(oneway="yes")
    router = StreetTravelTimes(world.network(tmp_path))
    points = world.points((-0.5, 0), (0, 0.5), (0.5, 0), (0.5, 0), (-1, -0.3))
    legs, matrix, places = router.route(points), router.matrix(points), router.snap(points).points
    for number, leg in enumerate(legs):
        assert leg.seconds == matrix.seconds[number, number + 1]
        assert leg.metres == matrix.metres[number, number + 1]
        assert leg.metres == pytest.approx(WGS84.geometry_length(leg.line), abs=1)
        assert leg.line.coords[0] == pytest.approx(places[number], abs=1e-7)
        assert leg.line.coords[-1] == pytest.approx(places[number + 1], abs=1e-7)
    assert [(leg.seconds, leg.metres) for leg in legs][2] == (0, 0)


def test_the_area_within_a_minute_is_what_a_hand_draws(tmp_path: Path) -> None:
    world = World()
    world.street((-4, 0), (0, 0), (4, 0))
    router = StreetTravelTimes(world.network(tmp_path))
    area = router.isochrone(LonLat(*world.lonlat((0, 0))), [1])[0].area
    # 600 m each way, 400 m to each side and a round end where the street's end is not reached: a band cut straight.
    square_metres = abs(WGS84.geometry_area_perimeter(area)[0])
    assert square_metres == pytest.approx(1_200 * 800, rel=0.06)


def test_areas_are_nested_and_come_in_the_order_asked_for(tmp_path: Path) -> None:
    world = grid(oneway="yes")
    router = StreetTravelTimes(world.network(tmp_path))
    areas = router.isochrone(LonLat(*world.lonlat((0.5, 0))), [3, 1, 2])
    assert [each.minutes for each in areas] == [3, 1, 2]
    assert areas[0].area.covers(areas[2].area)
    assert areas[2].area.covers(areas[1].area)
    assert all(each.area.is_valid and not each.area.is_empty for each in areas)


def test_nothing_is_reached_from_a_point_off_the_network(tmp_path: Path) -> None:
    world = grid()
    router = StreetTravelTimes(world.network(tmp_path))
    areas = router.isochrone(LonLat(*world.lonlat((0, 9))), [10, 20])
    assert [each.area.is_empty for each in areas] == [True, True]


def test_the_ground_between_two_places_is_parted_half_way_on_the_road(tmp_path: Path) -> None:
    world = World()
    world.street((-4, 0), (0, 0), (4, 0))
    router = StreetTravelTimes(world.network(tmp_path))
    west, east = (LonLat(*world.lonlat((x, 0))) for x in (-2, 2))
    parts = router.ground_of_each([west, east, LonLat(*world.lonlat((0, 9)))], 3)
    assert parts[2].is_empty
    assert parts[0].intersection(parts[1]).area == pytest.approx(0, abs=1e-12)
    assert parts[0].area == pytest.approx(parts[1].area, rel=0.02)
    middle = world.lonlat((0, 0))[0]
    assert parts[0].bounds[2] == pytest.approx(middle, abs=0.0005)
    both = [router.isochrone(each, [3])[0].area for each in (west, east)]
    assert parts[0].union(parts[1]).area == pytest.approx(both[0].union(both[1]).area, rel=0.01)


def test_of_two_places_at_one_spot_the_first_has_the_ground(tmp_path: Path) -> None:
    world = grid()
    router = StreetTravelTimes(world.network(tmp_path))
    here = LonLat(*world.lonlat((0, 0)))
    first, second = router.ground_of_each([here, here], 1)
    assert second.is_empty
    assert first.area == pytest.approx(router.isochrone(here, [1])[0].area.area, rel=0.02)
    assert router.ground_of_each([], 1) == ()


def test_no_points_make_an_empty_matrix_and_one_point_no_legs(tmp_path: Path) -> None:
    world = grid()
    router = StreetTravelTimes(world.network(tmp_path))
    assert router.matrix(world.points()).size == 0
    assert router.snap(world.points()).points.shape == (0, 2)
    assert router.route(world.points((0, 0))) == ()


def test_threads_get_the_same_answers(tmp_path: Path) -> None:
    world = grid(oneway="yes")
    router = StreetTravelTimes(world.network(tmp_path))
    rng = np.random.default_rng(7)
    points = world.points(*map(tuple, rng.uniform(-1, 1, (40, 2))))
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(router.matrix, [points] * 8))
    for one, other in pairwise(answers):
        assert (one.seconds == other.seconds).all()
        assert (one.metres == other.metres).all()


@pytest.mark.parametrize("most_m", [400.0, 1_000.0])
def test_many_points_are_placed_as_few_are(tmp_path: Path, most_m: float, monkeypatch: pytest.MonkeyPatch) -> None:
    world = grid(oneway="yes")
    world.street((6, 6), (6.2, 6))
    world.street((0.3, 0.3), (0.4, 0.4), access="private")
    finder = StreetTravelTimes(world.network(tmp_path)).finder
    rng = np.random.default_rng(3)
    points = np.array([world.lonlat((x, y)) for x, y in rng.uniform(-9, 9, (400, 2))])
    few = finder.find(points, most_m)
    monkeypatch.setattr(snapping, "MANY", 1)
    many = finder.find(points, most_m)
    assert (few.street == many.street).all()
    assert (few.street < 0).any()
    for one, other in ((few.share, many.share), (few.distance_m, many.distance_m), (few.points, many.points)):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-9)
