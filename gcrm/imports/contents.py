"""What columns really hold, where their headings could mean something else."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files

from gcrm.common.text import joined, tokens
from gcrm.imports.columns import Mapping
from gcrm.imports.table import Table

_HOUSE_AT_THE_END = re.compile(r"\D.*\s\d{1,4}\s?[a-zA-Z]?([-/]\d{1,4}\s?[a-zA-Z]?)?\s*|\d{1,5}[a-zA-Z]?\s+\D.*")
"""A street with its house number behind it or before it."""


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
        if said and sum(each in meanings()[name] for each in said) < len(said) / 2:
            del columns[name]
            if "segment" in columns:
                unused.append(table.headings[position])
            else:
                columns["segment"] = position
    return replace(mapping, columns=columns, unused=tuple(unused))


def _without_counted_rows(table: Table, mapping: Mapping) -> Mapping:
    """Without a house number where the streets have theirs already: "Nr" may number the customers or the rows."""
    at, street = mapping.columns.get("house_number"), mapping.columns.get("street", mapping.columns.get("line"))
    if at is None or street is None or "house_number" in mapping.chosen:
        return mapping
    streets = [cell for cell in _cells(table, street) if cell]
    numbers = [cell for cell in _cells(table, at) if cell]
    if sum(_HOUSE_AT_THE_END.fullmatch(cell) is not None for cell in streets) <= len(streets) / 2:
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
    return [row.cells[position].strip() for row in table.rows if position < len(row.cells)]
