"""`gcrm coverage`: what no rep's home reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gcrm.cli.output import answer, json_option
from gcrm.workspace import open_workspace

if TYPE_CHECKING:
    from gcrm.markets.coverage import Coverage, Share


@click.command()
@click.option("--minutes", type=float, default=30.0, show_default=True, help="Minutes by car from a rep's home.")
@click.option("--level", metavar="SET", help="A set of regions to tell it by.")
@json_option
def coverage(minutes: float, level: str | None, as_json: bool) -> None:
    """Accounts, people and potential that no rep's home reaches within minutes by car.

    With --json it prints one document: `accounts`, `people` and `potential` with `all`, `beyond` and `share`, `rows` by
    region with the same, `first` (accounts beyond reach) and `area`, the ground within reach as GeoJSON.
    """
    from gcrm.markets.coverage import coverage as coverage_of
    from gcrm.markets.reach import geojson

    workspace = open_workspace()
    found = coverage_of(workspace, minutes, level)
    workspace.close()
    document: dict[str, Any] = {
        "minutes": found.minutes,
        "homes": found.homes,
        "homeless": found.homeless,
        "off_road": found.off_road,
        "accounts": _share(found.accounts),
        "people": _share(found.people),
        "potential": {**_share(found.potential), "measure": found.measure, "currency": found.currency},
        "set_name": found.set_name,
        "rows": [
            {
                "id": row.id,
                "name": row.name,
                "accounts": _share(row.accounts),
                "people": _share(row.people),
                "potential": _share(row.potential),
            }
            for row in found.rows
        ],
        "first": found.first,
        "area": geojson(found.area),
        "remark": found.remark,
    }
    answer(document, as_json, lambda: _text(found))


def _share(one: Share) -> dict[str, float | None]:
    return {"all": one.all, "beyond": one.beyond, "share": one.share}


def _text(found: Coverage) -> str:
    from gcrm.markets.coverage import finding_of

    unit = f" {found.currency} a year" if found.measure == "revenue" else " businesses that do not buy yet"
    lines = [finding_of(found)]
    if found.potential.all:
        lines.append(f"Beyond reach as well: {found.potential.beyond:,.0f} of {found.potential.all:,.0f}{unit}.")
    if found.rows:
        lines.append(f"{'Beyond reach':<24}{'accounts':>10}{'people':>10}{'potential':>12}")
    for row in found.rows:
        cells = [
            "-" if one.beyond is None else f"{one.beyond:,.0f}" for one in (row.accounts, row.people, row.potential)
        ]
        lines.append(f"{row.name[:24]:<24}{cells[0]:>10}{cells[1]:>10}{cells[2]:>12}")
    lines += [f"  {one.name}, {one.address}" for one in found.first[:10]]
    return "\n".join([*lines, *([found.remark] if found.remark else [])])
