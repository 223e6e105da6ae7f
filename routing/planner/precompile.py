"""Compile before anyone waits for it."""

import numpy as np

from routing.planner.horizon import Client, HorizonProblem, Pattern, Shift
from routing.planner.problem import Day, DayProblem, Visit
from routing.planner.solve import solve_day
from routing.planner.solve_horizon import solve_horizon
from routing.planner.timeline import Clock
from routing.travel_times.protocol import OdMatrix


def precompile(*, weeks: bool = True) -> None:
    """Plan two trivial problems, so that the compiled search is loaded, and compiled if this is its first time.

    The compiled code is kept on disk beside its source: the first call ever takes up to a minute, later ones a second
    or two in each new process. Whoever plans for a person calls this at its start.
    weeks: have what weeks and whole days need at hand too, OR-Tools among it: 80 MB that a change of a day can do
    without.
    """
    if weeks:
        # OR-Tools takes two seconds to import, and would take them out of the time of the first day that needs it.
        from routing.planner import cpsat_day, ortools_day, set_partitioning  # noqa: F401
    from routing.planner.day_bound import bound_day
    from routing.planner.day_search import day_data

    seconds = np.array([[0, 60, 60], [60, 0, 60], [60, 60, 0]], dtype=np.int32)
    matrix = OdMatrix(seconds, seconds, np.ones((3, 3), dtype=bool))
    visits = (Visit(0, 3600, ((0, 86_400),), 1), Visit(1, 3600, ((0, 86_400),), 1))
    day = DayProblem(Day(0, 4000), visits, matrix)
    solve_day(day, seconds=0.01)
    # Nothing is known yet, so that the proof has to go all its ways.
    bound_day(day_data(Clock(day), [0, 1]), lambda: 0.0, seconds=60, stop=lambda: False)
    if not weeks:
        return
    clients = tuple(Client(i, 3600, (((0, 86_400),),) * 2, (Pattern((0,), 1), Pattern((1,), 1))) for i in range(2))
    shifts = tuple(Shift(0, day, 0, 4000, 2, 2) for day in range(2))
    solve_horizon(HorizonProblem(2, shifts, clients, matrix), seconds=0.01)
