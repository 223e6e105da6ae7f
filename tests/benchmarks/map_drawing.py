"""How long the page takes for what people do on maps with very many accounts: in a real browser, drawing included.

    python -m tests.benchmarks.map_drawing [--accounts N] [--dragged N] [--territories N] [--repeat N] [--json]

The page's own modules run in Chromium on accounts that are invented there; no server is asked, so that nothing but the
page is measured. `filter`: 100,000 accounts chosen by two fields, counted and drawn anew. `drag`: an account of 20,000
in 25 territories is given to another: all figures, labels and points. ms until it is painted, median and worst.
"""

import argparse
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route

from tests.benchmarks.served import chromium
from tests.conftest import ROOT

PAGE = """<!doctype html><html lang="en"><head><title>Maps</title>
<link rel="stylesheet" href="/static/vendor/leaflet/leaflet.css">
<script src="/static/vendor/leaflet/leaflet.js"></script><script src="/static/say.js" type="module"></script>
<script src="/static/map.js" defer></script></head>
<body><div id="m" style="width: 800px; height: 700px"></div></body></html>"""


def measured(page: Page, what: str, given: dict[str, int]) -> dict[str, Any]:
    """One row: median and worst of the turns, in ms."""
    page.goto("http://maps.test/")
    page.wait_for_function("window.L && window.gcrm")
    found = page.evaluate(f"async (given) => (await import('/bench.mjs')).{what}(given)", given)
    spent = sorted(found["spent"])
    row = {**given, "median_ms": round(spent[len(spent) // 2], 1), "worst_ms": round(spent[-1], 1)}
    return row | ({"first_ms": round(found["first"], 1)} if "first" in found else {})


def _fulfil(route: Route) -> None:
    """The page itself, and the files that it asks for; no other is there."""
    path = urlsplit(route.request.url).path
    file = ROOT / "webapp" / path.lstrip("/")
    if path == "/":
        route.fulfill(status=200, content_type="text/html", body=PAGE)
    elif path == "/bench.mjs":
        route.fulfill(path=Path(__file__).with_suffix(".mjs"), content_type="text/javascript")
    elif file.is_file():
        route.fulfill(path=Path(file))
    else:
        route.fulfill(status=404, body="")


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--dragged", type=int, default=20_000)
    parser.add_argument("--territories", type=int, default=25)
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with chromium() as browser:
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        page.route("**/*", _fulfil)
        chosen = measured(page, "filter", {"n": given.accounts, "repeat": given.repeat})
        drag = measured(page, "drag", {"n": given.dragged, "k": given.territories, "repeat": given.repeat})
    rows = {"filter": chosen, "drag": drag}
    print(json.dumps(rows) if given.json else rows)  # noqa: T201


if __name__ == "__main__":
    main()
