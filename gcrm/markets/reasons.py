"""Why an estimate is what it is: the traits that move it most, in words."""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from gcrm.common.language import number, say, say_n
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
        found.append(
            say_n("{kind}, as {n} of your customers is", "{kind}, as {n} of your customers are", customers, kind=kind)
        )
    buyers = np.flatnonzero(market.status == CUSTOMER)
    if len(buyers):
        lon, lat = (float(each) for each in market.traits.points[row])
        metres = distances_m((lon, lat), market.traits.points[buyers])
        nearest = int(metres.argmin())
        found.append(
            say(
                "{km} km from your customer {name}",
                km=number(metres[nearest] / 1000, 1),
                name=market.names[buyers[nearest]],
            )
        )
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
    for column, (position, trait, mean, deviation) in enumerate(linear.design.numbers):
        values = np.nan_to_num(traits.numbers[rows, position], nan=mean)
        here = float(values @ share_of)
        effect = (here - mean) / deviation * linear.weights[column]
        said = {"here": trait.text(here), "what": trait.what, "mean": trait.text(mean)}
        if len(rows) == 1:
            words = say("{here} {what}, {mean} with your customers", **said)
        else:
            words = say("{here} {what} on average, {mean} with your customers", **said)
        effects.append((effect, words))
    first = len(linear.design.numbers)
    for at, (group, word, mean) in enumerate(linear.design.words):
        has = np.array([word in traits.words[group][row] for row in rows], dtype=np.float64)
        share = float(has @ share_of)
        if share >= LEAST_SHARE:
            effects.append(((share - mean) * float(linear.weights[first + at]), _word(group, word, share, len(rows))))
    ordered = sorted(effects, key=lambda one: -abs(one[0]))
    strong = [one for one in ordered if abs(one[0]) >= LEAST_EFFECT][:REASONS]
    return [f"{words}: {_effect(effect, of_amounts=market.amounts is not None)}" for effect, words in strong]


def _word(group: str, word: str, share: float, count: int) -> str:
    if group == "kind":
        if count == 1:
            return say("a {word}", word=word)
        return say("{share:.0%} are of the kind {word}", share=share, word=word)
    if count == 1:
        return say('"{word}" in the name', word=word)
    return say('{share:.0%} have "{word}" in the name', share=share, word=word)


def _effect(effect: float, *, of_amounts: bool) -> str:
    """An effect on the log scale: "18 % more bought"; beyond double, as a factor."""
    factor = float(np.exp(effect))
    if factor >= 2:
        times = number(factor, 1)
        if of_amounts:
            return say("{times} times as much bought", times=times)
        return say("{times} times as likely to buy", times=times)
    percent = f"{abs(100 * (factor - 1)):.0f}"
    if of_amounts:
        return (
            say("{percent} % more bought", percent=percent)
            if factor > 1
            else say("{percent} % less bought", percent=percent)
        )
    return (
        say("{percent} % more likely to buy", percent=percent)
        if factor > 1
        else say("{percent} % less likely to buy", percent=percent)
    )


def _of_counts(market: Market, rows: NDArray[np.intp]) -> list[str]:
    """What is there to be won, where no model says more."""
    buyers = {one.name: one.customers for one in market.buying}
    kinds = Counter(market.kinds[row] for row in rows if market.kinds[row])
    ordered = sorted(kinds, key=lambda kind: (-kinds[kind] * buyers.get(kind, 0), -kinds[kind], kind))
    return [
        say_n("{kind}: {n} does not buy yet", "{kind}: {n} do not buy yet", kinds[kind], kind=kind)
        for kind in ordered
        if kind in buyers
    ]
