"""Places halved again and again along the longer side until every part has its due: centres to begin with.

Source: recursive coordinate bisection, Berger and Bokhari (1987), doi.org/10.1109/TC.1987.1676942.
"""

import numpy as np

from routing.districting.problem import Floats, Ints


def bisected(at: Floats, load: Floats, due: Floats, angle: float = 0.0) -> Ints:
    """(n,) the part 0 to k - 1 of each of n places, so that parts have the loads (n,) in the ratio of due (k,).

    at: (n, 2) metres; angle: by which the axes are turned, radians, for another division.
    """
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    turned = at @ turn
    part = np.zeros(len(at), dtype=np.int32)
    _halve(turned, load, due, np.arange(len(at), dtype=np.int32), 0, part)
    return part


def _halve(at: Floats, load: Floats, due: Floats, inside: Ints, first: int, part: Ints) -> None:
    if len(due) == 1 or not len(inside):
        part[inside] = first
        return
    half = len(due) // 2
    spread = at[inside]
    axis = int(np.argmax(np.ptp(spread, axis=0)))
    order = inside[np.argsort(spread[:, axis], kind="stable")]
    before = np.cumsum(load[order]) - load[order] / 2
    cut = int(np.searchsorted(before, load[order].sum() * due[:half].sum() / due.sum()))
    cut = min(max(cut, min(half, len(order))), max(len(order) - (len(due) - half), 0))
    _halve(at, load, due[:half], order[:cut], first, part)
    _halve(at, load, due[half:], order[cut:], first + half, part)
