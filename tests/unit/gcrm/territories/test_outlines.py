"""The ground of territories: all of it given out once, and after a change what a whole new drawing would say."""

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, box

from gcrm.territories.scenarios.model import Units
from gcrm.territories.scenarios.outlines import changed_grounds, grounds, outlines
from routing.districting.cells import cells_of
from routing.districting.plane import metres_on_plane

LAND = box(9.4, 47.0, 9.7, 47.3)


def units_at(places: np.ndarray, others: np.ndarray) -> Units:
    n = len(places)
    ones, nothing = np.ones(n), np.zeros((0, 2), dtype=np.int32)
    return Units(
        np.arange(n), places, np.zeros(n, np.int32), ones, ones, ones, ones > 0, nothing, np.zeros(0),
        cells_of(metres_on_plane(places)), others,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_after_a_change_only_what_it_touches_is_drawn_and_as_a_whole_drawing_has_it(seed: int) -> None:
    random = np.random.default_rng(seed)
    # Several accounts at one place, and those of other reps between them.
    places = np.round(random.uniform([9.45, 47.05], [9.65, 47.25], (60, 2)), 2)
    units = units_at(places, random.uniform([9.45, 47.05], [9.65, 47.25], (5, 2)))
    before = random.integers(-1, 4, 60).astype(np.int32)
    after = before.copy()
    after[random.choice(60, 6, replace=False)] = 2
    whole = grounds(units, after, 4, LAND)
    changed = changed_grounds(units, before, after, 4, LAND)
    was = grounds(units, before, 4, LAND)
    for position in range(4):
        drawn = changed.get(position, was[position])
        assert shapely.symmetric_difference(drawn, whole[position]).area < 1e-12
    assert changed_grounds(units, after, after, 4, LAND) == {}


def test_all_ground_is_given_out_once() -> None:
    random = np.random.default_rng(3)
    places = random.uniform([9.45, 47.05], [9.65, 47.25], (200, 2))
    found = outlines(places, (np.arange(200) % 7).astype(np.int32), 7, LAND)
    assert sum(one.area for one in found) == pytest.approx(LAND.area, rel=1e-9)
    assert shapely.union_all(found).area == pytest.approx(LAND.area, rel=1e-9)
    assert all(one.is_valid for one in found)


def test_no_places_and_one_place() -> None:
    assert outlines(np.zeros((0, 2)), np.zeros(0, np.int32), 2, LAND) == [MultiPolygon(), MultiPolygon()]
    one, other = outlines(np.array([[9.5, 47.1]]), np.array([1], np.int32), 2, LAND)
    assert one.is_empty
    assert other.area == pytest.approx(LAND.area)
