"""Runs the compiled search on two cores, in threads of this process: compiled code does not hold the interpreter."""

import itertools
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from routing.planner.kernel.anneal import anneal, prepare
from routing.planner.kernel.build import width
from routing.planner.kernel.data import Data, empty_state, scratch
from routing.planner.pool import Pool
from routing.planner.solution import Solution, clear, load, nobody, unload
from routing.stop_when import Ended, Progress, StopWhen

CORES = 2
CHUNK_S = 0.02
"""Compiled code runs for so long before it is asked what it found."""

CHUNKS, CHUNK_STEPS = 400, (50, 500)
"""Into so many parts a search is cut whose steps are counted, if they have so many steps at least, and at most."""

FIRST_ANNEALINGS = (0.125, 0.25, 0.5)
"""The lengths of the first annealings, of those that follow."""

RECOMBINED = ((0.5, 0.05), (0.75, 0.05), (0.92, 0.06))
"""After which shares of the time routes are put together anew, and what share of the time that may take."""

LEAST_S, MOST_S = 0.08, 10.0
"""In less time nothing can be put together anew; more is better spent on finding other routes."""

WORK_A_STEP = 2e-5
"""Of CP-SAT's own measure of work, where steps are counted: about a fifth of what the steps took."""

MOST_COLUMNS = 6000
"""So many routes are put together anew; of more, those from the best solutions."""

Errand = Callable[[Callable[[], bool]], bool]
"""Given a way to ask whether to stop; answers whether the whole search is over."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """How to search. Temperatures are in units of cost.

    weight: cost of one unit of travel; mean_out, longest: visits taken out a step, and in one string. exchanges: how
    often in a run the core that is behind takes over the best solution of the other. recombine: whether one core now
    and then puts the routes seen together anew (see set_partitioning.py). anneal_s, anneal_steps: so long the
    shortest annealing takes, by whatever bounds the search, before the next one begins with nobody; None: the search is
    one annealing.
    """

    hot: float
    cold: float
    weight: float
    mean_out: float = 10.0
    longest: float = 10.0
    tabled: bool = False
    exchanges: int = 16
    recombine: bool = False
    anneal_steps: int | None = None

    def annealings(self) -> Iterator[int]:
        """The steps of each annealing of a search that begins again and again, as many as anybody asks for.

        A short one for an answer soon and some longer ones, then 1, 1, 2, 1, 1, 2, 4 ... times `anneal_steps`: whatever
        length suits a problem best, about as much time is spent on it as on any other. What bounds the search has no
        part in it, so that with more of it the same annealings come first: more is never worse.
        Source: Luby, Sinclair and Zuckerman (1993), doi.org/10.1016/0020-0190(93)90029-9.
        """
        unit = self.anneal_steps or 0
        yield from (max(1, round(unit * share)) for share in FIRST_ANNEALINGS)
        yield from (unit * _luby(number) for number in itertools.count(1))


def _luby(number: int) -> int:
    """The number-th of 1, 1, 2, 1, 1, 2, 4, 1, 1, 2, 1, 1, 2, 4, 8 ..., counted from 1."""
    while number & (number + 1):
        number -= (1 << (number.bit_length() - 1)) - 1
    return (number + 1) // 2


@dataclass(frozen=True, slots=True)
class Found:
    """The best solution of a search, and which bound ended it."""

    best: Solution
    ended: Ended


@dataclass(slots=True)
class _Shared:
    """What the searching threads tell each other and the caller."""

    found: "queue.SimpleQueue[Solution | BaseException | None]" = field(default_factory=queue.SimpleQueue)
    halt: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    best: Solution | None = None
    ended: Ended = Ended.SECONDS


@dataclass(frozen=True, slots=True)
class _Task:
    """What one core does. recombined: shares of the time after which it recombines, and what share that may take."""

    data: Data
    tuning: Tuning
    stop: StopWhen
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
    stop: StopWhen,
    *,
    seed: int,
    on_better: Callable[[Solution], None],
    start: Solution | None = None,
    cores: int = CORES,
    errands: Sequence[Errand] = (),
    clock: Callable[[], float] = time.monotonic,
) -> Found:
    """Search until a rule says stop; each better solution goes to `on_better`, in this thread.

    Where the rules count steps, cores go their own ways, at a pace that does not depend on the clock, and the better of
    their ends is the answer: a seed gives the same solution again, on any machine. Otherwise they learn of each other.

    What is wrong in a thread, in `on_better` or in a rule ends the search and is raised here; no thread goes on.

    errands: what the last cores do before they search. clock: time.thread_time counts the time that a thread was given
    a core, for comparisons on a busy machine.
    """
    shared = _Shared()
    pools = _pools(data, tuning, stop, cores)
    tasks = [
        _Task(
            _copy(data),
            tuning,
            stop.unasked(),
            seed * 7919 + core,
            start,
            shared,
            errands[core - cores] if cores - core <= len(errands) else None,
            clock,
            pools[core],
            list(RECOMBINED) if pools[core] is not None and core == cores - 1 else [],
        )
        for core in range(cores)
    ]
    best = start
    with _searching(tasks, shared):
        running = len(tasks)
        while running:
            if not shared.halt.is_set() and stop.asked():
                shared.ended = Ended.ASKED
                shared.halt.set()
            try:
                message = shared.found.get(timeout=CHUNK_S)
            except queue.Empty:
                continue
            if message is None:
                running -= 1
            elif isinstance(message, BaseException):
                raise message
            elif best is None or message.rank < best.rank:
                best = message
                on_better(message)
    best = best if best is not None else nobody(data)
    if stop.counted and shared.ended is Ended.STEPS:
        better = _recombined([pool for pool in pools if pool is not None], data, tuning, stop, best)
        if better is not None:
            best = better
            on_better(best)
    return Found(best, shared.ended)


def _pools(data: Data, tuning: Tuning, stop: StopWhen, cores: int) -> list[Pool | None]:
    """Where each core remembers routes: all in one, or each in its own where nothing may depend on who comes first."""
    if not tuning.recombine:
        return [None] * cores
    if stop.counted:
        return [Pool(data) for _ in range(cores)]
    return [Pool(data)] * cores


def _recombined(pools: list[Pool], data: Data, tuning: Tuning, stop: StopWhen, best: Solution) -> Solution | None:
    """Something better among the routes that all cores have seen, after so many steps; by work that is counted."""
    from routing.planner.set_partitioning import Partitioning

    if not pools or stop.asked():
        return None
    for pool in pools[1:]:
        pools[0].merge(pool)
    model = Partitioning(data, pools[0].columns(best, MOST_COLUMNS), tuning.weight)
    return model.solve(best, work=WORK_A_STEP * (stop.steps or 0), stop=stop.asked)


@contextmanager
def _searching(tasks: Sequence[_Task], shared: _Shared) -> Iterator[None]:
    """Threads that have ended when this is left, however it is left."""
    threads = [
        threading.Thread(target=_guarded, args=(task,), daemon=True, name=f"search-{i}") for i, task in enumerate(tasks)
    ]
    try:
        for thread in threads:
            thread.start()
        yield
    finally:
        shared.halt.set()
        for thread in threads:
            if thread.ident is not None:
                thread.join()


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
    clock, began, left = task.clock, task.clock(), 1.0
    if task.errand is not None:
        if task.errand(task.shared.halt.is_set):
            if not task.shared.halt.is_set():
                task.shared.ended = Ended.PROVEN
            task.shared.halt.set()
        spent = task.stop.share(Progress(seconds=clock() - began))
        # The search that follows cools down in the time that the errand has left it.
        left = 1.0 - spent
        if left <= 0:
            return
    core = _Core(task)
    while not task.shared.halt.is_set():
        progress = Progress(core.done, clock() - began, core.idle)
        spent = 1.0 - (1.0 - task.stop.share(progress)) / left
        if spent >= 1 and core.told:
            if not task.shared.halt.is_set():
                task.shared.ended = task.stop.ended(progress) or Ended.SECONDS
            return
        core.confer(spent, progress.seconds)
        core.anneal(spent)


class _Core:
    """The arrays of one searching thread."""

    def __init__(self, task: _Task) -> None:
        self.task = task
        data, room = task.data, width(task.data)
        self.tried, self.accepted, self.best = (empty_state(data, room) for _ in range(3))
        self.work = scratch(data, task.seed, tabled=task.tuning.tabled)
        self.costs = np.zeros(2)
        counted = task.stop.steps
        self.steps = 1 if counted is None else _counted_chunk(counted)
        self.done, self.idle, self.told = 0, 0, False
        self.exchanged = self.cooled = self.length = 0
        self.annealings = task.tuning.annealings() if task.tuning.anneal_steps else None
        self.begin()
        self.take_over(task.start or nobody(data))

    def take_over(self, solution: Solution) -> None:
        """Go on from a solution."""
        clear(self.tried)
        load(self.task.data, self.tried, solution)
        self.costs[:] = prepare(
            self.task.data, self.tried, self.accepted, self.best, self.work, self.task.tuning.weight
        )

    def begin(self) -> None:
        """Begin another annealing, where there are many."""
        if self.annealings is not None:
            self.cooled, self.length = 0, next(self.annealings)

    def confer(self, spent: float, seconds: float) -> None:
        """Learn from the other cores where it is time for that; nothing of it where steps are counted.

        spent: the share of the search that is over, after so many seconds.
        """
        task = self.task
        if task.stop.counted:
            return
        if task.recombined and spent >= task.recombined[0][0]:
            self.recombine(task.recombined.pop(0)[1] * seconds / max(spent, 1e-9))
        if int(spent * task.tuning.exchanges) > self.exchanged:
            self.exchanged = int(spent * task.tuning.exchanges)
            self.exchange()

    def exchange(self) -> None:
        """Go on from the best solution of all cores, if it is better than the best one here."""
        ahead = self.task.shared.best
        if ahead is not None and ahead.cost < self.costs[1] - 1e-6:
            self.take_over(ahead)

    def anneal(self, spent: float) -> None:
        """Search for about as long as a chunk, and tell what was found. spent: the share of the search that is over."""
        tuning, pool = self.task.tuning, self.task.pool
        if self.annealings is not None and self.cooled == self.length:
            # An annealing that has ended in a valley does not leave it.
            self.begin()
            self.take_over(nobody(self.task.data))
        cooling = np.log(tuning.hot / tuning.cold)
        heat, rate = tuning.hot * float(np.exp(-cooling * min(max(spent, 0.0), 1.0))), 0.0
        if self.annealings is not None:
            heat, rate = tuning.hot, float(cooling / self.length)
            self.steps = min(self.steps, self.length - self.cooled)
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
            rate,
            self.cooled,
            tuning.weight,
            tuning.mean_out,
            tuning.longest,
        )
        self.cooled += self.steps if self.annealings is not None else 0
        self.done += self.steps
        self.idle += self.steps
        took = max(self.task.clock() - tick, 1e-6)
        counted = self.task.stop.steps
        if counted is None:
            self.steps = max(1, int(min(self.steps * 4, self.steps * CHUNK_S / took)))
        else:
            self.steps = max(1, min(_counted_chunk(counted), counted - self.done))
        if found or not self.told:
            self.told = True
            if _tell(self.task.shared, unload(self.best, float(self.costs[1]))):
                self.idle = 0
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


def _counted_chunk(steps: int) -> int:
    """The steps of a chunk where all of them are counted; few enough that a search ends soon after it is told to."""
    return min(max(steps // CHUNKS, CHUNK_STEPS[0]), CHUNK_STEPS[1], max(1, steps))


def _tell(shared: _Shared, solution: Solution) -> bool:
    """Tell of a solution if it is better than what all cores have found; whether it is."""
    with shared.lock:
        if shared.best is not None and solution.rank >= shared.best.rank:
            return False
        shared.best = solution
        shared.found.put(solution)
        return True
