"""Building OSRM's files from an extract, once, so that opening them takes a moment."""

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from importlib import resources
from pathlib import Path

from routing.errors import NetworkUnreadable, RouterUnavailable
from routing.network.read import quiet, read_street_network
from routing.network.street_network import StreetNetwork

Progress = Callable[[str, int, int], None]

NEEDED = (
    *("datasource_names", "ebg_nodes", "edges", "fileIndex", "geometry", "hsgr", "icd", "maneuver_overrides", "names"),
    *("nbg_nodes", "properties", "ramIndex", "timestamp", "tld", "tls", "turn_duration_penalties"),
    "turn_weight_penalties",
)
"""The endings of the files that answering needs; the others only serve the preparation and are not kept."""

READS = (".pbf", ".osm", ".osm.bz2")
POLL_S = 0.2


def streets_file(path_prefix: Path) -> Path:
    """Where the street network lies that belongs to OSRM's files."""
    return path_prefix.with_name(f"{path_prefix.name}.streets.npz")


def files_of(path_prefix: Path) -> list[Path]:
    """The files of a prepared area."""
    osrm = [path_prefix.with_name(f"{path_prefix.name}.osrm.{ending}") for ending in NEEDED]
    return [*osrm, streets_file(path_prefix)]


def prepare(file: Path, out: Path, progress: Progress = quiet, *, network: StreetNetwork | None = None) -> None:
    """Build the files out.osrm.* and out.streets.npz from an OpenStreetMap extract; `out` is a path without ending.

    Everything is built beside and moved in at the end: stopped in the middle, nothing of it is left.
    network: the streets of the same extract, if they have been read already.
    Raises RouterUnavailable if OSRM is not installed or cannot use these streets, NetworkUnreadable if the file
    is missing, damaged or holds nothing to drive on.
    """
    if file.name.lower().endswith(".graphml"):
        raise RouterUnavailable(
            f"OSRM cannot be prepared from {file.name}: a saved street graph lacks what it reads.",
            "Use the street graph as router, or import an OpenStreetMap extract.",
        )
    binaries = _package() / "bin"
    if network is None:
        network = read_street_network(file, progress)
    west, _, east, _ = network.bbox
    if west > east:
        raise RouterUnavailable(
            "OSRM takes a street across the antimeridian for one around the Earth, and there are some here.",
            "The street graph knows better; use it as router.",
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="preparing-", dir=out.parent) as folder:
        built = Path(folder) / "built"
        profile = _package() / "share" / "profiles" / "car.lua"
        source = _as_osrm_reads_it(file, Path(folder), progress)
        # OSRM cuts endings that it knows off a path (.osm, .pbf, .osrm, wherever they stand), so it gets a plain name.
        extract = (binaries / "osrm-extract", "-p", profile, "-o", built.name, source.absolute())
        _run(extract, built.parent, "Preparing OSRM: reading streets", file, progress)
        contract = (binaries / "osrm-contract", built.name)
        _run(contract, built.parent, "Preparing OSRM: building shortcuts", file, progress)
        network.save(streets_file(built))
        for ending in (*(f"osrm.{ending}" for ending in NEEDED), "streets.npz"):
            shutil.move(f"{built}.{ending}", out.with_name(f"{out.name}.{ending}"))


def _package() -> Path:
    try:
        return Path(str(resources.files("osrm")))
    except ModuleNotFoundError as missing:
        raise RouterUnavailable(
            "OSRM is not installed: its wheels need Python 3.12 or later.",
            "The street graph does without it; nothing needs to be done.",
        ) from missing


def _as_osrm_reads_it(file: Path, folder: Path, progress: Progress) -> Path:
    if file.name.lower().endswith(READS):
        return file
    import osmium

    copy = folder / "extract.osm.pbf"
    progress(f"Preparing OSRM: converting {file.name}", 0, 0)
    with osmium.SimpleWriter(str(copy)) as writer:
        for entity in osmium.FileProcessor(str(file)):
            writer.add(entity)
    return copy


def _run(command: tuple[object, ...], folder: Path, message: str, file: Path, progress: Progress) -> None:
    """Run one of OSRM's programs in a folder; it is stopped when `progress` raises."""
    progress(message, 0, 0)
    with tempfile.TemporaryFile() as log:
        words = [str(part) for part in command]
        process = subprocess.Popen(words, cwd=folder, stdout=log, stderr=subprocess.STDOUT)  # noqa: S603
        try:
            while True:
                try:
                    status = process.wait(POLL_S)
                    break
                except subprocess.TimeoutExpired:
                    progress(message, 0, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        if status:
            log.seek(0)
            said = log.read().decode(errors="replace").strip().splitlines()
            raise NetworkUnreadable(
                f"OSRM could not be prepared from {file.name}: {said[-1] if said else f'status {status}'}.",
                "Use the street graph as router, or give another extract.",
            )
