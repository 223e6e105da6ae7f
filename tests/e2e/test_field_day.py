"""What a rep and a planner do in a day, in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browser_kill import until
from tests.e2e.conftest import Site, Watched

pytestmark = pytest.mark.xdist_group("browser")

PHONE, DESK = 390, 1280
PLANNING_MS = 60_000


def test_a_rep_plans_the_day_and_checks_in_at_the_door(browser: Browser, site: Site) -> None:
    watched = Watched(
        browser,
        site,
        PHONE,
        permissions=["geolocation"],
        geolocation={"longitude": 24.94, "latitude": 60.17, "accuracy": 8},
    )
    page = watched.page
    watched.log_in("aada")
    watched.open("/day/")
    first_plan = page.locator("ol.timeline").inner_text()
    assert re.search(r"\d\d:\d\d", first_plan)
    with page.expect_navigation(timeout=PLANNING_MS):  # the page is loaded anew when the plan is there
        page.get_by_role("button", name="Plan again").click()
        expect(page.locator("#planning")).not_to_be_empty()
    expect(page.locator("li.stop.is-next")).to_have_count(1)
    stop = page.locator("li.stop.is-next")
    name = stop.locator(".stop-name").inner_text()
    lat, lon = re.search(
        r"geo:([\d.]+),([\d.]+)", stop.get_by_role("link", name="Navigate").get_attribute("href")
    ).groups()
    watched.context.set_geolocation({"longitude": float(lon), "latitude": float(lat), "accuracy": 8})
    stop.get_by_role("link", name="Check in").click()
    expect(page.locator("h1")).to_have_text(name)
    expect(page.locator("#verdict")).to_contain_text("at the door", timeout=15_000)
    page.get_by_role("button", name="Check in").click()
    expect(page.locator("#verdict")).to_contain_text("Checked in at")
    page.get_by_text("Order", exact=True).click()
    page.get_by_label("Note").fill("Two sacks of the dark roast.")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/day/**")
    expect(page.locator("li.stop.is-done")).to_have_count(1)
    page.locator("li.stop.is-done .stop-name").click()
    expect(page.locator("main")).to_contain_text("Two sacks of the dark roast.")
    expect(page.locator("main")).to_contain_text("at the door")
    assert not watched.faults
    watched.close()


def test_a_day_changes_without_a_connection_and_the_planner_checks_it_later(browser: Browser, site: Site) -> None:
    watched = Watched(browser, site, PHONE)
    page = watched.page
    watched.log_in("onni")
    watched.open("/day/")
    has_pocket = "caches.match('/offline/pocket.json').then((kept) => Boolean(kept))"
    until(lambda: bool(page.evaluate(has_pocket)))
    page.locator("details.change-day > summary").click()
    watched.context.set_offline(True)
    stops = page.locator("li.stop[data-stop-account]")
    last = stops.last.locator(".stop-name").inner_text()
    page.get_by_label("Cancelled", exact=True).select_option(index=stops.count() - 1)
    page.get_by_role("button", name="Take it out").click()
    expect(page.locator("#day-told")).to_contain_text("not yet checked by the planner")
    expect(page.locator("li.stop.is-cancelled")).to_contain_text(last)
    page.get_by_role("button", name="Fill free time").click()
    expect(page.locator("#tried")).to_contain_text("not yet checked by the planner")
    watched.context.set_offline(False)
    expect(page.locator("#day-told")).to_contain_text("taken out of the plan", timeout=PLANNING_MS)
    watched.close()


def test_a_planner_imports_a_file_and_gets_the_rejected_rows_back(browser: Browser, site: Site, tmp_path: Path) -> None:
    file = tmp_path / "more.csv"
    file.write_text(
        "Name;Street;Postcode;City;Priority\n"
        "Kahvila Lisä;Mikonkatu 8;00100;Helsinki;A\n"
        ";Mikonkatu 9;00100;Helsinki;B\n",
        encoding="cp1252",
    )
    watched = Watched(browser, site, DESK)
    page = watched.page
    watched.log_in("piia")
    watched.open("/imports/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name=re.compile("Import|Send|Upload")).first.click()
    page.wait_for_url(re.compile(r"/imports/\d+"))
    expect(page.locator("main")).to_contain_text("Has no name", timeout=PLANNING_MS)
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("as a file|reject", re.IGNORECASE)).first.click()
    assert "Mikonkatu 9" in download.value.path().read_text(encoding="utf-8-sig")
    watched.open("/accounts/?text=Lis%C3%A4")
    expect(page.locator("main")).to_contain_text("Kahvila Lisä")
    watched.close()


def test_a_click_on_the_map_shows_what_is_within_reach(browser: Browser, site: Site) -> None:
    watched = Watched(browser, site, DESK)
    page = watched.page
    watched.log_in("mikko")
    watched.open("/catchment/")
    box = page.locator(".gcrm-map").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("#catchment-table tbody").first.locator("tr")).to_have_count(3)
    # The second table holds what is known beside: the demo has orders, and businesses on the map.
    expect(page.locator("#catchment-more-inside tbody th").filter(has_text="Sales")).to_have_count(1)
    assert "within 30 minutes" in page.locator("#catchment-finding").inner_text()
    assert not watched.faults
    watched.close()
