"""`gcrm backup`, `gcrm restore` and `gcrm database`: the whole of a workspace, out and in again."""

from pathlib import Path

import click

from gcrm.cli.output import answer, json_option, show_progress
from gcrm.workspace import open_workspace


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--areas", is_flag=True, help="Street data too; else import it again after a restore.")
@click.option("--secret-key", is_flag=True, help="The key of the sessions too; else everybody signs in again.")
@json_option
def backup(file: Path | None, areas: bool, secret_key: bool, as_json: bool) -> None:
    """Back up the database and files into FILE (a file or a folder), while the app runs, and read it back."""
    from gcrm.backup.make_backup import make_backup

    workspace = open_workspace()
    done = make_backup(workspace, file, show_progress, with_areas=areas, with_secret_key=secret_key)
    workspace.close()
    lacks = f" It leaves out: {', '.join(done.left_out)}." if done.left_out else ""
    answer(
        done,
        as_json,
        lambda: (
            f"{done.file} ({done.size_bytes:,} bytes) holds {done.accounts:,} accounts, {done.users:,} users and "
            f"{done.files:,} files. It was read back and is whole.{lacks}\n"
            "Keep a copy on another machine: it holds customers and password hashes."
        ),
    )


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Replace what the workspace holds now; it is kept aside.")
@json_option
def restore(file: Path, replace: bool, as_json: bool) -> None:
    """Restore FILE, which `gcrm backup` made, into this workspace. Stop the app first."""
    from gcrm.backup.restore_backup import restore_backup

    workspace = open_workspace()
    done = restore_backup(workspace, file, show_progress, replace=replace)
    workspace.close()
    aside = f"\nWhat was there before is in {done.kept_aside}." if done.kept_aside else ""
    answer(
        {
            "made_at": done.contents.made_at,
            "accounts": done.contents.accounts,
            "rows": done.contents.rows,
            "kept_aside": done.kept_aside,
        },
        as_json,
        lambda: (
            f"Restored {done.contents.accounts:,} accounts as of {done.contents.made_at:%Y-%m-%d %H:%M} UTC, and "
            f"compared them with the back-up.{aside}"
        ),
    )


@click.group()
def database() -> None:
    """The database as a whole."""


@database.command()
@click.argument("where", metavar="URL|FILE")
@json_option
def move(where: str, as_json: bool) -> None:
    """Copy everything into an empty PostGIS database (a URL), or back into a new GeoPackage (a file)."""
    from gcrm.backup.move_database import move_database

    workspace = open_workspace()
    done = move_database(workspace, where, show_progress)
    workspace.close()
    answer(
        done,
        as_json,
        lambda: "\n".join(
            [
                f"{sum(done.rows.values()):,} rows of {len(done.rows)} tables are in {done.target}, all equal.",
                "Still to do:",
                *(f"  {number}. {each}" for number, each in enumerate(done.still_to_do, 1)),
            ]
        ),
    )
