"""Runs the compiled search on two cores, in threads of this process: compiled code does not hold the interpreter."""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from routing.planner.kernel.anneal import anneal, prepare
from routing.planner.kernel.build import width
from routing.planner.kernel.data import Data, empty_state, scratch
from routing.planner.pool import Pool
from routing.planner.solution import Solution, clear, load, nobody, unload

CORES = 2
CHUNK_S = 0.02
"""Compiled code runs for so long before it is asked what it found."""

CHUNKS = 400
"""Into so many parts a search is cut whose steps are counted."""

RECOMBINED = ((0.5, 0.05), (0.75, 0.05), (0.92, 0.06))
"""After which shares of the time routes are put together anew, and what share of the time that may take."""

LEAST_S, MOST_S = 0.08, 10.0
"""In less time nothing can be put together anew; more is better spent on finding other routes."""

MOST_COLUMNS = 6000
"""So many routes are put together anew; of more, those from the best solutions."""

Errand = Callable[[Callable[[], bool]], bool]
"""Given a way to ask whether to stop; answers whether the whole search is over."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """How to search. Temperatures are in units of cost.

    weight: cost of one unit of travel; mean_out, longest: visits taken out a step, and in one string. exchanges: how
    often in a run the core that is behind takes over the best solution of the other. recombine: whether one core now
    and then puts the routes seen together anew (see set_partitioning.py). enough: steps of each core after which the
    search is over, though there is time. Cores then go their own ways, at a pace that is counted in steps, so that a
    seed gives the same solution again wherever half the time is enough for them.
    """

    hot: float
    cold: float
    weight: float
    mean_out: float = 10.0
    longest: float = 10.0
    tabled: bool = False
    exchanges: int = 16
    recombine: bool = False
    enough: int | None = None


@dataclass(slots=True)
class _Shared:
    """What the searching threads tell each other and the caller."""

    found: "queue.SimpleQueue[Solution | BaseException | None]" = field(default_factory=queue.SimpleQueue)
    halt: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    best: Solution | None = None


@dataclass(frozen=True, slots=True)
class _Task:
    """What one core does. recombined: shares of the time after which it recombines, and what share that may take."""

    data: Data
    tuning: Tuning
    seconds: float
    seed: int
    start: Solution | None
    shared: _Shared
    errand: Errand | None
    clock: Callable[[], float]
    pool: Pool | None
    recombined: list[tuple[float, float]]


def search(
    data: Data,
    tuning: Tuning,
    *,
    seconds: float,
    seed: int,
    on_better: Callable[[Solution], None],
    stop: Callable[[], bool] = lambda: False,
    start: Solution | None = None,
    cores: int = CORES,
    errands: Sequence[Errand] = (),
    clock: Callable[[], float] = time.monotonic,
) -> Solution:
    """Search until the time is over or `stop` says so; each better solution goes to `on_better`, in this thread.

    errands: what the last cores do before they search. clock: time.thread_time counts the time that a thread was given
    a core, for comparisons on a busy machine.
    """
    shared = _Shared()
    pool = Pool(data) if tuning.recombine and tuning.enough is None else None
    tasks = [
        _Task(
            _copy(data),
            tuning,
            seconds,
            seed * 7919 + core,
            start,
            shared,
            errands[core - cores] if cores - core <= len(errands) else None,
            clock,
            pool,
            list(RECOMBINED) if pool is not None and core == cores - 1 else [],
        )
        for core in range(cores)
    ]
    threads = [
        threading.Thread(target=_guarded, args=(task,), daemon=True, name=f"search-{i}") for i, task in enumerate(tasks)
    ]
    for thread in threads:
        thread.start()
    running, best = len(threads), start
    fault: BaseException | None = None
    while running:
        if stop():
            shared.halt.set()
        try:
            message = shared.found.get(timeout=CHUNK_S)
        except queue.Empty:
            continue
        if message is None:
            running -= 1
        elif isinstance(message, BaseException):
            fault = message
            shared.halt.set()
        elif best is None or message.rank < best.rank:
            best = message
            on_better(message)
    if fault is not None:
        raise fault
    return best if best is not None else nobody(data)


def _copy(data: Data) -> Data:
    """Each thread reads its own arrays: two cores counting references to one would wait for each other."""
    return Data(*(array.copy() for array in data))  # type: ignore[arg-type]


def _guarded(task: _Task) -> None:
    try:
        _search(task)
    except BaseException as fault:  # noqa: BLE001 - it is raised again in the thread that asked for the search
        task.shared.found.put(fault)
    finally:
        task.shared.found.put(None)


def _search(task: _Task) -> None:
    began, seconds, clock = task.clock(), task.seconds, task.clock
    if task.errand is not None:
        if task.errand(task.shared.halt.is_set):
            task.shared.halt.set()
        seconds -= clock() - began
        began = clock()
        if seconds <= 0:
            return
    core = _Core(task)
    round_ = 0
    while not task.shared.halt.is_set():
        spent = (clock() - began) / seconds if seconds > 0 else 1.0
        if task.tuning.enough is not None:
            spent = max(core.done / task.tuning.enough, 2.0 * spent - 1.0)
        if spent >= 1 and core.told:
            return
        if task.recombined and spent >= task.recombined[0][0]:
            core.recombine(task.recombined.pop(0)[1] * seconds)
        if task.tuning.enough is None and int(spent * task.tuning.exchanges) > round_:
            round_ = int(spent * task.tuning.exchanges)
            core.exchange()
        core.anneal(task.tuning.hot * (task.tuning.cold / task.tuning.hot) ** min(spent, 1.0))


class _Core:
    """The arrays of one searching thread."""

    def __init__(self, task: _Task) -> None:
        self.task = task
        data, room = task.data, width(task.data)
        self.tried, self.accepted, self.best = (empty_state(data, room) for _ in range(3))
        self.work = scratch(data, task.seed, tabled=task.tuning.tabled)
        self.costs = np.zeros(2)
        self.steps, self.done, self.told = 1, 0, False
        self.take_over(task.start or nobody(data))

    def take_over(self, solution: Solution) -> None:
        """Go on from a solution."""
        clear(self.tried)
        load(self.task.data, self.tried, solution)
        self.costs[:] = prepare(
            self.task.data, self.tried, self.accepted, self.best, self.work, self.task.tuning.weight
        )

    def exchange(self) -> None:
        """Go on from the best solution of all cores, if it is better than the best one here."""
        ahead = self.task.shared.best
        if ahead is not None and ahead.cost < self.costs[1] - 1e-6:
            self.take_over(ahead)

    def anneal(self, heat: float) -> None:
        """Search for about as long as a chunk, and tell what was found."""
        tuning, pool = self.task.tuning, self.task.pool
        tick = self.task.clock()
        found = anneal(
            self.task.data,
            self.tried,
            self.accepted,
            self.best,
            self.work,
            self.costs,
            self.steps,
            heat,
            heat,
            tuning.weight,
            tuning.mean_out,
            tuning.longest,
        )
        self.done += self.steps
        took = max(self.task.clock() - tick, 1e-6)
        if tuning.enough is None:
            self.steps = max(1, int(min(self.steps * 4, self.steps * CHUNK_S / took)))
        else:
            self.steps = max(1, tuning.enough // CHUNKS)
        if found or not self.told:
            self.told = True
            _tell(self.task.shared, unload(self.best, float(self.costs[1])))
        if pool is not None:
            pool.see(self.accepted, float(self.costs[0]))
            if found:
                pool.see(self.best, float(self.costs[1]))

    def recombine(self, seconds: float) -> None:
        """Look for something better among the routes seen, and go on from there."""
        best, pool = self.task.shared.best, self.task.pool
        if pool is None or best is None or seconds < LEAST_S:
            return
        from routing.planner.set_partitioning import Partitioning

        model = Partitioning(self.task.data, pool.columns(best, MOST_COLUMNS), self.task.tuning.weight)
        found = model.solve(best, seconds=min(seconds, MOST_S), stop=self.task.shared.halt.is_set)
        if found is not None:
            _tell(self.task.shared, found)
            self.take_over(found)


def _tell(shared: _Shared, solution: Solution) -> None:
    with shared.lock:
        if shared.best is None or solution.rank < shared.best.rank:
            shared.best = solution
            shared.found.put(solution)
