"""A real browser against the real app on the demo's own workspace: Chromium, waitress, the job worker, the sample."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from gcrm.accounts.model import Account, Address, Kind, Level, Placement
from gcrm.platform.settings import Settings
from gcrm.workspace import open_workspace
from routing.points import LonLat
from tests.conftest import ROOT
from tests.fixtures.requires import missing

AXE = ROOT / "webapp" / "node_modules" / "axe-core" / "axe.min.js"

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

FAILSAFE_MS = 180_000
"""Longer than anything takes on the slowest machine; nothing waits that long unless it fails."""
expect.set_options(timeout=FAILSAFE_MS)

HOSTILE = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>${window.hacked = 1} Ы"
"""A name that runs wherever text is taken for markup or for a template."""


@dataclass(frozen=True)
class Site:
    """The running app: its address, the demo's password, its workspace, and the account with a hostile name."""

    url: str
    password: str
    home: Path
    hostile_id: int


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "the server ended by itself"
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/health/alive")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
        finally:
            connection.close()
    raise AssertionError(f"nothing answers on port {port}")


def _environment(home: Path) -> dict[str, str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GCRM_")}
    return environment | {"GCRM_HOME": str(home)}


def filled(home: Path) -> None:
    """`gcrm demo --no-serve`, as a person starts it."""
    command = [sys.executable, "-m", "gcrm.cli", "demo", "--no-serve"]
    done = subprocess.run(command, env=_environment(home), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def running(home: Path, **settings: str) -> Iterator[tuple[str, str]]:
    """`gcrm serve` with its worker on a demo's workspace: its address and the demo's password. settings: GCRM_ ones."""
    port = _free_port()
    command = [sys.executable, "-m", "gcrm.cli", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=_environment(home) | settings, cwd=ROOT)
    password = home / "demo-password.txt"
    try:
        _wait_for(port, server)
        yield f"http://127.0.0.1:{port}", password.read_text().strip() if password.exists() else ""
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo, with an account whose name is an attack."""
    home = tmp_path_factory.mktemp("e2e") / "home"
    filled(home)
    workspace = open_workspace(Settings(home))
    with workspace.store.write() as tx:
        centre = next(territory for territory in tx.territories.all() if territory.name.endswith("centre"))
        hostile = Account(
            HOSTILE,
            Kind.PROSPECT,
            address=Address(line=HOSTILE),
            place=LonLat(24.9440, 60.1690),
            placement=Placement(Level.HOUSE, 1.0, HOSTILE, HOSTILE, HOSTILE),
            note=HOSTILE,
            contact=HOSTILE,
            territory_id=centre.id,
            territory_locked=True,
        )
        hostile_id = tx.accounts.add(hostile).id
    workspace.close()
    with running(home) as (url, password):
        yield Site(url, password, home, hostile_id)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium without a window."""
    path = os.environ.get("GCRM_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        missing("Chromium is not installed (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all."""
    with chromium() as launched:
        yield launched


class Watched:
    """A page that remembers everything that went wrong on it."""

    def __init__(self, browser: Browser, site: Site, width: int, **options: object) -> None:
        height = 844 if width < 600 else 800
        self.context = browser.new_context(
            base_url=site.url, viewport={"width": width, "height": height}, locale="en-GB", **options
        )
        self.site = site
        self.width = width
        self.context.set_default_timeout(FAILSAFE_MS)
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        page = self.page
        page.on("console", lambda said: said.type in {"error", "warning"} and self._said(said.text))
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("requestfailed", self._failed)
        page.on(
            "response", lambda answer: answer.status >= 400 and self.faults.append(f"{answer.status}: {answer.url}")
        )
        page.on("request", self._asked)

    def _said(self, text: str) -> None:
        # A page that is left while it asks how far a job is lets go of the question.
        if not text.startswith(("htmx:sendAbort", "htmx:afterRequest")):
            self.faults.append(f"console: {text}")

    def _failed(self, request: object) -> None:
        failure = str(getattr(request, "failure", ""))
        if "ERR_ABORTED" not in failure:  # a page that is left lets go of what it was loading
            self.faults.append(f"failed: {getattr(request, 'url', '')} {failure}")

    def _asked(self, request: object) -> None:
        url = str(getattr(request, "url", ""))
        if not url.startswith((self.site.url, "data:", "blob:")):
            self.faults.append(f"another host: {url}")

    def log_in(self, login: str) -> None:
        self.page.goto("/log-in")
        self.page.get_by_label("Log-in").fill(login)
        self.page.get_by_label("Password").fill(self.site.password)
        # The page that was open is idle already: whoever went on at once would take the form back.
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.wait_for_load_state("networkidle")

    def open(self, path: str) -> None:
        self.page.goto(path)
        self.page.wait_for_load_state("networkidle")

    def violations(self) -> list[str]:
        """Serious and critical findings of axe-core on the page as it is."""
        assert AXE.is_file(), "axe-core is not installed: run `python -m webapp.assets`"
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{one['id']}: {one['nodes'][0]['html'][:200]}"
            for one in found["violations"]
            if one["impact"] in {"serious", "critical"}
        ]

    def close(self) -> None:
        self.context.close()
