"""Any file of accounts as a table: CSV and its kin, spreadsheets, GeoJSON, GeoPackage, shapefile, vCard, also zipped.

Which reader opens a file is decided here and nowhere else. What GDAL reads goes by the ending, and the content must
bear it out. What our own readers take (tables, spreadsheets, business cards) goes by the content, since a spreadsheet
is often saved under the name of a CSV, and what goes by the name .xls may be the old Excel format, XLSX, XML of 2003,
a table of a web page, or text.
"""

from dataclasses import dataclass
from pathlib import Path

from gcrm.common.language import number, say, to_say
from gcrm.imports.columns import subject_of
from gcrm.imports.packed import check_shapefile, parts_of, read_packed
from gcrm.imports.page_tables import is_web_archive, read_page
from gcrm.imports.table import AS_FOUND, MOST_BYTES, ReadAs, Table, read_csv
from gcrm.platform.errors import InputRejected
from gcrm.platform.files import kinds
from gcrm.platform.files.kinds import LAYER_KINDS, content_of, head_of
from gcrm.platform.files.parsing import parsing

LEAST_COLUMNS = 2
"""Headings that are understood in text under the name of a spreadsheet; less is what is left of a damaged one."""
XLSX, XLSB, ODS = "xlsx", "xlsb", "ods"
KINDS = to_say("CSV, XLSX, GeoJSON, GeoPackage, shapefile or vCard")
_SPREADSHEETS = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
_DOCUMENTS = frozenset({".pdf", ".doc", ".docx"})


@dataclass(frozen=True, slots=True)
class _Packed:
    """A kind of packed document that is not read, the files inside that tell it, and what to do."""

    name: str
    parts: frozenset[str]
    remedy: str


_OTHER_PACKED = (
    _Packed(
        to_say("an Apple Numbers document"),
        frozenset({"Index/Document.iwa", "Index.zip"}),
        to_say("Open it in Numbers, choose File > Export To > Excel, and import that file."),
    ),
    _Packed(
        to_say("a Word document"),
        frozenset({"word/document.xml"}),
        to_say("Copy the table into a spreadsheet and save it as XLSX or CSV."),
    ),
)


def read_table(path: Path, read_as: ReadAs = AS_FOUND) -> Table:
    """Read a file of accounts, or of what `read_as` says, which then is a table or a spreadsheet.

    Raises InputRejected where it cannot be read, is too large, holds something else than its name says, or is nothing
    that holds accounts.
    """
    head = head_of(path)
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise InputRejected(
            say("{path} has {size} MB.", path=path.name, size=number(size / 1e6)),
            say("Split it into files of at most {most_bytes} MB.", most_bytes=number(MOST_BYTES / 1e6)),
        )
    if read_as.subject is not None and (path.suffix.casefold() in LAYER_KINDS or content_of(head) is kinds.VCARD):
        raise InputRejected(
            say("{path} is no table of {noun}.", path=path.name, noun=say(read_as.subject.noun)),
            say("Save it as CSV or XLSX."),
        )
    with parsing(path, say("Save it anew as {kinds}.", kinds=say(KINDS))):
        return _read(path, head, read_as)


def _read(path: Path, head: bytes, read_as: ReadAs) -> Table:
    ending, content = path.suffix.casefold(), content_of(head)
    if content is kinds.OLD_OFFICE:
        if ending in LAYER_KINDS or ending == ".vcf":
            raise InputRejected(
                say("{path} is an old Office file under another name.", path=path.name), say("Give it the ending .xls.")
            )
        from gcrm.imports.old_excel import read_xls

        return read_xls(path, read_as)
    if content is kinds.ZIP:
        return _read_zip(path, ending, read_as)
    if ending in LAYER_KINDS:
        from gcrm.imports.layers import read_layer

        if ending == ".shp":
            check_shapefile(path)
        return read_layer(path, read_as)
    if content is kinds.VCARD:
        from gcrm.imports.vcard import read_vcards

        return read_vcards(path, read_as)
    if content is kinds.XML_SPREADSHEET:
        from gcrm.imports.xml_spreadsheet import read_xml_spreadsheet

        return read_xml_spreadsheet(path, read_as)
    if content is kinds.PAGE or is_web_archive(head):
        return read_page(path, read_as)
    if content is not kinds.TEXT:
        raise InputRejected(*kinds.mismatch(path, content, _claimed(ending)))
    damaged = InputRejected(
        say("{path} is damaged, or no {ending} file.", path=path.name, ending=ending[1:].upper()),
        say("Save it as {kinds}.", kinds=say(KINDS)),
    )
    if ending in _DOCUMENTS:
        raise damaged
    if ending not in _SPREADSHEETS:
        return read_csv(path, subject_of(read_as).score, read_as)
    return _text_as_spreadsheet(path, read_as, damaged)


def _text_as_spreadsheet(path: Path, read_as: ReadAs, damaged: InputRejected) -> Table:
    """Text under the name of a spreadsheet, as many programs write it: columns whose headings are understood."""
    try:
        table = read_csv(path, subject_of(read_as).score, read_as)
    except InputRejected as error:
        raise damaged from error
    if len(table.headings) < LEAST_COLUMNS or subject_of(read_as).score(table.headings) < LEAST_COLUMNS:
        raise damaged
    return table


def _claimed(ending: str) -> str:
    """What a name says that a file is."""
    if ending == ".vcf":
        return "vCard"
    return "XLSX" if ending in _SPREADSHEETS else "CSV"


def _read_zip(path: Path, ending: str, read_as: ReadAs) -> Table:
    """A spreadsheet, which is a zip file inside, or the one file that a zip file holds."""
    names = {part.filename for part in parts_of(path)}
    if other := next((other for other in _OTHER_PACKED if other.parts & names), None):
        raise InputRejected(
            say("{path} is {other}, which is not read here.", path=path.name, other=say(other.name)), say(other.remedy)
        )
    if kind := _spreadsheet(names):
        if ending in LAYER_KINDS or ending == ".vcf":
            raise InputRejected(
                say("{path} is an {kind} file under another name.", path=path.name, kind=kind.upper()),
                say("Give it the ending .{kind}.", kind=kind),
            )
        if kind != XLSX:
            from gcrm.imports.other_workbooks import read_workbook

            return read_workbook(path, kind, read_as)
        from gcrm.imports.xlsx import read_xlsx

        return read_xlsx(path, read_as)
    if ending in _SPREADSHEETS or "mimetype" in names or "[Content_Types].xml" in names:
        raise InputRejected(
            say("{path} is a packed file, but no XLSX.", path=path.name), say("Save the sheet as XLSX or CSV.")
        )
    if ending in LAYER_KINDS:
        raise InputRejected(*kinds.mismatch(path, kinds.ZIP, LAYER_KINDS[ending].name))
    return read_packed(path, lambda file: _read_unpacked(file, read_as), what=say(subject_of(read_as).noun))


def _spreadsheet(names: set[str]) -> str:
    """Which format of spreadsheets a packed file with these parts is; "" for none."""
    if {"mimetype", "content.xml"} <= names:
        return ODS
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        return ""
    return XLSB if "xl/workbook.bin" in names else XLSX


def _read_unpacked(path: Path, read_as: ReadAs) -> Table:
    packed = content_of(head_of(path)) is kinds.ZIP
    if packed and not _spreadsheet({part.filename for part in parts_of(path)}):
        raise InputRejected(say("{stem} holds a packed file again.", stem=path.stem), say("Unpack it once."))
    return read_table(path, read_as)
