"""Statistics from a table, joined to the regions of a set by their name or a code; what did not join is told."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gcrm.common.language import say
from gcrm.platform.errors import InputRejected, NotFound
from gcrm.territories.match_rows import cell_at, column_of, columns_of_numbers, keys_in, match
from gcrm.territories.model import Change, Region, StatisticsJoin
from gcrm.territories.statistics import PEOPLE, number_in
from gcrm.territories.statistics_file import read_statistics
from gcrm.workspace import Workspace


@dataclass(frozen=True, slots=True)
class StatisticsJoined:
    """What became of the rows of a table.

    by: what of the regions was compared, "name" or one of their columns. rows: of the table; matched: rows that are a
    region. unknown: keys of rows that are none; twice: keys that several rows have, of which the first counts. bare:
    names of regions without a row. columns: what the regions know now. join: its number, to undo it.
    """

    set_name: str
    by: str
    rows: int
    matched: int
    unknown: tuple[str, ...]
    twice: tuple[str, ...]
    bare: tuple[str, ...]
    columns: tuple[str, ...]
    join: int = 0


def join_statistics(
    workspace: Workspace,
    set_name: str,
    file: Path,
    on: str,
    by: str | None = None,
    names: Mapping[str, str] | None = None,
    only: Collection[str] | None = None,
    user_id: int | None = None,
) -> StatisticsJoined:
    """Give the regions of a set the numbers of a table: CSV or a spreadsheet.

    on: the table's column that names the regions, or holds their code. by: the column of the regions to compare it
    with, or "name"; the one that most rows agree with if not given. names: column of the table to what it is called
    here: "people", "households", "income", "workplaces"; others keep their headings. only: the columns that are taken,
    all that hold numbers if not given.
    Nothing is changed where no row is a region. Raises InputRejected then and for a table that cannot be read, NotFound
    for a set that is not there.
    """
    table = read_statistics(file)
    column = column_of(table.headings, on, file)
    called = {column_of(table.headings, key, file): value for key, value in (names or {}).items()}
    taken = None if only is None else {column_of(table.headings, heading, file) for heading in only}
    keys = keys_in(table, column)
    with workspace.store.write() as tx:
        regions = tx.regions.of_set(set_name)
        if not regions:
            sets = ", ".join(tx.regions.sets()) or say("none")
            raise NotFound(
                say("There are no regions called {set_name!r}.", set_name=set_name),
                say("The sets are {sets}.", sets=sets),
            )
        matching = match(regions, keys, by)
        if not matching.row_of:
            raise InputRejected(
                say(
                    "No value of {on!r} in {file} is a {by} of {set_name}.",
                    on=on,
                    file=file.name,
                    by=matching.by,
                    set_name=set_name,
                ),
                say("Name the column of the regions with --by, or another column of the table with --on."),
            )
        numbers = {
            at: called.get(at, table.headings[at]) or f"column {at + 1}"
            for at in columns_of_numbers(table, column)
            if taken is None or at in taken
        }
        if not numbers:
            raise InputRejected(say("No column of numbers is chosen."), say("Choose at least one."))
        changed, changes = [], []
        for number, region in enumerate(regions):
            if number not in matching.row_of:
                changed.append(region)
                continue
            cells = table.rows[matching.row_of[number]].cells
            known = {name: number_in(cell_at(cells, at)) for at, name in numbers.items()}
            one, was = with_numbers(region, known)
            changed.append(one)
            changes += was
        tx.regions.replace_set(set_name, changed)
        columns = tuple(dict.fromkeys(numbers.values()))
        join = StatisticsJoin(set_name, file.name[-200:], workspace.clock(), columns, tuple(changes), user_id)
        join_id = tx.statistics_joins.add(join).id
    return StatisticsJoined(
        set_name, matching.by, len(keys), len(matching.row_of), matching.unknown, matching.twice, matching.bare,
        columns, join_id,
    )  # fmt: skip


def with_numbers(region: Region, known: Mapping[str, float | None]) -> tuple[Region, list[Change]]:
    """A region that knows some numbers, and what it knew before of those that are others now."""
    changes, properties, population = [], dict(region.properties), region.population
    for name, value in known.items():
        if name == PEOPLE:
            # People are kept whole, and a row without a number takes none away.
            people = population if value is None else round(value)
            if people != population:
                changes.append(Change(region.id, name, population, population is not None, people))
            population = people
            continue
        if name not in properties or properties[name] != value:
            changes.append(Change(region.id, name, properties.get(name), name in properties, value))
        properties[name] = value
    return replace(region, population=population, properties=properties), changes
