import pytest
from shapely import MultiPolygon, box

from gcrm.markets.population import PeopleSource, Population
from gcrm.territories.model import Region
from routing.points import LonLat

# A row of four squares of a hundredth of a degree at the equator, where areas are as a hand computes them.
CELL = 0.01


def cell(number: int, people: int | None, size: float = CELL) -> Region:
    return Region("cells", str(number), MultiPolygon([box(number * CELL, 0, number * CELL + size, size)]), people)


CELLS = [cell(number, people) for number, people in enumerate([100, 200, 300, 400])]
WHOLE = Region("towns", "Town", MultiPolygon([box(0, 0, 4 * CELL, CELL)]), 5_000)
ORIGIN = LonLat(0.02, 0.005)


def counted(sets: dict[str, list[Region]], area: MultiPolygon, widest: MultiPolygon | None = None) -> tuple:
    people = Population(ORIGIN, sets)
    source = people.choose(widest or area)
    return people.inside(area), source


def strip(west: float, east: float) -> MultiPolygon:
    return MultiPolygon([box(west * CELL, 0, east * CELL, CELL)])


def test_people_are_shared_out_by_area() -> None:
    assert counted({"cells": CELLS}, strip(0, 4))[0] == 1_000
    assert counted({"cells": CELLS}, strip(0.5, 2.25))[0] == 50 + 200 + 75


def test_the_finest_set_that_covers_the_area_counts() -> None:
    people, source = counted({"towns": [WHOLE], "cells": CELLS}, strip(0, 4))
    assert people == 1_000
    assert source == PeopleSource("cells", pytest.approx(1.0))


def test_a_fine_set_that_covers_half_of_the_area_does_not_count() -> None:
    people, source = counted({"towns": [WHOLE], "cells": CELLS[:2]}, strip(0, 4))
    assert people == 5_000
    assert source is not None
    assert source.set_name == "towns"


def test_regions_without_a_number_are_passed_over() -> None:
    people, source = counted({"cells": [*CELLS[:3], cell(3, None)]}, strip(0, 4))
    assert people == 600
    assert source == PeopleSource("cells", pytest.approx(0.75))


def test_nobody_is_counted_where_nothing_is_known() -> None:
    assert counted({}, strip(0, 4)) == (None, None)
    assert counted({"cells": [cell(0, None)]}, strip(0, 4)) == (None, None)
    assert counted({"cells": CELLS}, strip(50, 60)) == (None, None)
    assert counted({"cells": CELLS}, MultiPolygon()) == (None, None)


def test_one_source_serves_the_narrower_areas_too() -> None:
    people, _ = counted({"towns": [WHOLE], "cells": CELLS}, strip(1, 2), widest=strip(0, 4))
    assert people == 200


def test_people_across_the_antimeridian() -> None:
    region = Region("cells", "x", MultiPolygon([box(179.9, 0, 180, 0.1), box(-180, 0, -179.9, 0.1)]), 1_000)
    people = Population(LonLat(180, 0.05), {"cells": [region]})
    west_half = MultiPolygon([box(179.9, 0, 180, 0.1)])
    assert people.choose(west_half) is not None
    assert people.inside(west_half) == pytest.approx(500, abs=1)
