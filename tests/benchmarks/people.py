"""How true people are who were carried from coarse regions to fine ones: over buildings against evenly over land.

`python -m tests.benchmarks.people [--json]`. Central Helsinki: the inhabitants of postcode areas (Statistics Finland,
Paavo 2023, CC BY 4.0) carried to the cells of HSY's population grid (2020, CC BY 4.0), of which the people are known,
by the homes of the extract (OpenStreetMap contributors, ODbL). error: the mean of |carried - known| over the cells, in
people; misplaced: the share of all people who would have to move to another cell; rmse in people. As the sets are three
years apart, and most postcode areas reach beyond the grid, both are also told after the sums were made equal, as
`scaled`. Cells that lie in the extract only in part are left out. Data: ../shared/data.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

from gcrm.areas.import_area import import_area
from gcrm.markets.areal import carry
from gcrm.platform.settings import Settings
from gcrm.territories.model import Region
from gcrm.territories.polygons import polygons_of
from gcrm.workspace import open_workspace
from tests.conftest import SHARED

EXTRACT = SHARED / "data" / "osm" / "helsinki-centre-2019-04-21.osm.pbf"
POSTCODES = SHARED / "data" / "areas" / "paavo_postal_2023_epsg3067.geojson"
GRID = SHARED / "data" / "areas" / "helsinki_population_grid_2020.gpkg"
INHABITANTS = "Inhabitants, total (HE)"


def regions(file: Path, name: str, people: str) -> list[Region]:
    """A file's areas with their people."""
    frame = pyogrio.read_dataframe(file).to_crs(4326)
    return [
        Region(file.stem, str(called), polygons_of(shapely.make_valid(shape)), None if np.isnan(count) else int(count))
        for called, count, shape in zip(frame[name], frame[people], frame.geometry, strict=True)
    ]


def errors(carried: NDArray[np.float64], known: NDArray[np.float64]) -> dict[str, float]:
    """What is wrong with the numbers of cells."""
    difference = np.nan_to_num(carried) - known
    return {
        "people": float(np.nansum(carried)),
        "error": float(np.abs(difference).mean()),
        "rmse": float(np.sqrt((difference**2).mean())),
        "misplaced": float(np.abs(difference).sum() / 2 / known.sum()),
    }


def measure() -> dict[str, Any]:
    """Both ways, as they are and scaled."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(Settings(Path(folder)))
        import_area(workspace, EXTRACT)
        area = workspace.areas.current()
        homes, mapped = area.homes, shapely.make_valid(area.boundary)
        workspace.close()
    sources = regions(POSTCODES, "postal_code", INHABITANTS)
    cells = [one for one in regions(GRID, "id", "population") if mapped.covers(one.geometry)]
    known = np.array([float(one.population or 0) for one in cells])
    people = np.array([np.nan if one.population is None else float(one.population) for one in sources])
    found: dict[str, Any] = {"cells": len(cells), "people": float(known.sum()), "rows": []}
    for method, by in (("buildings", homes), ("land", None)):
        carried = carry(sources, people, cells, by, mapped=mapped).values
        found["rows"].append({"method": method, "scaled": False, **errors(carried, known)})
        scaled = carried * known.sum() / np.nansum(carried)
        found["rows"].append({"method": method, "scaled": True, **errors(scaled, known)})
    return found


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.people", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    chosen = parser.parse_args(arguments)
    if not EXTRACT.is_file():
        sys.stderr.write("People: the real data is not here (shared/data beside the checkout).\n")
        return
    found = measure()
    if chosen.json:
        sys.stdout.write(f"{json.dumps(found)}\n")
        return
    sys.stdout.write(f"{found['cells']} cells, {found['people']:,.0f} people\n")
    for row in found["rows"]:
        scaled = "scaled" if row["scaled"] else ""
        sys.stdout.write(
            f"{row['method']:<10}{scaled:<7} people {row['people']:>9,.0f}  error {row['error']:>6,.0f}"
            f"  rmse {row['rmse']:>6,.0f}  misplaced {row['misplaced']:.1%}\n"
        )


if __name__ == "__main__":
    main()
