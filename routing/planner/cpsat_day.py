"""A day stated to CP-SAT: a bound, and now and then a better order.

Variables: arc[i, j] drives from i to j (a circuit through home; arc[i, i] leaves i out), start[i] in the windows of i.
Maximise the sum of prize[i] * (1 - arc[i, i]) such that
    arc[i, j] implies start[j] >= start[i] + service[i] + travel[i, j],
    sum of service + sum of travel + length of the break, where it is owed, <= length of the day,
    the break, where it is owed, is in its span and during no visit,
    sum of travel <= driving limit.
The break is held apart from visits, not from drives: that is a relaxation, so the bound is valid, and an order is only
taken if the exact clock agrees. The second constraint follows from the first, but it is the one that bounds days with
wide windows, where choosing visits is much like packing a knapsack.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ortools.sat.python import cp_model

from routing.cpsat import solve_until
from routing.planner.kernel.data import Data
from routing.planner.timeline import NEVER, Clock


@dataclass(frozen=True, slots=True)
class Bounded:
    """bound: no order is worth more, in the units of the values given; None where nothing is known.

    order: the best one found, of candidates.
    """

    bound: float | None
    order: tuple[int, ...] | None


class CpsatDay:
    """The model of one day over some candidates, each with its value."""

    def __init__(self, clock: Clock, candidates: Sequence[int], data: Data) -> None:
        self.clock, self.candidates = clock, candidates
        self.values = [int(v) for v in data.absence.tolist()]
        self.model = cp_model.CpModel()
        self.arcs: dict[tuple[int, int], cp_model.IntVar] = {}
        day = clock.problem.day
        self.home = len(candidates)
        self.starts = [
            self.model.new_int_var_from_domain(
                cp_model.Domain.from_intervals([list(w) for w in clock.windows[v]]), f"start {v}"
            )
            for v in candidates
        ]
        self.leave = self.model.new_int_var(day.start_s, day.end_s, "leave home")
        self.back = self.model.new_int_var(day.start_s, day.end_s, "reach home")
        self._circuit()
        self._budget()
        if clock.lunch is not None and clock.leave_home()[0] < NEVER:
            self._break()
        self.model.maximize(sum(v * self.arcs[i, i].negated() for i, v in enumerate(self.values)))

    def _row(self, i: int, *, leaving: bool) -> int:
        if i < self.home:
            return self.candidates[i] + 1
        return 0 if leaving else self.clock.problem.end

    def _circuit(self) -> None:
        clock, home = self.clock, self.home
        for i in range(home + 1):
            for j in range(home + 1):
                if i == j:
                    self.arcs[i, j] = self.model.new_bool_var(f"out {i}")
                    continue
                travel = clock.travel[self._row(i, leaving=True)][self._row(j, leaving=False)]
                if travel is None or not self._can_follow(i, j, travel):
                    continue
                self.arcs[i, j] = arc = self.model.new_bool_var(f"{i} to {j}")
                before = self.starts[i] + clock.service[self.candidates[i]] if i < home else self.leave
                after = self.starts[j] if j < home else self.back
                self.model.add(after >= before + travel).only_enforce_if(arc)
        self.model.add_circuit([(i, j, arc) for (i, j), arc in self.arcs.items()])
        self.model.add(self.arcs[home, home] == 0)

    def _can_follow(self, i: int, j: int, travel: int) -> bool:
        if self.home in {i, j}:
            return True
        one, other = self.candidates[i], self.candidates[j]
        leave = self.clock.windows[one][0][0] + self.clock.service[one]
        return leave + travel <= self.clock.windows[other][-1][1]

    def _driving(self) -> Any:
        seconds = self.clock.problem.matrix.seconds
        return sum(
            int(seconds[self._row(i, leaving=True), self._row(j, leaving=False)]) * arc
            for (i, j), arc in self.arcs.items()
            if i != j
        )

    def _busy(self) -> Any:
        serving = [self.clock.service[v] * self.arcs[i, i].negated() for i, v in enumerate(self.candidates)]
        return sum(serving) + self._driving()

    def _budget(self) -> None:
        day = self.clock.problem.day
        self.model.add(self._busy() <= self.back - self.leave)
        if day.max_travel_s is not None:
            self.model.add(self._driving() <= day.max_travel_s)

    def _break(self) -> None:
        lunch = self.clock.lunch
        assert lunch is not None
        owed, early, late = (self.model.new_bool_var(name) for name in ("owed", "home early", "left late"))
        self.model.add_bool_or(owed, early, late)
        self.model.add(self.back <= lunch.latest - lunch.duration_s).only_enforce_if(early)
        self.model.add(self.leave >= lunch.earliest + lunch.duration_s).only_enforce_if(late)
        begin = self.model.new_int_var(lunch.earliest, lunch.latest - lunch.duration_s, "break")
        pause = self.model.new_optional_fixed_size_interval_var(begin, lunch.duration_s, owed, "break")
        visits = [
            self.model.new_optional_fixed_size_interval_var(
                start, self.clock.service[v], self.arcs[i, i].negated(), f"visit {v}"
            )
            for i, (v, start) in enumerate(zip(self.candidates, self.starts, strict=True))
        ]
        self.model.add_no_overlap([pause, *visits])
        self.model.add(self._busy() + lunch.duration_s <= self.back - self.leave).only_enforce_if(owed)

    def solve(
        self,
        order: Sequence[int],
        *,
        seconds: float,
        stop: Callable[[], bool],
        seed: int = 1,
        work: float | None = None,
    ) -> Bounded:
        """Search from an order of candidate numbers until the bound is reached or the time is over.

        work: the most of CP-SAT's own measure of work, which is the same on any machine.
        """
        following = dict(zip([self.home, *order], [*order, self.home], strict=True))
        for (i, j), arc in self.arcs.items():
            self.model.add_hint(arc, int(following.get(i, i) == j))
        least = sum(self.values[c] for c in order)
        self.model.add(sum(v * self.arcs[i, i].negated() for i, v in enumerate(self.values)) >= least)
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = max(0.01, seconds)
        solver.parameters.num_workers = 1
        if work is not None:
            solver.parameters.max_deterministic_time = work
        solver.parameters.random_seed = seed
        solver.parameters.linearization_level = 2
        # Probing takes longer than the whole proof of a day with forty candidates does without it.
        solver.parameters.cp_model_probing_level = 0
        status = solve_until(solver, self.model, stop)
        if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return Bounded(float(solver.best_objective_bound), self._order(solver))
        return Bounded(float(least) if status == cp_model.INFEASIBLE else None, None)

    def _order(self, solver: cp_model.CpSolver) -> tuple[int, ...]:
        following = {i: j for (i, j), arc in self.arcs.items() if i != j and solver.boolean_value(arc)}
        order, here = [], following[self.home]
        while here != self.home:
            order.append(here)
            here = following[here]
        return tuple(order)
