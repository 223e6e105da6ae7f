"""What an import of orders would do, as the page shows it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from gcrm.platform.progress import Progress, quiet
from gcrm.sales.choices import OrderChoices
from gcrm.sales.import_orders import OrdersImported, preview_orders
from gcrm.workspace import Workspace

SHOWN = 100
"""Lines of a file that the page shows, and rejects, and unknown accounts."""


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """A line as it will be read: its row in the file, whose it is, and what becomes of it."""

    row: int
    account_id: int
    account: str
    day: date
    number: str
    product: str
    quantity: Decimal | None
    amount: Decimal
    currency: str
    action: str


@dataclass(frozen=True, slots=True)
class OrdersPreview:
    """What an import would do, its first lines, and all headings of the file in their order."""

    done: OrdersImported
    lines: tuple[PreviewLine, ...]
    headings: tuple[str, ...]


def preview_of_file(
    workspace: Workspace, file: Path, progress: Progress = quiet, choices: OrderChoices | None = None
) -> OrdersPreview:
    """What an import of the file would do; nothing is written. Raises as `import_orders` but for open questions."""
    done, planned = preview_orders(workspace, file, progress, choices=choices)
    shown = planned.lines[:SHOWN]
    with workspace.store.read() as tx:
        names = {one.id: one.name for one in tx.accounts.by_ids({one.account_id for one in shown})}
    lines = tuple(
        PreviewLine(
            row=one.read.row,
            account_id=one.account_id,
            account=names.get(one.account_id, ""),
            day=one.read.day,
            number=" / ".join(part for part in (one.read.number, one.read.line) if part),
            product=one.read.product,
            quantity=one.read.quantity,
            amount=one.read.amount,
            currency=one.read.currency,
            action=one.action,
        )
        for one in shown
    )
    return OrdersPreview(done, lines, (*done.columns.values(), *done.unused))
