"""One slot of a problem as the compiled bounds read it: a day forwards, and backwards from its end."""

from collections.abc import Sequence

import numpy as np

from routing.planner.kernel.data import DAY, DRIVE_LIMIT, END, FROM, INF, MODE, REST, START, TO, Data
from routing.planner.kernel.labels import Side


def forwards(data: Data, slot: int = 0, nodes: Sequence[int] | None = None) -> Side:
    """The day of a slot as it is driven, with some of the customers (all, if none are named); prizes: their absence."""
    chosen = range(len(data.service)) if nodes is None else nodes
    days = len(data.day_ptr) - 1
    day, start, end, mode = (int(data.slot_i[slot, column]) for column in (DAY, START, END, MODE))
    leave, back, limit = (float(data.slot_f[slot, column]) for column in (FROM, TO, DRIVE_LIMIT))
    rest, rest_from, rest_to = data.slot_f[slot, REST:].tolist()
    windows = [range(data.win_ptr[c * days + day], data.win_ptr[c * days + day + 1]) for c in chosen]
    flat = [w for spans in windows for w in spans]
    leave0, leave1, by0 = INF, leave, -INF
    if rest > 0:
        by0 = min(back, rest_to - rest)
        if leave + rest <= rest_to:
            leave0, leave1 = leave, max(leave, rest_from + rest)
    rows = [*chosen, start, end]
    return Side(
        np.ascontiguousarray(data.travel[mode][np.ix_(rows, rows)]),
        data.service[list(chosen)],
        data.absence[list(chosen)],
        np.cumsum([0, *map(len, windows)]).astype(np.int32),
        data.win_open[flat],
        data.win_close[flat],
        np.array([leave0, leave1, by0, back]),
        np.array([rest, rest_from, rest_to]),
        limit,
        max(back, 1.0),
    )


def backwards(one: Side) -> Side:
    """The day read from its end: a moment t becomes horizon - t, the way from a to b the way from b to a.

    A break to come, read backwards, is one that was not yet met from the end; so the two states of each end change
    their places.
    """
    n, horizon = len(one.service), one.horizon
    opens, closes = [], []
    for c in range(n):
        for w in range(one.win_ptr[c + 1] - 1, one.win_ptr[c] - 1, -1):
            opens.append(horizon - one.win_close[w] - one.service[c])
            closes.append(horizon - one.win_open[w] - one.service[c])
    leave0, leave1, by0, by1 = one.ends.tolist()
    rows = [*range(n), n + 1, n]
    return one._replace(
        travel=np.ascontiguousarray(one.travel.T[np.ix_(rows, rows)]),
        win_open=np.array(opens, np.float64),
        win_close=np.array(closes, np.float64),
        ends=np.array(
            [
                horizon - by1,
                INF if by0 <= -INF else horizon - by0,
                horizon - leave1,
                -INF if leave0 >= INF else horizon - leave0,
            ]
        ),
        rest=np.array([one.rest[0], horizon - one.rest[2], horizon - one.rest[1]]),
    )
