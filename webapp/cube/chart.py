"""A cut as bars, drawn on the server; its numbers stand in the table beside it."""

from dataclasses import dataclass
from decimal import Decimal

from gcrm.common.language import say
from gcrm.markets.cube.model import CubeAnswer, Figure
from maps.classing import CATEGORIES

MOST_ROWS, MOST_SERIES = 40, 6
LABEL, WIDTH, VALUE = 190, 420, 110
BAR, GAP = 14, 8


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its place and size in the drawing, its colour, and what it says."""

    x: float
    y: float
    width: float
    colour: str
    text: str
    text_x: float


@dataclass(frozen=True, slots=True)
class Group:
    """The bars of one row, under its label."""

    label: str
    y: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """All bars, the names of the series with their colours, and what is not drawn."""

    groups: tuple[Group, ...]
    series: tuple[tuple[str, str], ...]
    width: float
    height: float
    zero: float
    left_out: str = ""


def chart_of(answer: CubeAnswer, digits: int) -> Chart | None:
    """Bars of the first rows, a colour a column; None where there is nothing to draw."""
    rows = [row for row in answer.table if not row.rest][:MOST_ROWS]
    header = [(at, column) for at, column in enumerate(answer.header) if not column.rest]
    # Many columns cannot be told apart by colour: then the bar is their sum, where they may be added up.
    add_up = len(header) > MOST_SERIES and len(answer.currencies) <= 1
    header = header[:MOST_SERIES]
    if not rows or not answer.cut.rows or not header:
        return None
    names = [say("All columns")] if add_up else [", ".join(column.labels) for _, column in header]
    values: list[list[Decimal]] = [
        [_value(row.total)] if add_up else [_value(row.cells[at]) for at, _ in header] for row in rows
    ]
    most = max([Decimal(0), *(one for some in values for one in some)])
    least = min([Decimal(0), *(one for some in values for one in some)])
    span = float(most - least) or 1.0
    zero = LABEL + WIDTH * float(-least) / span
    groups, y = [], float(GAP)
    for row, some in zip(rows, values, strict=True):
        bars = []
        for at, value in enumerate(some):
            wide = WIDTH * abs(float(value)) / span
            x = zero if value >= 0 else zero - wide
            colour = CATEGORIES[at % len(CATEGORIES)]
            bars.append(
                Bar(round(x, 1), y + at * BAR, round(wide, 1), colour, f"{value:,.{digits}f}", round(x + wide + 6, 1))
            )
        label = ", ".join(row.labels)
        groups.append(Group(label if len(label) <= 28 else f"{label[:27]}…", y, tuple(bars)))
        y += len(some) * BAR + GAP
    said = []
    if len(answer.table) > len(rows):
        said.append(say("The first {rows} rows are drawn.", rows=len(rows)))
    if not add_up and len(answer.header) > len(header):
        said.append(say("The first {header} columns are drawn.", header=len(header)))
    series = tuple(zip(names, CATEGORIES, strict=False)) if len(names) > 1 else ()
    return Chart(tuple(groups), series, LABEL + WIDTH + VALUE, y, round(zero, 1), " ".join(said))


def _value(figure: Figure | None) -> Decimal:
    value = figure.value if figure else Decimal(0)
    return Decimal(0) if value is None else value
