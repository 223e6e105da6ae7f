"""CP-SAT that stops when it is told to."""

import threading
from collections.abc import Callable

from ortools.sat.python import cp_model


def solve_until(
    solver: cp_model.CpSolver, model: cp_model.CpModel, stop: Callable[[], bool]
) -> cp_model.CpSolverStatus:
    """Let CP-SAT solve until it is done, its time is over, or `stop`, which is asked often, says so; how it ended.

    By itself CP-SAT only asks when it has found something. Raises what `stop` raises, once CP-SAT has ended.
    """
    over = threading.Event()
    faults: list[BaseException] = []

    def watch() -> None:
        while not over.wait(0.05):
            try:
                if stop():
                    solver.stop_search()
            except BaseException as fault:  # noqa: BLE001 - it is raised again in the thread that waits for CP-SAT
                faults.append(fault)
                solver.stop_search()
                return

    watcher = threading.Thread(target=watch, daemon=True, name="stop CP-SAT")
    watcher.start()
    try:
        status = solver.solve(model)
    finally:
        over.set()
        watcher.join()
    if faults:
        raise faults[0]
    return status
