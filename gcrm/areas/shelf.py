"""Where areas stand on disk, and how a new version takes the place of an old one in one step.

    areas/
      current.json            the name of the area in use
      .lock                   held while versions are swapped
      .building-*/            a version being built, by one importer
      liechtenstein/
        area.json             what is known about the area, and which version is the one to read
        20240304T120000-1f2e/ a version: its files never change
          held                readers keep a shared lock on it for as long as they may still read from this version

A version that nothing points to and nobody holds is rubbish: the next import sweeps it out. The kernel lets go of the
locks of a process that was killed.
"""

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from gcrm.areas.info import AreaInfo, write_json
from gcrm.common.language import say
from gcrm.platform.errors import NotFound, NotReady

BUILDING = ".building-"
HELD = "held"


class Held:
    """The right to read a version for as long as this object lives."""

    def __init__(self, version: Path) -> None:
        """Raises FileNotFoundError if the version has been swept out."""
        descriptor = os.open(version / HELD, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, descriptor)
        fcntl.flock(descriptor, fcntl.LOCK_SH)


class Shelf:
    """The folder of all areas."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        """Names of the areas that are there, sorted."""
        return sorted(file.parent.name for file in self.folder.glob("*/area.json"))

    def read(self, name: str) -> tuple[AreaInfo, Path]:
        """What is known about an area and the folder of its version. Raises NotFound, or NotReady for an old format."""
        file = self.folder / name / "area.json"
        try:
            document = json.loads(file.read_text(encoding="utf-8"))
            version = self.folder / name / document.pop("version")
            return AreaInfo.from_json(document), version
        except FileNotFoundError as missing:
            known = ", ".join(self.names()) or say("none yet")
            raise NotFound(
                say("There is no area {name!r}.", name=name), say("Imported are: {known}.", known=known)
            ) from missing
        except (ValueError, KeyError, TypeError) as fault:
            raise NotReady(
                say("The area {name!r} was written by another version of GCRM.", name=name),
                say("Import it again: `gcrm area import FILE`."),
            ) from fault

    def current(self) -> str:
        """Name of the area in use; the only one there is if none was chosen. Raises NotReady."""
        names = self.names()
        with contextlib.suppress(FileNotFoundError, ValueError, KeyError, TypeError):
            chosen = json.loads((self.folder / "current.json").read_text(encoding="utf-8"))["name"]
            if chosen in names:
                return str(chosen)
        if not names:
            raise NotReady(
                say("No area has been imported yet."),
                say("Get an OpenStreetMap extract and run `gcrm area import FILE`."),
            )
        if len(names) > 1:
            raise NotReady(
                say("Which area is in use? There are {names}.", names=", ".join(names)),
                say("Run `gcrm area use NAME`."),
            )
        return names[0]

    def use(self, name: str) -> None:
        """Make an area the one in use. Raises NotFound."""
        self.read(name)
        write_json(self.folder / "current.json", {"name": name})

    def remove(self, name: str) -> None:
        """Take an area away. Raises NotFound."""
        if name not in self.names():
            self.read(name)
        with self._alone():
            (self.folder / name / "area.json").unlink(missing_ok=True)
            shutil.rmtree(self.folder / name, ignore_errors=True)

    @contextlib.contextmanager
    def building(self) -> Iterator[Path]:
        """An empty folder to build a version in; it is gone afterwards unless `put` has taken it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._alone():
            self._sweep()
            folder = Path(tempfile.mkdtemp(prefix=BUILDING, dir=self.folder))
            descriptor = os.open(folder / HELD, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(descriptor)

    def put(self, built: Path, info: AreaInfo, now: datetime) -> None:
        """Let a built version take the place of the area's last one, and be the area in use."""
        with self._alone():
            place = self.folder / info.name
            place.mkdir(mode=0o700, exist_ok=True)
            version = f"{now:%Y%m%dT%H%M%S}-{os.urandom(3).hex()}"
            built.rename(place / version)
            write_json(place / "area.json", {"version": version} | info.as_json())
            write_json(self.folder / "current.json", {"name": info.name})
            self._sweep()

    def _sweep(self) -> None:
        """Remove what no area points to and no process holds."""
        for place in self.folder.iterdir():
            if place.name.startswith(BUILDING):
                _remove_if_free(place)
            elif place.is_dir():
                pointed = self._version(place)
                for version in place.iterdir():
                    if version.is_dir() and version.name != pointed:
                        _remove_if_free(version)
                if not pointed:
                    with contextlib.suppress(OSError):
                        place.rmdir()

    def _version(self, place: Path) -> str:
        with contextlib.suppress(FileNotFoundError, ValueError, KeyError, TypeError):
            document: dict[str, Any] = json.loads((place / "area.json").read_text(encoding="utf-8"))
            return str(document["version"])
        return ""

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """No other process swaps or sweeps meanwhile."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _remove_if_free(version: Path) -> None:
    try:
        descriptor = os.open(version / HELD, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        shutil.rmtree(version, ignore_errors=True)
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    else:
        shutil.rmtree(version, ignore_errors=True)
    finally:
        os.close(descriptor)
