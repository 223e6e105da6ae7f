"""Pictures of every page, on a phone and at a desk, of the demo's own data.

    python -m tests.e2e.screenshots [--out FOLDER] [--home WORKSPACE] [--only TEXT]

They go to docs/images/pages, where docs/pages.md shows them. `--home` takes a workspace that `gcrm demo` filled before.
"""

import argparse
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.conftest import ROOT
from tests.e2e.conftest import Site, Watched, chromium, filled, running

PHONE, DESK = 390, 1280
QUALITY = 70
PLACE = "at=24.9439,60.1684"

PAGES = (
    ("log-in", "", "/log-in"),
    ("day", "onni", "/day/"),
    ("check-in", "onni", "/check-in/{account}"),
    ("week", "onni", "/week/"),
    ("accounts", "onni", "/accounts/"),
    ("account", "onni", "/accounts/{account}"),
    ("account-new", "piia", "/accounts/new"),
    ("account-edit", "piia", "/accounts/{account}/edit"),
    ("not-sent", "onni", "/offline/not-sent"),
    ("me", "onni", "/me/"),
    ("search", "piia", "/search/?q=kahvila"),
    ("team", "mikko", "/team/"),
    ("what-ifs", "mikko", "/what-ifs/"),
    ("accounts-map", "mikko", "/accounts/by-field/"),
    ("accounts-near", "onni", "/accounts/map"),
    ("insight", "mikko", "/insight/"),
    ("regions", "mikko", "/regions/"),
    ("catchment", "mikko", f"/catchment/?{PLACE}"),
    ("catchment-compare", "mikko", "/catchment/compare?rep=all"),
    ("catchment-coverage", "mikko", "/catchment/coverage"),
    ("cube", "mikko", "/markets/cube/?rows=region:districts&columns=quarter&measure=sales"),
    ("potential", "mikko", "/markets/potential/?level=districts"),
    ("huff", "mikko", "/markets/huff/"),
    ("orders", "piia", "/orders/"),
    ("territories", "piia", "/territories/"),
    ("scenarios", "piia", "/territories/scenarios/"),
    ("scenario", "piia", "/territories/scenarios/1"),
    ("scenario-compare", "piia", "/territories/scenarios/compare?other=1"),
    ("hand-over", "piia", "/territories/scenarios/1/hand-over"),
    ("homes", "piia", "/territories/scenarios/homes"),
    ("reps", "piia", "/reps/"),
    ("rep", "piia", "/reps/east"),
    ("imports", "piia", "/imports/"),
    ("places", "piia", "/places/"),
    ("duplicates", "piia", "/duplicates/"),
    ("changes", "piia", "/changes/"),
    ("jobs", "admin", "/jobs/"),
    ("areas", "admin", "/areas/"),
    ("users", "admin", "/users/"),
    ("audit", "admin", "/audit/"),
    ("webhooks", "admin", "/webhooks/"),
    ("health", "admin", "/health/"),
)
"""Name of the picture, who looks ("" for a stranger), and where."""


def take(browser: Browser, site: Site, out: Path, only: str = "") -> list[str]:
    """Take them all; the faults that pages showed meanwhile."""
    out.mkdir(parents=True, exist_ok=True)
    faults = []
    for width in (PHONE, DESK):
        people: dict[str, Watched] = {}
        for name, login, path in PAGES:
            if only not in name:
                continue
            if login not in people:
                people[login] = Watched(browser, site, width)
                if login:
                    people[login].log_in(login)
            watched = people[login]
            watched.faults.clear()
            watched.open(path.format(account=_account(site)))
            # Streets are drawn after the page has come to rest.
            watched.page.wait_for_timeout(1_200)
            watched.page.screenshot(path=out / f"{name}-{width}.jpg", type="jpeg", quality=QUALITY)
            faults += [f"{name} at {width}: {fault}" for fault in watched.faults]
        for watched in people.values():
            watched.close()
    return faults


def _account(site: Site) -> int:
    """An account of Onni's with history: one that he sees on the next planned day."""
    from gcrm.platform.settings import Settings
    from gcrm.workspace import open_workspace

    workspace = open_workspace(Settings(site.home))
    with workspace.store.read() as tx:
        territory = tx.territories.of_rep(tx.reps.get("centre").id)[0]
        found = tx.accounts.page(limit=200, territory_id=territory.id)[0]
    workspace.close()
    return next((one.id for one in found if one.phone and one.contact), found[0].id)


def main() -> None:
    """Fill a demo, serve it, and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images" / "pages")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    folder: Any = nullcontext(given.home) if given.home else tempfile.TemporaryDirectory()
    with folder as home:
        filled(Path(home))
        with running(Path(home)) as (url, password), chromium() as browser:
            faults = take(browser, Site(url, password, Path(home), 0), given.out, given.only)
    sys.stdout.write("".join(f"{fault}\n" for fault in faults))


if __name__ == "__main__":
    main()
