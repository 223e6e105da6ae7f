"""An extract as every reader likes it: under a plain name, and with its objects in order."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import osmium

from gcrm.common.language import say
from gcrm.platform.errors import GcrmError, InputRejected
from gcrm.platform.progress import Progress

ENDINGS = (".osm.pbf", ".osm.gz", ".osm.bz2", ".osm", ".graphml")
"""As the readers and OSRM's programs know them, the longest first."""
STEM = "extract-to-read"
"""What links and sorted copies are called."""
SORTED = f"{STEM}.osm.pbf"


def plain_ending(name: str) -> str:
    """The ending that readers know a file by, "" for none of theirs: .osm.pbf for X.OSM.PBF and for x.pbf."""
    folded = unicodedata.normalize("NFC", name).lower()
    found = next((ending for ending in ENDINGS if folded.endswith(ending)), "")
    return found or (".osm.pbf" if folded.endswith(".pbf") else "")


@contextmanager
def under_plain_name(file: Path, folder: Path, progress: Progress) -> Iterator[tuple[Path, Progress]]:
    """A link to the file in `folder` that any program can open, and a progress that speaks of the file itself.

    OSRM stumbles over spaces and cuts endings that it knows out of the middle of a name; on most systems readers tell
    a format by small letters alone. GcrmErrors that speak of the link speak of the file once they leave the block.
    """
    link = folder / f"{STEM}{plain_ending(file.name)}"
    link.symlink_to(file.absolute())

    def named(text: str) -> str:
        return re.sub(rf"{STEM}(\.\w+)+", lambda _: file.name, text)

    def told(message: str, done: int = 0, total: int = 0) -> None:
        progress(named(message), done, total)

    try:
        yield link, told
    except GcrmError as error:
        error.fault, error.remedy = named(error.fault), named(error.remedy)
        error.args = (f"{error.fault} {error.remedy}".strip(),)
        raise
    finally:
        link.unlink()


def sort_extract(file: Path, out: Path, progress: Progress) -> None:
    """Write the extract's nodes, ways and relations in the order of their ids, the newest version of each.

    Takes about ten times the memory that a PBF file takes on disk. Raises InputRejected if it cannot be read.
    """
    progress(say("Sorting {file}: reading", file=file.name))
    try:
        header = osmium.io.Reader(str(file), osmium.osm.osm_entity_bits.NOTHING).header()
        header.set("sorting", "Type_then_ID")
        pile = osmium.MergeInputReader()
        pile.add_file(str(file))
        progress(say("Sorting {file}: writing", file=file.name))
        with osmium.SimpleWriter(str(out), header=header, overwrite=True) as writer:
            pile.apply(writer, simplify=True)
    except (RuntimeError, ValueError, OSError) as fault:
        raise InputRejected(
            say(
                "{file} is not sorted, and cannot be sorted here ({reason}).",
                file=file.name,
                reason=str(fault).strip().rstrip("."),
            ),
            say("Give an extract whose nodes, ways and relations are in the order of their ids."),
        ) from fault


def keeps_old_versions(file: Path) -> bool:
    """Whether the file says that it is a history: every version of every object."""
    reader = osmium.io.Reader(str(file), osmium.osm.osm_entity_bits.NOTHING)
    try:
        return bool(reader.header().has_multiple_object_versions)
    finally:
        reader.close()
