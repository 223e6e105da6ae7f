"""The fewest neighbours parted: found, proven, and against every division of a small map."""

import itertools

import numpy as np
import pytest

from routing.districting.cut_problem import CutAnswer, CutProblem, check_cuts
from routing.districting.solve_cuts import fewest_cuts
from routing.errors import ProblemInvalid

STEPS = 400_000


def lattice(columns: int, rows: int, k: int, weights: list[int], slack: int = 0) -> CutProblem:
    pairs = [
        (u, v)
        for u in range(columns * rows)
        for v in (u + 1 if (u + 1) % columns else -1, u + columns if u + columns < columns * rows else -1)
        if v >= 0
    ]
    at = np.array([(u % columns, u // columns) for u in range(columns * rows)], dtype=np.float64)
    due = sum(weights) // k
    return CutProblem(np.array(weights), np.array(pairs, dtype=np.int32), k, due - slack, due + slack, at)


def by_trying_all(problem: CutProblem) -> int | None:
    best = None
    for labels in itertools.product(range(problem.k), repeat=len(problem.weights)):
        assignment = np.array(labels, dtype=np.int32)
        cuts = int((assignment[problem.edges[:, 0]] != assignment[problem.edges[:, 1]]).sum())
        if (best is None or cuts < best) and not check_cuts(problem, CutAnswer(assignment, cuts, 0)):
            best = cuts
    return best


@pytest.mark.parametrize("seed", range(3))
def test_small_maps_are_solved_as_by_trying_all(seed: int) -> None:
    random = np.random.default_rng(seed)
    problem = lattice(4, 3, 2, random.integers(1, 9, 12).tolist(), slack=1)
    answer = fewest_cuts(problem, steps=STEPS, seed=seed)
    assert check_cuts(problem, answer) == []
    assert answer.value == by_trying_all(problem)


def test_a_square_is_quartered() -> None:
    problem = lattice(6, 6, 4, [1] * 36)
    answer = fewest_cuts(problem, steps=STEPS)
    assert check_cuts(problem, answer) == []
    assert answer.value == 12


def test_where_nothing_fits_the_bound_says_so() -> None:
    answer = fewest_cuts(lattice(3, 1, 2, [5, 1, 5]), steps=1000)
    assert answer.assignment is None
    assert answer.bound > 2


def test_the_same_steps_and_seed_give_the_same_districts() -> None:
    problem = lattice(5, 5, 3, np.random.default_rng(1).integers(50, 100, 25).tolist(), slack=20)
    one, other = fewest_cuts(problem, steps=STEPS), fewest_cuts(problem, steps=STEPS)
    assert one.value == other.value
    assert one.assignment is not None
    assert other.assignment is not None
    assert (one.assignment == other.assignment).all()


def test_who_asks_for_nonsense_is_told_all_of_it() -> None:
    with pytest.raises(ProblemInvalid, match=r"from 0 to 1.*from 3 to 2"):
        CutProblem(np.ones(2, dtype=np.int64), np.array([(0, 5)]), 2, 3, 2, np.zeros((2, 2)))
