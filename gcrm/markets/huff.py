"""Shares of places against each other: who goes where, by size and by driving time.

P(i, j) = A(j)^alpha T(i, j)^-beta / sum over k of the same: Huff (1963), Land Economics 39, 81-90. Exponents are fitted
to choices by maximum likelihood (a conditional logit on logarithms; McFadden 1974), to shares by least squares on
log-centred values (Nakanishi and Cooper 1974, Journal of Marketing Research 11, 303-311), or to the sales of places by
least squares on their log-centred sales.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.stats import norm, t

from gcrm.common.language import number, say, to_say

Floats = NDArray[np.float64]

ALPHA, BETA = 1.0, 2.0
"""Huff's own exponents, where nothing teaches others."""
LEVEL = 0.95
"""Intervals of exponents hold the true one that often."""
LEAST_SALES = 6
"""Places with known sales that exponents are fitted to; fewer teach nothing."""
LEAST_MINUTES = 0.5
"""Nearer than this counts as this: whoever stands at the door has not driven."""
STEPS = 100
_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Exponent:
    """One exponent with its interval (95 %), None where nothing was fitted. taught: whether the data tell it from 0."""

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def taught(self) -> bool:
        """Whether the interval lies wholly above 0."""
        return self.low is not None and self.low > 0


@dataclass(frozen=True, slots=True)
class Exponents:
    """Of size and of driving time. fitted_to says to what, "" for Huff's own; remark what has to be known of them."""

    size: Exponent
    minutes: Exponent
    fitted_to: str = ""
    remark: str = ""


ASSUMED = Exponents(
    Exponent(ALPHA),
    Exponent(BETA),
    "",
    to_say("Exponents are Huff's own (1 and 2): no sales say how far people drive here."),
)


def shares(sizes: Floats, minutes: Floats, alpha: float = ALPHA, beta: float = BETA) -> Floats:
    """The share of each place among those from each origin, (n, m); rows add up to 1.

    sizes: (m,) above 0; minutes: (n, m), inf where a place cannot be reached. An origin that reaches none has zeros.
    """
    utility = _utility(_logs(sizes, minutes), alpha, beta)
    reached = np.isfinite(utility)
    best = np.max(utility, axis=1, keepdims=True, initial=-np.inf, where=reached)
    weight = np.where(reached, np.exp(utility - np.where(np.isfinite(best), best, 0.0)), 0.0)
    total = weight.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(weight, total, out=np.zeros_like(weight), where=total > 0), dtype=np.float64)


def fit_choices(sizes: Floats, minutes: Floats, counts: Floats) -> Exponents:
    """Maximum likelihood by Newton's steps. counts: (n, m), how many of each origin chose each place."""
    traits = _logs(sizes, minutes)
    reached = np.isfinite(traits).all(axis=0)
    chosen = np.where(reached, counts, 0.0)
    of_origin = chosen.sum(axis=1)
    free = _free(traits, reached)
    if of_origin.sum() < LEAST_SALES or not free.any():
        return ASSUMED
    safe = np.where(reached, traits, 0.0)
    found = np.array([ALPHA, -BETA])
    information = np.eye(2)
    for _ in range(STEPS):
        chance = _softmax(np.tensordot(found, safe, 1), reached)
        middle = (safe * chance).sum(axis=2)
        slope = (safe * chosen).sum(axis=(1, 2)) - (middle * of_origin).sum(axis=1)
        centred = safe - middle[:, :, None]
        information = np.einsum("aij,bij,ij,i->ab", centred, centred, chance, of_origin)
        step = np.zeros(2)
        step[free] = np.linalg.lstsq(information[np.ix_(free, free)], slope[free], rcond=None)[0]
        found = found + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-9:
            break
    error = np.full(2, np.nan)
    error[free] = np.sqrt(np.maximum(np.diag(np.linalg.pinv(information[np.ix_(free, free)])), 0.0))
    reach = float(norm.ppf((1 + LEVEL) / 2))
    return _told(found, error * reach, free, say("{count} choices", count=number(of_origin.sum())))


def fit_shares(sizes: Floats, minutes: Floats, observed: Floats) -> Exponents:
    """Least squares on log-centred shares. observed: (n, m) shares or counts, those above 0 are used."""
    traits = _logs(sizes, minutes)
    used = np.isfinite(traits).all(axis=0) & (observed > 0)
    used &= used.sum(axis=1, keepdims=True) >= 2
    free = _free(traits, used)
    if used.sum() < LEAST_SALES or not free.any():
        return ASSUMED
    columns = np.array([_centred(np.where(used, each, 0.0), used)[used] for each in traits])
    target = _centred(np.where(used, np.log(np.maximum(observed, _TINY)), 0.0), used)[used]
    degrees = int(used.sum() - used.any(axis=1).sum() - free.sum())
    if degrees < 1:
        return ASSUMED
    matrix = columns[free].T
    solution, *_ = np.linalg.lstsq(matrix, target, rcond=None)
    found = np.array([ALPHA, -BETA])
    found[free] = solution
    spread = float(((target - matrix @ solution) ** 2).sum()) / degrees
    error = np.full(2, np.nan)
    error[free] = np.sqrt(spread * np.diag(np.linalg.pinv(matrix.T @ matrix)))
    return _told(
        found,
        error * float(t.ppf((1 + LEVEL) / 2, degrees)),
        free,
        say("{count} shares", count=number(int(used.sum()))),
    )


def fit_sales(sizes: Floats, minutes: Floats, demand: Floats, sales: Floats) -> Exponents:
    """Least squares on log-centred sales of places. demand: (n,) of each origin; sales: (m,), NaN where not known."""
    traits = _logs(sizes, minutes)
    reached = np.isfinite(traits).all(axis=0)
    known = np.isfinite(sales) & (sales > 0) & (reached & (demand[:, None] > 0)).any(axis=0)
    free = _free(traits, reached)
    if known.sum() < LEAST_SALES or not free.any():
        return ASSUMED
    target = np.log(sales[known]) - np.log(sales[known]).mean()
    safe = np.where(reached, traits, 0.0)

    def residual(some: Floats) -> Floats:
        both = np.array([ALPHA, -BETA])
        both[free] = some
        expected = demand @ _softmax(np.tensordot(both, safe, 1), reached)
        logs = np.log(np.maximum(expected[known], _TINY))
        return np.asarray(logs - logs.mean() - target, dtype=np.float64)

    done = least_squares(residual, np.array([ALPHA, -BETA])[free], bounds=(-20, 20))
    degrees = int(known.sum() - free.sum() - 1)
    found = np.array([ALPHA, -BETA])
    found[free] = done.x
    error = np.full(2, np.nan)
    spread = 2 * float(done.cost) / max(degrees, 1)
    error[free] = np.sqrt(np.maximum(spread * np.diag(np.linalg.pinv(done.jac.T @ done.jac)), 0.0))
    reach = float(t.ppf((1 + LEVEL) / 2, max(degrees, 1)))
    return _told(found, error * reach, free, say("the sales of {count} places", count=number(int(known.sum()))))


def expected_sales(demand: Floats, share: Floats) -> Floats:
    """What each place sells, (m,): demand: (n,), share: (n, m)."""
    return np.asarray(demand @ share, dtype=np.float64)


def _logs(sizes: Floats, minutes: Floats) -> Floats:
    """The logarithms of size and time, (2, n, m); inf where a place cannot be reached, or has no size."""
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.where(sizes > 0, np.log(sizes), np.inf)
        time = np.log(np.maximum(minutes, LEAST_MINUTES))
    return np.asarray(np.stack([np.broadcast_to(size, minutes.shape), time]), dtype=np.float64)


def _utility(traits: Floats, alpha: float, beta: float) -> Floats:
    safe = np.where(np.isfinite(traits), traits, 0.0)
    value = alpha * safe[0] - beta * safe[1]
    return np.asarray(np.where(np.isfinite(traits).all(axis=0), value, -np.inf), dtype=np.float64)


def _softmax(utility: Floats, reached: NDArray[np.bool_]) -> Floats:
    best = np.max(utility, axis=1, keepdims=True, initial=-np.inf, where=reached)
    weight = np.where(reached, np.exp(utility - np.where(np.isfinite(best), best, 0.0)), 0.0)
    total = weight.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(weight, total, out=np.zeros_like(weight), where=total > 0), dtype=np.float64)


def _centred(values: Floats, used: NDArray[np.bool_]) -> Floats:
    count = np.maximum(used.sum(axis=1, keepdims=True), 1)
    return np.asarray(values - values.sum(axis=1, keepdims=True) / count, dtype=np.float64)


def _free(traits: Floats, used: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which exponents the data can teach: not that of a trait that is the same everywhere."""
    spread = [
        float(np.abs(_centred(np.where(used, each, 0.0), used)[used]).max(initial=0.0)) if used.any() else 0.0
        for each in np.where(np.isfinite(traits), traits, 0.0)
    ]
    return np.asarray([one > 1e-9 for one in spread], dtype=np.bool_)


def _told(found: Floats, reach: Floats, free: NDArray[np.bool_], fitted_to: str) -> Exponents:
    def one(position: int, value: float) -> Exponent:
        if not free[position] or not np.isfinite(reach[position]):
            return Exponent(value)
        return Exponent(value, value - float(reach[position]), value + float(reach[position]))

    size, minutes = one(0, float(found[0])), one(1, -float(found[1]))
    said = []
    if not free[0]:
        said.append(say("All places have one size, so its exponent is taken as 1."))
    elif not size.taught:
        said.append(say("These data do not teach what size is worth: its interval holds 0."))
    if free[1] and not minutes.taught:
        said.append(say("These data do not teach how far people drive: the interval of its exponent holds 0."))
    return Exponents(size, minutes, fitted_to, " ".join(said))


def as_parameters(exponents: Exponents) -> dict[str, Any]:
    """For JSON: alpha (size) and beta (minutes), each with low and high."""
    return {
        "alpha": {"value": exponents.size.value, "low": exponents.size.low, "high": exponents.size.high},
        "beta": {"value": exponents.minutes.value, "low": exponents.minutes.low, "high": exponents.minutes.high},
        "fitted_to": exponents.fitted_to,
    }
