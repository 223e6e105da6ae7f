"""Plans that arrive as they improve, and changes by hand that show their cost first, in a real browser."""

import contextlib
import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from playwright.sync_api import Error as PlaywrightError

from tests.e2e.conftest import Site, Watched

pytestmark = pytest.mark.xdist_group("browser")

PHONE, DESK = 390, 1280
PLANNING_MS = 60_000


def monday_ahead(weeks: int) -> date:
    """A Monday that no other test plans."""
    today = date.today()  # noqa: DTZ011 - the server's own clock decides; weeks ahead no zone matters
    return today + timedelta(days=7 * weeks - today.weekday())


def plan_week(page: Page) -> None:
    """Ask for a plan of the week on the page, see it arrive, and take the first that is good enough."""
    page.get_by_role("button", name="Plan", exact=True).click()
    expect(page.locator("#week-days.is-so-far .week-stops li").first).to_be_visible(timeout=PLANNING_MS)
    expect(page.locator(".gcrm-map .leaflet-overlay-pane path").first).to_be_attached()
    # The search may have proven its plan to be the best before anybody says that it is good enough.
    with contextlib.suppress(PlaywrightError):
        page.get_by_role("button", name="Use this plan").click(timeout=5_000)
    expect(page.locator("#week-days.is-so-far")).to_have_count(0, timeout=PLANNING_MS)
    expect(page.locator("#planning .job")).to_have_count(0)
    page.wait_for_load_state("networkidle")


def drag(page: Page, grip: Locator, onto: Locator) -> None:
    """As a mouse does it: press, move in steps, let go."""
    grip.scroll_into_view_if_needed()
    start, end = grip.bounding_box(), onto.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(end["x"] + 60, end["y"] + 24, steps=6)
    page.mouse.up()


def test_a_week_arrives_as_it_improves_and_a_stop_is_dragged_to_another_day(browser: Browser, site: Site) -> None:
    watched = Watched(browser, site, DESK)
    page = watched.page
    watched.log_in("piia")
    watched.open(f"/week/east/{monday_ahead(2)}")
    plan_week(page)
    full = page.locator("[data-drop-day]").filter(has=page.locator("li[data-account]")).first
    other = page.locator("[data-drop-day]").last
    stop = full.locator("li[data-account]").first
    name = stop.locator(".name").inner_text()
    before = full.locator("li[data-account]").count()
    drag(page, stop.locator(".grip"), other)
    panel = page.locator("#tried .tried")
    expect(panel).to_contain_text(f"Visit {name} on ", timeout=PLANNING_MS)
    expect(panel).to_contain_text("driving")
    expect(full.locator("li[data-account]")).to_have_count(before)
    assert not watched.violations()
    with page.expect_navigation():
        panel.get_by_role("button", name="Apply").click()
    expect(other.locator("li", has_text=name)).to_have_count(1)
    expect(full.locator("li[data-account]")).to_have_count(before - 1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("main")).to_contain_text("Change undone.")
    expect(full.locator("li[data-account]")).to_have_count(before)
    assert not watched.faults
    watched.close()


def test_a_week_is_stopped_while_it_is_planned_and_stays_as_it_was(browser: Browser, site: Site) -> None:
    # A day or a week of the sample is proven best in moments; months are searched as long as they may be.
    watched = Watched(browser, site, PHONE)
    page = watched.page
    watched.log_in("piia")
    watched.open(f"/week/east/{monday_ahead(3)}")
    heading = page.locator("h1").inner_text()
    page.locator("#weeks").select_option(index=page.locator("#weeks option").count() - 1)
    page.get_by_role("button", name="Plan", exact=True).click()
    expect(page.get_by_role("button", name="Use this plan")).to_be_visible(timeout=PLANNING_MS)
    with page.expect_navigation(timeout=PLANNING_MS):
        page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("main")).to_contain_text("Stopped. The earlier plan stays.")
    assert page.locator("h1").inner_text() == heading
    assert not watched.faults
    watched.close()


def test_on_a_phone_a_finger_drags_a_stop_and_a_keyboard_does_the_same(browser: Browser, site: Site) -> None:
    watched = Watched(browser, site, PHONE, has_touch=True, is_mobile=True, reduced_motion="reduce")
    page = watched.page
    watched.log_in("saimi")
    watched.open("/day/")
    stop = page.locator("li.stop[data-account]").nth(1)
    name = stop.locator(".stop-name").inner_text()
    stop.evaluate("(stop) => stop.scrollIntoView({block: 'center'})")
    box = stop.locator(".grip").bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 44
    touch = watched.context.new_cdp_session(page)
    x, y = box["x"] + 22, box["y"] + 22
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 9):
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y + 30 * step}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    panel = page.locator("#tried .tried")
    expect(panel).to_contain_text(re.compile(rf"Visit {re.escape(name)} at \d\d:\d\d"), timeout=PLANNING_MS)
    panel.get_by_role("button", name=re.compile("Discard|Close")).click()
    expect(panel).to_have_count(0)
    menu = stop.locator(".stop-more summary")
    menu.focus()
    page.keyboard.press("Enter")
    stop.get_by_label("At", exact=True).fill("15:45")
    page.keyboard.press("Enter")
    expect(panel).to_contain_text(f"Visit {name} at 15:45", timeout=PLANNING_MS)
    expect(panel).to_be_focused()
    assert not watched.faults
    watched.close()


def test_news_of_a_day_shows_its_changes_before_they_are_kept(browser: Browser, site: Site) -> None:
    watched = Watched(browser, site, PHONE)
    page = watched.page
    watched.log_in("onni")
    watched.open("/day/")
    stops = page.locator("li.stop[data-account]").count()
    page.get_by_text("Something changed").click()
    page.get_by_role("button", name="Take it out").click()
    panel = page.locator("#tried .tried")
    expect(panel).to_contain_text("is cancelled?", timeout=PLANNING_MS)
    expect(panel).to_contain_text("taken out: cancelled")
    with page.expect_navigation():
        panel.get_by_role("button", name="Apply").click()
    expect(page.locator("li.stop[data-account]")).to_have_count(stops - 1)
    with page.expect_navigation():
        page.get_by_role("button", name="Undo").click()
    expect(page.locator("li.stop[data-account]")).to_have_count(stops)
    assert not watched.faults
    watched.close()
