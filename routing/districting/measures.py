"""How good a division into territories is, each measure by the name that the literature gives it."""

from collections.abc import Sequence

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from routing.districting.cells import Cells
from routing.districting.plane import metres_on_plane
from routing.districting.problem import FREE, Floats, Ints, Measure
from routing.districting.roads import Times
from routing.points import Points


def balance(assignment: Ints, weights: Floats, due: Floats) -> Floats:
    """(k, m) signed deviation of each territory's sums from its due, relative: (sum - due) / due.

    assignment: (n,); weights: (n, m); due: (k, m). 0 where nothing is due.
    Source: the activity balance of Kalcsics and Rios-Mercado (2019), Districting Problems, in Location Science,
    doi.org/10.1007/978-3-030-32177-2_25.
    """
    sums = sums_of(assignment, weights, len(due))
    return np.divide(sums - due, due, out=np.zeros_like(sums), where=due > 0)


def sums_of(assignment: Ints, weights: Floats, territories: int) -> Floats:
    """(k, m) what each territory has of each measure."""
    columns = [np.bincount(assignment, column, minlength=territories)[:territories] for column in weights.T]
    return np.column_stack(columns) if columns else np.zeros((territories, 0))


def deviation(deviations: Floats, measures: Sequence[Measure]) -> float:
    """The largest absolute deviation (k, m) among the measures that are balanced, 0.01 = 1 %."""
    balanced = [column for column, measure in enumerate(measures) if measure.is_balanced]
    return float(np.abs(deviations[:, balanced]).max(initial=0.0))


def pieces(assignment: Ints, edges: Ints, territories: int) -> Ints:
    """(k,) int32, in how many pieces each territory lies on a graph of units: contiguity, in one piece where 1.

    edges: (e, 2). Source: Duque, Ramos and Surinach (2007), doi.org/10.1177/0160017607301605.
    """
    n = len(assignment)
    if not n:
        return np.zeros(territories, dtype=np.int32)
    within = edges[assignment[edges[:, 0]] == assignment[edges[:, 1]]]
    graph = csr_array((np.ones(len(within), dtype=bool), (within[:, 0], within[:, 1])), shape=(n, n))
    _, part = connected_components(graph, directed=False)
    _, first = np.unique(part, return_index=True)
    return np.bincount(assignment[first], minlength=territories).astype(np.int32)


def minutes_to_centre(assignment: Ints, seconds: Floats | Times, visits: Floats) -> tuple[Floats, float]:
    """(k,) mean minutes from each territory's centre to its units, and the mean over all units, weighed by visits.

    seconds: (k, n) from the centres. NaN for a territory without a visited unit, 0 over all without any.
    Source: the moment of a territory about its centre, with times for distances: Hess et al. (1965),
    doi.org/10.1287/opre.13.6.998.
    """
    territories = len(seconds)
    if not len(assignment):
        return np.full(territories, np.nan), 0.0
    driven = visits * seconds[assignment, np.arange(len(assignment))] / 60
    total = np.bincount(assignment, visits, minlength=territories)
    spent = np.bincount(assignment, driven, minlength=territories)
    mean = np.divide(spent, total, out=np.full(territories, np.nan), where=total > 0)
    return mean, float(spent.sum() / total.sum()) if total.sum() else 0.0


def polsby_popper(assignment: Ints, cells: Cells, territories: int) -> Floats:
    """(k,) 4 pi area / perimeter^2 of each territory's ground, the cells of its units: 1 for a disc.

    Source: Polsby and Popper (1991), Yale Law & Policy Review 9, 301-353.
    """
    return cells.roundness(assignment, territories)


def reock(assignment: Ints, cells: Cells, places: Points, territories: int) -> Floats:
    """(k,) area of each territory's ground over that of the smallest circle round its units: 1 at most, for a disc.

    places: (n, 2) lon and lat. NaN for a territory without a unit, or with all at one place.
    Source: Reock (1961), doi.org/10.2307/2109043.
    """
    at = metres_on_plane(places)
    area = np.bincount(assignment, cells.area_m2, minlength=territories)
    found = np.full(territories, np.nan)
    for territory in range(territories):
        inside = at[assignment == territory]
        if len(inside):
            circle = np.pi * float(shapely.minimum_bounding_radius(shapely.MultiPoint(inside))) ** 2
            if circle > 0:
                found[territory] = min(1.0, area[territory] / circle)
    return found


def moves(assignment: Ints, current: Ints | None) -> int:
    """How many units leave the territory that they belong to today; one that belongs to none leaves none.

    Source: the similarity to the existing plan of Kalcsics, Nickel and Schroeder (2005), doi.org/10.1007/BF02578982.
    """
    return 0 if current is None else int(((current != FREE) & (current != assignment)).sum())
