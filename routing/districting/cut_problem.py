"""Few regions into districts as the literature of political districting states it: the fewest neighbours parted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.errors import ProblemInvalid

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class CutProblem:
    """Which of k districts each of n regions belongs to, with the fewest pairs of neighbours in different ones.

    Minimise the sum of y[e] over the edges e = (a, b), where y[e] = 1 if x[a] != x[b]; such that every district j is in
    one piece and low <= sum of weights[i] over x[i] = j <= high.
    Source: Validi and Buchanan (2022), doi.org/10.1287/ijoc.2021.1141.

    weights: (n,) whole numbers above or equal 0, people. edges: (e, 2) neighbours. at: (n, 2) places on a plane.
    Raises ProblemInvalid with all that is wrong.
    """

    weights: NDArray[np.int64]
    edges: Ints
    k: int
    low: int
    high: int
    at: Floats

    def __post_init__(self) -> None:
        n = len(self.weights)
        faults = []
        if self.edges.ndim != 2 or self.edges.shape[1] != 2:
            faults.append("edges are not pairs")
        elif len(self.edges) and (self.edges.min() < 0 or self.edges.max() >= n):
            faults.append(f"edges name regions that are not from 0 to {n - 1}")
        if self.at.shape != (n, 2):
            faults.append(f"at has the shape {self.at.shape}, not ({n}, 2)")
        if n and self.weights.min() < 0:
            faults.append("a weight is below zero")
        if self.k < 1 or self.low > self.high:
            faults.append(f"{self.k} districts from {self.low} to {self.high}")
        if faults:
            raise ProblemInvalid("Districts cannot be made of this: " + "; ".join(faults) + ".", "Correct the input.")


@dataclass(frozen=True, slots=True, eq=False)
class CutAnswer:
    """Districts. assignment: (n,), or None where none was found within the bounds.

    value: neighbours parted; bound: no districts part fewer. first_answer_s, seconds: wall time.
    """

    assignment: Ints | None
    value: int | None
    bound: int
    first_answer_s: float = 0.0
    seconds: float = 0.0

    @property
    def is_proven(self) -> bool:
        """Whether nothing better is left."""
        return self.value is not None and self.value <= self.bound


def check_cuts(problem: CutProblem, answer: CutAnswer) -> list[str]:
    """All that is wrong with an answer, found by walking; empty where it is sound."""
    assignment = answer.assignment
    if assignment is None:
        return [] if answer.value is None else ["a value without districts"]
    faults = []
    beside: list[list[int]] = [[] for _ in problem.weights]
    cuts = 0
    for one, other in problem.edges.tolist():
        if assignment[one] == assignment[other]:
            beside[one].append(other)
            beside[other].append(one)
        else:
            cuts += 1
    if cuts != answer.value:
        faults.append(f"{cuts} neighbours are parted, not {answer.value}")
    for district in range(problem.k):
        inside = [i for i in range(len(assignment)) if assignment[i] == district]
        weight = sum(int(problem.weights[i]) for i in inside)
        if not problem.low <= weight <= problem.high:
            faults.append(f"district {district} has {weight}, not {problem.low} to {problem.high}")
        seen, stack = set(inside[:1]), inside[:1]
        while stack:
            for other in beside[stack.pop()]:
                if other not in seen:
                    seen.add(other)
                    stack.append(other)
        if len(seen) != len(inside):
            faults.append(f"district {district} is not in one piece")
    if answer.value is not None and answer.bound > answer.value:
        faults.append(f"the bound {answer.bound} is above the value {answer.value}")
    return faults
