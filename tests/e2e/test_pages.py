"""Every page, for every role, on a phone and at a desk: drawn, silent, reachable for everybody, from no other host."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import HOSTILE, Site, Watched

pytestmark = pytest.mark.xdist_group("browser")

PHONE, DESK = 390, 1280
DESK_PAGES = (
    "/team/",
    "/accounts/",
    "/accounts/map",
    "/accounts/by-field/",
    "/insight/",
    "/help/manager",
    "/regions/",
    "/territories/",
    "/catchment/",
    "/markets/cube/?rows=region:districts&columns=quarter&measure=sales",
    "/markets/potential/",
    "/me/",
)
MARKETS = ("/catchment/compare", "/catchment/coverage", "/markets/huff/", "/markets/potential/?level=districts")
SCENARIOS = (
    "/territories/scenarios/",
    "/territories/scenarios/1",
    "/territories/scenarios/compare?other=1",
    "/territories/scenarios/1/hand-over",
    "/territories/scenarios/homes",
    "/orders/",
)
SET_UP = ("/areas/", "/jobs/", "/users/", "/tokens/", "/webhooks/", "/privacy/", "/audit/", "/health/")
RECORDS = ("/regions/statistics/", "/imports/", "/places/", "/duplicates/", "/changes/")
PAGES = {
    "onni": ("/day/", "/week/", "/accounts/", "/cases/", "/accounts/map", "/me/", "/privacy/mine", "/help/rep"),
    "mikko": (*DESK_PAGES, *MARKETS, "/week/", "/what-ifs/", "/search/?q=kahvila"),
    "piia": (*DESK_PAGES, *RECORDS, *SCENARIOS, "/jobs/", "/reps/", "/reps/east"),
    "admin": (*DESK_PAGES, *RECORDS, *SET_UP),
}
WITH_MAP = {"/day/", "/team/", "/accounts/map", "/regions/", "/territories/", "/catchment/"}


@pytest.fixture(scope="module", params=[(login, width) for login in PAGES for width in (PHONE, DESK)], ids=str)
def visitor(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[tuple[str, Watched]]:
    """Somebody signed in, on a phone or at a desk."""
    login, width = request.param
    watched = Watched(browser, site, width)
    watched.log_in(login)
    yield login, watched
    watched.close()


def test_each_page_is_whole_silent_and_accessible(visitor: tuple[str, Watched]) -> None:
    login, watched = visitor
    problems: list[str] = []
    for path in PAGES[login]:
        watched.faults.clear()
        watched.open(path)
        problems += [f"{path}: {fault}" for fault in watched.faults]
        problems += [f"{path}: {finding}" for finding in watched.violations()]
        problems += [f"{path}: {fault}" for fault in layout_faults(watched)]
        if path in WITH_MAP or (path == "/accounts/" and watched.width == DESK):  # a phone has tabs for list and map
            problems += [f"{path}: {fault}" for fault in map_faults(watched)]
    assert not problems, "\n".join(problems)


def layout_faults(watched: Watched) -> list[str]:
    wider = watched.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    headings = watched.page.locator("h1").count()
    return ([f"{wider} px wider than the screen"] if wider > 0 else []) + (["no h1"] if not headings else [])


def map_faults(watched: Watched) -> list[str]:
    """The map has a size, says whose data it shows, and its streets are drawn in more than one colour."""
    faults = open_sketch(watched)
    if faults:
        return faults
    drawn = watched.page.locator(".gcrm-map").first
    box = drawn.bounding_box()
    if box is None or min(box["width"], box["height"]) < 120:
        return [f"the map is not shown: {box}"]
    if "OpenStreetMap" not in drawn.locator(".leaflet-control-attribution").inner_text():
        return ["no attribution on the map"]
    streets = drawn.locator("canvas.leaflet-tile")
    streets.first.wait_for(state="attached", timeout=15_000)
    colours = watched.page.evaluate(
        """() => Math.max(...[...document.querySelectorAll('.gcrm-map canvas.leaflet-tile')].map((tile) => {
            const drawn = tile.getContext('2d').getImageData(0, 0, tile.width, tile.height);
            return new Set(new Uint32Array(drawn.data.buffer)).size;
        }))"""
    )
    return [] if colours > 2 else ["the basemap is blank"]


def open_sketch(watched: Watched) -> list[str]:
    """A phone shows a drawing, with its streets and whose data they are, until somebody taps it."""
    sketch = watched.page.locator("button.map-sketch")
    if watched.width == DESK or not sketch.count():
        return []
    if not watched.page.evaluate("document.querySelector('.map-sketch > img').naturalWidth > 0"):
        return ["the drawing has no streets"]
    if "OpenStreetMap" not in watched.page.locator(".map-sketch-source").inner_text():
        return ["no attribution on the drawing"]
    if watched.page.locator(".leaflet-container").count():
        return ["the map is drawn though nobody asked for it"]
    sketch.click()
    watched.page.locator(".leaflet-container .leaflet-marker-icon").first.wait_for(state="attached")
    return []


def test_a_stranger_is_sent_to_the_log_in_and_sees_nothing(browser: Browser, site: Site) -> None:
    watched = Watched(browser, site, PHONE)
    for path in ("/", "/day/", "/accounts/", "/team/", f"/accounts/{site.hostile_id}"):
        watched.open(path)
        assert "/log-in" in watched.page.url
    assert not watched.violations()
    watched.close()


def test_a_hostile_name_is_only_text_everywhere(browser: Browser, site: Site) -> None:
    watched = Watched(browser, site, DESK)
    watched.log_in("admin")
    for path in (
        f"/accounts/{site.hostile_id}",
        f"/check-in/{site.hostile_id}",
        "/accounts/?text=hacked",
        "/accounts/map",
    ):
        watched.open(path)
        assert watched.page.evaluate("window.hacked") is None, path
    watched.open(f"/accounts/{site.hostile_id}")
    assert watched.page.locator("h1").inner_text().strip() == HOSTILE
    assert not watched.faults
    watched.close()


def test_the_route_of_the_day_follows_the_streets(browser: Browser, site: Site) -> None:
    watched = Watched(browser, site, PHONE)
    watched.log_in("onni")
    watched.open("/day/")
    stops = watched.page.locator("li.stop[data-map-kind=stop]").count()
    assert stops > 3
    assert watched.page.locator("[data-sketch-account]").count() == stops
    assert not open_sketch(watched)
    corners = watched.page.evaluate(
        """() => [...document.querySelectorAll('.gcrm-map .leaflet-overlay-pane path')]
            .reduce((sum, path) => sum + (path.getAttribute('d').match(/[ML]/g) || []).length, 0)"""
    )
    assert corners > 4 * stops
    watched.close()
