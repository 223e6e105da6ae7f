"""`gcrm competitors`: whom this company competes with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gcrm.cli.output import answer, json_option
from gcrm.workspace import open_workspace

if TYPE_CHECKING:
    from gcrm.markets.competitors import Competitors


@click.group()
def competitors() -> None:
    """Whom you compete with: kinds of business, or a list."""


@competitors.command("set")
@click.option("--kinds", metavar="KIND,KIND", help="Kinds of business of the extract: supermarket,bakery.")
@click.option("--file", type=click.Path(path_type=Path), help="A list of places: name, lon, lat, and where known size.")
@json_option
def set_(kinds: str | None, file: Path | None, as_json: bool) -> None:
    """Say who they are; what is not given stays as it was."""
    from gcrm.markets.competitors import set_competitors

    if kinds is None and file is None:
        raise click.UsageError("Give --kinds KIND,KIND or --file FILE.")
    workspace = open_workspace()
    now = set_competitors(workspace, None if kinds is None else kinds.split(","), file)
    workspace.close()
    answer(_document(now), as_json, lambda: _text(now))


@competitors.command()
@json_option
def show(as_json: bool) -> None:
    """Show who they are."""
    from gcrm.markets.competitors import competitors_of

    workspace = open_workspace()
    with workspace.store.read() as tx:
        now = competitors_of(tx)
    workspace.close()
    answer(_document(now), as_json, lambda: _text(now))


@competitors.command()
def forget() -> None:
    """Forget kinds and list."""
    from gcrm.markets.competitors import forget_competitors

    workspace = open_workspace()
    forget_competitors(workspace)
    workspace.close()
    click.echo("No competitors are known now.")


def _document(now: Competitors) -> dict[str, Any]:
    sites = [{"name": one.name, "lon": one.place.lon, "lat": one.place.lat, "size": one.size} for one in now.sites]
    return {"kinds": list(now.kinds), "sites": sites}


def _text(now: Competitors) -> str:
    if not now.is_said:
        return "No competitors are known. Say who they are: `gcrm competitors set --kinds supermarket`."
    lines = [f"Kinds of business: {', '.join(now.kinds)}."] if now.kinds else []
    if now.sites:
        lines.append(f"Places of a list: {len(now.sites):,}, from {now.sites[0].name} on.")
    return "\n".join(lines)
