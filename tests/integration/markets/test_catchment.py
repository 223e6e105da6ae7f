"""What is within reach, in a world that a hand can compute, on each database."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from shapely import MultiPolygon, Point, box
from shapely.geometry import shape

from gcrm.accounts.model import Account, Kind, Priority
from gcrm.activities.model import Activity, ActivityKind, Outcome
from gcrm.areas.homes import Homes
from gcrm.markets.catchment import catchment
from gcrm.platform.errors import InputRejected
from gcrm.platform.settings import Settings
from gcrm.territories.model import Region
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.fixtures.plain_roads import plain_areas
from tests.fixtures.stores import FixedClock

ORIGIN = LonLat(9.5, 47.0)
"""In the plain world a minute by car is 0.006 degrees, whichever way."""

MINUTE = 0.006

Put = Callable[..., Account]


@pytest.fixture
def plain(database: str, clock: FixedClock, tmp_path: Path) -> Iterator[Workspace]:
    """A workspace on each database, on the roads of the plain world, with three points of interest."""
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    workspace = Workspace(Settings(home, database if database.startswith("postgresql") else ""), clock)
    areas = plain_areas()
    interests = gpd.GeoDataFrame(
        {"category": ["shop", "shop", "office"]},
        geometry=[Point(at(5)), Point(at(15)), Point(at(500))],
        crs="EPSG:4326",
    )
    areas.current().points_of_interest = lambda: interests
    workspace.__dict__["areas"] = areas
    yield workspace
    workspace.close()


@pytest.fixture
def put(plain: Workspace) -> Put:
    def put(name: str, minutes: float, **more: Any) -> Account:
        with plain.store.write() as tx:
            return tx.accounts.add(Account(name, place=at(minutes), **more))

    return put


def at(minutes_east: float) -> LonLat:
    return LonLat(ORIGIN.lon + minutes_east * MINUTE, ORIGIN.lat)


def properties(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [feature["properties"] for feature in found["features"]]


def test_accounts_are_counted_in_each_area(plain: Workspace, put: Put) -> None:
    put("Near", 5)
    put("Farther", 15, kind=Kind.PROSPECT)
    put("On the edge", 10, kind=Kind.PROSPECT)
    put("Too far", 25)
    found = catchment(plain, ORIGIN, [10, 20])
    counts = [(one["minutes"], one["accounts"], one["customers"], one["prospects"]) for one in properties(found)]
    assert counts == [(10, 2, 1, 1), (20, 3, 1, 2)]


def test_the_document_is_geojson_with_the_area_on_the_ellipsoid(plain: Workspace) -> None:
    found = catchment(plain, ORIGIN, [20, 10])
    json.dumps(found, allow_nan=False)
    assert found["type"] == "FeatureCollection"
    assert [feature["type"] for feature in found["features"]] == ["Feature", "Feature"]
    wide, narrow = (shape(feature["geometry"]) for feature in found["features"])
    assert wide.covers(narrow)
    assert narrow.bounds == pytest.approx((9.44, 46.94, 9.56, 47.06))
    # 0.12 degrees of longitude by 0.12 of latitude at 47 north: 9.124 by 13.34 km.
    assert properties(found)[1]["area_km2"] == pytest.approx(9.124 * 13.34, rel=0.01)
    assert found["origin"] == {"lon": 9.5, "lat": 47.0}
    assert found["router"] == "streets"
    assert found["remark"] == ""


def test_points_of_interest_are_counted_by_category(plain: Workspace) -> None:
    narrow, wide = properties(catchment(plain, ORIGIN, [10, 20]))
    assert (narrow["points_of_interest"], narrow["categories"]) == (1, {"shop": 1})
    assert (wide["points_of_interest"], wide["categories"]) == (2, {"shop": 2})


def test_people_are_told_with_their_source(plain: Workspace) -> None:
    reach = 20 * MINUTE
    east_half = MultiPolygon([box(ORIGIN.lon, ORIGIN.lat - reach, ORIGIN.lon + reach, ORIGIN.lat + reach)])
    with plain.store.write() as tx:
        tx.regions.replace_set("halves", [Region("halves", "East", east_half, 4_000)])
        tx.regions.replace_set("blank", [Region("blank", "East", east_half)])
    found = catchment(plain, ORIGIN, [10, 20])
    covers = pytest.approx(0.5, abs=0.001)
    assert found["people_source"] == {"set_name": "halves", "covers": covers, "method": "area-weighted"}
    assert [one["people"] for one in properties(found)] == pytest.approx([1_000, 4_000], abs=3)


def test_people_live_in_buildings_and_not_on_rock(plain: Workspace) -> None:
    """Of a region of 4,000 that reaches 20 minutes east, nine tenths of the floors lie within the first ten."""
    reach = 20 * MINUTE
    east = MultiPolygon([box(ORIGIN.lon, ORIGIN.lat - reach, ORIGIN.lon + reach, ORIGIN.lat + reach)])
    with plain.store.write() as tx:
        tx.regions.replace_set("halves", [Region("halves", "East", east, 4_000)])
    near, far = at(5), at(15)
    plain.areas.current().homes = Homes(
        np.array([near.lon, far.lon]), np.array([near.lat, far.lat]), np.array([900.0, 100.0])
    )
    found = catchment(plain, ORIGIN, [10, 20])
    assert [one["people"] for one in properties(found)] == [3_600, 4_000]
    assert found["people_source"]["method"] == "buildings"


def test_an_area_that_ends_where_the_data_does_says_so(plain: Workspace) -> None:
    plain.areas.current().boundary = box(at(-15).lon, 46, at(30).lon, 48)
    found = catchment(plain, ORIGIN, [10, 20])
    assert [one["cut"] for one in properties(found)] == [False, True]
    assert "20 minutes" in found["remark"]
    assert "edge of the imported extract" in found["remark"]


def test_people_are_none_where_nothing_is_known(plain: Workspace) -> None:
    found = catchment(plain, ORIGIN, [10])
    assert found["people_source"] is None
    assert properties(found)[0]["people"] is None


def test_the_best_prospects_are_those_worth_a_visit_most(plain: Workspace, put: Put) -> None:
    put("C", 1, kind=Kind.PROSPECT, priority=Priority.C)
    put("A", 15, kind=Kind.PROSPECT, priority=Priority.A)
    put("B", 5, kind=Kind.PROSPECT, priority=Priority.B)
    put("Customer", 1, priority=Priority.A)
    put("Seen yesterday", 1, kind=Kind.PROSPECT, priority=Priority.A, last_visit=plain.clock().date())
    gone = put("Gone", 1, kind=Kind.PROSPECT, priority=Priority.A)
    with plain.store.write() as tx:
        visit = Activity(gone.id, ActivityKind.VISIT, plain.clock() - timedelta(days=200), outcome=Outcome.CLOSED_DOWN)
        tx.activities.add(visit)
    narrow, wide = properties(catchment(plain, ORIGIN, [10, 20]))
    assert [(one["name"], one["minutes"]) for one in narrow["best_prospects"]] == [("B", 10), ("C", 10)]
    assert [(one["name"], one["minutes"]) for one in wide["best_prospects"]] == [("A", 20), ("B", 10), ("C", 10)]


def test_a_place_far_from_roads_gets_a_clear_answer(plain: Workspace, put: Put) -> None:
    put("Near", 5)
    found = catchment(plain, (9.5, 40.0), [10, 20])
    json.dumps(found, allow_nan=False)
    assert "No road" in found["remark"]
    assert [(one["area_km2"], one["accounts"], one["people"]) for one in properties(found)] == [(0, 0, None)] * 2
    assert all(shape(feature["geometry"]).is_empty for feature in found["features"])


@pytest.mark.parametrize(
    ("place", "minutes", "said"),
    [
        ((47.1, 95.0), [10], "not on Earth"),
        ((9.5, 47.0), [], "0 areas"),
        ((9.5, 47.0), [0], "0 minutes"),
        ((9.5, 47.0), [10, -5], "-5 minutes"),
        ((9.5, 47.0), [1e6], "minutes"),
        ((9.5, 47.0), [float("nan")], "minutes"),
        ((9.5, 47.0), list(range(1, 20)), "19 areas"),
    ],
)
def test_what_cannot_be_is_refused(
    plain: Workspace, place: tuple[float, float], minutes: list[float], said: str
) -> None:
    with pytest.raises(InputRejected, match=said):
        catchment(plain, place, minutes)


def test_minutes_asked_for_twice_are_answered_once(plain: Workspace) -> None:
    assert [one["minutes"] for one in properties(catchment(plain, ORIGIN, [10, 10.0, 7.5]))] == [10, 7.5]
