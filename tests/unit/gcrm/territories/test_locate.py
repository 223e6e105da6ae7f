import numpy as np
from shapely import MultiPolygon, Point, box

from gcrm.accounts.region_lookup import regions_of
from tests.unit.gcrm.territories.worlds import region, square

LEFT, RIGHT = region("Left", square(0, 0)), region("Right", square(1, 0))


def at(*places: tuple[float, float]) -> np.ndarray:
    return np.array(places, dtype=np.float64).reshape(-1, 2)


def test_a_place_lies_in_the_region_around_it() -> None:
    assert regions_of(at((0.5, 0.5), (1.5, 0.5), (9, 9)), [LEFT, RIGHT]) == [(0,), (1,), ()]


def test_a_place_on_a_border_lies_in_one_region_and_always_in_the_same() -> None:
    border = at((1, 0.5), (1, 0), (0, 0.5))
    assert regions_of(border, [LEFT, RIGHT]) == [(0,), (0,), (0,)]
    assert regions_of(border, [RIGHT, LEFT]) == [(1,), (1,), (1,)]


def test_a_place_inside_one_region_and_on_the_border_of_another_lies_in_the_first() -> None:
    wide = region("Wide", MultiPolygon([box(0.5, -1, 2, 2)]))
    assert regions_of(at((1, 0.5)), [LEFT, RIGHT, wide]) == [(2,)]


def test_a_place_where_regions_overlap_lies_in_all_of_them() -> None:
    over = region("Above", MultiPolygon([box(0.4, 0.4, 0.6, 0.6)]))
    assert regions_of(at((0.5, 0.5)), [LEFT, over]) == [(1, 0)]


def test_no_places_and_no_regions() -> None:
    assert regions_of(at(), [LEFT]) == []
    assert regions_of(at((0, 0)), []) == [()]


def test_a_region_without_a_shape_holds_nothing() -> None:
    assert regions_of(at((0.5, 0.5)), [region("Empty", MultiPolygon()), LEFT]) == [(1,)]


def test_parts_on_both_sides_of_the_antimeridian_are_one_region() -> None:
    fiji = region("Fiji", MultiPolygon([box(177, -19, 180, -16), box(-180, -19, -178, -16)]))
    assert regions_of(at((179, -17), (-179, -17), (180, -17), (-180, -17), (0, -17)), [fiji]) == [
        (0,),
        (0,),
        (0,),
        (0,),
        (),
    ]


def test_many_places_agree_with_looking_at_each() -> None:
    random = np.random.default_rng(7)
    places = random.uniform(0, 5, (400, 2))
    boxes = [box(*corner, *(corner + random.uniform(0.2, 2, 2))) for corner in random.uniform(0, 4, (30, 2))]
    regions = [region(f"{number:02}", MultiPolygon([one])) for number, one in enumerate(boxes)]
    expected = [tuple(rank for rank, one in enumerate(boxes) if one.contains(Point(place))) for place in places]
    assert regions_of(places, regions) == expected
