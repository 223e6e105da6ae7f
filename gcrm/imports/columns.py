"""What the columns of a file mean."""

import hashlib
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from gcrm.imports.table import Folding, HeadingScore
from gcrm.platform.errors import InputRejected

fold_heading = Folding()


@dataclass(frozen=True, slots=True)
class Mapping:
    """Field to the position of its column, the headings that nobody understood, and the fields a person has chosen."""

    columns: dict[str, int]
    unused: tuple[str, ...]
    chosen: frozenset[str] = frozenset()

    def cell(self, cells: Sequence[str], field: str) -> str:
        """The text of a field in a row, without spaces around it; "" where the file has no such column."""
        position = self.columns.get(field)
        return cells[position].strip() if position is not None and position < len(cells) else ""

    def without(self, fields: Collection[str], headings: Sequence[str]) -> "Mapping":
        """The mapping without these fields; their columns count as not used."""
        columns = {field: position for field, position in self.columns.items() if field not in fields}
        left = {position for field, position in self.columns.items() if field in fields} - set(columns.values())
        return Mapping(columns, (*self.unused, *(headings[position] for position in sorted(left))), self.chosen)


@cache
def synonyms() -> dict[str, tuple[str, ...]]:
    """Field to the folded headings it is found under; fields in order of precedence."""
    table = tomllib.loads(files("gcrm.imports").joinpath("columns.toml").read_text(encoding="utf-8"))
    return {field: tuple(headings) for field, headings in table.items()}


@cache
def heading_score() -> HeadingScore:
    """Tells a row of headings from a row of data."""
    return HeadingScore(frozenset(heading for headings in synonyms().values() for heading in headings), fold_heading)


def map_columns(headings: Sequence[str], chosen: dict[str, str] | None = None) -> Mapping:
    """Find the column of each field.

    chosen: field to heading where a person has said so, "" for a field that no column holds; it goes before what the
    headings say.
    Raises InputRejected naming the headings if there is no name, or if a chosen field or heading does not exist.
    """
    columns: dict[str, int] = {}
    taken: set[int] = set()
    for field, heading in (chosen or {}).items():
        if field not in synonyms():
            raise InputRejected(f"There is no field {field!r}.", f"Fields are {', '.join(synonyms())}.")
        if not heading:
            continue
        if heading not in headings:
            raise InputRejected(f"The file has no column {heading!r}.", f"Its columns are {', '.join(headings)}.")
        columns[field] = list(headings).index(heading)
        taken.add(columns[field])
    folded = [fold_heading(heading) for heading in headings]
    for field, known in synonyms().items():
        if field in columns or field in (chosen or {}):
            continue
        ranked = [
            (known.index(heading), position)
            for position, heading in enumerate(folded)
            if heading in known and position not in taken
        ]
        if ranked:
            columns[field] = min(ranked)[1]
            taken.add(columns[field])
    if "name" not in columns:
        seen = ", ".join(heading for heading in headings if heading) or "none"
        raise InputRejected(
            f"No column holds the name of the account. The columns are: {seen[:500]}.",
            "Give the file a row of headings with one called name, company, Firma or the like.",
        )
    unused = tuple(heading for position, heading in enumerate(headings) if position not in taken and heading)
    return Mapping(columns, unused, frozenset(field for field in chosen or {} if field in columns))


def fingerprint(headings: Sequence[str]) -> str:
    """The same for files of the same shape: under it a person's choice of columns is remembered."""
    return hashlib.blake2b("\n".join(headings).encode(), digest_size=12).hexdigest()
