"""The numbers of the territories of a scenario, from which account would be where."""

from collections.abc import Sequence

import numpy as np

from gcrm.territories.scenarios.gather import Post
from gcrm.territories.scenarios.model import Figures, Units


def figures_of(
    units: Units, positions: np.ndarray, posts: Sequence[Post], centre_min: np.ndarray | None = None
) -> list[Figures]:
    """One for each post. positions: (n,), -1 for nobody. centre_min: (posts, n) as in `Units`."""
    from routing.districting.measures import pieces, polsby_popper

    k = len(posts)
    at = np.where(positions >= 0, positions, k).astype(np.int32)

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(at, weights=values, minlength=k + 1)[:k]

    counts, customers = total(np.ones(units.count)), total(units.customer.astype(float))
    visits_h, travel_h = total(units.visits_min) / 60, total(units.travel_min) / 60
    revenue = {currency: total(values) for currency, values in units.revenue.items()}
    potential = None if units.potential is None else total(units.potential)
    parts = pieces(at, units.edges, k + 1)
    round_ = polsby_popper(at, units.cells, k + 1)
    minutes = _minutes(units, at, k, centre_min)
    return [
        Figures(
            accounts=int(counts[row]),
            customers=int(customers[row]),
            work_h=round(float(visits_h[row] + travel_h[row]), 4),
            visits_h=round(float(visits_h[row]), 4),
            travel_h=round(float(travel_h[row]), 4),
            hours_h=round(post.minutes_a_week / 60, 2) if post.minutes_a_week else None,
            minutes_to_centre=_rounded(minutes[row]),
            compactness=_rounded(round_[row]),
            pieces=int(parts[row]),
            revenue={name: round(float(values[row]), 2) for name, values in revenue.items() if values.any()},
            potential=None if potential is None else round(float(potential[row]), 2),
        )
        for row, post in enumerate(posts)
    ]


def _minutes(units: Units, at: np.ndarray, k: int, centre_min: np.ndarray | None) -> np.ndarray:
    """(k,) mean minutes from each centre to its accounts, weighed by visits; those that no street leads to left out."""
    if centre_min is None or not units.count:
        return np.full(k, np.nan)
    # A territory that was added by hand may have no centre.
    mine = np.flatnonzero(at < min(k, len(centre_min)))
    drive = centre_min[at[mine], mine].astype(np.float64)
    weight = np.where(np.isfinite(drive), np.maximum(units.visits[mine], 1e-9), 0.0)
    total = np.bincount(at[mine], weights=weight, minlength=k)
    spent = np.bincount(at[mine], weights=weight * np.nan_to_num(drive), minlength=k)
    mean: np.ndarray = np.divide(spent, total, out=np.full(k, np.nan), where=total > 0)
    return mean


def _rounded(value: float) -> float | None:
    return round(float(value), 4) if np.isfinite(value) else None


def measured(units: Units, measure: str) -> np.ndarray:
    """(n,) what each account brings of a measure: work, accounts, potential, revenue, or revenue:EUR."""
    if measure == "work":
        return units.visits_min + units.travel_min
    if measure == "accounts":
        return np.ones(units.count)
    if measure == "potential":
        return np.zeros(units.count) if units.potential is None else units.potential
    currency = measure.partition(":")[2]
    return units.revenue[currency] if currency else next(iter(units.revenue.values()))


def deviations_of(units: Units, positions: np.ndarray, measures: Sequence[str], dues: np.ndarray) -> dict[str, float]:
    """For each measure the largest relative difference of a territory from its due share of all that is given out.

    dues: (k,) shares that add up to one.
    """
    found = {}
    held = positions >= 0
    for name in measures:
        values = measured(units, name)
        sums = np.bincount(positions[held], weights=values[held], minlength=len(dues))
        due = dues * values.sum()
        apart = np.abs(sums - due) / np.where(due > 0, due, 1.0)
        found[name] = round(float(apart.max()), 6) if len(dues) else 0.0
    return found
