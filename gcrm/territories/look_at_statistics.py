"""A table of statistics before it is joined: of which regions it seems to be, by which column, and what would join."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gcrm.common.language import say
from gcrm.imports.table import Table
from gcrm.platform.errors import InputRejected, NotFound
from gcrm.territories.match_rows import (
    Matching,
    cell_at,
    column_of,
    columns_of_numbers,
    keys_in,
    keys_of,
    match,
    plain_key,
    values_by,
)
from gcrm.territories.model import Region
from gcrm.territories.statistics import PEOPLE, counts_people, kind_of, number_in
from gcrm.territories.statistics_file import read_statistics
from gcrm.transaction import Transaction

LOOKED_AT = 2_000
"""Rows from which the key column is guessed."""
FEW = 3


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """A column of numbers. name: what it would be called here; known: matched rows with a number.

    sample: its first cells. replaces: whether regions know one of that name already.
    """

    heading: str
    name: str
    known: int
    sample: tuple[str, ...]
    replaces: bool


@dataclass(frozen=True, slots=True)
class StatisticsLook:
    """What joining would do. set_name, on, by: as they were given, or as they fit best.

    headings: of the table; keys: what the regions can be told apart by; matching: None where nothing is comparable.
    """

    set_name: str
    on: str
    by: str
    headings: tuple[str, ...]
    keys: tuple[str, ...]
    rows: int
    matching: Matching
    columns: tuple[ColumnSeen, ...]

    @property
    def matched(self) -> int:
        """Regions that would get numbers."""
        return len(self.matching.row_of)


def look_at_statistics(
    tx: Transaction, file: Path, set_name: str = "", on: str = "", by: str | None = None
) -> StatisticsLook:
    """Look at a table. What is not given is proposed: the set, its key and the table's column that agree most.

    Raises InputRejected for a table that cannot be read or has no such column, NotFound for a set that is not there.
    """
    table = read_statistics(file)
    if not table.rows:
        raise InputRejected(say("{file} has no rows.", file=file.name), say("Choose a table with a row a region."))
    sets = {name: tx.regions.of_set(name) for name in ([set_name] if set_name else tx.regions.sets())}
    if not any(sets.values()):
        known = ", ".join(tx.regions.sets()) or say("none")
        raise NotFound(
            say("There are no regions called {set_name!r}.", set_name=set_name),
            say("The sets are {known}.", known=known),
        )
    columns = [column_of(table.headings, on, file)] if on else list(range(len(table.headings)))
    name, column, key = _fit(table, sets, columns, by)
    regions = sets[name]
    matching = match(regions, keys_in(table, column), key)
    return StatisticsLook(
        name,
        table.headings[column],
        key,
        tuple(table.headings),
        tuple(keys_of(regions)),
        len(table.rows),
        matching,
        tuple(_seen(table, regions, matching, at) for at in columns_of_numbers(table, column)),
    )


def _fit(table: Table, sets: dict[str, list[Region]], columns: Sequence[int], by: str | None) -> tuple[str, int, str]:
    """The set, the column of the table and the key of the regions that agree in most values.

    Of several that agree as well: the first column, the name before codes, and the set that has fewer others besides.
    """
    rows = table.rows[:LOOKED_AT]
    wanted = {at: {plain_key(cell_at(row.cells, at)) for row in rows} - {""} for at in columns}
    best, found = (-1, False, 0, 0), (next(name for name in sets if sets[name]), columns[0], by or "name")
    for name, regions in sets.items():
        for key in [by] if by else keys_of(regions):
            values = set(values_by(regions, key)) - {""}
            for at in columns:
                fit = (len(wanted[at] & values), key == "name", -at, -len(values))
                if regions and fit > best:
                    best, found = fit, (name, at, key)
    return found


def _seen(table: Table, regions: Sequence[Region], matching: Matching, at: int) -> ColumnSeen:
    heading = table.headings[at].strip()
    rows = [table.rows[row].cells for row in matching.row_of.values()] or [row.cells for row in table.rows[:LOOKED_AT]]
    kind = PEOPLE if counts_people(heading) else kind_of(heading)
    name = kind or heading or f"column {at + 1}"
    has = any(region.population is not None for region in regions) if name == PEOPLE else False
    return ColumnSeen(
        heading or f"column {at + 1}",
        name,
        sum(number_in(cell_at(cells, at)) is not None for cells in rows) if matching.row_of else 0,
        tuple(cell_at(cells, at) for cells in rows[:FEW]),
        has or any(name in region.properties for region in regions),
    )
