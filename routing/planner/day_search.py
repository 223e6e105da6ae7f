"""A day handed to the compiled search, and its answers handed back as orders of visits."""

import itertools
import math
import time
from collections.abc import Callable, Sequence

import numpy as np

from routing.planner.day_bound import bound_day
from routing.planner.engine import Errand, Tuning, search
from routing.planner.kernel.build import Customer, Slot, build
from routing.planner.kernel.data import INF, Data
from routing.planner.parameters import DAY
from routing.planner.solution import Solution, nobody
from routing.planner.timeline import Clock
from routing.stop_when import StopWhen

OnOrder = Callable[[list[int]], None]
BestOrder = Callable[[], Sequence[int]]

MOST = 1000
"""So many candidates are searched; of more, those worth most for the time they take."""


def day_data(clock: Clock, candidates: Sequence[int], *, all_in: bool = False) -> Data:
    """The arrays for some of the visits, in the order given. all_in: leaving any of them out costs more than travel."""
    problem, day = clock.problem, clock.problem.day
    rows = [*(v + 1 for v in candidates), 0, *([problem.end] if problem.end else [])]
    grid = np.ix_(rows, rows)
    travel = np.where(problem.matrix.reachable[grid], problem.matrix.seconds[grid].astype(np.float64), INF)
    required = 1.0 + sum(problem.visits[v].prize for v in candidates)
    # No way through a day is longer than the day.
    longest = 1.0 + day.end_s - day.start_s
    customers = [
        Customer(
            service=float(clock.service[v]),
            windows=[clock.windows[v]],
            absence=longest if all_in else problem.visits[v].prize + required * problem.visits[v].required,
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
        value = clock.problem.visits[visit].prize / (1 + clock.service[visit] + clock.there_and_back(visit) / 4)
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
        self.tuning = Tuning(
            hot=DAY.hot * mean,
            cold=DAY.cold * mean,
            weight=DAY.travel_weight / span,
            mean_out=DAY.mean_out,
            tabled=True,
            exchanges=0,
            anneal_steps=round(DAY.anneal_steps * math.sqrt(len(self.chosen))),
        )
        self.places = {visit: c for c, visit in enumerate(self.chosen)}
        self.proven: list[list[int]] = []

    def worth(self, order: Sequence[int]) -> float:
        """Prizes, with each required visit worth more than all prizes together."""
        return float(sum(self.data.absence[self.places[v]] for v in order if v in self.places))

    def run(self, stop: StopWhen, on_order: OnOrder, errands: Sequence[Errand] = ()) -> list[int]:
        """Search on all cores; each better order goes to `on_order`, and the best one is the answer.

        errands: what the last cores do before they search.
        """
        self.seed += 1
        tell = _sender(self.chosen, on_order)
        found = search(self.data, self.tuning, stop, seed=self.seed, on_better=tell, errands=errands)
        return [self.chosen[c] for c in found.best.routes[0]]

    def run_beside_proof(self, stop: StopWhen, best: BestOrder, on_order: OnOrder, proof_s: float) -> None:
        """Search, while it is tried for some seconds to prove that there is nothing better.

        Labelling is quick where windows are tight, CP-SAT is better where they are wide. A day with few candidates has
        been searched well by now, so that each gets a core; otherwise one core tries both and then searches as well.
        """
        began = time.monotonic()

        def left() -> float:
            return began + proof_s - time.monotonic()

        def by_labels(halted: Callable[[], bool]) -> bool:
            return self._label(best, seconds=left(), stop=halted)

        def by_cpsat(halted: Callable[[], bool]) -> bool:
            return len(self.chosen) <= DAY.cpsat_most and self._state(best, seconds=left(), stop=halted)

        def by_both(halted: Callable[[], bool]) -> bool:
            half = left() / 2 if len(self.chosen) <= DAY.cpsat_most else left()
            return self._label(best, seconds=half, stop=halted) or (not halted() and by_cpsat(halted))

        both = len(self.chosen) <= DAY.proven_beside
        self.run(stop, on_order, () if not self.all_chosen else (by_labels, by_cpsat) if both else (by_both,))
        for order in self.proven:
            on_order(order)

    def prove_in_steps(self, best: BestOrder, on_order: OnOrder, steps: int, asked: Callable[[], bool]) -> bool:
        """Try to prove that there is nothing better, by work that is counted; whether that was done."""
        if not self.all_chosen:
            return False
        calls = itertools.count()
        most = round(DAY.proof_calls_a_step * steps)
        done = self._label(best, seconds=INF, stop=lambda: asked() or next(calls) >= most)
        if not done and len(self.chosen) <= DAY.cpsat_most:
            done = self._state(best, seconds=INF, stop=asked, work=DAY.cpsat_work_a_step * steps)
        for order in self.proven:
            on_order(order)
        return done

    def _label(self, best: BestOrder, *, seconds: float, stop: Callable[[], bool]) -> bool:
        proof = bound_day(self.data, lambda: self.worth(best()), seconds=seconds, stop=stop)
        return self._learn(best, proof.bound, proof.route)

    def _state(self, best: BestOrder, *, seconds: float, stop: Callable[[], bool], work: float | None = None) -> bool:
        from routing.planner.cpsat_day import CpsatDay

        model = CpsatDay(self.clock, self.chosen, self.data)
        order = [self.places[v] for v in best()]
        found = model.solve(order, seconds=seconds, stop=stop, seed=self.seed, work=work)
        return self._learn(best, found.bound, found.order)

    def _learn(self, best: BestOrder, bound: float | None, order: Sequence[int] | None) -> bool:
        """Note what a proof has found; whether nothing can be better than that or the best order."""
        self.bound = self.bound if bound is None else min(self.bound, bound)
        visits = [self.chosen[c] for c in order or ()]
        if order is not None and self.clock.timeline(visits).possible:
            self.proven.append(visits)
        return max([self.worth(best()), *(self.worth(one) for one in self.proven)]) >= self.bound


def least_travel(clock: Clock, order: Sequence[int], stop: StopWhen, *, seed: int, on_order: OnOrder) -> list[int]:
    """Search for a shorter way through the same visits; each goes to `on_order`, and the shortest is the answer."""
    data = day_data(clock, order, all_in=True)
    mean = max(1.0, clock.timeline(order).travel_s / (len(order) + 1))
    tuning = Tuning(hot=0.3 * mean, cold=0.01 * mean, weight=1.0, mean_out=4.0)
    everyone = nobody(data)
    start = Solution((tuple(range(len(order))),), (0,) * len(order), everyone.cost)
    found = search(data, tuning, stop, seed=seed, on_better=_sender(order, on_order), start=start)
    return [order[c] for c in found.best.routes[0]]


def _sender(visits: Sequence[int], on_order: Callable[[list[int]], None]) -> Callable[[Solution], None]:
    def send(solution: Solution) -> None:
        on_order([visits[c] for c in solution.routes[0]])

    return send
