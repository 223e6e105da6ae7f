"""How long the questions behind the pages of regions, territories and catchments take with many accounts.

    python -m tests.benchmarks.regions --area EXTRACT --regions FILE [--accounts 20000] [--times 20]

The functions alone, without a page around them; the workspace is made in a folder of its own. Times are of the wall, in
milliseconds, of the calls after the first.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from gcrm.accounts.model import Account, Kind, Priority
from gcrm.accounts.ownership import fill
from gcrm.areas.import_area import import_area
from gcrm.markets.catchment import catchment
from gcrm.markets.region_table import region_table
from gcrm.people.model import Rep
from gcrm.people.working_week import read_week
from gcrm.platform.settings import Settings
from gcrm.territories.assign_territory import assign_territory
from gcrm.territories.import_regions import import_regions
from gcrm.territories.territory_table import territory_table
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace, open_workspace
from routing.points import LonLat


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--area", type=Path, required=True)
    parser.add_argument("--regions", type=Path, required=True)
    parser.add_argument("--name-column", default="name")
    parser.add_argument("--accounts", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(Settings(home=Path(folder)))
        import_area(workspace, options.area)
        import_regions(workspace, options.regions, name_column=options.name_column)
        set_name, middle = _filled(workspace, options.accounts)
        day = workspace.clock().date()
        questions: dict[str, Callable[[], Any]] = {
            "regions": lambda: _read(workspace, lambda tx: region_table(tx, set_name, workspace.clock(), day)),
            "territories": lambda: _read(workspace, lambda tx: territory_table(tx, day)),
            "catchment": lambda: catchment(workspace, middle, [10, 20, 30]),
        }
        print(json.dumps({name: _timed(ask, options.times) for name, ask in questions.items()}))  # noqa: T201
        workspace.close()


def _read(workspace: Workspace, ask: Callable[[Transaction], Any]) -> Any:
    with workspace.store.read() as tx:
        return ask(tx)


def _filled(workspace: Workspace, count: int) -> tuple[str, LonLat]:
    """Accounts on the streets, and a territory for each of five reps."""
    random = np.random.default_rng(1)
    network = workspace.areas.current().travel_times("streets").network  # type: ignore[attr-defined]
    rows = random.integers(0, len(network.lon), count)
    accounts = [
        Account(
            f"Account {number}",
            kind=Kind.CUSTOMER if number % 3 else Kind.PROSPECT,
            priority=list(Priority)[number % 3],
            place=LonLat(float(network.lon[row]), float(network.lat[row])),
        )
        for number, row in enumerate(rows)
    ]
    middle = LonLat(float(np.median(network.lon)), float(np.median(network.lat)))
    with workspace.store.write() as tx:
        tx.accounts.add_many(accounts)
        reps = [
            tx.reps.add(Rep(f"r{n}", f"Rep {n}", "", middle, read_week("08:00-17:00"), "Europe/Vaduz"))
            for n in range(5)
        ]
        set_name = tx.regions.sets()[0]
        names = [region.name for region in tx.regions.of_set(set_name)]
    for number, rep in enumerate(reps):
        assign_territory(workspace, rep.key, set_name, names[number :: len(reps)])
    with workspace.store.write() as tx:
        fill(tx)
    return set_name, middle


def _timed(ask: Callable[[], Any], times: int) -> dict[str, float]:
    taken = []
    for _ in range(times + 1):
        began = time.perf_counter()
        ask()
        taken.append(1000 * (time.perf_counter() - began))
    p50, p95 = np.percentile(taken[1:], [50, 95])
    return {"first_ms": round(taken[0]), "p50_ms": round(p50), "p95_ms": round(p95)}


if __name__ == "__main__":
    main()
