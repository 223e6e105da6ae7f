"""Streets drawn at random: whatever is asked for, every unit has one territory, and the answer's numbers are true."""

from collections import deque

import numpy as np
import pytest
from scipy.spatial import Delaunay

from routing.districting import DistrictingProblem, Measure, check_districting, solve


def streets(seed: int) -> DistrictingProblem:
    """Some dozen places joined by some of the triangles between them; islands, locks and today's as it comes."""
    random = np.random.default_rng(seed)
    n, k = int(random.integers(12, 60)), int(random.integers(1, 6))
    places = np.array([9.5, 47.1]) + random.random((n, 2)) * [0.1, 0.07]
    triangles = Delaunay(places).simplices
    sides = np.unique(np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]]]), axis=1), axis=0)
    kept = sides[random.random(len(sides)) < random.choice([0.5, 0.8, 1.0])].astype(np.int32)
    measures = int(random.integers(1, 3))
    locked = np.where(random.random(n) < 0.1, random.integers(0, k, n), -1).astype(np.int32)
    return DistrictingProblem(
        places=places,
        weights=random.gamma(2, 1, (n, measures)),
        edges=kept,
        edge_s=np.round(random.uniform(20, 300, len(kept))),
        k=k,
        measures=tuple(Measure(f"m{one}", 1.0, 0.02) for one in range(measures)),
        locked=locked if seed % 2 else None,
        current=random.integers(-1, k, n).astype(np.int32) if seed % 3 else None,
        together=((0, 1),) if seed % 4 == 0 and not seed % 2 else (),
    )


def pieces_by_hand(problem: DistrictingProblem, assignment: np.ndarray, territory: int) -> int:
    """Parts of a territory on the roads, by walking."""
    left = set(np.flatnonzero(assignment == territory).tolist())
    beside: dict[int, list[int]] = {unit: [] for unit in left}
    for one, other in problem.edges.tolist():
        if one in left and other in left:
            beside[one].append(other)
            beside[other].append(one)
    parts = 0
    while left:
        parts += 1
        front = deque([left.pop()])
        while front:
            for other in beside[front.popleft()]:
                if other in left:
                    left.remove(other)
                    front.append(other)
    return parts


@pytest.mark.parametrize("seed", range(24))
def test_every_unit_is_owned_once_and_numbers_are_those_of_the_division(seed: int) -> None:
    problem = streets(seed)
    answer = solve(problem, steps=300, seed=seed)
    assert check_districting(problem, answer) == []
    assert answer.counts.sum() == problem.units
    assert answer.counts.tolist() == np.bincount(answer.assignment, minlength=problem.k).tolist()
    for column in range(len(problem.measures)):
        by_hand = [problem.weights[answer.assignment == one, column].sum() for one in range(problem.k)]
        np.testing.assert_allclose(answer.sums[:, column], by_hand)
    walked = [pieces_by_hand(problem, answer.assignment, one) for one in range(problem.k)]
    if pieces_by_hand(problem, np.zeros(problem.units, dtype=int), 0) == 1:
        assert answer.pieces.tolist() == walked
    else:
        # The shortest crossings between islands count as ways.
        assert all(told <= found for told, found in zip(answer.pieces.tolist(), walked, strict=True))
    again = solve(problem, steps=300, seed=seed)
    assert again.assignment.tolist() == answer.assignment.tolist(), "a seed is a division"
