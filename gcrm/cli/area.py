"""`gcrm area`: street data, from OpenStreetMap extracts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcrm.cli.output import answer, json_option, show_progress
from gcrm.platform.errors import NotReady
from gcrm.workspace import open_workspace

if TYPE_CHECKING:
    from gcrm.areas import AreaInfo

name_option = click.option("--name", help="The area's name; an area of that name is replaced.")


@click.group()
def area() -> None:
    """Street data: import, download, choose, remove."""


@area.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@name_option
@json_option
def import_(file: Path, name: str | None, as_json: bool) -> None:
    """Import an OpenStreetMap extract (.osm.pbf, .osm, .osm.gz, .osm.bz2) or a saved OSMnx graph (.graphml).

    A newer extract of the same area replaces the older one: liechtenstein-2024-03-04.osm.pbf and liechtenstein.osm.pbf
    are both the area liechtenstein, unless --name says otherwise.
    """
    from gcrm.areas.import_area import import_area

    info = import_area(open_workspace(), file, show_progress, name=name)
    answer(info, as_json, lambda: _imported(info))


@area.command()
@click.argument("place")
@name_option
@json_option
def download(place: str, name: str | None, as_json: bool) -> None:
    """Download a place, as in "Ghent, Belgium", from OpenStreetMap's servers and import it. Needs the internet."""
    from gcrm.areas.download_area import download_area

    info = download_area(open_workspace(), place, show_progress, name=name)
    answer(info, as_json, lambda: _imported(info))


@area.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the imported areas; the one in use has a star."""
    areas = open_workspace().areas
    found = areas.list()
    try:
        current = areas.shelf.current()
    except NotReady:
        current = ""
    answer(
        [info.as_json() | {"current": info.name == current} for info in found],
        as_json,
        lambda: (
            "\n".join(
                f"{'*' if info.name == current else ' '} {info.name:<24} {info.source_file}, imported "
                f"{info.imported_at:%Y-%m-%d}, {info.junctions:,} junctions, {info.addresses:,} addresses"
                for info in found
            )
            or "There are no areas. Import the first with `gcrm area import FILE`."
        ),
    )


@area.command()
@click.argument("name")
@json_option
def use(name: str, as_json: bool) -> None:
    """Work on this area from now on."""
    open_workspace().areas.use(name)
    answer({"current": name}, as_json, lambda: f"{name} is in use.")


@area.command()
@click.argument("name")
@json_option
def remove(name: str, as_json: bool) -> None:
    """Remove an area. Accounts keep their places."""
    open_workspace().areas.remove(name)
    answer({"removed": name}, as_json, lambda: f"{name} is removed.")


def _imported(info: AreaInfo) -> str:
    return (
        f"{info.name} is imported and in use: {info.junctions:,} junctions, {info.edges:,} edges, "
        f"{info.addresses:,} addresses, {info.places:,} places, {info.points_of_interest:,} points of interest, "
        f"{info.buildings:,} buildings, in {info.seconds:.1f} s."
        + ("" if info.osrm == "ready" else f"\nThe street graph is the router; no OSRM: {info.osrm}")
        + f"\n{info.attribution}"
    )
