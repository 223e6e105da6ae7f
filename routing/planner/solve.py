"""The day plan, from the problem to an answer that was checked."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from routing.planner.check import check_day
from routing.planner.drop_reasons import alone
from routing.planner.greedy_insertion import greedy_insertion
from routing.planner.parameters import DAY
from routing.planner.plan import DayPlan
from routing.planner.problem import DayProblem
from routing.planner.schedule import nothing, schedule
from routing.planner.timeline import Clock
from routing.stop_when import Budget, Ended

if TYPE_CHECKING:
    from routing.planner.day_search import PrizeSearch

DEFAULT_S = 5.0
LAST_WORD_ON = 100
"""OR-Tools is asked about so many candidates, those most promising."""


def solve_day(
    problem: DayProblem,
    *,
    seconds: float | None = None,
    steps: int | None = None,
    seed: int = 1,
    on_better: Callable[[DayPlan], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> DayPlan:
    """The best plan for one rep and one day that is found within a bound: seconds (5 if none is given), or steps.

    steps: of each core; with the same steps and the same seed the same plan comes out on any machine, unless `seconds`
    are given as well and are over before. The plan says which bound held (`ended`).

    The first plan is there at once; each better one goes to `on_better`, in the calling thread. `stop` is asked often;
    once it says so, the best plan so far is returned. What either of them raises ends the search, and is raised here.
    What cannot be visited is dropped (see `drop_reasons.dropped_reasons`), never an error.
    """
    budget = Budget(seconds=DEFAULT_S if seconds is None and steps is None else seconds, steps=steps, asked=stop)
    search = _Search(problem, budget, seed, on_better)
    search.take(greedy_insertion(search.clock, search.candidates))
    # The parts bring the compiled search with them, which nobody should wait for who wants the first plan only.
    for part in _recipe(search) if search.candidates and not budget.over() else ():
        if budget.over():
            break
        part()
    return search.ended()


def _recipe(search: "_Search") -> Iterator[Callable[[], None]]:
    """The parts of the search, each one if there is still something to find."""
    if not search.best.proven:
        from routing.planner.day_search import PrizeSearch

        prizes = PrizeSearch(search.clock, search.candidates, search.seed)
        yield lambda: search.for_prizes(prizes)
        if not search.best.proven:
            yield lambda: search.for_prizes_beside_proof(prizes)
    if len(search.best.stops) > 1:
        yield search.for_less_travel
    if not search.best.proven and not search.budget.counted:
        yield search.last_word


def most_that_fits(clock: Clock, candidates: Sequence[int]) -> int:
    """A prize that no order of the candidates exceeds: what fits into the hours of the day, the last visit in part.

    Every visit takes at least its service and half of its shortest drives, there and away. At once there, and what is
    left to say of a day with hundreds of candidates, where a proof takes longer than a person waits.
    """
    rows = [v + 1 for v in candidates]
    legs = np.where(clock.problem.matrix.reachable, clock.problem.matrix.seconds, np.inf)
    np.fill_diagonal(legs, np.inf)
    shortest = [side.min(axis=0, initial=np.inf) for side in (legs[:, rows], legs[rows, :].T)]
    drives = sum(np.where(np.isfinite(seconds), seconds, 0) / 2 for seconds in shortest)
    prizes = np.array([clock.problem.visits[v].prize for v in candidates], float)
    takes = np.array([clock.service[v] for v in candidates], float) + drives
    left, most = float(clock.problem.day.end_s - clock.problem.day.start_s), 0.0
    for row in np.argsort(-prizes / np.maximum(takes, 1e-9), kind="stable").tolist():
        most += prizes[row] * min(1.0, left / takes[row] if takes[row] else 1.0)
        left -= takes[row]
        if left <= 0:
            break
    return int(most + 1e-6)


class _Search:
    """The best plan so far, who hears of it, and the parts of the recipe."""

    def __init__(
        self, problem: DayProblem, budget: Budget, seed: int, on_better: Callable[[DayPlan], None] | None
    ) -> None:
        self.problem, self.budget, self.seed, self.on_better = problem, budget, seed, on_better
        self.clock = Clock(problem)
        self.candidates = [
            v
            for v, visit in enumerate(problem.visits)
            if (visit.prize or visit.required) and alone(self.clock, v) is None
        ]
        self.most = most_that_fits(self.clock, self.candidates)
        self.most_required = sum(problem.visits[v].required for v in self.candidates)
        self.best = replace(schedule(self.clock, []) or nothing(self.clock), seed=seed)
        self.first_s: float | None = None

    def done(self) -> bool:
        """Whether nothing more can be found, or somebody has enough."""
        return self.best.proven or self.budget.asked()

    def for_prizes(self, prizes: "PrizeSearch") -> None:
        """Search on both cores, before anything is proven."""
        most_s = min(DAY.first_s, DAY.first_s_a_candidate * len(self.candidates))
        share = DAY.steps_first if self.budget.counted else DAY.first_share
        self.settle(prizes.run(self.budget.part(share=share, most_s=most_s, asked=self.done), self.take))

    def for_prizes_beside_proof(self, prizes: "PrizeSearch") -> None:
        """Search on, and prove that there is no more; one after the other where steps are counted."""
        if self.budget.counted:
            steps = round(DAY.steps_main * (self.budget.steps or 0))
            if not prizes.prove_in_steps(lambda: self.best.order, self.take, steps, self.budget.asked):
                self.settle(prizes.run(self.budget.part(share=DAY.steps_main, asked=self.done), self.take))
        else:
            stop = self.budget.part(share=DAY.main_share, asked=self.done)
            proof_s = DAY.proof_share * DAY.main_share * self.budget.left_s()
            prizes.run_beside_proof(stop, lambda: self.best.order, self.take, proof_s)
        self.bound_is(prizes.bound - prizes.worth(self.best.order))

    def for_less_travel(self) -> None:
        """Search for a shorter way through the same visits."""
        from routing.planner.day_search import least_travel

        most_s = DAY.travel_s_a_pair * len(self.best.stops) ** 2
        share = DAY.steps_travel if self.budget.counted else DAY.travel_share
        stop = self.budget.part(share=share, most_s=most_s)
        self.settle(least_travel(self.clock, self.best.order, stop, seed=self.seed, on_order=self.take))

    def last_word(self) -> None:
        """OR-Tools starts from the best plan."""
        from routing.planner.day_search import most_promising
        from routing.planner.ortools_day import improve

        seconds, order = self.budget.left_s(), self.best.order
        candidates = sorted({*most_promising(self.clock, self.candidates, LAST_WORD_ON), *order})
        improve(self.clock, order, candidates, seconds=seconds, on_order=self.take, stop=self.budget.asked)

    def ended(self) -> DayPlan:
        """The plan with the bound that held."""
        return replace(self.best, ended=Ended.PROVEN if self.best.proven else self.budget.verdict())

    def settle(self, order: Sequence[int]) -> None:
        """Take what a whole search found in the end instead of a plan that is worth the same and was told before.

        Which core told of its plan first is a matter of time.
        """
        plan = schedule(self.clock, order)
        if self.budget.counted and plan is not None and self.worth(plan) == self.worth(self.best):
            self.best = self.judged(replace(plan, first_s=self.best.first_s, seed=self.seed))

    def take(self, order: Sequence[int]) -> None:
        """Keep an order if it makes a better plan that passes the checker."""
        plan = schedule(self.clock, order)
        if plan is None or (self.first_s is not None and self.worth(plan) <= self.worth(self.best)):
            return
        faults = check_day(self.problem, plan)
        if faults:
            raise AssertionError("A plan broke its own rules: " + "; ".join(faults))
        if self.first_s is None:
            self.first_s = self.budget.spent_s()
        self.best = self.judged(replace(plan, first_s=self.first_s, seed=self.seed))
        if self.on_better is not None:
            self.on_better(self.best)

    def bound_is(self, above: float) -> None:
        """No order is worth more than the best plan by more than `above`, a required visit being worth all prizes."""
        if above < 1 + sum(self.problem.visits[v].prize for v in self.candidates):
            self.most = min(self.most, self.best.prize + int(above + 1e-6))
            # As many required visits as can be: more of them would be worth more than all prizes.
            self.most_required = sum(self.problem.visits[v].required for v in self.best.order)
            self.best = self.judged(self.best)

    def judged(self, plan: DayPlan) -> DayPlan:
        """A plan with what is known about the best there can be."""
        enough = sum(self.problem.visits[v].required for v in plan.order) == self.most_required
        return replace(plan, bound=float(self.most), proven=enough and plan.prize >= self.most)

    def worth(self, plan: DayPlan) -> tuple[int, int, int]:
        """What a larger value of is better: required visits, prize, and less travel."""
        return sum(self.problem.visits[v].required for v in plan.order), plan.prize, -plan.travel_s
