"""The worksheets of a book, or the tables of a page: which of them hold what is looked for, and which one is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gcrm.common.language import number, say
from gcrm.imports.columns import subject_of
from gcrm.imports.encodings import Encoding
from gcrm.imports.table import ALL_SHEETS, HEADER_WITHIN, ReadAs, Row, Subject, Table, as_headings, stacked
from gcrm.platform.errors import InputRejected


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet: its rows, which of them is that of the headings, and how well those are understood."""

    name: str
    is_hidden: bool
    rows: list[Row]
    heading: int
    merit: int
    subject: Subject

    @property
    def is_of_subject(self) -> bool:
        """Whether the headings tell of what the file is read for, and a row below them says something."""
        if self.merit == 0 or len(self.rows) <= self.heading + 1:
            return False
        return self.subject.is_told_by(as_headings(self.rows[self.heading].cells))


def sheet_of(name: str, rows: Sequence[Row], read_as: ReadAs, *, is_hidden: bool = False) -> list[Sheet]:
    """A worksheet of these rows, none of which is blank; an empty list where there are none."""
    subject = subject_of(read_as)
    merits = [subject.score(row.cells) for row in rows[:HEADER_WITHIN]]
    return [Sheet(name, is_hidden, list(rows), merits.index(max(merits)), max(merits), subject)] if merits else []


def table_of_sheets(
    sheets: list[Sheet],
    name: str,
    read_as: ReadAs,
    encoding: str,
    hidden_rows: Mapping[str, int] | None = None,
    encodings: tuple[Encoding, ...] = (),
) -> Table:
    """The table of the worksheet that is understood best, or of the one that a person has said.

    Where several hold what the file is read for, the table names them all for a person to choose. name: of the file;
    hidden_rows: worksheet to how many of its rows are hidden.
    Raises InputRejected where there is no row, or no worksheet of the name that a person has said.
    """
    if not sheets:
        raise InputRejected(
            say("{name} is empty.", name=name), say("Give a sheet with a row of headings and rows below it.")
        )
    chosen, candidates = _chosen(sheets, read_as.sheet, name)
    remarks = [
        say("Worksheet {sheet!r} is hidden, and is not read.", sheet=sheet.name)
        for sheet in sheets
        if _is_passed_over(sheet, chosen)
    ]
    noun = say(subject_of(read_as).noun)
    others = [sheet.name for sheet in sheets if sheet not in chosen and not sheet.is_hidden and sheet not in candidates]
    if others:
        remarks.append(say("Worksheets without {noun}, not read: {others}.", noun=noun, others=", ".join(others)))
    left = [sheet.name for sheet in candidates if sheet not in chosen]
    if left:
        others_named = ", ".join(map(repr, left))
        remarks.append(
            say(
                "Worksheet {sheet!r} is read; {others} holds {noun} too.",
                sheet=chosen[0].name,
                others=others_named,
                noun=noun,
            )
        )
    hidden_rows = hidden_rows or {}
    remarks += [
        say(
            "{count} hidden rows of worksheet {sheet!r} are read too.",
            count=number(hidden_rows[sheet.name]),
            sheet=sheet.name,
        )
        for sheet in chosen
        if hidden_rows.get(sheet.name)
    ]
    headings, rows = stacked([_table(sheet) for sheet in chosen])
    names = tuple(sheet.name for sheet in candidates) if len(candidates) > 1 else ()
    return Table(
        headings,
        rows,
        encoding,
        "",
        tuple(remarks),
        encodings,
        sheets=names,
        sheet=read_as.sheet,
        of_cells=True,
    )


def _chosen(sheets: list[Sheet], said: str, name: str) -> tuple[list[Sheet], list[Sheet]]:
    """The worksheets to read, and all that could be. A hidden one counts only where no other will do."""
    shown = [sheet for sheet in sheets if sheet.is_of_subject and not sheet.is_hidden]
    candidates = shown or [sheet for sheet in sheets if sheet.is_of_subject]
    if said == ALL_SHEETS and not any(sheet.name == ALL_SHEETS for sheet in sheets):
        return candidates or [max(sheets, key=lambda one: one.merit)], candidates
    if said:
        found = next((sheet for sheet in sheets if sheet.name.strip().casefold() == said.strip().casefold()), None)
        if found is None:
            named = ", ".join(sheet.name for sheet in sheets)
            raise InputRejected(
                say("{name} has no worksheet {said!r} with rows.", name=name, said=said),
                say("It has {named}.", named=named),
            )
        return [found], candidates
    best = max(candidates or sheets, key=lambda one: (not one.is_hidden, one.merit))
    return [best], candidates


def _is_passed_over(sheet: Sheet, chosen: list[Sheet]) -> bool:
    """Whether a hidden worksheet holds what the file is read for, and is not read."""
    return sheet.is_hidden and sheet not in chosen and sheet.is_of_subject and sheet.merit > 1


def _table(sheet: Sheet) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    headings = as_headings(sheet.rows[sheet.heading].cells)
    while headings and not headings[-1]:
        headings = headings[:-1]
    return headings, tuple(_as_wide(row, len(headings)) for row in sheet.rows[sheet.heading + 1 :])


def cell_text(value: Any) -> str:
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
