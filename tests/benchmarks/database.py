"""How fast the spatial database is with 100,000 accounts.

`python -m tests.benchmarks.database [--accounts N] [--url postgresql://...] [--json]`: without a URL the GeoPackage.
A database that is named by its URL must be empty; the accounts stay in it.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import shapely

from gcrm.accounts.model import Account, Address, Kind, Level, Placement, Priority
from gcrm.store import Store, open_store
from routing.points import LonLat

PORTO = LonLat(-8.61, 41.15)
_STREETS = ("Rua de Santa Catarina", "Avenida da Boavista", "Travessa do Carmo", "Praça da Batalha")
_TOWNS = ("Porto", "Vila Nova de Gaia", "Matosinhos", "Maia", "Gondomar")


def accounts(count: int, seed: int = 1) -> list[Account]:
    """Accounts in and around Porto."""
    dice = random.Random(seed)
    now = datetime(2026, 11, 24, tzinfo=UTC)
    return [
        Account(
            name=f"Padaria São João {number}",
            kind=dice.choice(list(Kind)),
            external_id=f"C-{number}",
            address=Address(
                "", dice.choice(_STREETS), str(dice.randint(1, 900)), "4000-123", dice.choice(_TOWNS), "PT"
            ),
            place=LonLat(PORTO.lon + dice.gauss(0, 0.06), PORTO.lat + dice.gauss(0, 0.05)),
            placement=Placement(Level.HOUSE, 0.97, "Rua de Santa Catarina 1", "", "OpenStreetMap, ODbL", "", now),
            contact="Inês Gonçalves",
            phone="+351222000000",
            opening_hours="Mo-Fr 09:00-18:00",
            priority=dice.choice(list(Priority)),
            created_at=now,
            updated_at=now,
        )
        for number in range(count)
    ]


def timed(what: Callable[[], Any], times: int) -> tuple[float, float]:
    """Median seconds by the clock, and of this process's own processor time (a server's is not in it)."""
    wall, own = [], []
    for _ in range(times):
        start, start_own = time.perf_counter(), time.process_time()
        what()
        wall.append(time.perf_counter() - start)
        own.append(time.process_time() - start_own)
    return statistics.median(wall), statistics.median(own)


def measure(store: Store, count: int) -> dict[str, tuple[float, float]]:
    """Seconds an action as `timed`, each in a transaction of its own."""
    new = accounts(count)
    kept: list[Account] = []

    def write(change: Callable[[Any], Any]) -> Any:
        with store.write() as tx:
            return change(tx)

    def read(question: Callable[[Any], Any]) -> Callable[[], Any]:
        def ask() -> Any:
            with store.read() as tx:
                return question(tx)

        return ask

    seconds = {"add_many": timed(lambda: kept.extend(write(lambda tx: tx.accounts.add_many(new))), 1)}
    west, south, east, north = PORTO.lon, PORTO.lat, PORTO.lon + 0.02, PORTO.lat + 0.02
    area = shapely.Point(PORTO).buffer(0.05)
    moved = [replace(one, place=LonLat(one.place.lon + 1e-4, one.place.lat)) for one in kept if one.place]
    renamed = [replace(one, phone="+351222111111") for one in moved]
    questions: dict[str, tuple[Callable[[], Any], int]] = {
        "in_bbox, all": (read(lambda tx: tx.accounts.in_bbox(-180, -90, 180, 90)), 3),
        "in_bbox, a town": (read(lambda tx: tx.accounts.in_bbox(west, south, east, north)), 9),
        "within, a circle as polygon": (read(lambda tx: tx.accounts.within(area)), 3),
        "within_radius, 1 km": (read(lambda tx: tx.accounts.within_radius(PORTO, 1_000)), 9),
        "nearest, 10": (read(lambda tx: tx.accounts.nearest(PORTO, 10)), 9),
        "nearest, 10, from afar": (read(lambda tx: tx.accounts.nearest((139.7, 35.7), 10)), 3),
        "page, first by name": (read(lambda tx: tx.accounts.page()), 9),
        "page, far by city": (read(lambda tx: tx.accounts.page(sort="city", offset=50_000)), 9),
        "page, text": (read(lambda tx: tx.accounts.page(text="sao joao 4711")), 9),
        "page, kind and level": (read(lambda tx: tx.accounts.page(kind=Kind.PROSPECT, level=Level.HOUSE)), 9),
        "frame": (read(lambda tx: tx.accounts.frame()), 3),
        "points": (read(lambda tx: tx.accounts.columns()), 3),
        "all": (read(lambda tx: tx.accounts.all()), 3),
        "get": (read(lambda tx: tx.accounts.get(kept[count // 2].id)), 50),
        "update one": (lambda: write(lambda tx: tx.accounts.update(replace(kept[5], name="New"))), 9),
        "move one": (lambda: write(lambda tx: tx.accounts.update(moved[6])), 1),
        "update_many, all moved": (lambda: write(lambda tx: tx.accounts.update_many(moved)), 1),
        "update_many, none moved": (lambda: write(lambda tx: tx.accounts.update_many(renamed)), 1),
        "set_territories": (
            lambda: write(lambda tx: tx.accounts.set_territories(dict.fromkeys([one.id for one in kept]))),
            1,
        ),
        "delete, all": (lambda: write(lambda tx: tx.accounts.delete([one.id for one in kept])), 1),
    }
    return seconds | {name: timed(question, times) for name, (question, times) in questions.items()}


def main() -> None:
    """Print the seconds an action takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--url", default="")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(given.url or Path(folder) / "bench.gpkg")
        try:
            seconds = measure(store, given.accounts)
        finally:
            store.close()
    if given.json:
        named = {name: {"wall": wall, "own": own} for name, (wall, own) in seconds.items()}
        print(json.dumps({"accounts": given.accounts, "seconds": named}))  # noqa: T201 - this is its answer
    else:
        for name, (wall, own) in seconds.items():
            print(f"{name:<30} {wall:9.4f} s, of it {own:9.4f} s processor time")  # noqa: T201 - this is its answer


if __name__ == "__main__":
    main()
