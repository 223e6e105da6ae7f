"""Where p centres stand best: the p-median, for homes and branches, with a bound.

Choose p of m sites such that the sum over customers of weight times the distance to the nearest chosen site is least.

Search: interchange of Teitz and Bart (1968), doi.org/10.1287/opre.16.5.955, by the bookkeeping of Whitaker (1983) and
Resende and Werneck (2004), doi.org/10.1023/B:HEUR.0000019986.96257.50, from random and shaken beginnings (variable
neighbourhood search, Hansen and Mladenovic 1997, doi.org/10.1016/S0966-8349(98)00030-8).
Bound: Lagrangian relaxation of "every customer is served once" (Cornuejols, Fisher and Nemhauser 1977,
doi.org/10.1287/mnsc.23.8.789) by subgradients.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Event

import numpy as np

from routing.districting.kernel.interchange import climb_bound, interchange, total_of
from routing.districting.problem import Floats, Ints
from routing.errors import ProblemInvalid
from routing.stop_when import Budget

DEFAULT_S = 5.0
SHAKES_A_CALL = 20
ROUNDS_A_CALL = 40
LEAST_STEP = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class Medians:
    """sites: (p,) chosen, ascending; nearest: (n,) the site of each customer; value: the weighted sum of distances.

    bound: no choice has a smaller sum; gap: how much more this one has, relative to it. seconds: wall time.
    """

    sites: Ints
    nearest: Ints
    value: float
    bound: float
    first_answer_s: float = 0.0
    seconds: float = 0.0

    @property
    def gap(self) -> float:
        """0 where the choice is proven to be the best."""
        return (self.value - self.bound) / self.bound if self.bound > 0 else float(self.value > 1e-9)


def medians(
    distance: Floats,
    p: int,
    *,
    weights: Floats | None = None,
    fixed: tuple[int, ...] = (),
    whole: bool = False,
    seconds: float | None = None,
    steps: int | None = None,
    seed: int = 1,
    on_better: Callable[[Medians], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Medians:
    """The best p sites that are found within a bound: seconds (5 if none is given), or steps, shaken beginnings.

    distance: (m, n) from sites to customers, at least 0; what is not reached may be infinite. weights: (n,) of the
    customers. fixed: sites that are chosen whatever that costs. whole: all distances and weights are whole numbers, so
    that a bound may be rounded up. Each better choice goes to `on_better`; `stop` is asked often.
    p is held between 1 and m.
    Raises ProblemInvalid for numbers that are none or below zero, and for fixed sites that there are not.
    """
    budget = Budget(seconds=DEFAULT_S if seconds is None and steps is None else seconds, steps=steps, asked=stop)
    cost = _costs(distance, weights, fixed)
    sites, customers = cost.shape
    p = max(min(p, sites), len(set(fixed)), min(1, sites))
    if not sites or not customers:
        return Medians(np.arange(p, dtype=np.int32), np.zeros(customers, dtype=np.int32), 0.0, 0.0)
    search = _Search(cost, p, np.array(sorted(set(fixed)), dtype=np.int32), whole, budget, seed, on_better)
    if p < sites:
        search.run()
    else:
        search.bound = search.best.value
    return replace(search.best, bound=min(search.bound, search.best.value), seconds=budget.spent_s())


def _costs(distance: Floats, weights: Floats | None, fixed: tuple[int, ...]) -> Floats:
    distance = np.atleast_2d(np.asarray(distance, dtype=np.float64))
    weigh = np.ones(distance.shape[1]) if weights is None else np.asarray(weights, dtype=np.float64)
    sound = weigh.shape == (distance.shape[1],) and bool((weigh >= 0).all()) and bool((distance >= 0).all())
    if not sound:
        raise ProblemInvalid(
            "Distances or weights are below zero, no numbers, or not one weight a customer.", "Correct the input."
        )
    if any(site < 0 or site >= len(distance) for site in fixed):
        raise ProblemInvalid(f"Sites are numbered 0 to {len(distance) - 1}.", "Correct the fixed sites.")
    # What is not reached is dearer than everything that is, taken together.
    reached = np.isfinite(distance)
    far = float(np.max(distance, where=reached, initial=1.0)) * (distance.shape[1] + 1)
    return np.ascontiguousarray(np.where(reached, distance, far) * weigh)


class _Search:
    """The best choice so far and the bound; one core shakes and interchanges, the other first climbs the bound."""

    def __init__(
        self,
        cost: Floats,
        p: int,
        fixed: Ints,
        whole: bool,
        budget: Budget,
        seed: int,
        on_better: Callable[[Medians], None] | None,
    ) -> None:
        self._cost, self._p, self._fixed, self._whole = cost, p, fixed, whole
        self._budget, self._seed, self._on_better = budget, seed, on_better
        self._enough = Event()
        self.bound = 0.0
        self._length = np.ones(1)
        self._picked = np.zeros(p, dtype=np.int32)
        self._multiplier = np.sort(cost, axis=0)[min(1, len(cost) - 1)].copy()
        random = np.random.default_rng(seed)
        others = np.setdiff1d(np.arange(len(cost)), fixed)
        begin = np.concatenate([fixed, random.permutation(others)[: p - len(fixed)]]).astype(np.int32)
        self._chosen = [begin.copy(), begin.copy()]
        interchange(cost, self._chosen[0], len(fixed), 0, seed)
        self.best = self._medians(self._chosen[0])
        self.best = replace(self.best, first_answer_s=budget.spent_s())
        self._tell()

    def run(self) -> None:
        """Search and prove, on two cores where seconds are the bound, else in turns."""
        if self._budget.counted:
            for call in range(max(1, (self._budget.steps or 0) // SHAKES_A_CALL)):
                self._shake(0, call)
                self._climb()
                self._take()
                if self._over():
                    return
            return
        with ThreadPoolExecutor(2) as pool:
            running = [pool.submit(self._search, core) for core in range(2)]
            try:
                while any(not future.done() for future in running):
                    Event().wait(0.02)
                    self._take()
                    if self._budget.asked():
                        break
            finally:
                self._enough.set()
            for future in running:
                future.result()
        self._take()

    def _search(self, core: int) -> None:
        call = 0
        while not self._over():
            if core and call % 2 == 0:
                self._climb()
            else:
                self._shake(core, call)
            call += 1

    def _over(self) -> bool:
        return self._enough.is_set() or self._budget.left_s() <= 0 or self.bound >= self.best.value - 1e-9

    def _shake(self, core: int, call: int) -> None:
        chosen = self._chosen[core].copy()
        interchange(self._cost, chosen, len(self._fixed), SHAKES_A_CALL, self._seed * 100_003 + 2 * call + core)
        self._chosen[core] = chosen

    def _climb(self) -> None:
        value = min(total_of(self._cost, chosen) for chosen in self._chosen)
        found = climb_bound(
            self._cost, self._p, self._fixed, self._multiplier, self._length, self._picked, value, ROUNDS_A_CALL
        )
        found = float(np.ceil(found - 1e-6)) if self._whole else found
        self.bound = max(self.bound, found)
        if self._length[0] < LEAST_STEP:
            self._length[0] = 1.0
        # The sites that the multipliers like best are a good beginning.
        chosen = np.concatenate([self._fixed, self._picked[~np.isin(self._picked, self._fixed)]]).astype(np.int32)
        if len(chosen) == self._p and interchange(self._cost, chosen, len(self._fixed), 0, self._seed) < value - 1e-9:
            self._chosen[-1] = chosen

    def _take(self) -> None:
        values = [total_of(self._cost, chosen) for chosen in self._chosen]
        core = int(np.argmin(values))
        if values[core] < self.best.value - 1e-9:
            self.best = replace(self._medians(self._chosen[core]), first_answer_s=self.best.first_answer_s)
            self._tell()

    def _medians(self, chosen: Ints) -> Medians:
        sites = np.sort(chosen).astype(np.int32)
        nearest = sites[self._cost[sites].argmin(axis=0)].astype(np.int32)
        return Medians(sites, nearest, float(total_of(self._cost, sites)), self.bound)

    def _tell(self) -> None:
        if self._on_better is not None:
            self._on_better(replace(self.best, bound=min(self.bound, self.best.value), seconds=self._budget.spent_s()))
