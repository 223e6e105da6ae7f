"""Reading an extract of any format we know, and saying clearly what is wrong with one that cannot be read."""

import bz2
import gzip
import re
from pathlib import Path

from gcrm.areas.layers import Layers
from gcrm.areas.source import keeps_old_versions, plain_ending
from gcrm.common.language import say, to_say
from gcrm.platform.errors import GcrmError, InputRejected, NotFound
from gcrm.platform.files.xml_text import check_xml
from gcrm.platform.progress import Progress, quiet

FORMATS = {
    ".osm.pbf": "pbf",
    ".osm": "xml",
    ".osm.gz": "xml",
    ".osm.bz2": "xml",
    ".graphml": "graphml",
}
"""Endings of file names, and what must be inside."""
OTHER_FILES = {
    ".osc": to_say("a file of changes, not of map data"),
    ".osc.gz": to_say("a file of changes, not of map data"),
    ".osc.bz2": to_say("a file of changes, not of map data"),
    ".osh": to_say("a history: it holds every version of everything that was ever mapped"),
    ".osh.pbf": to_say("a history: it holds every version of everything that was ever mapped"),
    ".osh.gz": to_say("a history: it holds every version of everything that was ever mapped"),
    ".osh.bz2": to_say("a history: it holds every version of everything that was ever mapped"),
    ".poly": to_say("the outline of an extract, not the extract"),
    ".md5": to_say("the checksum of a file, not the file"),
    ".shp.zip": to_say("a shapefile, which lacks what turns and addresses need"),
    ".gpkg.zip": to_say("a GeoPackage, which lacks what turns and addresses need"),
}
"""What servers of extracts offer beside them."""
KNOWN = to_say(".osm.pbf, .osm, .osm.gz, .osm.bz2 or .graphml")
AGAIN = to_say("Download the extract again.")
HEAD_BYTES = 4096


class NotSorted(InputRejected):
    """The objects of an extract are not in the order of their ids; sorted, it can be read."""


def read_extract(file: Path, progress: Progress = quiet) -> Layers:
    """Read the layers of an extract.

    Raises NotFound if there is no such file, InputRejected if it is of another kind, damaged, or holds no streets,
    NotSorted if it has to be sorted first, and Cancelled if `progress` does.
    """
    ending = check_extract(file)
    try:
        if ending == ".graphml":
            check_xml(file)
            from gcrm.areas.graphml import read_graphml

            layers = read_graphml(file, progress)
        else:
            from gcrm.areas.osm import read_osm

            if keeps_old_versions(file):
                raise InputRejected(
                    say(
                        "{file} is a history: it holds every version of everything that was ever mapped.",
                        file=file.name,
                    ),
                    say("Give an extract of one day, without history."),
                )
            layers = read_osm(file, progress)
    except GcrmError:
        raise
    except (RuntimeError, ValueError, OSError) as fault:
        # pyosmium has no classes of its own for what it finds in a file.
        reason = str(fault).strip().rstrip(".") or type(fault).__name__
        if _is_about_order(reason):
            raise NotSorted(
                say("{file} is not sorted ({reason}).", file=file.name, reason=reason),
                say("Import it; it is sorted on the way."),
            ) from fault
        raise InputRejected(
            say("{file} is damaged and cannot be read ({reason}).", file=file.name, reason=reason), say(AGAIN)
        ) from fault
    if layers.ways.empty:
        raise InputRejected(
            say("{file} holds no streets.", file=file.name),
            say("Give an extract of a place with streets, with its nodes and ways."),
        )
    return layers


def check_extract(file: Path) -> str:
    """The ending that readers know the file by, from its name and its first bytes.

    Raises NotFound if there is no such file, and InputRejected for what its beginning shows to be no extract.
    """
    ending = _ending(file)
    _check_start(file, ending)
    return ending


def _ending(file: Path) -> str:
    if not file.exists():
        raise NotFound(say("There is no file {file}.", file=file), say("Give the path of an OpenStreetMap extract."))
    if not file.is_file():
        raise InputRejected(say("{file} is no file.", file=file), say("Give the path of an OpenStreetMap extract."))
    known = next((what for end, what in OTHER_FILES.items() if file.name.lower().endswith(end)), None)
    if known is not None:
        raise InputRejected(
            say("{file} is {known}.", file=file.name, known=say(known)),
            say("Give an extract of the area, ending in {known}.", known=say(KNOWN)),
        )
    ending = plain_ending(file.name)
    if not ending:
        raise InputRejected(
            say("{file} is not of a known kind.", file=file.name),
            say("Give a file ending in {known}.", known=say(KNOWN)),
        )
    return ending


def _check_start(file: Path, ending: str) -> None:
    """Look at the first bytes, so that a web page saved under the name of an extract is called by its name."""
    if file.stat().st_size == 0:
        raise InputRejected(say("{file} is empty.", file=file.name), say(AGAIN))
    try:
        start = _start(file, ending)
    except PermissionError as fault:
        raise InputRejected(say("{file} may not be read.", file=file.name), say("Let this user read it.")) from fault
    except (OSError, EOFError) as fault:
        raise InputRejected(
            say("{file} is no {ending} file, or a damaged one ({fault}).", file=file.name, ending=ending, fault=fault),
            say(AGAIN),
        ) from fault
    found = _content(start)
    if found != FORMATS[ending]:
        names = {
            "pbf": say("an OpenStreetMap PBF file under another name"),
            "xml": say("OpenStreetMap XML under another name"),
            "graphml": say("a GraphML file under another name"),
            "page": say("a web page"),
            "change": say("a file of changes, not of map data"),
            "": say("no OpenStreetMap data"),
        }
        remedy = say("Give a file ending in {known} that holds what its name says.", known=say(KNOWN))
        raise InputRejected(say("{file} is {known}.", file=file.name, known=names[found]), remedy)


def _start(file: Path, ending: str) -> bytes:
    if ending.endswith(".gz"):
        with gzip.open(file) as opened:
            return opened.read(HEAD_BYTES)
    if ending.endswith(".bz2"):
        with bz2.open(file) as opened:
            return opened.read(HEAD_BYTES)
    with file.open("rb") as opened:
        return opened.read(HEAD_BYTES)


def _content(start: bytes) -> str:
    """What a file holds by its first bytes: pbf, xml, graphml, change, page, or "" for anything else."""
    if b"OSMHeader" in start[:64]:
        return "pbf"
    element = re.search(rb"<\s*(osmChange|osm|graphml|html|!doctype html)\b", start, re.IGNORECASE)
    if not start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or element is None:
        return ""
    names = {b"osm": "xml", b"osmchange": "change", b"graphml": "graphml"}
    return names.get(element.group(1).lower(), "page")


def _is_about_order(reason: str) -> bool:
    """Whether pyosmium complains that objects are out of order, or come twice. It has no error of its own for it."""
    return "out of order" in reason or "twice in input" in reason
