import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer
from shapely import GeometryCollection, MultiPolygon, Point, Polygon, box

from gcrm.territories.polygons import area_km2, mended, polygons_of, to_lon_lat
from tests.unit.gcrm.territories.worlds import BOW_TIE, square


def test_areas_are_taken_out_of_a_collection_and_points_left_behind() -> None:
    nested = GeometryCollection([Point(0, 0), GeometryCollection([box(0, 0, 1, 1)]), square(5, 5)])
    assert polygons_of(nested).area == 2
    assert polygons_of(Point(0, 0)).is_empty


def test_heights_are_left_behind() -> None:
    assert not polygons_of(Polygon([(0, 0, 7), (1, 0, 7), (1, 1, 7)])).has_z


def test_a_shape_that_crosses_itself_keeps_its_area() -> None:
    sound = mended(MultiPolygon([BOW_TIE]))
    assert sound.is_valid
    assert sound.area == pytest.approx(2)


def test_a_sound_shape_is_left_as_it_is() -> None:
    whole = square(1, 1)
    assert mended(whole) is whole


def test_the_area_is_that_on_the_ellipsoid() -> None:
    # A degree square at the equator. Source: Karney's Planimeter, 12308.78 km2.
    assert area_km2(square(0, 0)) == pytest.approx(12_308.78, abs=0.01)
    assert area_km2(MultiPolygon()) == 0


def test_a_hole_is_not_counted_whichever_way_it_runs() -> None:
    for hole in ([(1, 1), (2, 1), (2, 2), (1, 2)], [(1, 1), (1, 2), (2, 2), (2, 1)]):
        ring = Polygon([(0, 0), (3, 0), (3, 3), (0, 3)], [hole])
        solid = area_km2(MultiPolygon([Polygon(ring.exterior)]))
        assert area_km2(MultiPolygon([ring])) == pytest.approx(solid - area_km2(square(1, 1)), rel=1e-9)


def test_degrees_past_the_antimeridian_are_cut_there() -> None:
    cut = to_lon_lat(MultiPolygon([box(170, -10, 190, 10)]), None)
    assert cut.area == pytest.approx(400)
    assert sorted(part.bounds for part in cut.geoms) == [(-180, -10, -170, 10), (170, -10, 180, 10)]


@pytest.mark.parametrize("crs", ["EPSG:3832", "EPSG:3460"])  # PDC Mercator; the Fiji map grid, which straddles 180
def test_a_projected_shape_across_the_antimeridian_is_cut_there(crs: str) -> None:
    there = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    ring = np.column_stack(there.transform([178, 182, 182, 178, 178], [-18, -18, -16, -16, -18]))
    cut = to_lon_lat(MultiPolygon([Polygon(ring)]), Transformer.from_crs(crs, "EPSG:4326", always_xy=True))
    assert len(cut.geoms) == 2
    assert cut.bounds[0] == pytest.approx(-180)
    assert cut.bounds[2] == pytest.approx(180)
    assert cut.area == pytest.approx(8, rel=1e-3)
    assert shapely.intersects_xy(cut, [179, -179, 0], [-17, -17, -17]).tolist() == [True, True, False]


def test_a_projected_hole_across_the_antimeridian_stays_a_hole() -> None:
    there = Transformer.from_crs("EPSG:4326", "EPSG:3832", always_xy=True)

    def ring(west: float, south: float, east: float, north: float) -> np.ndarray:
        return np.column_stack(there.transform([west, east, east, west], [south, south, north, north]))

    holed = Polygon(ring(176, -20, 184, -10), [ring(179, -16, 181, -14), ring(183, -16, 183.5, -14)])
    cut = to_lon_lat(MultiPolygon([holed]), Transformer.from_crs("EPSG:3832", "EPSG:4326", always_xy=True))
    assert cut.area == pytest.approx(80 - 4 - 1, rel=1e-6)
    assert shapely.intersects_xy(cut, [180, -176.8, 178], [-15, -15, -15]).tolist() == [False, False, True]


def test_a_shape_that_spans_the_world_is_not_taken_for_one_across_the_antimeridian() -> None:
    there = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    ring = np.column_stack(there.transform([-170, 170, 170, -170], [-10, -10, 10, 10]))
    back = to_lon_lat(MultiPolygon([Polygon(ring)]), Transformer.from_crs("EPSG:3857", "EPSG:4326", always_xy=True))
    assert len(back.geoms) == 1
    assert back.area == pytest.approx(340 * 20)


@given(west=st.floats(-180, 535), width=st.floats(0.1, 100))
def test_no_longitude_leaves_the_world_and_no_area_is_lost(west: float, width: float) -> None:
    cut = to_lon_lat(MultiPolygon([box(west, -5, west + width, 5)]), None)
    assert cut.bounds[0] >= -180
    assert cut.bounds[2] <= 180
    assert cut.area == pytest.approx(width * 10)


def test_a_ring_in_degrees_across_the_antimeridian_is_taken_the_short_way() -> None:
    fiji = MultiPolygon([Polygon([(177, -19.5), (-178.5, -19.5), (-178.5, -15.5), (177, -15.5), (177, -19.5)])])
    cut = to_lon_lat(fiji, None)
    assert cut.bounds == (-180.0, -19.5, 180.0, -15.5)
    assert cut.contains(Point(178.44, -18.14))
    assert cut.contains(Point(-179.9, -16.9))
    assert not cut.intersects(Point(0, -17))
    assert area_km2(cut) == pytest.approx(211_602, rel=0.002)


def test_a_hole_on_the_other_side_of_the_antimeridian_stays_in_its_ring() -> None:
    shell = [(170, -10), (-170, -10), (-170, 10), (170, 10), (170, -10)]
    hole = [(-176, -2), (-174, -2), (-174, 2), (-176, 2), (-176, -2)]
    cut = to_lon_lat(MultiPolygon([Polygon(shell, [hole])]), None)
    assert not cut.intersects(Point(-175, 0))
    assert cut.contains(Point(-178, 0))
    assert cut.contains(Point(175, 0))


def test_a_ring_round_a_pole_holds_the_pole() -> None:
    coast = [(lon, -70) for lon in (-170, -90, 0, 90, 170)]
    cut = to_lon_lat(MultiPolygon([Polygon([*coast, coast[0]])]), None)
    assert cut.contains(Point(10, -85))
    assert cut.contains(Point(179, -80))
    assert not cut.intersects(Point(10, -60))
