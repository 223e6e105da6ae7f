"""How often the geocoder is right, how often it is wrong, and how fast it is.

    python -m tests.benchmarks.geocoding --area EXTRACT --truth CSV [--outside CSV] [--noise SEED] --json

The truth has the columns address, lon, lat, or is a file of accounts with coordinates, whose full addresses are taken;
the outside rows have an address that is not in the extract. Shares are of all
rows, `wrong` of the accepted ones. Accepted is an answer at the product's own default confidence.
"""

import argparse
import csv
import json
import math
import re
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pyproj import Geod

from gcrm.accounts.model import Level
from gcrm.areas.osm import read_osm
from gcrm.geocoding import ACCEPTED, Candidate, Geocoder, build_index
from gcrm.imports.cleaning import Cleaner
from gcrm.imports.columns import heading_score, map_columns
from gcrm.imports.table import read_csv
from tests.benchmarks.noise import KINDS, made_dirty

WGS84 = Geod(ellps="WGS84")
RIGHT_WITHIN_M = 100.0


@dataclass(frozen=True)
class Score:
    """The figures of one set of rows."""

    rows: int
    per_minute: int
    accepted: float
    house: float
    within_30_m: float
    within_100_m: float
    wrong: float
    median_m: float | None
    p99_m: float | None
    over_1_km: int


def score(geocoder: Geocoder, addresses: Sequence[str], truth: np.ndarray) -> Score:
    """Look the addresses up. truth: (n, 2), lon and lat in degrees."""
    began = time.perf_counter()
    answers = geocoder.batch(addresses)
    seconds = time.perf_counter() - began
    accepted = [(row, one) for row, one in enumerate(each.candidate for each in answers) if _accepted(one)]
    at = np.asarray([one.place for _, one in accepted], dtype=float).reshape(-1, 2)
    wanted = truth[[row for row, _ in accepted]].reshape(-1, 2)
    apart = np.asarray(WGS84.inv(at[:, 0], at[:, 1], wanted[:, 0], wanted[:, 1])[2])
    count = max(len(addresses), 1)
    return Score(
        rows=len(addresses),
        per_minute=round(len(addresses) / max(seconds, 1e-9) * 60),
        accepted=round(len(accepted) / count, 4),
        house=round(sum(one.level is Level.HOUSE for _, one in accepted) / count, 4),
        within_30_m=round(float((apart <= 30).sum()) / count, 4),
        within_100_m=round(float((apart <= RIGHT_WITHIN_M).sum()) / count, 4),
        wrong=round(float((apart > RIGHT_WITHIN_M).mean()), 4) if len(apart) else 0.0,
        median_m=round(float(np.median(apart)), 1) if len(apart) else None,
        p99_m=round(float(np.percentile(apart, 99)), 1) if len(apart) else None,
        over_1_km=int((apart > 1_000).sum()),
    )


def _accepted(candidate: Candidate | None) -> bool:
    return candidate is not None and candidate.confidence >= ACCEPTED


def outside_accepted(geocoder: Geocoder, addresses: Sequence[str]) -> float:
    """The share of addresses from elsewhere that are placed on a house here."""
    answers = geocoder.batch(addresses)
    placed = [one for one in answers if _accepted(one.candidate) and one.candidate.level is Level.HOUSE]
    return round(len(placed) / max(len(answers), 1), 4)


def geocoder_of(extract: Path, folder: Path) -> Geocoder:
    """A geocoder on an extract, its index in `folder`, built as an import of the area builds it."""
    layers = read_osm(extract)
    index = folder / "addresses.sqlite"
    build_index(layers.addresses, layers.streets, layers.places, layers.boundaries, index)
    return Geocoder(index)


def read_truth(file: Path) -> tuple[list[str], np.ndarray]:
    """Addresses, and where they are: (n, 2), lon and lat in degrees."""
    rows = _rows(file)
    return [address for address, _ in rows], np.asarray([place for _, place in rows], dtype=float).reshape(-1, 2)


def _rows(file: Path) -> list[tuple[str, tuple[float, float]]]:
    """Address and place, not a number where there is none. A file of accounts gives its full addresses."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    if rows and "address" in rows[0]:
        return [(row["address"], (float(row.get("lon") or "nan"), float(row.get("lat") or "nan"))) for row in rows]
    table = read_csv(file, heading_score())
    cleaner = Cleaner.of(table, map_columns(table.headings), "")
    drafts = [cleaner.clean(row) for row in table.rows]
    return [
        (draft.address.text, draft.given or (math.nan, math.nan))
        for draft in drafts
        if draft.address.city and re.search(r"\d", f"{draft.address.street} {draft.address.house_number}")
    ]


def main() -> None:
    """Print the figures of one area as JSON, or as a few lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--area", type=Path, required=True)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--outside", type=Path)
    parser.add_argument("--noise", type=int, metavar="SEED")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    addresses, truth = read_truth(asked.truth)
    with tempfile.TemporaryDirectory() as folder:
        geocoder = geocoder_of(asked.area, Path(folder))
        if asked.noise is None:
            document: dict[str, Any] = asdict(score(geocoder, addresses, truth))
        else:
            dirty = {kind: made_dirty(addresses, kind, asked.noise) for kind in KINDS}
            every = [address for kind in KINDS for address in dirty[kind]]
            document = asdict(score(geocoder, every, np.tile(truth, (len(KINDS), 1))))
            document["by_kind"] = {kind: asdict(score(geocoder, dirty[kind], truth)) for kind in KINDS}
        if asked.outside:
            outside = [address for address, _ in _rows(asked.outside)]
            document["outside_rows"] = len(outside)
            document["outside_accepted"] = outside_accepted(geocoder, outside)
    print(json.dumps(document) if asked.json else _readable(document))  # noqa: T201 - what a benchmark is for


def _readable(document: dict[str, Any]) -> str:
    lines = [f"{name}: {value}" for name, value in document.items() if name != "by_kind"]
    for kind, figures in document.get("by_kind", {}).items():
        within, wrong = figures["within_100_m"], figures["wrong"]
        lines.append(f"  {kind:<20} within 100 m {within:7.2%}   wrong {wrong:6.2%}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
