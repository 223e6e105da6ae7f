"""What a visit has to bring before it counts: the multipliers that keep relaxed routes from going round in circles.

If each visit i costs a multiplier u[i] >= 0, the best relaxed route plus the sum of all multipliers still bounds every
route that visits nobody twice (Lagrangian relaxation). The multipliers that bound best are sought by steps along the
visits that the best relaxed route makes too often or not at all (Held and Karp 1971, doi.org/10.1007/BF01584070; step
length of Polyak 1969, doi.org/10.1016/0041-5553(69)90061-5).
"""

import numpy as np

from routing.planner.kernel.data import Floats
from routing.planner.kernel.labels import Side

PATIENCE = 3
SLOWER = 0.6


class Multipliers:
    """One multiplier for each visit, and the best ones so far."""

    def __init__(self, side: Side) -> None:
        self.prize = side.prize
        self.now = self.best = _of_a_full_day(side)
        self.bound = float(self.prize.sum())
        self.rate, self.stalled = 1.0, 0

    def learn(self, bound: float, times: Floats, target: float) -> bool:
        """Move on, after the best relaxed route has visited each so many times; False if there is nowhere to go.

        Where steps have not paid for a while, the best multipliers are tried again, and shorter steps from there.
        """
        if bound < self.bound - 1e-6:
            self.bound, self.best, self.stalled = bound, self.now, 0
        else:
            self.stalled += 1
            if self.stalled >= PATIENCE and self.now is not self.best:
                self.rate *= SLOWER
                self.now, self.stalled = self.best, 0
                return True
        way = times - 1.0
        way[(self.now <= 0) & (way < 0)] = 0.0
        square = float(way @ way)
        if square == 0.0:
            return False
        length = self.rate * max(bound - target, 1e-3) / square
        self.now = np.clip(self.now + length * way, 0.0, self.prize)
        return True

    def afresh(self) -> None:
        """Go on from the best multipliers with long steps, where routes are relaxed less than before."""
        self.now, self.bound = self.best, float(self.prize.sum())
        self.rate, self.stalled = 1.0, 0


def _of_a_full_day(side: Side) -> Floats:
    """What each visit brings above the last one that still fits into the hours, each taking its service and drives."""
    n = len(side.prize)
    legs = side.travel.copy()
    np.fill_diagonal(legs, np.inf)
    takes = side.service + (legs[:, :n].min(axis=0) + legs[:n, :].min(axis=1)) / 2
    # Who cannot be reached takes no time and pays nothing: that is no reason for a multiplier.
    takes = np.where(np.isfinite(takes), takes, 0.0)
    worth = side.prize / np.maximum(takes, 1e-9)
    order = np.argsort(-worth, kind="stable")
    hours = side.ends[3] - min(side.ends[0], side.ends[1]) - side.rest[0]
    last = int(np.searchsorted(np.cumsum(takes[order]), hours))
    least = worth[order[last]] if last < n else 0.0
    return np.clip(side.prize - least * takes, 0.0, None)
