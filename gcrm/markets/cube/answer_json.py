"""Answers of the cube as the command line prints them, and as tables for spreadsheets."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from gcrm.common.language import say
from gcrm.markets.cube.dimensions import measure_of
from gcrm.markets.cube.model import CubeAnswer, Figure, Period

Json = dict[str, Any]


def write_answer(answer: CubeAnswer) -> Json:
    """An answer as JSON. Keys hold null for records that have no such value; labels say that in words."""
    cut = answer.cut
    return {
        "as_of": answer.as_of.isoformat(),
        "measure": cut.measure,
        "unit": answer.unit,
        "rows": list(cut.rows),
        "columns": list(answer.columns),
        "where": {name: list(values) for name, values in cut.where.items()},
        "period": _period(cut.period),
        "compare": [_period(one) for one in cut.compare] if cut.compare else None,
        "currencies": list(answer.currencies),
        "header": [
            {"key": list(one.key), "label": ", ".join(one.labels), "rest": one.rest, **_figure(one.total)}
            for one in answer.header
        ],
        "table": [
            {
                "key": list(one.key),
                "label": ", ".join(one.labels),
                "rest": one.rest,
                "values": [_value(cell) for cell in one.cells],
                "records": [cell.records if cell else 0 for cell in one.cells],
                "total": _figure(one.total),
                **(_compared(one.difference, one.change) if cut.compare else {}),
            }
            for one in answer.table
        ],
        "total": {
            **_figure(answer.total),
            **(_compared(answer.total_difference, answer.total_change) if cut.compare else {}),
        },
        "remarks": list(answer.remarks),
    }


def sheet_of(answer: CubeAnswer) -> tuple[list[str], Iterator[list[Any]]]:
    """An answer as headings and rows of a spreadsheet, the totals last; amounts as numbers."""
    many = len(answer.currencies) > 1
    names = [*answer.currencies] if many else [""]
    headings = [*answer.cut.rows]
    headings += [", ".join(one.labels) or measure_of(answer.cut.measure).label for one in answer.header]
    totals = [f"{say('Total')} {name}".strip() for name in names]
    changes = [f"{what} {name}".strip() for what in (say("Difference"), say("Change %")) for name in names]
    headings += changes if answer.cut.compare else totals if answer.columns else []

    def line(labels: list[str], cells: list[Figure | None], total: Figure, row: Any = None) -> list[Any]:
        made: list[Any] = [*labels, *(_number(cell.value) if cell else None for cell in cells)]
        if answer.cut.compare:
            difference, change = (row.difference, row.change) if row else (answer.total_difference, answer.total_change)
            made += [_number(difference.get(name, Decimal(0))) for name in names]
            shares = [change.get(name) for name in names]
            made += [None if share is None else round(100 * share, 1) for share in shares]
        elif answer.columns:
            made += [_number(total.by_currency.get(name, Decimal(0)) if many else total.value) for name in names]
        return made

    def rows() -> Iterator[list[Any]]:
        width = len(answer.cut.rows)
        for one in answer.table:
            labels = list(one.labels) if len(one.labels) == width else [*one.labels, *[""] * (width - len(one.labels))]
            yield line(labels[:width], list(one.cells), one.total, one)
        if width:
            yield line([say("Total"), *[""] * (width - 1)], [one.total for one in answer.header], answer.total)

    return headings, rows()


def _figure(figure: Figure) -> Json:
    made: Json = {"value": _number(figure.value), "records": figure.records}
    if len(figure.by_currency) > 1:
        made["by_currency"] = {name: _number(value) for name, value in figure.by_currency.items()}
    return made


def _compared(difference: Mapping[str, Decimal], change: Mapping[str, float | None]) -> Json:
    one = len(difference) == 1
    return {
        "difference": _number(next(iter(difference.values())))
        if one
        else {name: _number(value) for name, value in difference.items()},
        "change": next(iter(change.values())) if one else dict(change),
    }


def _value(cell: Figure | None) -> int | float | None:
    return _number(cell.value) if cell else 0


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _period(period: Period | None) -> Json | None:
    return {"name": period.name, "first": period.first, "last": period.last} if period else None
