"""Look at a file before it is imported: its columns and samples, what would become of each row, what has to be asked.

The command line and the page have the same preview. A page keeps the answer small: all rows go to a file beside it.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gcrm.accounts.model import Account
from gcrm.common.zones import understood_of
from gcrm.imports.choices import ImportChoices, Question
from gcrm.imports.columns import fields_of_files, fingerprint, map_columns
from gcrm.imports.matching import Known
from gcrm.imports.prepare_import import (
    PlannedRow,
    columns_of,
    doubts,
    file_remarks,
    levels_of,
    prepare_import,
)
from gcrm.imports.read import read_table
from gcrm.imports.repository import ACCOUNTS
from gcrm.imports.table import ReadAs, Table
from gcrm.imports.understanding import Reject
from gcrm.platform.errors import InputRejected
from gcrm.platform.progress import Progress, quiet
from gcrm.workspace import Workspace

SHOWN_MOST = 100
"""Rows, rejects and questions in the answer for a page; nobody reads more of them on one."""
ALIKE_MOST = 5_000
"""New rows among which doubles are looked for before a page is shown; more of them wait until they are imported."""
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
class RowPreview:
    """What would become of one row.

    label is the address found; changes: field to its value now and then, as a person reads it; cleaned: field to what
    stands in the file and what is taken, where the two differ; opening_hours as they are typed, and hours: as they are
    understood, "" without any.
    """

    row: int
    action: str
    name: str
    address: str
    account_id: int | None
    kind: str
    priority: str
    level: str
    lon: float | None
    lat: float | None
    label: str
    confidence: float
    why_not_placed: str
    changes: dict[str, tuple[str, str]]
    remarks: tuple[str, ...]
    cleaned: dict[str, tuple[str, str]]
    opening_hours: str
    hours: str


@dataclass(frozen=True, slots=True)
class AlikeRow:
    """A row that would become a new account and looks like one that is there, or like an earlier row.

    account is the id of the one that is there, else None and like_row is the earlier row.
    """

    row: int
    account: int | None
    like_row: int | None
    probability: float
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would do: read = created + updated + unchanged + rejected + repeated, and each row.

    closed: accounts that the file says are closed down. alike: new accounts that may be doubles, likeliest first; they
    are imported all the same, and can be merged then. columns: field to heading; headings: each column with samples;
    remembered: somebody chose these columns before. file_remarks tell of the whole file. questions: what a person has
    to choose before the file may be imported. problem says why no row can be understood, "" where they can.
    rows_file holds all rows for `rows_of` where the answer has only the first.
    """

    read: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    repeated: int
    closed: int
    rejects: tuple[Reject, ...]
    placed: dict[str, int]
    rows: tuple[RowPreview, ...]
    alike: tuple[AlikeRow, ...]
    columns: dict[str, str]
    headings: tuple[Column, ...]
    unused: tuple[str, ...]
    remembered: bool
    file_remarks: tuple[str, ...]
    questions: tuple[Question, ...]
    encoding: str
    delimiter: str
    sheets: tuple[str, ...]
    sheet: str
    rows_file: str = ""
    problem: str = ""
    remedy: str = ""


def preview_import(
    workspace: Workspace,
    file: Path,
    progress: Progress = quiet,
    *,
    columns: dict[str, str] | None = None,
    choices: ImportChoices | None = None,
    rows_file: Path | None = None,
) -> ImportPreview:
    """Say what importing a file would do; the database is not changed.

    columns: as in ImportChoices, for short. rows_file: for a page; all rows are written there, the answer holds the
    first of them, and a file whose columns nobody understands comes back with its problem and its columns.
    Raises InputRejected if the file cannot be read, Cancelled.
    """
    choices = choices or ImportChoices(columns)
    try:
        prepared = prepare_import(workspace, file, progress, choices)
    except InputRejected as error:
        if rows_file is None:
            raise
        return _without_rows(workspace, file, choices, error)
    with workspace.store.read() as tx:
        accounts = tx.accounts.all()
        known = Known.of(accounts, tx.activities.closed_down(), choices.same)
        remembered = tx.import_columns.of(ACCOUNTS, fingerprint(prepared.table.headings)) is not None
    planned = prepared.plan(known)
    rejects = tuple(prepared.understood.rejects.values())
    rows = tuple(_previewed(row) for row in planned)
    questions = (*prepared.questions, *doubts(planned))
    look_for_doubles = rows_file is None or sum(row.existing is None for row in planned) <= ALIKE_MOST
    alike = _alike(accounts, planned, progress) if look_for_doubles else ()
    actions = Counter(row.action for row in planned)
    most = len(rows) + len(rejects) + len(questions) if rows_file is None else SHOWN_MOST
    if rows_file is not None:
        lines = [{name: getattr(row, name) for name in RowPreview.__slots__} for row in rows]
        rows_file.write_text(json.dumps(lines, ensure_ascii=False), encoding="utf-8")
    return ImportPreview(
        read=len(prepared.table.rows),
        created=actions["create"],
        updated=actions["update"],
        unchanged=actions["unchanged"],
        rejected=len(rejects),
        repeated=prepared.understood.repeated,
        closed=sum(row.closes for row in planned),
        rejects=rejects[:most],
        placed=levels_of(planned),
        rows=rows[:most],
        alike=alike[:most],
        columns=columns_of(prepared),
        headings=_columns(prepared.table, columns_of(prepared)),
        unused=prepared.mapping.unused,
        remembered=remembered and not choices.columns,
        file_remarks=file_remarks(prepared),
        questions=questions[:most],
        encoding=prepared.table.encoding,
        delimiter=prepared.table.delimiter,
        sheets=prepared.table.sheets,
        sheet=prepared.table.sheet,
        rows_file=str(rows_file or ""),
    )


def rows_of(preview: dict[str, Any]) -> list[dict[str, Any]]:
    """All rows of a preview, as `preview_import` wrote them to a file; none where that is put away.

    preview: the answer as a document. Each row: the fields of RowPreview.
    """
    file = Path(str(preview.get("rows_file") or "none"))
    found: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []
    return found


def _without_rows(workspace: Workspace, file: Path, choices: ImportChoices, error: InputRejected) -> ImportPreview:
    """The columns alone, so that a person can say which holds the names. Raises InputRejected where there are none."""
    table = read_table(file, ReadAs(choices.encoding, choices.sheet))
    with workspace.store.read() as tx:
        remembered = tx.import_columns.of(ACCOUNTS, fingerprint(table.headings))
    chosen = choices.columns or remembered or {}
    given = {field: heading for field, heading in chosen.items() if heading in {"", *table.headings}}
    guess = next((heading for heading in table.headings if heading), "")
    mapping = map_columns(table.headings, {"name": guess, **{f: h for f, h in given.items() if f != "name"}})
    columns = {field: table.headings[at] for field, at in mapping.columns.items() if field != "name"}
    if given.get("name"):
        columns["name"] = given["name"]
    return ImportPreview(
        read=len(table.rows),
        created=0,
        updated=0,
        unchanged=0,
        rejected=0,
        repeated=0,
        closed=0,
        rejects=(),
        placed={},
        rows=(),
        alike=(),
        columns=columns,
        headings=_columns(table, columns),
        unused=mapping.unused,
        remembered=remembered is not None and not choices.columns,
        file_remarks=table.remarks,
        questions=(),
        encoding=table.encoding,
        delimiter=table.delimiter,
        sheets=table.sheets,
        sheet=table.sheet,
        problem=error.fault,
        remedy=error.remedy,
    )


def _columns(table: Table, columns: dict[str, str]) -> tuple[Column, ...]:
    fields = {heading: field for field, heading in columns.items() if field in fields_of_files()}
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


def _alike(accounts: list[Account], planned: Sequence[PlannedRow], progress: Progress) -> tuple[AlikeRow, ...]:
    """New rows that look like an account or like each other; rows have negative ids while they are compared."""
    # What texts are compared with is not loaded for a page that shows a preview.
    from gcrm.accounts.linkage.pairs import find_pairs
    from gcrm.accounts.linkage.profile import profile_of

    profiles = [profile_of(account) for account in accounts]
    profiles += [
        profile_of(replace(row.account, id=-row.draft.row.number)) for row in planned if row.action == "create"
    ]
    return tuple(
        AlikeRow(
            row=-pair.a if pair.b >= 0 else max(-pair.a, -pair.b),
            account=pair.b if pair.b >= 0 else None,
            like_row=None if pair.b >= 0 else min(-pair.a, -pair.b),
            probability=pair.probability,
            why=pair.why,
        )
        for pair in find_pairs(profiles, progress)
        if pair.a < 0
    )


def _previewed(planned: PlannedRow) -> RowPreview:
    account, placement = planned.account, planned.account.placement
    return RowPreview(
        row=planned.draft.row.number,
        action=planned.action,
        name=account.name,
        address=account.address.text,
        account_id=planned.existing.id if planned.existing else None,
        kind=account.kind.value,
        priority=account.priority.value,
        level=placement.level.value,
        lon=account.place.lon if account.place else None,
        lat=account.place.lat if account.place else None,
        label=placement.matched,
        confidence=round(placement.confidence, 3),
        why_not_placed=placement.reason,
        changes={field: (_said(now), _said(then)) for field, (now, then) in planned.changes().items()},
        remarks=planned.remarks,
        cleaned={
            field: (written, _said(planned.draft.values.get(field))) for field, written in planned.draft.cleaned.items()
        },
        opening_hours=account.opening_hours,
        hours=understood_of(account),
    )


def _said(value: Any) -> str:
    """A value of a field as one line of text: an address as a person reads it, a place as its coordinates."""
    if value is None:
        return ""
    if hasattr(value, "lon"):
        return f"{value.lon:.5f}, {value.lat:.5f}"
    return str(getattr(value, "text", value))
