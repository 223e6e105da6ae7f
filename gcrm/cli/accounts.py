"""`gcrm accounts`: files of accounts in and out, and accounts as they are kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gcrm.accounts.export_accounts import FORMATS
from gcrm.accounts.list_accounts import SORTS
from gcrm.accounts.model import Account, Kind, Level
from gcrm.cli.address import LonLatType
from gcrm.cli.import_options import chosen_columns, file_options
from gcrm.cli.output import answer, as_document, json_option, show_progress
from gcrm.common.spreadsheet import DELIMITERS
from gcrm.imports.choices import ImportChoices, Question
from gcrm.workspace import open_workspace
from routing.points import LonLat

if TYPE_CHECKING:
    from gcrm.accounts.edit_account import Edited
    from gcrm.imports.import_accounts import AccountsImported
    from gcrm.imports.preview_import import ImportPreview

MOST_REJECTS_SHOWN = 10


@click.group()
def accounts() -> None:
    """Customers and prospects."""


@accounts.command("import")
@file_options("accounts")
@click.option(
    "--same", multiple=True, metavar="LINE=ACCOUNT", help="Which account a line is, 0 for a new one; may be repeated."
)
def import_(
    file: Path,
    rejects: Path | None,
    columns: tuple[str, ...],
    encoding: str,
    sheet: str,
    dates: str | None,
    same: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import a file of accounts; the same file twice changes nothing."""
    from gcrm.imports.import_accounts import import_accounts
    from gcrm.imports.preview_import import preview_import

    choices = ImportChoices(chosen_columns(columns), encoding, sheet, _same_accounts(same), dates or "")
    if dry_run:
        preview = preview_import(open_workspace(), file, show_progress, choices=choices)
        answer(preview, as_json, lambda: _said(preview))
        return
    done = import_accounts(open_workspace(), file, show_progress, choices=choices, rejects_file=rejects)
    answer(done, as_json, lambda: _said(done))


def _asked(question: Question) -> list[str]:
    lines = [f"{question.text} Say it with {question.option}."]
    for option in question.options:
        said = f"{question.row}={option.value}" if question.row else option.value
        lines.append(f"  {question.option} {said}{f'  ({option.label})' if option.label != option.value else ''}")
        lines += [f"      {line}" for line in option.lines]
    return lines


def _same_accounts(written: tuple[str, ...]) -> dict[int, int]:
    """LINE=ACCOUNT pairs as a mapping. Raises a usage error for anything else."""
    pairs = [(each, re.fullmatch(r"(\d{1,9})=(\d{1,15})", each.strip())) for each in written]
    wrong = next((each for each, found in pairs if not found), None)
    if wrong is not None:
        raise click.BadParameter(f"{wrong!r} is not LINE=ACCOUNT, as in 12=345.", param_hint="--same")
    return {int(found[1]): int(found[2]) for _, found in pairs if found}


def _said(done: AccountsImported | ImportPreview) -> str:
    from gcrm.imports.preview_import import ImportPreview

    placed = ", ".join(f"{level} {count:,}" for level, count in done.placed.items())
    counts = ", ".join(f"{getattr(done, name):,} {name}" for name in ("created", "updated", "unchanged", "rejected"))
    lines = [f"{done.read:,} rows: {counts}.", f"Placed: {placed}."]
    if done.repeated:
        lines.append(f"{done.repeated:,} rows name an account of the file again and are merged with it.")
    if done.closed:
        lines.append(f"{done.closed:,} accounts are closed down, says the file.")
    lines += done.file_remarks
    if done.unused:
        lines.append(f"Columns not used: {', '.join(done.unused)}.")
    lines += [f"  line {reject.row}: {reject.reason}" for reject in done.rejects[:MOST_REJECTS_SHOWN]]
    if isinstance(done, ImportPreview):
        lines += [
            f"  line {one.row} looks like {f'account {one.account}' if one.account else f'line {one.like_row}'}: "
            f"{', '.join(one.why)}"
            for one in done.alike[:MOST_REJECTS_SHOWN]
        ]
        remarks = [f"  line {row.row}: {remark}" for row in done.rows for remark in row.remarks]
        lines += remarks[:MOST_REJECTS_SHOWN]
        if len(remarks) > MOST_REJECTS_SHOWN:
            lines.append(f"  and {len(remarks) - MOST_REJECTS_SHOWN:,} more remarks; --json shows all.")
        lines += [line for question in done.questions for line in _asked(question)]
        return "\n".join([*lines, "Nothing was written."])
    if done.rejects_file:
        lines.append(f"All rejected rows with their reasons: {done.rejects_file}")
    if done.batch:
        lines.append(f"Undo it with `gcrm imports undo {done.batch}`.")
    return "\n".join(lines)


@accounts.command()
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
@json_option
def add(fields: tuple[str, ...], as_json: bool) -> None:
    """Add an account, as in name="Ada's Bikes" street=Landstrasse house_number=12 city=Vaduz."""
    from gcrm.accounts.edit_account import add_account

    done = add_account(open_workspace(), typed_fields(fields))
    _answer_edited(done, as_json, f"{done.account.name} is account {done.account.id}.")


@accounts.command()
@click.argument("account_id", type=int)
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
@json_option
def edit(account_id: int, fields: tuple[str, ...], as_json: bool) -> None:
    """Change fields of an account, as in phone="+423 232 12 34"; nothing after the sign empties one."""
    from gcrm.accounts.edit_account import edit_account

    done = edit_account(open_workspace(), account_id, typed_fields(fields))
    _answer_edited(done, as_json, f"{done.account.name} is changed." if done.change_set else "No changes.")


def typed_fields(written: tuple[str, ...]) -> dict[str, str]:
    """FIELD=VALUE pairs as a mapping. Raises a usage error for anything else."""
    pairs = [each.partition("=") for each in written]
    wrong = next((text for (field, sign, _), text in zip(pairs, written, strict=True) if not sign or not field), None)
    if wrong is not None:
        raise click.BadParameter(f"{wrong!r} is not FIELD=VALUE, as in phone=+4232321234.", param_hint="FIELD=VALUE")
    return {field.strip(): value for field, _, value in pairs}


def _answer_edited(done: Edited, as_json: bool, said: str) -> None:
    document = account_document(done.account, "") | {"change_set": done.change_set}
    undo = f" Undo it with `gcrm imports undo {done.change_set}`." if done.change_set else ""
    answer(document, as_json, lambda: said + undo)


@accounts.command("list")
@click.option("--text", default="", help="Part of a name, address or segment.")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]))
@click.option("--level", type=click.Choice([level.value for level in Level]), help="How closely they are placed.")
@click.option("--territory", default="", help='Name of a territory, or "none".')
@click.option("--sort", type=click.Choice(SORTS), default="name", show_default=True)
@click.option("--limit", type=click.IntRange(min=1), help="Most accounts; all if not given.")
@json_option
def list_(
    text: str, kind: str | None, level: str | None, territory: str, sort: str, limit: int | None, as_json: bool
) -> None:
    """List accounts."""
    from gcrm.accounts.list_accounts import list_accounts

    found = list_accounts(
        open_workspace(),
        text=text,
        kind=Kind(kind) if kind else None,
        level=Level(level) if level else None,
        territory=territory,
        sort=sort,
        limit=limit,
    )
    answer(
        lambda: [
            account_document(account, found.territories.get(account.territory_id or 0, ""))
            for account in found.accounts
        ],
        as_json,
        lambda: (
            "\n".join(
                f"{account.id:>6}  {account.priority}  {account.kind.value:<8}  {account.name[:40]:<40}  "
                f"{account.placement.level.value:<6}  {account.address.text}"
                for account in found.accounts
            )
            or "There are no such accounts. Import some with `gcrm accounts import FILE`."
        ),
    )


@accounts.command()
@click.argument("account_id", type=int)
@json_option
def show(account_id: int, as_json: bool) -> None:
    """Show one account with its latest activities."""
    from gcrm.accounts.list_accounts import show_account

    shown = show_account(open_workspace(), account_id)
    document = account_document(shown.account, shown.territory)
    document["activities"] = [as_document(activity) for activity in shown.activities]
    answer(
        document,
        as_json,
        lambda: "\n".join(
            [f"{name}: {value}" for name, value in document.items() if value not in ("", None, [])]
            + [f"{one.at:%Y-%m-%d} {one.kind} {one.outcome} {one.note}" for one in shown.activities]
        ),
    )


@accounts.command()
@click.option("--format", "file_format", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="The file; accounts.csv and the like if not given.")
@click.option("--text", default="", help="Part of a name, address or segment.")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]))
@click.option("--level", type=click.Choice([level.value for level in Level]), help="How closely they are placed.")
@click.option("--territory", default="", help='Name of a territory, or "none".')
@click.option(
    "--delimiter",
    type=click.Choice(tuple(DELIMITERS)),
    default="comma",
    show_default=True,
    help="What divides the cells of a CSV: a spreadsheet of most of Europe wants the semicolon.",
)
@click.option("--encoding", default="utf-8-sig", show_default=True, help="Of a CSV; an older program may want cp1252.")
@json_option
def export(
    file_format: str,
    out: Path | None,
    text: str,
    kind: str | None,
    level: str | None,
    territory: str,
    delimiter: str,
    encoding: str,
    as_json: bool,
) -> None:
    """Export accounts to a file; no cell of it is run by a spreadsheet."""
    from gcrm.accounts.export_accounts import export_accounts

    done = export_accounts(
        open_workspace(),
        out or Path(f"accounts.{file_format}"),
        file_format,
        text=text,
        kind=Kind(kind) if kind else None,
        level=Level(level) if level else None,
        territory=territory,
        delimiter=delimiter,
        encoding=encoding,
    )
    answer(
        done, as_json, lambda: f"{done.accounts:,} accounts in {done.file}, {done.unplaced:,} of them without a place."
    )


@accounts.command()
@click.option("--outside", is_flag=True, help="Ask the geocoders that GCRM_OUTSIDE_GEOCODERS names, for the rest.")
@json_option
def place(outside: bool, as_json: bool) -> None:
    """Look all addresses up again, as after importing a newer area."""
    from gcrm.accounts.place_account import place_accounts
    from gcrm.accounts.place_outside import place_outside

    if outside:
        asked = place_outside(open_workspace(), show_progress)
        answer(asked, as_json, lambda: f"{asked.found:,} of {asked.wanted:,} accounts were found by others.")
        return
    done = place_accounts(open_workspace(), show_progress)
    answer(
        done,
        as_json,
        lambda: (
            f"{done.looked_up:,} addresses looked up, {done.changed:,} accounts moved. "
            f"Placed: {', '.join(f'{level} {count:,}' for level, count in done.placed.items())}."
        ),
    )


@accounts.command(context_settings={"ignore_unknown_options": True})
@click.argument("account_id", type=int)
@click.argument("at", type=LonLatType(), required=False)
@click.option("--address", default="", help="Give it this address and put it there.")
@click.option("--out", "take_out", is_flag=True, help="Take the pin out: back to where its address is found.")
@json_option
def pin(account_id: int, at: LonLat | None, address: str, take_out: bool, as_json: bool) -> None:
    """Put an account at LON,LAT by hand; no import moves it from there."""
    from gcrm.accounts.pin_account import pin_account, place_by_address, unpin_account

    if sum((at is not None, bool(address), take_out)) != 1:
        raise click.UsageError("Give LON,LAT or --address or --out.")
    workspace = open_workspace()
    if at is not None:
        done = pin_account(workspace, account_id, at)
    elif address:
        done = place_by_address(workspace, account_id, address)
    else:
        done = unpin_account(workspace, account_id)
    document = account_document(done.account, "") | {"change_set": done.change_set}
    answer(
        document,
        as_json,
        lambda: (
            f"{done.account.name} is at {document['lon']}, {document['lat']}. "
            f"Undo it with `gcrm imports undo {done.change_set}`."
        ),
    )


@accounts.command()
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True)
@json_option
def unplaced(limit: int, as_json: bool) -> None:
    """List accounts that are not placed well enough, worst and most valuable first."""
    from gcrm.accounts.geocode_review import badly_placed

    found = badly_placed(open_workspace(), limit)
    rows = [
        account_document(row.account, "")
        | {"why": row.why, "candidates": [as_document(candidate) for candidate in row.candidates]}
        for row in found.rows
    ]
    answer(
        {"total": found.total, "accounts": rows},
        as_json,
        lambda: (
            "\n".join(
                f"{row.account.id:>6}  {row.account.priority}  {row.account.placement.level.value:<12}  "
                f"{row.account.name[:36]:<36}  {row.account.address.text[:40]:<40}  {row.why}"
                for row in found.rows
            )
            or "Every account is placed well."
        ),
    )


@accounts.command()
@click.argument("account_id", type=int)
@json_option
def history(account_id: int, as_json: bool) -> None:
    """Who or which file set each field of an account, and when."""
    from gcrm.accounts.audit import account_audit

    found = account_audit(open_workspace(), account_id)
    answer(
        [as_document(each) for each in found],
        as_json,
        lambda: (
            "\n".join(
                f"{each.at:%Y-%m-%d %H:%M}  {each.by}{f' by {each.user}' if each.user else ''}"
                f"{' (undone)' if each.undone else ''}  {each.field}: {each.before!r} -> {each.after!r}"
                for each in found
            )
            or "No change of it is kept."
        ),
    )


def account_document(account: Account, territory: str) -> dict[str, Any]:
    """An account as the columns of an export, with its id."""
    from gcrm.accounts.flat import flat
    from gcrm.common.zones import understood_of

    document = flat(account, territory)
    return {
        "id": document.pop("gcrm_id"),
        **document,
        "placed_at": as_document(account.placement.placed_at),
        "territory_locked": account.territory_locked,
        "hours_understood": understood_of(account),
    }
