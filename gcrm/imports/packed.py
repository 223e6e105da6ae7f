"""Zip files: what is in them is counted before any of it is unpacked."""

import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TypeVar
from zipfile import ZipFile, ZipInfo

from gcrm.common.language import number, say, say_n
from gcrm.platform.errors import InputRejected

T = TypeVar("T")

MOST_UNPACKED = 1_500_000_000
"""Bytes of all parts of the file together; a bomb says less in its directory than it holds, or far more than this."""
MOST_TIMES_PACKED = 300
"""No honest file is packed more tightly."""
MOST_PARTS = 10_000
SHAPEFILE = (".shp", ".shx", ".dbf", ".prj", ".cpg")
"""The files that make up a shapefile; what it says without the last two is not sure."""
ANY: frozenset[str] = frozenset()
_STEP = 1_000_000


def parts_of(path: Path) -> list[ZipInfo]:
    """What a zip file holds. Raises InputRejected for a damaged one, and one that unpacks to far more than it is."""
    try:
        with ZipFile(path) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError) as error:
        raise InputRejected(
            say("{path} is damaged: the directory of what it holds cannot be read.", path=path.name),
            say("Save or pack it anew."),
        ) from error
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED or any(
        part.file_size > MOST_TIMES_PACKED * max(part.compress_size, 1) and part.file_size > 10_000_000
        for part in parts
    ):
        raise InputRejected(
            say("{path} unpacks to {unpacked} MB.", path=path.name, unpacked=number(unpacked / 1e6)),
            say("Save what it holds as CSV."),
        )
    if len(parts) > MOST_PARTS:
        raise InputRejected(
            say("{path} holds {count} files.", path=path.name, count=number(len(parts))),
            say("Pack only the one with the accounts."),
        )
    return parts


def read_packed(path: Path, read: Callable[[Path], T], *, what: str, only: frozenset[str] = ANY) -> T:
    """The one file in a zip file, as `read` reads it: a shapefile with its parts, or any other.

    what: what the file should hold, for the message. only: the endings that count, any where there are none; what has
    another ending is passed over.
    Raises InputRejected for a bomb, a damaged file, one locked with a password, and where it is not one file.
    """
    parts = [part for part in parts_of(path) if not part.is_dir() and _is_content(part.filename)]
    if only:
        parts = [part for part in parts if _ending(part) in only or _ending(part) in SHAPEFILE]
    if any(part.flag_bits & 1 for part in parts):
        raise InputRejected(say("{path} is locked with a password.", path=path.name), say("Pack it anew without one."))
    stems = {PurePosixPath(part.filename).with_suffix("") for part in parts if _ending(part) == ".shp"}
    if stems:
        # A shapefile may come with an index or a read-me; only what belongs to it is unpacked.
        parts = [part for part in parts if PurePosixPath(part.filename).with_suffix("") in stems]
        parts = [part for part in parts if _ending(part) in SHAPEFILE]
    if len(stems) > 1 or (not stems and len(parts) != 1):
        held = ", ".join(sorted(PurePosixPath(part.filename).name for part in parts)[:5]) or say("nothing")
        raise InputRejected(
            say(
                "{path} holds {held}, and not one file of {what}.",
                path=path.name,
                held=held,
                what=what or say("accounts"),
            ),
            say("Pack the one you want alone."),
        )
    with _unpacked(path, parts) as files:
        return read(next((file for file in files if file.suffix == ".shp"), files[0]))


def check_shapefile(path: Path, needed: tuple[str, ...] = SHAPEFILE[:4]) -> None:
    """Raises InputRejected naming the parts of a shapefile that do not lie beside it."""
    beside = {file.suffix.casefold() for file in path.parent.iterdir() if file.stem == path.stem}
    missing = [ending for ending in needed if ending not in beside]
    if missing:
        raise InputRejected(
            say_n(
                "{path} is one part of a shapefile; {missing} is missing.",
                "{path} is one part of a shapefile; {missing} are missing.",
                len(missing),
                path=path.name,
                missing=", ".join(missing),
            ),
            say("Choose all its files (.shp, .shx, .dbf, .prj) together, or one .zip that holds them."),
        )


@contextmanager
def _unpacked(path: Path, parts: list[ZipInfo]) -> Iterator[list[Path]]:
    """The parts in a folder of their own, under their own names without folders; gone afterwards."""
    with tempfile.TemporaryDirectory() as folder, ZipFile(path) as packed:
        files = []
        for part in parts:
            name = PurePosixPath(part.filename)
            target = Path(folder) / f"{path.stem}{name.suffix.casefold()}"
            try:
                with packed.open(part) as source, target.open("wb") as written:
                    _copy(source.read, written.write, part, path.name)
            except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as error:
                raise InputRejected(
                    say("{path} is damaged: {name} does not unpack.", path=path.name, name=name.name),
                    say("Pack it anew."),
                ) from error
            files.append(target)
        yield files


def _copy(read: Callable[[int], bytes], write: Callable[[bytes], object], part: ZipInfo, name: str) -> None:
    """Unpack no more than the directory says: a bomb may lie there."""
    left = part.file_size
    while some := read(_STEP):
        left -= len(some)
        if left < 0:
            raise InputRejected(say("{name} holds more than it says.", name=name), say("Pack it anew."))
        write(some)


def _is_content(name: str) -> bool:
    """Whether it is none of the files that systems put into a zip file unasked."""
    path = PurePosixPath(name)
    return not path.name.startswith(".") and "__MACOSX" not in path.parts and path.name.casefold() != "thumbs.db"


def _ending(part: ZipInfo) -> str:
    return PurePosixPath(part.filename).suffix.casefold()
