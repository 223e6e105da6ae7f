"""Driving times from centres and homes to units, each searched once."""

import numpy as np
from numpy.typing import NDArray

from routing.districting.board import roads_of
from routing.districting.plane import metres_on_plane
from routing.districting.problem import DistrictingProblem, Floats, Ints

KEPT = 2_000
"""So many numbers of seconds, in thousands of units, are kept: 200 MB at most."""


class Times:
    """Seconds from units of one problem; by the streets where it has them, else by the unit graph.

    Where no street leads, over crossings to islands: by the unit graph, which has them.
    """

    def __init__(self, problem: DistrictingProblem, links: Ints, link_s: Floats) -> None:
        self._problem = problem
        self._graph = roads_of(problem, links, link_s)
        self._kept: dict[int, NDArray[np.float32]] = {}
        self.home_s = self._from_homes()

    def quickly(self, units: Ints) -> NDArray[np.float32]:
        """(len(units), n) seconds by the unit graph, which is a little longer than the streets."""
        return self._graph.from_units(np.asarray(units, dtype=np.int32))

    def from_units(self, units: Ints) -> NDArray[np.float32]:
        """(len(units), n) seconds; a unit -1 reaches nothing."""
        wanted = np.array(sorted({int(u) for u in units if u >= 0} - self._kept.keys()), dtype=np.int32)
        if len(wanted):
            if len(self._kept) * self._problem.units > KEPT * 25_000:
                self._kept.clear()
                return self.from_units(units)
            for unit, row in zip(wanted.tolist(), self._search(wanted), strict=True):
                self._kept[unit] = row
        nothing = np.full(self._problem.units, np.inf, dtype=np.float32)
        return np.array([self._kept[int(u)] if u >= 0 else nothing for u in units]).reshape(
            len(units), self._problem.units
        )

    def _search(self, units: Ints) -> NDArray[np.float32]:
        if self._problem.roads is None:
            return self.quickly(units)
        found = self._problem.roads.from_units(units)
        lost = ~np.isfinite(found)
        if lost.any():
            rows = np.flatnonzero(lost.any(axis=1))
            by_crossings = self.quickly(units[rows])
            found[rows] = np.where(lost[rows], by_crossings, found[rows])
        return found

    def _from_homes(self) -> NDArray[np.float32] | None:
        """(k, n) seconds from homes, NaN rows where there is none; None without any home."""
        problem = self._problem
        if problem.homes is None or not problem.units:
            return None
        given = np.isfinite(problem.homes).all(axis=1)
        if not given.any():
            return None
        found = np.full((problem.k, problem.units), np.nan, dtype=np.float32)
        if problem.home_s is not None:
            known = given & np.isfinite(problem.home_s).any(axis=1)
            found[known] = problem.home_s[known]
            given &= ~known
        if given.any():
            found[given] = self.from_units(nearest_units(problem, problem.homes[given]))
        # What cannot be driven to from a home is as far as the farthest that can, and as far again.
        rows = np.isfinite(found).any(axis=1)
        far = np.nanmax(np.where(np.isfinite(found[rows]), found[rows], np.nan), axis=1)
        found[rows] = np.where(np.isfinite(found[rows]), found[rows], 2 * far[:, None] + 60)
        return found

    def to_units(self, centres: Ints) -> NDArray[np.float32]:
        """(k, n) seconds from each territory's home, or else its centre, to all units; infinite without either."""
        found = self.from_units(centres)
        if self.home_s is not None:
            home = np.isfinite(self.home_s).all(axis=1)
            found[home] = self.home_s[home]
        return found


def nearest_units(problem: DistrictingProblem, places: Floats) -> Ints:
    """(p,) the unit next to each place as the crow flies."""
    both = metres_on_plane(np.concatenate([problem.places, places]))
    units, wanted = both[: problem.units], both[problem.units :]
    return np.array([int(np.argmin(((units - place) ** 2).sum(axis=1))) for place in wanted], dtype=np.int32)
