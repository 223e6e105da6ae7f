"""What an account would buy, or whether a business would be one, by one's own customers: small linear models.

Ridge regression of the logarithm of what customers buy, and logistic ridge regression of who is one (Hoerl and Kennard
1970, Technometrics 12, 55-67), chosen and judged by holding out blocks of neighbours (`blocks`). Intervals are those of
the errors that were made on held-out blocks (Vovk, Gammerman and Shafer 2005; Barber et al. 2021, Annals of Statistics
49, 486-507); the mean on the plain scale by Duan's smearing (1983, JASA 78, 605-610).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gcrm.markets.traits import Design, Floats, Traits

LEAST_ACCOUNTS = 30
"""Customers that are needed before anything is said about others."""
LEAST_BLOCKS = 4
INTERVAL = 0.8
"""The share of true values that an interval is made to hold."""
DRAWS = 400
STRENGTHS = (0.5, 2.0, 8.0, 32.0, 128.0)
MEAN_ONLY = (1e9, 1e9)
"""Penalties so strong that they leave the mean alone."""
BETTER = 0.98
"""Only a model whose held-out error is below this share of the mean's is used."""
ROWS_TO_CHOOSE = 5_000
STEPS = 30

Blocks = NDArray[np.int64]
Strengths = tuple[float, float]


@dataclass(frozen=True, slots=True)
class ModelError:
    """How a model did on places that it had not seen, block by block.

    accounts, blocks: what it was fitted to. error: the mean error in the unit of what is estimated; error_of_mean: that
    of saying the same of all. coverage: the share of held-out values inside their 80 % interval (of whole blocks, where
    numbers of customers are estimated). uses: "traits", or "mean" where no trait makes it better.
    """

    accounts: int
    blocks: int
    error: float
    error_of_mean: float
    coverage: float
    uses: str


@dataclass(frozen=True, eq=False)
class Linear:
    """A fitted model: the linear part is intercept + matrix @ weights."""

    design: Design
    intercept: float
    weights: Floats

    def parts(self, traits: Traits) -> Floats:
        """What each column adds, (n, columns)."""
        return self.design.matrix(traits) * self.weights

    def of(self, traits: Traits) -> Floats:
        """The linear part, (n,)."""
        return np.asarray(self.intercept + self.parts(traits).sum(axis=1), dtype=np.float64)


def fit_amounts(traits: Traits, log_amount: Floats, strengths: Strengths) -> Linear:
    """Ridge regression of (n,) logarithms; strengths: how strongly columns of numbers and of words are held at 0."""
    design = Design.of(traits)
    return _amounts(design, design.matrix(traits), log_amount, strengths)


def fit_chances(traits: Traits, is_one: Floats, strengths: Strengths) -> Linear:
    """Logistic ridge regression of (n,) 0 or 1, by Newton's steps."""
    design = Design.of(traits)
    return _chances(design, design.matrix(traits), is_one, strengths)


def _amounts(design: Design, matrix: Floats, log_amount: Floats, strengths: Strengths) -> Linear:
    middle = matrix.mean(axis=0)
    centred = matrix - middle
    mean = float(log_amount.mean())
    normal = centred.T @ centred + np.diag(design.penalties(*strengths))
    weights = np.linalg.solve(normal, centred.T @ (log_amount - mean))
    return Linear(design, mean - float(middle @ weights), weights)


def _chances(design: Design, matrix: Floats, is_one: Floats, strengths: Strengths) -> Linear:
    matrix = np.column_stack([np.ones(len(matrix)), matrix])
    penalty = np.concatenate([[1e-6], design.penalties(*strengths)])
    share = np.clip(is_one.mean(), 1e-4, 1 - 1e-4)
    weights = np.zeros(matrix.shape[1])
    weights[0] = np.log(share / (1 - share))
    for _ in range(STEPS):
        chance = chance_of(matrix @ weights)
        spread = np.maximum(chance * (1 - chance), 1e-6)
        step = np.linalg.solve(
            (matrix * spread[:, None]).T @ matrix + np.diag(penalty), matrix.T @ (is_one - chance) - penalty * weights
        )
        weights = weights + step
        if np.abs(step).max() < 1e-6:
            break
    return Linear(design, float(weights[0]), weights[1:])


def chance_of(linear: Floats) -> Floats:
    """From log odds to a probability."""
    return np.asarray(1 / (1 + np.exp(-np.clip(linear, -30, 30))), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class AmountModel:
    """What an account buys. residuals: (n,), on the log scale, made on held-out blocks; blocks: (n,)."""

    linear: Linear
    residuals: Floats
    blocks: Blocks
    judged: ModelError

    def of(self, linear: Floats) -> tuple[Floats, Floats, Floats]:
        """Value, low and high for an account at each place, (n,) each. linear: (n,), as `Linear.of` says it."""
        low, high = conformal(self.residuals)
        smear = float(np.exp(self.residuals).mean())
        value = np.clip(np.exp(linear) * smear, np.exp(linear + low), np.exp(linear + high))
        return value, np.exp(linear + low), np.exp(linear + high)

    def total(self, linear: Floats, seed: int = 0) -> tuple[float, float, float]:
        """Value, low and high of what accounts at all these places would buy together.

        Drawn from the held-out errors: neighbours are wrong together, as the blocks were, and each by itself.
        """
        if not len(linear):
            return 0.0, 0.0, 0.0
        if len(linear) == 1:
            one, least, most = (float(each[0]) for each in self.of(linear))
            return one, least, most
        middle = np.exp(linear)
        random = np.random.default_rng(seed)
        of_block, own = _split_errors(self.residuals, self.blocks)
        totals = np.empty(DRAWS)
        for draw in range(DRAWS):
            error = of_block[random.integers(len(of_block))] + own[random.integers(len(own), size=len(middle))]
            totals[draw] = (middle * np.exp(error)).sum()
        low, high = np.quantile(totals, [(1 - INTERVAL) / 2, (1 + INTERVAL) / 2])
        return float(np.clip(totals.mean(), low, high)), float(low), float(high)


@dataclass(frozen=True, eq=False)
class ChanceModel:
    """Whether a business is a customer.

    held_out: (n,), its chance by a model without its block. ratios: customers against expected ones in each block.
    """

    linear: Linear
    held_out: Floats
    ratios: Floats
    judged: ModelError

    def total(self, chances: Floats, seed: int = 0) -> tuple[float, float, float]:
        """Value, low and high of how many of these businesses would be customers. chances: (n,), of `held_out`."""
        if not len(chances):
            return 0.0, 0.0, 0.0
        expected = float(chances.sum())
        random = np.random.default_rng(seed)
        drawn = random.poisson(expected * self.ratios[random.integers(len(self.ratios), size=DRAWS * 5)])
        low, high = np.quantile(np.minimum(drawn, len(chances)), [(1 - INTERVAL) / 2, (1 + INTERVAL) / 2])
        return expected, min(float(low), expected), max(float(high), expected)


def learn_amounts(traits: Traits, amounts: Floats, blocks: Blocks) -> AmountModel:
    """Fit what accounts buy. amounts: (n,), above 0; blocks: (n,), at least two of them."""
    logs = np.log(amounts)
    held = _held_out(_amounts, traits, logs, blocks, _grid())
    loss = {strengths: float(((logs - found) ** 2).mean()) for strengths, found in held.items()}
    chosen = min(loss, key=lambda one: loss[one])
    mean = MEAN_ONLY
    if loss[chosen] >= BETTER * loss[mean]:
        chosen = mean
    residuals = logs - held[chosen]
    smear, smear_of_mean = np.exp(residuals).mean(), np.exp(logs - held[mean]).mean()
    judged = ModelError(
        accounts=len(logs),
        blocks=len(np.unique(blocks)),
        error=float(np.abs(amounts - np.exp(held[chosen]) * smear).mean()),
        error_of_mean=float(np.abs(amounts - np.exp(held[mean]) * smear_of_mean).mean()),
        coverage=_coverage(residuals, blocks),
        uses="mean" if chosen == mean else "traits",
    )
    return AmountModel(fit_amounts(traits, logs, chosen), residuals, blocks, judged)


def learn_chances(traits: Traits, is_one: Floats, blocks: Blocks) -> ChanceModel:
    """Fit which businesses are customers. is_one: (n,) 0 or 1; blocks: (n,), at least two of them."""
    some = np.arange(len(traits))
    if len(some) > ROWS_TO_CHOOSE:
        some = np.sort(np.random.default_rng(0).choice(some, ROWS_TO_CHOOSE, replace=False))
    choose_by = traits.rows(some)
    grid = (*((each, each) for each in STRENGTHS[1:]), MEAN_ONLY)
    tried = _held_out(_chances, choose_by, is_one[some], blocks[some], grid)
    loss = {strengths: _deviance(is_one[some], chance_of(linear)) for strengths, linear in tried.items()}
    chosen, mean = min(loss, key=lambda one: loss[one]), MEAN_ONLY
    if loss[chosen] >= BETTER * loss[mean]:
        chosen = mean
    both = _held_out(_chances, traits, is_one, blocks, (chosen, mean))
    held, by_mean = chance_of(both[chosen]), chance_of(both[mean])
    actual, expected, of_mean = (np.bincount(blocks, weights=each) for each in (is_one, held, by_mean))
    # A block that expects less than one customer says little about how far off the others are.
    ratios = (actual + 1) / (expected + 1)
    judged = ModelError(
        accounts=int(is_one.sum()),
        blocks=len(actual),
        error=float(np.abs(actual - expected).mean()),
        error_of_mean=float(np.abs(actual - of_mean).mean()),
        coverage=_coverage_of_counts(actual, expected, ratios),
        uses="mean" if chosen == mean else "traits",
    )
    return ChanceModel(fit_chances(traits, is_one, chosen), held, ratios, judged)


def conformal(residuals: Floats, share: float = INTERVAL) -> tuple[float, float]:
    """The bounds between which the next residual lies with that probability: outward by the finite sample's step."""
    ordered = np.sort(residuals)
    count = len(ordered)
    tail = (1 - share) / 2
    low = max(int(np.floor(tail * (count + 1))) - 1, 0)
    high = min(int(np.ceil((1 - tail) * (count + 1))) - 1, count - 1)
    return float(ordered[low]), float(ordered[high])


def _grid() -> list[Strengths]:
    return [*((number, word) for number in STRENGTHS for word in STRENGTHS), MEAN_ONLY]


def _held_out(
    fit: Callable[[Design, Floats, Floats, Strengths], Linear],
    traits: Traits,
    truth: Floats,
    blocks: Blocks,
    grid: Sequence[Strengths],
) -> dict[Strengths, Floats]:
    """For each strengths the linear part of each place by a model that was fitted without its block, (n,)."""
    found = {strengths: np.empty(len(truth)) for strengths in grid}
    for block in np.unique(blocks):
        out = blocks == block
        known = traits.rows(~out)
        design = Design.of(known)
        matrix, asked = design.matrix(known), design.matrix(traits.rows(out))
        for strengths, linear in found.items():
            fitted = fit(design, matrix, truth[~out], strengths)
            linear[out] = fitted.intercept + asked @ fitted.weights
    return found


def _deviance(is_one: Floats, chance: Floats) -> float:
    safe = np.clip(chance, 1e-9, 1 - 1e-9)
    return float(-(is_one * np.log(safe) + (1 - is_one) * np.log(1 - safe)).mean())


def _coverage(residuals: Floats, blocks: Blocks) -> float:
    """The share of residuals inside the bounds that the other blocks give."""
    inside = 0
    for block in np.unique(blocks):
        out = blocks == block
        low, high = conformal(residuals[~out])
        inside += int(((residuals[out] >= low) & (residuals[out] <= high)).sum())
    return inside / len(residuals)


def _coverage_of_counts(actual: Floats, expected: Floats, ratios: Floats) -> float:
    """The share of blocks whose customers lie inside the bounds that the other blocks give."""
    random = np.random.default_rng(0)
    inside = 0
    for block in range(len(actual)):
        others = np.delete(ratios, block)
        drawn = random.poisson(expected[block] * others[random.integers(len(others), size=DRAWS * 5)])
        low, high = np.quantile(drawn, [(1 - INTERVAL) / 2, (1 + INTERVAL) / 2])
        inside += bool(low <= actual[block] <= high)
    return inside / len(actual)


def _split_errors(residuals: Floats, blocks: Blocks) -> tuple[Floats, Floats]:
    """Held-out errors as those of whole blocks and those of each account within its block."""
    which, at = np.unique(blocks, return_inverse=True)
    counts = np.bincount(at, minlength=len(which))
    means = np.bincount(at, weights=residuals, minlength=len(which)) / counts
    # The mean of a few accounts is off by chance alone; that part is each account's own.
    within = max(float(((residuals - means[at]) ** 2).sum() / max(len(residuals) - len(which), 1)), 1e-12)
    between = max(float(means.var(ddof=1)) - within * float((1 / counts).mean()), 0.0) if len(which) > 1 else 0.0
    shrunk = residuals.mean() + (means - residuals.mean()) * between / (between + within / counts)
    return shrunk, residuals - shrunk[at]
