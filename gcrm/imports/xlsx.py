"""Spreadsheets as tables."""

import html
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from zipfile import ZipFile

from gcrm.common.language import number, say
from gcrm.imports.packed import parts_of
from gcrm.imports.table import AS_FOUND, MOST_COLUMNS, MOST_ROWS, ReadAs, Row, Table
from gcrm.imports.worksheets import Sheet, cell_text, sheet_of, table_of_sheets
from gcrm.platform.errors import InputRejected

_HIDDEN_ROW = re.compile(rb'<row\b[^>]*\bhidden="(?:1|true)"')


def read_xlsx(path: Path, read_as: ReadAs = AS_FOUND) -> Table:
    """The worksheet that holds accounts. Formulas count as the value they had when the file was saved.

    Where several do, the one that is understood best is taken, and the table names them all for a person to choose.
    Raises InputRejected for a damaged or locked file, one that unpacks to far more than it is, one with no rows, and
    where there is no worksheet of the name that a person has said.
    """
    parts_of(path)
    # By its content: openpyxl refuses a name that does not end in .xlsx.
    with path.open("rb") as stream:
        sheets = _sheets(stream, path.name, read_as)
    hidden_rows = _hidden_rows(path)
    return table_of_sheets(sheets, path.name, read_as, "xlsx", hidden_rows)


def _sheets(stream: IO[bytes], name: str, read_as: ReadAs) -> list[Sheet]:
    """All worksheets that have rows, in their order."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except (KeyError, ValueError, zipfile.BadZipFile, OSError, SyntaxError) as error:
        raise InputRejected(
            say("{name} is damaged, or no XLSX file.", name=name), say("Save it anew as XLSX or CSV.")
        ) from error
    found: list[Sheet] = []
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            hidden = sheet.sheet_state != "visible"
            found += sheet_of(str(sheet.title), list(_rows(sheet, name)), read_as, is_hidden=hidden)
    except (zipfile.BadZipFile, SyntaxError, ValueError) as error:
        raise InputRejected(
            say("{name} is damaged: a sheet cannot be read.", name=name), say("Save it anew as XLSX or CSV.")
        ) from error
    finally:
        book.close()
    return found


def _hidden_rows(path: Path) -> dict[str, int]:
    """Worksheet to how many of its rows are hidden, by a filter or by hand, which the reader of cells does not say."""
    found: dict[str, int] = {}
    with ZipFile(path) as packed:
        for name, part in _parts_of_sheets(packed).items():
            with packed.open(part) as stream:
                rest, count = b"", 0
                while some := stream.read(1_000_000):
                    block = rest + some
                    count += len(_HIDDEN_ROW.findall(block))
                    cut = block.rfind(b"<row ")
                    rest = block[cut:] if cut >= 0 and not _HIDDEN_ROW.match(block, cut) else b""
                    rest = rest[:2_000] if b">" not in rest[:2_000] else b""
                found[name] = count
    return found


def _parts_of_sheets(packed: ZipFile) -> dict[str, str]:
    """Worksheet to the part of the file that it is in; none where the book does not say."""
    try:
        book = packed.read("xl/workbook.xml")[:5_000_000].decode("utf-8", errors="replace")
        links = packed.read("xl/_rels/workbook.xml.rels")[:5_000_000].decode("utf-8", errors="replace")
    except KeyError:
        return {}
    targets = {}
    for link in re.findall(r"<Relationship\b[^>]*>", links):
        number, target = re.search(r'\bId="([^"]+)"', link), re.search(r'\bTarget="([^"]+)"', link)
        if number and target:
            targets[number[1]] = target[1].removeprefix("/xl/").removeprefix("/")
    names = set(packed.namelist())
    found = {}
    for sheet in re.findall(r"<sheet\b[^>]*>", book):
        title, number = re.search(r'\bname="([^"]*)"', sheet), re.search(r'\br:id="([^"]+)"', sheet)
        part = f"xl/{targets.get(number[1], '')}" if number else ""
        if title and part in names:
            found[html.unescape(title[1])] = part
    return found


def _rows(sheet: Any, name: str) -> Iterator[Row]:
    count = 0
    for at, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        if len(values) > MOST_COLUMNS and any(value is not None for value in values[MOST_COLUMNS:]):
            raise InputRejected(
                say("{name} has over {most_columns} columns.", name=name, most_columns=number(MOST_COLUMNS)),
                say("Take out what is not of accounts."),
            )
        cells = tuple(cell_text(value) for value in values[:MOST_COLUMNS])
        if any(cells):
            count += 1
            if count > MOST_ROWS:
                raise InputRejected(
                    say("{name} has over {most_rows} rows.", name=name, most_rows=number(MOST_ROWS)),
                    say("Split it into smaller files."),
                )
            yield Row(at, cells)
