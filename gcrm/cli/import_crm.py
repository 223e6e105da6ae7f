"""`gcrm import-crm`: the exports of an old CRM, all files at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcrm.cli.output import answer, json_option, show_progress
from gcrm.workspace import open_workspace

if TYPE_CHECKING:
    from gcrm.imports.crm.import_crm import CrmImported

SHOWN = 10
"""Rejects that are printed before "and N more"."""


@click.command("import-crm")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--system",
    default="",
    help="salesforce, hubspot, pipedrive, dynamics, espocrm, odoo or zoho, found out if not given;"
    " for any other a name of your own.",
)
@click.option(
    "--map",
    "mapping",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file, JSON or TOML, of system, kind and columns (heading = field).",
)
@click.option("--zone", default="", help="The time zone of stamps that name none, as Europe/Zurich.")
@click.option("--dates", type=click.Choice(["day", "month"]), help="For dates as 3/4/2026: which comes first.")
@click.option("--rejects", type=click.Path(path_type=Path, dir_okay=False), help="Where rejected rows go.")
@click.option("--dry-run", is_flag=True, help="Say what would become of the files, and write nothing.")
@json_option
def import_crm(
    files: tuple[Path, ...],
    system: str,
    mapping: Path | None,
    zone: str,
    dates: str | None,
    rejects: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import the exports of an old CRM: companies, people, deals and history.

    FILES are all that it exports, CSV or XLSX, or folders of them, in any order: what they are is told by their
    headings. The same files twice change nothing, and all of it is undone with `gcrm imports undo`.
    """
    from gcrm.imports.crm.import_crm import CrmChoices
    from gcrm.imports.crm.import_crm import import_crm as run
    from gcrm.imports.crm.recognise import CrmMap, read_map

    told = read_map(mapping) if mapping else CrmMap()
    workspace = open_workspace()
    done = run(
        workspace,
        all_files(files),
        show_progress,
        choices=CrmChoices(system.lower(), told, zone, dates or ""),
        dry_run=dry_run,
        rejects_file=rejects,
    )
    workspace.close()
    answer(done, as_json, lambda: _said(done))


def all_files(given: tuple[Path, ...]) -> list[Path]:
    """The files, and those in the folders, that may be exports."""
    endings = {".csv", ".xlsx", ".xls", ".txt", ".tsv", ".xlsm"}
    found: list[Path] = []
    for one in given:
        inside = sorted(path for path in one.rglob("*") if path.suffix.lower() in endings) if one.is_dir() else [one]
        found += inside
    return found


def _said(done: CrmImported) -> str:
    lines = [f"{one.name}: {one.kind} of {one.system}, {one.rows:,} rows" for one in done.files]
    lines.append("")
    verb = "would be " if done.dry_run else ""
    for kind in done.read:
        counts = ", ".join(
            f"{some[kind]:,} {name}"
            for name, some in (
                ("created", done.created),
                ("updated", done.updated),
                ("unchanged", done.unchanged),
                ("rejected", done.rejected),
            )
        )
        lines.append(f"{kind}: {done.read[kind]:,} rows, {verb}{counts}")
    lines.append(
        "links: " + ", ".join(f"{name.replace('_', ' to ')} {count:,}" for name, count in done.links.items() if count)
    )
    lines += [f"- {remark}" for remark in done.remarks]
    lines += [f"  {one.file}, line {one.line}: {one.reason}" for one in done.rejects[:SHOWN]]
    if len(done.rejects) > SHOWN:
        lines.append(f"  and {len(done.rejects) - SHOWN:,} more.")
    if done.dry_run:
        lines.append("Nothing was written.")
    if done.rejects_file:
        lines.append(f"All rejected rows with their reasons: {done.rejects_file}")
    if done.batch:
        lines.append(f"Undo it with `gcrm imports undo {done.batch}`.")
    return "\n".join(lines)
