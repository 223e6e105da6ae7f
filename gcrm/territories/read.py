"""Regions out of a file: GeoJSON, GeoPackage, shapefile, FlatGeobuf, KML or GML, zipped too."""

import contextlib
import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FieldError
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from rapidfuzz import process, utils

from gcrm.common.language import number, say, say_n, to_say
from gcrm.imports.packed import check_shapefile, parts_of, read_packed
from gcrm.platform.errors import InputRejected
from gcrm.platform.files import kinds
from gcrm.platform.files.kinds import LAYER_KINDS, content_of, head_of
from gcrm.platform.files.layer_file import layer_file
from gcrm.platform.files.parsing import parsing
from gcrm.platform.progress import Progress, quiet
from gcrm.territories.merge import MERGE, Draft, joined
from gcrm.territories.model import Region
from gcrm.territories.polygons import mended, polygons_of, to_lon_lat

MOST_AREAS = 1_000_000
STEP = 200
"""Areas between two reports of progress."""

DRAWN = ("GeometryCollection", "Unknown", "Polygon", "Surface")
"""Kinds of layer that may hold areas, as GDAL names them: "3D Multi Polygon" has the word in it too."""
GIVE = to_say("Give GeoJSON, GeoPackage, or a shapefile: .shp, .shx, .dbf and .prj side by side, or zipped together.")
_OFF_EARTH = to_say("It does not lie on Earth.")


@dataclass(frozen=True, slots=True)
class Reject:
    """An area of the file that was not taken: its number in the file (the first is 1), its name, and why."""

    row: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class RegionsRead:
    """The regions of a file, EPSG:4326, in the order of the file, and what was done to make them so.

    crs: what the file is in, by its name. read = areas in the file. remarks: what was mended, merged or numbered.
    """

    regions: tuple[Region, ...]
    crs: str
    read: int
    remarks: tuple[str, ...]
    rejects: tuple[Reject, ...]


def read_regions(
    file: Path,
    name_column: str,
    set_name: str,
    progress: Progress = quiet,
    *,
    population_column: str | None = None,
    crs: str | None = None,
    layer: str | None = None,
    encoding: str | None = None,
    duplicates: str = MERGE,
) -> RegionsRead:
    """Read named areas and bring them to EPSG:4326.

    crs: what the coordinates are in where the file does not say it ("EPSG:2056"). duplicates: "merge" areas of one
    name into one region, or "number" them.
    Raises InputRejected with everything that a person needs to put it right: for a file that cannot be read, a missing
    column (the message lists those there are), no or an unknown coordinate system, several layers, no area at all.
    """
    progress(say("Reading the file"))
    frame = _frame(file, layer, encoding)
    if frame.empty:
        raise InputRejected(say("{file} has no areas in it.", file=file.name), say("Give a file with polygons."))
    name_column = _column(frame, name_column, "name")
    counted = _population_column(frame, population_column)
    source, remarks = _crs_of(frame, crs)
    transformer = None if source.equals(CRS("EPSG:4326"), ignore_axis_order=True) else _transformer(source)
    drafts: list[Draft] = []
    rejects: list[Reject] = []
    names = [name_of(value) for value in frame[name_column]]
    shapes = list(frame.geometry)
    columns = [column for column in frame.columns if column not in {frame.geometry.name, name_column}]
    properties = [
        {column: plain(value) for column, value in zip(columns, row, strict=True)}
        for row in frame[columns].itertuples(index=False, name=None)
    ] or [{} for _ in names]
    mends = 0
    for row, (name, shape) in enumerate(zip(names, shapes, strict=True), start=1):
        if row % STEP == 0:
            progress(say("Reading shapes"), row, len(names))
        fault = _fault(name, shape)
        area = None if fault else to_lon_lat(mended(polygons_of(shape)), transformer)
        if area is not None and not fault:
            fault = _misplaced(area)
        if fault or area is None:
            rejects.append(Reject(row, name, fault))
            continue
        mends += not shape.is_valid
        population = people(frame[counted].iloc[row - 1]) if counted else None
        drafts.append(Draft(name, mended(area), population, properties[row - 1]))
    if rejects and not drafts:
        raise _nothing(file, rejects, given=crs is not None)
    if mends:
        remarks.append(
            say_n(
                "One shape crossed itself and was mended.", "{n} shapes crossed themselves and were mended.", int(mends)
            )
        )
    merged, said = joined(drafts, duplicates)
    regions = tuple(Region(set_name, draft.name, draft.area, draft.population, draft.properties) for draft in merged)
    return RegionsRead(
        regions,
        source.to_string() if source.to_authority() else source.name,
        len(names),
        (*remarks, *said),
        tuple(rejects),
    )


def name_of(value: Any) -> str:
    """A name as text: numbers without decimals that are only zeros, "" for nothing."""
    value = plain(value)
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split())


def people(value: Any) -> int | None:
    """A number of people, None where the cell says none or cannot (negative, not a number)."""
    try:
        number = float(str(value).replace("\N{NO-BREAK SPACE}", "").replace(" ", "").replace("'", ""))
    except ValueError:
        return None
    return round(number) if math.isfinite(number) and number >= 0 else None


def plain(value: Any) -> Any:
    """A cell as JSON can say it; None for all kinds of nothing."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return (
        value if isinstance(value, (str, int, float, bool)) else None if str(value) in {"NaT", "<NA>"} else str(value)
    )


def _frame(file: Path, layer: str | None, encoding: str | None) -> gpd.GeoDataFrame:
    """The areas of a file as they are in it. Raises InputRejected."""
    head = head_of(file)

    def read(path: Path) -> gpd.GeoDataFrame:
        return _frame_of(path, file.name, layer, encoding)

    with parsing(file, say(GIVE)):
        if file.suffix.casefold() != ".zip":
            return read(file)
        if content_of(head) is not kinds.ZIP:
            raise InputRejected(say("{file} is not a zip archive.", file=file.name), say("Pack it again."))
        names = [part.filename for part in parts_of(file) if not part.filename.startswith("__MACOSX/")]
        found = [name for name in names if Path(name).suffix.casefold() in LAYER_KINDS]
        if not found:
            raise InputRejected(
                say("{file} holds no file of areas.", file=file.name),
                say("Put a .shp with its .shx, .dbf and .prj into it."),
            )
        if len(found) > 1:
            raise InputRejected(
                say("{file} holds several files: {found}.", file=file.name, found=", ".join(found[:10])),
                say("Give one at a time."),
            )
        return read_packed(file, read, what=say("areas"), only=frozenset(LAYER_KINDS))


def _frame_of(path: Path, called: str, layer: str | None, encoding: str | None) -> gpd.GeoDataFrame:
    if path.suffix.casefold() == ".shp":
        check_shapefile(path, needed=(".shx", ".dbf"))
    with layer_file(path) as safe, _understood(called), warnings.catch_warnings():
        # GDAL remarks on what it has understood all the same, as an instant with microseconds.
        warnings.simplefilter("ignore", RuntimeWarning)
        layers = {str(name): kind for name, kind in pyogrio.list_layers(safe.path)}
        drawn = [name for name, kind in layers.items() if kind and any(word in str(kind) for word in DRAWN)]
        if layer is None and len(drawn) > 1:
            raise InputRejected(
                say("{called} has several layers: {drawn}.", called=called, drawn=", ".join(drawn)),
                say("Say which one with --layer."),
            )
        if layer is not None and layer not in layers:
            raise InputRejected(
                say("{called} has no layer {layer!r}.", called=called, layer=layer),
                say("It has {layers}.", layers=", ".join(layers)),
            )
        if not drawn:
            raise InputRejected(
                say("{called} has no layer of areas.", called=called), say("Give a file with polygons.")
            )
        chosen = layer or drawn[0]
        if pyogrio.read_info(safe.path, layer=chosen)["features"] > MOST_AREAS:
            raise InputRejected(
                say("{called} has over {most_areas} areas.", called=called, most_areas=number(MOST_AREAS)),
                say("Split it into smaller files."),
            )
        if encoding is None and safe.path.suffix == ".shp" and not safe.path.with_suffix(".cpg").exists():
            # No .cpg beside it: by the book that is Latin-1, in life it is UTF-8 as often as not.
            with contextlib.suppress(UnicodeDecodeError):
                return pyogrio.read_dataframe(safe.path, layer=chosen, encoding="UTF-8")
            encoding = "CP1252"
        try:
            return pyogrio.read_dataframe(safe.path, layer=chosen, encoding=encoding)
        except (UnicodeDecodeError, LookupError) as error:
            raise InputRejected(
                say("The text of {called} is not {encoding}.", called=called, encoding=encoding)
                if encoding
                else say("The text of {called} is not in the encoding that it names.", called=called),
                say("Say what it is with --encoding, as --encoding CP1252."),
            ) from error


@contextlib.contextmanager
def _understood(called: str) -> Iterator[None]:
    try:
        yield
    except (DataSourceError, DataLayerError, FieldError) as error:
        # GDAL's own words speak of drivers and options that a person does not have.
        raise InputRejected(say("{called} is damaged: its areas cannot be read.", called=called), say(GIVE)) from error


def _column(frame: gpd.GeoDataFrame, wanted: str, what: str) -> str:
    """The column of that name, capitals aside. Raises InputRejected that lists the columns."""
    columns = [str(column) for column in frame.columns if column != frame.geometry.name]
    if wanted in columns:
        return wanted
    alike = [column for column in columns if column.casefold() == wanted.casefold()]
    if len(alike) == 1:
        return alike[0]
    near = process.extractOne(wanted, columns, processor=utils.default_process, score_cutoff=70)
    fault = say("There is no column {wanted!r} in the file.", wanted=wanted)
    if near:
        fault = f"{fault} {say('Did you mean {near!r}?', near=near[0])}"
    shown = ", ".join(columns[:40])
    if len(columns) > 40:
        shown = say("{names} and {more} more", names=shown, more=len(columns) - 40)
    raise InputRejected(
        fault,
        say("Its columns are {shown}; say which with --{what}-column.", shown=shown, what=what),
    )


def _population_column(frame: gpd.GeoDataFrame, wanted: str | None) -> str | None:
    """The column asked for, or one that is called population; None where there is none."""
    if wanted:
        return _column(frame, wanted, "population")
    return next((str(column) for column in frame.columns if str(column).casefold() == "population"), None)


def _crs_of(frame: gpd.GeoDataFrame, given: str | None) -> tuple[CRS, list[str]]:
    """What the coordinates are in, and what is to be said about it. Raises InputRejected."""
    said = CRS(frame.crs) if frame.crs is not None else None
    if given is None and said is None:
        raise InputRejected(
            say("The file does not say what its coordinates are in."), say("Say it with --crs, as --crs EPSG:2056.")
        )
    if given is None:
        assert said is not None
        return said, []
    try:
        crs = CRS(given)
    except CRSError as error:
        raise InputRejected(
            say("{given!r} is not a coordinate system.", given=given), say("Give its number, as EPSG:3067.")
        ) from error
    if said is not None and not said.equals(crs, ignore_axis_order=True):
        return crs, [
            say(
                "The file says that it is in {said}; it was read as {given}, as you said.",
                said=said.name,
                given=crs.name,
            )
        ]
    return crs, []


def _transformer(source: CRS) -> Transformer:
    try:
        return Transformer.from_crs(source, "EPSG:4326", always_xy=True)
    except CRSError as error:
        raise InputRejected(
            say("Coordinates in {source} cannot be brought to longitude and latitude.", source=source.name),
            say("Give the system that they are truly in with --crs."),
        ) from error


def _fault(name: str, shape: Any) -> str:
    """Why an area cannot be taken as it is, "" where it can."""
    if not name:
        return say("It has no name.")
    if shape is None or shape.is_empty:
        return say("It has no shape.")
    if polygons_of(shape).is_empty:
        return say("It is a {kind}, not an area.", kind=shape.geom_type)
    return ""


def _misplaced(area: Any) -> str:
    if area.is_empty:
        return say("Its shape has no area.")
    west, south, east, north = area.bounds
    if not np.isfinite([west, south, east, north]).all() or west < -180 or east > 180 or south < -90 or north > 90:
        return say(_OFF_EARTH)
    return ""


def _nothing(file: Path, rejects: list[Reject], *, given: bool) -> InputRejected:
    first = rejects[0]
    remedy = say("Give a file of named areas.")
    if first.reason == say(_OFF_EARTH):
        remedy = say("Its coordinates are not degrees: say what they are with --crs.")
        if given:
            remedy = say("Check --crs.")
    return InputRejected(
        say(
            "None of the {count} areas of {file} can be taken: {reason}",
            count=len(rejects),
            file=file.name,
            reason=first.reason,
        ),
        remedy,
    )
