"""A file of features, made safe for GDAL: checked, and copied alone into a folder of its own.

What lies beside a file steers GDAL as much as the file does (schemas and templates of GML, indices of shapefiles, logs
of SQLite), and GDAL writes beside it. In the folder lies only what belongs to the file.
"""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gcrm.common.language import number, say
from gcrm.platform.errors import InputRejected
from gcrm.platform.files.geopackage_file import copy_geopackage
from gcrm.platform.files.json_text import check_geojson
from gcrm.platform.files.kinds import LayerKind, layer_kind
from gcrm.platform.files.xml_text import check_xml

MOST_BYTES = 1_000_000_000
SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_LONGEST_SIDE_TEXT = 65_536
"""Bytes of a .prj or .cpg; real ones have a few hundred."""


@dataclass(frozen=True, slots=True)
class LayerFile:
    """The copy that GDAL may open, and the only driver that may open it."""

    path: Path
    kind: LayerKind


@contextmanager
def layer_file(path: Path) -> Iterator[LayerFile]:
    """A file of features as GDAL may open it, until the block ends.

    Raises InputRejected for a file that is not what its ending says, that names other files or machines, or that
    another driver than that of its ending opens.
    """
    kind = layer_kind(path)
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise InputRejected(
            say("{path} has {size} MB.", path=path.name, size=number(size / 1e6)),
            say("Split it, or simplify its shapes."),
        )
    with tempfile.TemporaryDirectory(prefix="gcrm-file-") as folder:
        target = Path(folder) / f"{_plain(path.stem)}{path.suffix.casefold()}"
        try:
            _copy(path, target, kind)
        except MemoryError as error:
            raise InputRejected(
                say("{path} is too large for this machine.", path=path.name), say("Split it.")
            ) from error
        found = _driver_of(target, path.name, kind)
        if found != kind.driver:
            raise InputRejected(
                say("{path} is no {kind}.", path=path.name, kind=say(kind.name)),
                say("Save it anew as {kind}.", kind=say(kind.name)),
            )
        yield LayerFile(target, kind)


def _plain(stem: str) -> str:
    """The name without what GDAL reads as an address; some kinds of file name their layer after it."""
    return "".join(letter if letter.isprintable() and letter not in "/\\:" else "_" for letter in stem)[-60:] or "file"


def _copy(path: Path, target: Path, kind: LayerKind) -> None:
    if kind.driver == "GPKG":
        copy_geopackage(path, target)
        return
    if kind.driver == "GeoJSON":
        check_geojson(path)
    elif kind.driver in {"GML", "LIBKML"}:
        check_xml(path)
    shutil.copyfile(path, target)
    if kind.driver != "ESRI Shapefile":
        return
    for part in path.parent.iterdir():
        ending = part.suffix.casefold()
        if part.stem == path.stem and ending in SHAPEFILE_PARTS[1:] and part.is_file():
            if ending in {".prj", ".cpg"} and part.stat().st_size > _LONGEST_SIDE_TEXT:
                raise InputRejected(
                    say("{part} is not what it claims to be.", part=part.name), say("Export the shapefile anew.")
                )
            shutil.copyfile(part, target.with_suffix(ending))


def _driver_of(target: Path, name: str, kind: LayerKind) -> str:
    """The driver that opens the copy. Raises InputRejected where none does."""
    import pyogrio

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            layers = pyogrio.list_layers(target)
            if not len(layers):
                return kind.driver
            return str(pyogrio.read_info(target, layer=layers[0][0])["driver"])
        except (RuntimeError, ValueError, UnicodeError, MemoryError) as error:
            # GDAL's own words speak of drivers and options that a person does not have.
            raise InputRejected(
                say("{name} is damaged or cut off, or no {kind}.", name=name, kind=say(kind.name)),
                say("Save it anew as {kind}.", kind=say(kind.name)),
            ) from error
