"""Kill the browser of a phone at any second after "kept": `python -m tests.benchmarks.browser_kills [KILLS] [SEED]`."""

import random
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.e2e.browser_kill import KilledPhone
from tests.e2e.phone_site import serve_phone_site

LONGEST_S = 6.0
"""Kills come between none and so many seconds after "kept"."""


def main(kills: int = 50, seed: int = 1) -> int:
    """Kill so often; the number of visits that were lost or doubled."""
    random_ = random.Random(seed)
    wrong = 0
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        serve_phone_site(Path(folder) / "home") as site,
    ):
        phone = KilledPhone(playwright.chromium, Path(folder) / "profile", site)
        for number in range(kills):
            seconds = random_.uniform(0, LONGEST_S) if random_.random() < 0.7 else 0.0
            began = time.monotonic()
            missing = phone.kill_after(seconds, seed * 1_000 + number)
            wrong += len(missing)
            took = time.monotonic() - began
            said = missing or "nothing lost"
            print(f"kill {number + 1} of {kills}, {seconds:.1f} s after, took {took:.0f} s: {said}", flush=True)  # noqa: T201
        phone.close()
    print(f"{kills} kills, {2 * kills} visits told: {wrong} lost or doubled")  # noqa: T201
    return wrong


if __name__ == "__main__":
    sys.exit(1 if main(*(int(one) for one in sys.argv[1:])) else 0)
