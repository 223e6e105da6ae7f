"""Key figures as people read them."""

from datetime import date, timedelta

from gcrm.common.wording import day_in_words
from gcrm.insights.kpis.model import BY_KEY, KPIS, By, Figure, Kpi, Report, Unit
from gcrm.platform.errors import InputRejected

NOTHING = "–"  # noqa: RUF001 - what the pages show for nothing
PERIODS = {
    "this-week": "This week",
    "last-week": "Last week",
    "this-month": "This month",
    "last-month": "Last month",
    "30-days": "Last 30 days",
    "90-days": "Last 90 days",
    "this-year": "This year",
}
USUAL = "30-days"


def days_of(period: str, today: date) -> tuple[date, date]:
    """The first and the last day of a period of the list. Raises InputRejected for another."""
    monday, first = today - timedelta(today.weekday()), today.replace(day=1)
    before = first - timedelta(1)
    known = {
        "this-week": (monday, today),
        "last-week": (monday - timedelta(7), monday - timedelta(1)),
        "this-month": (first, today),
        "last-month": (before.replace(day=1), before),
        "30-days": (today - timedelta(29), today),
        "90-days": (today - timedelta(89), today),
        "this-year": (date(today.year, 1, 1), today),
    }
    if period not in known:
        raise InputRejected(f"There is no period {period[:40]!r}.", f"Take {', '.join(known)}, or two days.")
    return known[period]


def value_text(value: float | None, unit: Unit) -> str:
    """A value with its unit: "92 %", "1,204", "7.4"."""
    if value is None:
        return NOTHING
    if unit is Unit.SHARE:
        return f"{100 * value:.0f} %"
    return f"{value:,.1f}" if unit is Unit.MEAN else f"{value:,.0f}"


def figure_text(figure: Figure | None, kpi: Kpi) -> str:
    """A figure as a table shows it."""
    return value_text(figure.value if figure else None, kpi.unit)


def change_of(now: Figure | None, before: Figure | None) -> float | None:
    """By how much a figure differs from the one before, None where one of them is not known."""
    if now is None or before is None or now.value is None or before.value is None:
        return None
    return round(now.value - before.value, 6)


def change_text(now: Figure | None, before: Figure | None, kpi: Kpi) -> str:
    """The change in words: "3 points up", "12 fewer", "as before"; "" where nothing can be said."""
    change = change_of(now, before)
    if change is None:
        return ""
    shown = value_text(abs(change), kpi.unit).removesuffix(" %")
    if not shown.strip("0.,"):
        return "as before"
    if kpi.unit is Unit.SHARE:
        return f"{shown} {'point' if shown == '1' else 'points'} {'up' if change > 0 else 'down'}"
    return f"{shown} {'more' if change > 0 else 'fewer' if kpi.unit is Unit.COUNT else 'less'}"


def is_better(now: Figure | None, before: Figure | None, kpi: Kpi) -> bool | None:
    """Whether a figure has become better; None where it has not changed, or nothing is known."""
    change = change_of(now, before)
    return None if not change else (change > 0) == (kpi.more_is > 0)


def period_text(report: Report) -> str:
    """The days of a report: "Mon 23 Nov 2026 to Sun 29 Nov 2026"."""
    if report.first == report.last:
        return day_in_words(report.first)
    return f"{day_in_words(report.first)} to {day_in_words(report.last)}"


def finding_of(report: Report) -> str:
    """The one sentence that a manager should read."""
    total, before = report.total, report.before
    if not total["coverage"].records:
        return "There are no accounts yet."
    coverage = figure_text(total["coverage"], BY_KEY["coverage"])
    moved = change_text(total["coverage"], before.get("coverage"), BY_KEY["coverage"])
    overdue = total["overdue"].value or 0
    said = f"{coverage} of the accounts are visited in time{f' ({moved})' if moved else ''}"
    late = [row for row in report.rows if row.key and row.figures["overdue"].value]
    if not overdue:
        return f"{said}; nothing is overdue."
    said = f"{said}; {overdue:,.0f} {'is' if overdue == 1 else 'are'} overdue"
    if report.by is By.PERIOD or not late:
        return f"{said}."
    worst = max(late, key=lambda row: row.figures["overdue"].value or 0)
    return f"{said}, most of them with {worst.label}: {worst.figures['overdue'].value:,.0f}."


def label_of(kpi: Kpi, currency: str) -> str:
    """The name of a figure, with the currency where it is money."""
    return f"{kpi.label}, {currency}" if kpi.unit is Unit.MONEY and currency else kpi.label


def explained() -> list[tuple[str, str]]:
    """Each figure and how it is counted."""
    return [(kpi.label, kpi.says) for kpi in KPIS]
