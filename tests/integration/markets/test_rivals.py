"""Shares of places against rivals, on plain roads where a hand can compute them."""

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from click.testing import CliRunner
from shapely import MultiPolygon, Point, box

from gcrm.areas.homes import Homes
from gcrm.cli import huff as huff_command
from gcrm.markets.huff import Exponent, Exponents
from gcrm.markets.rivals import huff
from gcrm.markets.sites import Site, read_sites
from gcrm.platform.errors import InputRejected
from gcrm.territories.model import Region
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.fixtures.plain_roads import plain_areas

MINUTE = 0.006
WEST, EAST = LonLat(9.5, 47.0), LonLat(9.5 + 20 * MINUTE, 47.0)


def between(minutes_from_west: float) -> LonLat:
    return LonLat(WEST.lon + minutes_from_west * MINUTE, WEST.lat)


@pytest.fixture
def plain(workspace: Workspace) -> Workspace:
    """Homes of 100 people five minutes from the west and fifteen from the east."""
    areas = plain_areas()
    area = areas.current()
    at = between(5)
    area.homes = Homes(np.array([at.lon]), np.array([at.lat]), np.array([200.0]))
    area.boundary = box(9.3, 46.8, 9.9, 47.2)
    frame = gpd.GeoDataFrame(
        {"category": ["shop"], "kind": ["bakery"], "name": ["Crumbs"], "osm_id": ["n1"]},
        geometry=[Point(EAST)],
        crs=4326,
    )
    area.points_of_interest = lambda: frame
    workspace.__dict__["areas"] = areas
    with workspace.store.write() as tx:
        town = MultiPolygon([box(at.lon - 0.01, at.lat - 0.01, at.lon + 0.01, at.lat + 0.01)])
        tx.regions.replace_set("towns", [Region("towns", "Town", town, 100)])
    return workspace


def test_two_places_share_by_size_and_minutes(plain: Workspace) -> None:
    found = huff(plain, [Site("West", WEST, 1.0, ours=True), Site("East", EAST, 9.0)])
    # 1 / 5^2 against 9 / 15^2: the same.
    assert [(one.share, one.people) for one in found.sites] == [(pytest.approx(0.5, abs=0.01), 50)] * 2
    assert found.people == 100
    for one in found.sites:
        assert one.low < one.share < one.high
    given = Exponents(Exponent(1.0), Exponent(1.0), "what was given")
    by_name = {one.name: one for one in huff(plain, [Site("West", WEST), Site("East", EAST)], exponents=given).sites}
    assert by_name["West"].share == pytest.approx(0.75, abs=0.01)


def test_rivals_come_from_the_extract(plain: Workspace) -> None:
    found = huff(plain, [Site("West", WEST, ours=True)], kind="Bakery")
    assert {one.name: one.ours for one in found.sites} == {"West": True, "Crumbs": False}
    assert sum(one.share for one in found.sites) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("sites", "more", "said"),
    [
        ([], {}, "There is no site"),
        ([], {"kind": "cinema"}, "No cinema"),
        ([Site("In the sea", LonLat(9.5, -80.0))], {}, "Nobody reaches In the sea"),
        ([Site("Far", EAST)], {"minutes": 3.0}, "Nobody reaches Far"),
    ],
)
def test_what_cannot_be_is_a_reason(plain: Workspace, sites: list[Site], more: dict[str, Any], said: str) -> None:
    found = huff(plain, sites, **more)
    assert said in found.remark
    assert all(one.share == 0 for one in found.sites)


def test_without_an_area_and_without_homes(plain: Workspace) -> None:
    area = plain.areas.current()
    area.homes = Homes(np.empty(0), np.empty(0), np.empty(0))
    assert huff(plain, [Site("West", WEST)]).people == 100
    with plain.store.write() as tx:
        tx.regions.replace_set("towns", [])
    assert "No homes" in huff(plain, [Site("West", WEST)]).remark
    del plain.__dict__["areas"]
    assert "area" in huff(plain, [Site("West", WEST)]).remark


@pytest.mark.parametrize("minutes", [0.0, -1.0, float("nan"), 1e6])
def test_minutes_that_cannot_be_are_refused(plain: Workspace, minutes: float) -> None:
    with pytest.raises(InputRejected):
        huff(plain, [Site("West", WEST)], minutes=minutes)


def test_lists_are_read_as_people_write_them(tmp_path: Path) -> None:
    file = tmp_path / "sites.csv"
    file.write_text("Name;Longitude;Latitude;Sales area;Revenue\nAlpha;9.5;47.0;1 200;1234.5\n;9,6;47.1;;\n", "utf-8")
    one, two = read_sites(file)
    assert (one.name, one.place, one.size, one.sales) == ("Alpha", LonLat(9.5, 47.0), 1_200.0, 1_234.5)
    assert (two.name, two.place, two.size, two.sales) == ("Site 2", LonLat(9.6, 47.1), 1.0, None)


@pytest.mark.parametrize(
    "text", ["name,street\nA,B\n", "name,lon,lat\nA,x,47\n", "name,lon,lat,size\nA,9.5,47,0\n", "name,lon,lat\nA,,\n"]
)
def test_lists_that_say_no_places_are_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "sites.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(InputRejected):
        read_sites(file)


def test_the_command(plain: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(huff_command, "open_workspace", lambda: plain)
    file = tmp_path / "rivals.csv"
    file.write_text(f"name,lon,lat,size\nEast,{EAST.lon},{EAST.lat},9\n", "utf-8")
    words = ["--at", f"{WEST.lon},{WEST.lat}", "--sites", str(file)]
    said = CliRunner().invoke(huff_command.huff, [*words, "--json"], catch_exceptions=False)
    document = json.loads(said.output)
    assert {one["name"]: round(one["share"], 1) for one in document["sites"]} == {"this place": 0.5, "East": 0.5}
    assert document["parameters"]["beta"] == {"value": 2.0, "low": None, "high": None}
    assert "* this place" in CliRunner().invoke(huff_command.huff, words, catch_exceptions=False).output
    assert CliRunner().invoke(huff_command.huff, []).exit_code == 2
