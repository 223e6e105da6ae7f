"""The day stated to OR-Tools' routing library, and improved by it.

Objective: least (sum of travel seconds) + W * (sum of prizes left out) + R * (required visits left out), with W above
any travel time of a day and R above any sum of W * prize, so that the three count in the order of the problem.
Constraints: one dimension for time (travel, service, waiting; windows as ranges with holes; the break as an optional
interval that must be performed unless it can be had at home) and one for driving; each visit in a disjunction.

OR-Tools lets a break interrupt a drive; our rules do not. An order that only works that way is not taken.
"""

import itertools
from collections.abc import Callable, Sequence

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from routing.planner.timeline import NEVER, Clock


class _Callbacks:
    """Calls out of the library: what one raises would be lost in there, so it is kept, and ends the search.

    The library keeps what it calls as long as its model. A call that names the model would keep the model, and all that
    the call knows besides, for ever: so the library is given this alone, which lets go of the calls at the end.
    """

    def __init__(self) -> None:
        self.fault: BaseException | None = None
        self.calls: dict[str, Callable[[], object]] = {}

    def run(self, name: str) -> bool:
        """Whether a call answers yes; True once one has gone wrong."""
        if self.fault is None:
            try:
                return bool(self.calls[name]())
            except BaseException as fault:  # noqa: BLE001 - it is raised again once the library has returned
                self.fault = fault
        return True


def improve(
    clock: Clock,
    order: Sequence[int],
    candidates: Sequence[int],
    *,
    seconds: float,
    on_order: Callable[[list[int]], None],
    stop: Callable[[], bool],
) -> None:
    """Search from a possible order for better ones over some of the visits; each goes to `on_order` as it is found.

    Raises what `on_order` or `stop` raises, once the library has ended.
    """
    problem, day = clock.problem, clock.problem.day
    rows = [0, *(v + 1 for v in candidates)] + ([problem.end] if problem.end else [])
    manager = pywrapcp.RoutingIndexManager(len(rows), 1, [0], [len(rows) - 1 if problem.end else 0])
    routing = pywrapcp.RoutingModel(manager)
    solver = routing.solver()
    horizon = day.end_s - day.start_s
    service = [0, *(clock.service[v] for v in candidates)] + ([0] if problem.end else [])
    # OR-Tools knows no ways that are not there: one that takes longer than the whole day cannot be in any.
    travel = [
        [horizon + 1 if (way := clock.travel[a][b]) is None else min(way, horizon + 1) for b in rows] for a in rows
    ]
    drive = routing.RegisterTransitMatrix(travel)
    routing.SetArcCostEvaluatorOfAllVehicles(drive)
    busy = routing.RegisterTransitMatrix([[t + service[i] for t in row] for i, row in enumerate(travel)])
    routing.AddDimension(busy, horizon, horizon, False, "time")  # noqa: FBT003
    time = routing.GetDimensionOrDie("time")
    limit = horizon if day.max_travel_s is None else min(horizon, day.max_travel_s)
    routing.AddDimension(drive, 0, limit, True, "driving")  # noqa: FBT003
    weight = horizon + 1
    required = weight * (1 + sum(problem.visits[v].prize for v in candidates))
    for node, visit in enumerate(candidates, start=1):
        index = manager.NodeToIndex(node)
        penalty = problem.visits[visit].prize * weight + problem.visits[visit].required * required
        routing.AddDisjunction([index], penalty)
        spans = [(max(0, a - day.start_s), b - day.start_s) for a, b in clock.windows[visit] if b >= day.start_s]
        spans = [(a, min(b, horizon)) for a, b in spans if a <= horizon]
        if not spans:
            routing.ActiveVar(index).SetValue(0)
            continue
        cumul = time.CumulVar(index)
        cumul.SetRange(spans[0][0], spans[-1][1])
        for (_, closes), (opens, _) in itertools.pairwise(spans):
            cumul.RemoveInterval(closes + 1, opens - 1)
    if clock.lunch is not None and clock.leave_home()[0] < NEVER:
        _state_break(clock, routing, time, [service[manager.IndexToNode(i)] for i in range(routing.Size())])

    callbacks = _Callbacks()

    def tell() -> None:
        index, found = routing.Start(0), []
        while not routing.IsEnd(index):
            node = manager.IndexToNode(index)
            found += [candidates[node - 1]] if node else []
            index = routing.NextVar(index).Value()
        on_order(found)

    callbacks.calls = {"tell": tell, "stop": stop}
    routing.AddAtSolutionCallback(lambda: callbacks.run("tell"))
    routing.AddSearchMonitor(solver.CustomLimit(lambda: callbacks.run("stop")))
    where = {visit: manager.NodeToIndex(node) for node, visit in enumerate(candidates, start=1)}
    try:
        _solve(routing, [where[v] for v in order], seconds)
    finally:
        callbacks.calls = {}
    if callbacks.fault is not None:
        raise callbacks.fault


def _solve(routing: pywrapcp.RoutingModel, start: list[int], seconds: float) -> None:
    """Guided local search from an order, or from what the library makes by itself where it does not take that."""
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(max(1, int(seconds * 1000)))
    routing.CloseModelWithParameters(parameters)
    known = routing.ReadAssignmentFromRoutes([start], True)  # noqa: FBT003
    if known is None:
        routing.SolveWithParameters(parameters)
    else:
        routing.SolveFromAssignmentWithParameters(known, parameters)


def _state_break(
    clock: Clock, routing: pywrapcp.RoutingModel, time: pywrapcp.RoutingDimension, service: list[int]
) -> None:
    """The break is performed, or home is reached in time for it, or not left before it is over."""
    lunch, start_s = clock.lunch, clock.problem.day.start_s
    assert lunch is not None
    solver = routing.solver()
    earliest = max(0, lunch.earliest - start_s)
    latest = lunch.latest - lunch.duration_s - start_s
    pause = solver.FixedDurationIntervalVar(earliest, latest, lunch.duration_s, True, "break")  # noqa: FBT003
    time.SetBreakIntervalsOfVehicle([pause], 0, service)
    back = solver.IsLessOrEqualCstVar(time.CumulVar(routing.End(0)), latest)
    late = solver.IsGreaterOrEqualCstVar(time.CumulVar(routing.Start(0)), lunch.earliest + lunch.duration_s - start_s)
    solver.Add(pause.PerformedExpr() + back + late >= 1)
