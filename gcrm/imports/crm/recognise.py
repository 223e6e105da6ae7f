"""Which program and which kind of records a file of an old CRM holds, by the set of its headings and never by its name.

Headings are compared whole, without case, accents, dashes, stars and "(required)". A heading that few kinds of file
have says more than one that many have; the files that come together speak for one program.
"""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from gcrm.common.language import say, to_say
from gcrm.common.text import joined, tokens
from gcrm.imports.table import Folding, HeadingScore, ReadAs, Subject, Table
from gcrm.platform.errors import InputRejected

SYSTEMS = ("salesforce", "hubspot", "pipedrive", "dynamics", "espocrm", "odoo", "zoho")
RECORDS = ("account", "person", "deal", "activity", "lead", "partner", "roles", "person_accounts", "users")
LEAST = 1.2
"""The least that the headings of a file must say of a kind: two headings that few others have."""
LEAST_OF_SAID = 0.3
"""The same where a person has said which program it is."""
WHOLE_SHARE = 0.75
"""Share of the headings that a kind knows, from which fewer telling ones are enough."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_REQUIRED = re.compile(r"\((?:required|erforderlich|pflichtfeld)\)", re.IGNORECASE)


def fold_heading(heading: str) -> str:
    """A heading as it is compared."""
    return joined(tokens(_REQUIRED.sub("", heading)))


class HeadingFolding(Folding):
    """How headings of old CRMs are compared."""

    def __call__(self, heading: str) -> str:
        """Fold one heading."""
        return fold_heading(heading)


@dataclass(frozen=True, eq=False)
class FileKind:
    """One kind of file of one program: what its rows are, and which heading is which field.

    fields: field to folded headings, in the order in which they count. needs: of each group at least one field.
    activity: what a row is where it does not say so; titled: the first line of its text is the subject.
    """

    system: str
    record: str
    fields: Mapping[str, tuple[str, ...]]
    needs: tuple[tuple[str, ...], ...]
    ignored: frozenset[str]
    activity: str = ""
    titled: bool = False

    @property
    def noun(self) -> str:
        """What the file holds, as it is said to people."""
        return self.activity or self.record


@dataclass(frozen=True, eq=False)
class System:
    """A program: its key, its name, and what its stamps without a zone are in ("utc" or "local")."""

    key: str
    name: str
    times: str
    kinds: tuple[FileKind, ...]


@dataclass(frozen=True)
class Recognised:
    """A table with what it is: columns by field, and those that become fields of the company's own."""

    path: Path
    table: Table
    kind: FileKind
    system: System
    columns: Mapping[str, tuple[int, ...]]
    custom: tuple[tuple[int, str], ...]
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True)
class MapEntry:
    """What a person has said of a file: its headings, and what each of them is. file: its name, "" for any."""

    system: str
    record: str
    columns: Mapping[str, str]
    activity: str = ""
    file: str = ""


@dataclass(frozen=True)
class CrmMap:
    """A mapping file: what files are, what stages and statuses mean, and whose log-in an owner has.

    stages: to won, lost or open; statuses: to customer, prospect or former; owners: to a log-in.
    """

    files: tuple[MapEntry, ...] = ()
    stages: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)


@cache
def systems() -> dict[str, System]:
    """All programs that are known, by key."""
    return {key: _system(key) for key in SYSTEMS}


@cache
def unknown_system() -> System:
    """A program that has no table of its own: headings that many have, in many languages."""
    return _system("other")


def _system(key: str) -> System:
    told = tomllib.loads(files("gcrm.imports.crm").joinpath(f"systems/{key}.toml").read_text(encoding="utf-8"))
    return System(key, told["name"], told["times"], tuple(_kind(key, one) for one in told["files"]))


def _kind(system: str, told: Mapping[str, Any]) -> FileKind:
    fields = {name: tuple(dict.fromkeys(map(fold_heading, some))) for name, some in told["headings"].items()}
    needs = tuple(tuple(group) for group in told["needs"])
    ignored = frozenset(map(fold_heading, told.get("ignored", ())))
    return FileKind(system, told["record"], fields, needs, ignored, told.get("activity", ""), bool(told.get("titled")))


@cache
def _weights() -> dict[str, float]:
    """Folded heading to how much it says: less where many kinds of file have it."""
    seen: Counter[str] = Counter()
    for system in systems().values():
        for kind in system.kinds:
            seen.update({heading for some in kind.fields.values() for heading in some} | kind.ignored)
    return {heading: 1 / count for heading, count in seen.items()}


@cache
def subject() -> Subject:
    """What the reader of tables looks for: headings of any of the programs."""
    score = HeadingScore(lambda folded: folded in _weights(), HeadingFolding())
    return Subject(to_say("records of a CRM"), score, lambda headings: score(headings) >= 2)


def read_as(extra: Sequence[str] = (), system: str = "") -> ReadAs:
    """How files of CRMs are read. extra: headings that a person has named; system: the program, as said."""
    if not extra and (not system or system in systems()):
        return ReadAs(subject=subject())
    common = (heading for kind in unknown_system().kinds for some in kind.fields.values() for heading in some)
    known = {*_weights(), *map(fold_heading, extra), *(common if system not in systems() else ())}
    score = HeadingScore(known.__contains__, HeadingFolding())
    return ReadAs(subject=Subject(to_say("records of a CRM"), score, lambda headings: score(headings) >= 1))


def recognise(tables: Sequence[tuple[Path, Table]], system: str = "", told: CrmMap | None = None) -> list[Recognised]:
    """What each table is. system: as a person has said, also one that is not known here, by a name of their own.

    Raises InputRejected for a table that nobody can tell.
    """
    if system and not _NAME.fullmatch(system):
        raise InputRejected(
            say("{system!r} is no name for a system.", system=system),
            say("Take up to 40 small letters, digits and hyphens. Known are {names}.", names=", ".join(SYSTEMS)),
        )
    if system and system not in systems():
        return [_by_common_headings(path, table, system, told) for path, table in tables]
    wanted = [systems()[system]] if system else list(systems().values())
    merits = [{kind: _merit(kind, table) for one in wanted for kind in one.kinds} for _, table in tables]
    together: Counter[str] = Counter()
    for some in merits:
        for one in wanted:
            together[one.key] += max((some[kind] for kind in one.kinds), default=0.0)  # type: ignore[assignment]
    found = []
    for (path, table), some in zip(tables, merits, strict=True):
        if entry := _entry(told, path, table):
            found.append(_mapped(path, table, entry))
            continue
        least = LEAST_OF_SAID if system else LEAST
        enough = {kind: merit for kind, merit in some.items() if merit >= least or _is_whole(kind, table, merit)}
        if not enough:
            raise _unknown(path, table)
        own = max(enough.values())
        # A file whose few headings two programs share is of the one that the others come from.
        kind = max(enough, key=lambda one: (enough[one] >= 0.6 * own, together[one.system], enough[one]))
        found.append(_with_columns(path, table, kind, systems()[kind.system]))
    return found


def _by_common_headings(path: Path, table: Table, system: str, told: CrmMap | None) -> Recognised:
    """A table of a program that is not known: what most of its headings mean."""
    if entry := _entry(told, path, table):
        return _mapped(path, table, entry)
    kind = _most_likely(table)
    if kind is None:
        raise _unknown(path, table)
    known = System(system, system, unknown_system().times, ())
    return _with_columns(path, table, replace(kind, system=system), known)


def _most_likely(table: Table) -> FileKind | None:
    """What the most headings of a table speak for, if what such records need is among them."""
    have = {fold_heading(one) for one in table.headings} - {""}
    found = []
    for kind in unknown_system().kinds:
        told = {name for name, headings in kind.fields.items() if have & set(headings)}
        if all(told & set(group) for group in kind.needs):
            heard = len(have & {heading for headings in kind.fields.values() for heading in headings})
            found.append((heard, len(told), kind))
    return max(found, key=lambda one: one[:2], default=(0, 0, None))[2]


def _merit(kind: FileKind, table: Table) -> float:
    have = {fold_heading(one) for one in table.headings} - {""}
    if not have or any(not any(have & set(kind.fields.get(name, ())) for name in group) for group in kind.needs):
        return 0.0
    known = {heading for some in kind.fields.values() for heading in some}
    weights = _weights()
    said = sum(weights[one] for one in have & known) + sum(weights[one] / 2 for one in have & kind.ignored)
    strange = len(have - known - kind.ignored)
    # A few columns of the company's own say nothing against a kind; a file that is strange throughout does.
    return said * (len(have) / (len(have) + strange / 2))


def _is_whole(kind: FileKind, table: Table, merit: float) -> bool:
    """Whether nearly all headings are those of a kind, though few of them are its own alone."""
    have = {fold_heading(one) for one in table.headings} - {""}
    known = have & ({heading for some in kind.fields.values() for heading in some} | kind.ignored)
    return merit >= LEAST_OF_SAID and len(known) >= 3 and len(known) >= WHOLE_SHARE * len(have)


def _with_columns(path: Path, table: Table, kind: FileKind, system: System) -> Recognised:
    at: dict[str, list[int]] = {}
    for place, heading in enumerate(table.headings):
        at.setdefault(fold_heading(heading), []).append(place)
    columns = {
        name: places
        for name, headings in kind.fields.items()
        if (places := tuple(place for heading in headings for place in at.get(heading, ())))
    }
    taken = {place for places in columns.values() for place in places}
    left = [(place, one) for place, one in enumerate(table.headings) if one and place not in taken]
    custom = tuple((place, one) for place, one in left if fold_heading(one) not in kind.ignored)
    ignored = tuple(one for _, one in left if fold_heading(one) in kind.ignored)
    return Recognised(path, table, kind, system, columns, custom, ignored)


# Mappings

FIELDS = {
    "account": [
        "id", "name", "status", "industry", "employees", "revenue", "revenue_currency", "phone", "email", "website",
        "street", "house_number", "postcode", "city", "state", "country", "address", "lat", "lon", "parent",
        "parent_id", "owner", "created", "note", "deleted", "number",
    ],
    "person": [
        "id", "account_id", "account", "salutation", "first", "last", "name", "title", "department", "email",
        "phone", "mobile", "phone_other", "no_email", "no_bulk", "no_phone", "language", "owner", "created", "note",
        "role", "deleted",
    ],
    "deal": [
        "id", "name", "account_id", "account", "person_id", "person", "pipeline", "stage", "outcome", "amount",
        "currency", "probability", "close_date", "closed_on", "created", "owner", "loss_reason", "next_step",
        "source", "note", "deleted",
    ],
    "activity": [
        "id", "kind", "subject", "text", "start", "end", "due", "minutes", "done", "status", "direction",
        "account_id", "account", "person_id", "person", "deal_id", "deal", "from", "to", "owner", "deleted",
    ],
}  # fmt: skip
"""The fields that a mapping may name, by kind of record."""

EXAMPLE = """\
system = "our-old-crm"
kind = "person"            # account, person, deal or activity
[columns]                  # heading = field
"Firma" = "account"
"Nachname" = "last"
"Mail" = "email"
"""


def read_map(path: Path) -> CrmMap:
    """Read a mapping file, JSON or TOML. Raises InputRejected."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        told = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except OSError as error:
        raise InputRejected(
            say("{path} cannot be read: {strerror}.", path=path, strerror=error.strerror or error),
            say("Check its name."),
        ) from error
    except (ValueError, UnicodeDecodeError) as error:
        raise InputRejected(
            say("{path} is neither JSON nor TOML: {error}.", path=path.name, error=error),
            say("Write it so:\n{example}", example=EXAMPLE),
        ) from error
    return map_of(told, path.name)


def map_of(told: Any, name: str) -> CrmMap:
    """A mapping as JSON holds it. Raises InputRejected."""
    if not isinstance(told, dict):
        raise InputRejected(say("{name} is no mapping.", name=name), say("Write it so:\n{example}", example=EXAMPLE))
    some = told.get("files") or ([told] if "columns" in told else [])
    entries = []
    for one in some:
        record, columns = str(one.get("kind", "")), one.get("columns") or {}
        activity = ""
        if record in {"call", "mail", "meeting", "note", "task"}:
            record, activity = "activity", record
        if record not in FIELDS:
            raise InputRejected(
                say("{name}: {record!r} is no kind of record.", name=name, record=record),
                say("Kinds are {fields}.", fields=", ".join(FIELDS)),
            )
        strange = sorted({str(one) for one in columns.values()} - set(FIELDS[record]) - {""})
        if strange:
            raise InputRejected(
                say("{name}: {strange!r} is no field of {record}.", name=name, strange=strange[0], record=record),
                say("Fields are {fields}.", fields=", ".join(FIELDS[record])),
            )
        system = str(one.get("system") or told.get("system") or "other")
        entries.append(MapEntry(system, record, dict(columns), activity or "note", str(one.get("file") or "")))
    stages = {str(key): str(value) for key, value in (told.get("stages") or {}).items()}
    if bad := next((value for value in stages.values() if value not in {"open", "won", "lost"}), ""):
        raise InputRejected(
            say("{name}: a stage is open, won or lost, not {bad!r}.", name=name, bad=bad),
            say("Correct it under stages."),
        )
    statuses = {str(key): str(value) for key, value in (told.get("statuses") or {}).items()}
    if bad := next((value for value in statuses.values() if value not in {"customer", "prospect", "former"}), ""):
        raise InputRejected(
            say("{name}: a status is customer, prospect or former, not {bad!r}.", name=name, bad=bad),
            say("Correct it under statuses."),
        )
    owners = {str(key): str(value) for key, value in (told.get("owners") or {}).items()}
    return CrmMap(tuple(entries), stages, statuses, owners)


def _entry(told: CrmMap | None, path: Path, table: Table) -> MapEntry | None:
    """The entry of a mapping that is of this file: by its name, else by its headings."""
    have = {fold_heading(one) for one in table.headings}
    for one in told.files if told else ():
        if one.file and one.file != path.name:
            continue
        if {fold_heading(heading) for heading, name in one.columns.items() if name} <= have:
            return one
    return None


def _mapped(path: Path, table: Table, entry: MapEntry) -> Recognised:
    known = systems().get(entry.system) or System(entry.system, entry.system, "local", ())
    fields: dict[str, list[str]] = {}
    for heading, name in entry.columns.items():
        if name:
            fields.setdefault(name, []).append(fold_heading(heading))
    ignored = frozenset(fold_heading(heading) for heading, name in entry.columns.items() if not name)
    kind = FileKind(
        entry.system,
        entry.record,
        {name: tuple(some) for name, some in fields.items()},
        (),
        ignored,
        entry.activity if entry.record == "activity" else "",
    )
    return _with_columns(path, table, kind, known)


def _unknown(path: Path, table: Table) -> InputRejected:
    named = ", ".join(repr(one) for one in table.headings[:8] if one)
    fields = "\n".join(f"  {record}: {', '.join(names)}" for record, names in FIELDS.items())
    if (kind := _most_likely(table)) is not None:
        read = _with_columns(path, table, kind, unknown_system())
        columns = "\n".join(
            f"  {table.headings[place]} = {name}" for name, places in read.columns.items() for place in places[:1]
        )
        return InputRejected(
            say("{path} is no export that is known: its headings are {named}.", path=path.name, named=named),
            say(
                "It looks like {record}:\n{columns}\nIf that is right, name the program: --system NAME (any name, as"
                " our-old-crm). If not, say what each column is in a file for --map, JSON or TOML:\n{example}",
                record=kind.record,
                columns=columns,
                example=EXAMPLE,
            ),
        )
    return InputRejected(
        say("{path} is no export that is known: its headings are {named}.", path=path.name, named=named),
        say(
            "Say what it is with --system, or in a file for --map, JSON or TOML, heading by"
            " heading:\n{example}Fields by kind:\n{fields}",
            example=EXAMPLE,
            fields=fields,
        ),
    )
