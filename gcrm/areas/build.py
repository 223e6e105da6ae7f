"""Building all files of an area from an extract."""

import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio

from gcrm.areas.basemap import generalise, write_grades
from gcrm.areas.boundary import bounds, outline
from gcrm.areas.coast import sea_polygons
from gcrm.areas.extract import NotSorted, check_extract, read_extract
from gcrm.areas.files import ADDRESS_INDEX, BASEMAP, HOMES, LAYERS, ROUTING
from gcrm.areas.homes import homes_of
from gcrm.areas.layers import Layers
from gcrm.areas.source import SORTED, sort_extract, under_plain_name
from gcrm.common.language import say
from gcrm.geocoding import build_index
from gcrm.platform.errors import Cancelled, GcrmError
from gcrm.platform.progress import Progress, quiet
from routing.network.read import read_street_network
from routing.network.street_network import StreetNetwork

WAIT_S = 0.2


@dataclass(frozen=True, slots=True)
class Counts:
    """What was found; bbox: west, south, east, north, EPSG:4326; osrm: "ready", or why there is none."""

    junctions: int
    edges: int
    addresses: int
    places: int
    points_of_interest: int
    buildings: int
    bbox: tuple[float, float, float, float]
    osrm: str


def build_area(file: Path, folder: Path, progress: Progress = quiet) -> Counts:
    """Read the extract and write the files of its area into `folder`, which is there and empty.

    Raises NotFound, InputRejected or NetworkUnreadable if the extract cannot be used, and Cancelled if `progress` does;
    what has been written by then is for the caller to remove.
    """
    check_extract(file)
    with under_plain_name(file, folder, progress) as (source, told):
        try:
            return _build(source, read_extract(source, told), folder, told)
        except NotSorted:
            tidy = folder / "sorted" / SORTED
            tidy.parent.mkdir()
        try:
            sort_extract(source, tidy, told)
            return _build(tidy, read_extract(tidy, told), folder, told)
        finally:
            shutil.rmtree(tidy.parent)


def _build(file: Path, layers: Layers, folder: Path, progress: Progress) -> Counts:
    """Write the files of an area from an extract and the layers that were read of it."""
    progress(say("Reading the street network"))
    network = read_street_network(file, progress)
    with _osrm_beside(file, folder / ROUTING, network) as osrm:
        bbox = bounds(layers)
        build_index(
            layers.addresses, layers.streets, layers.places, layers.boundaries, folder / ADDRESS_INDEX, progress
        )
        _write_basemap(layers, bbox, folder / BASEMAP, progress)
        progress(say("Writing places and points of interest"))
        _write_layers(layers, folder / LAYERS)
        homes_of(layers.buildings, layers.landuse).save(folder / HOMES)
        while not osrm.done():
            progress(say("Preparing OSRM"))
            wait([osrm], WAIT_S)
    return Counts(
        junctions=network.junctions,
        edges=network.edges,
        addresses=len(layers.addresses),
        places=len(layers.places),
        points_of_interest=len(layers.points_of_interest),
        buildings=len(layers.buildings),
        bbox=bbox,
        osrm=osrm.result(),
    )


@contextmanager
def _osrm_beside(file: Path, prefix: Path, network: StreetNetwork) -> Iterator["Future[str]"]:
    """Prepare OSRM while the block runs; it is stopped if the block fails. The result is what Counts.osrm says."""
    stop = threading.Event()

    def check(message: str, done: int = 0, total: int = 0) -> None:  # noqa: ARG001 - a Progress
        if stop.is_set():
            raise Cancelled(say("The import was stopped."))

    with ThreadPoolExecutor(1, thread_name_prefix="osrm") as beside:
        work = beside.submit(_prepare_osrm, file, prefix, network, check)
        try:
            yield work
        except BaseException:
            stop.set()
            raise


def _prepare_osrm(file: Path, prefix: Path, network: StreetNetwork, progress: Progress) -> str:
    """Build OSRM's files where it is installed and can use the extract; the street graph does without."""
    from routing.travel_times.osrm import is_available, prepare
    from routing.travel_times.osrm_prepare import streets_file

    prefix.parent.mkdir(exist_ok=True)
    why = "osrm-bindings is not installed."
    if is_available():
        try:
            prepare(file, prefix, progress, network=network)
        except Cancelled:
            raise
        except GcrmError as cannot:
            why = cannot.fault
        else:
            return "ready"
    network.save(streets_file(prefix))
    return why


def _write_basemap(layers: Layers, bbox: tuple[float, float, float, float], folder: Path, progress: Progress) -> None:
    folder.mkdir()
    sea = sea_polygons(layers.coastlines, layers.box or bbox)
    write_grades(folder, generalise(layers, sea, progress))


def _write_layers(layers: Layers, file: Path) -> None:
    places = gpd.GeoDataFrame(
        {
            "name": layers.places["name"],
            "kind": layers.places["kind"],
            "population": [_population(text) for text in layers.places["population"]],
        },
        geometry=layers.places.geometry,
        crs=4326,
    )
    boundary = gpd.GeoDataFrame(geometry=[outline(layers)], crs=4326)
    for name, frame, shape in (
        ("place", places, "Point"),
        ("point_of_interest", layers.points_of_interest, "Point"),
        ("boundary", boundary, "Unknown"),
    ):
        texts = frame.astype(dict.fromkeys(frame.columns.drop(["geometry", "population"], errors="ignore"), "str"))
        pyogrio.write_dataframe(texts, file, layer=name, driver="GPKG", geometry_type=shape)


def _population(text: str) -> float:
    """People as mappers write them: 5696, 5 696, 5,696, 5.696; NaN where it is not a number."""
    digits = "".join(character for character in str(text).split("(")[0] if character not in " ,.'")
    return float(digits) if digits.isdecimal() else np.nan
