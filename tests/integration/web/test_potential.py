"""The page of the potential: who sees it, what it says, and what one click does."""

import re
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import pytest
from shapely import Point

from gcrm.accounts.model import Kind
from gcrm.workspace import Workspace
from tests.fixtures.plain_roads import plain_areas
from tests.integration.web.conftest import HOSTILE, NOW, Browser, World

PAGE = "/markets/potential/"


@pytest.fixture
def bakeries(workspace: Workspace) -> Workspace:
    """The world on plain roads, with bakeries: one is a customer, two are not known, one has a hostile name."""
    areas = plain_areas()
    area = areas.current()
    names = ["Alpen Bakery", "Bread and More", "Crumbs", HOSTILE + " bakery"]
    frame = gpd.GeoDataFrame(
        {
            "category": ["shop"] * 4,
            "kind": ["bakery"] * 4,
            "name": names,
            "osm_id": ["n1", "n2", "n3", "n4"],
        },
        geometry=[Point(9.52, 47.16), Point(9.54, 47.15), Point(9.55, 47.14), Point(9.54, 47.05)],
        crs=4326,
    )
    area.points_of_interest = lambda: frame
    area.geocoder = lambda: SimpleNamespace(reverse=lambda _: None, country="")
    area.info = SimpleNamespace(name="plain", bbox=(9.4, 47.0, 9.7, 47.3), imported_at=NOW)
    workspace.__dict__["areas"] = areas
    return workspace


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return str(answer.get_data(as_text=True))


def region_page(browser: Browser, world: World, name: str = "Nordhausen") -> str:
    return text_of(browser.get(f"{PAGE}?set=municipalities&region={world.regions[name]}"))


@pytest.mark.usefixtures("bakeries")
def test_the_page_says_the_finding_the_kinds_and_how_much_history_is_missing(bo: Browser) -> None:
    page = text_of(bo.get(PAGE))
    assert "30 are needed" in page
    assert "bakery shop (1 of 4)" in page
    assert "Nordhausen has 2 businesses" in page
    assert 'aria-current="page">Potential</a>' in page
    assert HOSTILE not in page


@pytest.mark.usefixtures("bakeries")
def test_a_region_lists_whom_to_take_on_and_only_planners_may(bo: Browser, pia: Browser, world: World) -> None:
    seen = region_page(bo, world)
    assert "Bread and More" in seen
    assert "Crumbs" in seen
    assert "Make prospect" not in seen
    assert "ODbL 1.0" in seen
    assert "Make prospect" in region_page(pia, world)
    assert HOSTILE not in region_page(pia, world, "Suedhausen")
    assert "&lt;script&gt;" in region_page(pia, world, "Suedhausen")


def test_one_click_makes_a_prospect(bakeries: Workspace, pia: Browser, world: World) -> None:
    where = f"{PAGE}prospects?region={world.regions['Nordhausen']}"
    answer = pia.post(where, {"key": "n2"})
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("#prospects")
    page = region_page(pia, world)
    assert "Bread and More is a prospect now" in page
    assert "Make prospect<span" in page
    assert "Bread and More</strong>" not in page
    with bakeries.store.read() as tx:
        (made,) = [one for one in tx.accounts.all() if one.name == "Bread and More"]
    assert made.kind is Kind.PROSPECT
    assert made.territory_id == world.territories["North"]
    pia.post(where, {"key": "n2"})
    with bakeries.store.read() as tx:
        assert len([one for one in tx.accounts.all() if one.name == "Bread and More"]) == 1


def test_a_refusal_needs_a_reason_and_lasts(bakeries: Workspace, pia: Browser, world: World) -> None:
    where = f"{PAGE}prospects?region={world.regions['Nordhausen']}"
    assert pia.post(where, {"key": "n3", "refuse": "1", "reason": " "}).status_code == 400
    assert pia.post(where, {"key": "n3", "refuse": "1", "reason": "competitor"}).status_code == 302
    assert "Crumbs</strong>" not in region_page(pia, world)
    with bakeries.store.read() as tx:
        (kept,) = tx.refused_prospects.all()
        (user,) = [one for one in tx.users.all() if one.login == "pia"]
    assert (kept.key, kept.reason, kept.user_id) == ("n3", "competitor", user.id)


@pytest.mark.usefixtures("bakeries")
def test_around_a_place(bo: Browser) -> None:
    page = text_of(bo.get(f"{PAGE}?at=9.54,47.15&minutes=5"))
    assert "Bread and More" in page
    assert "within 5 min" in page


@pytest.mark.usefixtures("bakeries")
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("set=none", 404),
        ("region=99999", 404),
        ("at=north", 400),
        ("at=1,2,3", 400),
        ("at=nan,nan", 400),
        ("at=9.5,47.1&minutes=0", 400),
        ("at=9.5,47.1&minutes=1e9", 400),
        ("at=9.5,-80&minutes=5", 200),
    ],
)
def test_addresses_that_lead_nowhere_say_so(bo: Browser, query: str, status: int) -> None:
    assert bo.get(f"{PAGE}?{query}").status_code == status


@pytest.mark.usefixtures("bakeries")
def test_a_business_that_is_not_there_is_not_found(pia: Browser, world: World) -> None:
    assert pia.post(f"{PAGE}prospects?region={world.regions['Nordhausen']}", {"key": "n99"}).status_code == 404


@pytest.mark.usefixtures("bakeries")
@pytest.mark.parametrize("page", ["potential", "regions"])
def test_classes_are_chosen_and_those_that_are_none_are_refused(bo: Browser, page: str) -> None:
    for classes in ("quantile", "jenks", "equal", "1,2"):
        answer = bo.get(f"/map/{page}?set=municipalities&classes={classes}").get_json()
        for one in answer["measures"]:
            assert all(each["count"] for each in one["classes"])
    assert bo.get(f"/map/{page}?set=municipalities&classes=some").status_code == 400
    address = PAGE if page == "potential" else "/regions/"
    assert "classes=jenks" in text_of(bo.get(f"{address}?set=municipalities&classes=jenks"))


@pytest.mark.usefixtures("bakeries")
def test_the_map_fetches_measures_and_regions(bo: Browser) -> None:
    answer = bo.get("/map/potential?set=municipalities").get_json()
    keys = [one["key"] for one in answer["measures"]]
    assert keys == ["unknown", "businesses", "known", "customers"]
    values = {one["properties"]["name"]: one["properties"]["values"] for one in answer["regions"]["features"]}
    assert values["Nordhausen"]["unknown"] == 2


def test_without_an_area_and_without_regions_the_page_says_what_to_do(
    pia: Browser, workspace: Workspace, world: World
) -> None:
    assert "gcrm area import" in text_of(pia.get(PAGE))
    assert "No business of the kinds that buy" in region_page(pia, world)
    with workspace.store.write() as tx:
        for territory in tx.territories.all():
            tx.territories.delete(territory.id)
        tx.regions.replace_set("municipalities", [])
    assert re.search("There are no regions yet", text_of(pia.get(PAGE)))
