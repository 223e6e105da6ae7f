"""What columns really hold, where their headings could mean something else."""

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files

from gcrm.common.text import joined, tokens
from gcrm.imports.address_lines import HOUSE_AT_AN_END
from gcrm.imports.columns import Mapping
from gcrm.imports.table import Table


def looked_into(table: Table, mapping: Mapping) -> Mapping:
    """The mapping after a look at the cells; what a person has chosen stays."""
    return _without_counted_rows(table, _without_foreign_choices(table, mapping))


@cache
def meanings() -> dict[str, dict[str, str]]:
    """Of kind and priority: what is written, folded, to what it means."""
    table = tomllib.loads(files("gcrm.imports").joinpath("values.toml").read_text(encoding="utf-8"))
    return {
        name: {joined(tokens(written)): meaning for meaning, ways in reversed(known.items()) for written in ways}
        for name, known in table.items()
    }


def _without_foreign_choices(table: Table, mapping: Mapping) -> Mapping:
    """Without a kind or priority whose cells mostly mean something else: "kind" may hold "restaurant"."""
    columns, unused = dict(mapping.columns), list(mapping.unused)
    for name in ("kind", "priority"):
        position = columns.get(name)
        if position is None or name in mapping.chosen:
            continue
        said = [folded for cell in _cells(table, position) if (folded := joined(tokens(cell)))]
        if said and not _mean_something(said, meanings()[name], table.headings[position]):
            del columns[name]
            if "segment" in columns:
                unused.append(table.headings[position])
            else:
                columns["segment"] = position
    return replace(mapping, columns=columns, unused=tuple(unused))


def _mean_something(said: Sequence[str], known: dict[str, str], heading: str) -> bool:
    """Whether at least half of the cells are known; of a status one is enough, and the others are said."""
    times = sum(each in known for each in said)
    return times >= len(said) / 2 or (times > 0 and "stat" in joined(tokens(heading)))


def _without_counted_rows(table: Table, mapping: Mapping) -> Mapping:
    """Without a house number where most streets beside one have theirs already: "Nr" may number customers or rows.

    A row that leaves the cell empty says nothing: a file may have its numbers here for some and there for others.
    An export of ours is taken as it is.
    """
    at, street = mapping.columns.get("house_number"), mapping.columns.get("street", mapping.columns.get("line"))
    if at is None or street is None or "house_number" in mapping.chosen or "gcrm_id" in mapping.columns:
        return mapping
    numbers = [cell for cell in _cells(table, at) if cell]
    streets = [
        cell
        for cell, number in zip(_cells(table, street), _cells(table, at), strict=True)
        if cell and number and not cell.casefold().endswith(f" {number.casefold()}")
    ]
    if sum(HOUSE_AT_AN_END.fullmatch(cell) is not None for cell in streets) <= len(streets) / 2:
        return mapping
    columns, unused = (
        {name: column for name, column in mapping.columns.items() if name != "house_number"},
        mapping.unused,
    )
    counted = [str(number) for number in range(1, len(numbers) + 1)]
    if "external_id" not in columns and len(set(numbers)) == len(table.rows) and numbers != counted:
        columns["external_id"] = at
    else:
        unused = (*unused, table.headings[at])
    return replace(mapping, columns=columns, unused=unused)


def _cells(table: Table, position: int) -> Sequence[str]:
    return [row.cells[position].strip() if position < len(row.cells) else "" for row in table.rows]
