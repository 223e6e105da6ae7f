"""Shares against competitors, on the streets of Liechtenstein."""

from io import BytesIO
from pathlib import Path

import pytest

from gcrm.markets.competitors import competitors_of
from gcrm.workspace import Workspace
from tests.integration.web.conftest import Browser, World, app_on


@pytest.fixture
def pia_here(workspace: Workspace, world: World, liechtenstein: Path) -> Browser:
    assert world
    (workspace.settings.home / "areas").symlink_to(liechtenstein / "areas", target_is_directory=True)
    return Browser(app_on(workspace), workspace, "pia")


def test_a_place_is_held_against_the_competitors_of_the_extract(pia_here: Browser) -> None:
    assert "No place is chosen yet" in pia_here.get("/markets/huff/").text
    page = pia_here.get("/markets/huff/?at=9.5215,47.141,Ours&kind=supermarket&minutes=15").text
    assert "yours" in page
    assert "Ours draws" in page
    assert "Exponents are Huff" in page


def test_who_competes_is_kept_and_counts_in_catchments(pia_here: Browser, workspace: Workspace) -> None:
    listed = b"name,lon,lat,size,sales\nRival,9.52,47.14,3,100\n"
    done = pia_here.post(
        "/markets/huff/competitors", {"kinds": "Supermarket, ,bakery", "file": (BytesIO(listed), "rivals.csv")}
    )
    assert done.status_code == 302
    with workspace.store.read() as tx:
        kept = competitors_of(tx)
    assert (kept.kinds, kept.sites[0].size, kept.sites[0].sales) == (("supermarket", "bakery"), 3.0, 100.0)
    inside = pia_here.get("/map/catchment?lon=9.5215&lat=47.141&minutes=10").get_json()
    assert inside["features"][0]["properties"]["competitors"] > 1


@pytest.mark.parametrize(
    "query",
    [
        "at=9.5",
        "at=9.5,47.1&size=-1",
        "at=9.5,47.1&beta=x",
        "rep=nobody",
        "address=Zzzyx+99+Qqq",
        "minutes=0&at=9.5,47.1",
    ],
)
def test_what_cannot_be_is_said_on_the_page(pia_here: Browser, query: str) -> None:
    answer = pia_here.get(f"/markets/huff/?{query}")
    assert answer.status_code == 200
    assert "problem" in answer.text


def test_a_place_without_roads_draws_nobody_and_says_so(pia_here: Browser) -> None:
    page = pia_here.get("/markets/huff/?at=0,0&kind=supermarket").text
    assert "No road leads there" in page or "Nobody reaches" in page


@pytest.mark.parametrize("by", ["", "municipalities"])
def test_shares_stand_on_a_map_with_the_places(pia_here: Browser, by: str) -> None:
    query = f"at=9.5215,47.141,Ours&kind=supermarket&minutes=15&by={by}"
    page = pia_here.get(f"/markets/huff/?{query}").text
    assert "Where they come from" in page
    told = pia_here.get(f"/markets/huff/map?{query}").get_json()
    kinds = [one["kind"] for one in told["places"]]
    assert kinds.count("yours") == 1
    assert "rival" in kinds
    assert [one["key"] for one in told["measures"]] == ["ours", "drawn", "people", "strongest"]
    values = [one["properties"]["values"] for one in told["regions"]["features"]]
    assert values
    assert all(one["ours"] is None or 0 <= one["ours"] <= 100 for one in values)
    if not by:
        share = next(one for one in told["places"] if one["kind"] == "yours")["words"]
        served = sum(one["drawn"] for one in values if one["drawn"] is not None)
        assert served > 0
        assert "%" in share
        assert "Ours" in {one["strongest"] for one in values}


def test_the_map_of_shares_needs_a_place_and_regions_that_are_there(pia_here: Browser) -> None:
    assert pia_here.get("/markets/huff/map").status_code == 400
    assert pia_here.get("/markets/huff/map?at=9.52,47.14&by=nowhere").status_code == 404
    far = pia_here.get("/markets/huff/map?at=0,0")
    assert far.status_code == 200
    assert far.get_json()["places"]
