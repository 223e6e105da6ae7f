"""Pages and answers that stand on imported street data."""

from datetime import date
from pathlib import Path

import pytest
from markupsafe import escape

from gcrm.planning.plan_day import plan_day
from gcrm.workspace import Workspace
from tests.integration.web.conftest import Browser, World, app_on, shown_proposal

TOMORROW = date(2026, 11, 25)


@pytest.fixture
def here(workspace: Workspace, liechtenstein: Path) -> Workspace:
    """The world, on the streets of Liechtenstein."""
    (workspace.settings.home / "areas").symlink_to(liechtenstein / "areas", target_is_directory=True)
    return workspace


@pytest.fixture
def ada_here(here: Workspace) -> Browser:
    return Browser(app_on(here), here, "ada")


@pytest.fixture
def bo_here(here: Workspace) -> Browser:
    return Browser(app_on(here), here, "bo")


def test_tiles_are_kept_by_the_browser_and_say_whose_data_they_are(bo_here: Browser, here: Workspace) -> None:
    page = bo_here.get("/accounts/map").text
    version = f"{here.areas.current().info.imported_at.timestamp():.0f}"
    assert f"/map/tiles/liechtenstein/{version}/{{z}}/{{x}}/{{y}}.mvt" in page
    tile = bo_here.get(f"/map/tiles/liechtenstein/{version}/12/2156/1440.mvt")
    assert tile.status_code == 200
    assert len(tile.data) > 100
    assert tile.mimetype == "application/vnd.mapbox-vector-tile"
    assert {"private", "immutable", "max-age=31536000"} <= set(tile.headers["Cache-Control"].split(", "))
    assert "openstreetmap.org/copyright" in tile.headers["Link"]
    assert bo_here.get(f"/map/tiles/liechtenstein/{version}/12/0/0.mvt").status_code == 204


def test_a_catchment_has_nested_areas_with_what_is_inside(bo_here: Browser, world: World) -> None:
    answer = bo_here.get("/map/catchment?lon=9.5215&lat=47.141&minutes=20,5,10").get_json()
    by_minutes = {one["properties"]["minutes"]: one["properties"] for one in answer["features"]}
    assert list(by_minutes) == [5, 10, 20]
    assert by_minutes[5]["area_km2"] < by_minutes[10]["area_km2"] < by_minutes[20]["area_km2"]
    assert by_minutes[20]["prospects"] >= 1
    assert world.accounts["Berg Hotel"] in [one["account"] for one in by_minutes[20]["best_prospects"]]


def test_places_are_compared_on_a_page_and_on_its_map(bo_here: Browser) -> None:
    asked = "at=9.5215,47.141,Vaduz&at=9.5067,47.0682,%3Cb%3EBalzers&minutes=10"
    page = bo_here.get(f"/catchment/compare?{asked}").text
    assert "Split by the nearest" in page
    assert "&lt;b&gt;Balzers" in page
    drawn = bo_here.get(f"/map/catchment/compare?{asked}").get_json()
    assert [one["properties"]["name"] for one in drawn["regions"]["features"]] == ["Vaduz", "<b>Balzers"]
    assert drawn["measures"][0]["key"] == "nearest"
    assert "nothing to compare" in bo_here.get("/catchment/compare?at=9.5,47.1").text
    assert bo_here.get("/catchment/compare?at=9.5&at=1,2").status_code == 400


def test_a_catchment_begins_around_an_account_or_a_home(bo_here: Browser, world: World) -> None:
    page = bo_here.get(f"/catchment/?account={world.accounts['Berg Hotel']}").text
    assert "Around Berg Hotel." in page
    address = f"/catchment/?account={world.accounts['Berg Hotel']}"
    assert address in bo_here.get(f"/accounts/{world.accounts['Berg Hotel']}").text
    assert "Around the home of" in page


def test_the_coverage_of_the_team_is_told_by_region(bo_here: Browser) -> None:
    page = bo_here.get("/catchment/coverage?minutes=5").text
    assert "home reaches" in page
    drawn = bo_here.get("/map/catchment/coverage?minutes=5&set=municipalities").get_json()
    assert [one["key"] for one in drawn["measures"]] == ["accounts", "share", "people", "potential"]


def test_a_place_without_roads_is_an_answer_and_not_a_failure(bo_here: Browser) -> None:
    answer = bo_here.get("/map/catchment?lon=0&lat=0").get_json()
    assert "No road" in answer["remark"]
    assert all(one["properties"]["area_km2"] == 0 for one in answer["features"])


def test_a_typed_address_is_offered_as_a_place_to_start_from(bo_here: Browser) -> None:
    piece = bo_here.get("/catchment/places?text=Städtle 14, Vaduz").text
    assert "9490 Vaduz" in piece
    assert "data-origin-lon" in piece
    assert "No address like that" in bo_here.get("/catchment/places?text=Zzzyx 99 Qqq").text


def test_a_visit_that_is_cancelled_leaves_the_day_with_its_reason(ada_here: Browser, here: Workspace) -> None:
    planned = plan_day(here, "north", TOMORROW, seconds=0.5)
    gone = planned.stops[0]
    page = ada_here.post(f"/plans/north/{TOMORROW}/news", {"what": "cancelled", "account": gone.account_id})
    assert f"{escape(gone.name)} is cancelled?" in page.text
    assert "taken out: cancelled" in " ".join(page.text.split())
    with here.store.read() as tx:
        assert tx.plans.current(tx.reps.get("north").id, TOMORROW) == planned
    ada_here.post(f"/plans/north/{TOMORROW}/keep", shown_proposal(page.text))
    with here.store.read() as tx:
        after = tx.plans.current(tx.reps.get("north").id, TOMORROW)
    assert gone.account_id not in after.account_ids


def test_a_day_moves_when_its_rep_is_late(ada_here: Browser, here: Workspace) -> None:
    before = plan_day(here, "north", TOMORROW, seconds=0.5)
    page = ada_here.post(f"/plans/north/{TOMORROW}/news", {"what": "late", "minutes": "60"}).text
    assert "The day is 1 h late?" in page
    ada_here.post(f"/plans/north/{TOMORROW}/keep", shown_proposal(page))
    with here.store.read() as tx:
        after = tx.plans.current(tx.reps.get("north").id, TOMORROW)
    assert after.stops[0].start > before.stops[0].start


@pytest.mark.parametrize(
    "news",
    [
        {},
        {"what": "sick", "till": "soon"},
        {"what": "bored"},
        {"what": "late"},
        {"what": "late", "minutes": "-5"},
        {"what": "cancelled", "account": "x"},
    ],
)
def test_news_that_cannot_be_change_nothing(ada: Browser, news: dict[str, str]) -> None:
    assert ada.post(f"/plans/north/{TOMORROW}/news", news).status_code == 400


def test_a_day_that_is_not_planned_cannot_change(ada_here: Browser) -> None:
    answer = ada_here.post(f"/plans/north/{TOMORROW}/news", {"what": "free"})
    assert answer.status_code == 409
    assert "Plan the day first" in answer.text


def test_nobody_adds_another_s_account_to_a_day(ada: Browser, world: World) -> None:
    news = {"what": "urgent", "account": str(world.accounts["Dorf Shop"])}
    assert ada.post(f"/plans/north/{TOMORROW}/news", news).status_code == 404


def test_times_for_a_visit_are_those_of_the_days_that_are_planned(
    ada_here: Browser, here: Workspace, world: World
) -> None:
    plan_day(here, "north", TOMORROW, seconds=0.5)
    piece = ada_here.get(f"/accounts/{world.accounts['Calanda Cafe']}/offers").text
    assert "North team" in piece
    assert "more driving" in piece
