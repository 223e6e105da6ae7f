"""The p-median of small problems against every choice, its bound below it, and bad input."""

import itertools

import numpy as np
import pytest

from routing.districting.location import medians
from routing.errors import ProblemInvalid


@pytest.mark.parametrize("seed", range(5))
def test_the_best_choice_is_found_and_never_below_the_bound(seed: int) -> None:
    random = np.random.default_rng(seed)
    distance = random.integers(1, 100, (9, 14)).astype(float)
    weights = random.integers(1, 5, 14).astype(float)
    answer = medians(distance, 3, weights=weights, whole=True, steps=200, seed=seed)
    best = min((distance[list(sites)].min(axis=0) * weights).sum() for sites in itertools.combinations(range(9), 3))
    assert answer.value == best
    assert answer.bound <= best
    assert (distance[answer.nearest, range(14)] == distance[answer.sites].min(axis=0)).all()


def test_sites_that_are_fixed_are_chosen() -> None:
    distance = np.abs(np.subtract.outer(np.arange(10.0), np.arange(10.0)))
    answer = medians(distance, 2, fixed=(0,), steps=100)
    assert answer.sites[0] == 0
    assert answer.value == 15  # the other stands at 6: 0 + 1 + 2 + 3 and 2 + 1 + 0 + 1 + 2 + 3


def test_what_is_not_reached_is_reached_last() -> None:
    distance = np.array([[0, 1, np.inf], [1, 0, np.inf], [np.inf, np.inf, 0]])
    assert set(medians(distance, 2, steps=100).sites.tolist()) & {2} == {2}


def test_more_sites_than_there_are_and_none_at_all() -> None:
    assert medians(np.zeros((2, 3)), 9, steps=10).sites.tolist() == [0, 1]
    assert medians(np.zeros((0, 3)), 2, steps=10).sites.tolist() == []
    assert medians(np.zeros((4, 0)), 2, steps=10).value == 0


def test_nonsense_is_told() -> None:
    with pytest.raises(ProblemInvalid, match="below zero"):
        medians(np.array([[-1.0]]), 1, steps=1)
    with pytest.raises(ProblemInvalid, match="numbered 0 to 1"):
        medians(np.zeros((2, 2)), 1, fixed=(5,), steps=1)
