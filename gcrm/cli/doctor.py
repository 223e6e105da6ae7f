"""`gcrm doctor`: look at every part, and say what mends the broken ones."""

import sys

import click

from gcrm.cli.output import answer, json_option
from gcrm.workspace import open_workspace


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Look at database, back-up, area, router, geocoder, workers, Redis, disk and clock; exit 1 if one is broken."""
    from gcrm.health.checks import examine

    workspace = open_workspace()
    parts = examine(workspace)
    width = max(len(part.name) for part in parts)

    def text() -> str:
        lines = []
        for part in parts:
            lines.append(f"{'ok  ' if part.ok else 'MEND'}  {part.name:<{width}}  {part.found}")
            lines += [f"{'':{width + 8}}{part.remedy}"] if part.remedy else []
        return "\n".join(lines)

    answer({"ok": all(part.ok for part in parts), "parts": parts}, as_json, text)
    workspace.close()
    if not all(part.ok for part in parts):
        sys.exit(1)
