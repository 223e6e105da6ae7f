"""The app on a workspace of invented accounts in a real browser, for benchmarks of what people see."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import requests
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.security import generate_password_hash

from gcrm.accounts.model import Account, Address, Kind, Level, Placement, Priority
from gcrm.people.model import Rep
from gcrm.people.user import Role, User
from gcrm.territories.model import Territory
from gcrm.workspace import Workspace
from routing.points import LonLat

PASSWORD = "correct horse battery"  # noqa: S105 - of a person who does not exist
LOGIN = "pia"
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync")
Ground = tuple[float, float, float, float]
"""West, south, and how wide and high, in degrees."""
GROUND: Ground = (9.4, 46.9, 0.9, 0.6)
SEGMENTS = ("Hotel", "Bar", "Bakery", "Cafe", "Butcher", "Kiosk", "School", "Clinic", "Garage", "Florist", "Office")
REPS = 25


def filled(workspace: Workspace, count: int, seed: int = 1, ground: Ground = GROUND) -> list[int]:
    """Accounts spread around 200 towns, with reps and a planner; their numbers."""
    random = np.random.default_rng(seed)
    towns = random.random((200, 2)) * ground[2:] + ground[:2]
    at = random.integers(0, len(towns), count)
    places = np.round(towns[at] + random.normal(0, ground[2] / 75, (count, 2)), 6)
    today = date.fromordinal(date.today().toordinal())  # noqa: DTZ011 - any day will do
    kinds, priorities = tuple(Kind), tuple(Priority)
    with workspace.store.write() as tx:
        reps = [
            tx.reps.add(Rep(f"r{one}", f"Rep {one}", "", LonLat(*towns[one].tolist()), (None,) * 7, "Europe/Vaduz"))
            for one in range(REPS)
        ]
        held = [tx.territories.add(Territory(rep.name, rep.id)) for rep in reps]
        accounts = tx.accounts.add_many(
            [
                Account(
                    f"Account {number}",
                    kind=kinds[number % 3 == 0],
                    priority=priorities[number % 3],
                    segment=SEGMENTS[number % len(SEGMENTS)],
                    address=Address(line=f"Street {number}", city=f"Town {town}", postcode=str(9000 + town)),
                    place=LonLat(lon, lat),
                    placement=Placement(Level.HOUSE, 1.0, "found"),
                    last_visit=today - timedelta(int(number % 200)) if number % 5 else None,
                )
                for number, (town, (lon, lat)) in enumerate(zip(at.tolist(), places.tolist(), strict=True))
            ]
        )
        tx.accounts.set_territories({one.id: held[one.id % REPS].id for one in accounts})
        tx.users.add(User(LOGIN, "Pia", Role.PLANNER, generate_password_hash(PASSWORD), None))
    return [one.id for one in accounts]


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """`gcrm serve` on a workspace: its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GCRM_")}
    command = [sys.executable, "-m", "gcrm.cli", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env={**environment, "GCRM_HOME": str(home)}, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                if requests.get(f"{url}/health/alive", timeout=30).ok:
                    break
            except (requests.ConnectionError, requests.Timeout):
                if server.poll() is not None:
                    raise RuntimeError("The app does not start.") from None
                time.sleep(0.2)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=30)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium without a window."""
    path = os.environ.get("GCRM_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        raise SystemExit("Chromium is not installed (Debian: apt-get install chromium).")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield launched
        launched.close()


def signed_in(browser: Browser, url: str) -> Page:
    """A page of the planner, 1280 by 800."""
    page = browser.new_context(base_url=url, viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(300_000)
    page.goto("/log-in")
    page.get_by_label("Log-in").fill(LOGIN)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state("networkidle")
    return page


def largest_renderer_mb() -> float:
    """The memory of the largest process that draws pages for a browser of ours."""
    found = [0.0]
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if b"--type=renderer" not in (process / "cmdline").read_bytes():
                continue
            lines = (process / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        found += [int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")]
    return max(found)
