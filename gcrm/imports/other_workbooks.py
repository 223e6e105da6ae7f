"""Workbooks of LibreOffice (ODS) and Excel's binary ones (XLSB), read by calamine."""

import re
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from gcrm.common.language import number, say
from gcrm.imports.packed import parts_of
from gcrm.imports.table import AS_FOUND, MOST_COLUMNS, MOST_ROWS, ReadAs, Row, Table
from gcrm.imports.worksheets import Sheet, cell_text, sheet_of, table_of_sheets
from gcrm.platform.errors import InputRejected

ODS = "ods"
MOST_REPEATED = 2_000_000
"""A few letters of ODS can stand for any number of cells that all say the same; more than these are no list."""

_ROW = re.compile(rb"<table:table-row\b[^>]*>|<table:table-cell\b[^>]*>")
_ROWS, _COLUMNS = (re.compile(rb'number-%s-repeated="(\d{1,12})"' % what) for what in (b"rows", b"columns"))


def read_workbook(path: Path, kind: str, read_as: ReadAs = AS_FOUND) -> Table:
    """The worksheet that holds accounts. Formulas count as the value they had when the file was saved.

    kind: "ods" or "xlsb". Raises InputRejected as `read_xlsx` does.
    """
    import python_calamine

    parts_of(path)
    if kind == ODS:
        with ZipFile(path) as packed:
            if b"spreadsheet" not in packed.read("mimetype"):
                raise InputRejected(
                    say("{name} is an OpenDocument file, but no spreadsheet.", name=path.name),
                    say("Copy the table into a spreadsheet and save it as ODS, XLSX or CSV."),
                )
        _refuse_floods(path)
    damaged = InputRejected(
        say("{name} is damaged, locked with a password, or no {kind} file.", name=path.name, kind=kind.upper()),
        say("Open it in a spreadsheet and save it as XLSX or CSV, without a password."),
    )
    sheets: list[Sheet] = []
    try:
        # By its content: from the name calamine would guess another format.
        with path.open("rb") as stream, python_calamine.CalamineWorkbook.from_filelike(stream) as book:
            for at, told in enumerate(book.sheets_metadata):
                if told.typ is python_calamine.SheetTypeEnum.WorkSheet:
                    rows = list(_rows(book.get_sheet_by_index(at), path.name))
                    hidden = told.visible is not python_calamine.SheetVisibleEnum.Visible
                    sheets += sheet_of(told.name, rows, read_as, is_hidden=hidden)
    except (python_calamine.CalamineError, OSError) as error:
        raise damaged from error
    return table_of_sheets(sheets, path.name, read_as, kind)


def _rows(sheet: Any, name: str) -> Iterator[Row]:
    first = sheet.start[0] if sheet.start else 0
    count = 0
    for at, values in enumerate(sheet.iter_rows(), start=first + 1):
        if len(values) > MOST_COLUMNS and any(value != "" for value in values[MOST_COLUMNS:]):
            raise InputRejected(
                say("{name} has over {most_columns} columns.", name=name, most_columns=number(MOST_COLUMNS)),
                say("Take out what is not of accounts."),
            )
        cells = tuple(_text(value) for value in values[:MOST_COLUMNS])
        if any(cells):
            count += 1
            if count > MOST_ROWS:
                raise InputRejected(
                    say("{name} has over {most_rows} rows.", name=name, most_rows=number(MOST_ROWS)),
                    say("Split it into smaller files."),
                )
            yield Row(at, cells)


def _text(value: Any) -> str:
    if isinstance(value, time):
        return f"{value:%H:%M:%S}" if value.second else f"{value:%H:%M}"
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60:02}:{minutes % 60:02}"
    return cell_text(value)


def _refuse_floods(path: Path) -> None:
    """Raises InputRejected where cells that say something are repeated beyond any list."""
    with ZipFile(path) as packed:
        content = packed.read("content.xml")
    cells, rows = 0, 1
    for found in _ROW.finditer(content):
        tag = found.group()
        if tag.startswith(b"<table:table-row"):
            repeated = _ROWS.search(tag)
            rows = int(repeated[1]) if repeated else 1
        elif not tag.endswith(b"/>") or b"-value=" in tag or b":value=" in tag:
            repeated = _COLUMNS.search(tag)
            columns = int(repeated[1]) if repeated else 1
            if rows > 1 or columns > 1:
                cells += rows * columns
    if cells > MOST_REPEATED:
        raise InputRejected(
            say("{name} repeats cells {cells} times.", name=path.name, cells=number(cells)),
            say("Save only the rows of the list, as XLSX or CSV."),
        )
