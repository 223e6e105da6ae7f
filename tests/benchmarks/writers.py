"""How long a check-in waits while a large file is imported: `python -m tests.benchmarks.writers [--rows 40000]`.

Another process writes a note, as a check-in does, again and again; what counts is the longest time that one took, in
seconds, and as a ratio to the longest with nobody else writing.
"""

import argparse
import json
import multiprocessing
import multiprocessing.synchronize
import random
import tempfile
import time
from pathlib import Path

from gcrm.accounts.model import Account
from gcrm.activities.model import Activity, ActivityKind
from gcrm.imports.import_accounts import import_accounts
from gcrm.platform.settings import Settings
from gcrm.workspace import Workspace
from routing.points import LonLat

PROCESSES = multiprocessing.get_context("forkserver")
QUIET_S = 3.0


def longest_wait_s(rows: int, known: int = 10_000) -> tuple[float, float, float]:
    """Seconds: the longest note with nobody else, the longest during the import, and the import itself."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Settings(Path(folder)))
        dice = random.Random(1)
        with workspace.store.write() as tx:
            tx.accounts.add_many([Account(f"Known {n}", place=_place(dice)) for n in range(known)])
        file = Path(folder) / "new.csv"
        lines = [f"New {n},{place.lon:.6f},{place.lat:.6f}" for n, place in ((n, _place(dice)) for n in range(rows))]
        file.write_text("\n".join(["name,lon,lat", *lines]))
        stop, importing = PROCESSES.Event(), PROCESSES.Event()
        answers = PROCESSES.SimpleQueue()
        writer = PROCESSES.Process(target=_write_notes, args=(folder, importing, stop, answers))
        writer.start()
        time.sleep(QUIET_S)
        importing.set()
        began = time.monotonic()
        done = import_accounts(workspace, file)
        took = time.monotonic() - began
        stop.set()
        quiet, busy = answers.get()
        writer.join()
        assert done.created == rows, done
        workspace.close()
    return quiet, busy, took


def _place(dice: random.Random) -> LonLat:
    return LonLat(dice.uniform(9.4, 9.6), dice.uniform(47.0, 47.3))


def _write_notes(
    folder: str,
    importing: multiprocessing.synchronize.Event,
    stop: multiprocessing.synchronize.Event,
    answers: "multiprocessing.queues.SimpleQueue[tuple[float, float]]",
) -> None:
    workspace = Workspace(Settings(Path(folder)))
    longest = {False: 0.0, True: 0.0}
    first = True
    while not stop.is_set():
        during = importing.is_set()
        began = time.monotonic()
        with workspace.store.write() as tx:
            tx.activities.add(Activity(1, ActivityKind.NOTE, workspace.clock(), note="a note"))
        if not first:
            longest[during] = max(longest[during], time.monotonic() - began)
        first = False
        time.sleep(0.02)
    answers.put((longest[False], longest[True]))


def main() -> None:
    """Measure, and print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=40_000)
    quiet, busy, took = longest_wait_s(parser.parse_args().rows)
    print(  # noqa: T201
        json.dumps(
            {
                "longest_alone_s": round(quiet, 3),
                "longest_during_import_s": round(busy, 3),
                "ratio": round(busy / max(quiet, 0.001), 1),
                "import_s": round(took, 1),
            }
        )
    )


if __name__ == "__main__":
    main()
