"""An alignment in a real browser: proposed, worked on with a rectangle, undone, applied and taken back."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Site, Watched

pytestmark = pytest.mark.xdist_group("browser")

DESK = 1280
PROPOSING_MS = 600_000
"""The first proposal on a machine makes the search ready, which takes its time."""
SAVING_MS = 60_000


def moved(page: Page) -> str:
    return page.locator("#live").inner_text()


def saved(page: Page) -> None:
    expect(page.locator("#saving")).to_have_text("All changes saved.", timeout=SAVING_MS)


def ready(page: Page) -> None:
    expect(page.locator("body[data-scenario=ready]")).to_be_attached(timeout=SAVING_MS)


def give_a_whole_region(page: Page) -> None:
    """Choose the region in the middle of the map, give it away, and undo that."""
    page.locator("#take").select_option("districts")
    expect(page.locator(".gcrm-map")).to_contain_text("Borders of")
    page.get_by_text("Click", exact=True).click()
    box = page.locator(".gcrm-map").bounding_box()
    assert box
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    expect(page.locator("#chosen-words")).to_contain_text("chosen,")
    page.locator("#give-button").click()
    saved(page)
    page.keyboard.press("Control+z")
    saved(page)


def test_territories_are_proposed_moved_by_a_rectangle_undone_applied_and_taken_back(
    browser: Browser, site: Site
) -> None:
    watched = Watched(browser, site, DESK)
    page = watched.page
    watched.log_in("piia")
    watched.open("/territories/scenarios/")
    page.get_by_label("Search for").select_option("5")
    page.get_by_label("Name", exact=True).fill("Spring")
    page.get_by_role("button", name="Propose", exact=True).click()
    expect(page.locator("h1")).to_have_text("Spring", timeout=PROPOSING_MS)
    ready(page)
    expect(page.locator("#finding")).to_contain_text("all within")
    before = moved(page)
    assert not watched.violations()

    page.get_by_text("Rectangle").click()
    box = page.locator(".gcrm-map").bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.12 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.85 * box["width"], box["y"] + 0.95 * box["height"], steps=8)
    page.mouse.up()
    expect(page.locator("#chosen-words")).to_contain_text("chosen")
    page.get_by_label("Give to").select_option(index=1)
    page.locator("#give-button").click()
    assert moved(page) != before, "the numbers follow at once"
    saved(page)
    page.get_by_role("button", name="Undo", exact=False).first.click()
    assert moved(page) == before
    saved(page)
    page.keyboard.press("Control+Shift+z")
    assert moved(page) != before
    page.keyboard.press("Control+z")
    assert moved(page) == before
    saved(page)
    give_a_whole_region(page)
    assert moved(page) == before
    page.reload()
    ready(page)
    assert moved(page) == before, "the server has what the page had"

    page.get_by_role("link", name="Approve or apply").click()
    page.get_by_role("button", name="Apply now").click()
    expect(page.locator("main")).to_contain_text("Spring applied.", timeout=SAVING_MS)
    page.get_by_role("button", name="Undo applying").click()
    expect(page.locator("main")).to_contain_text("Spring undone.", timeout=SAVING_MS)
    assert not watched.faults
    watched.close()
