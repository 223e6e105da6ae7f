"""One key figure as bars, drawn on the server; its numbers stand in the table below it."""

from dataclasses import dataclass

from gcrm.common.language import say
from gcrm.insights.kpis.model import Kpi, Report
from gcrm.insights.kpis.words import figure_text

LABEL, WIDTH, VALUE = 170, 420, 90
BAR, GAP = 16, 8
MOST_ROWS = 40
LETTERS_MOST = 26


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: its label, the bar and what it says. y: of the bar."""

    label: str
    y: int
    x: float
    width: float
    text: str
    text_x: float


@dataclass(frozen=True, slots=True)
class Chart:
    """All bars, and what is not drawn. mark_x: where the figure of all rows lies, None for a sum."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    zero: float
    mark_x: float | None
    mark: str
    left_out: str


def chart_of(report: Report, kpi: Kpi) -> Chart | None:
    """Bars of the rows that have a value; None where there are none."""
    known = [(row, value) for row in report.rows if (value := row.figures[kpi.key].value) is not None]
    if not known:
        return None
    shown = known[:MOST_ROWS]
    total = report.total[kpi.key]
    of_all = total.value if total.of is not None else None
    most = max([value for _, value in shown] + [of_all or 0.0, 0.0])
    least = min([value for _, value in shown] + [0.0])
    scale = WIDTH / ((most - least) or 1.0)
    zero = LABEL - least * scale
    bars = []
    for number, (row, value) in enumerate(shown):
        wide = abs(value) * scale
        x = zero if value >= 0 else zero - wide
        label = row.label if len(row.label) <= LETTERS_MOST else f"{row.label[: LETTERS_MOST - 1]}…"
        text = figure_text(row.figures[kpi.key], kpi)
        bars.append(Bar(label, number * (BAR + GAP) + GAP, round(x, 1), round(wide, 1), text, round(x + wide + 6, 1)))
    return Chart(
        tuple(bars),
        LABEL + WIDTH + VALUE,
        len(shown) * (BAR + GAP) + GAP,
        round(zero, 1),
        None if of_all is None else round(zero + of_all * scale, 1),
        "" if of_all is None else figure_text(total, kpi),
        say("The first {drawn} of {known}.", drawn=MOST_ROWS, known=len(known)) if len(known) > MOST_ROWS else "",
    )
