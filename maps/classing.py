"""Classes of a choropleth: where one colour ends and the next begins."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

VIRIDIS = ("#fde725", "#7ad151", "#22a884", "#2a788e", "#414487")
"""Five steps of viridis from little to much, without its darkest end, on which no label reads."""

CATEGORIES = (
    "#88ccee",
    "#ddcc77",
    "#cc6677",
    "#44aa99",
    "#aa4499",
    "#999933",
    "#117733",
    "#882255",
    "#6699cc",
    "#bbbbbb",
)
"""Tol's muted scheme for categories, safe for the colour-blind. Source: Paul Tol, technical note SRON/EPS/TN/09-002."""


def class_breaks(values: Sequence[float], classes: int = 5) -> list[float]:
    """The lower ends of at most `classes` quantile classes, ascending and distinct; the first is the smallest value.

    Few distinct values get a class each; none for no values. Equal counts a class show an uneven measure better than
    equal intervals do. Source: Brewer and Pickle (2002), doi:10.1111/1467-8306.00310.
    """
    distinct = sorted(set(values))
    if len(distinct) <= classes:
        return [float(value) for value in distinct]
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    lower = [ordered[min(round(step * len(ordered) / classes), len(ordered) - 1)] for step in range(classes)]
    return [float(value) for value in sorted(set(lower))]


def _spread(colours: Sequence[str], n: int) -> list[str]:
    """Pick n of the colours, evenly from first to last."""
    if n == 1:
        return [colours[len(colours) // 2]]
    return [colours[round(step * (len(colours) - 1) / (n - 1))] for step in range(n)]


def measure(
    key: str,
    label: str,
    values: Sequence[float | None],
    *,
    unit: str = "",
    digits: int = 0,
    missing: str = "No data",
) -> dict[str, Any]:
    """A numeric measure as the map wants it: its classes with colour, first and last value, and count of regions.

    values: one a region, None where unknown. Each class's `from` and `to` are values that occur in it.
    """
    known = [round(float(value), digits) for value in values if value is not None]
    breaks = class_breaks(known)
    classes = []
    for index, colour in enumerate(_spread(VIRIDIS, len(breaks)) if breaks else []):
        last = breaks[index + 1] if index + 1 < len(breaks) else float("inf")
        inside = [value for value in known if breaks[index] <= value < last]
        classes.append({"from": min(inside), "to": max(inside), "colour": colour, "count": len(inside)})
    return {
        "key": key,
        "label": label,
        "kind": "number",
        "unit": unit,
        "digits": digits,
        "missing": missing,
        "classes": classes,
    }


def category(
    key: str, label: str, values: Sequence[str | None], *, missing: str = "None", order: Sequence[str] = ()
) -> dict[str, Any]:
    """A measure of words, such as who looks after a region. Colours repeat past ten.

    order: words that keep their colour whatever the values are; the others follow, the commonest first.
    """
    counts = Counter(value for value in values if value is not None)
    others = sorted(set(counts) - set(order), key=lambda value: (-counts[value], value))
    classes = [
        {"from": value, "to": value, "colour": CATEGORIES[index % len(CATEGORIES)], "count": counts[value]}
        for index, value in enumerate([*dict.fromkeys(order), *others])
        if counts[value]
    ]
    return {
        "key": key,
        "label": label,
        "kind": "category",
        "unit": "",
        "digits": 0,
        "missing": missing,
        "classes": classes,
    }
