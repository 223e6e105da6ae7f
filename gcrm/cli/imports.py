"""`gcrm imports`: what was imported, and undoing it."""

import click

from gcrm.accounts.change import ChangeKind
from gcrm.cli.output import answer, as_document, json_option
from gcrm.workspace import open_workspace


@click.group()
def imports() -> None:
    """Imports, edits, moved pins, locks and merges, and undoing them."""


@imports.command("list")
@click.option("--kind", type=click.Choice([kind.value for kind in ChangeKind]), help="Only these.")
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True)
@json_option
def list_(kind: str | None, limit: int, as_json: bool) -> None:
    """List what was changed, newest first."""
    from gcrm.accounts.undo_change import list_changes

    found = list_changes(open_workspace(), ChangeKind(kind) if kind else None, limit)
    answer(
        [as_document(each) for each in found],
        as_json,
        lambda: (
            "\n".join(
                f"{each.id:>5}  {each.at:%Y-%m-%d %H:%M}  {each.kind.value:<6}  {each.title}"
                f"{f'  undone {each.undone_at:%Y-%m-%d %H:%M}' if each.undone_at else ''}"
                for each in found
            )
            or "Nothing was imported yet. Import accounts with `gcrm accounts import FILE`."
        ),
    )


@imports.command()
@click.argument("number", type=int)
@json_option
def undo(number: int, as_json: bool) -> None:
    """Undo one by its NUMBER; what was changed since stays, and is listed."""
    from gcrm.accounts.undo_change import undo_change

    done = undo_change(open_workspace(), number)
    answer(
        done,
        as_json,
        lambda: "\n".join(
            [
                f"{done.title}: {done.removed} removed, {done.restored} set back, {done.brought_back} brought back.",
                *(
                    [f"People, deals and history: {done.record_removed:,} removed, {done.record_restored:,} set back."]
                    if done.record_removed or done.record_restored
                    else []
                ),
                *(f"  {each.account} {each.name}: {each.reason}" for each in done.kept),
            ]
        ),
    )
