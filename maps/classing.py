"""Classes of a choropleth: where one colour ends and the next begins."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gcrm.common.language import say, to_say

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


QUANTILE, JENKS, EQUAL, OWN = "quantile", "jenks", "equal", "own"
SCHEMES = {QUANTILE: to_say("Equal counts"), JENKS: to_say("Natural breaks"), EQUAL: to_say("Equal steps")}
"""Ways to class that need nothing but the values, and what they are called."""
JENKS_MOST = 800
"""Distinct values that natural breaks are sought among; more are gathered first, equally many in each."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """How values are classed. own: the lower ends of one's own classes, ascending, with scheme OWN."""

    name: str = QUANTILE
    own: tuple[float, ...] = ()

    @classmethod
    def read(cls, text: str) -> "Scheme":
        """From "quantile", "jenks", "equal", or one's own lower ends, "10,20,50". Raises ValueError for others."""
        if text in SCHEMES:
            return cls(text)
        own = tuple(sorted({float(part) for part in text.split(",")}))
        if not all(math.isfinite(one) for one in own) or not 1 <= len(own) <= len(VIRIDIS):
            raise ValueError(say("{typed} are no classes", typed=repr(text[:40])))
        return cls(OWN, own)


AS_EVER = Scheme()


def class_breaks(values: Sequence[float], classes: int = 5, scheme: Scheme = AS_EVER) -> list[float]:
    """The lower ends of at most `classes` classes, ascending, none of them empty; the first is the smallest value.

    Few distinct values get a class each; none for no values. Equal counts a class show an uneven measure better than
    equal intervals do (Brewer and Pickle 2002, doi:10.1111/1467-8306.00310); natural breaks have the least squares
    within classes (Fisher 1958, JASA 53, 789-798; Jenks 1977), found exactly. Equal values are never parted.
    """
    distinct = sorted({float(value) for value in values})
    if not distinct:
        return []
    if scheme.name == OWN:
        # What lies below the first end is a class of its own rather than lost.
        ends = [distinct[0], *(one for one in scheme.own if one > distinct[0])]
    elif len(distinct) <= classes:
        return distinct
    elif scheme.name == EQUAL:
        step = (distinct[-1] - distinct[0]) / classes
        ends = [distinct[0] + step * number for number in range(classes)]
    elif scheme.name == JENKS:
        ends = _natural(np.sort(np.asarray(values, dtype=np.float64)), classes)
    else:
        ordered = np.sort(np.asarray(values, dtype=np.float64))
        ends = [float(ordered[min(round(step * len(ordered) / classes), len(ordered) - 1)]) for step in range(classes)]
    found = []
    for number, end in enumerate(ends):
        upper = ends[number + 1] if number + 1 < len(ends) else math.inf
        inside = [value for value in distinct if end <= value < upper]
        if inside:
            found.append(inside[0])
    return sorted(set(found))


def _natural(ordered: NDArray[np.float64], classes: int) -> list[float]:
    """Lower ends of the classes with the least sum of squares, by dynamic programming over the distinct values."""
    values, counts = np.unique(ordered, return_counts=True)
    if len(values) > JENKS_MOST:
        starts = np.unique(np.searchsorted(ordered, ordered[np.linspace(0, len(ordered) - 1, JENKS_MOST).astype(int)]))
        sums, counts = np.add.reduceat(ordered, starts), np.diff([*starts, len(ordered)])
        lowest, values = ordered[starts], sums / counts
    else:
        lowest = values
    weight, first, second = (np.concatenate([[0.0], np.cumsum(counts * values**power)]) for power in (0, 1, 2))
    count = len(values)
    start, end = np.meshgrid(np.arange(count), np.arange(1, count + 1), indexing="ij")
    total = np.where(end > start, weight[end] - weight[start], 1.0)
    within = second[end] - second[start] - (first[end] - first[start]) ** 2 / total
    within = np.where(end > start, np.maximum(within, 0.0), np.inf)
    best = np.concatenate([[np.inf], within[0]])
    cuts = []
    for _ in range(classes - 1):
        # best[i]: the first i values in so many classes; the last class begins at `start`.
        all_of = best[:count, None] + within
        cuts.append(all_of.argmin(axis=0))
        best = np.concatenate([[np.inf], all_of.min(axis=0)])
    at, ends = count, []
    for cut in reversed(cuts):
        at = int(cut[at - 1])
        ends.append(float(lowest[at]))
    return sorted({float(lowest[0]), *ends})


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
    missing: str | None = None,
    scheme: Scheme = AS_EVER,
) -> dict[str, Any]:
    """A numeric measure as the map wants it: its classes with colour, first and last value, and count of regions.

    values: one a region, None where unknown. Each class's `from` and `to` are values that occur in it.
    """
    known = [round(float(value), digits) for value in values if value is not None]
    breaks = class_breaks(known, scheme=scheme)
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
        "missing": say("No data") if missing is None else missing,
        "classes": classes,
        "note": _note(known, breaks, scheme),
    }


def _note(known: Sequence[float], breaks: Sequence[float], scheme: Scheme) -> str:
    """What a reader of the legend has to know: that equal values leave fewer classes than usual, "" if nothing."""
    if not known:
        return ""
    if len(set(known)) == 1:
        return say("all alike") if len(known) > 1 else ""
    wanted = len(scheme.own) or len(VIRIDIS)
    return say("fewer classes: many equal values") if len(breaks) < min(wanted, len(set(known))) else ""


def category(
    key: str, label: str, values: Sequence[str | None], *, missing: str | None = None, order: Sequence[str] = ()
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
        "missing": say("None") if missing is None else missing,
        "classes": classes,
    }
