"""How many units must change hands at the least before territories are balanced: a bound that no search gets below."""

import numpy as np

from routing.districting.problem import DistrictingProblem, Floats


def least_moves(problem: DistrictingProblem, within: float) -> int:
    """Moves that every division within a tolerance needs, in one piece or not; 0 without today's division.

    within: the largest relative difference from a due, 0.05 = 5 %; a measure whose own tolerance is larger keeps that.
    What a territory has over must leave it, and the fewest units that carry so much are its heaviest that are not
    locked; what one is short of must come, and the fewest that bring so much are the heaviest of all. Each moved unit
    leaves one territory and comes to one, so that the counts add up over territories. The largest over both sides and
    all balanced measures holds.
    """
    current = problem.current
    if current is None or not problem.units:
        return 0
    free = np.ones(problem.units, dtype=bool) if problem.locked is None else problem.locked < 0
    found = 0
    for column, measure in enumerate(problem.measures):
        if not measure.is_balanced:
            continue
        weight, due = problem.weights[:, column], problem.due[:, column]
        tolerance = max(within, measure.tolerance)
        load = np.bincount(current[current >= 0], weight[current >= 0], minlength=problem.k)
        over, short = load - (1 + tolerance) * due, (1 - tolerance) * due - load
        leave = sum(_fewest(weight[(current == one) & free], float(over[one])) for one in range(problem.k))
        # Units of nobody fill a gap without being anybody's hand-over.
        all_held = bool((current >= 0).all())
        come = sum(_fewest(weight[free], float(short[one])) for one in range(problem.k)) if all_held else 0
        found = max(found, leave, come)
    return found


def _fewest(weights: Floats, amount: float) -> int:
    """The fewest of some weights that make an amount; all of them where they do not."""
    if amount <= 1e-9:
        return 0
    carried = np.cumsum(np.sort(weights)[::-1])
    return min(int(np.searchsorted(carried, amount - 1e-9)) + 1, len(weights))
