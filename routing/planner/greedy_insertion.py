"""A plan at once: visits put in one by one."""

from collections.abc import Sequence

from routing.planner.timeline import Clock


def greedy_insertion(clock: Clock, candidates: Sequence[int], start: Sequence[int] = ()) -> list[int]:
    """An order of visits that no further candidate fits into.

    Appointments and required visits first, then by prize for each second of visit and detour, each at the place where
    it adds the least travel. `start` is a possible order to begin from.
    """
    order = list(start)
    line = clock.timeline(order)
    if not line.possible:
        return order
    visits = clock.problem.visits

    def urgency(visit: int) -> tuple[bool, bool, float]:
        busy = clock.service[visit] + clock.there_and_back(visit) / 4
        return not visits[visit].required, visits[visit].fixed_start is None, -visits[visit].prize / (busy + 1)

    kept = set(order)
    for visit in sorted((v for v in candidates if v not in kept), key=urgency):
        cheapest = clock.cheapest(line, visit)
        if cheapest is not None:
            order.insert(cheapest[1], visit)
            line = clock.timeline(order)
    return order
