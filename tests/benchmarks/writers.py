"""How long a check-in waits while a large file is imported, imported again, and both undone.

`python -m tests.benchmarks.writers [--rows 40000] [--database URL]`; the URL of an empty PostGIS database, a new
GeoPackage if not given.

Another process writes a note, as a check-in does, again and again; what counts is the longest time that one took.
"""

import argparse
import json
import multiprocessing
import multiprocessing.synchronize
import random
import tempfile
import time
from functools import partial
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from gcrm.accounts.model import Account
from gcrm.accounts.undo_change import undo_change
from gcrm.activities.model import Activity, ActivityKind
from gcrm.imports.import_accounts import import_accounts
from gcrm.platform.settings import Settings
from gcrm.workspace import Workspace
from routing.points import LonLat

PROCESSES = multiprocessing.get_context("forkserver")
QUIET_S = 3.0


def longest_waits(rows: int, url: str = "", known: int = 10_000) -> dict[str, tuple[float, float]]:
    """What others did, to seconds: the longest note meanwhile, and how long that took. "alone": nobody else."""
    found: dict[str, tuple[float, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Settings(Path(folder), database_url=url))
        dice = random.Random(1)
        with workspace.store.write() as tx:
            tx.accounts.add_many([Account(f"Known {n}", place=_place(dice)) for n in range(known)])
        new, again = Path(folder) / "new.csv", Path(folder) / "again.csv"
        lines = [
            f"N{n},New {n},{place.lon:.6f},{place.lat:.6f}" for n, place in ((n, _place(dice)) for n in range(rows))
        ]
        new.write_text("\n".join(["id,name,lon,lat", *lines]))
        again.write_text("\n".join(["id,name,phone", *(f"N{n},New {n},+423 23{n:05d}" for n in range(rows))]))
        phase, stop = PROCESSES.Value("i", 0), PROCESSES.Event()
        answers = PROCESSES.SimpleQueue()
        writer = PROCESSES.Process(target=_write_notes, args=(folder, url, phase, stop, answers))
        writer.start()
        time.sleep(QUIET_S)
        batches: list[int] = []

        def imported(file: Path) -> None:
            done = import_accounts(workspace, file)
            assert done.created + done.updated == rows, done
            batches.append(done.batch or 0)

        def undone() -> None:
            undo_change(workspace, batches.pop())

        took = [QUIET_S]
        for action in (partial(imported, new), partial(imported, again), undone, undone):
            with phase.get_lock():
                phase.value += 1
            began = time.monotonic()
            action()
            took.append(time.monotonic() - began)
        stop.set()
        waits = answers.get()
        writer.join()
        names = ("alone", "import", "import_again", "undo_again", "undo_import")
        found = {name: (waits[number], took[number]) for number, name in enumerate(names)}
        workspace.close()
    return found


def _place(dice: random.Random) -> LonLat:
    return LonLat(dice.uniform(9.4, 9.6), dice.uniform(47.0, 47.3))


def _write_notes(
    folder: str,
    url: str,
    phase: "Synchronized[int]",
    stop: multiprocessing.synchronize.Event,
    answers: "multiprocessing.queues.SimpleQueue[list[float]]",
) -> None:
    workspace = Workspace(Settings(Path(folder), database_url=url))
    longest = [0.0] * 5
    first = True
    while not stop.is_set():
        during = phase.value
        began = time.monotonic()
        with workspace.store.write() as tx:
            tx.activities.add(Activity(1, ActivityKind.NOTE, workspace.clock(), note="a note"))
        if not first:
            longest[during] = max(longest[during], time.monotonic() - began)
        first = False
        time.sleep(0.02)
    answers.put(longest)


def main() -> None:
    """Measure, and print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=40_000)
    parser.add_argument("--database", default="")
    given = parser.parse_args()
    waits = longest_waits(given.rows, given.database)
    print(  # noqa: T201
        json.dumps(
            {name: {"longest_wait_s": round(wait, 3), "took_s": round(took, 1)} for name, (wait, took) in waits.items()}
        )
    )


if __name__ == "__main__":
    main()
