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
    until(lambda: _are_kept(page, paths))


def _are_kept(page: Page, paths: list[str]) -> bool:
    kept = (
        "caches.open('gcrm-day').then((day) => day.keys()).then((all) => all.map((one) => new URL(one.url).pathname))"
    )
    return set(paths) <= set(page.evaluate(kept))


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


def check_in_without_connection(
    page: Page, account_id: int, note: str, outcome: str = "Order", photo: Path | None = None
) -> None:
    """Check in with an outcome while nothing can be reached; returns once the page says that it is kept."""
    page.goto(f"/check-in/{account_id}")
    page.get_by_role("button", name="Check in").click()
    expect(page.locator("#verdict")).to_contain_text("Kept on this device", timeout=PATIENCE_MS)
    if photo is not None:
        page.get_by_label("Add photos").set_input_files(photo)
        expect(page.locator("[data-photos-told]")).to_contain_text("kept on this device", timeout=PATIENCE_MS)
    page.get_by_text(outcome, exact=True).click()
    page.get_by_label("Note").fill(note)
    page.get_by_role("button", name="Save outcome").click()
    page.wait_for_url(lambda url: "/check-in/" not in url)


class KilledPhone:
    """A phone whose browser is killed again and again, on one profile: what it kept has to outlive every kill.

    The browser that is started after one kill is the one that the next kill hits, so that a kill costs one start.
    """

    def __init__(self, browser_type: BrowserType, profile: Path, site: PhoneSite) -> None:
        self.browser_type, self.profile, self.site = browser_type, profile, site
        self.context = start(browser_type, profile, site)
        self.paths = [f"/check-in/{account_id}" for account_id in site.accounts.values()]
        sign_in(self.page)
        wait_until_kept(self.page, self.paths)

    @property
    def page(self) -> Page:
        """The one page of the browser that runs now."""
        return self.context.pages[0]

    def kill_after(self, seconds: float, seed: int, visits: int = 2) -> list[str]:
        """Tell visits without a connection, kill the browser so long after the last was kept, start it and connect.

        Answers the notes that the server lacks then, or has twice.
        """
        site = self.site
        chosen = random.Random(seed).sample(sorted(site.accounts.values()), visits)
        notes = [f"kill {seed}, visit {number}" for number in range(visits)]
        # What a kill took out of the browser's cache comes again with the pages that are opened.
        until(lambda: _are_kept(self.page, self.paths) or self.page.goto("/me/") is None)
        site.proxy.weather = Weather.REFUSED
        for account_id, note in zip(chosen, notes, strict=True):
            check_in_without_connection(self.page, account_id, note)
        time.sleep(seconds)
        kill(self.profile)
        with contextlib.suppress(Exception):  # it is dead already, in whichever way playwright finds out
            self.context.close()
        site.proxy.weather = Weather.CLEAR
        self.context = start(self.browser_type, self.profile, site)
        self.page.goto("/me/")
        if "/log-in" in self.page.url:  # cookies are written lazily too: who has to sign in anew loses nothing
            sign_in(self.page)
            self.page.goto("/me/")
        with contextlib.suppress(AssertionError):  # what is missing is the answer
            until(lambda: set(notes) <= {one.note for one in site.told()})
        told = [one.note for one in site.told()]
        return [note for note in notes if told.count(note) != 1]

    def close(self) -> None:
        """End the browser, and forget its profile."""
        self.context.close()
        shutil.rmtree(self.profile, ignore_errors=True)
