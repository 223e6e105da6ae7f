"""`gcrm huff`: what a place draws against its rivals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gcrm.cli.output import answer, json_option
from gcrm.platform.errors import InputRejected
from gcrm.workspace import open_workspace
from routing.points import LonLat

if TYPE_CHECKING:
    from gcrm.markets.rivals import Rivals


@click.command()
@click.option("--at", metavar="LON,LAT", help="A place of one's own, there or planned: 9.5215,47.1410.")
@click.option("--size", type=float, default=1.0, show_default=True, help="Its size, in the unit of the others.")
@click.option(
    "--sites",
    type=click.Path(path_type=Path),
    help="A list of places: name, lon, lat, and where known size and sales.",
)
@click.option("--kind", default="", help="Rivals from the extract: supermarket, bakery.")
@click.option("--known", is_flag=True, help="Rivals as `gcrm competitors` knows them, too.")
@click.option("--minutes", type=float, default=30.0, show_default=True, help="Nobody drives farther.")
@click.option("--alpha", type=float, help="Exponent of size; else fitted to sales, else 1.")
@click.option("--beta", type=float, help="Exponent of driving minutes; else fitted to sales, else 2.")
@json_option
def huff(
    at: str | None,
    size: float,
    sites: Path | None,
    kind: str,
    known: bool,
    minutes: float,
    alpha: float | None,
    beta: float | None,
    as_json: bool,
) -> None:
    """Share people among places by size and driving time (Huff), against rivals from a list or the extract.

    With --json it prints `sites` of `name`, `lon`, `lat`, `size`, `sales`, `ours`, `share`, `low`, `high`, `people`;
    `parameters` with `alpha` and `beta` (`value`, `low`, `high`) and `fitted_to`; `people`, `router` and `remark`.
    """
    from gcrm.markets.competitors import competitors_of
    from gcrm.markets.huff import ALPHA, ASSUMED, BETA, Exponent, Exponents, as_parameters
    from gcrm.markets.rivals import huff as shares_of
    from gcrm.markets.sites import Site, read_sites

    if at is None and sites is None:
        raise click.UsageError("Give --at LON,LAT or --sites FILE.")
    if size <= 0:
        raise InputRejected(f"The size is {size:g}.", "Give one above 0.")
    listed = read_sites(sites) if sites is not None else []
    if at is not None:
        listed = [Site("this place", _place(at), size, ours=True), *listed]
    elif listed:
        listed = [replace(one, ours=True) for one in listed]
    given = None
    if alpha is not None or beta is not None:
        given = Exponents(
            Exponent(ALPHA if alpha is None else alpha), Exponent(BETA if beta is None else beta), "what was given"
        )
    workspace = open_workspace()
    who = None
    if known:
        with workspace.store.read() as tx:
            who = competitors_of(tx)
    found = shares_of(workspace, listed, kind=kind, minutes=minutes, exponents=given, who=who)
    workspace.close()
    document: dict[str, Any] = {
        "sites": found.sites,
        "parameters": as_parameters(found.exponents or ASSUMED),
        "origins": found.origins,
        "people": found.people,
        "router": found.router,
        "remark": found.remark,
    }
    answer(document, as_json, lambda: _text(found))


def _place(text: str) -> LonLat:
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError as wrong:
        raise InputRejected(f"--at is {text!r}.", "Give longitude and latitude, as 9.5215,47.1410.") from wrong
    return LonLat(lon, lat)


def _text(found: Rivals) -> str:
    lines = [f"{'':<32}{'share':>8}  {'between':<16}{'people':>9}"] if found.sites else []
    for one in found.sites:
        people = "" if one.people is None else f"{one.people:,}"
        name = f"* {one.name}" if one.ours else f"  {one.name}"
        lines.append(f"{name[:31]:<32}{one.share:>8.1%}  {f'{one.low:.1%} to {one.high:.1%}':<16}{people:>9}")
    for what, exponent in (("size", found.exponents.size), ("minutes", found.exponents.minutes)):
        bounds = (
            "" if exponent.low is None or exponent.high is None else f" ({exponent.low:.2f} to {exponent.high:.2f})"
        )
        lines.append(f"Exponent of {what}: {exponent.value:.2f}{bounds}")
    if found.exponents.fitted_to:
        lines.append(f"Fitted to {found.exponents.fitted_to}.")
    return "\n".join([*lines, *([found.remark] if found.remark else [])])
