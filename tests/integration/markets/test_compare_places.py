"""Places side by side, the ground split among them, and what a team does not reach, where a hand can compute it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from click.testing import CliRunner
from shapely import MultiPolygon, Point, box
from shapely.geometry import shape

from gcrm.accounts.model import Account, Kind
from gcrm.cli import catchment as catchment_command
from gcrm.cli import competitors as competitors_command
from gcrm.cli import coverage as coverage_command
from gcrm.markets.catchment import catchment
from gcrm.markets.compare_places import compare_places, finding_of
from gcrm.markets.competitors import Competitors, competitors_of, set_competitors
from gcrm.markets.coverage import coverage
from gcrm.markets.coverage import finding_of as coverage_finding
from gcrm.markets.places import NamedPlace, spot
from gcrm.people.reps import add_rep
from gcrm.platform.errors import InputRejected, NotFound
from gcrm.sales.model import OrderLine
from gcrm.territories.model import Region
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.fixtures.plain_roads import plain_areas

MINUTE = 0.006
"""Degrees of a minute by car in the plain world."""


def at(minutes_east: float) -> LonLat:
    return LonLat(9.5 + minutes_east * MINUTE, 47.0)


WEST, EAST = NamedPlace("West", at(0)), NamedPlace("East", at(12))


@pytest.fixture
def plain(workspace: Workspace, clock: Any) -> Iterator[Workspace]:
    """Accounts 1, 7 and 20 minutes east of the west; a supermarket beside the last; 1,200 people all over the strip."""
    areas = plain_areas()
    interests = gpd.GeoDataFrame(
        {
            "category": ["shop", "shop"],
            "kind": ["supermarket", "bakery"],
            "name": ["Grand", "Crumbs"],
            "osm_id": ["n1", "n2"],
        },
        geometry=[Point(at(20)), Point(at(1))],
        crs=4326,
    )
    areas.current().points_of_interest = lambda: interests
    areas.current().boundary = box(at(-30).lon, 46.5, at(60).lon, 47.5)
    workspace.__dict__["areas"] = areas
    day = clock().date()
    with workspace.store.write() as tx:
        ids = [
            one.id
            for one in tx.accounts.add_many(
                [
                    Account("Near", place=at(1)),
                    Account("Between", place=at(7), kind=Kind.PROSPECT),
                    Account("Far", place=at(20)),
                ]
            )
        ]
        tx.orders.add_many(
            [
                OrderLine(ids[0], day, Decimal("100.50"), "CHF", key="a"),
                OrderLine(ids[0], day, Decimal("-0.50"), "CHF", key="b"),
                OrderLine(ids[2], day, Decimal(7), "CHF", key="c"),
                OrderLine(ids[2], day - timedelta(800), Decimal(9_000), "CHF", key="d"),
            ]
        )
        strip = MultiPolygon([box(at(0).lon, 47 - 10 * MINUTE, at(12).lon, 47 + 10 * MINUTE)])
        known = {"Households": "500", "Median income": 40_000}
        tx.regions.replace_set("strips", [Region("strips", "Strip", strip, 1_200, known)])
    return workspace


def only(found: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = found["features"][0]["properties"]
    return properties


def test_a_catchment_tells_sales_households_income_and_competitors(plain: Workspace) -> None:
    found = catchment(plain, at(0), [10, 30], who=Competitors(("Supermarket",)))
    near, far = (one["properties"] for one in found["features"])
    assert (near["sales"], far["sales"]) == (100.0, 107.0)
    assert found["sales_source"]["currency"] == "CHF"
    assert (near["people"], near["households"], near["income"]) == (1_000, 417, 40_000)
    assert (near["competitors"], far["competitors"]) == (0, 1)
    assert (near["workplaces"], far["workplaces"]) == (1, 2)
    assert found["workplaces_source"] == "extract"
    assert "time" in found["times_of_day"]
    json.dumps(found, allow_nan=False)


def test_what_nobody_said_is_not_known_and_says_why(workspace: Workspace) -> None:
    workspace.__dict__["areas"] = plain_areas()
    workspace.areas.current().points_of_interest = lambda: gpd.GeoDataFrame({"category": []}, geometry=[], crs=4326)
    found = catchment(workspace, at(0), [10])
    one = only(found)
    assert (one["accounts"], one["sales"], one["people"], one["competitors"]) == (0, None, None, None)
    assert len(found["not_known"]) == 3
    assert all("`" in reason for reason in found["not_known"])


def test_competitors_are_kept_until_they_are_forgotten(plain: Workspace, tmp_path: Path) -> None:
    listed = tmp_path / "rivals.csv"
    listed.write_text(f"name,lon,lat\nRival,{at(2).lon},47.0\n", encoding="utf-8")
    set_competitors(plain, ["bakery"], listed)
    assert only(catchment(plain, at(0), [10]))["competitors"] == 2
    set_competitors(plain, [])
    with plain.store.read() as tx:
        assert [one.name for one in competitors_of(tx).sites] == ["Rival"]
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("name,lon,lat\nRival,47.0,910\n", encoding="utf-8")
    with pytest.raises(InputRejected):
        set_competitors(plain, None, wrong)


def test_the_ground_is_split_by_who_is_nearest(plain: Workspace) -> None:
    found = compare_places(plain, [WEST, EAST], [10])
    west, east = (one["properties"] for one in found["split"])
    # The middle is 6 minutes from both: Near is the west's, Between the east's, and half of the strip each.
    assert [(one["customers"], one["prospects"], one["people"]) for one in (west, east)] == [(1, 0, 600), (1, 1, 600)]
    assert [only(found)["accounts"], found["shared"]["accounts"], found["together"]["accounts"]] == [2, 1, 3]
    parts = [shape(one["geometry"]) for one in found["split"]]
    assert parts[0].intersection(parts[1]).area == pytest.approx(0, abs=1e-9)
    assert sum(part.area for part in parts) == pytest.approx(32 * MINUTE * 20 * MINUTE)
    assert finding_of(found).startswith("West is the nearest to 50% of the 1,200 people")


def test_a_place_at_sea_is_compared_with_the_reason(plain: Workspace) -> None:
    found = compare_places(plain, [WEST, NamedPlace("Sea", LonLat(9.5, 40))], [10])
    assert "No road" in found["places"][1]["remark"]
    assert found["together"]["accounts"] == 2


def test_one_place_twelve_and_two_of_one_name(plain: Workspace) -> None:
    with pytest.raises(InputRejected, match="one place"):
        compare_places(plain, [WEST], [10])
    with pytest.raises(InputRejected, match="13 places"):
        compare_places(plain, [WEST] * 13, [10])
    twice = compare_places(plain, [WEST, WEST], [10])
    assert [one["name"] for one in twice["places"]] == ["West (1)", "West (2)"]
    assert [one["properties"]["accounts"] for one in twice["split"]] == [2, 0]
    with pytest.raises(InputRejected):
        spot("9.5;47")


def test_what_no_home_reaches_is_counted_by_region(plain: Workspace) -> None:
    add_rep(plain, "west", "Wes", home_at=at(0))
    whole = (
        MultiPolygon([box(at(0).lon, 46.9, at(10).lon, 47.1)]),
        MultiPolygon([box(at(10).lon, 46.9, at(40).lon, 47.1)]),
    )
    with plain.store.write() as tx:
        tx.regions.replace_set("halves", [Region("halves", "West", whole[0]), Region("halves", "East", whole[1])])
    found = coverage(plain, 6, "halves")
    assert (found.accounts.all, found.accounts.beyond, found.people.all, found.people.beyond) == (3, 2, 1_200, 840)
    assert [(row.name, row.accounts.beyond) for row in found.rows] == [("West", 1), ("East", 1)]
    assert {one.name for one in found.first} == {"Between", "Far"}
    assert coverage_finding(found).startswith("No rep's home reaches 2 of 3 accounts (67%)")
    all_of_it = coverage(plain, 60, "halves")
    assert all_of_it.accounts.beyond == 0
    assert coverage_finding(all_of_it).startswith("All 3 accounts and 1,200 people are within 60 minutes")
    with pytest.raises(NotFound):
        coverage(plain, 6, "nothing")


def test_a_team_without_homes_reaches_nothing_and_says_so(plain: Workspace) -> None:
    found = coverage(plain, 30)
    assert (found.homes, found.accounts.beyond) == (0, 3)
    assert "`gcrm reps add`" in found.remark
    assert "home" in coverage_finding(found)


def test_a_company_without_accounts_is_an_answer(workspace: Workspace) -> None:
    workspace.__dict__["areas"] = plain_areas()
    workspace.areas.current().points_of_interest = lambda: gpd.GeoDataFrame({"category": []}, geometry=[], crs=4326)
    add_rep(workspace, "sea", "Sue", home_at=(9.5, 40.0))
    found = coverage(workspace, 30)
    assert (found.accounts.all, found.people.all, found.off_road) == (0, None, ("Sue",))
    assert "no accounts" in coverage_finding(found)


def typed(command: Any, module: Any, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, *given: str) -> Any:
    monkeypatch.setattr(module, "open_workspace", lambda: workspace)
    monkeypatch.setattr(Workspace, "close", lambda _: None)
    done = CliRunner().invoke(command, [*given, "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    monkeypatch.undo()
    return json.loads(done.output)


def test_the_command_line_says_the_same(plain: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    add_rep(plain, "west", "Wes", home_at=at(0))
    done = typed(
        competitors_command.competitors, competitors_command, plain, monkeypatch, "set", "--kinds", "supermarket"
    )
    assert done == {"kinds": ["supermarket"], "sites": []}
    spots = ("--rep", "west", "--at", f"{at(12).lon},47.0", "--minutes", "10")
    both = typed(catchment_command.catchment, catchment_command, plain, monkeypatch, *spots)
    assert [one["name"] for one in both["places"]] == [f"{at(12).lon:g},47", "Wes, home"]
    assert both["split"][0]["properties"]["competitors"] == 1
    holes = typed(coverage_command.coverage, coverage_command, plain, monkeypatch, "--minutes", "6")
    assert holes["accounts"] == {"all": 3, "beyond": 2, "share": pytest.approx(2 / 3)}
