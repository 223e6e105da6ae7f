"""`gcrm duplicates`: accounts that may be one business twice."""

import click

from gcrm.accounts.linkage.pairs import LIKELY
from gcrm.cli.output import answer, as_document, json_option, show_progress
from gcrm.workspace import open_workspace


@click.group(invoke_without_command=True)
@click.option("--least", type=float, default=LIKELY, show_default=True, help="Least probability.")
@click.option("--account", "account_id", type=int, help="Only pairs with this account.")
@json_option
@click.pass_context
def duplicates(ctx: click.Context, least: float, account_id: int | None, as_json: bool) -> None:
    """List pairs of accounts that may be one business, likeliest first."""
    from gcrm.accounts.find_duplicates import find_duplicates

    if ctx.invoked_subcommand is not None:
        return
    found = find_duplicates(open_workspace(), show_progress, least=least, account_id=account_id)
    answer(
        [as_document(pair) for pair in found],
        as_json,
        lambda: (
            "\n".join(
                f"{pair.probability:4.2f}  {pair.a:>6} {pair.name_a[:32]:<32}  {pair.b:>6} {pair.name_b[:32]:<32}  "
                f"{', '.join(pair.why)}"
                for pair in found
            )
            or "No two accounts look like one business."
        ),
    )


@duplicates.command()
@click.argument("keep", type=int)
@click.argument("gone", type=int)
@click.option("--take", "chosen", multiple=True, metavar="FIELD", help="Take this field from GONE; may be repeated.")
@json_option
def merge(keep: int, gone: int, chosen: tuple[str, ...], as_json: bool) -> None:
    """Merge account GONE into account KEEP, with its history."""
    from gcrm.accounts.find_duplicates import merge_accounts

    done = merge_accounts(open_workspace(), keep, gone, dict.fromkeys(chosen, gone))
    answer(
        done,
        as_json,
        lambda: (
            f"{done.account.name} has the history of both, {done.activities} entries came with {done.gone}. "
            f"Undo it with `gcrm imports undo {done.change_set}`."
        ),
    )
