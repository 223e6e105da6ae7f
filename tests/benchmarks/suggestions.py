"""How long a keystroke takes, and how soon the wanted address is among the suggestions.

    python -m tests.benchmarks.suggestions --area EXTRACT [--rows 200] --json

Addresses of the area are typed letter by letter, half of them with a slip in the street.
"""

import argparse
import json
import random
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from gcrm.areas.osm import read_osm
from gcrm.geocoding import Geocoder
from tests.benchmarks.geocoding import geocoder_of


def measure(geocoder: Geocoder, addresses: list[tuple[str, str, str]], seed: int) -> dict[str, Any]:
    """Type "street number, city" of each letter by letter; share found at the end, and milliseconds a keystroke.

    median, p95, p99 and worst are of the clock on the wall; those of the processor leave out what other programs took.
    """
    of = random.Random(seed)
    times: list[float] = []
    processor: list[float] = []
    found: list[bool] = []
    letters: list[int] = []
    for row, (street, number, city) in enumerate(addresses):
        typed = f"{street} {number}, {city}"
        if row % 2 and len(street) > 5:
            at = of.randrange(1, len(street) - 2)
            typed = typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :]
        wanted = f"{street} {number}"
        first = None
        for end in range(1, len(typed) + 1):
            began, worked = time.perf_counter(), time.process_time()
            shown = geocoder.suggest(typed[:end], 8)
            processor.append((time.process_time() - worked) * 1_000)
            times.append((time.perf_counter() - began) * 1_000)
            if first is None and any(wanted in one.label and city in one.label for one in shown):
                first = end
        found.append(any(wanted in one.label for one in shown))
        letters.append(first or len(typed))
    return {
        "addresses": len(addresses),
        "keystrokes": len(times),
        "median_ms": round(float(np.median(times)), 2),
        "p95_ms": round(float(np.percentile(times, 95)), 2),
        "p99_ms": round(float(np.percentile(times, 99)), 2),
        "worst_ms": round(max(times), 2),
        "processor_p99_ms": round(float(np.percentile(processor, 99)), 2),
        "processor_worst_ms": round(max(processor), 2),
        "found": round(float(np.mean(found)), 4),
        "letters_until_shown": round(float(np.mean(letters)), 1),
    }


def main() -> None:
    """Print the figures of one area as JSON, or as a few lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--area", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    frame = read_osm(asked.area).addresses
    known = frame[(frame["street"] != "") & (frame["city"] != "") & (frame["house_number"] != "")]
    rows = known.sample(min(asked.rows, len(known)), random_state=asked.seed)
    addresses = list(zip(rows["street"], rows["house_number"], rows["city"], strict=True))
    with tempfile.TemporaryDirectory() as folder:
        document = measure(geocoder_of(asked.area, Path(folder)), addresses, asked.seed)
    lines = "\n".join(f"{name}: {value}" for name, value in document.items())
    print(json.dumps(document) if asked.json else lines)  # noqa: T201 - what a benchmark is for


if __name__ == "__main__":
    main()
