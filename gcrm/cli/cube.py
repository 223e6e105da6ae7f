"""`gcrm cube`: what was done and sold, rolled up by place, time and who."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gcrm.cli.output import answer, json_option, show_progress
from gcrm.workspace import open_workspace

if TYPE_CHECKING:
    from gcrm.markets.cube.model import CubeAnswer

WIDEST = 28
"""Letters of a cell that are printed."""


@click.command()
@click.option("--rows", default="", metavar="D[,D]", help="Dimensions of the rows, as region:municipalities or city.")
@click.option("--columns", default="", metavar="D[,D]", help="Dimensions of the columns, as year or product.")
@click.option(
    "--measure",
    default="visits",
    show_default=True,
    help="visits, activities, check-ins, accounts, customers, prospects, sales, lines or quantity.",
)
@click.option(
    "--where", multiple=True, metavar="D=VALUE", help="What counts; may be repeated. Nothing after = is for none."
)
@click.option("--period", default="", help="The days that count: 2026, 2026-Q1, 2026-03, 2026-W05, 2026-01..2026-06.")
@click.option("--compare", nargs=2, default=None, metavar="PERIOD PERIOD", help="Two periods beside each other.")
@click.option("--most-rows", type=click.IntRange(1, 100_000), default=1_000, show_default=True)
@click.option("--most-columns", type=click.IntRange(1, 1_000), default=60, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Write the table into this file, .csv or .xlsx.")
@click.option("--refresh", is_flag=True, help="Take the records out of the database anew, even if nothing has changed.")
@click.option("--as-it-is", is_flag=True, help="Ask in the snapshot that is there, even if records have changed since.")
@click.option("--dimensions", is_flag=True, help="List the dimensions and measures instead.")
@json_option
def cube(
    rows: str,
    columns: str,
    measure: str,
    where: tuple[str, ...],
    period: str,
    compare: tuple[str, str] | None,
    most_rows: int,
    most_columns: int,
    out: Path | None,
    refresh: bool,
    as_it_is: bool,
    dimensions: bool,
    as_json: bool,
) -> None:
    """Roll up visits, accounts, sales and check-ins by region, territory, rep, segment, product and time.

    Money is split by currency where there are several. Records without a value have a row of their own, as "no
    region". The answer says from when its records are.
    """
    from gcrm.markets.cube.answer_json import write_answer
    from gcrm.markets.cube.ask import ask
    from gcrm.markets.cube.current import make_current
    from gcrm.markets.cube.cut_text import read_cut
    from gcrm.markets.cube.export import write_sheet
    from gcrm.markets.cube.snapshot import current_snapshot, refresh_cube

    workspace = open_workspace()
    if refresh:
        refresh_cube(workspace, show_progress)
    elif not as_it_is:
        make_current(workspace, show_progress)
    snapshot = current_snapshot(workspace)
    if dimensions:
        known = _known(snapshot.dimensions)
        answer(known, as_json, lambda: "\n".join(f"{one['name']:<32} {one['label']}" for one in known["dimensions"]))
        return
    cut = read_cut(snapshot.dimensions, rows, columns, measure, where, period, compare)
    found = ask(workspace, cut, most_rows=most_rows, most_columns=most_columns)
    if out is not None:
        write_sheet(out, found)
    workspace.close()
    answer(write_answer(found), as_json, lambda: _table(found))


def _known(dimensions: Any) -> dict[str, Any]:
    from gcrm.markets.cube.dimensions import MEASURES

    return {
        "dimensions": [
            {"name": one.name, "label": one.label, "inside": dimensions.below(one.name)} for one in dimensions.all()
        ],
        "measures": [{"name": one.name, "label": one.label} for one in MEASURES.values()],
    }


def _table(found: CubeAnswer) -> str:
    from gcrm.markets.cube.answer_json import sheet_of

    headings, rows = sheet_of(found)
    digits = 2 if found.unit == "money" else 0
    labels = len(found.cut.rows)
    lines = [headings, *([_cell(cell, digits) for cell in row] for row in rows)]
    widths = [min(WIDEST, max(len(line[at]) for line in lines)) for at in range(len(headings))]
    text = [
        "  ".join(
            cell[:WIDEST].ljust(width) if at < labels else cell[:WIDEST].rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    if not found.total.records:
        text.append("There are no records in this cut.")
    if len(found.currencies) == 1 and found.currencies[0]:
        text.append(f"In {found.currencies[0]}.")
    return "\n".join([*text, *found.remarks, f"Records as of {found.as_of:%Y-%m-%d %H:%M} UTC."])


def _cell(value: Any, digits: int) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else f"{value:,.{digits}f}"
