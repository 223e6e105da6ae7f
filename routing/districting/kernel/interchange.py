"""Compiled: the p-median's interchange with shakes, and its Lagrangian bound. See `location.py` for the sources."""

import numpy as np
from numba import njit

from routing.districting.kernel.state import Floats, Ints


@njit(cache=True, nogil=True)
def total_of(cost: Floats, chosen: Ints) -> float:
    """The sum over customers of the cost from the nearest of the chosen sites; cost: (m, n)."""
    total = 0.0
    for customer in range(cost.shape[1]):
        least = np.inf
        for site in chosen:
            least = min(least, cost[site, customer])
        total += least
    return total


@njit(cache=True, nogil=True)
def _nearest_two(cost: Floats, chosen: Ints, first: Ints, first_cost: Floats, second_cost: Floats) -> float:
    """For every customer the place in `chosen` of the nearest site, its cost and the next one's; the total."""
    total = 0.0
    for customer in range(cost.shape[1]):
        best, next_best, place = np.inf, np.inf, -1
        for number in range(len(chosen)):
            seen = cost[chosen[number], customer]
            if seen < best:
                next_best = best
                best, place = seen, number
            elif seen < next_best:
                next_best = seen
        first[customer], first_cost[customer], second_cost[customer] = place, best, next_best
        total += best
    return total


@njit(cache=True, nogil=True)
def _descend(cost: Floats, chosen: Ints, fixed: int) -> float:
    """Exchange a chosen site for another as long as that is cheaper; the total at the end."""
    sites, customers = cost.shape
    p = len(chosen)
    first = np.empty(customers, np.int32)
    first_cost, second_cost = np.empty(customers), np.empty(customers)
    total = _nearest_two(cost, chosen, first, first_cost, second_cost)
    is_chosen = np.zeros(sites, np.bool_)
    for site in chosen:
        is_chosen[site] = True
    loss = np.empty(p)
    site, since = 0, 0
    # Every site in its turn, until none in a whole round is worth an exchange.
    while since < sites:
        site = (site + 1) % sites
        since += 1
        if not is_chosen[site]:
            best, best_out = -1e-9, -1
            # What the site wins for those it is nearer to, and what taking each chosen one away then loses.
            loss[:] = 0.0
            gain = 0.0
            for customer in range(customers):
                here = cost[site, customer]
                if here < first_cost[customer]:
                    gain += first_cost[customer] - here
                else:
                    loss[first[customer]] += min(here, second_cost[customer]) - first_cost[customer]
            for number in range(fixed, p):
                if loss[number] - gain < best:
                    best, best_out = loss[number] - gain, number
            if best_out >= 0:
                is_chosen[chosen[best_out]] = False
                is_chosen[site] = True
                chosen[best_out] = site
                total = _nearest_two(cost, chosen, first, first_cost, second_cost)
                since = 0
    return total


@njit(cache=True, nogil=True)
def interchange(cost: Floats, chosen: Ints, fixed: int, shakes: int, seed: int) -> float:
    """Improve the chosen sites (p,), of which the first `fixed` stay: descend, then shake and descend so many times.

    A shake exchanges 1 to 8 sites at random; what is no better afterwards is undone. Returns the total.
    """
    np.random.seed(seed)  # noqa: NPY002 - compiled code has a generator of its own in each thread
    sites, p = cost.shape[0], len(chosen)
    best = _descend(cost, chosen, fixed)
    if p in (fixed, sites):
        return best
    kept = chosen.copy()
    width = 1
    for _ in range(shakes):
        for _turn in range(width):
            number = np.random.randint(fixed, p)  # noqa: NPY002
            site = np.random.randint(sites)  # noqa: NPY002
            free = True
            for other in chosen:
                free = free and other != site
            if free:
                chosen[number] = site
        found = _descend(cost, chosen, fixed)
        if found < best - 1e-9:
            best = found
            kept[:] = chosen
            width = 1
        else:
            chosen[:] = kept
            width = width + 1 if width < min(8, p - fixed) else 1
    return best


@njit(cache=True, nogil=True)
def climb_bound(
    cost: Floats, p: int, fixed: Ints, multiplier: Floats, length: Floats, picked: Ints, value: float, rounds: int
) -> float:
    """Move the multipliers (n,) uphill so many times; returns the largest bound seen, and leaves the multipliers there.

    length: (1,) of a step, halved where it leads no higher. picked: (p,) filled with the sites that are worth most to
    the best multipliers. value: of the best choice known, which sets the length of a step as well.
    """
    sites, customers = cost.shape
    worth = np.empty(sites)
    is_fixed = np.zeros(sites, np.bool_)
    is_fixed[fixed] = True
    served = np.empty(customers)
    best = -np.inf
    kept = multiplier.copy()
    idle = 0
    for _ in range(rounds):
        for site in range(sites):
            total = 0.0
            for customer in range(customers):
                total += min(0.0, cost[site, customer] - multiplier[customer])
            worth[site] = total
        order = np.argsort(np.where(is_fixed, -np.inf, worth))
        bound = multiplier.sum()
        served[:] = 0.0
        for place in range(p):
            site = order[place]
            bound += worth[site]
            for customer in range(customers):
                if cost[site, customer] < multiplier[customer]:
                    served[customer] += 1
        if bound > best:
            best = bound
            kept[:] = multiplier
            picked[:] = order[:p]
            idle = 0
        else:
            idle += 1
            if idle >= 5:
                length[0] /= 2
                multiplier[:] = kept
                idle = 0
        square = 0.0
        for customer in range(customers):
            square += (1.0 - served[customer]) ** 2
        if square == 0.0:
            break
        step = length[0] * max(value * 1.01 - bound, 1e-9) / square
        for customer in range(customers):
            multiplier[customer] = max(0.0, multiplier[customer] + step * (1.0 - served[customer]))
    multiplier[:] = kept
    return float(best)
