"""All imported areas, one of them in use."""

import re
import threading
import unicodedata
from pathlib import Path

from gcrm.areas.area import Area
from gcrm.areas.info import AreaInfo
from gcrm.areas.shelf import Shelf
from gcrm.common.language import say
from gcrm.platform.errors import Conflict, InputRejected, NotFound, NotReady

_DATE = re.compile(r"(?:^|[-_. ])(?:\d{4}[-_.]\d{2}(?:[-_.]\d{2})?|\d{8}|\d{6}|(?:19|20)\d{2}|latest)(?=$|[-_. ])")
_NAME = re.compile(r"\w[\w .,()'-]{0,79}")
LONGEST_NAME = 80
TRIES = 20


class Areas:
    """The folder of areas. Other processes may change it meanwhile; every call sees what is there now."""

    def __init__(self, folder: Path) -> None:
        """folder: need not exist yet."""
        self.shelf = Shelf(folder)
        self._opened: dict[str, Area] = {}
        self._lock = threading.Lock()

    @property
    def has_any(self) -> bool:
        """Whether an area has been imported."""
        return bool(self.shelf.names())

    def list(self) -> list[AreaInfo]:
        """What is known about each area, by name."""
        found = []
        for name in self.shelf.names():
            try:
                found.append(self.shelf.read(name)[0])
            except NotFound:
                continue  # removed a moment ago
        return found

    def current(self) -> Area:
        """The area in use. Raises NotReady where there is none."""
        try:
            return self.get(self.shelf.current())
        except NotFound as gone:
            raise NotReady(gone.fault, gone.remedy) from gone

    def get(self, name: str) -> Area:
        """The area of that name, as last imported. Raises NotFound."""
        for _ in range(TRIES):
            info, version = self.shelf.read(name)
            with self._lock:
                known = self._opened.get(name)
                if known is not None and known.folder == version:
                    return known
                try:
                    self._opened[name] = Area(info, version)
                except FileNotFoundError:
                    continue  # replaced between reading its name and opening it
                return self._opened[name]
        raise Conflict(
            say("The area {name!r} is damaged: {version} is missing.", name=name, version=version.name),
            say("Import it again."),
        )

    def use(self, name: str) -> None:
        """Work on this area from now on. Raises NotFound."""
        self.shelf.use(name)

    def remove(self, name: str) -> None:
        """Take an area away. Raises NotFound."""
        self.shelf.remove(name)
        with self._lock:
            self._opened.pop(name, None)


def name_of_file(file: Path) -> str:
    """The area's name from its extract's: liechtenstein-2024-03-04.osm.pbf and liechtenstein.osm.pbf are the same."""
    # Some systems write an accent as a character of its own.
    whole = unicodedata.normalize("NFC", file.name)
    stem = re.sub(r"(\.osm|\.pbf|\.xml|\.gz|\.bz2|\.graphml)+$", "", whole, flags=re.IGNORECASE)
    without_dates = re.sub(r"[-_. ]{2,}", "-", _DATE.sub("", stem)).lower()
    allowed = re.sub(r"[-\s]*[^\w .,()'-]+[-\s]*", "-", without_dates)
    return allowed.lstrip("-_. ,()'")[:LONGEST_NAME].strip("-_. ") or "area"


def checked_name(name: str) -> str:
    """The name, if it can be one. Raises InputRejected."""
    name = unicodedata.normalize("NFC", name).strip()
    if not _NAME.fullmatch(name):
        raise InputRejected(
            say("{name!r} cannot be the name of an area.", name=name),
            say("Use letters, digits, spaces, dots and hyphens, 80 at most."),
        )
    return name
