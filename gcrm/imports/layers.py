"""Layers of places as tables: GeoJSON, GeoPackage, shapefile, FlatGeobuf."""

import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gcrm.common.language import number, say
from gcrm.common.spreadsheet import of_no_json
from gcrm.imports.columns import heading_score, map_columns
from gcrm.imports.table import (
    ALL_SHEETS,
    AS_FOUND,
    MOST_COLUMNS,
    MOST_ROWS,
    ReadAs,
    Row,
    Table,
    Text,
    as_headings,
    decode,
    decode_as,
    stacked,
)
from gcrm.platform.errors import InputRejected
from gcrm.platform.files.layer_file import layer_file

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

LON, LAT = "lon", "lat"


def read_layer(path: Path, read_as: ReadAs = AS_FOUND) -> Table:
    """The layer whose columns are best understood; a line or an area counts as a point on it.

    Two columns lon and lat hold the place, EPSG:4326. Where several layers hold accounts, the table names them for a
    person to choose, as worksheets of a book. The text of a shapefile without its .cpg is guessed as of other files.
    Raises InputRejected for a file that cannot be read, or whose coordinates are in no known reference system.
    """
    import pyogrio

    with layer_file(path) as safe, warnings.catch_warnings():
        # GDAL remarks on what it has understood all the same, as an instant with microseconds.
        warnings.simplefilter("ignore", RuntimeWarning)
        warnings.filterwarnings("ignore", message="Could not parse column")
        text = _text_of_shapefile(safe.path, path.name, read_as.encoding)
        return _read(safe.path, path.name, safe.kind.name, pyogrio, read_as, text)


def _read(path: Path, called: str, kind: str, pyogrio: Any, read_as: ReadAs, text: Text) -> Table:
    options: dict[str, Any] = {"encoding": text.encoding} if text.encoding else {}
    if kind == "GeoJSON":
        # A name that looks like a day is a name.
        options["DATE_AS_STRING"] = "YES"
    try:
        names = [str(name) for name, _ in pyogrio.list_layers(path)]
        infos = {name: pyogrio.read_info(path, layer=name, **options) for name in names}
        chosen, candidates = _chosen(infos, read_as.sheet, called)
        too_many = sum(infos[name]["features"] for name in chosen) > MOST_ROWS
        frames = (
            []
            if too_many
            else [pyogrio.read_dataframe(path, layer=name, fid_as_index=True, **options) for name in chosen]
        )
    except InputRejected:
        raise
    except (RuntimeError, ValueError, MemoryError) as error:
        # GDAL's own words speak of drivers and options that a person does not have.
        if kind == "GeoJSON":
            raise InputRejected(
                say("{called} holds a feature that is none of GeoJSON.", called=called),
                say("Save it anew as GeoJSON or CSV."),
            ) from error
        raise InputRejected(
            say("{called} is damaged or cut off, or no {kind}.", called=called, kind=kind),
            say("Save it anew as {kind} or CSV.", kind=kind),
        ) from error
    if too_many:
        raise InputRejected(
            say("{called} has over {most_rows} features.", called=called, most_rows=number(MOST_ROWS)),
            say("Split it into smaller files."),
        )
    frames = [frame for frame in frames if len(frame)]
    if not frames:
        raise InputRejected(
            say("{called} holds no features.", called=called), say("Give a file with one feature an account.")
        )
    if any(len(frame.columns) > MOST_COLUMNS for frame in frames):
        raise InputRejected(
            say("{called} has over {most_columns} columns.", called=called, most_columns=number(MOST_COLUMNS)),
            say("Take out what is not of accounts."),
        )
    headings, rows = stacked([_table(frame, called) for frame in frames])
    left = [name for name in names if name not in chosen]
    remarks = (_left_layers(chosen, left),) if left else ()
    several = tuple(candidates) if len(candidates) > 1 else ()
    return Table(
        headings, rows, text.encoding or "layer", "", remarks, text.encodings, sheets=several, sheet=read_as.sheet
    )


def _left_layers(chosen: list[str], left: list[str]) -> str:
    return say(
        "Layer {chosen} is read; not {left}.", chosen=", ".join(map(repr, chosen)), left=", ".join(map(repr, left))
    )


def _chosen(infos: dict[str, Any], said: str, called: str) -> tuple[list[str], list[str]]:
    """The layers to read, and all that hold accounts; that of our own exports goes before all others."""
    score = heading_score()
    merits = {name: score(list(info["fields"])) for name, info in infos.items()}
    if said and said != ALL_SHEETS:
        if said not in infos:
            raise InputRejected(
                say("{called} has no layer {said!r}.", called=called, said=said),
                say("It has {infos}.", infos=", ".join(infos)),
            )
        return [said], [said]
    if "account" in infos:
        return ["account"], ["account"]
    candidates = [name for name in infos if infos[name]["features"] and merits[name] and _names_accounts(infos[name])]
    best = max(infos, key=lambda name: (name in candidates, merits[name]), default=None)
    if best is None:
        return [], []
    return (candidates or [best]) if said else [best], candidates


def _names_accounts(info: Any) -> bool:
    try:
        map_columns(as_headings([str(field) for field in info["fields"]]))
    except InputRejected:
        return False
    return True


def _text_of_shapefile(path: Path, called: str, said: str) -> Text:
    """The encoding of a shapefile's table where no .cpg says it; "" where GDAL knows."""
    if path.suffix != ".shp" or (path.with_suffix(".cpg").is_file() and not said):
        return Text("", "")
    table = path.with_suffix(".dbf")
    if not table.is_file():
        return Text("", "")
    raw = table.read_bytes()
    # dBASE III: the length of the head in bytes 8 and 9, that of a record in 10 and 11.
    head, width = int.from_bytes(raw[8:10], "little"), int.from_bytes(raw[10:12], "little")
    lines = [raw[at : at + width].strip() for at in range(head, len(raw), max(width, 1))]
    body = b"\n".join(line for line in lines if not line.isascii())
    if said:
        return Text("", decode_as(body, said, called).encoding)
    if not body:
        return Text("", "")
    found = decode(body, called)
    return Text("", found.encoding, found.encodings)


def _table(frame: Any, name: str) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    columns = [column for column in frame.columns if column not in {"geometry", LON, LAT}]
    places: list[tuple[str, str]] = [("", "")] * len(frame)
    if "geometry" in frame.columns and frame.geometry.notna().any():
        places = _places(frame, name)
    elif {LON, LAT} <= set(frame.columns):
        places = [(_text(lon), _text(lat)) for lon, lat in zip(frame[LON], frame[LAT], strict=True)]
    own = "gcrm_id" in columns
    rows = [
        Row(number, (*(_text_of_own(value) if own else _text(value) for value in values), *place))
        for number, (values, place) in enumerate(
            zip(frame[columns].itertuples(index=False, name=None), places, strict=True), start=1
        )
    ]
    return as_headings([*columns, LON, LAT]), tuple(rows)


def _places(frame: "GeoDataFrame", name: str) -> list[tuple[str, str]]:
    if frame.crs is None:
        raise InputRejected(
            say("{name} does not say in which reference system its coordinates are.", name=name),
            say("Save it in EPSG:4326, a shapefile with its .prj."),
        )
    points = frame.geometry.to_crs(4326)
    points = points.where(points.geom_type == "Point", points.representative_point())
    return [
        ("", "") if point is None or point.is_empty else (repr(float(point.x)), repr(float(point.y)))
        for point in points
    ]


def _text_of_own(value: Any) -> str:
    """A property of an export of ours: text as it is, but for the apostrophe that GeoJSON needs."""
    return of_no_json(value) if isinstance(value, str) else _text(value)


def _text(value: Any) -> str:
    """A property as text: a list as its parts, an object as its JSON."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)) or hasattr(value, "tolist"):
        plain = value.tolist() if hasattr(value, "tolist") else value
        return ", ".join(_text(one) for one in plain) if isinstance(plain, (list, tuple)) else _text(plain)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if value != value:  # noqa: PLR0124 - the one value that is not itself is "not a number"
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = str(value)
    if text.startswith("[") and text.endswith("]"):
        return _joined_list(text)
    return text


def _joined_list(text: str) -> str:
    """A list that GDAL hands over as JSON; the text itself where it is none."""
    try:
        some = json.loads(text)
    except ValueError:
        return text
    return ", ".join(str(one) for one in some) if all(isinstance(one, str | int | float) for one in some) else text
