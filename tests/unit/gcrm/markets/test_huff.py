"""Huff's model: shares by hand, and exponents that were put in are found again."""

import numpy as np
import pytest

from gcrm.markets.huff import ASSUMED, fit_choices, fit_sales, fit_shares, shares

INF = np.inf


def test_shares_by_hand() -> None:
    found = shares(np.array([1_000.0, 4_000.0]), np.array([[5.0, 10.0]]), 1.0, 2.0)
    assert found == pytest.approx(np.array([[0.5, 0.5]]))


def test_what_cannot_be_reached_has_no_share() -> None:
    found = shares(np.array([1.0, 1.0]), np.array([[INF, 10.0], [INF, INF], [0.0, 0.0]]))
    assert found == pytest.approx(np.array([[0.0, 1.0], [0.0, 0.0], [0.5, 0.5]]))


def world(seed: int, origins: int = 60, places: int = 12) -> tuple[np.ndarray, np.ndarray, np.random.Generator]:
    random = np.random.default_rng(seed)
    away = np.linalg.norm(random.uniform(0, 30, (origins, 1, 2)) - random.uniform(0, 30, (1, places, 2)), axis=2)
    return random.uniform(200, 5_000, places), away + 1, random


@pytest.mark.parametrize(("alpha", "beta"), [(1.0, 2.0), (0.7, 1.2), (1.4, 2.8)])
def test_choices_teach_the_exponents(alpha: float, beta: float) -> None:
    sizes, minutes, random = world(1)
    chance = shares(sizes, minutes, alpha, beta)
    counts = np.array([random.multinomial(2_000, each) for each in chance], dtype=float)
    found = fit_choices(sizes, minutes, counts)
    assert found.size.value == pytest.approx(alpha, rel=0.05)
    assert found.minutes.value == pytest.approx(beta, rel=0.05)
    assert "120,000 choices" in found.fitted_to


def test_intervals_hold_the_true_exponents() -> None:
    held = 0
    for seed in range(40):
        sizes, minutes, random = world(seed, 30, 8)
        counts = np.array([random.multinomial(40, each) for each in shares(sizes, minutes, 0.9, 1.6)], dtype=float)
        found = fit_choices(sizes, minutes, counts)
        assert found.minutes.low is not None
        assert found.minutes.high is not None
        held += found.minutes.low <= 1.6 <= found.minutes.high
    assert held >= 34


def test_shares_and_sales_teach_them_too() -> None:
    sizes, minutes, random = world(3, 80, 25)
    true = shares(sizes, minutes, 0.8, 1.5)
    by_shares = fit_shares(sizes, minutes, true * np.exp(random.normal(0, 0.1, true.shape)))
    assert by_shares.size.value == pytest.approx(0.8, rel=0.05)
    assert by_shares.minutes.value == pytest.approx(1.5, rel=0.05)
    demand = random.uniform(100, 1_000, 80)
    sales = demand @ true * 12.0
    by_sales = fit_sales(sizes, minutes, demand, sales)
    assert by_sales.size.value == pytest.approx(0.8, rel=0.02)
    assert by_sales.minutes.value == pytest.approx(1.5, rel=0.02)
    sales[3:] = np.nan
    assert fit_sales(sizes, minutes, demand, sales) is ASSUMED


def test_places_of_one_size_teach_no_exponent_of_it() -> None:
    _, minutes, random = world(5)
    sizes = np.full(12, 700.0)
    counts = np.array([random.multinomial(500, each) for each in shares(sizes, minutes, 1.0, 1.8)], dtype=float)
    found = fit_choices(sizes, minutes, counts)
    assert (found.size.value, found.size.low) == (1.0, None)
    assert found.minutes.value == pytest.approx(1.8, rel=0.05)
    assert "one size" in found.remark


def test_data_that_know_no_distance_are_said_to_teach_none() -> None:
    sizes, minutes, random = world(7, 40, 30)
    demand = random.uniform(100, 1_000, 40)
    sales = sizes * 9 * np.exp(random.normal(0, 0.05, 30))
    found = fit_sales(sizes, minutes, demand, sales)
    assert not found.minutes.taught
    assert "do not teach how far" in found.remark


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (1, 1), (2, 1)])
def test_too_little_is_answered_with_huffs_own(shape: tuple[int, int]) -> None:
    minutes, sizes = np.full(shape, 5.0), np.full(shape[1], 2.0)
    assert shares(sizes, minutes).shape == shape
    assert fit_choices(sizes, minutes, np.zeros(shape)) is ASSUMED
    assert fit_shares(sizes, minutes, np.zeros(shape)) is ASSUMED
    assert fit_sales(sizes, minutes, np.ones(shape[0]), np.full(shape[1], np.nan)) is ASSUMED
