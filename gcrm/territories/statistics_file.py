"""Files of statistics: which of their rows holds the headings, whatever these are."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from gcrm.common.language import to_say
from gcrm.imports.columns import fold_heading
from gcrm.imports.read import read_table
from gcrm.imports.table import HeadingScore, ReadAs, Subject, Table
from gcrm.territories.statistics import number_in

YEARS = range(1900, 2101)


class _Words(HeadingScore):
    """Headings are the first row with most words, as no heading is known beforehand; a year is a heading too."""

    def __init__(self) -> None:
        super().__init__(lambda _: True, fold_heading)

    def __call__(self, cells: Sequence[str]) -> int:
        """How many words there are, then how many cells; 0 for a title, which stands alone."""
        filled = [cell.strip() for cell in cells if cell.strip()]
        if len(filled) < 2:
            return 0
        return 1_000 * sum(_is_word(cell) for cell in filled) + len(filled)


def read_statistics(file: Path) -> Table:
    """Read a table of statistics: CSV or a spreadsheet. Raises InputRejected where it cannot be read."""
    return read_table(file, ReadAs(subject=_of_statistics()))


def _is_word(cell: str) -> bool:
    number = number_in(cell)
    return number is None or (cell.isdecimal() and len(cell) == 4 and int(cell) in YEARS)


@cache
def _of_statistics() -> Subject:
    return Subject(to_say("statistics"), _Words(), lambda headings: len(headings) > 1)
