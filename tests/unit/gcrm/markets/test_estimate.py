"""Models of what accounts buy and of who buys: what was put in is found, and an interval holds what it says."""

import numpy as np
import pytest

from gcrm.markets.blocks import spatial_blocks
from gcrm.markets.estimate import AmountModel, conformal, learn_amounts, learn_chances
from gcrm.markets.traits import Number, Traits

Arrays = tuple[Traits, np.ndarray, np.random.Generator]


def world(count: int, seed: int = 1) -> Arrays:
    """Places in a square degree, with one number and one kind, and a generator for what is bought."""
    random = np.random.default_rng(seed)
    numbers = np.log1p(random.gamma(2.0, 10.0, count))
    kinds = random.choice(["hotel", "bakery", "bar"], count)
    traits = Traits(
        random.uniform(0, 1, (count, 2)),
        numbers[:, None],
        (Number("businesses near by"),),
        {"kind": tuple((kind,) for kind in kinds)},
    )
    linear = 6 + 0.8 * (numbers - numbers.mean()) + np.where(kinds == "hotel", 1.0, 0.0)
    return traits, linear, random


def test_blocks_are_neighbours_of_enough_places() -> None:
    points = np.random.default_rng(0).uniform(0, 1, (200, 2))
    blocks = spatial_blocks(points)
    assert np.bincount(blocks).min() >= 12
    assert blocks.max() + 1 == 10
    spread = [np.ptp(points[blocks == block], axis=0).prod() for block in range(10)]
    assert max(spread) < 0.3


@pytest.mark.parametrize("points", [np.empty((0, 2)), np.zeros((1, 2)), np.zeros((60, 2))])
def test_places_that_cannot_be_cut_are_one_block(points: np.ndarray) -> None:
    assert set(spatial_blocks(points).tolist()) <= {0}


def test_places_at_one_spot_share_a_block() -> None:
    points = np.vstack([np.zeros((40, 2)), np.random.default_rng(0).uniform(0, 1, (40, 2))])
    assert len(set(spatial_blocks(points)[:40].tolist())) == 1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_moves_amounts_is_found_and_intervals_hold_what_they_say(seed: int) -> None:
    traits, linear, random = world(900, seed)
    amounts = np.exp(linear + random.normal(0, 0.5, len(linear)))
    known, asked = np.arange(600), np.arange(600, 900)
    model = learn_amounts(traits.rows(known), amounts[known], spatial_blocks(traits.points[known]))
    value, low, high = model.of(model.linear.of(traits.rows(asked)))
    assert (low <= value).all()
    assert (value <= high).all()
    assert 0.74 <= ((low <= amounts[asked]) & (amounts[asked] <= high)).mean() <= 0.86
    assert 0.74 <= model.judged.coverage <= 0.86
    assert model.judged.error < 0.75 * model.judged.error_of_mean
    hotel = next(at for at, (_, word, _) in enumerate(model.linear.design.words) if word == "hotel")
    others = [at for at, (_, word, _) in enumerate(model.linear.design.words) if word != "hotel"]
    weights = model.linear.weights[1:]
    assert weights[hotel] - weights[others].mean() == pytest.approx(1.0, abs=0.2)


def test_amounts_that_nothing_explains_are_given_by_their_mean() -> None:
    traits, _, random = world(200)
    amounts = np.exp(random.normal(5, 1, 200))
    model = learn_amounts(traits, amounts, spatial_blocks(traits.points))
    assert model.judged.uses == "mean"
    value, _, _ = model.of(model.linear.of(traits))
    assert np.ptp(value) < 0.01 * value.mean()


def test_the_interval_of_a_sum_holds_it_four_times_in_five() -> None:
    held = 0
    for seed in range(40):
        traits, linear, random = world(300, seed)
        # Neighbours are wrong together: each half of the square by an error of its own.
        shared = np.where(traits.points[:, 0] > 0.5, random.normal(0, 0.2), random.normal(0, 0.2))
        amounts = np.exp(linear + shared + random.normal(0, 0.6, len(linear)))
        known, asked = np.arange(200), np.arange(200, 230)
        model = learn_amounts(traits.rows(known), amounts[known], spatial_blocks(traits.points[known]))
        value, low, high = model.total(model.linear.of(traits.rows(asked)))
        assert low <= value <= high
        held += low <= amounts[asked].sum() <= high
    assert 26 <= held <= 39


def test_of_no_place_and_of_one() -> None:
    traits, linear, random = world(100)
    amounts = np.exp(linear + random.normal(0, 0.3, 100))
    model: AmountModel = learn_amounts(traits, amounts, spatial_blocks(traits.points))
    assert model.total(np.empty(0)) == (0.0, 0.0, 0.0)
    one = model.linear.of(traits.rows(np.array([0])))
    assert model.total(one) == tuple(float(each[0]) for each in model.of(one))


def test_who_buys_is_learnt_from_those_that_do() -> None:
    traits, linear, random = world(800)
    chance = 1 / (1 + np.exp(-2 * (linear - linear.mean())))
    is_one = (random.uniform(size=800) < chance).astype(np.float64)
    model = learn_chances(traits, is_one, spatial_blocks(traits.points))
    assert model.judged.uses == "traits"
    assert np.corrcoef(model.held_out, chance)[0, 1] > 0.95
    value, low, high = model.total(model.held_out)
    assert low <= is_one.sum() <= high
    assert value == pytest.approx(is_one.sum(), rel=0.05)
    assert model.total(np.empty(0)) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("is_one", [np.ones(80), np.r_[np.zeros(79), 1.0]])
def test_nearly_all_or_nearly_none_buying_is_no_error(is_one: np.ndarray) -> None:
    traits, _, _ = world(80)
    model = learn_chances(traits, is_one, spatial_blocks(traits.points))
    assert np.isfinite(model.held_out).all()


def test_numbers_that_are_not_known_count_as_the_mean() -> None:
    traits, linear, random = world(200)
    numbers = traits.numbers.copy()
    numbers[::3] = np.nan
    holed = Traits(traits.points, numbers, traits.names, traits.words)
    model = learn_amounts(holed, np.exp(linear + random.normal(0, 0.3, 200)), spatial_blocks(holed.points))
    assert np.isfinite(model.linear.of(holed)).all()


def test_places_without_any_trait_are_given_by_the_mean() -> None:
    random = np.random.default_rng(0)
    bare = Traits(random.uniform(0, 1, (60, 2)), np.empty((60, 0)), (), {})
    model = learn_amounts(bare, np.exp(random.normal(3, 0.5, 60)), spatial_blocks(bare.points))
    assert model.judged.uses == "mean"


def test_bounds_go_outward() -> None:
    assert conformal(np.arange(1.0, 10.0)) == (1.0, 9.0)
