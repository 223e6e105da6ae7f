"""CP-SAT that stops when it is told to; by itself it only asks when it has found something."""

import threading
from collections.abc import Callable

from ortools.sat.python import cp_model


def solve_until(
    solver: cp_model.CpSolver, model: cp_model.CpModel, stop: Callable[[], bool]
) -> cp_model.CpSolverStatus:
    """Solve until it is done, its time is over, or `stop`, which is asked often, says so; how it ended."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.05):
            if stop():
                solver.stop_search()

    watcher = threading.Thread(target=watch, daemon=True, name="stop CP-SAT")
    watcher.start()
    try:
        return solver.solve(model)
    finally:
        over.set()
        watcher.join()
