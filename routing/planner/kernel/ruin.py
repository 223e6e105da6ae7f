"""Taking visits out: strings of neighbouring stops from routes that lie close together.

Source: SISR, Christiaens and Vanden Berghe (2020), doi.org/10.1287/trsc.2019.0914. A customer visited on several days
is taken out of all of them, so that its pattern of days is chosen anew when it is put back.
"""

from routing.planner.kernel.compiled import compiled
from routing.planner.kernel.data import ABSENT, MOVED, TOUCHED, Data, Scratch, State
from routing.planner.kernel.route import below, refresh, rnd


@compiled
def touch(work: Scratch, slot: int) -> None:
    """Note that a route differs from the accepted solution."""
    if not work.is_touched[slot]:
        work.is_touched[slot] = True
        work.touched[work.tally[TOUCHED]] = slot
        work.tally[TOUCHED] += 1


@compiled
def move(work: Scratch, c: int) -> None:
    """Note that a customer may differ from the accepted solution."""
    if not work.is_moved[c]:
        work.is_moved[c] = True
        work.moved[work.tally[MOVED]] = c
        work.tally[MOVED] += 1


@compiled
def take_out(data: Data, state: State, work: Scratch, c: int) -> None:
    """Remove a customer from every day; the times of its routes are not filled in again."""
    pattern = state.pattern[c]
    for q in range(data.pat_day_ptr[pattern], data.pat_day_ptr[pattern + 1]):
        day = data.pat_day[q]
        slot = state.slot_of[c, day]
        touch(work, slot)
        k = state.length[slot]
        p = 1
        while state.route[slot, p] != c:
            p += 1
        for r in range(p, k + 1):
            state.route[slot, r] = state.route[slot, r + 1]
        state.length[slot] = k - 1
        state.slot_of[c, day] = -1
    state.pattern[c] = -1
    work.at[c] = work.tally[ABSENT]
    work.absent[work.tally[ABSENT]] = c
    work.tally[ABSENT] += 1
    move(work, c)


@compiled
def _string(data: Data, state: State, work: Scratch, slot: int, c: int, longest: float) -> None:
    """Remove a string of stops that holds customer c, with or without a stretch kept inside it."""
    k = state.length[slot]
    size = 1 + below(work, int(min(float(k), longest)))
    kept = 0
    if size > 1 and size < k and rnd(work) < 0.5:
        kept = 1
        while size + kept < k and rnd(work) > 0.01:
            kept += 1
            if kept > 20:
                break
    span = size + kept
    p = 1
    while state.route[slot, p] != c:
        p += 1
    low, high = max(1, p - span + 1), min(p, k - span + 1)
    first = low + below(work, high - low + 1)
    hole = first + 1 + below(work, size - 1) if kept > 0 else k + 1
    count = 0
    for r in range(first, first + span):
        if r < hole or r >= hole + kept:
            work.order[count] = state.route[slot, r]
            count += 1
    for r in range(count):
        take_out(data, state, work, work.order[r])


@compiled
def ruin(data: Data, state: State, work: Scratch, mean_out: float, longest: float) -> None:
    """Take out about `mean_out` visits in strings of up to `longest`, and mend routes that came apart."""
    n, slots, days = len(data.service), len(data.slot_i), len(data.day_ptr) - 1
    stops, used = 0, 0
    for s in range(slots):
        stops += state.length[s]
        used += state.length[s] > 0
        work.ruined[s] = 0
    if stops == 0:
        return
    longest = max(1.0, min(longest, stops / used))
    most = 4.0 * mean_out / (1.0 + longest) - 1.0
    strings = int(1.0 + rnd(work) * max(0.0, most))
    strings = min(strings, used)
    seed = below(work, n)
    only_day = below(work, days) if days > 1 and rnd(work) < 0.5 else -1
    for q in range(-1, data.near.shape[1]):
        if strings <= 0:
            break
        c = seed if q < 0 else data.near[seed, q]
        pattern = state.pattern[c]
        if pattern < 0:
            continue
        first, size = data.pat_day_ptr[pattern], data.pat_day_ptr[pattern + 1] - data.pat_day_ptr[pattern]
        day = data.pat_day[first + below(work, size)] if size > 1 else data.pat_day[first]
        if only_day >= 0 and state.slot_of[c, only_day] >= 0:
            day = only_day
        slot = state.slot_of[c, day]
        if work.ruined[slot] == 0:
            work.ruined[slot] = 1
            strings -= 1
            _string(data, state, work, slot, c, longest)
    mend(data, state, work)


@compiled
def mend(data: Data, state: State, work: Scratch) -> None:
    """Fill in the times of touched routes; one that became impossible (a detour was quicker) is emptied further."""
    q = 0
    while q < work.tally[TOUCHED]:
        slot = work.touched[q]
        if refresh(data, state, slot) or state.length[slot] == 0:
            q += 1
        else:
            take_out(data, state, work, state.route[slot, 1 + below(work, state.length[slot])])
            q = 0
