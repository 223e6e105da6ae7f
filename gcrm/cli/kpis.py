"""`gcrm kpis`: key figures of a period."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcrm.cli.output import answer, json_option
from gcrm.workspace import open_workspace

if TYPE_CHECKING:
    from gcrm.insights.kpis.model import Record, Report

WIDEST = 24


@click.command()
@click.option(
    "--by",
    type=click.Choice(["rep", "territory", "period"]),
    default="rep",
    show_default=True,
    help="What the rows are: reps, territories, or weeks (months where it is long).",
)
@click.option(
    "--period",
    default="30-days",
    show_default=True,
    help="this-week, last-week, this-month, last-month, 30-days, 90-days, this-year; or 2026-Q1, 2026-W05.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write them into this file: .csv, .xlsx, or .pdf on one page."
)
@click.option("--records", metavar="KPI", help="List what a figure is made of instead, as `visits`.")
@click.option("--row", help="Of this row alone: the key of a rep, the number of a territory, or 2026-W05.")
@json_option
def kpis(by: str, period: str, out: Path | None, records: str | None, row: str | None, as_json: bool) -> None:
    """Show coverage, visits, driving, plan against done, new customers and more, by rep, territory or time.

    With --json it prints `rows` and `total` with `value`, `of` and `records` of each figure, `before` (as many days
    before), and `kpis` with what each counts.
    """
    from gcrm.common.today import desk_today
    from gcrm.insights.kpis.model import By
    from gcrm.insights.kpis.pdf import report_pdf
    from gcrm.insights.kpis.report import kpi_records, kpi_report
    from gcrm.insights.kpis.sheet import report_json, write_sheet
    from gcrm.insights.kpis.words import PERIODS, days_of
    from gcrm.markets.cube.periods import period_of

    workspace = open_workspace()
    with workspace.store.read() as tx:
        if period in PERIODS:
            first, last = days_of(period, desk_today(tx.reps.all(), workspace.clock()))
        else:
            named = period_of(period)
            first, last = named.first, named.last
        if records is not None:
            figure, found = kpi_records(workspace, tx, first, last, By(by), records, row)
            answer({"figure": figure, "records": found}, as_json, lambda: _listed(found))
            return
        report = kpi_report(workspace, tx, first, last, By(by))
    workspace.close()
    if out is not None:
        if out.suffix.casefold() == ".pdf":
            out.write_bytes(report_pdf(report))
        else:
            write_sheet(out, report)
    answer(report_json(report), as_json, lambda: _table(report))


def _table(report: Report) -> str:
    from gcrm.insights.kpis.model import KPIS
    from gcrm.insights.kpis.words import change_text, figure_text, finding_of, label_of, period_text

    rows = [*report.rows]
    names = [row.label[:WIDEST] for row in rows]
    lines = [period_text(report), finding_of(report), ""]
    for kpi in KPIS:
        changed = change_text(report.total.get(kpi.key), report.before.get(kpi.key), kpi)
        total = figure_text(report.total.get(kpi.key), kpi)
        lines.append(f"{label_of(kpi, report.currency):<20} {total:>12}  {changed}".rstrip())
    width = max([*(len(name) for name in names), 3])
    for kpi in KPIS:
        lines += ["", label_of(kpi, report.currency)]
        lines += [
            f"  {name:<{width}} {figure_text(row.figures[kpi.key], kpi):>10}"
            for name, row in zip(names, rows, strict=True)
        ]
    lines += ["", *report.remarks, *(f"{key}: {why}" for key, why in report.missing.items())]
    return "\n".join(lines).rstrip()


def _listed(found: list[Record]) -> str:
    lines = [
        f"{one.day or '':<10}  {one.name[:40]:<40}  {one.what}{f', {one.rep}' if one.rep else ''}" for one in found
    ]
    return "\n".join(lines) or "There is nothing behind this figure."
