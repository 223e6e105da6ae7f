"""A phone with bad connections, in a real browser: what is kept is kept, what is shown is true, and nothing doubles."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from gcrm.accounts.model import Account
from routing.points import LonLat
from tests.e2e.browser_kill import PATIENCE_MS, KilledPhone, sign_in, until, wait_until_kept
from tests.e2e.phone_site import PhoneSite, serve_phone_site
from tests.fixtures.weather import Weather

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def phone_site(tmp_path: Path) -> Iterator[PhoneSite]:
    with serve_phone_site(tmp_path / "home") as site:
        yield site


@pytest.fixture
def page(browser: Browser, phone_site: PhoneSite) -> Iterator[Page]:
    """Ada's phone, signed in, with her days kept."""
    context = browser.new_context(
        base_url=phone_site.url,
        viewport={"width": 390, "height": 844},
        permissions=["geolocation"],
        geolocation={"longitude": 9.53, "latitude": 47.15, "accuracy": 8},
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    sign_in(page)
    tomorrow = phone_site.today + timedelta(days=1)
    stops = [f"/check-in/{account_id}" for account_id in phone_site.accounts.values()]
    wait_until_kept(page, ["/me/", f"/day/north/{tomorrow}", *stops])
    yield page
    context.close()


@pytest.mark.parametrize("weather", [Weather.REFUSED, Weather.BAD_GATEWAY, Weather.PORTAL])
def test_no_weather_hides_the_kept_day(page: Page, phone_site: PhoneSite, weather: Weather) -> None:
    phone_site.proxy.weather = weather
    for path in ("/", "/day/", f"/day/north/{phone_site.today + timedelta(days=1)}"):
        page.goto(path)
        expect(page.locator("ol.timeline")).to_be_visible(timeout=PATIENCE_MS)
        expect(page.locator("#kept-copy")).to_contain_text("kept on this device")
    page.goto("/me/")
    expect(page.locator("#sign-out button")).to_be_visible()
    page.goto(f"/changes/accounts/{min(phone_site.accounts.values())}")  # what the phone does not take along
    expect(page.locator("#try-again")).to_be_visible()


def test_what_is_kept_follows_the_language_that_is_chosen(page: Page, phone_site: PhoneSite) -> None:
    page.goto("/me/")
    page.locator("#my-language").select_option("de")
    page.locator("form:has(#my-language) button").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    day = f"/day/north/{phone_site.today + timedelta(days=1)}"
    kept = """async (day) => {
        const page = await (await caches.open("gcrm-day")).match(day);
        return Boolean(page) && (await page.text()).includes('<html lang="de"');
    }"""
    until(lambda: bool(page.evaluate(kept, day)))
    phone_site.proxy.weather = Weather.REFUSED
    page.goto(day)
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("#kept-copy")).to_contain_text("auf diesem Gerät gespeichert")
    page.goto(f"/changes/accounts/{min(phone_site.accounts.values())}")  # what the phone does not take along
    expect(page.locator("h1")).to_have_text("Sie sind ohne Verbindung")


@pytest.mark.parametrize(
    "weather", [Weather.REFUSED, Weather.SWALLOWED, Weather.ANSWER_LOST, Weather.BAD_GATEWAY, Weather.PORTAL_JSON]
)
def test_a_visit_in_any_weather_is_kept_shown_and_told_once(
    page: Page, phone_site: PhoneSite, weather: Weather
) -> None:
    first = min(phone_site.accounts.values())
    page.goto(f"/check-in/{first}?back=/day/")
    phone_site.proxy.weather = weather
    page.get_by_role("button", name="Check in").click()
    expect(page.locator("#verdict")).to_contain_text("Kept on this device", timeout=PATIENCE_MS)
    page.get_by_text("Order", exact=True).click()
    page.get_by_role("button", name="Save outcome").click()
    page.wait_for_url(lambda url: "/check-in/" not in url)
    expect(page.locator(f"[data-stop-account='{first}']")).to_contain_text("not sent yet", timeout=PATIENCE_MS)
    expect(page.locator("li.stop.is-next")).to_have_attribute("data-stop-account", str(first + 1))
    expect(page.locator("li.stop.is-next").get_by_role("link", name="Check in")).to_be_visible()
    page.goto("/me/")
    expect(page.locator("#outbox-list")).to_contain_text("Stop 1 Bakery")
    phone_site.proxy.weather = Weather.CLEAR
    expect(page.locator("#outbox")).to_be_hidden(timeout=PATIENCE_MS)  # by its own timer: nobody touches the phone
    (visit,) = phone_site.told()
    assert visit.outcome == "order"


def test_what_is_refused_is_shown_by_name_and_handed_to_a_planner(page: Page, phone_site: PhoneSite) -> None:
    first = min(phone_site.accounts.values())
    page.goto(f"/check-in/{first}")
    phone_site.proxy.weather = Weather.REFUSED
    page.get_by_text("Order", exact=True).click()
    page.get_by_role("button", name="Save outcome").click()
    page.wait_for_url(lambda url: "/check-in/" not in url)
    with phone_site.workspace.store.write() as tx:
        tx.accounts.delete([first])
    phone_site.proxy.weather = Weather.CLEAR
    page.goto("/me/")
    expect(page.locator("#outbox-list")).to_contain_text("Refused", timeout=PATIENCE_MS)
    expect(page.locator("#outbox-list")).to_contain_text("Stop 1 Bakery")
    page.get_by_role("button", name="Send to a planner").click()
    expect(page.locator("#outbox")).to_be_hidden(timeout=PATIENCE_MS)
    with phone_site.workspace.store.read() as tx:
        assert [one.document["name"] for one in tx.activities.unsettled()] == ["Stop 1 Bakery"]


def test_signing_out_tells_what_is_unsent_and_clears_the_browser(page: Page, phone_site: PhoneSite) -> None:
    first = min(phone_site.accounts.values())
    page.goto(f"/accounts/{first}")
    phone_site.proxy.weather = Weather.BAD_GATEWAY
    page.get_by_placeholder("Add a note").fill("Likes rye.")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".note-told")).to_contain_text("not sent yet", timeout=PATIENCE_MS)
    page.goto("/me/")
    page.locator("#sign-out button").click()
    expect(page.locator("#sign-out-warning")).to_contain_text("1 entry has not been sent yet", timeout=PATIENCE_MS)
    phone_site.proxy.weather = Weather.CLEAR
    page.locator("#sign-out-warning [data-act=send]").click()
    page.wait_for_url("**/log-in")
    assert [one.note for one in phone_site.told()] == ["Likes rye."]
    until(lambda: not page.evaluate("caches.has('gcrm-day')"))
    assert page.evaluate("sessionStorage.length") == 0


def test_accounts_changes_and_prospects_need_no_connection(page: Page, phone_site: PhoneSite) -> None:
    with phone_site.workspace.store.write() as tx:
        north = next(one for one in tx.territories.all() if one.name == "North")
        place = LonLat(9.525, 47.151)
        near = tx.accounts.add(Account("Off Route Shop", place=place, territory_id=north.id, territory_locked=True))
    page.evaluate("caches.delete('gcrm-day')")  # the day is taken along anew, with the account that came since
    page.goto("/day/")
    wait_until_kept(page, ["/offline/pocket.json", "/offline/pocket", "/offline/check-in", "/prospects/new"])
    phone_site.proxy.weather = Weather.REFUSED
    page.goto("/accounts/")
    page.get_by_label("Search").fill("off route")
    page.get_by_role("link", name="Off Route Shop").click()
    page.get_by_label("Note").fill("Asked for samples.")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".note-told")).to_contain_text("not sent yet", timeout=PATIENCE_MS)
    page.get_by_role("link", name="Change").click()
    page.get_by_label("Opening hours").fill("Mo-Fr 09:00-18:00")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#pocket [role=status]")).to_contain_text("not sent yet", timeout=PATIENCE_MS)
    page.get_by_role("link", name="Back").click()
    expect(page.locator(".facts")).to_contain_text("Mo-Fr 09:00-18:00 (changed here, not sent yet)")
    expect(page.locator(".history")).to_contain_text("Asked for samples.")
    page.get_by_role("link", name="Check in").click()
    expect(page.locator("h1")).to_have_text("Off Route Shop")
    page.get_by_role("button", name="Check in").click()
    expect(page.locator("#verdict")).to_contain_text("Kept on this device", timeout=PATIENCE_MS)
    page.goto("/prospects/new")
    page.get_by_label("Name").fill("Next Door Deli")
    expect(page.locator("#prospect-position")).to_contain_text("where you are")
    page.get_by_role("button", name="Save prospect").click()
    expect(page.locator("#prospect-told")).to_contain_text("not sent yet", timeout=PATIENCE_MS)
    page.get_by_role("link", name="Check in there").click()
    expect(page.locator("h1")).to_have_text("Next Door Deli")
    page.get_by_text("Interested", exact=True).click()
    page.get_by_role("button", name="Save outcome").click()
    page.wait_for_url("**/day/**")
    page.goto("/week/")
    expect(page.locator("#pocket")).to_contain_text("Stop 1 Bakery")
    phone_site.proxy.weather = Weather.CLEAR
    page.goto("/me/")
    # Hidden is the mark of what waits also before the page has looked, so what has arrived is asked for first.
    waited_ms = 0
    while not told_of(phone_site, "Next Door Deli") and waited_ms < PATIENCE_MS:
        page.wait_for_timeout(100)
        waited_ms += 100
    expect(page.locator("#outbox")).to_be_hidden(timeout=PATIENCE_MS)
    expect(page.locator("#on-device")).to_contain_text("Uses")
    with phone_site.workspace.store.read() as tx:
        assert tx.accounts.get(near.id).opening_hours == "Mo-Fr 09:00-18:00"
        assert {one.kind.value for one in tx.activities.of_account(near.id)} == {"visit", "note"}
        (deli,) = tx.accounts.find(text="Next Door Deli")
        assert {one.outcome.value for one in tx.activities.of_account(deli.id)} == {"interested", ""}


def told_of(phone_site: PhoneSite, name: str) -> bool:
    """Whether the outcome of a visit to that account has arrived."""
    with phone_site.workspace.store.read() as tx:
        return any(
            activity.outcome for one in tx.accounts.find(text=name) for activity in tx.activities.of_account(one.id)
        )


def test_a_kill_of_the_browser_loses_nothing(tmp_path: Path, browser: Browser, phone_site: PhoneSite) -> None:
    """Fifty of them: `python -m tests.benchmarks.browser_kills`."""
    phone = KilledPhone(browser.browser_type, tmp_path / "profile", phone_site)
    assert not phone.kill_after(0.0, seed=1)
    phone.close()
