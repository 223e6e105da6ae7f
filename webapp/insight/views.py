"""Insight: key figures by rep, territory and time, the records behind each, and files of them."""

import tempfile
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from gcrm.common.language import say, to_say
from gcrm.insights.kpis.model import BY_KEY, KPIS, By, Kpi, Report, Row
from gcrm.insights.kpis.words import (
    PERIODS,
    USUAL,
    change_text,
    days_of,
    figure_text,
    finding_of,
    is_better,
    label_of,
    period_text,
)
from gcrm.platform.errors import GcrmError, InputRejected
from routing.late import late
from webapp.access import DESK, allow
from webapp.context import snapshot, workspace
from webapp.given import day_of
from webapp.insight.chart import chart_of
from webapp.zones import today, zone_of_user

if TYPE_CHECKING:
    from gcrm.insights.kpis import report as reports
else:
    # It brings models of the potential.
    reports = late("gcrm.insights.kpis.report")

blueprint = Blueprint("insight", __name__, url_prefix="/insight", template_folder="templates")

OWN = "own"
ENDINGS = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
BY_WORDS = {By.REP: to_say("Rep"), By.TERRITORY: to_say("Territory"), By.PERIOD: to_say("Week or month")}


@blueprint.get("/")
@allow(*DESK)
def show() -> ResponseReturnValue:
    """The figures of a period, a chart of one of them, and a row a rep, territory or span."""
    refused: GcrmError | None = None
    try:
        asked = _asked()
    except GcrmError as error:
        refused, asked = error, _usual()
    report = reports.kpi_report(workspace(), snapshot(), asked["first"], asked["last"], asked["by"])
    chosen = BY_KEY.get(request.args.get("kpi", ""), BY_KEY["visits"])
    return render_template(
        "insight/kpis.html",
        refused=refused,
        report=report,
        finding=finding_of(report),
        days=period_text(report),
        asked=asked,
        periods=[*((key, say(word)) for key, word in PERIODS.items()), (OWN, say("Own days"))],
        bys=[(by, say(word)) for by, word in BY_WORDS.items()],
        tiles=[_tile(report, kpi) for kpi in KPIS],
        kpis=KPIS,
        labels={kpi.key: label_of(kpi, report.currency) for kpi in KPIS},
        chosen=chosen,
        chart=chart_of(report, chosen),
        figure=figure_text,
        query=_query(asked),
        open=lambda kpi, row=None: _records_address(asked, kpi, row),
    )


@blueprint.get("/records/<key>")
@allow(*DESK)
def records(key: str) -> ResponseReturnValue:
    """What one figure is made of."""
    asked = _asked()
    row = request.args.get("row")
    figure, found = reports.kpi_records(workspace(), snapshot(), asked["first"], asked["last"], asked["by"], key, row)
    kpi = BY_KEY[key]
    return render_template(
        "insight/records.html",
        kpi=kpi,
        label=request.args.get("label", "")[:120] if row is not None else "",
        figure=figure,
        value=figure_text(figure, kpi),
        found=found,
        most=reports.RECORDS_MOST,
        asked=asked,
        back=f"{url_for('insight.show')}?{_query(asked)}",
        has_reps=any(one.rep for one in found),
        has_amounts=any(one.amount is not None for one in found),
    )


@blueprint.get("/file")
@allow(*DESK)
def as_file() -> ResponseReturnValue:
    """The figures as CSV, XLSX, or PDF on one page."""
    ending = request.args.get("as", "csv")
    if ending not in {*ENDINGS, "pdf"}:
        raise InputRejected(
            say("There is no file of the kind {ending}.", ending=repr(ending[:20])), say("Take csv, xlsx or pdf.")
        )
    asked = _asked()
    report = reports.kpi_report(workspace(), snapshot(), asked["first"], asked["last"], asked["by"])
    name = f"key-figures-{report.first}-{report.last}.{ending}"
    if ending == "pdf":
        from gcrm.insights.kpis.pdf import report_pdf

        return send_file(BytesIO(report_pdf(report)), "application/pdf", as_attachment=True, download_name=name)
    from gcrm.insights.kpis.sheet import write_sheet

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        write_sheet(file, report)
        content = BytesIO(file.read_bytes())
    return send_file(content, ENDINGS[ending], as_attachment=True, download_name=name)


def _asked() -> dict[str, Any]:
    """The period and the rows that the address names. Raises InputRejected."""
    by = request.args.get("by") or By.REP.value
    if by not in {one.value for one in By}:
        raise InputRejected(say("Figures are not told by {by}.", by=repr(by[:40])), say("Take {by}.", by=", ".join(By)))
    period = request.args.get("period") or USUAL
    if period == OWN:
        first, last = (day_of(request.args.get(name, "")) for name in ("from", "to"))
    else:
        first, last = days_of(period, today(zone_of_user()))
    reports.check_days(first, last)
    return {"by": By(by), "period": period, "first": first, "last": last}


def _usual() -> dict[str, Any]:
    first, last = days_of(USUAL, today(zone_of_user()))
    return {"by": By.REP, "period": USUAL, "first": first, "last": last}


def _tile(report: Report, kpi: Kpi) -> dict[str, Any]:
    now, before = report.total.get(kpi.key), report.before.get(kpi.key)
    return {
        "kpi": kpi,
        "label": label_of(kpi, report.currency),
        "value": figure_text(now, kpi),
        "change": change_text(now, before, kpi),
        "better": is_better(now, before, kpi),
        "missing": report.missing.get(kpi.key, ""),
    }


def _query(asked: dict[str, Any], **more: str) -> str:
    days: dict[str, str] = {}
    if asked["period"] == OWN:
        days = {"from": _text(asked["first"]), "to": _text(asked["last"])}
    return urlencode({"by": asked["by"].value, "period": asked["period"], **days, **more})


def _records_address(asked: dict[str, Any], kpi: Kpi, row: Row | None) -> str:
    more = {} if row is None else {"row": row.key, "label": row.label}
    return f"{url_for('insight.records', key=kpi.key)}?{_query(asked, **more)}"


def _text(day: date) -> str:
    return day.isoformat()
