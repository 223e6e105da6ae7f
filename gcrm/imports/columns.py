"""What the columns of a file mean."""

import collections.abc
import hashlib
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from gcrm.common.language import say, to_say
from gcrm.imports.table import Folding, HeadingScore, ReadAs, Subject
from gcrm.platform.errors import InputRejected

fold_heading = Folding()

ADDRESS = (
    "line",
    "street",
    "street_type",
    "street_2",
    "street_3",
    "house_number",
    "house_suffix",
    "postcode",
    "city",
    "country",
)
"""Parts of an address, each of which a file may have for several addresses of an account."""
ADDRESSES = ("", "address_2_", "address_3_", "address_4_")
"""What stands before the parts of an account's first and further addresses; the first that a row fills counts."""
SEVERAL = {"name": 2, "phone": 6, "email": 3, "website": 2}
"""Fields of which a file may have several columns: the first that a row fills is taken, others are put aside."""


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
    known, more = (
        tomllib.loads(files("gcrm.imports").joinpath(name).read_text(encoding="utf-8"))
        for name in ("columns.toml", "headings_world.toml")
    )
    taken = {heading for headings in known.values() for heading in headings}
    found = {}
    for field, headings in known.items():
        further = dict.fromkeys(fold_heading(heading) for heading in more.get(field, ()))
        found[field] = (*headings, *(heading for heading in further if heading not in taken and len(heading) > 1))
    return found


@cache
def fields_of_files() -> tuple[str, ...]:
    """All that a column may be read as: the fields of `synonyms`, further phones and the like, further addresses."""
    found: list[str] = []
    for field in synonyms():
        found += [field, *(f"{field}_{number}" for number in range(2, SEVERAL.get(field, 1) + 1))]
        if field == ADDRESS[-1]:
            found += [f"{before}{part}" for before in ADDRESSES[1:] for part in ADDRESS]
    return tuple(found)


@cache
def heading_score() -> HeadingScore:
    """Tells a row of headings from a row of data."""
    from gcrm.imports.headings import is_understood

    return HeadingScore(is_understood, fold_heading)


@cache
def of_accounts() -> Subject:
    """What files of accounts are read for."""
    return Subject(to_say("accounts"), heading_score(), _has_names)


def subject_of(read_as: ReadAs) -> Subject:
    """What a file is read for."""
    return read_as.subject or of_accounts()


def _has_names(headings: Sequence[str]) -> bool:
    try:
        map_columns(headings)
    except InputRejected:
        return False
    return True


def map_columns(
    headings: Sequence[str],
    chosen: collections.abc.Mapping[str, str] | None = None,
    empty: Collection[int] = frozenset(),
) -> Mapping:
    """Find the field of each column by its heading; chosen: field to heading, where somebody has said so.

    empty: positions of columns in which no row has anything; others of their field go before them. A field chosen as ""
    is read from no column. Raises InputRejected if no column holds the name of the account or of a person, or if a
    chosen field or heading does not exist.
    """
    from gcrm.imports.headings import assign, is_list_of_activities, understood_as

    columns: dict[str, int] = {}
    taken: set[int] = set()
    for field, heading in (chosen or {}).items():
        if field not in fields_of_files():
            raise InputRejected(
                say("There is no field {field!r}.", field=field),
                say("Fields are {synonyms}.", synonyms=", ".join(synonyms())),
            )
        if not heading:
            continue
        if heading not in headings:
            raise InputRejected(
                say("The file has no column {heading!r}.", heading=heading),
                say("Its columns are {headings}.", headings=", ".join(headings)),
            )
        columns[field] = list(headings).index(heading)
        taken.add(columns[field])
    folded = [understood_as(heading) for heading in headings]
    telling = ["" if at in empty else heading for at, heading in enumerate(folded)]
    open_fields = frozenset(fields_of_files()) - columns.keys() - (chosen or {}).keys()
    if "name" in columns:
        open_fields -= {"name_2"}
    columns |= assign(telling, open_fields, taken, has_name="name" in columns)
    if empty:
        rest = assign(folded, open_fields - columns.keys(), {*taken, *columns.values()}, has_name="name" in columns)
        columns |= {field: at for field, at in rest.items() if field in synonyms()}
    unused = tuple(
        heading
        for position, heading in enumerate(headings)
        if heading and position not in columns.values() and position not in empty
    )
    if not columns.keys() & {"name", "name_2", "first_name", "last_name", "contact"}:
        seen = ", ".join(heading for heading in headings if heading) or "none"
        raise InputRejected(
            say("No column holds the name of the account. The columns are: {seen}.", seen=seen[:500]),
            say("Give the file a row of headings with one called name, company, Firma or the like."),
        )
    if "name" not in (chosen or {}) and is_list_of_activities(folded, columns):
        raise InputRejected(
            say("The file lists appointments, tasks, calls or deals, not accounts."),
            say("Export the accounts (companies, organizations) or the people, or say which column holds the name."),
        )
    return Mapping(columns, unused, frozenset(field for field in chosen or {} if field in columns))


def fingerprint(headings: Sequence[str]) -> str:
    """The same for files of the same shape: under it a person's choice of columns is remembered."""
    return hashlib.blake2b("\n".join(headings).encode(), digest_size=12).hexdigest()
