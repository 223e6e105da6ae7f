"""`gcrm orders`: what accounts have ordered, from files."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcrm.cli.import_options import chosen_columns, file_options
from gcrm.cli.output import answer, as_document, json_option, show_progress
from gcrm.workspace import open_workspace

if TYPE_CHECKING:
    from gcrm.sales.import_orders import OrdersImported

SHOWN = 10
"""Rejects or unknown accounts that are printed before "and N more"."""
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def orders() -> None:
    """What accounts have ordered: files in, sums out."""


@orders.command("import")
@file_options("orders")
@click.option("--currency", default="", help="The code of the currency, as EUR, where the file does not say it.")
@click.option("--decimal", type=click.Choice(["point", "comma"]), help="For numbers as 1.234, which may be either.")
def import_(
    file: Path,
    rejects: Path | None,
    columns: tuple[str, ...],
    currency: str,
    decimal: str | None,
    dates: str | None,
    encoding: str,
    sheet: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import a file of orders (CSV, XLSX); the same file twice changes nothing.

    Whose an order is: the account's external id, gcrm_id, or name with its town. Fields are gcrm_id, external_id,
    account, city, date, number, line, product, quantity, amount, currency, type.
    """
    from gcrm.sales.choices import OrderChoices
    from gcrm.sales.import_orders import import_orders, preview_orders

    choices = OrderChoices(chosen_columns(columns), encoding, sheet, currency, decimal or "", dates or "")
    workspace = open_workspace()
    if dry_run:
        done, _ = preview_orders(workspace, file, show_progress, choices=choices)
    else:
        done = import_orders(workspace, file, show_progress, choices=choices, rejects_file=rejects)
    workspace.close()
    answer(done, as_json, lambda: _said(done, dry_run=dry_run))


@orders.command()
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True)
@json_option
def imports(limit: int, as_json: bool) -> None:
    """List the imports of orders, newest first."""
    from gcrm.sales.import_orders import list_order_imports

    workspace = open_workspace()
    found = list_order_imports(workspace, limit)
    workspace.close()
    answer(
        [as_document(one) for one in found],
        as_json,
        lambda: (
            "\n".join(
                f"{one.id:>5}  {one.at:%Y-%m-%d %H:%M}  {one.document.get('added', 0):>8,} lines  {one.title}"
                f"{f'  undone {one.undone_at:%Y-%m-%d %H:%M}' if one.undone_at else ''}"
                for one in found
            )
            or "No orders were imported yet. Import some with `gcrm orders import FILE`."
        ),
    )


@orders.command()
@click.argument("number", type=int)
@json_option
def undo(number: int, as_json: bool) -> None:
    """Undo an import by its NUMBER; lines that it had corrected get their old version back."""
    from gcrm.sales.import_orders import undo_orders

    workspace = open_workspace()
    done = undo_orders(workspace, number)
    workspace.close()
    answer(
        done, as_json, lambda: f"{done.title}: {done.removed:,} lines taken out, {done.restored:,} as they were before."
    )


@orders.command()
@click.option("--since", type=DAY, help="The first day that counts.")
@click.option("--until", type=DAY, help="The last day that counts.")
@json_option
def revenue(since: datetime | None, until: datetime | None, as_json: bool) -> None:
    """Show what each account has ordered, in each currency; credit notes are taken off."""
    from gcrm.sales.queries import revenue_by_account

    workspace = open_workspace()
    with workspace.store.read() as tx:
        found = revenue_by_account(tx, _day(since), _day(until))
        names = {one.id: one.name for one in tx.accounts.by_ids({key for some in found.values() for key in some})}
    workspace.close()
    rows = [
        {"account": account_id, "name": names.get(account_id, ""), "currency": currency, "amount": amount}
        for currency, some in found.items()
        for account_id, amount in sorted(some.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    answer(
        rows,
        as_json,
        lambda: (
            "\n".join(
                f"{one['account']:>7}  {str(one['name'])[:40]:<40} {one['amount']:>16,.2f} {one['currency']}".rstrip()
                for one in rows
            )
            or "There are no orders in those days."
        ),
    )


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None  # law: a day that somebody has typed


def _said(done: OrdersImported, *, dry_run: bool) -> str:
    counts = ", ".join(
        f"{getattr(done, name):,} {name}" for name in ("added", "replaced", "unchanged", "rejected", "repeated")
    )
    lines = [f"{done.read:,} rows: {counts}."]
    lines += [f"  {amount:,.2f} {currency or 'of no stated currency'}" for currency, amount in done.totals.items()]
    lines += done.file_remarks
    if done.unused:
        lines.append(f"Columns not used: {', '.join(done.unused)}.")
    if done.unknown:
        lines.append(f"{len(done.unknown):,} accounts are not known:")
        lines += [f"  {one.named}: {one.lines:,} lines" for one in done.unknown[:SHOWN]]
        lines += [f"  and {len(done.unknown) - SHOWN:,} more."] if len(done.unknown) > SHOWN else []
        lines.append("Import or add them, then import this file again: what is in already does not change.")
    lines += [f"  line {reject.row}: {reject.reason}" for reject in done.rejects[:SHOWN]]
    if dry_run:
        lines += [f"{question.text} Say it with {question.option}." for question in done.questions]
        return "\n".join([*lines, "Nothing was written."])
    if done.rejects_file:
        lines.append(f"All rejected rows with their reasons: {done.rejects_file}")
    if done.batch:
        lines.append(f"Undo it with `gcrm orders undo {done.batch}`.")
    return "\n".join(lines)
