"""A day handed to the compiled search, and its answers handed back as orders of visits."""

from collections.abc import Callable, Sequence

import numpy as np

from routing.planner.day_bound import bound_day
from routing.planner.engine import Tuning, search
from routing.planner.kernel.build import Customer, Slot, build
from routing.planner.kernel.data import INF, Data
from routing.planner.kernel.labels import MOST_NODES
from routing.planner.solution import Solution, nobody
from routing.planner.timeline import NEVER, Clock

MOST_EXACT = 80
"""CP-SAT is asked about days with so many candidates; a model of more takes longer to read than there is time."""

MOST = 1000
"""So many candidates are searched; of more, those worth most for the time they take."""


def day_data(clock: Clock, candidates: Sequence[int], *, all_in: bool = False) -> Data:
    """The arrays for some of the visits, in the order given. all_in: leaving any of them out costs more than travel."""
    problem, day = clock.problem, clock.problem.day
    rows = [*(v + 1 for v in candidates), 0, *([problem.end] if problem.end else [])]
    travel = np.array([[clock.travel[a][b] for b in rows] for a in rows], np.float64)
    travel[travel >= NEVER] = INF
    required = 1.0 + sum(problem.visits[v].prize for v in candidates)
    customers = [
        Customer(
            service=float(clock.service[v]),
            windows=[clock.windows[v]],
            absence=1e7 if all_in else problem.visits[v].prize + required * problem.visits[v].required,
        )
        for v in candidates
    ]
    n, lunch = len(candidates), clock.lunch
    rest = (0.0, 0.0, 0.0) if lunch is None else (float(lunch.duration_s), float(lunch.earliest), float(lunch.latest))
    limit = INF if day.max_travel_s is None else float(day.max_travel_s)
    slot = Slot(0, n, n + bool(problem.end), day.start_s, day.end_s, drive_limit=limit, rest=rest)
    return build(travel[None], customers, [slot])


def most_promising(clock: Clock, candidates: Sequence[int], most: int = MOST) -> list[int]:
    """At most so many candidates: required ones, then by prize for the time that they take from home."""
    if len(candidates) <= most:
        return list(candidates)

    def rank(visit: int) -> tuple[bool, float]:
        there_and_back = clock.travel[0][visit + 1] + clock.travel[visit + 1][clock.problem.end]
        value = clock.problem.visits[visit].prize / (1 + clock.service[visit] + there_and_back / 4)
        return not clock.problem.visits[visit].required, -value

    return sorted(sorted(candidates, key=rank)[:most])


class PrizeSearch:
    """The search for prizes over some of the visits, and the proof that there are no more.

    bound: no order of the candidates collects more, counted as `worth` counts.
    """

    def __init__(self, clock: Clock, candidates: Sequence[int], seed: int) -> None:
        self.clock, self.seed = clock, seed
        self.chosen = most_promising(clock, candidates)
        self.data = day_data(clock, self.chosen)
        self.all_chosen = len(self.chosen) == len(candidates)
        self.bound = float(self.data.absence.sum()) if self.all_chosen else INF
        prizes = [clock.problem.visits[v].prize for v in self.chosen]
        mean = max(float(np.mean(prizes)), 1e-3)
        span = max(1.0, float(clock.problem.day.end_s - clock.problem.day.start_s))
        self.tuning = Tuning(hot=mean, cold=0.05 * mean, weight=0.3 / span, mean_out=6.0, tabled=True)
        self.places = {visit: c for c, visit in enumerate(self.chosen)}

    def worth(self, order: Sequence[int]) -> float:
        """Prizes, with each required visit worth more than all prizes together."""
        return float(sum(self.data.absence[self.places[v]] for v in order if v in self.places))

    def run(self, *, seconds: float, on_order: Callable[[list[int]], None], stop: Callable[[], bool]) -> None:
        """Search on all cores; each better order goes to `on_order`."""
        self.seed += 1
        tell = _sender(self.chosen, on_order)
        search(self.data, self.tuning, seconds=seconds, seed=self.seed, on_better=tell, stop=stop)

    def run_and_prove(
        self,
        *,
        seconds: float,
        best: Callable[[], Sequence[int]],
        on_order: Callable[[list[int]], None],
        stop: Callable[[], bool],
    ) -> None:
        """Search, while it is tried to prove that there is nothing better.

        Labelling is quick where windows are tight, CP-SAT is better where they are wide. A day with few candidates has
        been searched well by now, so that each gets a core; otherwise one core goes on searching.
        """
        self.seed += 1
        found: list[list[int]] = []
        small = len(self.chosen) <= MOST_EXACT

        def learn(bound: float, order: Sequence[int] | None) -> bool:
            self.bound = min(self.bound, bound)
            visits = [self.chosen[c] for c in order or ()]
            if order is not None and self.clock.timeline(visits).possible:
                found.append(visits)
            return max([self.worth(best()), *(self.worth(one) for one in found)]) >= self.bound

        def label(halted: Callable[[], bool]) -> bool:
            part = 1.0 if small else 0.8 if len(self.chosen) <= MOST_NODES else 0.5
            proof = bound_day(self.data, lambda: self.worth(best()), seconds=part * seconds, stop=halted)
            return learn(proof.bound, proof.route)

        def state(halted: Callable[[], bool]) -> bool:
            from routing.planner.cpsat_day import CpsatDay

            order = [self.places[v] for v in best()]
            model = CpsatDay(self.clock, self.chosen, self.data)
            exact = model.solve(order, seconds=seconds, stop=halted, seed=self.seed)
            return learn(exact.bound, exact.order)

        search(
            self.data,
            self.tuning,
            seconds=seconds,
            seed=self.seed,
            on_better=_sender(self.chosen, on_order),
            stop=stop,
            errands=() if not self.all_chosen else (label, state) if small else (label,),
        )
        for order in found:
            on_order(order)


def least_travel(
    clock: Clock,
    order: Sequence[int],
    *,
    seconds: float,
    seed: int,
    on_order: Callable[[list[int]], None],
    stop: Callable[[], bool],
) -> None:
    """Search for a shorter way through the same visits; each goes to `on_order`."""
    data = day_data(clock, order, all_in=True)
    mean = max(1.0, clock.timeline(order).travel_s / (len(order) + 1))
    tuning = Tuning(hot=0.3 * mean, cold=0.01 * mean, weight=1.0, mean_out=4.0)
    everyone = nobody(data)
    start = Solution((tuple(range(len(order))),), (0,) * len(order), everyone.cost)
    search(data, tuning, seconds=seconds, seed=seed, on_better=_sender(order, on_order), stop=stop, start=start)


def _sender(visits: Sequence[int], on_order: Callable[[list[int]], None]) -> Callable[[Solution], None]:
    def send(solution: Solution) -> None:
        on_order([visits[c] for c in solution.routes[0]])

    return send
