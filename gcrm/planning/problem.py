"""From accounts and travel times to the problem that the planner solves: numbers only, no names."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gcrm.people.working_week import WorkingDay
from gcrm.planning.candidates import Candidate
from routing.planner.problem import Break, Day, DayProblem, Visit
from routing.points import LonLat, as_points
from routing.travel_times.protocol import OdMatrix, TravelTimes


def state_day(
    candidates: Sequence[Candidate],
    working: WorkingDay,
    travel_times: TravelTimes,
    start: LonLat | None = None,
) -> DayProblem:
    """The day as the planner sees it; visit i is candidates[i], and its id is the account's.

    The day of a rep without a home starts and ends at any stop, with no way to and from it.
    start: where it starts instead of where the night was spent, as in the middle of a day.
    """
    places = [place for candidate in candidates if (place := candidate.account.place)]
    assert len(places) == len(candidates), "accounts that are not placed have been left out before"
    visits = tuple(
        Visit(one.account.id, one.service_s, one.windows, one.prize, one.required, one.fixed_start)
        for one in candidates
    )
    day = Day(
        working.start_s, working.end_s, Break(*working.lunch_s) if working.lunch_s else None, working.max_driving_s
    )
    first, last = start or working.leaves_from, working.returns_to
    ends = [last] if last and first != last else []
    matrix = travel_times.matrix(as_points([*([first] if first else []), *places, *ends]))
    if first is None:
        matrix = anywhere(matrix, before=1, after=0)
    elif last is None:
        matrix = anywhere(matrix, before=0, after=1)
    rows = range(1, len(visits) + 1)
    return DayProblem(day, visits, with_parking(matrix, rows, working.rep.parking_minutes))


def with_parking(matrix: OdMatrix, stops: range, minutes: int) -> OdMatrix:
    """The travel times with time to park and to walk to the door of each stop; none between doors of one place.

    stops: their rows.
    """
    if not minutes:
        return matrix
    seconds = matrix.seconds.copy()
    into = np.zeros(len(seconds), dtype=bool)
    into[stops.start : stops.stop] = True
    driven = (matrix.metres > 0) & into[None, :]
    seconds[driven] += 60 * minutes
    return replace(matrix, seconds=seconds)


def anywhere(matrix: OdMatrix, before: int, after: int) -> OdMatrix:
    """The travel times with a first or a last place that costs nothing, for a day that begins or ends anywhere."""
    around = ((before, after), (before, after))
    # Who is off the network stays off it.
    on = np.pad(matrix.reachable.any(axis=1) & matrix.reachable.any(axis=0), (before, after), constant_values=True)
    free = np.zeros(len(on), dtype=bool)
    free[:before] = True
    free[len(on) - after :] = True
    reachable = np.pad(matrix.reachable, around) | ((free[:, None] | free[None, :]) & on[:, None] & on[None, :])
    return OdMatrix(np.pad(matrix.seconds, around), np.pad(matrix.metres, around), reachable, matrix.mended)
