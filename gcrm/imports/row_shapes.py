"""Rows that have more or fewer cells than the headings, and rows that are no accounts at all: units, totals."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gcrm.common.language import say, say_n
from gcrm.common.text import joined, tokens
from gcrm.imports.table import Row, Table
from gcrm.imports.words import row_words
from gcrm.platform.errors import InputRejected

UNITS_WITHIN = 3
"""Rows under the headings among which units and types of the columns are looked for."""
_UNIT = re.compile(
    r"[(\[{<].{1,25}[)\]}>]|(zahl|text|datum|string|number|date|integer|int|char|varchar|float|decimal|boolean|bool|nummer|numeric|"
    r"alphanumerisch|texte|nombre|texto|numero|testo|testi|tekst|liczba|pflichtfeld|optional|required|mandatory|unit|einheit|"
    r"m|km|kg|chf|eur|usd|°|grad|deg|degrees|min|minutes|minuten|tage|days|dd\.mm\.yyyy|tt\.mm\.jjjj|yyyy-mm-dd|n/a|-+|=+|_+)"
    r"(\s*\(\d+\))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Shaped:
    """The rows as wide as the headings where nothing speaks against it; told: what was done, by the line of the row."""

    rows: tuple[Row, ...]
    told: dict[int, str]


def shaped(table: Table) -> Shaped:
    """Take empty cells off the end of rows that are too long, and fill rows up that leave out their last cells.

    Rows that a line break has cut in two, and rows of one cell, stay as they are, to be rejected.
    """
    width = len(table.headings)
    if all(len(row.cells) == width for row in table.rows):
        return Shaped(table.rows, {})
    told: dict[int, str] = {}
    rows: list[Row] = []
    for at, row in enumerate(table.rows):
        count = len(row.cells)
        if count > width and not any(cell.strip() for cell in row.cells[width:]):
            rows.append(Row(row.number, row.cells[:width]))
        elif count < width and _leaves_out(table.rows, at, width):
            told[row.number] = say(
                "Has {count} cells where the headings have {width}; the others count as empty.",
                count=count,
                width=width,
            )
            rows.append(Row(row.number, row.cells + ("",) * (width - count)))
        else:
            rows.append(row)
    return Shaped(tuple(rows), told)


def _leaves_out(rows: Sequence[Row], at: int, width: int) -> bool:
    count = len(rows[at].cells)
    if any("\n" in cell for cell in rows[at].cells):
        # A quote that was not closed has swallowed the lines below.
        return False
    if count < 2 or sum(bool(cell.strip()) for cell in rows[at].cells) < 2:
        return False
    beside = [len(rows[one].cells) for one in (at - 1, at + 1) if 0 <= one < len(rows)]
    return not any(other < width and count + other in {width, width + 1} for other in beside)


LEAST_HEADINGS = 2
"""A line of one cell under more headings than this is a remark, such as "Copyright (c) 2026", and no row cut off."""


def no_account(row: Row, place: int, headings: Sequence[str], *, of_orders: bool = False) -> str:
    """Why a row is none of an account: units or types of the columns, totals, the headings again; "" where it may be.

    place: of the row among all, from 0. of_orders: whether the rows are to be orders rather than accounts.
    """
    filled = [cell.strip() for cell in row.cells if cell.strip()]
    if not filled:
        return ""
    if place < UNITS_WITHIN and len(filled) > 1 and all(_UNIT.fullmatch(cell) for cell in filled):
        if of_orders:
            return say("Tells the units or types of the columns, and no order.")
        return say("Tells the units or types of the columns, and no account.")
    if len(filled) > 1 and [cell.strip().casefold() for cell in row.cells] == [cell.casefold() for cell in headings]:
        return say("Repeats the headings.")
    if len(row.cells) == 1 and len(headings) > LEAST_HEADINGS:
        return say("Is a line of text, and no order.") if of_orders else say("Is a line of text, and no account.")
    first = tokens(filled[0].rstrip(":"))
    if first and (
        joined(first) in row_words("totals")
        or (first[0] in row_words("totals") and len(first) <= 2 and _is_count(filled[0]))
    ):
        others = [cell for cell in filled[1:] if joined(tokens(cell)) not in row_words("totals")]
        if all(_is_number(cell) for cell in others):
            return say("Is a row of totals, and no order.") if of_orders else say("Is a row of totals, and no account.")
    return ""


def unlike_headings(cells: int, width: int, lines: int = 0) -> InputRejected:
    """Why a row of so many cells is not of headings of that width; lines: line breaks in one of its cells."""
    values = {"count": cells, "width": width}
    if lines:
        return InputRejected(
            say_n(
                "Has {count} cells where the headings have {width}: a quote is opened in it and closed only {n} line"
                " further on.",
                "Has {count} cells where the headings have {width}: a quote is opened in it and closed only {n} lines"
                " further on.",
                lines,
                **values,
            )
        )
    if cells < width:
        return InputRejected(say("Has {count} cells where the headings have {width}: it is cut off.", **values))
    return InputRejected(
        say(
            "Has {count} cells where the headings have {width}: a cell holds the delimiter and is not quoted.", **values
        )
    )


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"[A-Z€$£]{0,3}\s*[-+]?\d[\d\s.,'’]*\s*(%|[A-Za-z€$£]{0,9})", cell) is not None  # noqa: RUF001


def _is_count(cell: str) -> bool:
    return re.fullmatch(r"\D+[:\s]\s*\d[\d.,'’]*", cell) is not None  # noqa: RUF001
