"""Balance against hand-overs as a drawing: where points and the marks of the axes lie, in per cent of it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gcrm.common.language import say, say_n
from webapp.scenarios.words import share

MARKS = 5
"""So many marks an axis has, about."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One point: number of its row in the table; x from the left, y from the top, both 0 to 100."""

    number: int
    x: float
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class FrontierChart:
    """One drawing: what its lower axis counts, the points from left to right, and the marks."""

    name: str
    axis: str
    spots: tuple[Spot, ...]
    across: tuple[Mark, ...]
    up: tuple[Mark, ...]


def charts_of(points: Sequence[Mapping[str, Any]], *, years_known: bool) -> list[FrontierChart]:
    """A drawing for accounts moved, one for the revenue of each currency, and one for years where they are known."""
    if not points:
        return []
    found = [_chart("accounts", say("Accounts moved"), points, [float(one["moved"]) for one in points])]
    for currency in sorted({name for one in points for name in one["revenue"]}):
        amounts = [float(one["revenue"].get(currency, 0.0)) for one in points]
        found.append(
            _chart(
                f"revenue {currency}",
                say("Revenue moved a year, {currency}", currency=currency).rstrip(", "),
                points,
                amounts,
            )
        )
    if years_known:
        found.append(
            _chart("years", say("Years of relationship moved"), points, [float(one["years"]) for one in points])
        )
    return found


def _chart(name: str, axis: str, points: Sequence[Mapping[str, Any]], values: Sequence[float]) -> FrontierChart:
    across, widest = _marks(max(values))
    up, highest = _marks(100 * max(float(one["deviation"]) for one in points))
    spots = [
        Spot(
            number,
            round(100 * value / widest, 3),
            round(100 - 100 * 100 * float(one["deviation"]) / highest, 3),
            say(
                "{accounts} moved, largest difference {share}",
                accounts=say_n("{n} account", "{n} accounts", one["moved"]),
                share=share(one["deviation"]),
            ),
        )
        for number, (one, value) in enumerate(zip(points, values, strict=True))
    ]
    return FrontierChart(
        name,
        axis,
        tuple(sorted(spots, key=lambda spot: (spot.x, spot.y))),
        tuple(Mark(round(100 * value / widest, 3), f"{value:,.0f}") for value in across),
        tuple(Mark(round(100 - 100 * value / highest, 3), f"{value:g} %") for value in up),
    )


def _marks(most: float) -> tuple[list[float], float]:
    """Round numbers from 0 to beyond the most, and the last of them."""
    if most <= 0:
        return [0.0, 1.0], 1.0
    rough = most / MARKS
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * one for one in (1, 2, 5, 10) if size * one >= rough)
    count = math.ceil(most / step - 1e-9)
    return [step * one for one in range(count + 1)], step * count
