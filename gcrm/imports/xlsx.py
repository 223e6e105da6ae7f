"""Spreadsheets as tables."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from gcrm.imports.columns import heading_score
from gcrm.imports.packed import parts_of
from gcrm.imports.table import HEADER_WITHIN, MOST_COLUMNS, MOST_ROWS, Row, Table, as_headings
from gcrm.platform.errors import InputRejected


def read_xlsx(path: Path) -> Table:
    """The sheet whose headings are best understood. Formulas count as the value they had when the file was saved.

    Raises InputRejected for a damaged or locked file, one that unpacks to far more than it is, and one with no rows.
    """
    parts_of(path)
    # By its content: openpyxl refuses a name that does not end in .xlsx.
    with path.open("rb") as stream:
        return _read_book(stream, path)


def _read_book(stream: IO[bytes], path: Path) -> Table:
    import openpyxl

    try:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except (KeyError, ValueError, zipfile.BadZipFile, OSError, SyntaxError) as error:
        raise InputRejected(f"{path.name} is damaged, or no XLSX file.", "Save it anew as XLSX or CSV.") from error
    score = heading_score()
    best: tuple[tuple[bool, bool, int], int, list[Row]] | None = None
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            rows = list(_rows(sheet, path.name))
            merits = [score(row.cells) for row in rows[:HEADER_WITHIN]]
            # A hidden sheet counts only where none that is shown has accounts.
            merit = (max(merits, default=0) > 0, sheet.sheet_state == "visible", max(merits, default=0))
            if merits and (best is None or merit > best[0]):
                best = (merit, merits.index(max(merits)), rows)
    except (zipfile.BadZipFile, SyntaxError, ValueError) as error:
        raise InputRejected(
            f"{path.name} is damaged: a sheet cannot be read.", "Save it anew as XLSX or CSV."
        ) from error
    finally:
        book.close()
    if best is None:
        raise InputRejected(f"{path.name} is empty.", "Give a sheet with a row of headings and a row for each account.")
    _, heading, rows = best
    headings = as_headings(rows[heading].cells)
    while headings and not headings[-1]:
        headings = headings[:-1]
    width = len(headings)
    return Table(headings, tuple(_as_wide(row, width) for row in rows[heading + 1 :]), "xlsx", "")


def _rows(sheet: Any, name: str) -> Iterator[Row]:
    count = 0
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        if len(values) > MOST_COLUMNS and any(value is not None for value in values[MOST_COLUMNS:]):
            raise InputRejected(f"{name} has over {MOST_COLUMNS:,} columns.", "Take out what is not of accounts.")
        cells = tuple(_text(value) for value in values[:MOST_COLUMNS])
        if any(cells):
            count += 1
            if count > MOST_ROWS:
                raise InputRejected(f"{name} has over {MOST_ROWS:,} rows.", "Split it into smaller files.")
            yield Row(number, cells)


def _text(value: Any) -> str:
    """A cell as a person reads it: 9490.0 is 9490, a day has no time."""
    if value is None:
        return ""
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) == (0, 0, 0):
        return value.date().isoformat()
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()


def _as_wide(row: Row, width: int) -> Row:
    """The row with as many cells as there are headings: sheets leave out empty ones at the end, or add some."""
    cells = row.cells[:width] + ("",) * (width - len(row.cells))
    surplus = tuple(cell for cell in row.cells[width:] if cell)
    return Row(row.number, cells + surplus)
