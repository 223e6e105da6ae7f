"""From an order of visits to a plan with times."""

import itertools
from collections.abc import Sequence

from routing.planner.plan import DayPlan, PlannedStop
from routing.planner.timeline import Clock, Pair


def schedule(clock: Clock, order: Sequence[int]) -> DayPlan | None:
    """The earliest times for an order of visit indexes; None if the day cannot be driven so.

    Home is left as late as the first visit allows, so that nobody waits in a car park for it to open.
    """
    line = clock.timeline(order)
    if not line.possible:
        return None
    problem = clock.problem
    rows = [clock.row(order, i) for i in range(-1, len(order) + 1)]
    drives = [int(problem.matrix.seconds[a, b]) for a, b in itertools.pairwise(rows)]
    metres = [int(problem.matrix.metres[a, b]) for a, b in itertools.pairwise(rows)]
    behind, pause_leg, pause_first = _where_to_pause(clock, line.leave, drives)
    pause: tuple[int, int] | None = None
    stops: list[PlannedStop] = []
    now = line.leave[0][behind]
    for leg, drive in enumerate(drives):
        if leg == pause_leg and pause_first:
            pause = _pause(clock, now)
            now = pause[1]
        now += drive
        arrive = now
        if leg == pause_leg and not pause_first:
            pause = _pause(clock, now)
            now = pause[1]
        if leg < len(order):
            visit = order[leg]
            start = clock.starts(visit, now)
            if leg == 0:
                arrive = start if pause is None else pause[0]
            now = start + clock.service[visit]
            stops.append(PlannedStop(visit, arrive, start, now, drive, metres[leg]))
    planned = set(order)
    return DayPlan(
        stops=tuple(stops),
        break_=pause,
        dropped=tuple(v for v in range(len(problem.visits)) if v not in planned),
        travel_s=line.travel_s,
        service_s=sum(clock.service[v] for v in order),
        distance_m=sum(metres),
        prize=sum(problem.visits[v].prize for v in order),
        home_arrive=now,
        home_travel_s=drives[-1],
        home_distance_m=metres[-1],
    )


def nothing(clock: Clock) -> DayPlan:
    """The plan of a day in which nothing can be done, not even a drive to where it ends: the rep stays at home."""
    problem = clock.problem
    return DayPlan((), None, tuple(range(len(problem.visits))), 0, 0, 0, 0, problem.day.start_s, 0, 0)


def _pause(clock: Clock, moment: int) -> tuple[int, int]:
    """The break begun at a moment or as soon after as may be."""
    assert clock.lunch is not None
    ends = clock.paused(moment)
    return ends - clock.lunch.duration_s, ends


def _where_to_pause(clock: Clock, leave: tuple[Pair, ...], drives: list[int]) -> tuple[bool, int, bool]:
    """Whether the break is behind when home is left, the drive that it belongs to (-1: none), and if it comes first.

    Read backwards from the end of the day, for which the state that arrives earlier is taken.
    """
    to_come, behind = clock.drive(leave[-1], drives[-1])
    if to_come <= clock.home_by()[0] and to_come <= behind:
        return False, -1, False
    for leg in range(len(drives) - 1, -1, -1):
        arrive = clock.drive(leave[leg], drives[leg])[1]
        if leave[leg][1] + drives[leg] == arrive:
            continue
        return False, leg, clock.paused(leave[leg][0]) + drives[leg] == arrive
    return True, -1, False
