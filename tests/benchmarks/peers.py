"""Other solvers on the same instances, where they are installed (pip install 'pyvrp>=0.14')."""

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.benchmarks.public_sets import Answer, Stopwatch

PRIZE = 100_000
"""Worth of one unit of profit in units of distance, so that profit comes first."""


def pyvrp() -> ModuleType:
    """The peer. Exits with the remedy where it is not installed."""
    try:
        return importlib.import_module("pyvrp")
    except ImportError:
        sys.exit("PyVRP is not installed here. Install it beside GCRM first: pip install pyvrp")


def orienteering_by_pyvrp(file: Path, routes: int, seconds: float, seed: int) -> Answer:
    """Optional clients with large prizes. The profit is that of the clients in the best solution."""
    from tests.benchmarks.orienteering import check_team, read, team_problem
    from tests.benchmarks.replay import team_plan

    watch = Stopwatch(seconds)
    instance = read(file)
    model = pyvrp().Model()
    n = len(instance.profit)
    places = [model.add_location(0, 0) for _ in range(n)]
    depot = model.add_depot(places[0])
    for i in range(1, n):
        model.add_client(
            places[i],
            service_duration=instance.service[i],
            tw_early=instance.opens[i],
            tw_late=instance.closes[i],
            prize=instance.profit[i] * PRIZE,
            required=False,
        )
    model.add_vehicle_type(
        routes, start_depot=depot, end_depot=depot, tw_early=instance.opens[0], tw_late=instance.closes[0]
    )
    found = _solve(model, places, instance.distances, watch, seed)
    problem = team_problem(instance, routes)
    plan = team_plan(problem.as_horizon(), found)
    faults = check_team(problem, plan)
    if faults:
        raise AssertionError(f"{file.stem} by PyVRP: {faults}")
    return Answer(float(plan.prize), watch.first_s)


def vehicle_windows_by_pyvrp(file: Path, routes: int, seconds: float, seed: int) -> Answer:
    """Required clients with demands and windows."""
    from tests.benchmarks.replay import team_plan
    from tests.benchmarks.vehicle_windows import check_horizon, horizon_problem, read

    watch = Stopwatch(seconds)
    instance = read(file)
    model = pyvrp().Model()
    places = [model.add_location(0, 0) for _ in instance.demand]
    depot = model.add_depot(places[0])
    for i in range(1, len(places)):
        model.add_client(
            places[i],
            delivery=instance.demand[i],
            service_duration=instance.service[i],
            tw_early=instance.opens[i],
            tw_late=instance.closes[i],
        )
    vehicles = routes or instance.vehicles
    model.add_vehicle_type(
        vehicles,
        capacity=instance.capacity,
        start_depot=depot,
        end_depot=depot,
        tw_early=instance.opens[0],
        tw_late=instance.closes[0],
    )
    found = _solve(model, places, instance.distances, watch, seed)
    problem = horizon_problem(instance, vehicles)
    plan = team_plan(problem, found)
    faults = check_horizon(problem, plan)
    if faults:
        raise AssertionError(f"{file.stem} by PyVRP: {faults}")
    return Answer(float("inf") if plan.dropped else plan.travel_s / 10, watch.first_s)


def _solve(model: Any, places: list[Any], distances: Any, watch: Stopwatch, seed: int) -> list[list[int]]:
    """Routes of client numbers from 0; it uses one core, and says nothing before the end."""
    for i, one in enumerate(places):
        for j, other in enumerate(places):
            if i != j:
                model.add_edge(one, other, int(distances[i, j]), int(distances[i, j]))
    stop = importlib.import_module("pyvrp.stop")
    result = model.solve(stop.MaxRuntime(max(0.01, watch.left)), seed=seed, display=False)
    watch.told(result)
    return [[stop.idx for stop in route if stop.is_client()] for route in result.best.routes()]
