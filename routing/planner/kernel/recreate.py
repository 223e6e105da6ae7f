"""Putting visits in: each at its cheapest place, on its best pattern of days."""

from routing.planner.kernel.compiled import compiled
from routing.planner.kernel.data import (
    ABSENT,
    CAPACITY,
    CLASS,
    DAY,
    DRIVE,
    DRIVE_LIMIT,
    INF,
    LOAD,
    MARK,
    MODE,
    REST,
    START,
    Data,
    Floats,
    Ints,
    Scratch,
    State,
)
from routing.planner.kernel.route import refresh, rnd, scan
from routing.planner.kernel.ruin import move, touch

FEW = 5
"""One in so many customers, looked at one after the other, takes as long as all of them in vectors."""


@compiled
def put_in(data: Data, state: State, work: Scratch, c: int, slot: int, place: int) -> None:
    """Insert a customer into one route behind the stop at `place`."""
    touch(work, slot)
    k = state.length[slot]
    for r in range(k + 1, place, -1):
        state.route[slot, r + 1] = state.route[slot, r]
    state.route[slot, place + 1] = c
    state.length[slot] = k + 1
    state.slot_of[c, data.slot_i[slot, DAY]] = slot
    work.stale[slot] = True
    refresh(data, state, slot)


@compiled
def settle(state: State, work: Scratch, c: int, pattern: int) -> None:
    """A customer is in: take it off the list of the absent."""
    state.pattern[c] = pattern
    last = work.absent[work.tally[ABSENT] - 1]
    work.absent[work.at[c]] = last
    work.at[last] = work.at[c]
    work.at[c] = -1
    work.tally[ABSENT] -= 1
    move(work, c)


@compiled
def best_between(
    data: Data, state: State, work: Scratch, c: int, first: int, last: int, by_time: float
) -> tuple[float, int, int]:
    """The cheapest place for a customer in a range of slots: what it adds, the slot, the stop before it."""
    return scan(
        data.travel, data.back, data.service, data.demand, data.win_ptr, data.win_open, data.win_close,
        data.slot_i, data.slot_f, data.allowed, state.route, state.length, state.leave0, state.leave1, state.by0,
        state.by1, state.leg, state.sums, work.blink, work.random, len(data.day_ptr) - 1, first, last, c, by_time,
    )  # fmt: skip


@compiled
def insert_best(data: Data, state: State, work: Scratch, c: int, by_time: float) -> bool:
    """Put a customer in on its cheapest pattern of days; False if none is possible.

    A pattern is possible if there is a place on each of its days: its cost says nothing about that.
    """
    work.tally[MARK] += 1
    mark = work.tally[MARK]
    best, chosen = INF, -1
    for pattern in range(data.pat_ptr[c], data.pat_ptr[c + 1]):
        total, possible = data.pat_cost[pattern], True
        for q in range(data.pat_day_ptr[pattern], data.pat_day_ptr[pattern + 1]):
            day = data.pat_day[q]
            if work.day_known[day] != mark:
                work.day_known[day] = mark
                work.day_cost[day], work.day_slot[day], work.day_place[day] = best_between(
                    data, state, work, c, data.day_ptr[day], data.day_ptr[day + 1], by_time
                )
            if work.day_slot[day] < 0:
                possible = False
                break
            total += work.day_cost[day]
            if total >= best:
                break
        if possible and total < best:
            best, chosen = total, pattern
    if chosen < 0:
        return False
    for q in range(data.pat_day_ptr[chosen], data.pat_day_ptr[chosen + 1]):
        day = data.pat_day[q]
        put_in(data, state, work, c, work.day_slot[day], work.day_place[day])
    settle(state, work, c, chosen)
    return True


@compiled
def sort_absent(data: Data, work: Scratch) -> int:
    """Order the absent customers by a rule drawn at random, into work.order; how many there are."""
    count = int(work.tally[ABSENT])
    rule = rnd(work)
    days = len(data.day_ptr) - 1
    for q in range(count):
        c = work.absent[q]
        first, last = data.win_ptr[c * days], data.win_ptr[c * days + 1] - 1
        if rule < 0.3 or (rule >= 0.65 and last < first):
            key = rnd(work)
        elif rule < 0.5:
            visits = 1
            if data.pat_ptr[c] < data.pat_ptr[c + 1]:
                visits = data.pat_day_ptr[data.pat_ptr[c] + 1] - data.pat_day_ptr[data.pat_ptr[c]]
            key = -data.demand[c] * visits
        elif rule < 0.6:
            key = -data.travel[0, data.slot_i[0, START], c]
        elif rule < 0.65:
            key = data.travel[0, data.slot_i[0, START], c]
        elif rule < 0.8:
            key = data.win_close[last] - data.win_open[first]
        elif rule < 0.9:
            key = data.win_open[first]
        else:
            key = -data.absence[c]
        work.key[q] = key
        work.order[q] = c
    gap = count // 2
    while gap > 0:
        for i in range(gap, count):
            key, c = work.key[i], work.order[i]
            j = i
            while j >= gap and work.key[j - gap] > key:
                work.key[j], work.order[j] = work.key[j - gap], work.order[j - gap]
                j -= gap
            work.key[j], work.order[j] = key, c
        gap //= 2
    return count


@compiled
def recreate_in_order(data: Data, state: State, work: Scratch, by_time: float) -> None:
    """Put the absent in, one after the other, in an order drawn at random."""
    count = sort_absent(data, work)
    for q in range(count):
        insert_best(data, state, work, work.order[q], by_time)


@compiled
def _fill_plain(
    travel: Floats,
    back: Floats,
    service: Floats,
    opens: Floats,
    closes: Floats,
    route: Ints,
    leave: Floats,
    by: Floats,
    leg: Floats,
    table: Floats,
    s: int,
    k: int,
    mode: int,
    spare: float,
    by_time: float,
) -> None:
    """What every customer would add to a route, for one window each and no break.

    Written without branches and with one array to write to, so that it compiles to vector instructions.
    """
    n = len(service)
    for c in range(n):
        table[s, c] = INF
    for p in range(k + 1):
        i, j = route[s, p], route[s, p + 1]
        left, limit, direct = leave[s, p], by[s, p + 1], leg[s, p]
        for c in range(n):
            detour = travel[mode, i, c] + back[mode, j, c] - direct
            arrive = left + travel[mode, i, c]
            start = max(opens[c], arrive)
            onward = start + service[c] + back[mode, j, c]
            value = detour + by_time * (onward - left - direct - detour)
            value = value if start <= closes[c] else INF
            value = value if onward <= limit else INF
            value = value if detour <= spare else INF
            known = table[s, c]
            table[s, c] = min(known, value)


@compiled
def _fill_few(
    travel: Floats,
    back: Floats,
    service: Floats,
    opens: Floats,
    closes: Floats,
    route: Ints,
    leave: Floats,
    by: Floats,
    leg: Floats,
    table: Floats,
    live: Ints,
    count: int,
    s: int,
    k: int,
    mode: int,
    spare: float,
    by_time: float,
) -> None:
    """The same for the first `count` customers of `live`, one after the other."""
    for q in range(count):
        c = live[q]
        best, until, busy = INF, closes[c], service[c]
        for p in range(k + 1):
            left = leave[s, p]
            if left > until:
                break
            there, further = back[mode, c, route[s, p]], travel[mode, c, route[s, p + 1]]
            start = max(opens[c], left + there)
            onward = start + busy + further
            detour = there + further - leg[s, p]
            if start <= until and onward <= by[s, p + 1] and detour <= spare:
                best = min(best, detour + by_time * (onward - left - leg[s, p] - detour))
        table[s, c] = best


@compiled
def fill_row(data: Data, state: State, work: Scratch, s: int, by_time: float, count: int) -> None:
    """Bring one row of the table up to date, for the first `count` customers of work.order."""
    n, mode, k = len(data.service), data.slot_i[s, MODE], state.length[s]
    plain = data.slot_f[s, REST] == 0.0
    for c in range(n):
        plain = plain and data.win_ptr[c + 1] == c + 1
    if plain:
        spare = data.slot_f[s, DRIVE_LIMIT] - state.sums[s, DRIVE]
        if count * FEW > n:
            _fill_plain(
                data.travel, data.back, data.service, data.win_open, data.win_close, state.route, state.leave1,
                state.by1, state.leg, work.table, s, k, mode, spare, by_time,
            )  # fmt: skip
        else:
            _fill_few(
                data.travel, data.back, data.service, data.win_open, data.win_close, state.route, state.leave1,
                state.by1, state.leg, work.table, work.order, count, s, k, mode, spare, by_time,
            )  # fmt: skip
    else:
        work.blink[0] = -1
        for q in range(count):
            c = work.order[q]
            work.table[s, c] = best_between(data, state, work, c, s, s + 1, by_time)[0]
        work.blink[0] = 0
    kind, room = data.slot_i[s, CLASS], data.slot_f[s, CAPACITY] - state.sums[s, LOAD]
    for q in range(count):
        c = work.order[q]
        if data.demand[c] > room or not data.allowed[c, kind] or data.pat_ptr[c] == data.pat_ptr[c + 1]:
            work.table[s, c] = INF


@compiled
def recreate_by_profit(  # noqa: C901 - one loop
    data: Data, state: State, work: Scratch, by_time: float
) -> None:
    """Put in, again and again, whoever comes first by a rule drawn at random, among those who fit; for one day.

    Either the order is one of absence[c] ** a with noise, or of that for each second (or metre) that the visit adds.
    Who fits nowhere is not looked at again: the next visits only make less room (but for quicker detours).
    Source: the ratio of Vansteenwegen et al. (2009), doi.org/10.1016/j.cor.2009.03.008.
    """
    noise = rnd(work)
    ratio = rnd(work) < 0.6
    rule = rnd(work)
    slots, count = len(data.slot_i), int(work.tally[ABSENT])
    for s in range(slots):
        work.stale[s] = True
    for q in range(count):
        c = work.absent[q]
        value = data.absence[c]
        value = 1.0 if rule < 0.15 else value if rule < 0.5 else value * value
        work.key[c] = value * (1.0 - noise * rnd(work))
        work.order[q] = c
    while True:
        for s in range(slots):
            if work.stale[s]:
                fill_row(data, state, work, s, by_time, count)
                work.stale[s] = False
        best, chosen, slot, kept = 0.0, -1, -1, 0
        for q in range(count):
            c = work.order[q]
            fits = False
            for s in range(slots):
                cost = work.table[s, c]
                if cost < INF:
                    fits = True
                    value = work.key[c] / (max(cost, 0.0) + 1e-3) if ratio else work.key[c] - 1e-9 * cost
                    if value > best:
                        best, chosen, slot = value, c, s
            if fits:
                work.order[kept] = c
                kept += 1
        count = kept
        if chosen < 0:
            return
        work.blink[0] = -1
        _, _, place = best_between(data, state, work, chosen, slot, slot + 1, by_time)
        work.blink[0] = 0
        if place < 0:
            work.table[slot, chosen] = INF
            continue
        put_in(data, state, work, chosen, slot, place)
        settle(state, work, chosen, data.pat_ptr[chosen])
        count = _without(work.order, count, chosen)


@compiled
def _without(order: Ints, count: int, chosen: int) -> int:
    """Take one customer out of the first `count`, the others keeping their order; how many are left."""
    kept = 0
    for q in range(count):
        order[kept] = order[q]
        kept += order[q] != chosen
    return kept


@compiled
def recreate(data: Data, state: State, work: Scratch) -> None:
    """Put in what fits, by a rule drawn at random; from the table where there is one."""
    if len(work.table) > 0:
        draw = rnd(work)
        by_time = 0.0 if draw < 0.4 else 1.0 if draw < 0.6 else rnd(work)
        recreate_by_profit(data, state, work, by_time)
    else:
        recreate_in_order(data, state, work, 0.0)
