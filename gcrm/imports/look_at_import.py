"""Look at a file before it is imported: its columns and samples, what would become of each row, where each lands.

Unlike `preview_import`, what it answers stays small however many rows there are: all rows go to a file.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gcrm.common.zones import understood_of
from gcrm.imports.columns import fingerprint, map_columns, synonyms
from gcrm.imports.matching import Known
from gcrm.imports.preview_import import MAPPING, PlannedRow, columns_of, levels_of, prepare_import
from gcrm.imports.read import read_table
from gcrm.imports.table import Table
from gcrm.imports.understanding import Reject
from gcrm.platform.errors import InputRejected
from gcrm.platform.progress import Progress, quiet
from gcrm.workspace import Workspace

ROWS_MOST = 100
"""Rows and rejects in the answer itself; nobody reads more of them on one page."""
SAMPLES = 3
SAMPLE_MOST = 60
"""Characters shown of a sample cell."""
SAMPLED_ROWS = 200


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: its heading, the field it is read as ("" for none), and some of its cells."""

    heading: str
    field: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportLook:
    """What an import would do: read = created + updated + unchanged + rejected + repeated.

    problem says why no row can be understood with these columns, "" where they can. rows and rejects are the first of
    each; rows_file holds all rows for `rows_of`. remembered: somebody chose these columns before.
    """

    read: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    repeated: int
    placed: dict[str, int]
    columns: tuple[Column, ...]
    remembered: bool
    encoding: str
    delimiter: str
    rejects: tuple[Reject, ...]
    rows: tuple[dict[str, Any], ...]
    rows_file: str
    problem: str = ""
    remedy: str = ""


def look_at_import(
    workspace: Workspace, file: Path, progress: Progress = quiet, *, columns: dict[str, str] | None = None
) -> ImportLook:
    """Say what importing a file would do; the database is not changed.

    columns: field to heading where a person has said so, "" for a field that is read from none. All rows are written
    beside the file. Raises InputRejected if the file cannot be read, Cancelled.
    """
    table = read_table(file)
    with workspace.store.read() as tx:
        remembered = tx.settings.get(MAPPING + fingerprint(table.headings))
    try:
        prepared = prepare_import(workspace, file, progress, columns=columns)
    except InputRejected as error:
        return _without_rows(table, columns or remembered, remembered is not None, error)
    with workspace.store.read() as tx:
        planned = prepared.plan(Known.of(tx.accounts.all()))
    rejects = tuple(prepared.understood.rejects.values())
    lines = [_line(row) for row in planned]
    rows_file = file.with_name("rows.json")
    rows_file.write_text(json.dumps(lines, ensure_ascii=False), encoding="utf-8")
    actions = Counter(row.action for row in planned)
    return ImportLook(
        read=len(prepared.table.rows),
        created=actions["create"],
        updated=actions["update"],
        unchanged=actions["unchanged"],
        rejected=len(rejects),
        repeated=prepared.understood.repeated,
        placed=levels_of(planned),
        columns=_columns(prepared.table, columns_of(prepared)),
        remembered=remembered is not None and not columns,
        encoding=prepared.table.encoding,
        delimiter=prepared.table.delimiter,
        rejects=rejects[:ROWS_MOST],
        rows=tuple(lines[:ROWS_MOST]),
        rows_file=str(rows_file),
    )


def rows_of(look: dict[str, Any]) -> list[dict[str, Any]]:
    """All rows of a look, as `look_at_import` wrote them; none where its file is put away.

    look: the answer as a document. Each row: row, action, name, address, kind, priority, level, lon, lat, label,
    confidence, reason, changes (field to its value now and then), remarks, hours (as typed and as understood, or
    nothing).
    """
    file = Path(str(look.get("rows_file") or "none"))
    found: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []
    return found


def _without_rows(table: Table, chosen: dict[str, str] | None, remembered: bool, error: InputRejected) -> ImportLook:
    """The columns alone, so that a person can say which holds the names."""
    given = {field: heading for field, heading in (chosen or {}).items() if heading in {"", *table.headings}}
    guess = next((heading for heading in table.headings if heading), "")
    mapping = map_columns(table.headings, {"name": guess, **{f: h for f, h in given.items() if f != "name"}})
    columns = {field: table.headings[at] for field, at in mapping.columns.items() if field != "name"}
    if given.get("name"):
        columns["name"] = given["name"]
    return ImportLook(
        read=len(table.rows),
        created=0,
        updated=0,
        unchanged=0,
        rejected=0,
        repeated=0,
        placed={},
        columns=_columns(table, columns),
        remembered=remembered,
        encoding=table.encoding,
        delimiter=table.delimiter,
        rejects=(),
        rows=(),
        rows_file="",
        problem=error.fault,
        remedy=error.remedy,
    )


def _columns(table: Table, columns: dict[str, str]) -> tuple[Column, ...]:
    fields = {heading: field for field, heading in columns.items() if field in synonyms()}
    return tuple(
        Column(heading, fields.get(heading, ""), _samples(table, at))
        for at, heading in enumerate(table.headings)
        if heading
    )


def _samples(table: Table, at: int) -> tuple[str, ...]:
    """The first different cells of a column that say something."""
    seen: dict[str, None] = {}
    for row in table.rows[:SAMPLED_ROWS]:
        text = " ".join(row.cells[at].split()) if at < len(row.cells) else ""
        if text:
            seen.setdefault(text if len(text) <= SAMPLE_MOST else f"{text[: SAMPLE_MOST - 1]}…")
        if len(seen) == SAMPLES:
            break
    return tuple(seen)


def _line(row: PlannedRow) -> dict[str, Any]:
    account, placement = row.account, row.account.placement
    return {
        "row": row.draft.row.number,
        "action": row.action,
        "name": account.name,
        "address": account.address.text,
        "kind": account.kind.value,
        "priority": account.priority.value,
        "level": placement.level.value,
        "lon": account.place.lon if account.place else None,
        "lat": account.place.lat if account.place else None,
        "label": placement.matched,
        "confidence": round(placement.confidence, 3),
        "reason": placement.reason,
        "changes": {field: [_said(now), _said(then)] for field, (now, then) in row.changes().items()},
        "remarks": list(row.draft.remarks),
        "hours": [account.opening_hours, understood_of(account)] if account.opening_hours else [],
    }


def _said(value: Any) -> str:
    """A value of a field as one line of text: an address as a person reads it, a place as its coordinates."""
    if value is None:
        return ""
    if hasattr(value, "lon"):
        return f"{value.lon:.5f}, {value.lat:.5f}"
    return str(getattr(value, "text", value))


def fields_of_files() -> Sequence[str]:
    """The fields that a column may be read as."""
    return tuple(synonyms())
