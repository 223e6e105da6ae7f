"""Import a file of accounts: all of it or, where it is refused or stopped, nothing."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gcrm.accounts.change import ChangeKind, ChangeSet
from gcrm.accounts.model import Account
from gcrm.accounts.repository.staged import StagedAccounts
from gcrm.activities.model import OF_IMPORT, Activity, ActivityKind, Outcome
from gcrm.common.language import say
from gcrm.common.spreadsheet import write_csv
from gcrm.imports.choices import ImportChoices, refuse_open
from gcrm.imports.columns import fingerprint
from gcrm.imports.foresee import TRIES, Foreseen, foresee, foresee_in, write_foreseen
from gcrm.imports.matching import Known
from gcrm.imports.prepare_import import (
    PlannedRow,
    Prepared,
    columns_of,
    file_remarks,
    levels_of,
    prepare_import,
)
from gcrm.imports.repository import ACCOUNTS
from gcrm.imports.table import Row, Table
from gcrm.imports.understanding import Reject
from gcrm.platform.progress import Progress, quiet
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.transaction import Transaction


@dataclass(frozen=True, slots=True)
class AccountsImported:
    """What became of each row: read = created + updated + unchanged + rejected + repeated.

    repeated counts rows that name an account of the same file again, as lines of a list of orders do; what they add is
    merged with it. placed counts the accounts of the file by how closely they are placed. remarks say what was changed
    or put aside in rows that were imported, file_remarks what is to say of the whole file. rejects_file holds the
    rejected rows as they were, with the reason. columns: field to heading; unused: headings that were not understood.
    batch is the number to undo it by, None where nothing changed. closed counts accounts that the file says are closed
    down.
    """

    read: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    repeated: int
    rejects: tuple[Reject, ...]
    placed: dict[str, int]
    remarks: tuple[Reject, ...]
    rejects_file: Path | None
    columns: dict[str, str]
    unused: tuple[str, ...]
    encoding: str
    delimiter: str
    batch: int | None = None
    closed: int = 0
    file_remarks: tuple[str, ...] = ()


def import_accounts(
    workspace: Workspace,
    file: Path,
    progress: Progress = quiet,
    *,
    columns: dict[str, str] | None = None,
    choices: ImportChoices | None = None,
    rejects_file: Path | None = None,
    user_id: int | None = None,
) -> AccountsImported:
    """Import a file of customers and prospects: CSV, XLSX, GeoJSON, GeoPackage, shapefile or vCard.

    columns: field to heading, where the headings alone do not say it; remembered for files of the same headings.
    rejects_file: where rejected rows go, a file in
    the workspace if not given. Accounts are known again by external id, else by name and address.
    Raises InputRejected if the file cannot be read or has no column with names, Cancelled if `progress` says so;
    nothing is written then.
    """
    choices = choices or ImportChoices(columns)
    prepared = prepare_import(workspace, file, progress, choices)
    refuse_open(prepared.questions)
    understood = prepared.understood
    progress(say("Matching"))

    def plan(tx: "Transaction") -> list[PlannedRow]:
        return prepared.plan(Known.of(tx.accounts.all(), tx.activities.closed_down(), choices.same))

    kept = _Kept(file.name, dict(choices.columns or {}), user_id)
    with workspace.store.stage() as stage:
        staged = StagedAccounts(stage)
        written = None
        for _ in range(TRIES):
            foreseen = foresee(workspace, staged, plan, prepared, progress)
            with workspace.store.write(stage) as tx:
                written = _written(tx, staged, foreseen, prepared, kept, progress)
            if written is not None:
                break
        else:
            with workspace.store.write(stage) as tx:
                foreseen = foresee_in(tx, staged, plan, prepared)
                written = _written(tx, staged, foreseen, prepared, kept, progress)
    assert written is not None, "nobody can write in a transaction of ours"
    planned = foreseen.planned
    target = write_rejects(workspace, file, prepared.table, understood.rejects, rejects_file)
    return AccountsImported(
        read=len(prepared.table.rows),
        created=len(foreseen.new),
        updated=sum(row.action == "update" for row in planned),
        unchanged=sum(row.action == "unchanged" for row in planned),
        rejected=len(understood.rejects),
        repeated=understood.repeated,
        rejects=tuple(understood.rejects.values()),
        placed=levels_of(planned),
        remarks=tuple(Reject(row.draft.row.number, remark) for row in planned for remark in row.remarks),
        rejects_file=target,
        columns=columns_of(prepared),
        unused=prepared.mapping.unused,
        encoding=prepared.table.encoding,
        delimiter=prepared.table.delimiter,
        batch=written.batch,
        closed=written.closed,
        file_remarks=file_remarks(prepared),
    )


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is kept with an import: the file's name, the columns that a person chose, and who it was."""

    name: str
    columns: dict[str, str]
    user_id: int | None


@dataclass(frozen=True, slots=True)
class _Written:
    batch: int | None
    closed: int


def _written(
    tx: "Transaction", staged: StagedAccounts, foreseen: Foreseen, prepared: Prepared, kept: _Kept, progress: Progress
) -> _Written | None:
    """Write an import in a transaction that is open; None where others have written what it does not agree with."""
    again = write_foreseen(tx, staged, foreseen, prepared)
    if again is None:
        return None
    at, new, changed = prepared.prepared_at, foreseen.new, foreseen.changed
    batch = None
    closing = _closing(foreseen.planned, new)
    if new or changed or closing:
        figures = {"read": len(prepared.table.rows), "created": len(new), "updated": len(changed)}
        made = ChangeSet(ChangeKind.IMPORT, kept.name, at, kept.user_id, figures)
        if closing or again or staged.has_changes:
            batch = staged.keep(tx, made, [one for one in again if one.before]).id
        entries = [_closed(account_id, f"{kept.name}: {said}", at, kept.user_id, batch) for account_id, said in closing]
        tx.activities.add_many(entries)
    if kept.columns:
        tx.import_columns.remember(ACCOUNTS, fingerprint(prepared.table.headings), kept.columns)
    # The last chance to stop; after it everything is committed at once.
    progress(say("Writing"), len(foreseen.planned), len(foreseen.planned))
    return _Written(batch, len(closing))


def _closing(planned: Sequence[PlannedRow], new: Sequence[Account]) -> list[tuple[int, str]]:
    """Ids of the accounts that the file says are closed down and that were not so before, and what it says."""
    created = iter(new)
    found = []
    for row in planned:
        account_id = next(created).id if row.action == "create" else row.account.id
        if row.closes:
            found.append((account_id, row.draft.closed))
    return found


def _closed(account_id: int, note: str, now: datetime, user_id: int | None, batch: int | None) -> Activity:
    """The entry in an account's history that says it is closed down; undoing the import takes it out again."""
    return Activity(
        account_id,
        ActivityKind.NOTE,
        now,
        user_id=user_id,
        outcome=Outcome.CLOSED_DOWN,
        note=note,
        client_id=f"{OF_IMPORT}{batch}-{account_id}",
    )


def write_rejects(
    workspace: Workspace, file: Path, table: Table, rejects: dict[int, Reject], wanted: Path | None
) -> Path | None:
    """Rejected rows with their own columns, the line they stood in and the reason; the file, None for none.

    wanted: where they go, a file in the workspace if not given.
    """
    if not rejects:
        return None
    target = wanted
    if target is None:
        folder = workspace.settings.files / "imports"
        folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256(file.read_bytes()).hexdigest()[:8]
        target = folder / f"{file.stem}-{digest}-rejected.csv"
    headings = [*table.headings, "line", "reason"]
    write_csv(target, headings, _reject_rows(table.rows, rejects, len(table.headings)))
    return target


def _reject_rows(rows: Iterable[Row], rejects: dict[int, Reject], width: int) -> Iterable[list[str]]:
    for row in rows:
        if row.number in rejects:
            cells = list(row.cells[:width]) + [""] * (width - len(row.cells))
            surplus = [say("surplus: {cells}", cells=" | ".join(row.cells[width:]))] if len(row.cells) > width else []
            yield [*cells, str(row.number), "; ".join([rejects[row.number].reason, *surplus])]
