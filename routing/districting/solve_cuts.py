"""The fewest neighbours parted, from the problem to an answer: search on both cores, then search beside proof."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from routing.districting.cut_problem import CutAnswer, CutProblem, check_cuts
from routing.districting.cut_search import CutSearch
from routing.districting.parameters import CUTS
from routing.stop_when import Budget

DEFAULT_S = 10.0


def fewest_cuts(
    problem: CutProblem,
    *,
    seconds: float | None = None,
    steps: int | None = None,
    seed: int = 1,
    on_better: Callable[[CutAnswer], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> CutAnswer:
    """The best districts that are found within a bound, with what is proven: seconds (10 if none is given), or steps.

    steps: changes tried; with the same steps and seed the same answer comes out on any machine. Each better answer goes
    to `on_better`, in the calling thread. `stop` is asked often; once it says so, the best so far is returned.
    An answer without districts whose bound is above the number of edges says that there are none.
    """
    budget = Budget(seconds=DEFAULT_S if seconds is None and steps is None else seconds, steps=steps, asked=stop)
    return _Search(problem, budget, seed, on_better).run()


class _Search:
    def __init__(
        self, problem: CutProblem, budget: Budget, seed: int, on_better: Callable[[CutAnswer], None] | None
    ) -> None:
        self._problem, self._budget, self._seed, self._on_better = problem, budget, seed, on_better
        self._cores = [CutSearch(problem, 2 * seed), CutSearch(problem, 2 * seed + 1)]
        self._bound = 0
        self._first_s = 0.0
        self._told: int | None = None
        self._enough = threading.Event()

    def run(self) -> CutAnswer:
        if not len(self._problem.weights):
            return CutAnswer(None, None, 1, 0.0, self._budget.spent_s())
        if self._budget.counted:
            self._by_steps()
        else:
            self._by_seconds()
        self._tell()
        return self._answer()

    def _by_steps(self) -> None:
        for _ in range(max(1, (self._budget.steps or 0) // CUTS.steps)):
            if self._budget.over():
                return
            self._cores[0].run(lambda: self._budget.left_s() <= 0)
            self._tell()
        self._prove(None, (self._budget.steps or 0) * CUTS.work_a_step, self._budget.over)

    def _by_seconds(self) -> None:
        first_s = CUTS.first_share * max(0.0, self._budget.left_s())

        def over() -> bool:
            return self._enough.is_set() or self._budget.left_s() <= 0

        def search() -> None:
            while not over():
                self._cores[0].run(over)

        def search_and_prove() -> None:
            while not over() and (self._budget.spent_s() < first_s):
                self._cores[1].run(lambda: over() or self._budget.spent_s() >= first_s)
            self._prove(self._budget.left_s(), None, over)
            if self._is_proven():
                self._enough.set()

        with ThreadPoolExecutor(2) as pool:
            running = [pool.submit(search), pool.submit(search_and_prove)]
            try:
                while any(not future.done() for future in running):
                    threading.Event().wait(0.02)
                    self._tell()
                    if self._budget.asked():
                        break
            finally:
                self._enough.set()
            for future in running:
                future.result()

    def _prove(self, seconds: float | None, work: float | None, stop: Callable[[], bool]) -> None:
        """Prove, or find fewer cuts and go on from there."""
        from routing.districting.cut_proof import prove

        while not stop() and not self._is_proven():
            proof = prove(self._problem, self._value(), seconds=seconds, work=work, seed=self._seed, stop=stop)
            self._bound = max(self._bound, proof.bound)
            if proof.better is None:
                return
            self._cores[1].take(proof.better)
            if seconds is not None:
                seconds = self._budget.left_s()

    def _value(self) -> int | None:
        return min((core.value for core in self._cores if core.value is not None), default=None)

    def _is_proven(self) -> bool:
        value = self._value()
        return self._bound > len(self._problem.edges) if value is None else value <= self._bound

    def _tell(self) -> None:
        value = self._value()
        if value is None or (self._told is not None and value >= self._told):
            return
        self._first_s = self._first_s or self._budget.spent_s()
        self._told = value
        answer = self._answer()
        faults = check_cuts(self._problem, answer)
        if faults:
            raise AssertionError("Districts broke their own rules: " + "; ".join(faults))
        if self._on_better is not None:
            self._on_better(answer)

    def _answer(self) -> CutAnswer:
        value = self._value()
        best = next((core.best for core in self._cores if core.value == value), None) if value is not None else None
        bound = self._bound if value is None else min(self._bound, value)
        return CutAnswer(best, value, bound, self._first_s, self._budget.spent_s())
