"""The file of a back-up: a ZIP of the database as one GeoPackage, the folders of the workspace, and a list of it all.

The list (`backup.json`) comes last and holds the SHA-256 of every other part, so that a file that was cut off or
changed is told from a whole one.
"""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from gcrm.common.language import say
from gcrm.platform.errors import InputRejected, NotReady

LIST = "backup.json"
DATABASE = "gcrm.gpkg"
FORMAT = 1
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a back-up: its path in the workspace with slashes, its size and its SHA-256."""

    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a back-up holds. database: where it came from, "geopackage" or "postgis"; rows: by table."""

    made_at: datetime
    gcrm: str
    schema: str
    database: str
    rows: dict[str, int]
    parts: tuple[Part, ...] = field(default_factory=tuple)

    @property
    def accounts(self) -> int:
        """How many accounts it holds."""
        return self.rows.get("account", 0)


class ArchiveWriter:
    """Takes files into an archive, one after the other."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.parts: list[Part] = []

    def add(self, file: Path, name: str) -> None:
        """Take in a file under a name; one that has gone meanwhile, as an upload that was dealt with, is left out."""
        try:
            source = file.open("rb")
        except FileNotFoundError:
            return
        digest, size_bytes = hashlib.sha256(), 0
        info = zipfile.ZipInfo.from_file(file, name, strict_timestamps=False)
        info.compress_type = zipfile.ZIP_DEFLATED
        with source, self._archive.open(info, "w", force_zip64=True) as target:
            while piece := source.read(_PIECE):
                digest.update(piece)
                size_bytes += len(piece)
                target.write(piece)
        self.parts.append(Part(name, size_bytes, digest.hexdigest()))

    def add_folder(self, folder: Path, name: str) -> None:
        """Take in all files under a folder, which need not be there."""
        for file in sorted(folder.rglob("*")):
            if file.is_file() and not file.is_symlink():
                self.add(file, f"{name}/{file.relative_to(folder).as_posix()}")


@contextmanager
def new_archive(file: Path) -> Iterator[ArchiveWriter]:
    """A new archive, which nobody but its owner can read; it is on the disk when the block has ended."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as raw:
        # Level 1: a third slower than copying, and a fifth of the size.
        with zipfile.ZipFile(raw, "w", compression=zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            yield ArchiveWriter(archive)
        raw.flush()
        os.fsync(raw.fileno())


def finish_archive(file: Path, contents: Contents) -> None:
    """Write the list of what an archive holds as its last part."""
    document = asdict(contents) | {"format": FORMAT, "made_at": contents.made_at.isoformat()}
    with zipfile.ZipFile(file, "a", compression=zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(LIST, json.dumps(document, indent=1))
    with file.open("rb") as written:
        os.fsync(written.fileno())


def read_contents(file: Path) -> Contents:
    """What a back-up holds, by its list. Raises InputRejected for a file that is none, or is cut off."""
    try:
        with zipfile.ZipFile(file) as archive:
            said: dict[str, Any] = json.loads(archive.read(LIST))
        if said["format"] > FORMAT:
            raise NotReady(
                say("{file} was made by a newer GCRM ({version}).", file=file, version=said["gcrm"]),
                say("Update GCRM."),
            )
        return Contents(
            datetime.fromisoformat(said["made_at"]),
            str(said["gcrm"]),
            str(said["schema"]),
            str(said["database"]),
            {str(name): int(count) for name, count in said["rows"].items()},
            tuple(Part(one["path"], one["size_bytes"], one["sha256"]) for one in said["parts"]),
        )
    except FileNotFoundError as error:
        raise InputRejected(
            say("There is no file {file}.", file=file), say("Name a file that `gcrm backup` has made.")
        ) from error
    except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputRejected(
            say("{file} is not a whole back-up of GCRM.", file=file), say("Name a file that `gcrm backup` has made.")
        ) from error


def unpack(file: Path, contents: Contents, folder: Path) -> None:
    """Write every part of a back-up into a folder, and check each. Raises InputRejected for one that is damaged."""
    with zipfile.ZipFile(file) as archive:
        for part in contents.parts:
            target = _inside(folder, part.path)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                with archive.open(part.path) as source, target.open("xb") as written:
                    found = _copied(source, written)
            except (KeyError, zipfile.BadZipFile, EOFError) as error:
                raise _damaged(file, part) from error
            if found != (part.size_bytes, part.sha256):
                raise _damaged(file, part)


def _inside(folder: Path, name: str) -> Path:
    """The path of a part below a folder. Raises InputRejected for a name that leads out of it."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise InputRejected(
            say("The back-up names a file {name!r} outside of a workspace.", name=name), say("Use another back-up.")
        )
    return folder.joinpath(*path.parts)


def _copied(source: IO[bytes], target: IO[bytes]) -> tuple[int, str]:
    digest, size_bytes = hashlib.sha256(), 0
    while piece := source.read(_PIECE):
        digest.update(piece)
        size_bytes += len(piece)
        target.write(piece)
    target.flush()
    os.fsync(target.fileno())
    return size_bytes, digest.hexdigest()


def _damaged(file: Path, part: Part) -> InputRejected:
    return InputRejected(say("{path} in {file} is damaged.", path=part.path, file=file), say("Use another back-up."))
