"""Why a visit is not in the plan, in facts that a person can act on."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from routing.planner.change import Change, Changes
from routing.planner.plan import DayPlan
from routing.planner.problem import DayProblem
from routing.planner.timeline import NEVER, Clock, Timeline


class Code(StrEnum):
    """The rule that kept a visit out; the first that applies, from what no plan can change to what this plan chose."""

    OFF_NETWORK = "off network"
    UNREACHABLE = "unreachable"
    CLOSED = "closed"
    WINDOW_TOO_SHORT = "window too short"
    OUTSIDE_HOURS = "outside hours"
    TOO_FAR = "too far"
    DRIVING_LIMIT = "driving limit"
    NO_ROOM_FOR_BREAK = "no room for break"
    CLASH = "clash"
    IN_THE_WAY = "in the way"
    LESS_VALUABLE = "less valuable"
    NOTHING_TO_GAIN = "nothing to gain"
    FITS = "fits"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one visit was left out.

    change: what would let it in by itself, None where nothing would; short_min: by how many minutes, or without a
        change how many are lacking at least; None where minutes do not tell.
    detour_min: minutes of driving that the visit would add at its cheapest place in the plan.
    instead_of: indexes of the planned visits, one or two, that it clashes with, that are in its way
        because they are required or have their time, or that could be swapped for it.
    """

    code: Code
    short_min: int | None = None
    detour_min: int | None = None
    instead_of: tuple[int, ...] = ()
    change: Change | None = None


def dropped_reasons(problem: DayProblem, plan: DayPlan) -> dict[int, Reason]:
    """The reason for each dropped visit, by its index in the problem's visits."""
    clock = Clock(problem)
    line = clock.timeline(plan.order)
    changes = Changes(clock, line)
    return {visit: _reason(clock, line, visit, changes) for visit in plan.dropped}


def _reason(clock: Clock, line: Timeline, visit: int, changes: Changes) -> Reason:
    reason = alone(clock, visit) or _beside(clock, line, visit)
    least = None if reason.code in _NO_CHANGE else changes.least(visit)
    if reason.code is Code.LESS_VALUABLE:
        reason = _true_cause(reason, visit, changes)
    return replace(reason, change=least[0], short_min=least[1]) if least else reason


def _true_cause(reason: Reason, visit: int, changes: Changes) -> Reason:
    """What keeps a visit out of a day that it could be in: the break, what others were promised, or dearer visits."""
    if changes.fits_without_break(visit):
        return replace(reason, code=Code.NO_ROOM_FOR_BREAK)
    swap = changes.swap(visit)
    settled = () if swap else changes.in_the_way(visit)
    return replace(reason, code=Code.IN_THE_WAY if settled else reason.code, instead_of=swap or settled)


_NO_CHANGE = {Code.OFF_NETWORK, Code.UNREACHABLE, Code.CLOSED, Code.FITS, Code.NOTHING_TO_GAIN}
"""What minutes have nothing to do with."""


def alone(clock: Clock, visit: int) -> Reason | None:
    """Why a visit could not even be the only one of the day; None if it could."""
    problem, row = clock.problem, visit + 1
    reachable = problem.matrix.reachable
    if not is_connected(reachable, row):
        return Reason(Code.OFF_NETWORK)
    if not (reachable[0, row] and reachable[row, problem.end]):
        return Reason(Code.UNREACHABLE)
    if not clock.windows[visit]:
        windows = problem.visits[visit].windows
        if not windows:
            return Reason(Code.CLOSED)
        longest = max(closes - opens for opens, closes in windows)
        return Reason(Code.WINDOW_TOO_SHORT, short_min=minutes(clock.service[visit] - longest))
    if clock.timeline([visit]).possible:
        return None
    out, back = int(problem.matrix.seconds[0, row]), int(problem.matrix.seconds[row, problem.end])
    limit, day = problem.day.max_travel_s, problem.day
    if limit is not None and out + back > limit:
        return Reason(Code.DRIVING_LIMIT, short_min=minutes(out + back - limit))
    needed = out + clock.service[visit] + back
    if needed > day.end_s - day.start_s:
        return Reason(Code.TOO_FAR, short_min=minutes(needed - (day.end_s - day.start_s)))
    first, last = day.start_s + out, day.end_s - back - clock.service[visit]
    gaps = [max(opens - last, first - closes, 0) for opens, closes in clock.windows[visit]]
    if min(gaps) > 0:
        return Reason(Code.OUTSIDE_HOURS, short_min=minutes(min(gaps)))
    return Reason(Code.NO_ROOM_FOR_BREAK, short_min=_short_of(clock, clock.timeline([]), 0, visit))


def _beside(clock: Clock, line: Timeline, visit: int) -> Reason:
    """Why a visit that is possible alone is not beside those that were chosen."""
    places = range(len(line.order) + 1)
    if not line.possible or any(clock.fits(line, p, visit) for p in places):
        return Reason(Code.FITS if clock.problem.visits[visit].prize else Code.NOTHING_TO_GAIN)
    detours = [detour for p in places if (detour := clock.detour(line, p, visit)) is not None]
    detour = minutes(min(detours)) if detours else None
    lacks = [s for s in (_short_of(clock, line, p, visit) for p in places) if s is not None]
    short = min(lacks) if lacks else None
    visits = clock.problem.visits
    appointments = [v for v in line.order if visits[v].fixed_start is not None or visits[v].required]
    if visits[visit].fixed_start is not None or visits[visit].required:
        clash = next((v for v in appointments if not _both(clock, v, visit)), None)
        if clash is not None:
            return Reason(Code.CLASH, short, detour, (clash,))
    return Reason(Code.LESS_VALUABLE, short, detour)


def is_connected(reachable: NDArray[np.bool_], row: int) -> bool:
    """Whether any way leads from a place to another, or from another to it."""
    return bool(reachable[row].sum() + reachable[:, row].sum() > 2 * reachable[row, row])


def _both(clock: Clock, one: int, other: int) -> bool:
    return clock.timeline([one, other]).possible or clock.timeline([other, one]).possible


def _short_of(clock: Clock, line: Timeline, position: int, visit: int) -> int | None:
    """The minutes by which a visit misses fitting at a position: itself too late, or those after it."""
    there = clock.drive(line.leave[position], clock.travel[clock.row(line.order, position - 1)][visit + 1])
    onward = clock.travel[visit + 1][clock.row(line.order, position)]
    by = clock.drive_by(line.arrive_by[position], onward)
    lacking = []
    for arrive, leave_by in zip(there, by, strict=True):
        latest = clock.latest(visit, leave_by)
        if arrive < NEVER and latest > -NEVER:
            lacking.append(arrive - latest)
    if not lacking:
        return None
    limit, detour = clock.problem.day.max_travel_s, clock.detour(line, position, visit)
    over = 0 if limit is None or detour is None else line.travel_s + detour - limit
    return minutes(max(min(lacking), over, 1))


def minutes(seconds: int) -> int:
    """Whole minutes, rounded up, so that what is said to be lacking is enough."""
    return -(-seconds // 60)
