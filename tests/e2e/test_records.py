"""What a planner does to keep records right, in a real browser: preview, pin, merge, and taking each back."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Site, Watched

pytestmark = pytest.mark.xdist_group("browser")

PHONE, DESK = 390, 1280
WORKING_MS = 60_000


@pytest.fixture(params=[PHONE, DESK])
def planner(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Watched]:
    """Piia, on a phone or at a desk; whatever she is asked, she says yes."""
    watched = Watched(browser, site, request.param)
    watched.log_in("piia")
    watched.page.on("dialog", lambda dialog: dialog.accept())
    yield watched
    assert not watched.faults
    watched.close()


def sound(watched: Watched) -> None:
    """The page as it is now is reachable for everybody and no wider than the screen."""
    watched.page.wait_for_load_state("networkidle")
    assert not watched.violations()
    wide = watched.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


def undo_the_latest(page: Page) -> None:
    page.goto("/changes/")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator("main")).to_contain_text("Undone:")


def test_a_file_is_looked_at_its_columns_changed_imported_and_taken_back(planner: Watched, tmp_path: Path) -> None:
    page = planner.page
    file = tmp_path / f"new-{planner.width}.csv"
    file.write_text(
        f"Name;Street;Postcode;City;Wie wichtig {planner.width}\n"
        f"Kahvila Koe {planner.width};Mikonkatu 8;00100;Helsinki;A\n"
        f"Baari Koe {planner.width};Olematontie 99;00990;Helsinki;C\n"
        ";Mikonkatu 9;00100;Helsinki;B\n",
        encoding="utf-8",
    )
    planner.open("/imports/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".finding")).to_contain_text("3 rows: 2 new", timeout=WORKING_MS)
    expect(page.locator("main")).to_contain_text("Nothing saved yet.")
    expect(page.locator(".gcrm-map .leaflet-marker-icon")).not_to_have_count(0)
    sound(planner)
    page.get_by_label("Wie wichtig").select_option("priority")
    page.get_by_role("button", name="Read again").click()
    expect(page.locator(".finding")).to_contain_text("2 new", timeout=WORKING_MS)
    expect(page.get_by_label("Wie wichtig")).to_have_value("priority")
    page.get_by_role("button", name="Import 2 rows").click()
    expect(page.get_by_role("button", name="Undo this import")).to_be_visible(timeout=WORKING_MS)
    sound(planner)
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("reject")).click()
    assert "Mikonkatu 9" in download.value.path().read_text(encoding="utf-8-sig")
    page.get_by_role("button", name="Undo this import").click()
    expect(page.locator("main")).to_contain_text("2 accounts are gone")


def test_a_pin_is_put_by_a_suggestion_and_by_a_click_and_taken_back(planner: Watched) -> None:
    page = planner.page
    planner.open("/places/")
    page.locator("th a.name").first.click()
    sound(planner)
    account = page.get_by_role("link", name="Account", exact=True).get_attribute("href")
    page.get_by_label("Another address").press_sequentially("Alexsanterinkatu 1", delay=20)
    page.locator(".suggestions button").first.click()
    expect(page.locator("#pin-words")).to_contain_text("Aleksanterinkatu")
    box = page.locator(".gcrm-map").bounding_box()
    assert box
    page.locator(".gcrm-map").click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    expect(page.locator("#pin-words")).to_contain_text(re.compile("Nearest address|No address is known"))
    page.get_by_role("button", name="Place here").click()
    expect(page.locator("main")).to_contain_text("moved.")
    planner.open(str(account))
    expect(page.locator("main")).to_contain_text("Set by a person")
    page.get_by_text("Changes", exact=True).click()
    expect(page.locator(".changes-here strong").first).to_have_text("Pin")
    undo_the_latest(page)


def test_two_accounts_become_one_and_two_again(planner: Watched) -> None:
    page = planner.page
    planner.open("/duplicates/")
    page.get_by_role("button", name=re.compile("^(Find duplicates|Search again)$")).click()
    # The pairs of an earlier look stand there already; the page is loaded anew when this one is over.
    expect(page.get_by_role("button", name="Search again")).to_be_enabled(timeout=WORKING_MS)
    expect(page.locator(".finding")).to_contain_text("probably one business")
    sound(planner)
    page.locator("th a.name").first.click()
    expect(page.locator("h1")).to_have_text("Are these one business?")
    sound(planner)
    page.locator("input[name='take-name'][value=b]").check()
    page.get_by_role("button", name="Merge").click()
    expect(page.locator("main")).to_contain_text("You can undo this under Changes.")
    undo_the_latest(page)
    expect(page.locator("main")).to_contain_text("1 account is back")
