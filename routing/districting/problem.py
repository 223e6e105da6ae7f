"""The words in which a division into territories is stated: immutable, and checked once, when they are made.

Units are whatever is given out whole: an account, or a region. Territories are numbered 0 to k - 1. Times are seconds,
places degrees (lon, lat; EPSG:4326).
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from routing.districting.roads import Roads
from routing.errors import ProblemInvalid
from routing.points import Points

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FREE = -1
"""No territory, or no unit."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that territories should have alike: hours of work, revenue, potential, accounts.

    share: how much it counts where territories are laid out, against the shares of the other measures; a measure of
        share 0 is only added up, never balanced.
    tolerance: the largest deviation from a territory's due that is as good as none, 0.01 = 1 %.
    """

    name: str = "work"
    share: float = 1.0
    tolerance: float = 0.01

    @property
    def is_balanced(self) -> bool:
        """Whether territories are to have it alike."""
        return self.share > 0


@dataclass(frozen=True, slots=True, eq=False)
class DistrictingProblem:
    """Which unit belongs to which of k territories.

    Choose a territory for each of n units such that every territory is in one piece on the roads and has its due of
    each measure within the tolerance; then with the least driving from the territory's centre to its units, and round.

    places: (n, 2) lon and lat of the units.
    weights: (n, m) at least 0, what each unit brings of each measure; (n,) is taken for one measure.
    edges: (e, 2) pairs of units that are neighbours on the roads; edge_s: (e,) seconds to drive from one to the other.
        `graph.units_on_streets` makes both.
    k: how many territories.
    measures: m of them, one for each column of `weights`.
    visits: (n,) at least 0, how often a unit is driven to, which weighs its minutes; all alike by default.
    current: (n,) the territory that each unit belongs to today, -1 for none.
    locked: (n,) the territory that a unit has to belong to, -1 where it is free.
    allowed: (n, k) whether a territory may have a unit (skills, languages).
    together: groups of units that belong to the same territory.
    apart: pairs of units that belong to different territories.
    homes: (k, 2) lon and lat of the places that territories are served from, NaN where a centre may be anywhere.
    home_s: (k, n) seconds from each home to the units, NaN where there is none; from the nearest unit by default.
    max_moves: so many units at most may leave the territory that they belong to today; None for as many as it takes.
    move_cost_s: so many seconds of each drive to a unit must be saved for it to leave its territory of today. With
        neither this nor max_moves, a fresh division is made, and only its numbers follow today's.
    target_share: (k,) above 0, the territories' dues against each other: 0.5 for half a working week.
    roads: the street graph that the units lie on, for times of centres that the unit graph would make too long.
    Raises ProblemInvalid with all that is wrong. What merely cannot be balanced or joined is not wrong: the answer
    says why.
    """

    places: Points
    weights: Floats
    edges: Ints
    edge_s: Floats
    k: int
    measures: tuple[Measure, ...] = (Measure(),)
    visits: Floats | None = None
    current: Ints | None = None
    locked: Ints | None = None
    allowed: Flags | None = None
    together: tuple[tuple[int, ...], ...] = ()
    apart: tuple[tuple[int, int], ...] = ()
    homes: Points | None = None
    home_s: Floats | None = None
    max_moves: int | None = None
    move_cost_s: float = 0.0
    target_share: Floats | None = None
    roads: Roads | None = None
    units: int = field(init=False)

    def __post_init__(self) -> None:
        places = np.asarray(self.places, dtype=np.float64).reshape(-1, 2)
        weights = np.asarray(self.weights, dtype=np.float64)
        n = len(places)
        arrays = {
            "places": places,
            "weights": weights.reshape(n, -1) if weights.size or n else np.zeros((0, len(self.measures))),
            "edges": np.asarray(self.edges, dtype=np.int32).reshape(-1, 2),
            "edge_s": np.asarray(self.edge_s, dtype=np.float64).reshape(-1),
        }
        for name in ("visits", "target_share", "homes", "home_s"):
            if getattr(self, name) is not None:
                arrays[name] = np.asarray(getattr(self, name), dtype=np.float64)
        for name in ("current", "locked"):
            if getattr(self, name) is not None:
                arrays[name] = np.asarray(getattr(self, name), dtype=np.int32)
        if self.allowed is not None:
            arrays["allowed"] = np.asarray(self.allowed, dtype=bool)
        for name, array in arrays.items():
            object.__setattr__(self, name, array)
        object.__setattr__(self, "units", n)
        faults = _faults(self)
        if faults:
            raise ProblemInvalid("Territories cannot be made of this: " + "; ".join(faults) + ".", "Correct the input.")

    @property
    def from_today(self) -> bool:
        """Whether the search begins with today's division."""
        return self.current is not None and (self.max_moves is not None or self.move_cost_s > 0)

    @property
    def due(self) -> Floats:
        """(k, m) what each territory should have of each measure."""
        share = np.ones(self.k) if self.target_share is None else self.target_share
        return np.outer(share / share.sum(), self.weights.sum(axis=0)) if self.k else np.zeros((0, len(self.measures)))

    @property
    def visits_or_one(self) -> Floats:
        """(n,) how often each unit is driven to."""
        return np.ones(self.units) if self.visits is None else self.visits


def _faults(problem: DistrictingProblem) -> list[str]:
    n, k = problem.units, problem.k
    shapes: list[tuple[str, NDArray[np.generic] | None, tuple[int, ...]]] = [
        ("weights", problem.weights, (n, len(problem.measures))),
        ("edge_s", problem.edge_s, (len(problem.edges),)),
        ("visits", problem.visits, (n,)),
        ("current", problem.current, (n,)),
        ("locked", problem.locked, (n,)),
        ("allowed", problem.allowed, (n, k)),
        ("homes", problem.homes, (k, 2)),
        ("home_s", problem.home_s, (k, n)),
        ("target_share", problem.target_share, (k,)),
    ]
    faults = [
        f"{name} has the shape {array.shape}, not {shape}"
        for name, array, shape in shapes
        if array is not None and array.shape != shape
    ]
    if k < 0:
        faults.append(f"k is {k}")
    if faults:
        return faults
    for name, values in (("weights", problem.weights), ("edge_s", problem.edge_s), ("visits", problem.visits)):
        if values is not None and not (np.isfinite(values) & (values >= 0)).all():
            faults.append(f"{name} holds a number that is below zero or not finite")
    if not np.isfinite(problem.places).all():
        faults.append("places holds a coordinate that is not finite")
    share = problem.target_share
    if share is not None and not (np.isfinite(share) & (share > 0)).all():
        faults.append("target_share holds a number that is not above zero")
    named: list[tuple[str, NDArray[np.signedinteger], int, int]] = [("edges", problem.edges.ravel(), n, 0)]
    named += [
        (name, values, k, FREE)
        for name, values in (("current", problem.current), ("locked", problem.locked))
        if values is not None
    ]
    named.append(("together", np.array([u for group in problem.together for u in group], dtype=np.int64), n, 0))
    named.append(("apart", np.array(problem.apart, dtype=np.int64).ravel(), n, 0))
    for name, numbers, end, least in named:
        wrong = numbers[(numbers < least) | (numbers >= end)]
        if len(wrong):
            faults.append(f"{name} names {int(wrong[0])}, which is not from {least} to {end - 1}")
    if problem.roads is not None and len(problem.roads.unit_node) != n:
        faults.append(f"roads has {len(problem.roads.unit_node)} units, not {n}")
    if problem.max_moves is not None and problem.max_moves < 0:
        faults.append(f"max_moves is {problem.max_moves}")
    if not (np.isfinite(problem.move_cost_s) and problem.move_cost_s >= 0):
        faults.append(f"move_cost_s is {problem.move_cost_s}")
    return faults
