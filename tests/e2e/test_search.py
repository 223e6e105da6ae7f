"""The search box over every page: opened, asked and followed with the keyboard alone."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Site, Watched

pytestmark = pytest.mark.xdist_group("browser")

DESK = 1280


def test_an_account_is_reached_from_any_page_without_a_mouse(browser: Browser, site: Site) -> None:
    watched = Watched(browser, site, DESK)
    page = watched.page
    watched.log_in("piia")
    watched.open("/me/")
    page.keyboard.press("Control+k")
    box = page.get_by_role("searchbox", name="Search for")
    expect(box).to_be_focused()
    box.press_sequentially("kahvila ")
    first = page.locator(".search-box .hits a").first
    expect(first).to_be_visible()
    assert not watched.violations()
    box.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(box).to_be_focused()
    box.press("Enter")
    page.wait_for_url(re.compile(r"/accounts/\d+$"))
    assert not watched.faults
    watched.close()
