"""Key figures as people read them."""

from datetime import date, timedelta

from gcrm.common.language import number, say, say_n, to_say
from gcrm.common.wording import day_in_words
from gcrm.insights.kpis.model import BY_KEY, KPIS, By, Figure, Kpi, Report, Unit
from gcrm.platform.errors import InputRejected

NOTHING = "–"  # noqa: RUF001 - what the pages show for nothing
PERIODS = {
    "this-week": to_say("This week"),
    "last-week": to_say("Last week"),
    "this-month": to_say("This month"),
    "last-month": to_say("Last month"),
    "30-days": to_say("Last 30 days"),
    "90-days": to_say("Last 90 days"),
    "this-year": to_say("This year"),
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
        raise InputRejected(
            say("There is no period {period!r}.", period=period[:40]),
            say("Take {known}, or two days.", known=", ".join(known)),
        )
    return known[period]


def value_text(value: float | None, unit: Unit) -> str:
    """A value with its unit: "92 %", "1,204", "7.4"."""
    if value is None:
        return NOTHING
    if unit is Unit.SHARE:
        return f"{100 * value:.0f} %"
    return number(value, 1 if unit is Unit.MEAN else 0)


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
        return say("as before")
    if kpi.unit is Unit.SHARE:
        points = round(100 * abs(change))
        if change > 0:
            return say_n("{n} point up", "{n} points up", points)
        return say_n("{n} point down", "{n} points down", points)
    if change > 0:
        return say("{amount} more", amount=shown)
    return say("{amount} fewer", amount=shown) if kpi.unit is Unit.COUNT else say("{amount} less", amount=shown)


def is_better(now: Figure | None, before: Figure | None, kpi: Kpi) -> bool | None:
    """Whether a figure has become better; None where it has not changed, or nothing is known."""
    change = change_of(now, before)
    return None if not change else (change > 0) == (kpi.more_is > 0)


def period_text(report: Report) -> str:
    """The days of a report: "Mon 23 Nov 2026 to Sun 29 Nov 2026"."""
    if report.first == report.last:
        return day_in_words(report.first)
    return say("{first} to {last}", first=day_in_words(report.first), last=day_in_words(report.last))


def finding_of(report: Report) -> str:
    """The one sentence that a manager should read."""
    total, before = report.total, report.before
    if not total["coverage"].records:
        return say("There are no accounts yet.")
    coverage = figure_text(total["coverage"], BY_KEY["coverage"])
    moved = change_text(total["coverage"], before.get("coverage"), BY_KEY["coverage"])
    overdue = total["overdue"].value or 0
    said = say("{coverage} of the accounts are visited in time", coverage=coverage) + (f" ({moved})" if moved else "")
    late = [row for row in report.rows if row.key and row.figures["overdue"].value]
    if not overdue:
        return say("{said}; nothing is overdue.", said=said)
    if report.by is By.PERIOD or not late:
        return say_n("{said}; {n} is overdue.", "{said}; {n} are overdue.", overdue, said=said)
    worst = max(late, key=lambda row: row.figures["overdue"].value or 0)
    return say_n(
        "{said}; {n} is overdue, most of them with {worst}: {most}.",
        "{said}; {n} are overdue, most of them with {worst}: {most}.",
        overdue,
        said=said,
        worst=worst.label,
        most=number(worst.figures["overdue"].value or 0),
    )


def label_of(kpi: Kpi, currency: str) -> str:
    """The name of a figure, with the currency where it is money."""
    return f"{kpi.label}, {currency}" if kpi.unit is Unit.MONEY and currency else kpi.label


def explained() -> list[tuple[str, str]]:
    """Each figure and how it is counted."""
    return [(kpi.label, kpi.says) for kpi in KPIS]
