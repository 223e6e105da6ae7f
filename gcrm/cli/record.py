"""`gcrm people`, `gcrm deals`, `gcrm tasks`: what is held of people, deals and what is to be done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from gcrm.cli.output import answer, as_document, json_option
from gcrm.workspace import open_workspace

_LIMIT = click.option("--limit", type=click.IntRange(min=1), default=100_000, show_default=True)
_TEXT = click.option("--text", default="", help="Only those with this in their name or subject.")
_ACCOUNT = click.option("--account", "account_id", type=int, help="Only those of this account, by its number.")


@click.group()
def people() -> None:
    """People at accounts."""


@people.command("list")
@_TEXT
@_ACCOUNT
@click.option("--refuses", type=click.Choice(["email", "phone", "post", "fax"]), help="Only who refuses that channel.")
@_LIMIT
@json_option
def list_people(text: str, account_id: int | None, refuses: str | None, limit: int, as_json: bool) -> None:
    """List people by name, with their accounts and what they refuse."""
    from gcrm.accounts.list_people import list_people as found_people

    workspace = open_workspace()
    with workspace.store.read() as tx:
        found = found_people(tx, None, text=text, account_id=account_id, refuses=refuses or "", limit=limit)
    workspace.close()
    answer(
        {"people": [{**as_document(one), "account": one.account} for one in found.people], "total": found.total},
        as_json,
        lambda: _lines(
            [
                f"{one.id:>6}  {one.name[:32]:<32}  {one.account[:32]:<32}  {one.email}"
                f"{'  refuses e-mail' if one.refuses_email else ''}{'  refuses calls' if one.refuses_phone else ''}"
                for one in found.people
            ],
            "No people yet. Import them with `gcrm import-crm FILES`.",
        ),
    )


@click.group()
def deals() -> None:
    """What may be sold, and what was won and lost."""


@deals.command("list")
@_TEXT
@_ACCOUNT
@click.option("--outcome", type=click.Choice(["open", "won", "lost"]), help="Only these.")
@_LIMIT
@json_option
def list_deals(text: str, account_id: int | None, outcome: str | None, limit: int, as_json: bool) -> None:
    """List deals, open ones first; amounts of two currencies are never added up."""
    from gcrm.sales.list_deals import list_deals as found_deals
    from gcrm.sales.model import DealOutcome

    workspace = open_workspace()
    with workspace.store.read() as tx:
        wanted = DealOutcome(outcome) if outcome else None
        found = found_deals(tx, None, text=text, account_id=account_id, outcome=wanted, limit=limit)
    workspace.close()
    lines = [
        f"{one.id:>6}  {one.outcome:<4}  {one.name[:36]:<36}  {one.account[:28]:<28}  "
        f"{_amount(one.amount)} {one.currency}"
        for one in found.deals
    ]
    lines += [f"{one.outcome}: {one.deals:,} deals, {_amount(one.amount)} {one.currency}" for one in found.sums]
    answer(found, as_json, lambda: _lines(lines, "No deals yet. Import them with `gcrm import-crm FILES`."))


@click.group()
def tasks() -> None:
    """What is to be done for accounts."""


@tasks.command("list")
@_TEXT
@_ACCOUNT
@click.option("--all", "everything", is_flag=True, help="Those that are done too.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Only those that are due by that day.")
@_LIMIT
@json_option
def list_tasks(
    text: str, account_id: int | None, everything: bool, until: datetime | None, limit: int, as_json: bool
) -> None:
    """List tasks that are open, first due first."""
    from gcrm.activities.list_tasks import list_tasks as found_tasks

    workspace = open_workspace()
    with workspace.store.read() as tx:
        by = until.date() if until else None  # law: a day that somebody has typed
        found = found_tasks(
            tx, None, done=None if everything else False, text=text, until=by, account_id=account_id, limit=limit
        )
    workspace.close()
    answer(
        found,
        as_json,
        lambda: _lines(
            [
                f"{one.id:>6}  {one.due!s:<10}  {'done' if one.done else 'open'}  {one.subject[:40]:<40}  "
                f"{one.account[:28]:<28}  {one.owner}"
                for one in found.tasks
            ],
            "No open tasks.",
        ),
    )


def _amount(amount: Any) -> str:
    return f"{amount:>14,.2f}" if amount is not None else f"{'':>14}"


def _lines(lines: list[str], otherwise: str) -> str:
    return "\n".join(lines) or otherwise
