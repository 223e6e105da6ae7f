"""What a file is: by the ending of its name, and by its first bytes. Where the two differ it is not read."""

import re
from dataclasses import dataclass
from pathlib import Path

from gcrm.common.language import say, to_say
from gcrm.platform.errors import InputRejected

HEAD_BYTES = 4_096


@dataclass(frozen=True, slots=True)
class Content:
    """What the first bytes of a file show. name: as a sentence says it; ending: the one that such a file has."""

    key: str
    name: str
    ending: str = ""


ZIP = Content("zip", to_say("a packed file (zip)"), ".zip")
OLD_OFFICE = Content("ole", to_say("a file of an old Office format, or one locked with a password"))
GEOPACKAGE = Content("sqlite", to_say("a GeoPackage"), ".gpkg")
FLATGEOBUF = Content("flatgeobuf", "FlatGeobuf", ".fgb")
SHAPEFILE = Content("shapefile", to_say("a shapefile"), ".shp")
JSON = Content("json", "JSON", ".json")
GML = Content("gml", "GML", ".gml")
KML = Content("kml", "KML", ".kml")
XML = Content("xml", "XML")
XML_SPREADSHEET = Content("spreadsheetml", to_say("an XML spreadsheet of 2003"), ".xls")
PAGE = Content("page", to_say("a web page"), ".html")
VCARD = Content("vcard", to_say("a vCard"), ".vcf")
CALENDAR = Content("calendar", to_say("a calendar"), ".ics")
EXTRACT = Content("pbf", to_say("an OpenStreetMap extract"), ".osm.pbf")
TEXT = Content("text", to_say("text"), ".txt")

_MAGIC: tuple[tuple[bytes, Content], ...] = (
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\xd0\xcf\x11\xe0", OLD_OFFICE),
    (b"SQLite format 3\0", GEOPACKAGE),
    (b"fgb\x03fgb", FLATGEOBUF),
    (b"\x00\x00\x27\x0a", SHAPEFILE),
    (b"%PDF-", Content("pdf", to_say("a PDF"), ".pdf")),
    (b"{\\rtf", Content("rtf", to_say("a Rich Text document"), ".rtf")),
    (b"\x1f\x8b", Content("gzip", to_say("a packed file (gzip)"), ".gz")),
    (b"BZh", Content("bzip2", to_say("a packed file (bzip2)"), ".bz2")),
    (b"7z\xbc\xaf\x27\x1c", Content("7z", to_say("a packed file (7z)"), ".7z")),
    (b"Rar!", Content("rar", to_say("a packed file (rar)"), ".rar")),
    (b"\x89PNG\r\n\x1a\n", Content("png", to_say("a picture"), ".png")),
    (b"\xff\xd8\xff", Content("jpeg", to_say("a picture"), ".jpg")),
    (b"GIF8", Content("gif", to_say("a picture"), ".gif")),
    (b"PAR1", Content("parquet", to_say("a Parquet file"), ".parquet")),
)

_ROOT = re.compile(rb"<\s*(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_NOT_ROOT = re.compile(rb"<\?.*?\?>|<!--.*?-->|<!DOCTYPE\b[^<>\[]*>", re.DOTALL | re.IGNORECASE)


def head_of(path: Path) -> bytes:
    """The first bytes of a file. Raises InputRejected for one that cannot be read, or is no file at all."""
    try:
        if not path.is_file():
            raise InputRejected(say("There is no file {path}.", path=path), say("Check the name of the file."))
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except (OSError, ValueError) as error:
        if isinstance(error, InputRejected):
            raise
        why = getattr(error, "strerror", None) or error
        raise InputRejected(
            say("{path} cannot be read: {why}.", path=path, why=why), say("Check the name of the file.")
        ) from error


def content_of(head: bytes) -> Content:
    """What a file holds that begins with these bytes."""
    for magic, content in _MAGIC:
        if head.startswith(magic):
            return content
    if b"OSMHeader" in head[:64]:
        return EXTRACT
    text = _as_ascii(head).lstrip(b" \t\r\n")
    if text.startswith(b"<"):
        return _markup(text)
    if text.startswith((b"{", b"[")) and _is_json(text):
        return JSON
    upper = text[:16].upper()
    if upper.startswith(b"BEGIN:VCARD"):
        return VCARD
    return CALENDAR if upper.startswith(b"BEGIN:VCALENDAR") else TEXT


def _is_json(text: bytes) -> bool:
    """Whether a brace or bracket begins JSON and not a cell such as "[id];name"."""
    after = text[1:].lstrip(b" \t\r\n")[:1]
    if text.startswith(b"{"):
        return after in {b'"', b"}", b""}
    return after in {b"{", b"[", b"]", b""}


def _markup(text: bytes) -> Content:
    if text[:9].lower() == b"<!doctype" and text[9:].lstrip()[:4].lower() == b"html":
        return PAGE
    root = _ROOT.search(_NOT_ROOT.sub(b" ", text))
    name = root.group(1).lower() if root else b""
    if name in {b"html", b"table", b"body", b"head", b"meta", b"style"}:
        return PAGE
    if name == b"kml":
        return KML
    if name == b"workbook" and b"urn:schemas-microsoft-com:office:spreadsheet" in text:
        return XML_SPREADSHEET
    return GML if name.endswith(b"featurecollection") or b"opengis.net/gml" in text else XML


def _as_ascii(head: bytes) -> bytes:
    """The head without a byte order mark; of UTF-16 the letters that ASCII has."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[2:].replace(b"\0", b"")
    return head.removeprefix(b"\xef\xbb\xbf")


@dataclass(frozen=True, slots=True)
class LayerKind:
    """A kind of file that GDAL reads. driver: the only one that may."""

    name: str
    driver: str
    content: Content


LAYER_KINDS: dict[str, LayerKind] = {
    ".geojson": LayerKind("GeoJSON", "GeoJSON", JSON),
    ".json": LayerKind("GeoJSON", "GeoJSON", JSON),
    ".gpkg": LayerKind("GeoPackage", "GPKG", GEOPACKAGE),
    ".shp": LayerKind(to_say("shapefile"), "ESRI Shapefile", SHAPEFILE),
    ".fgb": LayerKind("FlatGeobuf", "FlatGeobuf", FLATGEOBUF),
    ".gml": LayerKind("GML", "GML", GML),
    ".kml": LayerKind("KML", "LIBKML", KML),
}
"""Ending -> kind. One driver for each."""


def layer_kind(path: Path) -> LayerKind:
    """The kind that a file's name claims, once its first bytes bear that out.

    Raises InputRejected where they do not, and for a name that claims none of them.
    """
    kind = LAYER_KINDS.get(path.suffix.casefold())
    if kind is None:
        raise InputRejected(
            say("{path} has an ending that is not known.", path=path.name),
            say("Give GeoJSON, GeoPackage, shapefile, FlatGeobuf, KML or GML."),
        )
    head = head_of(path)
    found = content_of(head)
    if not head.strip():
        raise InputRejected(
            say("{path} is empty.", path=path.name), say("Save it anew as {kind}.", kind=say(kind.name))
        )
    # What is wrong with JSON, and in which line, is for the reader of JSON to say.
    if found is not kind.content and not (kind.content is JSON and found is TEXT):
        raise InputRejected(*mismatch(path, found, say(kind.name)))
    return kind


def mismatch(path: Path, found: Content, claimed: str) -> tuple[str, str]:
    """Fault and remedy for a file that holds something else than its name says."""
    again = say("Save it anew as {kind}.", kind=claimed)
    if found is TEXT:
        return say("{path} is damaged or cut off, or no {kind}.", path=path.name, kind=claimed), again
    if found.ending in {*LAYER_KINDS, ZIP.ending, VCARD.ending}:
        again = say("Give it the ending {ending}, or save it anew as {kind}.", ending=found.ending, kind=claimed)
    fault = say("{path} holds {found}, not {claimed}.", path=path.name, found=say(found.name), claimed=claimed)
    return fault, again
