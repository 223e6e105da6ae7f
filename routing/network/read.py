"""Reading a file of streets, whatever its format, into the network that is searched."""

from collections.abc import Callable
from pathlib import Path

from routing.errors import NetworkUnreadable
from routing.network.street_network import StreetNetwork

Progress = Callable[[str, int, int], None]
"""Told what is being done and how far it is (done, total); total 0 where it is not known. May raise to stop."""

OSM_SUFFIXES = (".pbf", ".osm", ".osm.gz", ".osm.bz2", ".xml", ".o5m", ".opl")


def quiet(message: str, done: int = 0, total: int = 0) -> None:
    """Say nothing and never stop."""


def read_street_network(file: Path, progress: Progress = quiet) -> StreetNetwork:
    """The drivable streets in an OpenStreetMap extract (.osm.pbf, .osm, .osm.gz, .osm.bz2) or OSMnx graph (.graphml).

    Raises NetworkUnreadable if the file is missing, damaged, of another format, or holds nothing to drive on.
    """
    if not file.is_file():
        raise NetworkUnreadable(f"There is no file {file}.", "Give the path of an OpenStreetMap extract.")
    name = file.name.lower()
    if name.endswith(".graphml"):
        from routing.network.graphml import read_graphml

        return read_graphml(file, progress)
    if name.endswith(OSM_SUFFIXES):
        from routing.network.osm_file import read_osm_file

        return read_osm_file(file, progress)
    raise NetworkUnreadable(
        f"The format of {file.name} is not known.",
        "Give an OpenStreetMap extract (.osm.pbf, .osm, .osm.gz, .osm.bz2) or a saved OSMnx graph (.graphml).",
    )
