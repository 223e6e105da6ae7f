"""Weeks ahead stated directly to OR-Tools' routing library, without any of the planner's search: a baseline.

One vehicle for each shift. One node for each visit that a client could get in turn: the n-th is worth its equal share
of the best pattern that has it on that day (the penalty of its disjunction). It may be made on the days on which it
stands n-th in some pattern, and which are nearer to its own best day than to that of another: with the visits of a
client linked by constraints instead, OR-Tools finds no first plan of a quarter in 20 s. What a visit is worth less on
another day than its best is a dimension whose span is paid for. Windows are ranges with holes (those of most days; days
with others are left out), breaks are intervals in which the vehicle rests, and driving limits are a dimension.

Search: local cheapest insertion, for as long as that takes, then guided local search for the seconds given. (Its
iterated local search cannot start from a plan, and in the same seconds often finds none.) What it answers is timed by
the planner's clock; a route that needs a drive to be interrupted by the break loses its least valuable visits until it
does not.
"""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from routing.planner import Client, DayPlan, HorizonProblem, check_day
from routing.planner.problem import Window
from routing.planner.schedule import schedule
from routing.planner.timeline import Clock

DAY_S = 86_400
SCALE = 1_000
"""A thousandth of a prize is the unit of cost: costs are whole numbers, also that of a second's drive."""
FAR_S = 2 * DAY_S
FIRST_S = 120.0
"""It may take so long to find its first plan."""


@dataclass(frozen=True, slots=True)
class Node:
    """The n-th visit to a client: what it is worth on each day on which it may be."""

    client: int
    worth: Mapping[int, int]
    windows: tuple[Window, ...]

    @property
    def best(self) -> int:
        """What it is worth on its best day."""
        return max(self.worth.values(), default=0)

    @property
    def best_day(self) -> int:
        """The day on which it is worth most."""
        return max(self.worth, key=lambda day: (self.worth[day], -day))


def solve_by_ortools(problem: HorizonProblem, *, seconds: float) -> tuple[list[DayPlan], float]:
    """A plan for each shift, checked, its stops numbered as the clients are; and the seconds until the first answer."""
    nodes = [node for number, client in enumerate(problem.clients) for node in _nodes(number, client)]
    routes, first_s = _Model(problem, nodes).routes(seconds)
    visits = ([nodes[node].client for node in route] for route in routes)
    return [_timed(problem, shift, clients) for shift, clients in enumerate(visits)], first_s


def _nodes(number: int, client: Client) -> list[Node]:
    """The visits of a client in turn, as far as there are days for them."""
    found: list[Node] = []
    for visit in range(max((len(pattern.days) for pattern in client.patterns), default=0)):
        worth: dict[int, int] = {}
        for pattern in client.patterns:
            if len(pattern.days) > visit:
                day = pattern.days[visit]
                worth[day] = max(worth.get(day, 0), pattern.prize // len(pattern.days))
        starts = Counter(client.on(day).start_windows for day in worth if client.windows[day])
        if not starts:
            break
        ((usual, _),) = starts.most_common(1)
        worth = {day: max(1, prize) for day, prize in worth.items() if client.on(day).start_windows == usual}
        found.append(Node(number, worth, usual))
    return [
        replace(node, worth={day: prize for day, prize in node.worth.items() if _own(node, day, found)})
        for node in found
    ]


def _own(node: Node, day: int, others: Sequence[Node]) -> bool:
    """Whether no other visit of the client has its best day nearer."""
    return abs(day - node.best_day) <= min(abs(day - other.best_day) for other in others)


class _Model:
    """The statement. Nodes come first, then a start and an end for each shift."""

    def __init__(self, problem: HorizonProblem, nodes: Sequence[Node]) -> None:
        self.problem, self.nodes = problem, nodes
        n, shifts = len(nodes), problem.shifts
        self.rows = [node.client for node in nodes] + [row for shift in shifts for row in (shift.start, shift.end)]
        self.manager = pywrapcp.RoutingIndexManager(
            len(self.rows),
            len(shifts),
            [n + 2 * s for s in range(len(shifts))],
            [n + 2 * s + 1 for s in range(len(shifts))],
        )
        self.routing = pywrapcp.RoutingModel(self.manager)
        seconds, reachable = problem.matrix.seconds.tolist(), problem.matrix.reachable.tolist()
        travel = [[seconds[a][b] if reachable[a][b] else FAR_S for b in self.rows] for a in self.rows]
        self.service = [problem.clients[node.client].service_s for node in nodes] + [0] * (2 * len(shifts))
        self.price = SCALE * problem.hour_price / 3600
        self.routing.SetArcCostEvaluatorOfAllVehicles(
            self.routing.RegisterTransitMatrix([[round(self.price * t) for t in row] for row in travel])
        )
        driving = self.routing.RegisterTransitMatrix(travel)
        busy = self.routing.RegisterTransitMatrix([[t + self.service[i] for t in row] for i, row in enumerate(travel)])
        self.routing.AddDimension(busy, DAY_S, DAY_S, False, "time")  # noqa: FBT003
        lost = [
            self.routing.RegisterUnaryTransitVector(
                [SCALE * (node.best - node.worth.get(shift.day, 0)) for node in nodes] + [0] * (2 * len(shifts))
            )
            for shift in shifts
        ]
        self.routing.AddDimensionWithVehicleTransits(lost, 0, 10**15, True, "lost")  # noqa: FBT003
        self.routing.GetDimensionOrDie("lost").SetSpanCostCoefficientForAllVehicles(1)
        limits = [DAY_S if shift.max_travel_s is None else shift.max_travel_s for shift in shifts]
        self.routing.AddDimensionWithVehicleCapacity(driving, 0, limits, True, "driving")  # noqa: FBT003
        self.hours = self.routing.GetDimensionOrDie("time")
        for number in range(len(shifts)):
            self._state_shift(number)
        for number in range(n):
            self._state_visit(number)

    def _state_shift(self, number: int) -> None:
        shift = self.problem.shifts[number]
        for index in (self.routing.Start(number), self.routing.End(number)):
            self.hours.CumulVar(index).SetRange(shift.start_s, shift.end_s)
        if shift.lunch is not None and shift.lunch.duration_s:
            earliest, latest = shift.lunch.earliest, shift.lunch.latest
            pause = self.routing.solver().FixedDurationIntervalVar(
                earliest,
                latest - shift.lunch.duration_s,
                shift.lunch.duration_s,
                False,  # noqa: FBT003
                f"break {number}",
            )
            service = [self.service[self.manager.IndexToNode(i)] for i in range(self.routing.Size())]
            self.hours.SetBreakIntervalsOfVehicle([pause], number, service)

    def _state_visit(self, number: int) -> None:
        node, index = self.nodes[number], self.manager.NodeToIndex(number)
        client = self.problem.clients[node.client]
        may = [
            s
            for s, shift in enumerate(self.problem.shifts)
            if shift.day in node.worth and (client.reps is None or shift.rep in client.reps)
        ]
        self.routing.AddDisjunction([index], SCALE * node.best)
        if not may:
            self.routing.ActiveVar(index).SetValue(0)
            return
        self.routing.VehicleVar(index).SetValues([-1, *may])
        cumul = self.hours.CumulVar(index)
        cumul.SetRange(max(0, node.windows[0][0]), min(DAY_S, node.windows[-1][1]))
        for (_, closes), (opens, _) in pairwise(node.windows):
            cumul.RemoveInterval(closes + 1, opens - 1)

    def routes(self, seconds: float) -> tuple[list[list[int]], float]:
        """The nodes of each shift in order, none where nothing was found; and the seconds until the first answer."""
        parameters = pywrapcp.DefaultRoutingSearchParameters()
        parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.LOCAL_CHEAPEST_INSERTION
        parameters.time_limit.FromMilliseconds(round(1000 * FIRST_S))
        parameters.solution_limit = 1
        self.routing.CloseModelWithParameters(parameters)
        began = time.monotonic()
        first = self.routing.SolveWithParameters(parameters)
        took = time.monotonic() - began
        if first is None:
            return [[] for _ in self.problem.shifts], took
        parameters.solution_limit = 2**62
        parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        parameters.time_limit.FromMilliseconds(max(1, round(1000 * seconds)))
        found = self.routing.SolveFromAssignmentWithParameters(first, parameters) or first
        return [list(self._route(found, shift)) for shift in range(len(self.problem.shifts))], took

    def _route(self, found: pywrapcp.Assignment, shift: int) -> Iterable[int]:
        index = found.Value(self.routing.NextVar(self.routing.Start(shift)))
        while not self.routing.IsEnd(index):
            yield self.manager.IndexToNode(index)
            index = found.Value(self.routing.NextVar(index))


def _timed(problem: HorizonProblem, shift: int, clients: list[int]) -> DayPlan:
    """The shift with its times, without the least valuable visits where it cannot be driven as it is."""
    while True:
        alone = problem.day_of(shift, tuple(clients))
        plan = schedule(Clock(alone), range(len(clients)))
        if plan is not None:
            faults = check_day(alone, plan)
            if faults:
                raise AssertionError("; ".join(faults))
            return replace(plan, stops=tuple(replace(stop, visit=clients[stop.visit]) for stop in plan.stops))
        clients.remove(min(clients, key=lambda client: max(p.prize for p in problem.clients[client].patterns)))
