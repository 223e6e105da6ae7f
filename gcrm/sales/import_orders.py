"""Import a file of orders: all of it or, where it is refused or stopped, nothing; and undo that."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from gcrm.accounts.change import ChangeKind, ChangeSet
from gcrm.common.language import say
from gcrm.imports.choices import Question, refuse_open
from gcrm.imports.columns import fingerprint
from gcrm.imports.import_accounts import write_rejects
from gcrm.imports.repository import ORDERS
from gcrm.imports.understanding import Reject
from gcrm.platform.errors import Conflict, NotFound
from gcrm.platform.progress import Progress, quiet
from gcrm.sales.choices import OrderChoices
from gcrm.sales.prepare_orders import PlannedOrders, UnknownAccount, prepare_orders, sums
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.sales.prepare_orders import PreparedOrders


@dataclass(frozen=True, slots=True)
class OrdersImported:
    """What became of each row: read = added + replaced + unchanged + rejected + repeated.

    replaced: lines that are known and say something else now; repeated: lines that stand in the file twice. totals:
    what all lines of the file come to that are not rejected, by currency. unknown: accounts that nobody knows; their
    rows are among the rejected ones, and go in when the file is imported again with those accounts there. batch is the
    number to undo it by, None where nothing changed. questions: what has to be said before a previewed file may go in.
    """

    read: int
    added: int
    replaced: int
    unchanged: int
    rejected: int
    repeated: int
    totals: dict[str, Decimal]
    rejects: tuple[Reject, ...]
    unknown: tuple[UnknownAccount, ...]
    rejects_file: Path | None
    columns: dict[str, str]
    unused: tuple[str, ...]
    encoding: str
    delimiter: str
    batch: int | None = None
    file_remarks: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class OrdersUndone:
    """What undoing an import of orders did: lines taken out, and older versions of lines that count again."""

    id: int
    title: str
    removed: int
    restored: int


def import_orders(
    workspace: Workspace,
    file: Path,
    progress: Progress = quiet,
    *,
    choices: OrderChoices | None = None,
    rejects_file: Path | None = None,
    user_id: int | None = None,
) -> OrdersImported:
    """Import a file of orders, CSV or XLSX; the same file twice changes nothing.

    A line is known again by the number of its order and its own, else by all that its row says. Returns and credit
    notes keep their sign. Raises InputRejected if the file cannot be read or lacks a column, Cancelled if `progress`
    says so; nothing is written then.
    """
    choices = choices or OrderChoices()
    prepared = prepare_orders(workspace, file, progress, choices)
    refuse_open(prepared.questions)
    progress(say("Matching"))
    with workspace.store.read() as tx:
        foreseen = prepared.plan(tx)
    progress(say("Writing"))
    with workspace.store.write() as tx:
        keys = {one.read.key for one in foreseen.lines}
        known = {key: one.id for key, one in tx.orders.by_keys(keys).items()}
        if tx.accounts.state() != foreseen.accounts or known != {
            one.read.key: one.existing.id for one in foreseen.lines if one.existing
        }:
            # Somebody else has written since.
            foreseen = prepared.plan(tx)
        new = [one for one in foreseen.lines if one.action != "unchanged"]
        batch = None
        if new:
            figures = {"read": len(prepared.table.rows), "added": sum(one.action == "add" for one in new)}
            figures["replaced"] = len(new) - figures["added"]
            made = ChangeSet(ChangeKind.ORDERS, file.name, prepared.prepared_at, user_id, figures)
            batch = tx.changes.add(made, ()).id
            tx.orders.replace([one.existing.id for one in new if one.existing], batch)
            tx.orders.add_many([replace(one.line, import_id=batch) for one in new])
        if choices.columns:
            tx.import_columns.remember(ORDERS, fingerprint(prepared.table.headings), dict(choices.columns))
        # The last chance to stop; after it everything is committed at once.
        progress(say("Writing"), len(new), len(new))
    rejects = {**prepared.lines.rejects, **foreseen.rejects}
    target = write_rejects(workspace, file, prepared.table, rejects, rejects_file)
    return told(prepared, foreseen, target, batch)


def preview_orders(
    workspace: Workspace, file: Path, progress: Progress = quiet, *, choices: OrderChoices | None = None
) -> tuple[OrdersImported, PlannedOrders]:
    """What an import would do, and its lines; nothing is written. Raises as `import_orders`."""
    prepared = prepare_orders(workspace, file, progress, choices or OrderChoices())
    progress(say("Matching"))
    with workspace.store.read() as tx:
        planned = prepared.plan(tx)
    return told(prepared, planned, None, None), planned


def told(
    prepared: "PreparedOrders", planned: PlannedOrders, rejects_file: Path | None, batch: int | None
) -> OrdersImported:
    """What came of an import, or would come of it."""
    rejects = {**prepared.lines.rejects, **planned.rejects}
    actions = [one.action for one in planned.lines]
    return OrdersImported(
        read=len(prepared.table.rows),
        added=actions.count("add"),
        replaced=actions.count("replace"),
        unchanged=actions.count("unchanged"),
        rejected=len(rejects),
        repeated=prepared.lines.repeated,
        totals=dict(sums(planned.lines)),
        rejects=tuple(rejects[row] for row in sorted(rejects)),
        unknown=planned.unknown,
        rejects_file=rejects_file,
        columns=prepared.fields,
        unused=prepared.columns.unused,
        encoding=prepared.table.encoding,
        delimiter=prepared.table.delimiter,
        batch=batch,
        file_remarks=prepared.remarks(planned.lines),
        questions=prepared.questions,
    )


def list_order_imports(workspace: Workspace, limit: int = 100) -> list[ChangeSet]:
    """The last imports of orders, newest first, those that were undone too."""
    with workspace.store.read() as tx:
        return tx.changes.latest([ChangeKind.ORDERS], limit)


def undo_orders(workspace: Workspace, number: int, at: datetime | None = None) -> OrdersUndone:
    """Take out the lines that an import brought, and let count again those that it replaced.

    A line that a later import has replaced stays as that one says. Raises NotFound, Conflict if it was undone already.
    """
    with workspace.store.write() as tx:
        made = tx.changes.get(number)
        if made.kind is not ChangeKind.ORDERS:
            raise NotFound(say("{number} is no import of orders.", number=number), say("See `gcrm orders imports`."))
        if made.undone_at is not None:
            raise Conflict(
                say("{title} was undone {undone_at:%Y-%m-%d %H:%M} UTC.", title=made.title, undone_at=made.undone_at),
                say("Import the file again."),
            )
        removed, restored = tx.orders.withdraw(number)
        tx.changes.mark_undone(number, at or workspace.clock())
    return OrdersUndone(number, made.title, removed, restored)
