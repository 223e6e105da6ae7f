"""Spreadsheets as tables."""

import html
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any
from zipfile import ZipFile

from gcrm.imports.columns import heading_score, map_columns
from gcrm.imports.packed import parts_of
from gcrm.imports.table import (
    ALL_SHEETS,
    AS_FOUND,
    HEADER_WITHIN,
    MOST_COLUMNS,
    MOST_ROWS,
    ReadAs,
    Row,
    Table,
    as_headings,
    stacked,
)
from gcrm.platform.errors import InputRejected

_HIDDEN_ROW = re.compile(rb'<row\b[^>]*\bhidden="(?:1|true)"')


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A worksheet: its rows, which of them is that of the headings, and how well those are understood."""

    name: str
    is_hidden: bool
    rows: list[Row]
    heading: int
    merit: int

    @property
    def has_accounts(self) -> bool:
        """Whether a column holds names, and a row below the headings says something."""
        if self.merit == 0 or len(self.rows) <= self.heading + 1:
            return False
        try:
            map_columns(as_headings(self.rows[self.heading].cells))
        except InputRejected:
            return False
        return True


def read_xlsx(path: Path, read_as: ReadAs = AS_FOUND) -> Table:
    """The worksheet that holds accounts. Formulas count as the value they had when the file was saved.

    Where several do, the one that is understood best is taken, and the table names them all for a person to choose.
    Raises InputRejected for a damaged or locked file, one that unpacks to far more than it is, one with no rows, and
    where there is no worksheet of the name that a person has said.
    """
    parts_of(path)
    # By its content: openpyxl refuses a name that does not end in .xlsx.
    with path.open("rb") as stream:
        sheets = _sheets(stream, path.name)
    hidden_rows = _hidden_rows(path)
    if not sheets:
        raise InputRejected(f"{path.name} is empty.", "Give a sheet with a row of headings and a row for each account.")
    chosen, candidates = _chosen(sheets, read_as.sheet, path.name)
    remarks = [
        f"Worksheet {sheet.name!r} is hidden, and is not read." for sheet in sheets if _is_passed_over(sheet, chosen)
    ]
    others = [sheet.name for sheet in sheets if sheet not in chosen and not sheet.is_hidden and sheet not in candidates]
    if others:
        remarks.append(f"Worksheets without accounts, not read: {', '.join(others)}.")
    left = [sheet.name for sheet in candidates if sheet not in chosen]
    if left:
        remarks.append(f"Worksheet {chosen[0].name!r} is read; {', '.join(map(repr, left))} holds accounts too.")
    remarks += [
        f"{hidden_rows[sheet.name]:,} hidden rows of worksheet {sheet.name!r} are read too."
        for sheet in chosen
        if hidden_rows.get(sheet.name)
    ]
    headings, rows = stacked([_table(sheet) for sheet in chosen])
    names = tuple(sheet.name for sheet in candidates) if len(candidates) > 1 else ()
    return Table(headings, rows, "xlsx", "", tuple(remarks), sheets=names, sheet=read_as.sheet)


def _sheets(stream: IO[bytes], name: str) -> list[_Sheet]:
    """All worksheets that have rows, in their order."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except (KeyError, ValueError, zipfile.BadZipFile, OSError, SyntaxError) as error:
        raise InputRejected(f"{name} is damaged, or no XLSX file.", "Save it anew as XLSX or CSV.") from error
    score = heading_score()
    found = []
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            rows = list(_rows(sheet, name))
            merits = [score(row.cells) for row in rows[:HEADER_WITHIN]]
            if merits:
                hidden = sheet.sheet_state != "visible"
                found.append(_Sheet(str(sheet.title), hidden, rows, merits.index(max(merits)), max(merits)))
    except (zipfile.BadZipFile, SyntaxError, ValueError) as error:
        raise InputRejected(f"{name} is damaged: a sheet cannot be read.", "Save it anew as XLSX or CSV.") from error
    finally:
        book.close()
    return found


def _chosen(sheets: list[_Sheet], said: str, name: str) -> tuple[list[_Sheet], list[_Sheet]]:
    """The worksheets to read, and all that could be. A hidden one counts only where none that is shown has accounts."""
    shown = [sheet for sheet in sheets if sheet.has_accounts and not sheet.is_hidden]
    candidates = shown or [sheet for sheet in sheets if sheet.has_accounts]
    if said == ALL_SHEETS and not any(sheet.name == ALL_SHEETS for sheet in sheets):
        return candidates or [max(sheets, key=lambda one: one.merit)], candidates
    if said:
        found = next((sheet for sheet in sheets if sheet.name.strip().casefold() == said.strip().casefold()), None)
        if found is None:
            named = ", ".join(sheet.name for sheet in sheets)
            raise InputRejected(f"{name} has no worksheet {said!r} with rows.", f"It has {named}.")
        return [found], candidates
    best = max(candidates or sheets, key=lambda one: (not one.is_hidden, one.merit))
    return [best], candidates


def _is_passed_over(sheet: _Sheet, chosen: list[_Sheet]) -> bool:
    """Whether a hidden worksheet holds accounts that are not read."""
    return sheet.is_hidden and sheet not in chosen and sheet.has_accounts and sheet.merit > 1


def _table(sheet: _Sheet) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    headings = as_headings(sheet.rows[sheet.heading].cells)
    while headings and not headings[-1]:
        headings = headings[:-1]
    return headings, tuple(_as_wide(row, len(headings)) for row in sheet.rows[sheet.heading + 1 :])


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
    return str(value)


def _as_wide(row: Row, width: int) -> Row:
    """The row with as many cells as there are headings: sheets leave out empty ones at the end, or add some."""
    cells = row.cells[:width] + ("",) * (width - len(row.cells))
    surplus = tuple(cell for cell in row.cells[width:] if cell)
    return Row(row.number, cells + surplus)
