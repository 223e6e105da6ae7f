"""Rows of a table and regions of a set: which is which, by a name or a code."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gcrm.common.language import say
from gcrm.common.text import joined, tokens
from gcrm.imports.table import Table
from gcrm.platform.errors import InputRejected
from gcrm.territories.model import Region
from gcrm.territories.statistics import number_in

NAME = "name"


@dataclass(frozen=True, slots=True)
class Matching:
    """Which row is which region. row_of: position of the region to that of its row.

    by, unknown, twice, bare: as `StatisticsJoined` has them.
    """

    by: str
    row_of: dict[int, int]
    unknown: tuple[str, ...]
    twice: tuple[str, ...]
    bare: tuple[str, ...]


def match(regions: Sequence[Region], keys: Sequence[str], by: str | None = None) -> Matching:
    """Match keys of rows with regions. by: "name" or a column of theirs; the one that fits best if not given."""
    by = best_key(regions, keys) if by is None else by
    of_key: dict[str, list[int]] = defaultdict(list)
    plain = [plain_key(key) for key in keys]
    for number, key in enumerate(plain):
        if key:
            of_key[key].append(number)
    found: dict[int, int] = {}
    taken: set[int] = set()
    for number, value in enumerate(values_by(regions, by)):
        rows = of_key.get(value, [])
        if value and rows:
            found[number] = rows[0]
            taken.update(rows)
    counts = Counter(key for key in plain if key)
    twice = [keys[of_key[value][0]] for value, count in counts.items() if count > 1 and of_key[value][0] in taken]
    return Matching(
        by,
        found,
        tuple(dict.fromkeys(key for number, key in enumerate(keys) if number not in taken)),
        tuple(twice),
        tuple(region.name for number, region in enumerate(regions) if number not in found),
    )


def best_key(regions: Sequence[Region], keys: Sequence[str]) -> str:
    """What of the regions agrees with most keys; the name where several do as well."""
    wanted = {plain_key(key) for key in keys} - {""}
    fit = {by: len(wanted & set(values_by(regions, by))) for by in keys_of(regions)}
    return max(fit, key=lambda by: (fit[by], by == NAME))


def keys_of(regions: Sequence[Region]) -> list[str]:
    """What regions can be told apart by: their name, and each column that they have."""
    return list(dict.fromkeys([NAME, *(key for region in regions for key in region.properties)]))


def values_by(regions: Sequence[Region], by: str) -> list[str]:
    """The name of each region, or its value of a column, as it is compared."""
    return [plain_key(region.name if by == NAME else region.properties.get(by, "")) for region in regions]


def plain_key(text: object) -> str:
    """A key as it is compared: without accents, case, punctuation, and the zeros before a number.

    A spreadsheet makes 100 of the code 00100, and 100.0 of that.
    """
    word = joined(tokens(str(text).strip().removesuffix(".0")))
    return word.lstrip("0") or word if word.isdigit() else word


def keys_in(table: Table, column: int) -> list[str]:
    """The cells of a column, one a row."""
    return [cell_at(row.cells, column).strip() for row in table.rows]


def columns_of_numbers(table: Table, key: int) -> list[int]:
    """Positions of the columns besides the key in which some cell is a number."""
    return [
        at
        for at in range(len(table.headings))
        if at != key and any(number_in(cell_at(row.cells, at)) is not None for row in table.rows)
    ]


def cell_at(cells: Sequence[str], position: int) -> str:
    """A cell of a row, "" where the row is too short."""
    return cells[position] if position < len(cells) else ""


def column_of(headings: Sequence[str], name: str, file: Path) -> int:
    """The position of a column; "column 3" is the third where it has no heading. Raises InputRejected."""
    for same in (str.strip, str.casefold, lambda text: joined(tokens(text))):
        at = [number for number, heading in enumerate(headings) if heading.strip() and same(heading) == same(name)]
        if at:
            return at[0]
    unnamed = [number for number, heading in enumerate(headings) if not heading.strip()]
    found = next((number for number in unnamed if name == f"column {number + 1}"), None)
    if found is not None:
        return found
    raise InputRejected(
        say("{file} has no column {name!r}.", file=file.name, name=name),
        say("Its columns are {headings}.", headings=", ".join(headings)[:400]),
    )
