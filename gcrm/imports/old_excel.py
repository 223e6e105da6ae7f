"""Workbooks of the old Excel format (.xls, BIFF), which many CRMs and ERPs still export."""

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gcrm.common.language import number, say, to_say
from gcrm.imports.table import AS_FOUND, MOST_COLUMNS, ReadAs, Row, Table
from gcrm.imports.worksheets import Sheet, cell_text, sheet_of, table_of_sheets
from gcrm.platform.errors import InputRejected

_AGAIN = to_say("Open it in a spreadsheet and save it as XLSX or CSV, without a password.")


def read_xls(path: Path, read_as: ReadAs = AS_FOUND) -> Table:
    """The worksheet that holds accounts. Formulas count as the value they had when the file was saved.

    The format holds at most 65,536 rows of 256 columns a sheet. Raises InputRejected as `read_xlsx` does.
    """
    import xlrd

    try:
        with Path(os.devnull).open("w", encoding="utf-8") as unheard:
            book = xlrd.open_workbook(
                file_contents=path.read_bytes(), on_demand=True, ragged_rows=True, logfile=unheard
            )
            sheets: list[Sheet] = []
            for number in range(book.nsheets):
                sheet = book.sheet_by_index(number)
                rows = list(_rows(sheet, book.datemode, path.name))
                sheets += sheet_of(str(sheet.name), rows, read_as, is_hidden=bool(sheet.visibility))
                book.unload_sheet(number)
    except (xlrd.XLRDError, xlrd.compdoc.CompDocError) as error:
        said = str(error)
        if "ncrypted" in said:
            raise InputRejected(say("{path} is locked with a password.", path=path.name), say(_AGAIN)) from error
        if "Can't find workbook" in said:
            # What other programs keep in such a file: a text document, or a workbook behind a password.
            raise InputRejected(
                say("{path} is no workbook, or one that is locked with a password.", path=path.name), say(_AGAIN)
            ) from error
        raise InputRejected(say("{path} is damaged, or no XLS file.", path=path.name), say(_AGAIN)) from error
    except (struct.error, IndexError, AssertionError) as error:
        raise InputRejected(say("{path} is damaged or cut off.", path=path.name), say(_AGAIN)) from error
    return table_of_sheets(sheets, path.name, read_as, "xls")


def _rows(sheet: Any, datemode: int, name: str) -> Iterator[Row]:
    for at in range(sheet.nrows):
        values = sheet.row_values(at)
        kinds = sheet.row_types(at)
        if len(values) > MOST_COLUMNS:
            raise InputRejected(
                say("{name} has over {most_columns} columns.", name=name, most_columns=number(MOST_COLUMNS)),
                say("Take out what is not of accounts."),
            )
        cells = tuple(_text(value, kind, datemode) for value, kind in zip(values, kinds, strict=True))
        if any(cells):
            yield Row(at + 1, cells)


def _text(value: Any, kind: int, datemode: int) -> str:
    """A cell as a person reads it; one that holds an error of a formula says nothing."""
    import xlrd

    if kind == xlrd.XL_CELL_ERROR:
        return ""
    if kind == xlrd.XL_CELL_BOOLEAN:
        return "True" if value else "False"
    if kind == xlrd.XL_CELL_DATE:
        try:
            return cell_text(xlrd.xldate.xldate_as_datetime(value, datemode))
        except (xlrd.xldate.XLDateError, OverflowError, ValueError):
            return cell_text(value)
    return cell_text(value)
