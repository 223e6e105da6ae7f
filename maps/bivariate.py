"""Two measures of regions in one map: nine colours, three steps of the one by three of the other."""

from collections.abc import Sequence
from typing import Any

from gcrm.common.language import say
from maps.classing import class_breaks

STEPS = 3
COLOURS = (
    ("#e8e8e8", "#ace4e4", "#5ac8c8"),
    ("#dfb0d6", "#a5add3", "#5698b9"),
    ("#be64ac", "#8c62aa", "#3b4994"),
)
"""By step of the second measure, then of the first. Source: Joshua Stevens, "Bivariate choropleth maps" (2015)."""
AMOUNTS = ("little", "some", "much")
COUNTS = ("few", "some", "many")
Words = tuple[str, tuple[str, str, str]]
"""What a measure is called in a sentence, and the words for its three steps."""


def step_of(value: float, breaks: Sequence[float]) -> int:
    """Which of the three steps a value is in. With fewer classes than three the outer ones are used.

    Equal values are never parted: where all are alike, all are in the middle.
    """
    place = sum(value >= one for one in breaks) - 1
    if len(breaks) <= 1:
        return 1
    return place if len(breaks) == STEPS else place * (STEPS - 1)


def bivariate(
    key: str,
    label: str,
    first: Sequence[float | None],
    second: Sequence[float | None],
    words: tuple[Words, Words],
    *,
    missing: str | None = None,
) -> tuple[dict[str, Any], list[str | None]]:
    """The measure as the map wants it, and for each region which of its nine classes it is in, None where not known.

    first, second: one a region, None where unknown; a region needs both. words: ("potential", AMOUNTS) and the like.
    Classes hold about as many regions each, measure by measure. `grid` is the legend: rows of the second measure from
    little to much, each with colour and count by step of the first.
    """
    both = [
        (float(one), float(other))
        for one, other in zip(first, second, strict=True)
        if one is not None and other is not None
    ]
    breaks = [class_breaks([pair[axis] for pair in both], STEPS) for axis in (0, 1)]
    named: list[str | None] = []
    counts = [[0] * STEPS for _ in range(STEPS)]
    for one, other in zip(first, second, strict=True):
        if one is None or other is None:
            named.append(None)
            continue
        across, up = step_of(float(one), breaks[0]), step_of(float(other), breaks[1])
        counts[up][across] += 1
        named.append(_name(across, up, words))
    classes = [
        {
            "from": _name(across, up, words),
            "to": _name(across, up, words),
            "colour": COLOURS[up][across],
            "count": counts[up][across],
        }
        for up in range(STEPS)
        for across in range(STEPS)
    ]
    alike = [words[axis][0] for axis in (0, 1) if both and len(breaks[axis]) == 1]
    return (
        {
            "key": key,
            "label": label,
            "kind": "category",
            "unit": "",
            "digits": 0,
            "missing": say("No data") if missing is None else missing,
            "classes": classes,
            "grid": {
                "colours": [list(row) for row in COLOURS],
                "counts": counts,
                "across": words[0][0],
                "up": words[1][0],
            },
            "note": say("{alike} alike everywhere", alike=say(" and ").join(alike)) if alike else "",
        },
        named,
    )


def _name(across: int, up: int, words: tuple[Words, Words]) -> str:
    (first, firsts), (second, seconds) = words
    return f"{firsts[across]} {first}, {seconds[up]} {second}"
