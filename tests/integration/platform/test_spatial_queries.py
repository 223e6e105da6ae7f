"""Where accounts are: every question on both backends, against looking at every account."""

import random
from dataclasses import replace

import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from gcrm.accounts.model import Account
from gcrm.platform.errors import InputRejected
from gcrm.store import Store, open_store
from routing.points import LonLat
from tests.integration.platform.worlds import EDGES, by_distance, crowd

VADUZ = LonLat(9.5215, 47.1410)
FIJI = LonLat(179.99, -16.6)


@pytest.fixture
def world(store: Store) -> tuple[Store, list[Account]]:
    with store.write() as tx:
        accounts = tx.accounts.add_many(crowd(seed=1))
    return store, accounts


def ids(accounts: list[Account]) -> list[int]:
    return [one.id for one in accounts]


def test_within_radius_is_in_metres_on_the_ellipsoid(world: tuple[Store, list[Account]]) -> None:
    store, accounts = world
    dice = random.Random(2)
    centres = [VADUZ, FIJI, *EDGES, *(LonLat(dice.uniform(-180, 180), dice.uniform(-90, 90)) for _ in range(8))]
    with store.read() as tx:
        for centre in centres:
            for radius_m in (0.0, 0.001, 900.0, 70_000.0, 3e6, 1.2e7, 2.1e7):
                found = [(one.id, metres) for one, metres in tx.accounts.within_radius(centre, radius_m)]
                wanted = [pair for pair in by_distance(accounts, centre) if pair[1] <= radius_m]
                assert [one for one, _ in found] == [one for one, _ in wanted], (centre, radius_m)
                assert [far for _, far in found] == pytest.approx([far for _, far in wanted], abs=1e-6)


def test_an_account_exactly_on_the_circle_is_within(store: Store) -> None:
    place = LonLat(9.53, 47.15)
    with store.write() as tx:
        added = tx.accounts.add(Account("Edge", place=place))
        metres = by_distance([added], VADUZ)[0][1]
        assert ids([one for one, _ in tx.accounts.within_radius(VADUZ, metres)]) == [added.id]
        assert tx.accounts.within_radius(VADUZ, metres - 1e-6) == []


@pytest.mark.parametrize("count", [1, 2, 7, 40, 1_000])
def test_nearest_are_the_nearest_also_across_the_antimeridian(world: tuple[Store, list[Account]], count: int) -> None:
    store, accounts = world
    with store.read() as tx:
        for centre in (VADUZ, FIJI, LonLat(-120.0, 60.0), *EDGES):
            found = [(one.id, metres) for one, metres in tx.accounts.nearest(centre, count)]
            wanted = by_distance(accounts, centre)[:count]
            assert [one for one, _ in found] == [one for one, _ in wanted], centre
            assert [far for _, far in found] == pytest.approx([far for _, far in wanted], abs=1e-6)


def test_nearest_of_nothing_is_nothing(store: Store) -> None:
    with store.write() as tx:
        tx.accounts.add(Account("Nowhere"))
        assert tx.accounts.nearest(VADUZ, 3) == []
        assert tx.accounts.nearest(VADUZ, 0) == []
        assert tx.accounts.within_radius(VADUZ, 3e7) == []


def test_in_bbox_holds_its_edges_and_no_more(world: tuple[Store, list[Account]]) -> None:
    store, accounts = world
    dice = random.Random(3)
    boxes = [(-180, -90, 180, 90), (9.5, 47.1, 9.5, 47.1), (9.4, 47.05, 9.5, 47.1), (-180, 10, -180, 10)]
    for _ in range(30):
        west, east = sorted(dice.uniform(-180, 180) for _ in range(2))
        south, north = sorted(dice.uniform(-90, 90) for _ in range(2))
        boxes.append((west, south, east, north))
    with store.read() as tx:
        for west, south, east, north in boxes:
            wanted = [
                one.id
                for one in accounts
                if one.place is not None and west <= one.place.lon <= east and south <= one.place.lat <= north
            ]
            assert ids(tx.accounts.in_bbox(west, south, east, north)) == wanted


@pytest.mark.parametrize(
    ("west", "east"), [(179.6, -179.6), (170.0, -170.0), (180.0, -180.0), (179.6, 180.4), (-180.4, -179.6), (9.6, 9.4)]
)
def test_in_bbox_crosses_the_antimeridian_where_west_is_greater(
    world: tuple[Store, list[Account]], west: float, east: float
) -> None:
    store, accounts = world
    first, last = ((west + 180) % 360 - 180 if abs(west) > 180 else west), east
    last = (east + 180) % 360 - 180 if abs(east) > 180 else east
    wanted = [one.id for one in accounts if one.place is not None and (one.place.lon >= first or one.place.lon <= last)]
    assert wanted
    with store.read() as tx:
        assert ids(tx.accounts.in_bbox(west, -90, east, 90)) == wanted


def test_a_map_dragged_around_the_world_still_finds_everybody(world: tuple[Store, list[Account]]) -> None:
    store, accounts = world
    placed = [one.id for one in accounts if one.place is not None]
    with store.read() as tx:
        assert ids(tx.accounts.in_bbox(-540, -90, 540, 90)) == placed
        assert ids(tx.accounts.in_bbox(360 + 9.4, 47, 360 + 9.6, 48)) == ids(tx.accounts.in_bbox(9.4, 47, 9.6, 48))


def _star(dice: random.Random) -> BaseGeometry:
    centre = shapely.Point(dice.uniform(-150, 150), dice.uniform(-60, 60))
    ring = centre.buffer(dice.uniform(5, 25), quad_segs=dice.randint(1, 4))
    return ring.difference(centre.buffer(dice.uniform(1, 4)))


def test_within_a_polygon_also_with_holes_and_in_parts(world: tuple[Store, list[Account]]) -> None:
    store, accounts = world
    dice = random.Random(4)
    stars = [_star(dice) for _ in range(20)]
    polygons = [*stars, shapely.union_all(stars), shapely.box(9.4, 47.05, 9.5, 47.1), shapely.box(-180, -90, 180, 90)]
    with store.read() as tx:
        for polygon in polygons:
            wanted = [
                one.id for one in accounts if one.place is not None and polygon.intersects(shapely.Point(one.place))
            ]
            assert ids(tx.accounts.within(polygon)) == wanted


def test_a_polygon_drawn_beyond_180_degrees_finds_the_other_side(world: tuple[Store, list[Account]]) -> None:
    store, accounts = world
    wanted = [
        one.id
        for one in accounts
        if one.place is not None and -18 <= one.place.lat <= -15 and (one.place.lon >= 179 or one.place.lon <= -179)
    ]
    assert len(wanted) > 100
    with store.read() as tx:
        assert ids(tx.accounts.within(shapely.box(179, -18, 181, -15))) == wanted
        assert ids(tx.accounts.within(shapely.box(-181, -18, -179, -15))) == wanted


def test_within_an_empty_polygon_is_nobody(world: tuple[Store, list[Account]]) -> None:
    store, _ = world
    with store.read() as tx:
        assert tx.accounts.within(shapely.Polygon()) == []
        assert tx.accounts.within(shapely.MultiPolygon()) == []


def test_what_cannot_be_searched_is_refused(store: Store) -> None:
    bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    with store.read() as tx:
        for wrong in (bow_tie, shapely.Point(0, 0)):
            with pytest.raises(InputRejected):
                tx.accounts.within(wrong)
        for radius_m in (-1.0, float("nan"), float("inf")):
            with pytest.raises(InputRejected):
                tx.accounts.within_radius(VADUZ, radius_m)
        for place in ((200.0, 0.0), (0.0, 91.0), (float("nan"), 0.0)):
            with pytest.raises(InputRejected):
                tx.accounts.nearest(place, 1)
        for south, north in ((2.0, 1.0), (float("nan"), 1.0)):
            with pytest.raises(InputRejected):
                tx.accounts.in_bbox(0.0, south, 1.0, north)


def test_a_place_that_is_not_on_earth_is_refused(store: Store) -> None:
    for place in (LonLat(47.1, 190.0), LonLat(181.0, 0.0), LonLat(float("nan"), 0.0)):
        with pytest.raises(InputRejected, match="Give"), store.write() as tx:
            tx.accounts.add_many([Account("Fine", place=VADUZ), Account("Wrong", place=place)])
    with store.read() as tx:
        assert tx.accounts.all() == []


def test_an_account_that_moves_is_found_where_it_is_now(world: tuple[Store, list[Account]]) -> None:
    store, accounts = world
    here = [one for one in accounts if one.place is not None and abs(one.place.lon - 9.5) < 0.1][:20]
    away, gone, deleted = here[:5], here[5:10], here[10:15]
    back = [one for one in accounts if one.place is None]
    with store.write() as tx:
        tx.accounts.update_many([replace(one, place=LonLat(100.0, 1.0)) for one in away])
        tx.accounts.update_many([replace(one, place=None) for one in gone])
        tx.accounts.update_many([replace(one, place=LonLat(100.0, 1.0)) for one in back])
        tx.accounts.update_many([replace(one, name="Same place") for one in here[15:]])
        assert tx.accounts.delete(one.id for one in deleted) == 5
    with store.read() as tx:
        left = ids(tx.accounts.in_bbox(9.4, 47.0, 9.6, 47.2))
        assert not {one.id for one in (*away, *gone, *deleted)} & set(left)
        assert {one.id for one in here[15:]} <= set(left)
        assert ids(tx.accounts.in_bbox(100, 1, 100, 1)) == sorted(ids(away) + ids(back))
        assert len(tx.accounts.nearest((100.0, 1.0), 1_000)) == len(accounts) - 5 - 5


def test_both_backends_answer_alike(geopackage_file: object, postgis_url: str) -> None:
    answers = []
    for where in (str(geopackage_file), postgis_url):
        store = open_store(where)
        with store.write() as tx:
            tx.accounts.add_many(crowd(seed=5))
            answers.append(
                (
                    tx.accounts.nearest(FIJI, 50),
                    tx.accounts.within_radius(VADUZ, 5_000),
                    tx.accounts.in_bbox(170, -20, -170, 20),
                    tx.accounts.within(shapely.box(9.45, 47.05, 9.55, 47.15)),
                    tx.accounts.all(),
                )
            )
        store.close()
    assert answers[0] == answers[1]
