"""How good a day can be at most, and whether a plan is that good.

Routes are relaxed: a visit may be made twice, unless it is remembered (ng-routes; Baldacci, Mingozzi and Roberti 2011,
doi.org/10.1287/opre.1110.0975), and multipliers make that unattractive (see `lagrangian`). The best relaxed route is a
bound. Where it visits somebody twice, the stops between learn to remember (decremental state space relaxation; Righini
and Salani 2009, doi.org/10.1016/j.cor.2008.01.003), the multipliers move, and it is sought again. What walks on a grid
of time, read from the end of the day, can still bring (`kernel.walks`) tells which partial routes need not be followed;
once the bound is near enough, all routes that could bring more than the plan at hand are simply looked at, nobody being
visited twice.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from routing.planner.kernel.data import Data, Floats
from routing.planner.kernel.labels import DONE, FULL, MOST_NODES, WORDS, Labels, Masks, Rest, begin, make_labels, run
from routing.planner.kernel.walks import best_walk, make_walks, spread
from routing.planner.labelling_input import backwards, forwards
from routing.planner.lagrangian import Multipliers

Memory = np.ndarray[tuple[int, int], np.dtype[np.bool_]]
"""memory[a, b]: a remembers that b was visited."""

MOST_LABELS = 1_500_000
CHUNK = 200
COARSE, FINE, FINEST = 256, 1024, 4096
"""Moments of the grid of time, about."""

COARSE_ROUNDS = 40
NEAREST = 8
"""So many neighbours remember a visit from the start."""

LOOK_EVERY, LOOK_LABELS = 6, 2
"""After so many rounds all routes are looked at, as long as they are not more than so many times the last labels."""

ENOUGH = 20_000


@dataclass(frozen=True, slots=True)
class Proof:
    """bound: no route brings more. route: one that brings `bound`, found on the way; None if none better was."""

    bound: float
    route: tuple[int, ...] | None
    complete: bool


def bound_day(data: Data, known: Callable[[], float], *, seconds: float, stop: Callable[[], bool]) -> Proof:
    """Bound the prizes of one route from above; `known` says what is known to be reachable by now.

    data: one slot on one day, its absences whole numbers. The proof is complete if the bound is reached by `known` or
    by the route returned.
    """
    n = len(data.service)
    total = float(data.absence.sum())
    if n == 0 or total <= known():
        return Proof(max(known(), total), None, complete=True)
    until = time.monotonic() + seconds
    return _Prover(data, known, lambda: stop() or time.monotonic() > until).proof()


class _Prover:
    """The bound so far, and what leads on from it."""

    def __init__(self, data: Data, known: Callable[[], float], over: Callable[[], bool]) -> None:
        self.known, self.over = known, over
        self.side = forwards(data)
        self.other = backwards(self.side)
        self.multipliers = Multipliers(self.side)
        self.unit = max(1.0, float(np.gcd.reduce(data.absence.astype(np.int64))))
        self.bound = float(data.absence.sum())
        self.route: tuple[int, ...] | None = None
        n = len(data.service)
        legs = self.side.travel[:n, :n] + self.side.travel[:n, :n].T
        nearest = np.argsort(legs + np.where(np.eye(n, dtype=bool), -np.inf, 0.0), axis=1, kind="stable")
        self.memory = np.zeros((n, n), dtype=bool)
        np.put_along_axis(self.memory, nearest[:, : NEAREST + 1], values=True, axis=1)
        self.labels = make_labels(n, MOST_LABELS)

    def proof(self) -> Proof:
        """Go on until the bound is reached, or it is over. Of more visits than a mask has bits, only walks tell."""
        complete = self._walk() or (len(self.side.prize) <= MOST_NODES and self._label())
        target = self._reached()
        if complete:
            route = self.route if self._collects(self.route) > self.known() else None
            return Proof(max(target, self.known()), route, complete=True)
        return Proof(self.bound, None, complete=False)

    def _collects(self, route: tuple[int, ...] | None) -> float:
        return float(self.side.prize[list(route)].sum()) if route is not None else -1.0

    def _reached(self) -> float:
        return max(self.known(), self._collects(self.route))

    def _lower(self, bound: float) -> bool:
        """Note a bound, rounded down to what prizes can add up to; whether it is reached."""
        self.bound = min(self.bound, self.unit * np.floor(bound / self.unit + 1e-6))
        return self.bound <= self._reached()

    def _step(self, moments: int) -> float | None:
        """Whole seconds between moments of a grid, no more than any drive with the visit after it; None if too few."""
        n = len(self.side.prize)
        takes = self.side.travel[:, :n] + self.side.service
        np.fill_diagonal(takes, np.inf)
        span = max(1.0, float(self.side.ends[3] - self.side.ends[:2].min()))
        step = np.floor(min(max(1.0, span / moments), float(takes.min())))
        return float(step) if step >= max(1.0, span / FINEST) else None

    def _walk(self) -> bool:
        """Find multipliers by walks on a coarse grid; whether the bound is reached."""
        step = self._step(COARSE)
        if step is None:
            return False
        walks = make_walks(self.side, step)
        for _ in range(COARSE_ROUNDS):
            multipliers = self.multipliers.now
            most = spread(self.side._replace(prize=self.side.prize - multipliers), walks, 0.0, self.over)
            if most is None:
                return False
            bound = most + float(multipliers.sum())
            if self._lower(bound):
                return True
            if not self.multipliers.learn(bound, _times(best_walk(walks), len(multipliers)), self._reached()):
                break
        self.multipliers.afresh()
        return False

    def _label(self) -> bool:
        """Find multipliers and memory by labels, and look at all routes once they are few enough."""
        n = len(self.side.prize)
        step = self._step(FINE)
        walks = None if step is None else make_walks(self.other, step)
        round_ = 0
        while not self.over():
            multipliers = self.multipliers.now
            free, rest = float(multipliers.sum()), Rest(np.zeros((n, 2, 0)), np.ones(2), np.zeros(n))
            if walks is not None:
                most = spread(self.other._replace(prize=self.other.prize - multipliers), walks, 0.0, self.over)
                if most is None:
                    return False
                if self._lower(most + free):
                    return True
                rest = Rest(walks.value[0], walks.grid, rest.multiplier)
            if not self._run(self.side.prize - multipliers, self.memory, rest, free):
                return False
            bound = float(self.labels.best[0]) + free
            if self.labels.tally[2] < 0 or self._lower(bound):
                return self._lower(self._reached())
            route = tuple(_route(self.labels))
            moved = self.multipliers.learn(bound, _times(route, n), self._reached())
            stuck = not self._learn(route) and not moved
            round_ += 1
            if (stuck or round_ % LOOK_EVERY == 0) and self._look(rest._replace(multiplier=multipliers), free):
                return self._lower(self._reached())
        return False

    def _learn(self, route: tuple[int, ...]) -> bool:
        """Remember who is visited twice, or take the route if it is better; whether there was something to learn."""
        if len(set(route)) < len(route):
            _remember(self.memory, route)
            return True
        better = self._collects(route) > self._reached()
        self.route = route if better else self.route
        return better

    def _look(self, rest: Rest, free: float) -> bool:
        """Look at all routes that could bring more than is reached, unless they are too many; whether that was done.

        Prizes are counted whole, so that the best is found; what the rest can bring is still judged by multipliers.
        """
        most = min(MOST_LABELS, max(ENOUGH, LOOK_LABELS * int(self.labels.tally[0])))
        everyone = np.ones_like(self.memory)
        if not self._run(self.side.prize, everyone, rest, free, most, self._reached()):
            return False
        if self.labels.tally[2] >= 0:
            self.route = tuple(_route(self.labels))
        return True

    def _run(
        self,
        prize: Floats,
        memory: Memory,
        rest: Rest,
        free: float,
        most: int = MOST_LABELS,
        known: float | None = None,
    ) -> bool:
        """Label all that can bring more than is reached; whether that was finished. free: sum of the multipliers."""
        side = self.side._replace(prize=prize)
        target = self.unit * (np.floor(self._reached() / self.unit) + 1) - 1e-6 - free
        near, labels = _as_masks(memory), self.labels._replace(node=self.labels.node[:most])
        begin(side, labels, near, rest, target, target if known is None else known)
        while True:
            status = run(side, labels, near, rest, target, CHUNK)
            if status == DONE:
                return True
            if status == FULL or self.over():
                return False


def _times(route: Sequence[int], n: int) -> Floats:
    return np.bincount(route, minlength=n).astype(np.float64)


def _as_masks(memory: Memory) -> Masks:
    n = len(memory)
    masks = np.zeros((n, WORDS), np.uint64)
    for c in range(n):
        for other in np.flatnonzero(memory[c]).tolist():
            masks[c, other >> 6] |= np.uint64(1) << np.uint64(other & 63)
    return masks


def _route(labels: Labels) -> list[int]:
    """The visits of the best finished route."""
    last, route = int(labels.tally[2]), []
    while last >= 0:
        route.append(int(labels.node[last]))
        last = int(labels.parent[last])
    return route[::-1]


def _remember(memory: Memory, route: Sequence[int]) -> None:
    """Let the stops between two visits to one place remember it."""
    last: dict[int, int] = {}
    for place, c in enumerate(route):
        if c in last:
            for between in route[last[c] + 1 : place]:
                memory[between, c] = True
        last[c] = place
