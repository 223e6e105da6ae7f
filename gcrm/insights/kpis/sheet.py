"""Key figures as a table for spreadsheets, and as JSON."""

from pathlib import Path
from typing import Any

from gcrm.common.language import say
from gcrm.common.spreadsheet import write_csv, write_xlsx
from gcrm.insights.kpis.model import KPIS, Figure, Report
from gcrm.insights.kpis.words import label_of
from gcrm.platform.errors import InputRejected


def sheet_of(report: Report) -> tuple[list[str], list[list[Any]]]:
    """Headings, and a row a rep, territory or span; then the total and that of the days before. Shares are 0 to 1."""
    headings = [report.by.in_words(), *(label_of(kpi, report.currency) for kpi in KPIS)]
    rows = [[row.label, *(row.figures[kpi.key].value for kpi in KPIS)] for row in report.rows]
    rows.append([say("All"), *(report.total[kpi.key].value for kpi in KPIS)])
    if report.before:
        rows.append([say("All, as many days before"), *(report.before[kpi.key].value for kpi in KPIS)])
    return headings, rows


def write_sheet(file: Path, report: Report) -> None:
    """Write CSV or XLSX, by the ending of the file. Raises InputRejected for another one."""
    headings, rows = sheet_of(report)
    noted = [[say("{first} to {last}", first=report.first, last=report.last)], *([remark] for remark in report.remarks)]
    noted += [[f"{kpi.label}: {kpi.says}"] for kpi in KPIS]
    if file.suffix.casefold() == ".csv":
        table = [["" if cell is None else str(cell) for cell in row] for row in rows]
        write_csv(file, headings, [*table, [], *noted])
    elif file.suffix.casefold() == ".xlsx":
        write_xlsx(file, say("Key figures"), headings, [*rows, [], *noted])
    else:
        raise InputRejected(say("{file} is neither .csv nor .xlsx.", file=file.name), say("Name the file so."))


def report_json(report: Report) -> dict[str, Any]:
    """As `gcrm kpis --json` answers it."""
    return {
        "by": report.by.value,
        "from": report.first.isoformat(),
        "to": report.last.isoformat(),
        "as_of": report.as_of.isoformat(),
        "currency": report.currency or None,
        "kpis": [
            {"key": kpi.key, "label": kpi.label, "unit": kpi.unit.value, "says": kpi.says,
             "missing": report.missing.get(kpi.key)}
            for kpi in KPIS
        ],
        "rows": [{"key": row.key or None, "label": row.label, **_figures(row.figures)} for row in report.rows],
        "total": _figures(report.total),
        "before": _figures(report.before) if report.before else None,
        "remarks": list(report.remarks),
    }  # fmt: skip


def _figures(figures: dict[str, Figure]) -> dict[str, Any]:
    return {key: {"value": one.value, "of": one.of, "records": one.records} for key, one in figures.items()}
