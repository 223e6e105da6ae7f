"""Fewer neighbours parted, or the proof that there are none: CP-SAT, with contiguity added where it is violated.

One worker that solves the linear relaxation at every node proves in a tenth of a second what a portfolio of several
does not in thirty (New Mexico), so one it is.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from routing.cpsat import solve_until
from routing.districting.cut_problem import CutProblem, Ints

MOST_MEMBERS = 4
"""Of a piece that was cut off, so many members are each held to the rest by what surrounds the piece."""


@dataclass(slots=True)
class CutProof:
    """What is proven so far. bound: no districts part fewer neighbours; better: some that part fewer, once found."""

    bound: int
    better: Ints | None = None


def prove(
    problem: CutProblem,
    below: int | None,
    *,
    seconds: float | None,
    work: float | None,
    seed: int,
    stop: Callable[[], bool],
) -> CutProof:
    """Look for districts that part fewer than `below` neighbours (None: any), until a bound.

    seconds: of the wall, or None; work: CP-SAT's own measure of it, or None. Where there is nothing better, the bound
    is `below`; where nothing fits at all, one more than the edges.
    Source of the cuts: Oehrlein and Haunert (2017), doi.org/10.5311/JOSIS.2017.15.379 (a piece is held to the rest of
    its district by one of the regions round it).
    """
    model, x = _model(problem, below)
    beside = _beside(problem)
    proof = CutProof(0)
    began = None
    while not stop():
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = 2
        solver.parameters.random_seed = seed
        if seconds is not None:
            began = began or time.monotonic()
            left = seconds - (time.monotonic() - began)
            if left <= 0:
                break
            solver.parameters.max_time_in_seconds = left
        if work is not None:
            solver.parameters.max_deterministic_time = work
        status = solve_until(solver, model, stop)
        if status == cp_model.INFEASIBLE:
            proof.bound = len(problem.edges) + 1 if below is None else below
            return proof
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            bound = solver.best_objective_bound
            if np.isfinite(bound):
                proof.bound = max(proof.bound, int(np.ceil(bound - 1e-6)))
            return proof
        proof.bound = max(proof.bound, int(np.ceil(solver.best_objective_bound - 1e-6)))
        assignment = np.array([int(np.argmax([solver.value(v) for v in row])) for row in x], dtype=np.int32)
        if not _hold_together(model, x, assignment, beside):
            proof.better = assignment
            return proof
        if work is not None:
            work -= solver.response_proto.deterministic_time
            if work <= 0:
                break
    return proof


def _model(problem: CutProblem, below: int | None) -> tuple[cp_model.CpModel, list[list[cp_model.IntVar]]]:
    """The model of `CutProblem` without contiguity: x[i][j] = 1 if region i is in district j."""
    n, k = len(problem.weights), problem.k
    model = cp_model.CpModel()
    x = [[model.new_bool_var("") for _ in range(k)] for _ in range(n)]
    for row in x:
        model.add_exactly_one(row)
    for j in range(k):
        load = sum(int(problem.weights[i]) * x[i][j] for i in range(n))
        model.add_linear_constraint(load, problem.low, problem.high)
    # Districts are numbered by the heaviest region: of the k heaviest the r-th is in one of the first r + 1.
    for rank, i in enumerate(np.argsort(-problem.weights, kind="stable")[:k].tolist()):
        for j in range(rank + 1, k):
            model.add(x[i][j] == 0)
    parted = []
    for a, b in problem.edges.tolist():
        leaves = [model.new_bool_var("") for _ in range(k)]
        for j in range(k):
            model.add(leaves[j] >= x[a][j] - x[b][j])
        cut = model.new_bool_var("")
        model.add(sum(leaves) == cut)
        parted.append(cut)
    if below is not None:
        model.add(sum(parted) <= below - 1)
    model.minimize(sum(parted))
    return model, x


def _beside(problem: CutProblem) -> list[set[int]]:
    beside: list[set[int]] = [set() for _ in problem.weights]
    for one, other in problem.edges.tolist():
        beside[one].add(other)
        beside[other].add(one)
    return beside


def _hold_together(
    model: cp_model.CpModel, x: list[list[cp_model.IntVar]], assignment: Ints, beside: list[set[int]]
) -> bool:
    """Forbid the pieces that districts are in; whether there were any."""
    districts = len(x[0])
    found = False
    for j in range(districts):
        pieces = sorted(_pieces(set(np.flatnonzero(assignment == j).tolist()), beside), key=len)
        for piece in pieces[:-1]:
            found = True
            around = set().union(*(beside[i] for i in piece)) - piece
            outside = [i for i in range(len(x)) if i not in piece and i not in around]
            for member in sorted(piece)[:MOST_MEMBERS]:
                for other in outside:
                    for d in range(districts):
                        model.add_bool_or([~x[member][d], ~x[other][d], *(x[i][d] for i in around)])
    return found


def _pieces(inside: set[int], beside: list[set[int]]) -> list[set[int]]:
    found = []
    while inside:
        piece, stack = set(), [inside.pop()]
        while stack:
            here = stack.pop()
            piece.add(here)
            after = beside[here] & inside
            inside -= after
            stack.extend(after)
        found.append(piece)
    return found
