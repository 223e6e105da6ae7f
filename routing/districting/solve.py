"""Territories, from the problem to an answer: the recipe, on two cores."""

import math
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import numpy as np

from routing.districting.answer import Districting
from routing.districting.board import board_of
from routing.districting.cells import cells_of
from routing.districting.climber import Climber, Heat
from routing.districting.judge import Judge, empty_answer
from routing.districting.kernel.state import Weights
from routing.districting.layout import as_today, named, one_each, parts, quick_times, settle
from routing.districting.links import crossings_of
from routing.districting.parameters import LAYOUT, SEARCH
from routing.districting.plane import metres_on_plane
from routing.districting.problem import DistrictingProblem, Ints
from routing.districting.reasons import reasons_before
from routing.districting.times import Times
from routing.stop_when import Budget, Ended

CORES = 2
DEFAULT_S = 5.0


def solve(
    problem: DistrictingProblem,
    *,
    seconds: float | None = None,
    steps: int | None = None,
    seed: int = 1,
    on_better: Callable[[Districting], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Districting:
    """The best division into territories that is found within a bound: seconds (5 if none is given), or steps.

    steps: changes tried by each core; with the same steps and the same seed the same answer comes out on any machine,
    unless `seconds` are given as well and are over before. The answer says which bound held (`ended`).

    The first answer is there at once; each better one goes to `on_better`, in the calling thread. `stop` is asked
    often; once it says so, the best answer so far is returned. What either raises ends the search, and is raised here.
    What cannot be balanced or joined has a reason in the answer, and is never an error.
    """
    budget = Budget(seconds=DEFAULT_S if seconds is None and steps is None else seconds, steps=steps, asked=stop)
    if not problem.units or not problem.k:
        return replace(_of_nothing(problem), seed=seed, seconds=budget.spent_s())
    with ThreadPoolExecutor(CORES) as pool:
        return search(judge_of(problem, pool), budget, seed, on_better, pool)


def judge_division(problem: DistrictingProblem, assignment: Ints) -> Districting:
    """All numbers of a division that somebody made, today's or one drawn on the map: (n,) territories, none -1.

    Its reasons say what is not as the problem asks. Raises ValueError for an assignment of another shape or range.
    """
    assignment = np.asarray(assignment, dtype=np.int32)
    if assignment.shape != (problem.units,) or ((assignment < 0) | (assignment >= max(problem.k, 1))).any():
        raise ValueError(f"A division names one of {problem.k} territories for each of {problem.units} units.")
    if not problem.units or not problem.k:
        return _of_nothing(problem)
    with ThreadPoolExecutor(CORES) as pool:
        judge = judge_of(replace(problem, together=()), pool)
        judge.before = reasons_before(problem, crossings_of(problem)[0])
        answer = judge.answer(assignment)
        bound = judge.bound(answer.centres)
    return replace(answer, bound=bound, gap=answer.minutes / bound - 1 if bound > 0 else None)


def judge_of(problem: DistrictingProblem, pool: ThreadPoolExecutor) -> Judge:
    """What judging and searching a problem takes; the ground of its units is measured beside."""
    links, link_s = crossings_of(problem)
    at = metres_on_plane(problem.places)
    cells = pool.submit(cells_of, at)
    board, times = board_of(problem, links, link_s), Times(problem, links, link_s)
    return Judge(problem, board, at, links, times, cells, reasons_before(problem, links))


def search(
    judge: Judge,
    budget: Budget,
    seed: int,
    on_better: Callable[[Districting], None] | None,
    pool: ThreadPoolExecutor,
    begin: Ints | None = None,
) -> Districting:
    """The best answer within a budget. begin: (b,) the division to start from where that is not today's."""
    found = _Search(judge, budget, seed, on_better, pool, begin)
    for part in found.recipe():
        if budget.over():
            break
        part()
    return found.ended()


def _of_nothing(problem: DistrictingProblem) -> Districting:
    before = reasons_before(problem, np.zeros((0, 2), dtype=np.int32))
    return replace(empty_answer(problem, before), ended=Ended.PROVEN)


class _Search:
    """The best answer so far, who hears of it, and the parts of the recipe."""

    def __init__(
        self,
        judge: Judge,
        budget: Budget,
        seed: int,
        on_better: Callable[[Districting], None] | None,
        pool: ThreadPoolExecutor,
        begin: Ints | None = None,
    ) -> None:
        self.begin = begin
        self.judge, self.budget, self.seed, self.on_better, self.pool = judge, budget, seed, on_better, pool
        self.board, self.problem = judge.board, judge.problem
        self.best: Districting | None = None
        self.first_s = 0.0
        self.weights = NO_WEIGHTS
        self.climbers: list[Climber] = []
        self.only_one = self.board.territories == 1 or self.board.blocks <= self.board.territories
        self._enough = threading.Event()
        self._first()

    def _first(self) -> None:
        """An answer at once, whatever the bound; its scale is that of the weights."""
        if self.board.blocks <= self.board.territories:
            self.take(one_each(self.board))
            return
        if self.problem.from_today:
            division, centre = as_today(self.judge) if self.begin is None else self.begin, None
        else:
            division, centre = self._laid_out(0, LAYOUT.first_rounds, LAYOUT.first_kmeans_rounds)
        climber = Climber(self.judge, self.weights, self.seed)
        climber.begin(division, centre, quick_times)
        self.weights = climber.weights = weights_of(climber)
        climber.judge_again(climber.best)
        if not self.problem.from_today:
            climber.cool(
                _times(SEARCH.quick_steps * self.board.blocks // SEARCH.steps_a_chunk + 1), SEARCH.steps_a_chunk
            )
        self.climbers = [climber]
        self.take(climber.best)
        if self.problem.from_today:
            climber.even_out(lambda: self.budget.left_s() > 0 and not self.budget.asked())
            self.take(climber.best)

    def _laid_out(self, number: int, rounds: int, kmeans_rounds: int) -> tuple[Ints, Ints]:
        part = parts(self.board, self.judge.at[self.board.head], self.seed * 1000 + number, kmeans_rounds)
        return settle(self.judge, named(self.judge, part), rounds)

    def recipe(self) -> Iterator[Callable[[], None]]:
        """The parts of the search, each one if there is still something to find."""
        if self.only_one:
            return
        self.climbers.append(Climber(self.judge, self.weights, self.seed + 1))
        if not self.problem.from_today:
            yield self.choose_beginnings
        else:
            self.climbers[1].begin(self.climbers[0].best, self.climbers[0].centre)
        for number in range(SEARCH.rounds):
            yield partial(self.cool, number)

    def choose_beginnings(self) -> None:
        """Lay out anew on both cores, each keeping its best."""
        part = self.budget.part(share=SEARCH.starts_share)
        until = math.inf if part.seconds is None else self.budget.spent_s() + part.seconds

        def work(core: int) -> None:
            if core == 0:
                self.climbers[0].settle()
            climber, own = self.climbers[core], Climber(self.judge, self.weights, self.seed + 10 + core)
            kept = (climber.off <= 1.0, -climber.cost) if core == 0 else (False, -math.inf)
            if core == 0:
                own.steps = climber.steps
            best = climber if core == 0 else own
            for number in range(1 if self.budget.counted else SEARCH.starts):
                if self._enough.is_set() or self.budget.spent_s() >= until:
                    break
                division, centre = self._laid_out(1 + 2 * number + core, LAYOUT.settle_rounds, LAYOUT.kmeans_rounds)
                own.begin(division, centre)
                chunks = SEARCH.quick_steps * self.board.blocks // SEARCH.steps_a_chunk + 1
                own.cool(_times(chunks), SEARCH.steps_a_chunk)
                own.settle()
                if best is own or (own.off <= 1.0, -own.cost) > kept:
                    kept = (own.off <= 1.0, -own.cost)
                    best, own = own, Climber(self.judge, self.weights, self.seed + 20 + 2 * number + core)
            self.climbers[core] = best

        self._both(work)
        self._share()

    def cool(self, number: int) -> None:
        """One round of annealing on both cores, the centres moved after it."""
        begin, end = number / SEARCH.rounds, (number + 1) / SEARCH.rounds
        few = self.problem.from_today and self.weights.moved > 0
        hot = max(SEARCH.cold, SEARCH.hot_today * self.weights.moved) if few else SEARCH.hot

        def heat_at(share: float) -> Heat:
            # Today's division is even by now, and stays it.
            strictness = 1.0 if few else SEARCH.lenient ** max(0.0, 1 - share / SEARCH.strict_from)
            return Heat(hot * (SEARCH.cold / hot) ** min(1.0, share), strictness)

        if self.budget.counted:
            whole = max(1, (self.budget.steps or 0) // SEARCH.rounds)
            chunk = max(1, min(SEARCH.steps_a_chunk, whole))
            chunks = max(1, whole // chunk)

            def work(core: int) -> None:
                told = iter([heat_at(begin + (end - begin) * place / chunks) for place in range(chunks)])
                self.climbers[core].cool(
                    lambda: None if self._enough.is_set() or self.budget.left_s() <= 0 else next(told, None), chunk
                )
        else:
            now = self.budget.spent_s()
            if number == 0:
                self._cooling = now, max(0.0, self.budget.left_s() * 0.97)
            since, whole_s = self._cooling

            def work(core: int) -> None:
                def heat() -> Heat | None:
                    share = (self.budget.spent_s() - since) / max(whole_s, 1e-9)
                    return None if self._enough.is_set() or share >= end else heat_at(share)

                self.climbers[core].cool(heat, None)

        self._both(work)
        for climber in sorted(self.climbers, key=lambda climber: (climber.off > 1.0, climber.cost)):
            self.take(climber.best)
        if number + 1 < SEARCH.rounds:
            self._both(lambda core: self.climbers[core].recentre(self.climbers[core].centre))
            if number in {SEARCH.rounds // 3, 2 * SEARCH.rounds // 3}:
                self._share()

    def _share(self) -> None:
        """The core that is behind takes over."""
        one, other = self.climbers
        ahead, behind = sorted((one, other), key=lambda climber: (climber.off > 1.0, climber.cost))
        self.take(ahead.best)
        behind.begin(ahead.best, ahead.centre)

    def _both(self, work: Callable[[int], None]) -> None:
        """Work on both cores, while this thread asks whether to stop."""
        running: list[Future[None]] = [self.pool.submit(work, core) for core in range(CORES)]
        try:
            for future in running:
                while True:
                    try:
                        future.result(timeout=0.05)
                        break
                    except TimeoutError:
                        if future.done():
                            raise
                        if self.budget.asked():
                            self._enough.set()
        finally:
            if any(not future.done() for future in running):
                self._enough.set()

    def take(self, division: Ints) -> None:
        """Keep a division if it makes a better answer."""
        answer = self.judge.answer(division)
        if self.best is not None and self.worth(answer) >= self.worth(self.best):
            return
        if self.best is None:
            self.first_s = self.budget.spent_s()
        self.best = replace(
            answer, first_answer_s=self.first_s, seconds=self.budget.spent_s(), seed=self.seed, steps=self._steps()
        )
        if self.on_better is not None:
            self.on_better(self.best)

    def worth(self, answer: Districting) -> tuple[float, ...]:
        """What a smaller value of is better: pieces, what is not apart, imbalance, then driving, borders and moves."""
        problem = self.problem
        apart = sum(bool(answer.assignment[one] == answer.assignment[other]) for one, other in problem.apart)
        over = [
            float(np.abs(answer.deviations[:, column]).max(initial=0.0)) / max(measure.tolerance, 1e-9)
            for column, measure in enumerate(problem.measures)
            if measure.is_balanced
        ]
        pairs, border = self.judge.cells.pairs, self.judge.cells.border_m
        cut = answer.assignment[pairs[:, 0]] != answer.assignment[pairs[:, 1]]
        cost = (
            self.weights.driving * 60 * answer.minutes * float(problem.visits_or_one.sum())
            + self.weights.border * float(border[cut].sum())
            + self.weights.moved * answer.moved
        )
        empty = int((answer.counts == 0).sum())
        return (
            float(empty),
            float(np.maximum(answer.pieces - 1, 0).sum()),
            float(apart),
            round(max(1.0, max(over, default=0.0)), 6),
            cost,
        )

    def _steps(self) -> int:
        return max((climber.steps for climber in self.climbers), default=0)

    def ended(self) -> Districting:
        """The answer with the bound that held."""
        assert self.best is not None
        answer = self.best
        bound = self.judge.bound(answer.centres)
        gap = answer.minutes / bound - 1 if bound > 0 else None
        return replace(
            answer,
            ended=Ended.PROVEN if self.only_one else self.budget.verdict(),
            seconds=self.budget.spent_s(),
            steps=self._steps(),
            bound=bound,
            gap=gap,
        )


def _times(count: int) -> Callable[[], Heat | None]:
    """A heat of nothing, so many times."""
    left = iter([Heat(0.0)] * count)
    return lambda: next(left, None)


def weights_of(climber: Climber) -> Weights:
    """What a second, a metre and a tolerance weigh: a block's typical drive is 1."""
    board, problem = climber.judge.board, climber.judge.problem
    driving = board.blocks / max(climber.driven_s(), 1.0)
    uneven = SEARCH.uneven_today if problem.move_cost_s else SEARCH.uneven
    return Weights(
        driving=driving,
        border=SEARCH.border * board.blocks / max(climber.border_m(), 1.0),
        uneven=uneven * board.blocks / board.territories,
        moved=driving * problem.move_cost_s * float(board.visits.mean()),
        joined=SEARCH.joined,
        most_moves=-1 if problem.max_moves is None else problem.max_moves,
    )


NO_WEIGHTS = Weights(0.0, 0.0, 0.0, 0.0, 0.0, -1)
"""Before anything is known of a division."""
