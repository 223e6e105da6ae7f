"""Simulated annealing over ruin and recreate.

Three solutions are kept: the one being tried, the accepted one, and the best. Only the routes that a step touched are
copied between them.
"""

import numpy as np
from numpy.typing import NDArray

from routing.planner.kernel.compiled import compiled
from routing.planner.kernel.data import ABSENT, DRIVE, END, MOVED, START, TOUCHED, Data, Scratch, State
from routing.planner.kernel.recreate import recreate
from routing.planner.kernel.route import refresh, rnd
from routing.planner.kernel.ruin import ruin


@compiled
def copy_route(source: State, target: State, slot: int) -> None:
    """One route with its times."""
    k = source.length[slot]
    for p in range(k + 2):
        target.route[slot, p] = source.route[slot, p]
        target.leave0[slot, p] = source.leave0[slot, p]
        target.leave1[slot, p] = source.leave1[slot, p]
        target.by0[slot, p] = source.by0[slot, p]
        target.by1[slot, p] = source.by1[slot, p]
        target.leg[slot, p] = source.leg[slot, p]
    target.length[slot] = k
    target.sums[slot, 0] = source.sums[slot, 0]
    target.sums[slot, 1] = source.sums[slot, 1]


@compiled
def copy_customer(source: State, target: State, c: int) -> None:
    """One customer's pattern and routes."""
    target.pattern[c] = source.pattern[c]
    for d in range(source.slot_of.shape[1]):
        target.slot_of[c, d] = source.slot_of[c, d]


@compiled
def copy_state(source: State, target: State) -> None:
    """A whole solution."""
    for s in range(len(source.length)):
        copy_route(source, target, s)
    for c in range(len(source.pattern)):
        copy_customer(source, target, c)


@compiled
def cost_of(data: Data, state: State, weight: float) -> float:
    """Weight * travel + what is absent + what the patterns cost."""
    total = 0.0
    for s in range(len(state.length)):
        if state.length[s] > 0:
            total += state.sums[s, DRIVE]
    total *= weight
    for c in range(len(state.pattern)):
        total += data.absence[c] if state.pattern[c] < 0 else data.pat_cost[state.pattern[c]]
    return total


@compiled
def _forget(work: Scratch) -> None:
    for q in range(work.tally[TOUCHED]):
        work.is_touched[work.touched[q]] = False
    for q in range(work.tally[MOVED]):
        work.is_moved[work.moved[q]] = False
    work.tally[TOUCHED] = work.tally[MOVED] = 0


@compiled
def _list_absent(state: State, work: Scratch) -> None:
    work.tally[ABSENT] = 0
    for c in range(len(state.pattern)):
        work.at[c] = -1
        if state.pattern[c] < 0:
            work.at[c] = work.tally[ABSENT]
            work.absent[work.tally[ABSENT]] = c
            work.tally[ABSENT] += 1


@compiled
def prepare(data: Data, tried: State, accepted: State, best: State, work: Scratch, weight: float) -> float:
    """Make the solution in `tried` the accepted and the best one; its cost."""
    for s in range(len(tried.length)):
        if tried.length[s] == 0:
            tried.route[s, 0], tried.route[s, 1] = data.slot_i[s, START], data.slot_i[s, END]
        refresh(data, tried, s)
        work.dirty[s] = False
    copy_state(tried, accepted)
    copy_state(tried, best)
    _forget(work)
    _list_absent(tried, work)
    return cost_of(data, tried, weight)


@compiled
def step_cost(data: Data, tried: State, accepted: State, work: Scratch, weight: float) -> float:
    """How much the tried solution costs more than the accepted one."""
    travel, other = 0.0, 0.0
    for q in range(work.tally[TOUCHED]):
        s = work.touched[q]
        travel += tried.sums[s, DRIVE] if tried.length[s] > 0 else 0.0
        travel -= accepted.sums[s, DRIVE] if accepted.length[s] > 0 else 0.0
    for q in range(work.tally[MOVED]):
        c = work.moved[q]
        other += data.absence[c] if tried.pattern[c] < 0 else data.pat_cost[tried.pattern[c]]
        other -= data.absence[c] if accepted.pattern[c] < 0 else data.pat_cost[accepted.pattern[c]]
    return weight * travel + other


@compiled
def anneal(
    data: Data,
    tried: State,
    accepted: State,
    best: State,
    work: Scratch,
    costs: NDArray[np.float64],
    steps: int,
    heat: float,
    rate: float,
    at: int,
    weight: float,
    mean_out: float,
    longest: float,
) -> int:
    """Run a number of steps, number k at the temperature heat * exp(-rate * (at + k)); how many better were found.

    costs: (2,) of the accepted and of the best solution, kept up to date.
    """
    found = 0
    for step in range(at, at + steps):
        ruin(data, tried, work, mean_out, longest)
        recreate(data, tried, work)
        change = step_cost(data, tried, accepted, work, weight)
        if change < -heat * np.exp(-rate * step) * np.log(rnd(work) + 1e-300):
            costs[0] += change
            for q in range(work.tally[TOUCHED]):
                copy_route(tried, accepted, work.touched[q])
                work.dirty[work.touched[q]] = True
            for q in range(work.tally[MOVED]):
                copy_customer(tried, accepted, work.moved[q])
            if costs[0] < costs[1] - 1e-7:
                costs[1] = costs[0]
                found += 1
                for s in range(len(best.length)):
                    if work.dirty[s]:
                        copy_route(accepted, best, s)
                        work.dirty[s] = False
                for c in range(len(best.pattern)):
                    copy_customer(accepted, best, c)
        else:
            for q in range(work.tally[TOUCHED]):
                copy_route(accepted, tried, work.touched[q])
            for q in range(work.tally[MOVED]):
                copy_customer(accepted, tried, work.moved[q])
            _list_absent(tried, work)
        _forget(work)
    return found
