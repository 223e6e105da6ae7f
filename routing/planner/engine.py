"""Runs the compiled search on two cores, in threads of this process: compiled code does not hold the interpreter."""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from routing.planner.kernel.anneal import anneal, prepare
from routing.planner.kernel.build import width
from routing.planner.kernel.data import Data, State, empty_state, scratch

CORES = 2
CHUNK_S = 0.02

Routes = tuple[tuple[int, ...], ...]
"""The customers of each slot, in order."""


Errand = Callable[[Callable[[], bool]], bool]
"""Given a way to ask whether to stop; answers whether the whole search is over."""


@dataclass(frozen=True, slots=True)
class Solution:
    """Routes by slot, the pattern of each customer (-1 absent), and what it costs."""

    routes: Routes
    patterns: tuple[int, ...]
    cost: float


@dataclass(frozen=True, slots=True)
class Tuning:
    """How to search. Temperatures are in units of cost.

    weight: cost of one unit of travel; mean_out, longest: visits taken out a step, and in one string. exchanges: how
    often in a run the core that is behind takes over the best solution of the other.
    """

    hot: float
    cold: float
    weight: float
    mean_out: float = 10.0
    longest: float = 10.0
    tabled: bool = False
    exchanges: int = 16


@dataclass(slots=True)
class _Shared:
    """What the searching threads tell each other and the caller."""

    found: "queue.SimpleQueue[Solution | BaseException | None]" = field(default_factory=queue.SimpleQueue)
    halt: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    best: Solution | None = None


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
    arguments = [
        (
            _copy(data),
            tuning,
            seconds,
            seed * 7919 + core,
            start,
            shared,
            errands[core - cores] if cores - core <= len(errands) else None,
            clock,
        )
        for core in range(cores)
    ]
    threads = [
        threading.Thread(target=_guarded, args=a, daemon=True, name=f"search-{i}") for i, a in enumerate(arguments)
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
        elif best is None or message.cost < best.cost:
            best = message
            on_better(message)
    if fault is not None:
        raise fault
    return best if best is not None else nobody(data)


def _copy(data: Data) -> Data:
    """Each thread reads its own arrays: two cores counting references to one would wait for each other."""
    return Data(*(array.copy() for array in data))  # type: ignore[arg-type]


def _guarded(
    data: Data, tuning: Tuning, seconds: float, seed: int, start: Solution | None, shared: _Shared, *more: object
) -> None:
    try:
        _search(data, tuning, seconds, seed, start, shared, *more)  # type: ignore[arg-type]
    except BaseException as fault:  # noqa: BLE001 - it is raised again in the thread that asked for the search
        shared.found.put(fault)
    finally:
        shared.found.put(None)


def _search(
    data: Data,
    tuning: Tuning,
    seconds: float,
    seed: int,
    start: Solution | None,
    shared: _Shared,
    errand: Errand | None,
    clock: Callable[[], float],
) -> None:
    began = clock()
    if errand is not None:
        if errand(shared.halt.is_set):
            shared.halt.set()
        seconds -= clock() - began
        began = clock()
        if seconds <= 0:
            return
    room = width(data)
    tried, accepted, best = empty_state(data, room), empty_state(data, room), empty_state(data, room)
    work = scratch(data, seed, tabled=tuning.tabled)
    if start is not None:
        load(data, tried, start)
    cost = prepare(data, tried, accepted, best, work, tuning.weight)
    costs = np.array([cost, cost])
    steps, told, round_ = 1, False, 0
    while not shared.halt.is_set():
        spent = (clock() - began) / seconds if seconds > 0 else 1.0
        if spent >= 1 and told:
            return
        if int(spent * tuning.exchanges) > round_:
            round_ = int(spent * tuning.exchanges)
            ahead = shared.best
            if ahead is not None and ahead.cost < costs[1] - 1e-6:
                clear(tried)
                load(data, tried, ahead)
                costs[:] = prepare(data, tried, accepted, best, work, tuning.weight)
        heat = tuning.hot * (tuning.cold / tuning.hot) ** min(spent, 1.0)
        tick = clock()
        found = anneal(
            data, tried, accepted, best, work, costs, steps, heat, heat, tuning.weight, tuning.mean_out, tuning.longest
        )
        if found or not told:
            told = True
            _tell(shared, unload(best, float(costs[1])))
        took = max(clock() - tick, 1e-6)
        steps = max(1, int(min(steps * 4, steps * CHUNK_S / took)))


def _tell(shared: _Shared, solution: Solution) -> None:
    with shared.lock:
        if shared.best is None or solution.cost < shared.best.cost:
            shared.best = solution
            shared.found.put(solution)


def unload(state: State, cost: float) -> Solution:
    """A solution out of the arrays."""
    routes = tuple(
        tuple(state.route[slot, 1 : length + 1].tolist()) for slot, length in enumerate(state.length.tolist())
    )
    return Solution(routes, tuple(state.pattern.tolist()), cost)


def load(data: Data, state: State, solution: Solution) -> None:
    """A solution into the arrays; its times are filled in by `prepare`."""
    state.pattern[:] = solution.patterns
    for slot, route in enumerate(solution.routes):
        state.length[slot] = len(route)
        state.route[slot, 0] = data.slot_i[slot, 1]
        state.route[slot, len(route) + 1] = data.slot_i[slot, 2]
        for place, customer in enumerate(route, start=1):
            state.route[slot, place] = customer
            state.slot_of[customer, data.slot_i[slot, 0]] = slot


def clear(state: State) -> None:
    """Nobody is visited."""
    state.length[:] = 0
    state.pattern[:] = -1
    state.slot_of[:] = -1


def nobody(data: Data) -> Solution:
    """The solution without visits."""
    return Solution(((),) * len(data.slot_i), (-1,) * len(data.service), float(data.absence.sum()))
