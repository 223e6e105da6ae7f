"""Vector tiles as others read them: the mapbox-vector-tile package is the judge."""

from typing import Any

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gcrm.areas.mvt import EXTENT, TileLayer, encode


def decoded(*layers: TileLayer) -> dict[str, Any]:
    return dict(mapbox_vector_tile.decode(encode(layers), default_options={"y_coord_down": True}))


def layer(layer_name: str, shapes: list[Any], **properties: list[str]) -> TileLayer:
    return TileLayer(layer_name, np.array(shapes, dtype=object), properties)


def test_a_line_keeps_its_points_and_properties() -> None:
    tile = decoded(
        layer("streets", [shapely.LineString([(0, 0), (10, 20), (4096, 5)])], kind=["primary"], name=["Äule"])
    )
    (feature,) = tile["streets"]["features"]
    assert feature["geometry"] == {"type": "LineString", "coordinates": [[0, 0], [10, 20], [4096, 5]]}
    assert feature["properties"] == {"kind": "primary", "name": "Äule"}
    assert tile["streets"]["extent"] == EXTENT
    assert tile["streets"]["version"] == 2


def test_a_missing_name_is_no_property() -> None:
    lines = [shapely.LineString([(0, 0), (1, 1)]), shapely.LineString([(5, 5), (9, 9)])]
    tile = decoded(layer("streets", lines, kind=["path", "path"], name=["", "Weg"]))
    assert [feature["properties"] for feature in tile["streets"]["features"]] == [
        {"kind": "path"},
        {"kind": "path", "name": "Weg"},
    ]


def test_points_and_parts_of_lines_are_placed() -> None:
    parts = shapely.MultiLineString([[(1, 1), (2, 2)], [(30, 30), (40, 10)]])
    tile = decoded(layer("places", [shapely.Point(7, 9), shapely.Point(-3, 11)]), layer("water", [parts]))
    assert [feature["geometry"]["coordinates"] for feature in tile["places"]["features"]] == [[7, 9], [-3, 11]]
    assert tile["water"]["features"][0]["geometry"]["coordinates"] == [[[1, 1], [2, 2]], [[30, 30], [40, 10]]]


def test_outer_rings_run_clockwise_on_the_screen_and_holes_the_other_way() -> None:
    outer = [(0, 0), (100, 0), (100, 100), (0, 100)]
    hole = [(40, 40), (60, 40), (60, 60), (40, 60)]
    for shape in (shapely.Polygon(outer, [hole]), shapely.Polygon(outer[::-1], [hole[::-1]])):
        rings = decoded(layer("buildings", [shape]))["buildings"]["features"][0]["geometry"]["coordinates"]
        areas = [_surveyor(ring) for ring in rings]
        assert areas == [10_000, -400]


def test_areas_and_lines_share_one_layer() -> None:
    tile = decoded(
        layer("water", [shapely.box(0, 0, 50, 50)], kind=["lake"]),
        layer("water", [shapely.LineString([(0, 0), (9, 9)])], kind=["stream"]),
    )
    assert [feature["geometry"]["type"] for feature in tile["water"]["features"]] == ["Polygon", "LineString"]
    assert [feature["properties"]["kind"] for feature in tile["water"]["features"]] == ["lake", "stream"]


def test_what_vanishes_by_rounding_is_left_out() -> None:
    specks = [shapely.LineString([(5.1, 5.1), (5.2, 5.2)]), shapely.LineString([(0, 0), (8, 8)])]
    assert len(decoded(layer("streets", specks))["streets"]["features"]) == 1
    assert encode([layer("buildings", [shapely.box(5.1, 5.1, 5.3, 5.3)])]) == b""
    assert encode([layer("buildings", [shapely.Polygon([(0, 0), (9, 0.2), (18, 0)])])]) == b"", "a ring without surface"
    assert encode([layer("buildings", [])]) == b""


def test_a_hole_does_not_outlive_its_polygon() -> None:
    kept = shapely.box(0, 0, 100, 100)
    speck = shapely.Polygon([(5, 5), (5.4, 5), (5.4, 5.4), (5, 5.4)], [[(5.1, 5.1), (5.2, 5.1), (5.2, 5.2)]])
    tile = decoded(layer("buildings", [shapely.MultiPolygon([speck, kept])]))
    assert tile["buildings"]["features"][0]["geometry"]["type"] == "Polygon"


numbers = st.integers(-EXTENT, 2 * EXTENT)
lines = st.lists(st.tuples(numbers, numbers), min_size=2, max_size=12)


@settings(deadline=None, max_examples=60)
@given(st.lists(lines, min_size=1, max_size=8))
def test_any_lines_come_back_as_they_were(corners: list[list[tuple[int, int]]]) -> None:
    wanted = [[list(at) for at, before in zip(line, [None, *line], strict=False) if at != before] for line in corners]
    wanted = [line for line in wanted if len(line) > 1]
    data = encode([layer("streets", [shapely.LineString(line) for line in corners])])
    tile = (
        mapbox_vector_tile.decode(data, default_options={"y_coord_down": True})
        if data
        else {"streets": {"features": []}}
    )
    assert [feature["geometry"]["coordinates"] for feature in tile["streets"]["features"]] == wanted


@pytest.mark.parametrize("count", [127, 128, 20_000])
def test_many_names_are_all_found_again(count: int) -> None:
    points = [shapely.Point(number % 4096, number // 4096) for number in range(count)]
    tile = decoded(layer("places", points, name=[f"Ort {number}" for number in range(count)]))
    assert tile["places"]["features"][-1]["properties"]["name"] == f"Ort {count - 1}"


def _surveyor(ring: list[list[int]]) -> float:
    at = np.array(ring, dtype=float)
    following = np.roll(at, -1, axis=0)
    return float((at[:, 0] * following[:, 1] - following[:, 0] * at[:, 1]).sum() / 2)
