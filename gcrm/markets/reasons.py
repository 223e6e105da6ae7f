"""Why an estimate is what it is: the traits that move it most, in words."""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from gcrm.markets.estimate import Linear
from gcrm.markets.market import CUSTOMER, Market
from gcrm.markets.traits import Floats
from routing.geodesy import distances_m

REASONS = 3
LEAST_EFFECT = 0.02
LEAST_SHARE = 0.2
"""A word counts for a region where at least this share of its businesses has it."""


def reasons_of_one(market: Market, row: int) -> tuple[str, ...]:
    """The three strongest reasons for one business: the model's, else how many customers are like it and how near."""
    linear = _model_of(market)
    found = _of_model(market, linear, np.asarray([row], dtype=np.intp), None) if linear is not None else []
    kind = market.kinds[row]
    customers = next((one.customers for one in market.buying if one.name == kind), 0)
    if customers:
        found.append(f"{kind}, as {customers:,} of your customers {'is' if customers == 1 else 'are'}")
    buyers = np.flatnonzero(market.status == CUSTOMER)
    if len(buyers):
        lon, lat = (float(each) for each in market.traits.points[row])
        metres = distances_m((lon, lat), market.traits.points[buyers])
        nearest = int(metres.argmin())
        found.append(f"{metres[nearest] / 1000:.1f} km from your customer {market.names[buyers[nearest]]}")
    return tuple(dict.fromkeys(found))[:REASONS]


def reasons_of(market: Market, rows: NDArray[np.intp], weights: Floats | None = None) -> tuple[str, ...]:
    """The three strongest reasons of an estimate for these rows together. weights: (rows,), how much each counts."""
    linear = _model_of(market)
    found = _of_model(market, linear, rows, weights) if linear is not None and len(rows) else []
    if len(found) < REASONS:
        found += _of_counts(market, rows)
    return tuple(dict.fromkeys(found))[:REASONS]


def _model_of(market: Market) -> Linear | None:
    return market.amounts.linear if market.amounts else market.chances.linear if market.chances else None


def _of_model(market: Market, linear: Linear, rows: NDArray[np.intp], weights: Floats | None) -> list[str]:
    traits = market.traits
    share_of = np.full(len(rows), 1 / len(rows)) if weights is None or not weights.sum() else weights / weights.sum()
    effects: list[tuple[float, str]] = []
    for column, (position, number, mean, deviation) in enumerate(linear.design.numbers):
        values = np.nan_to_num(traits.numbers[rows, position], nan=mean)
        here = float(values @ share_of)
        effect = (here - mean) / deviation * linear.weights[column]
        mostly = "" if len(rows) == 1 else " on average"
        words = f"{number.text(here)} {number.what}{mostly}, {number.text(mean)} with your customers"
        effects.append((effect, words))
    first = len(linear.design.numbers)
    for at, (group, word, mean) in enumerate(linear.design.words):
        has = np.array([word in traits.words[group][row] for row in rows], dtype=np.float64)
        share = float(has @ share_of)
        if share >= LEAST_SHARE:
            effects.append(((share - mean) * float(linear.weights[first + at]), _word(group, word, share, len(rows))))
    ordered = sorted(effects, key=lambda one: -abs(one[0]))
    strong = [one for one in ordered if abs(one[0]) >= LEAST_EFFECT][:REASONS]
    return [f"{words}: {_effect(effect, 'bought' if market.amounts else 'likely to buy')}" for effect, words in strong]


def _word(group: str, word: str, share: float, count: int) -> str:
    if group == "kind":
        return f"a {word}" if count == 1 else f"{share:.0%} are of the kind {word}"
    return f'"{word}" in the name' if count == 1 else f'{share:.0%} have "{word}" in the name'


def _effect(effect: float, what: str) -> str:
    """An effect on the log scale: "18 % more bought"; beyond double, as a factor."""
    factor = float(np.exp(effect))
    if factor >= 2:
        return f"{factor:.1f} times as {'much' if what == 'bought' else ''} {what}".replace("  ", " ")
    return f"{abs(100 * (factor - 1)):.0f} % {'more' if factor > 1 else 'less'} {what}"


def _of_counts(market: Market, rows: NDArray[np.intp]) -> list[str]:
    """What is there to be won, where no model says more."""
    buyers = {one.name: one.customers for one in market.buying}
    kinds = Counter(market.kinds[row] for row in rows if market.kinds[row])
    ordered = sorted(kinds, key=lambda kind: (-kinds[kind] * buyers.get(kind, 0), -kinds[kind], kind))
    return [
        f"{kind}: {kinds[kind]:,} {'does' if kinds[kind] == 1 else 'do'} not buy yet"
        for kind in ordered
        if kind in buyers
    ]
