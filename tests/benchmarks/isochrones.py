"""How true the areas within reach are: held against the router's own times to thousands of places.

`python -m tests.benchmarks.isochrones [--json] [--origins 5] [--places 4000]`. Streets: Liechtenstein and the Porto
metro; from ../shared/data, OpenStreetMap contributors, ODbL. agree: the share of places where the area says what the
router says; false_in: places inside that take longer, of all inside; false_out: places outside that do not, of all that
are within the minutes. Most places of a large extract are far away and agree by themselves, so the latter two count.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from routing.points import LonLat, Points
from routing.travel_times import search
from routing.travel_times.osrm import OsrmTravelTimes
from routing.travel_times.osrm_engine import Tile
from routing.travel_times.protocol import TravelTimes
from routing.travel_times.streets import StreetTravelTimes
from tests.benchmarks.travel_times import EXTRACTS, METRO, MINUTES, near_streets, routers

NAMES = ("liechtenstein-2024-03-04.osm.pbf", METRO)


def seconds_from(router: TravelTimes, points: Points) -> NDArray[np.float64]:
    """The router's own times from the first point to each, inf where not reached: one row of its matrix.

    A matrix asks for all rows, which for thousands of places takes hours.
    """
    if isinstance(router, OsrmTravelTimes):
        on_roads = router.snap(points).points
        seconds = router._engine.table(on_roads, Tile(range(1), range(len(points)))).seconds[0]
        return np.where(np.isfinite(seconds), np.rint(seconds), np.inf)
    assert isinstance(router, StreetTravelTimes)
    edges, shares = router._on_edges(router.finder.find(points))
    tenths, lengths = (np.zeros((1, len(points)), dtype=np.int32) for _ in range(2))
    reached = np.zeros((1, len(points)), dtype=np.bool_)
    search.fill_rows(router._costs, np.zeros(1, dtype=np.int32), edges, shares, tenths, lengths, reached)
    return np.where(reached[0], (tenths[0] + 5) // 10, np.inf)


def truth(router: TravelTimes, streets: StreetTravelTimes, origins: int, places: int) -> list[dict[str, Any]]:
    """A row for each of MINUTES, over all origins together."""
    at = near_streets(streets.network, places, seed=77)
    starts = near_streets(streets.network, origins, seed=5)
    counts = np.zeros((len(MINUTES), 5), dtype=np.int64)
    seconds = 0.0
    for origin in starts:
        times = seconds_from(router, np.vstack([origin, at]))
        began = time.perf_counter()
        drawn = router.isochrone(LonLat(*origin), MINUTES)
        seconds += time.perf_counter() - began
        for row, each in enumerate(drawn):
            inside = shapely.intersects_xy(each.area, at[:, 0], at[:, 1])
            reached = times[1:] <= each.minutes * 60
            counts[row] += (
                len(at),
                inside.sum(),
                (inside & ~reached).sum(),
                reached.sum(),
                (~inside & reached).sum(),
            )
    return [
        {
            "minutes": minutes,
            "agree": 1 - (false_in + false_out) / total,
            "false_in": false_in / max(1, inside),
            "false_out": false_out / max(1, reached),
            "seconds": seconds / origins,
        }
        for minutes, (total, inside, false_in, reached, false_out) in zip(MINUTES, counts.tolist(), strict=True)
    ]


def measure(origins: int, places: int, told: Callable[[str, dict[str, Any]], None] | None = None) -> dict[str, Any]:
    """Extract to router to rows. told: is given each extract's as soon as it is there."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in NAMES:
            both, _ = routers(EXTRACTS / name, Path(folder))
            streets = both[-1]
            assert isinstance(streets, StreetTravelTimes)
            found[name] = {router.name: truth(router, streets, origins, places) for router in both}
            if told is not None:
                told(name, found[name])
    return found


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.isochrones", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--origins", type=int, default=5)
    parser.add_argument("--places", type=int, default=4_000)
    chosen = parser.parse_args(arguments)
    if not EXTRACTS.is_dir():
        sys.stderr.write("Isochrones: the real data is not here (shared/data beside the checkout).\n")
        return
    found = measure(chosen.origins, chosen.places, None if chosen.json else _tell)
    if chosen.json:
        sys.stdout.write(f"{json.dumps(found)}\n")


def _tell(name: str, by_router: dict[str, Any]) -> None:
    for router, rows in by_router.items():
        for row in rows:
            shares = "".join(f"{key} {row[key]:.2%}  " for key in ("agree", "false_in", "false_out"))
            sys.stdout.write(f"{name[:24]:<26}{router:<9}{row['minutes']:>3} min  {shares}{row['seconds']:.2f} s\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
