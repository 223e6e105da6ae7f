"""What may be said of a file that is imported, whatever it holds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from gcrm.cli.output import json_option
from gcrm.imports.dates import DAY_FIRST, MONTH_FIRST


def file_options(what: str) -> Callable[[Any], Any]:
    """The file, where its rejects go, and how it is to be read. what: "accounts", in the texts."""
    options = (
        json_option,
        click.option("--dry-run", is_flag=True, help="Say what would become of each row, and write nothing."),
        click.option(
            "--sheet", default="", help=f'The worksheet with the {what}, or "all" for every one that has some.'
        ),
        click.option("--encoding", default="", help="The encoding of the text, such as cp1254, where it is asked for."),
        click.option(
            "--dates",
            type=click.Choice([DAY_FIRST, MONTH_FIRST]),
            help="What stands first in dates such as 3/4/2026, where it is asked for.",
        ),
        click.option(
            "--column", "columns", multiple=True, metavar="FIELD=HEADING", help="What a column means; may be repeated."
        ),
        click.option("--rejects", type=click.Path(path_type=Path), help="Where the rows that are not imported go."),
        click.argument("file", type=click.Path(path_type=Path)),
    )

    def add(command: Any) -> Any:
        for option in options:
            command = option(command)
        return command

    return add


def chosen_columns(written: tuple[str, ...]) -> dict[str, str]:
    """FIELD=HEADING pairs as a mapping. Raises a usage error for anything else."""
    chosen = {}
    for each in written:
        field, sign, heading = each.partition("=")
        if not sign or not field.strip():
            raise click.BadParameter(f"{each!r} is not FIELD=HEADING, as in name=Firma.", param_hint="--column")
        chosen[field.strip()] = heading.strip()
    return chosen
