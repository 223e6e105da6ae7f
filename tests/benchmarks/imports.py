"""How fast a large file of accounts is imported, geocoded and matched, stopped half-way, and undone.

    python -m tests.benchmarks.imports [--area EXTRACT] [--rows N] [--seed S] [--url postgresql://...] [--json]

The rows have addresses of the extract, written in several ways, and invented names. A tenth as many accounts are there
beforehand; one row in twenty is one of those with a new phone, one in twenty writes an earlier row again in another
spelling under another number. `seconds` is the import and the search for duplicates in the file and the whole database,
`cpu_s` this process's own processor time of it, which a busy machine does not lengthen.
`baseline_s`: pandas reads the same file and GeoPandas writes it as a GeoPackage, with nothing understood, geocoded or
matched. `peak_mb`: the most memory that this process held up to there. A database named by its URL must be empty.
"""

import argparse
import csv
import json
import random
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from gcrm.accounts.change import ChangeKind
from gcrm.accounts.find_duplicates import find_duplicates
from gcrm.accounts.history import values_of
from gcrm.accounts.undo_change import undo_change
from gcrm.areas.import_area import import_area
from gcrm.areas.osm import read_osm
from gcrm.imports.import_accounts import import_accounts
from gcrm.platform.errors import Cancelled
from gcrm.platform.settings import Settings
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace, open_workspace
from tests.conftest import SHARED

HEADINGS = ("Kundennummer", "Firma", "Strasse", "PLZ", "Ort", "Telefon", "E-Mail", "Kategorie")
TRADES = (
    "Bäckerei",
    "Garage",
    "Apotheke",
    "Gasthof",
    "Schreinerei",
    "Treuhand",
    "Elektro",
    "Optik",
    "Sanitär",
    "Blumen",
)
FORMS = ("AG", "GmbH", "Anstalt", "", "", "& Co.")
BEGINNINGS = ("Mar", "Hil", "Kon", "Vog", "Bre", "Sel", "Tru", "Wal", "Ost", "Fen", "Gra", "Lin", "Rue", "Zim", "Pet")
MIDDLES = ("be", "da", "lo", "mi", "ne", "ra", "sti", "tho", "wi", "xe", "zu", "gge", "lla", "mpf")
ENDS = ("rt", "ler", "mann", "er", "i", "us", "ner", "son", "eli", "stein", "ti", "hard")

Known = tuple[str, str, str, str]
"""Street, house number, postcode, town."""


def addresses_of(extract: Path) -> list[Known]:
    """The extract's own addresses that have a street and a town."""
    frame = read_osm(extract).addresses
    named = frame[(frame["street"] != "") & (frame["house_number"] != "") & (frame["city"] != "")]
    columns = ("street", "house_number", "postcode", "city")
    return sorted(set(zip(*(named[name].astype(str) for name in columns), strict=True)))


def rows(addresses: Sequence[Known], count: int, seed: int, known: int = 0) -> Iterator[tuple[str, ...]]:
    """That many rows of HEADINGS, the same for the same seed; known: numbers from 0 that are in the database."""
    dice = random.Random(seed)
    earlier: list[tuple[str, Known]] = []
    for number in range(count):
        throw = dice.random()
        phone = f"+423 {dice.randint(2_000_000, 3_999_999)}"
        if throw < 0.05 and earlier:
            name, address = dice.choice(earlier)
            name = name.upper() if dice.random() < 0.5 else f"Firma {name}"
        else:
            trade, form = dice.choice(TRADES), dice.choice(FORMS)
            surname = dice.choice(BEGINNINGS) + dice.choice(MIDDLES) + dice.choice(MIDDLES) + dice.choice(ENDS)
            name, address = f"{trade} {surname} {form}".strip(), dice.choice(addresses)
            earlier.append((name, address))
        is_known = 0.05 <= throw < 0.1 and known
        key = f"B{dice.randrange(known)}-{number}" if is_known else f"K{seed}-{number}"
        street, house, postcode, city = address
        line = (f"{street} {house}", f"{street} {house}", f"{street.upper()} {house}", f"{street}, {house}")[number % 4]
        site = "".join(letter for letter in name.casefold() if letter.isascii() and letter.isalnum())
        email = f"info@{site}.example" if number % 3 == 0 else ""
        yield key, name, line, postcode, city, phone, email, "Handwerk"


def write(file: Path, some: Sequence[tuple[str, ...]]) -> None:
    """The rows as CSV."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(HEADINGS)
        writer.writerows(some)


def state(workspace: Workspace) -> tuple[Any, ...]:
    """All that an import may change, to be compared: accounts but for the time of their last change, and changes."""

    def of(tx: Transaction) -> tuple[Any, ...]:
        accounts = [(account.id, account.territory_id, values_of(account)) for account in tx.accounts.all()]
        return accounts, [one.id for one in tx.changes.latest([ChangeKind.IMPORT]) if one.undone_at is None]

    with workspace.store.read() as tx:
        return of(tx)


class Halfway:
    """Stops an action in the middle of one of its stages."""

    def __init__(self, stage: str) -> None:
        """stage: the message of the stage."""
        self.stage = stage

    def __call__(self, message: str, done: int = 0, total: int = 0) -> None:
        """Raises Cancelled from half the stage on."""
        if message == self.stage and total and done >= total / 2:
            raise Cancelled("Stopped half-way.")


def is_untouched(workspace: Workspace, file: Path, stage: str) -> bool:
    """Whether an import that is stopped in the middle of a stage leaves everything as it was."""
    before = state(workspace)
    try:
        import_accounts(workspace, file, Halfway(stage))
    except Cancelled:
        return state(workspace) == before
    return False


def baseline(file: Path, out: Path) -> float:
    """Seconds in which pandas reads the file and GeoPandas writes it."""
    began = time.perf_counter()
    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    spread = range(len(frame))
    points = gpd.points_from_xy([9.5 + one % 100 / 1e3 for one in spread], [47.1 + one % 97 / 1e3 for one in spread])
    gpd.GeoDataFrame(frame, geometry=points, crs=4326).to_file(out, driver="GPKG")
    return time.perf_counter() - began


def peak_mb() -> int:
    """The most memory that this process has held, in MB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def measure(workspace: Workspace, addresses: Sequence[Known], count: int, seed: int) -> dict[str, Any]:
    """The figures of one file of that many rows."""
    folder = workspace.settings.home
    base, file = folder / "base.csv", folder / "accounts.csv"
    known = count // 10
    standing = [(f"B{number}", *row[1:]) for number, row in enumerate(rows(addresses, known, seed + 1))]
    write(base, standing)
    import_accounts(workspace, base)
    write(file, _with_known(list(rows(addresses, count, seed, known)), standing))
    found: dict[str, Any] = {"rows": count, "accounts_before": known, "idle_mb": peak_mb()}
    untouched = [is_untouched(workspace, file, stage) for stage in ("Finding addresses", "Writing")]
    before = state(workspace)
    began, began_cpu = time.perf_counter(), time.process_time()
    done = import_accounts(workspace, file)
    imported_s = time.perf_counter() - began
    found |= {"peak_mb_import": peak_mb(), "created": done.created, "updated": done.updated, "rejected": done.rejected}
    placed = sum(number for level, number in done.placed.items() if level != "none")
    began = time.perf_counter()
    pairs = find_duplicates(workspace)
    matched_s = time.perf_counter() - began
    found["cpu_s"] = round(time.process_time() - began_cpu, 1)
    found |= {"peak_mb": peak_mb(), "placed": placed, "pairs": len(pairs)}
    assert done.batch is not None
    began = time.perf_counter()
    undo_change(workspace, done.batch)
    undone_s = time.perf_counter() - began
    seconds = imported_s + matched_s
    plain_s = baseline(file, folder / "plain.gpkg")
    return found | {
        "seconds": round(seconds, 1),
        "import_s": round(imported_s, 1),
        "duplicates_s": round(matched_s, 1),
        "undo_s": round(undone_s, 1),
        "rows_per_s": round(count / seconds),
        "baseline_s": round(plain_s, 1),
        "times_baseline": round(seconds / plain_s, 1),
        "stopped_half_way_untouched": all(untouched),
        "undone_as_before": state(workspace) == before,
    }


def _with_known(some: list[tuple[str, ...]], standing: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Rows whose key names a known account say that one, each once, with the new phone."""
    taken: set[str] = set()
    made = []
    for row in some:
        key = row[0].partition("-")[0]
        if row[0].startswith("B") and key not in taken:
            taken.add(key)
            account = standing[int(key[1:])]
            made.append((*account[:5], row[5], *account[6:]))
        else:
            made.append(row)
    return made


def prepare(home: Path, extract: Path) -> list[Known]:
    """Import the area into a workspace; the extract's addresses."""
    workspace = open_workspace(Settings(home=home))
    import_area(workspace, extract)
    workspace.close()
    return addresses_of(extract)


def main() -> None:
    """Print the figures as JSON, or as a few lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--area", type=Path, default=SHARED / "data" / "osm" / "liechtenstein-2024-03-04.osm.pbf")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--url", default="")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        # In a process of its own: reading an extract takes more memory than what is measured here.
        with ProcessPoolExecutor(1, get_context("spawn")) as child:
            addresses = child.submit(prepare, Path(folder), asked.area).result()
        workspace = open_workspace(Settings(home=Path(folder), database_url=asked.url))
        try:
            document = measure(workspace, addresses, asked.rows, asked.seed)
        finally:
            workspace.close()
    lines = "\n".join(f"{name}: {value}" for name, value in document.items())
    print(json.dumps(document) if asked.json else lines)  # noqa: T201 - what a benchmark is for


if __name__ == "__main__":
    main()
