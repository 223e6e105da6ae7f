"""The map of accounts in a real browser, beside plain Folium markers.

    python -m tests.benchmarks.accounts_map [--counts 1000,10000,100000] [--folium-up-to 1000] [--repeat N] [--json]

`rows`: accounts; bytes of the points and of everything that the page loads (as sent); ms from asking for the page until
its points are drawn; ms from a click on a filter until the map is drawn anew (median, worst); memory of the process
that draws. Each also as a ratio to a page of plain Folium markers with as many accounts, where that is made.
"""

import argparse
import json
import statistics
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Response, Route

from gcrm.platform.settings import Settings
from gcrm.workspace import open_workspace
from tests.benchmarks.served import chromium, filled, largest_renderer_mb, serving, signed_in
from tests.conftest import ROOT

FILTER = """async () => {
  const boxes = [...document.querySelectorAll('#filters input[type=checkbox]')];
  const began = performance.now();
  boxes[0].click();
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - began;
}"""
DRAWN = "() => document.body.dataset.accounts === 'drawn'"
FOLIUM_DRAWN = """() => new Promise((done) => {
  const there = () => document.querySelectorAll('.leaflet-marker-icon').length >= COUNT;
  const look = () => (there() ? requestAnimationFrame(() => done(performance.now())) : setTimeout(look, 10));
  look();
})"""


def measured(browser: Browser, count: int, repeat: int) -> dict[str, Any]:
    """One row for our own map."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        workspace = open_workspace(Settings(home))
        filled(workspace, count)
        workspace.close()
        with serving(home) as url:
            page = signed_in(browser, url)
            page.goto("/accounts/by-field/")  # the first page after the start compiles and warms caches
            page.wait_for_function(DRAWN)
            drawn: list[float] = []
            sent: dict[str, int] = {}
            page.on("response", lambda response: sent.update({response.url: _bytes(response)}))
            for _ in range(repeat):
                sent.clear()
                page.goto("/accounts/by-field/")
                page.wait_for_function(DRAWN)
                drawn.append(float(page.evaluate("() => Number(document.body.dataset.drawnMs)")))
            filters = [float(page.evaluate(FILTER)) for _ in range(2 * repeat + 4)]
            memory = largest_renderer_mb()
            points = next((size for address, size in sent.items() if address.endswith("/by-field/points")), 0)
            page.context.close()
    return {
        "accounts": count,
        "points_bytes": points,
        "page_bytes": sum(sent.values()),
        "drawn_ms": round(statistics.median(drawn)),
        "filter_ms": round(statistics.median(filters), 1),
        "filter_worst_ms": round(max(filters), 1),
        "memory_mb": round(memory),
    }


def plain_folium(browser: Browser, count: int) -> dict[str, Any]:
    """The same for a page with a Folium marker an account, without a pop-up, which needs jQuery."""
    import folium

    from maps.assets import use_local

    use_local("/static")
    made = folium.Map(location=(47.2, 9.8), zoom_start=9, tiles=None)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        workspace = open_workspace(Settings(home))
        filled(workspace, count)
        with workspace.store.read() as tx:
            columns = tx.accounts.columns()
        workspace.close()
        for lon, lat in columns.places.tolist():
            folium.Marker((lat, lon)).add_to(made)
        html = made.get_root().render()
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(120_000)
    page.route("**/*", lambda route: _fulfil(route, html))
    page.goto("http://folium.test/", wait_until="commit")
    drawn = float(page.evaluate(FOLIUM_DRAWN.replace("COUNT", str(count))))
    memory = largest_renderer_mb()
    page.context.close()
    return {"page_bytes": len(html.encode()), "drawn_ms": round(drawn), "memory_mb": round(memory)}


def _fulfil(route: Route, html: str) -> None:
    """The page itself, and the files that it asks for from the app's own folder; no other is there."""
    path = urlsplit(route.request.url).path
    if path == "/":
        route.fulfill(status=200, content_type="text/html", body=html)
        return
    file = ROOT / "webapp" / path.lstrip("/")
    if file.is_file():
        route.fulfill(path=file)
    else:
        route.fulfill(status=404, body="")


def _bytes(response: Response) -> int:
    length = response.headers.get("content-length")
    return int(length) if length else 0


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", default="1000,10000,100000")
    parser.add_argument("--folium-up-to", type=int, default=1_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows = []
    with chromium() as browser:
        for count in map(int, given.counts.split(",")):
            row = measured(browser, count, given.repeat)
            if count <= given.folium_up_to:
                plain = plain_folium(browser, count)
                row["folium"] = plain
                row |= {f"{key}_ratio": round(row[key] / plain[key], 3) for key in plain if plain[key]}
            rows.append(row)
            if not given.json:
                print(row, flush=True)  # noqa: T201
    if given.json:
        print(json.dumps({"rows": rows}))  # noqa: T201


if __name__ == "__main__":
    main()
