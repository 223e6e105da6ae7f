"""Kill a real browser after it said "kept", start it again, and see what the server has in the end."""

import contextlib
import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, BrowserType, Page, expect

from tests.e2e.conftest import FLAGS
from tests.e2e.phone_site import PASSWORD, PhoneSite
from tests.fixtures.weather import Weather

PATIENCE_MS = 120_000
"""How long a busy machine may take; nothing is measured by it."""


def chromium() -> str | None:
    return os.environ.get("GCRM_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def start(browser_type: BrowserType, profile: Path, site: PhoneSite) -> BrowserContext:
    """A phone's browser on a profile that stays on the disk."""
    context = browser_type.launch_persistent_context(
        profile,
        executable_path=chromium(),
        args=list(FLAGS),
        base_url=site.url,
        viewport={"width": 390, "height": 844},
        permissions=["geolocation"],
        geolocation={"longitude": 9.53, "latitude": 47.15, "accuracy": 8},
    )
    context.set_default_timeout(PATIENCE_MS)
    return context


def sign_in(page: Page, login: str = "ada") -> None:
    page.goto("/log-in")
    page.get_by_label("Log-in").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/log-in" not in url)


def wait_until_kept(page: Page, paths: list[str]) -> None:
    """Until the service worker has these addresses at hand."""
    kept = (
        "caches.open('gcrm-day').then((day) => day.keys()).then((all) => all.map((one) => new URL(one.url).pathname))"
    )
    until(lambda: set(paths) <= set(page.evaluate(kept)))


def until(done: Callable[[], bool]) -> None:
    """Ask again and again until it is so; a page's own policy forbids what playwright would wait with."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not done():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.2)


def kill(profile: Path) -> None:
    """SIGKILL to every process of the browser on this profile."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
            if str(profile).encode() in command and b"chrom" in command:
                os.kill(int(entry.name), signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue


def check_in_without_connection(page: Page, account_id: int, note: str) -> None:
    """Check in with an outcome while nothing can be reached; returns once the page says that it is kept."""
    page.goto(f"/check-in/{account_id}")
    page.get_by_role("button", name="Check in").click()
    expect(page.locator("#verdict")).to_contain_text("Kept on this device", timeout=PATIENCE_MS)
    page.get_by_text("Order", exact=True).click()
    page.get_by_label("Note").fill(note)
    page.get_by_role("button", name="Save outcome").click()
    page.wait_for_url(lambda url: "/check-in/" not in url)


def kill_after(
    browser_type: BrowserType, folder: Path, site: PhoneSite, seconds: float, seed: int, visits: int = 2
) -> list[str]:
    """Tell visits without a connection, kill the browser `seconds` after the last was kept, start it anew, connect.

    Answers the notes that the server lacks then, or has twice.
    """
    profile = folder / f"profile-{seed}"
    chosen = random.Random(seed).sample(sorted(site.accounts.values()), visits)
    notes = [f"kill {seed}, visit {number}" for number in range(visits)]
    context = start(browser_type, profile, site)
    page = context.pages[0]
    sign_in(page)
    wait_until_kept(page, [f"/check-in/{account_id}" for account_id in chosen])
    site.proxy.weather = Weather.REFUSED
    for account_id, note in zip(chosen, notes, strict=True):
        check_in_without_connection(page, account_id, note)
    time.sleep(seconds)
    kill(profile)
    with contextlib.suppress(Exception):  # it is dead already, in whichever way playwright finds out
        context.close()
    site.proxy.weather = Weather.CLEAR
    context = start(browser_type, profile, site)
    page = context.pages[0]
    page.goto("/me/")
    if "/log-in" in page.url:  # cookies are written lazily too: who has to sign in anew loses nothing
        sign_in(page)
        page.goto("/me/")
    with contextlib.suppress(AssertionError):  # what is missing is the answer
        until(lambda: set(notes) <= {one.note for one in site.told()})
    context.close()
    shutil.rmtree(profile, ignore_errors=True)
    told = [one.note for one in site.told()]
    return [note for note in notes if told.count(note) != 1]
