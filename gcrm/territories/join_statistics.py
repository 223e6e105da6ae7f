"""Statistics from a table, joined to the regions of a set by their name or a code; what did not join is told."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gcrm.common.text import joined, tokens
from gcrm.imports.read import read_table
from gcrm.platform.errors import InputRejected, NotFound
from gcrm.territories.model import Region
from gcrm.territories.statistics import PEOPLE, number_in
from gcrm.workspace import Workspace

NAME = "name"


@dataclass(frozen=True, slots=True)
class StatisticsJoined:
    """What became of the rows of a table.

    by: what of the regions was compared, "name" or one of their columns. rows: of the table; matched: rows that are a
    region. unknown: keys of rows that are none; twice: keys that several rows have, of which the first counts. bare:
    names of regions without a row. columns: what the regions know now.
    """

    set_name: str
    by: str
    rows: int
    matched: int
    unknown: tuple[str, ...]
    twice: tuple[str, ...]
    bare: tuple[str, ...]
    columns: tuple[str, ...]


def join_statistics(
    workspace: Workspace,
    set_name: str,
    file: Path,
    on: str,
    by: str | None = None,
    names: Mapping[str, str] | None = None,
) -> StatisticsJoined:
    """Give the regions of a set the numbers of a table: CSV or a spreadsheet.

    on: the table's column that names the regions, or holds their code. by: the column of the regions to compare it
    with, or "name"; the one that most rows agree with if not given. names: column of the table to what it is called
    here: "people", "households", "income", "workplaces"; all other columns of numbers keep their headings.
    Nothing is changed where no row is a region. Raises InputRejected then and for a table that cannot be read, NotFound
    for a set that is not there.
    """
    table = read_table(file)
    column = _column(table.headings, on, file)
    called = {_column(table.headings, key, file): value for key, value in (names or {}).items()}
    keys = [row.cells[column].strip() if column < len(row.cells) else "" for row in table.rows]
    with workspace.store.write() as tx:
        regions = tx.regions.of_set(set_name)
        if not regions:
            sets = ", ".join(tx.regions.sets()) or "none"
            raise NotFound(f"There are no regions called {set_name!r}.", f"The sets are {sets}.")
        chosen = _best_key(regions, keys) if by is None else by
        found, taken, twice = _matched(regions, keys, chosen)
        if not found:
            raise InputRejected(
                f"No value of {on!r} in {file.name} is a {chosen} of {set_name}.",
                "Name the column of the regions with --by, or another column of the table with --on.",
            )
        numbers = [
            (position, heading)
            for position, heading in enumerate(table.headings)
            if position != column and any(number_in(_cell(row.cells, position)) is not None for row in table.rows)
        ]
        changed = []
        for number, region in enumerate(regions):
            if number not in found:
                changed.append(region)
                continue
            cells = table.rows[found[number]].cells
            values = {called.get(at, heading): number_in(_cell(cells, at)) for at, heading in numbers}
            people = values.pop(PEOPLE, None)
            changed.append(
                replace(
                    region,
                    population=region.population if people is None else round(people),
                    properties={**region.properties, **values},
                )
            )
        tx.regions.replace_set(set_name, changed)
    return StatisticsJoined(
        set_name=set_name,
        by=chosen,
        rows=len(keys),
        matched=len(found),
        unknown=tuple(dict.fromkeys(key for number, key in enumerate(keys) if number not in taken)),
        twice=tuple(twice),
        bare=tuple(region.name for number, region in enumerate(regions) if number not in found),
        columns=tuple(called.get(at, heading) for at, heading in numbers),
    )


def _cell(cells: Sequence[str], position: int) -> str:
    return cells[position] if position < len(cells) else ""


def _column(headings: Sequence[str], name: str, file: Path) -> int:
    """The position of a column. Raises InputRejected."""
    for same in (str.strip, str.casefold, lambda text: joined(tokens(text))):
        at = [number for number, heading in enumerate(headings) if same(heading) == same(name)]
        if at:
            return at[0]
    raise InputRejected(f"{file.name} has no column {name!r}.", f"Its columns are {', '.join(headings)[:400]}.")


def _plain(text: object) -> str:
    """A key as it is compared: without accents, case, punctuation, and the zeros before a number.

    A spreadsheet makes 100 of the code 00100, and 100.0 of that.
    """
    word = joined(tokens(str(text).strip().removesuffix(".0")))
    return word.lstrip("0") or word if word.isdigit() else word


def _values(regions: Sequence[Region], by: str) -> list[str]:
    return [_plain(region.name if by == NAME else region.properties.get(by, "")) for region in regions]


def _best_key(regions: Sequence[Region], keys: Sequence[str]) -> str:
    """What of the regions agrees with most keys; the name where several do as well."""
    wanted = {_plain(key) for key in keys} - {""}
    columns = list(dict.fromkeys(key for region in regions for key in region.properties))
    fit = {by: len(wanted & set(_values(regions, by))) for by in (NAME, *columns)}
    return max(fit, key=lambda by: (fit[by], by == NAME))


def _matched(regions: Sequence[Region], keys: Sequence[str], by: str) -> tuple[dict[int, int], set[int], list[str]]:
    """Region to its row, all rows that are some region, and keys that several rows have."""
    of_key: dict[str, list[int]] = defaultdict(list)
    for number, key in enumerate(keys):
        if _plain(key):
            of_key[_plain(key)].append(number)
    found: dict[int, int] = {}
    taken: set[int] = set()
    for number, value in enumerate(_values(regions, by)):
        rows = of_key.get(value, [])
        if value and rows:
            found[number] = rows[0]
            taken.update(rows)
    counts = Counter(_plain(key) for key in keys if _plain(key))
    twice = [keys[of_key[value][0]] for value, count in counts.items() if count > 1 and of_key[value][0] in taken]
    return found, taken, twice
