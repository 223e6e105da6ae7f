"""Says what is wrong with an answer. Knows the problem and the answer, and none of what made it."""

import numpy as np

from routing.districting.answer import Districting
from routing.districting.links import crossings_of
from routing.districting.problem import FREE, DistrictingProblem, Ints

AS_GOOD_AS_EQUAL = 1e-6


def check_districting(problem: DistrictingProblem, answer: Districting) -> list[str]:
    """All that contradicts the problem or the answer's own numbers; empty where the answer is sound.

    A territory in pieces or out of balance is no fault where the answer says so and gives a reason.
    """
    assignment = answer.assignment
    if assignment.shape != (problem.units,):
        return [f"assignment has the shape {assignment.shape}, not ({problem.units},)"]
    if not problem.units or not problem.k:
        return [] if answer.reasons else ["no reason for an empty answer"]
    if ((assignment < 0) | (assignment >= problem.k)).any():
        return ["a unit belongs to no territory"]
    return [*_wishes(problem, assignment, answer), *_numbers(problem, assignment, answer)]


def _wishes(problem: DistrictingProblem, assignment: Ints, answer: Districting) -> list[str]:
    faults = []
    free = np.ones(problem.units, dtype=bool)
    if problem.locked is not None:
        free = problem.locked == FREE
        faults += [
            f"unit {u} left the territory it is locked to" for u in _where(~free & (assignment != problem.locked))
        ]
    if problem.allowed is not None:
        may = problem.allowed[np.arange(problem.units), assignment] | ~problem.allowed.any(axis=1) | ~free
        torn = {u for group in problem.together for u in group}
        faults += [f"unit {u} may not belong to {assignment[u]}" for u in _where(~may) if u not in torn]
    told = {reason.code.name for reason in answer.reasons}
    if "TOGETHER_CONTRADICTS" not in told:
        for group in problem.together:
            if len({int(assignment[u]) for u in group}) > 1:
                faults.append(f"units {group[:5]} are not together")
    if "APART_NOT_KEPT" not in told and "TOGETHER_CONTRADICTS" not in told:
        faults += [
            f"units {one} and {other} are not apart"
            for one, other in problem.apart
            if one != other and assignment[one] == assignment[other]
        ]
    return faults


def _numbers(problem: DistrictingProblem, assignment: Ints, answer: Districting) -> list[str]:
    faults = []
    told = {reason.code.name for reason in answer.reasons}
    sums = np.zeros((problem.k, len(problem.measures)))
    np.add.at(sums, assignment, problem.weights)
    due = problem.due
    if not np.allclose(sums, answer.sums):
        faults.append("sums are not those of the units")
    worst, over = 0.0, False
    for column, measure in enumerate(problem.measures):
        if measure.share > 0 and due[:, column].min() > 0:
            off = float(np.abs(sums[:, column] / due[:, column] - 1).max())
            worst, over = max(worst, off), over or off > measure.tolerance + AS_GOOD_AS_EQUAL
    if abs(worst - answer.deviation) > AS_GOOD_AS_EQUAL:
        faults.append(f"deviation is {worst:.6f}, not {answer.deviation:.6f}")
    if over and not told:
        faults.append("out of balance without a reason")
    found = _pieces(problem, assignment)
    if found.tolist() != answer.pieces.tolist():
        faults.append(f"pieces are {found.tolist()}, not {answer.pieces.tolist()}")
    if (found != 1).any() and not told:
        faults.append("not in one piece without a reason")
    moved = 0 if problem.current is None else int(((problem.current != FREE) & (problem.current != assignment)).sum())
    if moved != answer.moved:
        faults.append(f"moved is {moved}, not {answer.moved}")
    if problem.max_moves is not None and moved > problem.max_moves and "MOVES_USED_UP" not in told:
        faults.append(f"{moved} units moved, not {problem.max_moves} at most")
    for territory, centre in enumerate(answer.centres.tolist()):
        if (centre < 0) != (not (assignment == territory).any()):
            faults.append(f"territory {territory} has the centre {centre}")
    return faults


def _pieces(problem: DistrictingProblem, assignment: Ints) -> Ints:
    """(k,) pieces, counted by walking from unit to unit."""
    beside: list[list[int]] = [[] for _ in range(problem.units)]
    for one, other in [*problem.edges.tolist(), *crossings_of(problem)[0].tolist()]:
        if assignment[one] == assignment[other]:
            beside[one].append(other)
            beside[other].append(one)
    seen = [False] * problem.units
    found = np.zeros(problem.k, dtype=np.int32)
    for unit in range(problem.units):
        if seen[unit]:
            continue
        found[assignment[unit]] += 1
        seen[unit], stack = True, [unit]
        while stack:
            for other in beside[stack.pop()]:
                if not seen[other]:
                    seen[other] = True
                    stack.append(other)
    return found


def _where(mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> list[int]:
    return [int(place) for place in np.flatnonzero(mask)]
