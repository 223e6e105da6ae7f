"""From accounts and travel times to the problem that the planner solves: numbers only, no names."""

from collections.abc import Sequence

import numpy as np

from gcrm.visits.candidates import Candidate
from gcrm.visits.working_week import WorkingDay
from routing.planner.problem import Break, Day, DayProblem, Visit
from routing.points import LonLat, as_points
from routing.travel_times.protocol import OdMatrix, TravelTimes


def state_day(
    candidates: Sequence[Candidate], home: LonLat | None, working: WorkingDay, travel_times: TravelTimes
) -> DayProblem:
    """The day as the planner sees it; visit i is candidates[i], and its id is the account's.

    home: where the day starts and ends; None lets it start and end at any stop, with no way to and from it.
    """
    places = [candidate.account.place for candidate in candidates]
    assert all(places), "accounts that are not placed have been left out before"
    matrix = travel_times.matrix(as_points([*([home] if home else []), *(place for place in places if place)]))
    visits = tuple(
        Visit(one.account.id, one.service_s, one.windows, one.prize, one.required, one.fixed_start)
        for one in candidates
    )
    lunch = Break(*working.lunch_s) if working.lunch_s else None
    day = Day(working.start_s, working.end_s, lunch)
    return DayProblem(day, visits, matrix if home else _from_anywhere(matrix))


def _from_anywhere(matrix: OdMatrix) -> OdMatrix:
    """The travel times with a first row and column that cost nothing, for a day that begins and ends anywhere."""
    around = ((1, 0), (1, 0))
    reachable = np.pad(matrix.reachable, around, constant_values=True)
    # Who is off the network stays off it.
    off = ~(matrix.reachable.any(axis=1) & matrix.reachable.any(axis=0))
    reachable[0, 1:][off] = False
    reachable[1:, 0][off] = False
    return OdMatrix(np.pad(matrix.seconds, around), np.pad(matrix.metres, around), reachable)
